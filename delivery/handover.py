"""What the user gets with an answer: what was parked, oldest first, then the answer itself.

As much as one message holds: texts are joined while they fit; else the oldest goes alone,
and what is left over of it, and the answer, come later. No I/O.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stores.base import Item
from wechat.replies import ACK, TEXT_BYTES, Acknowledgement, Reply, TextReply
from wechat.xml import clean

from delivery.codec import read_reply
from delivery.parts import joined, pieces_of

BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Handover:
    """`reply` is what is given: of the parked items `used` are in it, `unused` are not.

    `left_over` is what the answer leaves for later, in its order.
    """

    reply: Reply
    used: tuple[Item, ...] = ()
    unused: tuple[Item, ...] = ()
    left_over: tuple[Reply, ...] = ()


def hand_over(own: Reply, items: Sequence[Item]) -> Handover:
    """Return what is given of the parked `items` and the hook's `own` reply."""
    waiting = [readable(item) for item in items]
    if isinstance(own, TextReply) and not clean(own.content).strip():
        own = ACK  # an empty text says nothing, and must not stand behind one that does
    if not isinstance(own, Acknowledgement):
        waiting.append(own)
    if not waiting:
        return Handover(own, tuple(items))
    if text := _joined(waiting):
        return Handover(text, tuple(items))
    if not items:
        first, *rest = pieces_of(own) or [own]
        return Handover(first, left_over=(joined(rest),) if rest else ())
    first, *rest = pieces_of(waiting[0]) or [waiting[0]]
    left: list[Reply] = [joined(rest)] if rest else []
    if not isinstance(own, Acknowledgement):
        left.append(own)
    return Handover(first, (items[0],), tuple(items[1:]), tuple(left))


def _joined(replies: Sequence[Reply]) -> Reply | None:
    """Return texts as one, None if they are too long or not all of them texts."""
    if len(replies) == 1 and not isinstance(replies[0], TextReply):
        return replies[0]
    if not all(isinstance(reply, TextReply) for reply in replies):
        return None
    text = BETWEEN.join(reply.content for reply in replies if isinstance(reply, TextReply))
    return TextReply(text) if len(text.encode("utf-8", "replace")) <= TEXT_BYTES else None


def readable(item: Item) -> Reply:
    """Return the reply of a parked item."""
    assert item.reply is not None
    return read_reply(item.reply)
