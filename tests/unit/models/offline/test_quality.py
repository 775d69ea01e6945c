"""The held-out figures may not fall; `python -m bench.offline_quality` shows and publishes them."""

from functools import cache

from bench.offline_quality.scoring import Score, score_dialogues, score_samples
from bench.offline_quality.sets import load_dialogues, load_samples

LEAST_RIGHT_TOOL = 0.83
LEAST_RIGHT_ARGUMENTS = 0.61
MOST_FALSE_ACTIONS = 0.03
LEAST_DIALOGUES = 0.80


@cache
def held_out() -> Score:
    return score_samples(load_samples("held_out"))


def test_the_held_out_set_is_large_and_holds_enough_that_must_begin_nothing() -> None:
    assert held_out().tool.total >= 200
    assert held_out().quiet.total >= 60
    assert len(held_out().by_toolset) >= 5


def test_the_right_tool_is_chosen_as_often_as_published() -> None:
    assert held_out().tool.share >= LEAST_RIGHT_TOOL, "\n".join(held_out().tool.wrong)


def test_the_right_arguments_are_filled_as_often_as_published() -> None:
    assert held_out().arguments.share >= LEAST_RIGHT_ARGUMENTS, "\n".join(held_out().arguments.wrong)


def test_actions_are_not_begun_unasked() -> None:
    assert held_out().false_actions <= MOST_FALSE_ACTIONS, "\n".join(held_out().quiet.wrong)


def test_dialogues_are_completed_as_often_as_published() -> None:
    tally = score_dialogues(load_dialogues("dialogues_held_out"))
    assert tally.share >= LEAST_DIALOGUES, "\n".join(tally.wrong)
