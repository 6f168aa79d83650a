"""Pushes written down while they run: each attempt, what the user sees, and why."""

from collections.abc import Mapping
from typing import Any

from terminal.paper import Paper, Style
from wechat.crypto import EncryptionMode

from simulator.changes import Change
from simulator.engine.record import FAULT_LINE, Attempt, Delivery, Outcome, Shown, Verdict
from simulator.terminal.replies import described
from simulator.world import World

_ENDS: Mapping[Outcome, str] = {
    Outcome.HUNG_UP: "hung up: ",
    Outcome.REFUSED: "refused: ",
    Outcome.BROKEN: "broken off: ",
    Outcome.LOST: "lost: ",
}
_SAME_HINT = "do the service and the simulator have the same token, AppID, key and mode?"
_STATUS_HINTS: Mapping[int, str] = {
    401: _SAME_HINT,
    403: _SAME_HINT,
    404: "nothing is served at the path of this URL: give another by --url",
    405: "the service takes no POST at the path of this URL",
}
_HINTS: Mapping[Outcome, str] = {
    Outcome.REFUSED: "is the service running, and is this its URL?",
    Outcome.HUNG_UP: "answer in time, or answer success and send a customer service message later",
}


class Narrator:
    """Writes down the pushes of a world as they go; with `verbose`, all that is sent."""

    def __init__(self, paper: Paper, world: World, *, verbose: bool) -> None:
        self.paper, self.world, self.verbose = paper, world, verbose
        self._begun = 0  # the id of the push that was announced last
        self._told: list[Attempt] = []
        world.listen(self._hear)

    def _hear(self, change: Change, value: Any) -> None:
        if change is Change.DELIVERY:
            self._tell(value)

    def _tell(self, delivery: Delivery) -> None:
        if delivery.id != self._begun:
            self._begun, self._told = delivery.id, []
            self._announce(delivery)
        for attempt in delivery.attempts:
            if attempt.outcome and not any(attempt is told for told in self._told):
                self._told.append(attempt)
                write_attempt(self.paper, attempt, verbose=self.verbose)
        if delivery.verdict:
            self._judged(delivery, delivery.verdict)

    def _announce(self, delivery: Delivery) -> None:
        account = self.world.account
        who = f"{delivery.mode} mode, from {delivery.openid}"
        self.paper.line(f"{delivery.kind} → {account.url} ({who})", Style.BOLD)
        if self.verbose and delivery.mode is not EncryptionMode.PLAINTEXT:
            self.paper.line("  what is encrypted:", Style.FAINT)
            self.paper.block(delivery.xml, "    ")

    def _judged(self, delivery: Delivery, verdict: Verdict) -> None:
        if self.verbose and verdict.xml and verdict.xml.encode() != delivery.attempts[-1].answer:
            self.paper.line("  the answer, decrypted:", Style.FAINT)
            self.paper.block(verdict.xml, "    ")
        self.paper.line()
        write_seen(self.paper, delivery, verdict)
        write_reasons(self.paper, delivery, verdict)


def write_attempt(paper: Paper, attempt: Attempt, *, verbose: bool) -> None:
    """Write how one attempt ended, in seconds since the push began."""
    answered = attempt.outcome is Outcome.ANSWERED and not attempt.problem
    span = f"{attempt.started:.3f}–{attempt.ended or 0.0:.3f} s"
    what = f"attempt {attempt.number}{' (twin)' if attempt.twin else ''}"
    style = Style.GOOD if answered else Style.BAD
    paper.line(f"  {what}  {attempt.address}  {span}  {_ended(attempt)}", style)
    if verbose:
        _write_wire(paper, attempt)


def write_seen(paper: Paper, delivery: Delivery, verdict: Verdict) -> None:
    """Write what the user's chat shows."""
    if not delivery.awaited and verdict.shown is Shown.FAULT:
        paper.line("The user sees nothing of it, but the push failed.", Style.BAD)
    elif verdict.shown is Shown.SILENCE:
        paper.line("The user sees nothing.", Style.BOLD)
    else:
        paper.line("The user sees:", Style.BOLD)
        if verdict.reply:
            paper.block(described(verdict.reply))
        if verdict.shown is Shown.FAULT:
            paper.block(FAULT_LINE, style=Style.BAD)


def write_reasons(paper: Paper, delivery: Delivery, verdict: Verdict) -> None:
    """Write why that is so, and what helps."""
    if verdict.reason:
        paper.line(f"Reason: {verdict.reason}")
    for warning in verdict.warnings:
        paper.line(f"Warning: {warning}", Style.ODD)
    if verdict.shown is Shown.FAULT and (hint := _hint(delivery)):
        paper.line(f"Hint: {hint}", Style.FAINT)


def _ended(attempt: Attempt) -> str:
    assert attempt.outcome
    if attempt.outcome is not Outcome.ANSWERED:
        return _ENDS.get(attempt.outcome, "") + attempt.problem
    beside = f": {attempt.problem}" if attempt.problem else ""
    return f"status {attempt.status}, {len(attempt.answer)} bytes{beside}"


def _hint(delivery: Delivery) -> str:
    if not delivery.attempts:
        return ""
    last = delivery.attempts[-1]
    if last.outcome is Outcome.STATUS:
        return _STATUS_HINTS.get(last.status or 0, "the service's log may say more")
    return _HINTS.get(last.outcome, "") if last.outcome else ""


def _write_wire(paper: Paper, attempt: Attempt) -> None:
    method = "POST" if attempt.body else "GET"
    paper.line(f"    > {method} {attempt.target} HTTP/1.0", Style.FAINT)
    for text, margin in (
        (attempt.body.decode(), "    > "),
        (attempt.head, "    < "),
        (attempt.answer.decode("utf-8", "replace"), "    < "),
    ):
        if text:
            paper.block(text, margin, Style.FAINT)
