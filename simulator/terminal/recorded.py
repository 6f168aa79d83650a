"""Pushes that were recorded: read, and opened if they are encrypted, to be sent again.

What is kept are the elements; the document is written, signed and encrypted anew.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from wechat.crypto import decrypt
from wechat.errors import ProtocolError
from wechat.xml import Fields, Output, Value, load, text

from simulator.account import Account
from simulator.engine import pushes
from simulator.terminal.documents import documents
from simulator.terminal.files import read_file, recordings
from terminal.arguments import CommandLineError

TAG = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_NUMBER = "0|[1-9][0-9]{0,18}"
# Numbers that stand in no CDATA, and in no quotes.
_BARE = re.compile(rf'<([\w.-]+)>(?:{_NUMBER})</\1>|"([\w.-]+)": (?:{_NUMBER})[,}}]'.encode())


class Recorded(NamedTuple):
    """One push: where it was found, and its elements."""

    where: str
    fields: Mapping[str, Output]

    def again(self, now: float, *, fresh: bool, openid: str | None) -> Mapping[str, Output]:
        """Return what to send: as it was, but for what is asked for.

        `fresh` gives the CreateTime `now` and, to a message, a MsgId that is new.
        """
        changed: dict[str, Output] = {}
        if fresh:
            changed["CreateTime"] = int(now)
            if "MsgId" in self.fields:
                changed["MsgId"] = pushes.new_msg_id()
        if openid:
            changed["FromUserName"] = openid
        return {**self.fields, **changed}


def read_recorded(names: Sequence[str], account: Account) -> list[Recorded]:
    """Return all pushes of the files and folders `names`, in order.

    Raises:
        CommandLineError: a file cannot be read, or has something else in it.

    """
    return [push for name in names for file in recordings(name) for push in _of_file(file, account)]


def _of_file(name: str, account: Account) -> Iterator[Recorded]:
    data = read_file(name)
    try:
        found = list(documents(data))
        for number, document in enumerate(found, 1):
            where = f"{name}:{number}" if len(found) > 1 else name
            yield Recorded(where, _fields(document, account))
    except UnicodeDecodeError:
        raise CommandLineError(f"{name} is not UTF-8: save it as UTF-8") from None
    except RecursionError:
        raise CommandLineError(f"{name} is no recorded push: it is nested too deeply") from None
    except (ValueError, ProtocolError) as error:
        raise CommandLineError(f"{name} is no recorded push: {error}") from None


def _fields(document: bytes, account: Account) -> Mapping[str, Output]:
    fields = load(document)
    if "Encrypt" in fields and "MsgType" not in fields:
        document = _opened(text(fields["Encrypt"]), account)
        fields = load(document)
    names = {(xml or quoted).decode() for xml, quoted in _BARE.findall(document)}
    kept = {name: value for name, value in fields.items() if name != "Encrypt"}
    _check(kept)
    return _output(kept, names)


def _opened(encrypted: str, account: Account) -> bytes:
    if not account.encoding_aes_key:
        raise ValueError("it is encrypted: set WECHAT_ENCODING_AES_KEY, or give --aes-key")
    plain, _ = decrypt(encrypted, (account.key,), account.app_id)
    return plain


def _check(fields: Fields) -> None:
    wanted = ["ToUserName", "FromUserName", "MsgType"]
    if text(fields.get("MsgType")) == "event":
        wanted.append("Event")
    for name in wanted:
        if not isinstance(fields.get(name), str):
            raise ValueError(f"it has no {name}")  # noqa: TRY004  # the file's, not ours


def _output(fields: Fields, numbers: set[str]) -> dict[str, Output]:
    """Return `fields` as they can be written: those in `numbers` bare, as they were."""
    made: dict[str, Output] = {}
    for name, value in fields.items():
        if name == "#text":  # between elements: WeChat writes none
            continue
        if not TAG.fullmatch(name):
            raise ValueError(f"{name!r} is no name of an element")
        made[name] = _value(value, numbers, bare=name in numbers)
    return made


def _value(value: Value, numbers: set[str], *, bare: bool) -> Output:
    if isinstance(value, dict):
        return _output(value, numbers)
    if isinstance(value, list):
        nested = [_output(item, numbers) for item in value if isinstance(item, dict)]
        return nested or text(value)
    scalar = text(value)
    return int(scalar) if bare and re.fullmatch(_NUMBER, scalar) else scalar
