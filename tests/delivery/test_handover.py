"""What is given of parked replies and the hook's own."""

from delivery.handover import hand_over
from delivery.parts import parts
from stores.base import Item
from tests.delivery.bench import item
from wechat.replies import ACK, Article, ImageReply, NewsReply, Reply, TextReply, TransferReply

OWN = TextReply("own")


def parked(*replies: Reply) -> list[Item]:
    """Return parked items, oldest first."""
    return [item(reply) for reply in replies]


def test_nothing_parked() -> None:
    """The own reply is given as it is."""
    for own in (OWN, ACK, ImageReply("m")):
        given = hand_over(own, [])
        assert (given.reply, given.used, given.unused, given.left_over) == (own, (), (), ())


def test_empty_text() -> None:
    """A text of nothing is none: it does not stand behind what is parked."""
    assert hand_over(TextReply(" "), []).reply == ACK
    assert hand_over(TextReply(" "), parked(TextReply("one"))).reply == TextReply("one")


def test_texts_are_joined() -> None:
    """Oldest first, the own reply last."""
    items = parked(TextReply("one"), TextReply("two"))
    given = hand_over(OWN, items)
    assert given.reply == TextReply("one\n\ntwo\n\nown")
    assert given.used == tuple(items)
    assert given.left_over == ()


def test_acknowledgement() -> None:
    """Where the hook says nothing, what is parked is all."""
    items = parked(TextReply("one"), TextReply("two"))
    assert hand_over(ACK, items).reply == TextReply("one\n\ntwo")
    image = parked(ImageReply("m"))
    given = hand_over(ACK, image)
    assert (given.reply, given.used, given.left_over) == (ImageReply("m"), tuple(image), ())


def test_limit_of_joining() -> None:
    """They are joined within 2000 bytes of UTF-8, what is between them counted."""
    half = TextReply("长" * 332)  # 996 bytes
    items = parked(half)
    assert hand_over(TextReply("a" * 1002), items).reply == TextReply(
        f"{'长' * 332}\n\n{'a' * 1002}"
    )
    given = hand_over(TextReply("a" * 1003), items)
    assert given.reply == half
    assert given.left_over == (TextReply("a" * 1003),)


def test_oldest_alone() -> None:
    """Where they cannot be joined the oldest goes, the rest waits, the own is left over."""
    items = parked(TextReply("one"), ImageReply("m"), TextReply("three"))
    given = hand_over(OWN, items)
    assert given.reply == TextReply("one")
    assert given.used == (items[0],)
    assert given.unused == tuple(items[1:])
    assert given.left_over == (OWN,)


def test_oldest_alone_without_own() -> None:
    """An own reply that there is not is not left over."""
    items = parked(ImageReply("m"), TextReply("two"))
    given = hand_over(ACK, items)
    assert (given.reply, given.unused, given.left_over) == (ImageReply("m"), (items[1],), ())


def test_other_kinds_of_own() -> None:
    """An own reply that is no text is left over whole."""
    for own in (NewsReply([Article("a"), Article("b")]), TransferReply(), ImageReply("m")):
        given = hand_over(own, parked(TextReply("one")))
        assert (given.reply, given.left_over) == (TextReply("one"), (own,))


def test_long_parked_text() -> None:
    """Of a parked text over 2000 bytes a part goes; the rest is left over, before the own."""
    long = "\n".join(f"{n} " + "长" * 100 for n in range(20))
    items = parked(TextReply(long), TextReply("two"))
    given = hand_over(OWN, items)
    first, *rest = parts(long)
    assert given.reply == TextReply(first)
    assert given.used == (items[0],)
    assert given.unused == (items[1],)
    assert given.left_over == (TextReply("\n".join(rest)), OWN)
    assert "\n".join([first, *rest]) == long


def test_long_own_text() -> None:
    """Of an own text over 2000 bytes a part is given, the rest left over."""
    long = "\n".join(f"{n} " + "a" * 300 for n in range(20))
    given = hand_over(TextReply(long), [])
    assert isinstance(given.reply, TextReply)
    assert len(given.reply.content.encode()) <= 2000
    [left] = given.left_over
    assert isinstance(left, TextReply)
    assert f"{given.reply.content}\n{left.content}" == long
