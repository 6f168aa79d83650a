"""What an answer of the platform says: an object, or the error that it reports."""

from typing import Any

from api.codec import NotJson, loads
from api.errors import OK, NoAnswer, refusal
from api.transport import Response


def read_json(response: Response, path: str) -> dict[str, Any]:
    """Return the object of an answer.

    Raises:
        ApiError: it reports one, or is no object.

    """
    try:
        answer = loads(response.body)
    except NotJson as error:
        raise NoAnswer(f"not the platform: {error}", path, sent=True) from None
    if type(answer.get("errcode", OK)) is not int:
        raise NoAnswer("not the platform: its errcode is no number", path, sent=True)
    if answer.get("errcode", OK) != OK:
        raise refusal(answer, path)
    return answer
