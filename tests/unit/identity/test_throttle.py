"""Locks and buckets against guessing."""

import pytest

from sparklabs.identity.throttle import FailureBuckets, UnknownLocks, lock_seconds


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (10_000, 900)]
)
def test_the_lock_doubles_from_thirty_seconds_to_fifteen_minutes(failures: int, seconds: int) -> None:
    assert lock_seconds(failures) == seconds


def test_a_bucket_allows_a_burst_then_one_each_refill() -> None:
    moment = [0.0]
    buckets = FailureBuckets(burst=3, refill_seconds=6, now=lambda: moment[0])
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 6]
    assert buckets.take("b") == 0
    moment[0] = 4
    assert buckets.take("a") == 2
    moment[0] = 6
    assert [buckets.take("a"), buckets.take("a")] == [0, 6]


def test_a_success_costs_nothing() -> None:
    buckets = FailureBuckets(burst=2, now=lambda: 0.0)
    for _ in range(20):
        assert buckets.take("a") == 0
        buckets.give_back("a")
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 6]


def test_an_unknown_email_unlocks_with_time_and_locks_longer_the_next_time() -> None:
    moment = [0.0]
    locks = UnknownLocks(now=lambda: moment[0])
    for _ in range(5):
        assert locks.remaining_seconds("a") == 0
        locks.fail("a")
    assert locks.remaining_seconds("a") == 30
    assert locks.remaining_seconds("b") == 0
    moment[0] = 31
    assert locks.remaining_seconds("a") == 0
    locks.fail("a")
    assert locks.remaining_seconds("a") == 60
