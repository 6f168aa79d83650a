"""One request that came twice at once: a service that knows its own answers both alike."""

from collections.abc import Sequence

from simulator.engine.record import Attempt, Outcome, Shown, Verdict

_DIFFERENTLY = "of two requests at once, the other was answered differently: "
_WORDS = {Shown.SILENCE: "with nothing to show", Shown.REPLY: "with another reply"}


def differences(tried: Sequence[Attempt], verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Return warnings where the attempts of a twin, or the `verdicts` on them, are not alike.

    Both have the one whose verdict counts first. Replies are compared as they are read:
    their CreateTime may differ, and each is encrypted anew.
    """
    first = verdicts[0]
    return (
        *(
            f"of two requests at once, the other failed: {attempt.problem}"
            for attempt in tried
            if attempt.outcome is not Outcome.ANSWERED
        ),
        *(
            _DIFFERENTLY + _WORDS.get(other.shown, other.reason)
            for other in verdicts[1:]
            if (other.shown, other.reply) != (first.shown, first.reply)
        ),
    )
