"""The journal of a process, which is lost with it: whoever is owed a reply then gets none."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from stores.base import Item, Owed, State
from stores.timed import Timed


@dataclass(slots=True)
class _Entry:
    """An item, and until when it is whose."""

    item: Item
    runs: int = 0
    state: State = State.OPEN
    owner: str = ""
    until: float = 0.0

    def lease(self, owner: str, until: float) -> None:
        self.owner, self.until = owner, until

    def free(self) -> None:
        self.lease("", 0.0)

    def move(self, state: State) -> None:
        self.state = state
        self.free()

    def owed(self) -> Owed:
        return Owed(item=self.item, runs=self.runs, state=self.state)


class MemoryJournal(Timed):
    """Items in a dict, in the order in which they were first deferred."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._entries: dict[str, _Entry] = {}
        self._of_users: dict[tuple[str, str], dict[str, _Entry]] = {}  # by account and user

    async def defer(self, item: Item, owner: str, lease: float = 30) -> bool:
        now = self._now()
        entry = self._entries.get(item.id) or self._add(item)
        if entry.owner != owner and entry.until > now:
            return False
        if entry.item.reply is None:
            self._leave_user(entry)
            entry.item = replace(item, created=entry.item.created)
            self._join_user(entry)
        entry.lease(owner, now + lease)
        return True

    async def park(self, id: str, most: int = 10) -> tuple[str, ...]:
        self._now()
        if not (entry := self._entries.get(id)):
            return ()
        entry.move(State.PARKED)
        parked = self._parked(entry.item.account, entry.item.user)
        return self._delete(parked[: max(len(parked) - most, 0)])

    async def take(self, account: str, user: str, by: str, lease: float = 20) -> tuple[Item, ...]:
        now = self._now()
        taken = _free(self._parked(account, user), now)
        for entry in taken:
            entry.lease(by, now + lease)
        return tuple(entry.item for entry in taken)

    async def recover(
        self,
        owner: str,
        lease: float = 30,
        limit: int = 100,
        *,
        accounts: Collection[str] | None = None,
    ) -> tuple[Owed, ...]:
        now = self._now()
        are_open = _oldest_first(
            entry
            for entry in self._entries.values()
            if entry.state is State.OPEN and (accounts is None or entry.item.account in accounts)
        )
        recovered = _free(are_open, now)[:limit]
        for entry in recovered:
            entry.lease(owner, now + lease)
            entry.runs += entry.item.reply is None
        return tuple(entry.owed() for entry in recovered)

    async def set_aside(self, id: str) -> None:
        self._now()
        if entry := self._entries.get(id):
            entry.move(State.ASIDE)

    async def reopen(self, id: str) -> bool:
        self._now()
        entry = self._entries.get(id)
        if not entry or entry.state is State.OPEN:
            return False
        entry.move(State.OPEN)
        entry.runs = 0
        return True

    async def renew(self, owner: str, ids: Collection[str], lease: float) -> None:
        now = self._now()
        for entry in (self._entries.get(id_) for id_ in ids):
            if not entry or entry.owner != owner:
                continue
            if lease:
                entry.lease(owner, now + lease)
            else:
                entry.free()
                entry.runs = max(entry.runs - 1, 0)

    async def settle(self, ids: Collection[str]) -> None:
        self._now()
        self._delete([self._entries[id_] for id_ in set(ids) if id_ in self._entries])

    async def drop_user(self, account: str, user: str) -> int:
        self._now()
        return len(self._delete(self._parked(account, user)))

    async def expire(self) -> tuple[Owed, ...]:
        now = self._now()
        expired = _oldest_first(e for e in self._entries.values() if e.item.expires <= now)
        self._delete(expired)
        return tuple(entry.owed() for entry in expired)

    async def items(self, account: str | None = None) -> tuple[Owed, ...]:
        self._now()
        wanted = (e for e in self._entries.values() if account in {None, e.item.account})
        return tuple(entry.owed() for entry in _oldest_first(wanted))

    async def owed_to(self, account: str, user: str) -> tuple[Owed, ...]:
        self._now()
        return tuple(entry.owed() for entry in self._of(account, user))

    def _parked(self, account: str, user: str) -> list[_Entry]:
        return [entry for entry in self._of(account, user) if entry.state is State.PARKED]

    def _of(self, account: str, user: str) -> list[_Entry]:
        return _oldest_first(self._of_users.get((account, user), {}).values())

    def _add(self, item: Item) -> _Entry:
        entry = self._entries[item.id] = _Entry(item)
        self._join_user(entry)
        return entry

    def _join_user(self, entry: _Entry) -> None:
        item = entry.item
        self._of_users.setdefault((item.account, item.user), {})[item.id] = entry

    def _leave_user(self, entry: _Entry) -> None:
        user = entry.item.account, entry.item.user
        del self._of_users[user][entry.item.id]
        if not self._of_users[user]:
            del self._of_users[user]

    def _delete(self, entries: Collection[_Entry]) -> tuple[str, ...]:
        for entry in entries:
            del self._entries[entry.item.id]
            self._leave_user(entry)
        return tuple(entry.item.id for entry in entries)


def _oldest_first(entries: Iterable[_Entry]) -> list[_Entry]:
    return sorted(entries, key=lambda entry: entry.item.created)


def _free(entries: Iterable[_Entry], now: float) -> list[_Entry]:
    """Return those that nobody holds, and that have not expired."""
    return [entry for entry in entries if entry.until <= now < entry.item.expires]
