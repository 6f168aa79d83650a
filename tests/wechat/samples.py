"""The payloads in tests/samples, and how tests compare what is made of them."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.pushes import ORIGINAL_ID, USER
from wechat.fields import Record
from wechat.messages import parse_message
from wechat.push import Event, Message
from wechat.xml import load

ROOT = Path(__file__).parents[1] / "samples"

# What the samples have in common; `raw` takes no part in a comparison.
HEAD: dict[str, Any] = {
    "to_user": ORIGINAL_ID,
    "from_user": USER,
    "create_time": 1714037059,
    "raw": {},
}


class Vector(NamedTuple):
    """An official example of encryption: a push as received, or a reply as sent."""

    id: str
    token: str
    key: str
    app_id: str
    timestamp: str
    nonce: str
    msg_signature: str
    plain_signature: str
    encrypt: str
    random: bytes
    plaintext: bytes


class Signed(NamedTuple):
    """A signature of the documentation and what it covers: `encrypt` has one item, or none."""

    id: str
    signature: str
    token: str
    timestamp: str
    nonce: str
    encrypt: tuple[str, ...] = ()


def read(name: str) -> bytes:
    """Return the sample of that path, which is XML unless it says otherwise."""
    path = ROOT / name
    return (path if path.suffix else path.with_suffix(".xml")).read_bytes()


def names(folder: str) -> list[str]:
    """Return the paths of all XML samples in a folder."""
    return sorted(f"{folder}/{path.stem}" for path in (ROOT / folder).glob("*.xml"))


def push(name: str) -> Message | Event:
    """Return the typed value of a sample."""
    return parse_message(load(read(name)))


def same(actual: Record, expected: Record) -> bool:
    """Return whether two values are equal and all their attributes of the same types.

    Their repr tells 1 from 1.0 and from "1", at any depth.
    """
    return actual == expected and repr(actual) == repr(expected)


def _vectors() -> list[Vector]:
    return [
        Vector(
            id=item["id"],
            token=item["token"],
            key=item["encoding_aes_key"],
            app_id=item["appid"],
            timestamp=item["timestamp"],
            nonce=item["nonce"],
            msg_signature=item["msg_signature"],
            plain_signature=item.get("plain_signature", ""),
            encrypt=item["encrypt"],
            random=item["random"].encode(),
            plaintext=item["plaintext"].encode(),
        )
        for item in json.loads(read("vectors.json"))["vectors"]
    ]


def _signed() -> list[Signed]:
    found = [
        Signed(i["name"], i["signature"], i["token"], i["timestamp"], i["nonce"])
        for i in json.loads(read("vectors.json"))["plain_signatures"]
    ]
    for v in VECTORS:
        found.append(Signed(v.id, v.msg_signature, v.token, v.timestamp, v.nonce, (v.encrypt,)))
        if v.plain_signature:
            found.append(Signed(f"{v.id} plain", v.plain_signature, v.token, v.timestamp, v.nonce))
    return found


VECTORS = _vectors()
SIGNED = _signed()
ALL = [name for folder in ("messages", "events", "platform_events") for name in names(folder)]
