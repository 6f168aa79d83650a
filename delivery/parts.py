"""A text that is too long for one message, in parts that can be read. No I/O."""

import re
from collections.abc import Iterator, Sequence

from wechat.replies import TEXT_BYTES, Reply, TextReply
from wechat.xml import clean

# Where a text is cut, the best first: behind a line, a sentence, a word.
_CUTS = (
    re.compile(r"\n"),
    re.compile("[。！？；…]+[”’」』）]*|[.!?;]+[\"')]*(?=\\s)"),
    re.compile(r"[，、：,:]|\s"),
)


def parts(text: str, most: int = TEXT_BYTES) -> Iterator[str]:
    """Yield `text` in parts of at most `most` bytes of UTF-8, none of them blank."""
    rest = clean(text)
    while len(rest.encode()) > most:
        head = rest.encode()[:most].decode(errors="ignore")
        end = _end(head)
        part, rest = rest[:end].rstrip(), rest[end:].lstrip()
        if part.strip():
            yield part
    if rest.strip():
        yield rest


def _end(head: str) -> int:
    """Return where to cut: behind the last good place in the second half, else at the end."""
    for cut in _CUTS:
        ends = [found.end() for found in cut.finditer(head)]
        if ends and ends[-1] > len(head) // 2:
            return ends[-1]
    return len(head)


def pieces_of(reply: Reply) -> list[Reply]:
    """Return the messages that a reply needs: several, if it is a long text."""
    if isinstance(reply, TextReply):
        return [TextReply(part) for part in parts(reply.content)]
    return [reply]


def joined(pieces: Sequence[Reply]) -> Reply:
    """Return the texts of a reply as one again."""
    return TextReply("\n".join(p.content for p in pieces if isinstance(p, TextReply)))
