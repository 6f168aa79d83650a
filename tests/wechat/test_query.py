"""The query string: what decides something comes once and readable, the rest is ignored."""

import pytest

from wechat.errors import IncompleteQuery, ModeMismatch
from wechat.query import Query, read_query

LEAST = "signature=s&timestamp=1&nonce=n"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (LEAST, Query("s", "1", "n")),
        ("nonce=n&timestamp=1&signature=s", Query("s", "1", "n")),
        (f"{LEAST}&openid=o&echostr=e", Query("s", "1", "n", openid="o", echostr="e")),
        (
            f"{LEAST}&encrypt_type=aes&msg_signature=m",
            Query("s", "1", "n", encrypt_type="aes", msg_signature="m"),
        ),
        (f"{LEAST}&echostr=", Query("s", "1", "n")),
        (f"{LEAST}&openid", Query("s", "1", "n")),
        (f"{LEAST}&echostr=a=b", Query("s", "1", "n", echostr="a=b")),
        (f"{LEAST}&echostr=a;nonce=2", Query("s", "1", "n", echostr="a;nonce=2")),
        (f"&&{LEAST}&", Query("s", "1", "n")),
    ],
)
def test_parameters(query: str, expected: Query) -> None:
    """Each parameter is read by its name, in any order; what is absent is an empty string."""
    assert read_query(query) == expected


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("a%20b", "a b"),
        ("a+b", "a b"),
        ("a%2Bb", "a+b"),
        ("%26%3d", "&="),
        ("%E4%BD%A0", "你"),
        ("你".encode().decode("latin-1"), "你"),
        ("100%", "100%"),
        ("%zz", "%zz"),
        ("%00", "\0"),
    ],
)
def test_values_are_decoded(value: str, read: str) -> None:
    """A value is decoded once, whether its bytes come escaped or as they are."""
    assert read_query(f"{LEAST}&echostr={value}").echostr == read


@pytest.mark.parametrize(
    "extra",
    [
        "a=1",
        "a=1&a=2",
        "Signature=x",
        "NONCE=x",
        "appid=%ff",
        "a=\xff",
        "\xff=1",
        "%66oo=1",
        "%ff=1",
        "%ff",
        "=1",
        "=",
        "%",
    ],
)
def test_other_parameters_are_ignored(extra: str) -> None:
    """A parameter that the protocol does not read decides nothing, whatever it contains."""
    assert read_query(f"{LEAST}&{extra}") == Query("s", "1", "n")
    assert read_query(f"{extra}&{LEAST}") == Query("s", "1", "n")


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize("problem", ["missing", "empty"])
def test_a_signed_parameter_is_not_there(name: str, problem: str) -> None:
    """The error names the parameter of the signature that is missing or empty."""
    pairs = dict.fromkeys(("signature", "timestamp", "nonce", "openid"), "1") | {name: ""}
    if problem == "missing":
        del pairs[name]
    query = "&".join(f"{key}={value}" for key, value in pairs.items())
    with pytest.raises(IncompleteQuery, match=f"'{name}' is {problem}") as raised:
        read_query(query)
    assert (raised.value.parameter, raised.value.query_is_empty) == (name, False)


def test_no_query() -> None:
    """A request with no query at all is told from one that merely lacks a parameter."""
    with pytest.raises(IncompleteQuery, match="missing") as raised:
        read_query("")
    assert raised.value.query_is_empty


@pytest.mark.parametrize("name", Query._fields)
@pytest.mark.parametrize("second", ["{}=2", "{}=1", "{}=", "{}", "%{:x}{}=2"])
def test_repeated(name: str, second: str) -> None:
    """A parameter that is read may not come twice, not even alike or under an escaped name."""
    repeat = (
        second.format(ord(name[0]), name[1:]) if second.startswith("%") else second.format(name)
    )
    query = "&".join(f"{key}=1" for key in Query._fields)
    with pytest.raises(IncompleteQuery, match=f"'{name}' is repeated") as raised:
        read_query(f"{query}&{repeat}")
    assert raised.value.parameter == name


@pytest.mark.parametrize("name", Query._fields)
@pytest.mark.parametrize("value", ["%ff", "\xff", "%C3", "%ED%A0%80", "a+\x80"])
def test_not_utf_8(name: str, value: str) -> None:
    """A parameter that is read must be UTF-8."""
    pairs = dict.fromkeys(Query._fields, "1") | {name: value}
    with pytest.raises(IncompleteQuery, match=f"'{name}' is not UTF-8") as raised:
        read_query("&".join(f"{key}={value}" for key, value in pairs.items()))
    assert raised.value.parameter == name


@pytest.mark.parametrize(("word", "encrypted"), [("", False), ("raw", False), ("aes", True)])
def test_encrypt_type(word: str, encrypted: bool) -> None:  # noqa: FBT001  # a column
    """The query says whether the body is ciphertext; without a word it is not."""
    assert read_query(f"{LEAST}&encrypt_type={word}").encrypted is encrypted


@pytest.mark.parametrize("word", ["AES", "none", "des", "aes ", "0"])
def test_unknown_encrypt_type(word: str) -> None:
    """A word for the encryption that the protocol does not know is refused, not guessed at."""
    with pytest.raises(ModeMismatch, match="encrypt_type"):
        _ = read_query(f"{LEAST}&encrypt_type={word}").encrypted
