"""When a breaker opens, probes and closes."""

from sparklabs.models.breaker import Breaker, BreakerState


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def failing(time: Time, *, times: int = 3) -> Breaker:
    breaker = Breaker(failures=3, open_seconds=10, clock=time)
    for _ in range(times):
        permit = breaker.find_permit()
        assert permit is not None
        permit.failed()
    return breaker


def test_it_opens_at_the_limit_and_not_before() -> None:
    assert failing(Time(), times=2).find_permit() is not None
    breaker = failing(Time())
    assert breaker.find_permit() is None
    assert breaker.snapshot().state is BreakerState.OPEN


def test_a_success_in_between_starts_the_count_again() -> None:
    breaker = failing(Time(), times=2)
    breaker.find_permit().succeeded()  # type: ignore[union-attr]
    breaker.find_permit().failed()  # type: ignore[union-attr]
    assert breaker.snapshot().state is BreakerState.CLOSED


def test_after_the_pause_exactly_one_may_probe_and_its_success_closes() -> None:
    time = Time()
    breaker = failing(time)
    time.now = 10
    assert breaker.snapshot().state is BreakerState.HALF_OPEN
    probe = breaker.find_permit()
    assert probe is not None
    assert breaker.find_permit() is None
    probe.succeeded()
    assert breaker.find_permit() is not None


def test_a_failed_probe_doubles_the_pause() -> None:
    time = Time()
    breaker = failing(time)
    time.now = 10
    breaker.find_permit().failed()  # type: ignore[union-attr]
    time.now = 29
    assert breaker.find_permit() is None
    time.now = 30
    assert breaker.find_permit() is not None


def test_a_cancelled_probe_frees_its_place() -> None:
    time = Time()
    breaker = failing(time)
    time.now = 10
    breaker.find_permit().released()  # type: ignore[union-attr]
    assert breaker.find_permit() is not None


def test_an_old_question_that_ends_without_verdict_does_not_free_the_probes_place() -> None:
    time = Time()
    breaker = Breaker(failures=1, open_seconds=10, clock=time)
    old, bad = breaker.find_permit(), breaker.find_permit()
    assert old and bad
    bad.failed()
    time.now = 10
    assert breaker.find_permit() is not None
    old.released()
    assert breaker.find_permit() is None


def test_a_permit_counts_once() -> None:
    breaker = Breaker(failures=5, open_seconds=10)
    permit = breaker.find_permit()
    assert permit is not None
    permit.failed()
    permit.failed()
    permit.released()
    assert breaker.snapshot().failures == 1
