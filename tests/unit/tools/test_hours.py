"""Opening hours as people write them."""

from datetime import UTC, date, datetime, time

import pytest

from sparklabs.tools.errors import ToolBrokenError
from sparklabs.tools.hours import read_hours


def test_hours_without_days_mean_workdays_in_the_named_zone() -> None:
    hours = read_hours("9am-5pm EST", timezone="Asia/Kolkata")
    assert hours.zone.key == "America/New_York"
    assert hours.is_open(datetime(2026, 11, 20, 14, 30, tzinfo=UTC))
    assert not hours.is_open(datetime(2026, 11, 20, 13, 30, tzinfo=UTC))
    assert not hours.is_open(datetime(2026, 11, 21, 15, 0, tzinfo=UTC))


def test_days_breaks_and_closed_days_are_read() -> None:
    written = {"mon-fri": "09:00-13:00, 14:00-18:00", "Saturday": "9-13"}
    hours = read_hours(written, timezone="Asia/Kolkata", closed=["2026-12-25"])
    assert hours.spans(date(2026, 11, 20)) == ((time(9), time(13)), (time(14), time(18)))
    assert hours.spans(date(2026, 11, 21)) == ((time(9), time(13)),)
    assert hours.spans(date(2026, 11, 22)) == ()
    assert hours.spans(date(2026, 12, 25)) == ()


def test_a_zone_of_two_words_and_a_day_range_stand_in_one_text() -> None:
    hours = read_hours("Mon-Sat 09:00-18:00 Asia/Kolkata", timezone="UTC")
    assert hours.is_open(datetime(2026, 11, 21, 4, 0, tzinfo=UTC))


def test_a_week_that_runs_over_sunday_is_read() -> None:
    hours = read_hours("Fri-Mon 10:00-12:00", timezone="UTC")
    assert [bool(hours.week[day]) for day in range(7)] == [True, False, False, False, True, True, True]


@pytest.mark.parametrize("written", ["whenever", "18:00-09:00", "25:00-26:00"])
def test_hours_that_cannot_be_read_are_refused(written: str) -> None:
    with pytest.raises(ToolBrokenError):
        read_hours(written, timezone="UTC")
