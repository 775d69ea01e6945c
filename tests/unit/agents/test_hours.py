"""Business hours as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sparklabs.agents.hours import HoursError, parse_business_hours

MONDAY, TUESDAY, SATURDAY, SUNDAY = 5, 6, 10, 11


def at(day: int, hour: int, minute: int = 0, zone: str = "UTC") -> datetime:
    """A moment in January 2026, whose fifth is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("text", "opens", "closed"),
    [
        ("9am-5pm", [at(MONDAY, 9), at(SUNDAY, 16, 59)], [at(MONDAY, 8, 59), at(MONDAY, 17)]),
        ("9am-5pm EST", [at(MONDAY, 14), at(MONDAY, 9, zone="America/New_York")], [at(MONDAY, 13), at(MONDAY, 22)]),
        ("Mon-Fri 09:00-18:00 Asia/Kolkata", [at(MONDAY, 4)], [at(MONDAY, 13), at(SATURDAY, 6)]),
        ("Mon-Fri 9:00-18:00, Sat 10-14", [at(SATURDAY, 13), at(MONDAY, 17)], [at(SATURDAY, 15), at(SUNDAY, 12)]),
        ("weekdays 9 to 17", [at(TUESDAY, 9)], [at(SATURDAY, 9)]),
        ("Mon, Tue 9-12", [at(MONDAY, 9), at(TUESDAY, 11)], [at(SATURDAY, 9)]),
        ("Saturday and Sunday 10am – 2pm UTC", [at(SUNDAY, 10)], [at(MONDAY, 10)]),
        ("Fri-Mon 10-12", [at(SUNDAY, 11), at(MONDAY, 11)], [at(TUESDAY, 11)]),
        ("Mon 22:00-06:00", [at(MONDAY, 23), at(TUESDAY, 5)], [at(TUESDAY, 23), at(MONDAY, 5)]),
        ("12am-12pm", [at(MONDAY, 0), at(MONDAY, 11, 59)], [at(MONDAY, 12)]),
        ("18:00-24:00", [at(MONDAY, 23, 59)], [at(MONDAY, 0)]),
        ("24/7", [at(SUNDAY, 3)], []),
    ],
)
def test_hours_are_open_and_closed(text: str, opens: list[datetime], closed: list[datetime]) -> None:
    hours = parse_business_hours(text)
    assert [hours.is_open(moment) for moment in opens + closed] == [True] * len(opens) + [False] * len(closed)


def test_a_zone_of_the_conversation_counts_when_the_text_names_none() -> None:
    moment = datetime(2026, 1, MONDAY, 4, 0, tzinfo=UTC)
    assert parse_business_hours("9-18").is_open(moment, default_timezone="Asia/Kolkata")
    assert not parse_business_hours("9-18").is_open(moment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always open mostly",
        "Mon-Fri",
        "Moonday 9-17",
        "9-25",
        "13pm-2pm",
        "9-9",
        "9-17 Mars/Base",
        "9-17 XYZ",
        "9:75-10",
    ],
)
def test_text_that_says_no_hours_is_refused(text: str) -> None:
    with pytest.raises(HoursError):
        parse_business_hours(text)
