"""Days and times out of plain English."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from sparklabs.models.offline.slots.moments import find_days, find_times

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Europe/London"))  # a Wednesday


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("tomorrow", [date(2026, 3, 12)]),
        ("the day after tomorrow", [date(2026, 3, 13)]),
        ("on Friday", [date(2026, 3, 13)]),
        ("Wednesday", [date(2026, 3, 18)]),
        ("next Friday", [date(2026, 3, 20)]),
        ("in two weeks", [date(2026, 3, 25)]),
        ("3 days from now", [date(2026, 3, 14)]),
        ("20th of March", [date(2026, 3, 20)]),
        ("March 19th, 10 am", [date(2026, 3, 19)]),
        ("5 January", [date(2027, 1, 5)]),
        ("2026-04-01", [date(2026, 4, 1)]),
        ("on the 20th", [date(2026, 3, 20)]),
        ("on the 2nd", [date(2026, 4, 2)]),
        ("from 20 to 23 March", [date(2026, 3, 20), date(2026, 3, 23)]),
        ("31 February", []),
        ("room 312", []),
    ],
)
def test_days_are_read_relative_to_now(text: str, days: list[date]) -> None:
    assert [hit.day for hit in find_days(text, NOW)] == days


def test_figures_are_read_in_the_order_of_the_region() -> None:
    assert find_days("3/4", NOW)[0].day == date(2026, 4, 3)
    assert find_days("3/14", NOW, month_first=True)[0].day == date(2026, 3, 14)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("at 3", time(15)), ("at 10", time(10)), ("3 pm", time(15)), ("9:15 am", time(9, 15)), ("14:30", time(14, 30)),
        ("half past ten", time(10, 30)), ("quarter to seven in the morning", time(6, 45)), ("noon", time(12)),
        ("tonight at 8", time(20)), ("wake me at 6:30", time(6, 30)), ("seven thirty pm", time(19, 30)),
        ("at 5 in the evening", time(17)), ("10 o'clock", time(10)), ("12 am", time(0)),
    ],
)  # fmt: skip
def test_times_of_day_are_read(text: str, at: time) -> None:
    assert [hit.at for hit in find_times(text)] == [at]


@pytest.mark.parametrize("text", ["3 chairs", "$4.50", "25 people", "at 99", "room 12"])
def test_other_numbers_are_no_times(text: str) -> None:
    assert find_times(text) == []
