"""Periods and their buckets by the calendar of a time zone; no queries and no clock of its own.

A day is a day of the zone, so the days of a change to or from summer time have 23 or 25 hours. Moments are in UTC:
Python compares and subtracts two moments of one zone by their wall clocks.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sparklabs.insight.analytics.errors import RangeInvalidError, TimezoneInvalidError

Period = Literal["24h", "7d", "30d", "90d"]
DAYS_OF: dict[str, int] = {"7d": 7, "30d": 30, "90d": 90}
HOURS = 24
MOST_DAYS = 366
FIRST_YEAR, LAST_YEAR = 1970, 2999


@dataclass(frozen=True, slots=True)
class Window:
    """The buckets of a period, and the period of the same length before it that it is compared with.

    `starts` are the buckets' beginnings, the last one ends at `end` (exclusive). The period before ends at
    `previous_end`, as far into its last day as `end` is into today, so that a morning is compared with a morning.
    """

    starts: tuple[datetime, ...]
    end: datetime
    previous_start: datetime
    previous_end: datetime

    @property
    def start(self) -> datetime:
        return self.starts[0]


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises TimezoneInvalidError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimezoneInvalidError(
            f"{name!r} is no time zone.", field="timezone", hint="Use an IANA name, such as Europe/London."
        ) from error


def window_of(period: Period, *, now: datetime, zone: ZoneInfo) -> Window:
    """The clock hours of the last day for `24h`, else so many calendar days up to and with today."""
    local = now.astimezone(zone)
    if period == "24h":
        this_hour = now - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        starts = tuple(this_hour - timedelta(hours=HOURS - 1 - number) for number in range(HOURS))
        day = timedelta(hours=HOURS)
        return Window(starts, now, starts[0] - day, now - day)
    days = DAYS_OF[period]
    first = local.date() - timedelta(days=days - 1)
    starts = tuple(midnight(first + timedelta(days=number), zone) for number in range(days))
    then = local.replace(tzinfo=None) - timedelta(days=days)
    return Window(starts, now, midnight(first - timedelta(days=days), zone), then.replace(tzinfo=zone).astimezone(UTC))


def window_of_days(start: date, end: date, *, zone: ZoneInfo) -> Window:
    """Every day from `start` to `end`, both included, compared with nothing; raises RangeInvalidError."""
    days = (end - start).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise RangeInvalidError(
            f"From {start} to {end} is no range of 1 to {MOST_DAYS} days.",
            field="end",
            hint="Give a start that is not after the end, a year apart at most.",
        )
    if start.year < FIRST_YEAR or end.year > LAST_YEAR:
        raise RangeInvalidError("There is nothing so far away.", field="start", hint="Choose days of these years.")
    starts = tuple(midnight(start + timedelta(days=number), zone) for number in range(days))
    return Window(starts, midnight(end + timedelta(days=1), zone), starts[0], starts[0])


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins in the zone; where clocks skip midnight, the first moment after it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
