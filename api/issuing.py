"""/cgi-bin/stable_token and /cgi-bin/token: one question, one token.

The stable one is the same for everybody who asks until shortly before its end; `force`
makes it another, 20 times a day. A classic one ends the one before, after 5 minutes.
"""

from stores.base import StoredToken

from api.codec import dumps
from api.credentials import Credentials
from api.errors import NoAnswer
from api.reading import read_json
from api.repeating import repeated
from api.timing import Timing
from api.transport import Request, Transport

STABLE, CLASSIC = "/cgi-bin/stable_token", "/cgi-bin/token"
SECONDS = 5.0  # for an answer
SHORTEST, LONGEST = 1, 86_400  # seconds that a token may last


async def ask_for_token(
    credentials: Credentials, transport: Transport, timing: Timing, *, force: bool
) -> StoredToken:
    """Return a token as the platform gives it now.

    Raises:
        ApiError: it gives none.

    """
    request = _classic(credentials) if credentials.classic else _stable(credentials, force=force)

    async def ask() -> StoredToken:
        asked_at = timing.clock()
        answer = read_json(await transport.fetch(request), request.path)
        text, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(text, str) or not text or type(lasts) is not int:
            raise NoAnswer("the answer has no access token", request.path, sent=True)
        return StoredToken(text, asked_at + min(max(lasts, SHORTEST), LONGEST))

    return await repeated(ask, timing, once=False)


def _stable(credentials: Credentials, *, force: bool) -> Request:
    fields: dict[str, object] = _fields(credentials) | {"force_refresh": force}
    return Request(url=credentials.base + STABLE, path=STABLE, body=dumps(fields), seconds=SECONDS)


def _classic(credentials: Credentials) -> Request:
    return Request(
        url=credentials.base + CLASSIC, path=CLASSIC, query=_fields(credentials), seconds=SECONDS
    )


def _fields(credentials: Credentials) -> dict[str, str]:
    return {
        "grant_type": "client_credential",
        "appid": credentials.app_id,
        "secret": credentials.app_secret,
    }
