"""No bytes whatsoever make the protocol raise anything but a ProtocolError.

Raw bytes seldom get past the first check, so most strategies here are nearly right: real
samples with a few bytes changed, and documents made of the names and values that count.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from xml.parsers.expat import ExpatError

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pushes import AES_KEY, APP_ID, OTHER_AES_KEY
from tests.wechat import samples
from wechat.crypto import AESKey, decrypt, unwrap
from wechat.errors import ProtocolError
from wechat.messages import EVENTS, MESSAGES, parse_message
from wechat.push import Event, Message
from wechat.query import Query, read_query
from wechat.replies import Article, NewsReply, Reply, TextReply, TransferReply, fit, render
from wechat.signature import check_freshness, verify
from wechat.xml import _load_flat, _load_nested, load

fuzzed = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KEYS = [AESKey(AES_KEY), AESKey(OTHER_AES_KEY)]
SAMPLES = [samples.read(name) for name in (*samples.ALL, "events/debug_demo.json")]
CLASSES = sorted({*MESSAGES.values(), *EVENTS.values()}, key=lambda cls: cls.__name__)
HEADER = {"tousername", "fromusername", "createtime", "msgtype", "event"}
TAGS = {cls: sorted({tag for tag, _ in cls.plan if tag} - HEADER) for cls in CLASSES}
INNER = ["item", "list", "resultlist", "piclist", "picmd5sum", "article_detail", "location_x"]
NAMES = sorted({*HEADER, *INNER}.union(*TAGS.values()))
ODD = "]>[<&;!\"'{}:,\\/? \n\t\r\0\x0b\x1d\ufffe\uffff\ufeffé你😀Aa01.-"
WORDS = st.sampled_from([*MESSAGES, *EVENTS, "event", "1", "-1.5", "qrscene_1", "success", ""])
TEXTS = WORDS | st.text(max_size=20) | st.text(st.sampled_from(ODD), max_size=12)
NUMBERS = st.integers() | st.floats() | st.booleans() | st.none()
TREES = st.recursive(
    TEXTS | NUMBERS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | TEXTS, inner, max_size=4)
    ),
    max_leaves=10,
)


def as_xml(value: Any) -> str:
    """Return a tree as elements; names and numbers in it are not escaped."""
    if isinstance(value, dict):
        return "".join(
            f"<{tag}>{as_xml(item)}</{tag}>"
            for tag, items in value.items()
            for item in (items if isinstance(items, list) else [items])
        )
    if isinstance(value, list):
        return "".join(as_xml(item) for item in value)
    return f"<![CDATA[{value}]]>" if isinstance(value, str) else str(value)


@st.composite
def pushes(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the fields of a push of some class: a right head, the rest right or wrong."""
    cls = draw(st.sampled_from(CLASSES))
    is_event = issubclass(cls, Event)
    head = {"FromUserName": "o", "CreateTime": 1, "MsgType": "event" if is_event else cls.kind}
    right = {tag: draw(NUMBERS | TREES) for tag in TAGS[cls] if draw(st.booleans())}
    wrong = draw(st.dictionaries(st.sampled_from(NAMES), TREES, max_size=2))
    fields = head | {"Event": cls.kind} | right
    return fields | wrong if draw(st.booleans()) else fields


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a sample with some of its bytes replaced, removed or doubled."""
    data = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 3)))
        piece = bytes(data[start:end])
        other = [b"", piece * 2, b"7", b" ", b"]]>", b"<item/>", b"&a;", b"\0", "😀".encode()]
        data[start:end] = draw(st.sampled_from(other) | st.binary(max_size=3))
    return bytes(data)


@st.composite
def grafted(draw: st.DrawFn) -> bytes:
    """Draw a sample as JSON with one of its fields, at any depth, replaced or doubled."""
    fields: Any = load(draw(st.sampled_from(SAMPLES)))
    node = fields
    name = draw(st.sampled_from(sorted(node)))
    while isinstance(node[name], dict) and draw(st.booleans()):
        node = node[name]
        name = draw(st.sampled_from(sorted(node)))
    node[name] = draw(TREES | st.sampled_from([None, [node[name]] * 2, {name: node[name]}]))
    return json.dumps(fields).encode()


RAW = st.binary(max_size=200)
XML = pushes().map(lambda fields: f"<xml>{as_xml(fields)}</xml>".encode(errors="surrogatepass"))
JSON = st.builds(
    lambda fields, plain: json.dumps(fields, ensure_ascii=plain).encode(errors="surrogatepass"),
    pushes(),
    st.booleans(),
)
BODIES = [
    RAW,
    RAW.map(lambda raw: b"<xml>%b</xml>" % raw),
    RAW.map(lambda raw: b"<xml><a><![CDATA[%b]]></a></xml>" % raw),
    RAW.map(lambda raw: b"{%b}" % raw),
    TREES.map(lambda tree: f"<xml>{as_xml(tree)}</xml>".encode(errors="surrogatepass")),
    mutated(),
    grafted(),
    XML,
    JSON,
]


def read_all(push: Message | Event) -> None:
    """Read everything that can be read of a push, and answer it."""
    assert repr(push)
    assert isinstance(hash(push), int)
    assert push.from_user
    assert push.dedupe_key.startswith(push.from_user)
    for name in ("scene", "key", "status"):
        assert isinstance(getattr(push, name, ""), str)
    replies: list[Reply] = [TextReply(str(push.raw)), TransferReply(), NewsReply([Article("t")])]
    for reply in replies:
        rendered = render(fit(reply, push).reply, push, 1)
        assert rendered == "success" or load(rendered.encode())["CreateTime"] == "1"


@pytest.mark.parametrize("bodies", BODIES, ids=range(len(BODIES)))
@given(data=st.data())
@fuzzed
def test_any_body(bodies: st.SearchStrategy[bytes], data: st.DataObject) -> None:
    """Any body is a push that can be read and answered, or is refused."""
    with suppress(ProtocolError):
        read_all(parse_message(load(data.draw(bodies))))


@pytest.mark.parametrize("bodies", BODIES, ids=range(len(BODIES)))
@given(data=st.data())
@fuzzed
def test_flat_bodies(bodies: st.SearchStrategy[bytes], data: st.DataObject) -> None:
    """What is read the short way is what xmltodict says."""
    body = data.draw(bodies)
    flat: object = None
    with suppress(ExpatError, ValueError, ProtocolError):
        flat = _load_flat(body)
    if flat:
        assert flat == _load_nested(body)
    elif flat is None:
        with pytest.raises((ExpatError, ValueError, ProtocolError)):
            _load_nested(body)


@pytest.mark.parametrize("bodies", [mutated(), grafted(), XML, JSON], ids=range(4))
def test_the_strategies_reach_deep(bodies: st.SearchStrategy[bytes]) -> None:
    """The strategies for bodies are right often enough to make values of many types."""
    kinds: set[str] = set()

    @given(bodies)
    @settings(fuzzed, max_examples=150, derandomize=True, database=None)
    def run(body: bytes) -> None:
        with suppress(ProtocolError):
            kinds.add(parse_message(load(body)).kind)

    run()
    assert len(kinds) > 10


@given(st.one_of(BODIES))
@fuzzed
def test_any_envelope(body: bytes) -> None:
    """Any body has a ciphertext, which is opened or refused, or has none."""
    with suppress(ProtocolError):
        encrypted = unwrap(load(body))
        assert encrypted
        decrypt(encrypted, KEYS, APP_ID)


def seal(plain: bytes) -> str:
    """Return bytes as the ciphertext that opens to them, their padding not looked at."""
    return b64encode(KEYS[0].encrypt(plain + bytes(-len(plain) % 32))).decode()


def padded(plain: bytes) -> str:
    """Return bytes, whatever they are, rightly padded and encrypted."""
    pad = 32 - len(plain) % 32
    return seal(plain + bytes((pad,)) * pad)


BLOCKS = st.binary(min_size=32, max_size=96).map(lambda raw: raw[: len(raw) // 32 * 32])
LENGTHS = st.integers(0, 40) | st.integers(0, 2**32 - 1)
TAILS = st.sampled_from([b"", APP_ID.encode()]) | st.binary(max_size=20)


@pytest.mark.parametrize(
    "ciphertexts",
    [
        st.text(max_size=60),
        st.text(st.sampled_from("ABCab01+/= \n-_")),
        RAW.map(lambda raw: b64encode(raw).decode()),
        BLOCKS.map(lambda raw: b64encode(raw).decode()),
        BLOCKS.map(seal),
        RAW.map(padded),
        st.builds(
            lambda length, message, tail: padded(
                bytes(16) + length.to_bytes(4, "big") + message + tail
            ),
            LENGTHS,
            st.binary(max_size=40),
            TAILS,
        ),
    ],
    ids=range(7),
)
@given(data=st.data())
@fuzzed
def test_any_ciphertext(ciphertexts: st.SearchStrategy[str], data: st.DataObject) -> None:
    """Any ciphertext opens to bytes with one of the keys, or is refused."""
    with suppress(ProtocolError):
        message, key = decrypt(data.draw(ciphertexts), KEYS, APP_ID)
        assert isinstance(message, bytes)
        assert key in KEYS


LATIN_1 = st.text(st.characters(max_codepoint=255))
PIECES = st.sampled_from([*Query._fields, "=", "&", "%", "+", "%ff", "%e4%bd%a0", "aes", "1", ";"])


@given(LATIN_1 | st.lists(PIECES | LATIN_1).map("".join) | st.text())
@fuzzed
def test_any_query(query: str) -> None:
    """Any query has the parameters of a signature, or is refused."""
    with suppress(ProtocolError):
        read = read_query(query)
        assert all(read[:3])
        assert read.encrypted in {True, False}


ANYTHING = st.text(st.characters(codec=None))


@given(ANYTHING, st.lists(ANYTHING, max_size=3), ANYTHING, ANYTHING, st.lists(ANYTHING, max_size=1))
@fuzzed
def test_any_signature(
    signature: str, tokens: list[str], timestamp: str, nonce: str, encrypt: list[str]
) -> None:
    """Anything compared with a signature is one of the tokens', or is refused."""
    with pytest.raises(ProtocolError):
        verify(signature, tokens, timestamp, nonce, *encrypt)


@pytest.mark.parametrize("stamp", [str, "{:+}".format, "{:e}".format, "{:_}".format])
@given(data=st.data())
@fuzzed
def test_any_timestamp(stamp: Callable[[Any], str], data: st.DataObject) -> None:
    """Any timestamp is fresh, or is refused."""
    timestamp = data.draw(ANYTHING | (st.integers() | st.floats()).map(stamp))
    with suppress(ProtocolError):
        check_freshness(timestamp, 1e9, 300)
        assert abs(int(timestamp) - 1e9) <= 300
