"""What an account's traffic tells: how old a push is, when WeChat hangs up, how often it did.

The clocks of two machines differ. The age of a push, by its CreateTime, is therefore
measured against the youngest of late: that one was on its way for next to nothing.
"""

from collections import deque
from statistics import median
from time import monotonic

from delivery.times import Times

AGES = 50  # messages of whose ages the least counts as none
FEW = 5  # with fewer, the clocks are taken to agree
WRONG_CLOCK = 60.0  # seconds; what differs by more is no age
ROUNDING = 0.1  # of the window: CreateTime has whole seconds
HANGUPS = 20
ENOUGH_HANGUPS = 3
# Of WeChat's window, after arrival: any other end was not its patience.
EARLIEST, LATEST = 0.6, 1.08
MARGIN = 0.1  # between our answer and its hang-up
BUDGET_SECONDS = 300.0


class Observed:
    """What was seen of one account's pushes; `budget` is of hang-ups in 5 minutes, 0: none."""

    def __init__(self, budget: int, times: Times) -> None:
        self._window = times.window
        self._noted = 0
        # Of the last ages each that none after it is below, by its number: the first is the least.
        self._least: deque[tuple[int, float]] = deque()
        self._hangups: deque[float] = deque(maxlen=HANGUPS)
        self._times: deque[float] = deque(maxlen=budget or 1)
        self._budget = budget

    def number(self, age: float, counted: int) -> int:
        """Return which attempt it is, by its count or, where that is more, by its age.

        `age` is what `note` was told. A push that another process answered before was not
        counted here.
        """
        if self._noted >= FEW:
            age -= self._least[0][1]
        elif abs(age) >= WRONG_CLOCK:
            age = 0.0
        return max(counted, 1 + int((age + ROUNDING * self._window) // self._window))

    def note(self, age: float) -> None:
        """Note by how many seconds a push seemed older than it can be, when it came first."""
        least = self._least
        while least and least[-1][1] >= age:
            least.pop()
        self._noted += 1
        least.append((self._noted, age))
        if least[0][0] <= self._noted - AGES:
            least.popleft()

    def hung_up(self, after: float, now: float) -> None:
        """Note that an attempt was ended `after` seconds; `now` by the monotonic clock."""
        self._times.append(now)
        if EARLIEST <= after / self._window <= LATEST:
            self._hangups.append(after)

    def deadline(self, wanted: float) -> float:
        """Return the seconds that an answer may take: less where WeChat hangs up early."""
        if len(self._hangups) < ENOUGH_HANGUPS:
            return wanted
        return min(wanted, median(self._hangups) - MARGIN * self._window)

    def over_budget(self) -> bool:
        """Return whether WeChat hung up as often as the account may risk."""
        if not self._budget or len(self._times) < self._budget:
            return False
        now = monotonic()
        while self._times and self._times[0] < now - BUDGET_SECONDS:
            self._times.popleft()
        return len(self._times) >= self._budget
