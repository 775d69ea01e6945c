"""A conversation is asked to be summed up once for each mark of its summary, and again when nothing came of it."""

from uuid import uuid4

from sparklabs.conversations.summaries import ASK_AGAIN_SECONDS, AskedSummaries


class Time:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_turns_of_a_conversation_ask_once_while_its_summary_is_written() -> None:
    asked, one, other = AskedSummaries(Time()), uuid4(), uuid4()
    assert asked.is_new(one, summary_seq=0)
    assert not asked.is_new(one, summary_seq=0)
    assert asked.is_new(other, summary_seq=0)


def test_a_summary_that_moved_the_mark_lets_the_next_one_be_asked_for() -> None:
    asked, one = AskedSummaries(Time()), uuid4()
    assert asked.is_new(one, summary_seq=0)
    assert asked.is_new(one, summary_seq=10)
    assert not asked.is_new(one, summary_seq=10)


def test_a_summary_of_which_nothing_came_is_asked_for_again() -> None:
    time = Time()
    asked, one = AskedSummaries(time), uuid4()
    assert asked.is_new(one, summary_seq=0)
    time.now = ASK_AGAIN_SECONDS - 1
    assert not asked.is_new(one, summary_seq=0)
    time.now = ASK_AGAIN_SECONDS
    assert asked.is_new(one, summary_seq=0)
