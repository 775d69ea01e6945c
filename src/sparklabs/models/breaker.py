"""A circuit breaker per provider and model: who failed again and again is left alone for a while. It asks nobody."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

MAX_OPEN_SECONDS = 300


class BreakerState(StrEnum):
    """closed: asked as usual; open: not asked; half_open: one question at a time finds out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerSnapshot:
    """What metrics and health show."""

    state: BreakerState
    failures_in_a_row: int
    failures: int
    successes: int
    opened: int
    retry_in_seconds: float


class Permit:
    """The leave to ask once; who holds it reports back with one of its three words."""

    __slots__ = ("_breaker", "_open", "is_probe")

    def __init__(self, breaker: "Breaker", *, is_probe: bool) -> None:
        self._breaker = breaker
        self.is_probe = is_probe
        self._open = True

    def succeeded(self) -> None:
        """The model answered."""
        self._report(self._breaker.note_success)

    def failed(self) -> None:
        """The model failed in a way that speaks against its health."""
        self._report(self._breaker.note_failure)

    def released(self) -> None:
        """It ended without a verdict (cancelled, our own fault); after another word this does nothing."""
        self._report(self._breaker.note_nothing)

    def _report(self, note: Callable[["Permit"], None]) -> None:
        if self._open:
            self._open = False
            note(self)


class Breaker:
    """Opens after `failures` failures in a row; each failed probe doubles the pause, up to five minutes."""

    def __init__(self, *, failures: int, open_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._open_seconds = open_seconds
        self._clock = clock
        self._in_a_row = 0
        self._failures = 0
        self._successes = 0
        self._opened = 0
        self._pause = open_seconds
        self._open_until: float | None = None
        self._probing = False

    def find_permit(self) -> Permit | None:
        """Leave to ask now, or None; after the pause exactly one caller gets it until it reports back."""
        if self._open_until is None:
            return Permit(self, is_probe=False)
        if self._probing or self._clock() < self._open_until:
            return None
        self._probing = True
        return Permit(self, is_probe=True)

    def note_success(self, permit: Permit) -> None:
        """Closes; also on a late answer to a question from before the pause, for the model does answer."""
        self._successes += 1
        self._in_a_row = 0
        self._open_until = None
        self._pause = self._open_seconds
        self.note_nothing(permit)

    def note_failure(self, permit: Permit) -> None:
        """Counts, and opens at the limit or after a failed probe."""
        self._failures += 1
        self._in_a_row += 1
        self.note_nothing(permit)
        if permit.is_probe:
            self._pause = min(self._pause * 2, MAX_OPEN_SECONDS)
            self._open()
        elif self._open_until is None and self._in_a_row >= self._limit:
            self._open()

    def note_nothing(self, permit: Permit) -> None:
        """A probe's place is free again."""
        if permit.is_probe:
            self._probing = False

    def snapshot(self) -> BreakerSnapshot:
        """The present state."""
        remaining = max(0.0, self._open_until - self._clock()) if self._open_until is not None else 0.0
        state = BreakerState.CLOSED
        if self._open_until is not None:
            state = BreakerState.OPEN if remaining > 0 else BreakerState.HALF_OPEN
        return BreakerSnapshot(state, self._in_a_row, self._failures, self._successes, self._opened, remaining)

    def _open(self) -> None:
        self._opened += 1
        self._open_until = self._clock() + self._pause


class Breakers:
    """All breakers of this process, by provider and model."""

    def __init__(self, *, failures: int, open_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._open_seconds = open_seconds
        self._clock = clock
        self._breaker_by_model: dict[tuple[str, str], Breaker] = {}

    def get(self, provider: str, model: str) -> Breaker:
        """The breaker of one model, closed when it is new."""
        key = (provider, model)
        if (found := self._breaker_by_model.get(key)) is None:
            found = Breaker(failures=self._failures, open_seconds=self._open_seconds, clock=self._clock)
            self._breaker_by_model[key] = found
        return found

    def snapshots(self) -> dict[tuple[str, str], BreakerSnapshot]:
        """Every breaker that has been used."""
        return {key: breaker.snapshot() for key, breaker in self._breaker_by_model.items()}
