"""Which failures are asked again and after how long."""

from sparklabs.models.errors import ModelKeyRejectedError, ModelRateLimitedError, ModelServerError, ModelTimeoutError
from sparklabs.models.retry import RetryPlan

PLAN = RetryPlan(max_attempts=3, base_seconds=1, cap_seconds=3, max_wait_seconds=20, draw=lambda low, high: high)


def test_the_ceiling_of_the_jitter_doubles_up_to_the_cap() -> None:
    plan = RetryPlan(max_attempts=9, base_seconds=1, cap_seconds=3, draw=lambda low, high: high)
    waits = [plan.find_wait(ModelServerError("x"), attempt=number, remaining_seconds=60) for number in (1, 2, 3, 4)]
    assert waits == [1, 2, 3, 3]


def test_jitter_is_full() -> None:
    drawn: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        drawn.append((low, high))
        return low

    RetryPlan(base_seconds=1, draw=draw).find_wait(ModelServerError("x"), attempt=1, remaining_seconds=60)
    assert drawn == [(0, 1)]


def test_what_the_vendor_asked_is_waited_at_least() -> None:
    error = ModelRateLimitedError("x", retry_after_seconds=7)
    wait = PLAN.find_wait(error, attempt=1, remaining_seconds=60)
    assert wait is not None
    assert 7 <= wait <= 8


def test_nobody_waits_longer_than_allowed_or_than_there_is_time() -> None:
    long = ModelRateLimitedError("x", retry_after_seconds=30)
    assert PLAN.find_wait(long, attempt=1, remaining_seconds=60) is None
    short = ModelRateLimitedError("x", retry_after_seconds=7)
    assert PLAN.find_wait(short, attempt=1, remaining_seconds=5) is None


def test_final_errors_time_outs_and_the_last_attempt_are_not_repeated() -> None:
    assert PLAN.find_wait(ModelKeyRejectedError("x"), attempt=1, remaining_seconds=60) is None
    assert PLAN.find_wait(ModelTimeoutError("x"), attempt=1, remaining_seconds=60) is None
    assert PLAN.find_wait(ModelServerError("x"), attempt=3, remaining_seconds=60) is None
