"""Opening hours as people write them, and the moment it is where the agent works."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sparklabs.tools.errors import ToolBrokenError
from sparklabs.tools.schemas import ToolContext

Span = tuple[time, time]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?\s*(?:-|–|to|until)\s*(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE
)
_DAY_RANGE = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:\s*(?:-|–|to)\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*)?")
_ZONE = re.compile(r"\b([A-Z][A-Za-z_]+/[A-Za-z_/+-]+|[A-Z]{2,4})\s*$")
# What people write for a zone, winter or summer; the IANA zone knows which it is.
_ZONES = {
    "EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago", "CT": "America/Chicago",
    "MST": "America/Denver", "MDT": "America/Denver", "MT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
    "IST": "Asia/Kolkata", "GMT": "Etc/GMT", "UTC": "UTC", "BST": "Europe/London",
    "CET": "Europe/Paris", "CEST": "Europe/Paris", "SGT": "Asia/Singapore", "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney",
}  # fmt: skip
_WORKDAYS = frozenset(range(5))
_EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Spans of each weekday (Monday first) in a zone, and days that are closed."""

    week: tuple[tuple[Span, ...], ...]
    zone: ZoneInfo
    closed: frozenset[date] = frozenset()

    def spans(self, day: date) -> tuple[Span, ...]:
        return () if day in self.closed else self.week[day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return any(opens <= local.time() < closes for opens, closes in self.spans(local.date()))


def local_now(context: ToolContext) -> datetime:
    """The moment of the call on the clocks of the agent's zone."""
    return context.now.astimezone(get_zone(context.timezone))


def get_zone(name: str) -> ZoneInfo:
    """The IANA zone of that name or of a common abbreviation; raises `tool_broken`."""
    try:
        return ZoneInfo(_ZONES.get(name, name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ToolBrokenError(
            f"There is no time zone {name!r}.", field="config/timezone", hint="Write one such as Asia/Kolkata."
        ) from error


def read_hours(written: str | Mapping[str, Any], *, timezone: str, closed: Iterable[str] = ()) -> OpeningHours:
    """Hours such as "9am-5pm EST", "Mon-Sat 09:00-18:00" or {mon-fri: "09:00-13:00, 14:00-18:00", sat: ...}.

    Without days, a text means Monday to Friday. Raises `tool_broken` for what cannot be read.
    """
    week: list[tuple[Span, ...]] = [()] * 7
    if isinstance(written, str):
        zone = _ZONE.search(written)
        if zone and (zone.group(1) in _ZONES or "/" in zone.group(1)):
            timezone, written = zone.group(1), written[: zone.start()]
        parts: list[tuple[str, str]] = [("", part) for part in written.split(";")]
    else:
        parts = [(str(days), str(spans)) for days, spans in written.items()]
    for days, text in parts:
        for weekday in _weekdays(days or text, default=_WORKDAYS):
            week[weekday] = (*week[weekday], *_spans(text))
    return OpeningHours(tuple(week), get_zone(timezone), frozenset(_day(each) for each in closed))


def _weekdays(text: str, *, default: frozenset[int]) -> frozenset[int]:
    lowered = text.lower()
    if "daily" in lowered or "every day" in lowered or "all days" in lowered:
        return _EVERY_DAY
    found: set[int] = set()
    for first, last in _DAY_RANGE.findall(lowered):
        start = _DAYS.index(first)
        end = _DAYS.index(last) if last else start
        found.update(_EVERY_DAY if end < start else range(start, end + 1))
        if end < start:
            found -= set(range(end + 1, start))
    return frozenset(found) or default


def _spans(text: str) -> tuple[Span, ...]:
    if "closed" in text.lower():
        return ()
    found = tuple(_span(match) for match in _SPAN.finditer(text))
    if not found:
        raise ToolBrokenError(
            f"These hours cannot be read: {text!r}.", field="config/hours", hint='Write them as "09:00-17:00".'
        )
    return found


def _span(match: re.Match[str]) -> Span:
    hour, minute, half, end_hour, end_minute, end_half = match.groups()
    opens = _clock(hour, minute, half)
    closes = _clock(end_hour, end_minute, end_half)
    if closes <= opens:
        raise ToolBrokenError(f"These hours end before they begin: {match.group(0)!r}.", field="config/hours")
    return opens, closes


def _clock(hour: str, minute: str | None, half: str | None) -> time:
    value = int(hour)
    if half:
        value = value % 12 + (12 if half.lower() == "pm" else 0)
    if value == 24:
        return time.max
    if value > 23 or int(minute or 0) > 59:
        raise ToolBrokenError(f"There is no such time: {hour}:{minute or '00'}.", field="config/hours")
    return time(value, int(minute or 0))


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise ToolBrokenError(f"{text!r} is no date.", field="config/closed", hint="Write it as 2026-12-25.") from error
