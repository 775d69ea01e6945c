"""Business hours as people write them ("Mon-Fri 9:00-18:00 Asia/Kolkata") and whether a moment lies within."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

MAX_LENGTH = 300

_DAY_NAMES = {
    "mon": 0, "monday": 0, "tue": 1, "tues": 1, "tuesday": 1, "wed": 2, "wednesday": 2, "thu": 3, "thur": 3,
    "thurs": 3, "thursday": 3, "fri": 4, "friday": 4, "sat": 5, "saturday": 5, "sun": 6, "sunday": 6,
}  # fmt: skip
_GROUPS = {
    "daily": range(7), "everyday": range(7), "weekdays": range(5), "weekends": range(5, 7),
}  # fmt: skip
_ZONES = {
    "EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York", "CST": "America/Chicago",
    "CDT": "America/Chicago", "CT": "America/Chicago", "MST": "America/Denver", "MDT": "America/Denver",
    "MT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
    "IST": "Asia/Kolkata", "GMT": "Europe/London", "BST": "Europe/London", "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin", "EET": "Europe/Athens", "JST": "Asia/Tokyo", "SGT": "Asia/Singapore",
    "AEST": "Australia/Sydney", "UTC": "UTC", "Z": "UTC",
}  # fmt: skip
_CLOCK = r"\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?"
_SPAN = re.compile(rf"({_CLOCK})\s*(?:-|–|—|to|until)\s*({_CLOCK})", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?", re.IGNORECASE)
_ZONE = re.compile(r"(?:^|\s)\(?([A-Za-z]+(?:/[A-Za-z_+-]+[0-9]*)+|[A-Z]{1,4})\)?\s*$")


class HoursError(ValueError):
    """The text does not say when."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of the week (0 is Monday) from one time to another; an end before the start lies on the next day."""

    days: frozenset[int]
    start: time
    end: time

    def holds(self, moment: datetime) -> bool:
        """Whether a local moment lies within."""
        day, now = moment.weekday(), moment.time()
        if self.start < self.end:
            return day in self.days and self.start <= now < self.end
        return (day in self.days and now >= self.start) or ((day - 1) % 7 in self.days and now < self.end)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When people are there; without spans, always. `timezone` is None when the text names none."""

    spans: tuple[Span, ...]
    timezone: str | None

    def is_open(self, moment: datetime, *, default_timezone: str = "UTC") -> bool:
        """Whether people are there at a moment, which must carry a time zone."""
        if not self.spans:
            return True
        local = moment.astimezone(ZoneInfo(self.timezone or default_timezone))
        return any(span.holds(local) for span in self.spans)


def parse_business_hours(text: str) -> BusinessHours:
    """Reads hours such as "9am-5pm EST", "Mon-Fri 09:00-18:00, Sat 10-14 Asia/Kolkata" or "24/7".

    Without days in the text, all seven count.
    Raises HoursError with what could not be read.
    """
    if len(text) > MAX_LENGTH:
        raise HoursError("the text is too long")
    body, timezone = _split_zone(text.strip())
    if body.lower().replace(" ", "") in {"24/7", "24x7", "always"}:
        return BusinessHours((), timezone)
    spans: list[Span] = []
    days = frozenset(range(7))
    for part in re.split(r"[;,]", body):
        if not part.strip():
            continue
        match = _SPAN.search(part)
        if match is None:
            days = _read_days(part)  # "Mon, Wed 9-17": the days of several parts belong together
            continue
        named = part[: match.start()].strip(" :")
        if part[match.end() :].strip():
            raise HoursError(f"`{part[match.end() :].strip()}` is neither a time nor a time zone")
        pending = days if len(days) < 7 else frozenset[int]()
        spans.append(Span(_read_days(named) | pending if named else days, *_read_span(match[1], match[2])))
        days = frozenset(range(7))
    if not spans:
        raise HoursError("there is no time in it")
    return BusinessHours(tuple(spans), timezone)


def _split_zone(text: str) -> tuple[str, str | None]:
    match = _ZONE.search(text)
    if match is None or match[1].lower() in _DAY_NAMES or match[1].upper() in {"AM", "PM", "A", "P"}:
        return text, None
    name = _ZONES.get(match[1].upper(), match[1])
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise HoursError(f"`{match[1]}` is no time zone") from error
    return text[: match.start()].strip(), name


def _read_days(text: str) -> frozenset[int]:
    words = re.sub(r"\s*(?:-|–|—|\bto\b)\s*", "-", text.strip().lower().replace("every day", "everyday"))
    found: set[int] = set()
    for word in re.split(r"\s+(?:and\s+|&\s*)?|\s*&\s*|/", words):
        first, dash, last = word.partition("-")
        if word in _GROUPS:
            found |= set(_GROUPS[word])
        elif first in _DAY_NAMES and (not dash or last in _DAY_NAMES):
            start, end = _DAY_NAMES[first], _DAY_NAMES[last] if dash else _DAY_NAMES[first]
            found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
        elif word:
            raise HoursError(f"`{word}` is no day of the week")
    return frozenset(found)


def _read_span(start: str, end: str) -> tuple[time, time]:
    first, last = _read_time(start), _read_time(end)
    if first == last:
        raise HoursError(f"`{start.strip()}` to `{end.strip()}` is no time at all")
    return first, last


def _read_time(text: str) -> time:
    match = _MOMENT.match(text.strip())
    if match is None:
        raise HoursError(f"`{text}` is no time of day")
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise HoursError(f"`{text.strip()}` is no time of day")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise HoursError(f"`{text.strip()}` is no time of day")
    return time(hour, minute)
