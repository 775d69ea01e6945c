"""How often somebody may fail to sign in; counted in this process, the lasting count stands with the account."""

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic

FAILURES_BEFORE_LOCK = 5
FIRST_LOCK_SECONDS = 30
LONGEST_LOCK_SECONDS = 900
_REMEMBERED = 10_000


def lock_seconds(failures: int) -> int:
    """0 below five failures in a row, then 30 s, doubling with each further one up to 15 minutes."""
    if failures < FAILURES_BEFORE_LOCK:
        return 0
    return min(FIRST_LOCK_SECONDS << min(failures - FAILURES_BEFORE_LOCK, 10), LONGEST_LOCK_SECONDS)


class FailureBuckets:
    """A token bucket per key: `burst` failures at once, one more each `refill_seconds`; successes are free."""

    def __init__(self, *, burst: int = 10, refill_seconds: float = 6, now: Callable[[], float] = monotonic) -> None:
        self._burst = burst
        self._refill_seconds = refill_seconds
        self._now = now
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> int:
        """Takes one; returns 0, or the seconds to wait when there is none."""
        level = self._level(key)
        if level < 1:
            return ceil((1 - level) * self._refill_seconds)
        self._put(key, level - 1)
        return 0

    def give_back(self, key: str) -> None:
        """The attempt was no failure."""
        self._put(key, min(self._level(key) + 1, self._burst))

    def _level(self, key: str) -> float:
        level, at = self._levels.get(key, (float(self._burst), self._now()))
        return min(level + (self._now() - at) / self._refill_seconds, self._burst)

    def _put(self, key: str, level: float) -> None:
        self._levels[key] = (level, self._now())
        self._levels.move_to_end(key)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)


class UnknownLocks:
    """Locks e-mails nobody has just as accounts are locked, so that a lock does not tell who exists."""

    def __init__(self, *, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def remaining_seconds(self, email: str) -> int:
        _, until = self._failures.get(email, (0, 0.0))
        return max(0, ceil(until - self._now()))

    def fail(self, email: str) -> None:
        failures = self._failures.get(email, (0, 0.0))[0] + 1
        self._failures[email] = (failures, self._now() + lock_seconds(failures))
        self._failures.move_to_end(email)
        if len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
