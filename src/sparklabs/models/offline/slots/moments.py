"""Finds days and times of day in a sentence, relative to a given now; says nothing of which parameter they
belong to."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sparklabs.models.offline.slots.amounts import WORD_NUMBER, number_of

Span = tuple[int, int]
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|weds?|thurs?|thu|fri|sat|sun"
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_NUMBER = rf"(?:\d{{1,3}}|{WORD_NUMBER})"
_DAY = r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_HOUR_WORD = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_PART = r"(?P<part>(?: in the| this)? (?:morning|afternoon|evening)| at night| tonight)?"
_MERIDIEM = r"(?P<meridiem>\s?[ap]\.?m\b\.?)?"
_EVENING = re.compile(r"\b(?:tonight|evening|dinner|dine|supper|night)\b", re.IGNORECASE)
_MORNING = re.compile(r"\b(?:morning|wake|breakfast|woken|get up|(?:am|'m) up)\b", re.IGNORECASE)
_TOMORROW = r"tom{1,2}or{1,2}ow"
_HOUR_TODAY_ENDS = 24


@dataclass(frozen=True, slots=True)
class DayHit:
    """A day and where it stands in the text."""

    day: date
    span: Span


@dataclass(frozen=True, slots=True)
class TimeHit:
    """A time of day and where it stands in the text."""

    at: time
    span: Span


def find_days(text: str, now: datetime, *, month_first: bool = False) -> list[DayHit]:
    """Days in the order of the text. `month_first` reads 3/4 as the 4th of March, as in the United States."""
    hits: list[DayHit] = []
    for pattern, read in _DAY_FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < hit.span[1] and hit.span[0] < match.end() for hit in hits):
                continue
            try:
                hits += read(match, now, month_first)
            except ValueError:
                continue
    return sorted(hits, key=lambda hit: hit.span)


def _absolute(match: re.Match[str], _now: datetime, _month_first: bool) -> list[DayHit]:
    return [DayHit(date.fromisoformat(match[0]), match.span())]


def _relative(match: re.Match[str], now: datetime, _month_first: bool) -> list[DayHit]:
    word = re.sub(r"^the ", "", match[0].lower())
    days = {"today": 0, "tonight": 0, "this": 0, "tmrw": 1, "tmr": 1}.get(word.split()[0], 2)
    days = 1 if re.match(_TOMORROW, word) else days
    return [DayHit(now.date() + timedelta(days=days), match.span())]


def _later(match: re.Match[str], now: datetime, _month_first: bool) -> list[DayHit]:
    count = number_of(match["count"]) or 1
    unit = match["unit"].lower()
    if unit == "month":
        return [DayHit(_add_months(now.date(), int(count)), match.span())]
    return [DayHit(now.date() + timedelta(days=int(count) * (7 if unit == "week" else 1)), match.span())]


def _weekday(match: re.Match[str], now: datetime, _month_first: bool) -> list[DayHit]:
    wanted = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(match["name"].lower()[:3])
    today = now.date()
    if (match["which"] or "").strip().lower() == "next" or match["week"]:
        monday = today - timedelta(days=today.weekday())
        return [DayHit(monday + timedelta(days=7 + wanted), match.span())]
    ahead = (wanted - today.weekday()) % 7 or 7
    return [DayHit(today + timedelta(days=ahead), match.span())]


def _day_month(match: re.Match[str], now: datetime, _month_first: bool) -> list[DayHit]:
    month = _month_number(match["month"])
    day = _dated(int(match["day"]), month, match["year"], now)
    first = match.groupdict().get("first")
    if first:
        start = _dated(int(first), month, match["year"], now)
        return [DayHit(start, match.span()), DayHit(day, match.span())]
    return [DayHit(day, match.span())]


def _numeric(match: re.Match[str], now: datetime, month_first: bool) -> list[DayHit]:
    first, second = int(match["first"]), int(match["second"])
    day, month = (second, first) if (month_first or second > 12) and first <= 12 else (first, second)
    year = match["year"]
    return [DayHit(_dated(day, month, ("20" + year if year and len(year) == 2 else year), now), match.span())]


def _day_only(match: re.Match[str], now: datetime, _month_first: bool) -> list[DayHit]:
    day, today = int(match["day"]), now.date()
    month = today if day >= today.day else _add_months(today.replace(day=1), 1)
    return [DayHit(month.replace(day=day), match.span())]


_DayReader = Callable[[re.Match[str], datetime, bool], list[DayHit]]
_DAY_FORMS: tuple[tuple[re.Pattern[str], _DayReader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"\b20\d\d-\d\d-\d\d(?!\d)", _absolute),
        (rf"\b(?P<count>{_NUMBER}|a) (?P<unit>day|week|month)s?(?: from (?:now|today)| later)\b", _later),
        (rf"\bin (?P<count>{_NUMBER}|a) (?P<unit>day|week|month)s?\b", _later),
        (rf"\b(?:the )?(?P<first>\d{{1,2}})(?:st|nd|rd|th)? ?(?:to|until|till|through|and|-|–) ?{_DAY} (?:of )?"
         rf"(?P<month>{_MONTHS})\b{_YEAR}", _day_month),
        (rf"\b{_DAY} (?:of )?(?P<month>{_MONTHS})\b\.?{_YEAR}", _day_month),
        (rf"\b(?P<month>{_MONTHS})\b\.? {_DAY}(?![\d:]){_YEAR}", _day_month),
        (r"(?<![\d/.-])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>(?:20)?\d\d))?(?![\d/]|\.\d|:)", _numeric),
        (r"(?<![\d/.-])(?P<first>\d{1,2})\. ?(?P<second>\d{1,2})\.(?: ?(?P<year>20\d\d))?(?!\d)", _numeric),
        (r"\b(?:the )?day after tomorrow\b|\b(?:today|tonight|"
         rf"{_TOMORROW}|tmrw|tmr|this (?:morning|afternoon|evening))\b",
         _relative),
        (rf"\b(?P<which>(?:next|this|coming|on) )?(?P<name>{_DAYS})\b(?P<week> next week)?", _weekday),
        (r"\b(?:on )?the (?P<day>\d{1,2})(?:st|nd|rd|th)\b", _day_only),
        (r"\bon (?P<day>\d{1,2})(?:st|nd|rd|th)\b", _day_only),
    )
)  # fmt: skip


def find_times(text: str) -> list[TimeHit]:
    """Times of day in the order of the text; a bare hour from 1 to 6 is taken for the afternoon unless words
    say else."""
    hits: list[TimeHit] = []
    for pattern in _TIME_FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < hit.span[1] and hit.span[0] < match.end() for hit in hits):
                continue
            at = _time_of(match, text)
            if at is not None:
                hits.append(TimeHit(at, match.span()))
    return sorted(hits, key=lambda hit: hit.span)


_TIME_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:at |around |about |by )?(?P<before>half past|quarter past|quarter to|half) "
        rf"(?P<hour>\d{{1,2}}|{_HOUR_WORD})\b"
        rf"{_MERIDIEM}{_PART}",
        r"\b(?:at |around |about |by )?(?P<named>noon|midday|midnight)\b",
        rf"(?<![\d.,-])(?:at |around |about |by )?(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)(?![\d.]){_MERIDIEM}{_PART}",
        r"(?<![\d.,$€£₹-])\b(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?P<meridiem>\s?[ap]\.?m\b\.?)",
        r"(?<![\d.,-])(?:at |around |about |by )?(?P<hour>\d{1,2})(?P<meridiem>\s?[ap]\.?m\b\.?)",
        rf"\b(?:at |around |about |by )?(?P<hour>{_HOUR_WORD})(?: (?P<minute_word>fifteen|thirty|forty-five|"
        rf"forty five))?"
        r"(?P<meridiem>\s[ap]\.?m\b\.?)",
        rf"(?<![\d.,-])\b(?:at |around |about |by )?(?P<hour>\d{{1,2}}|{_HOUR_WORD}) o'?clock{_PART}",
        rf"\b(?:at|around|by) (?P<hour>\d{{1,2}}|{_HOUR_WORD})(?: (?P<minute_word>fifteen|thirty|"
        rf"forty-five))?(?![\d/%.:-]|\w)"
        rf"{_PART}(?! (?:minutes|hours|days|weeks|people|percent|euros?|dollars?|pounds?|[A-Z]))",
        r"(?<![\d.,:-])\b(?P<hour>\d{1,2})(?P<part>(?: in the) (?:morning|afternoon|evening)| at night| tonight)",
    )
)


def _time_of(match: re.Match[str], text: str) -> time | None:
    found: dict[str, Any] = match.groupdict()
    if found.get("named"):
        return time(0, 0) if found["named"].lower() == "midnight" else time(12, 0)
    hour = int(number_of(found["hour"]) or 0)
    minute = int(found.get("minute") or 0)
    if found.get("minute_word"):
        minute = {"fifteen": 15, "thirty": 30}.get(found["minute_word"].lower(), 45)
    before = (found.get("before") or "").lower()
    minute = {"half past": 30, "half": 30, "quarter past": 15, "quarter to": 45}.get(before, minute)
    hour = _on_the_clock(hour, found, text)
    if before == "quarter to":
        hour = (hour - 1) % 24
    return time(hour, minute) if hour < _HOUR_TODAY_ENDS else None


def _on_the_clock(hour: int, found: dict[str, Any], text: str) -> int:
    meridiem = re.sub(r"[\s.]", "", found.get("meridiem") or "").lower()
    part = (found.get("part") or "").lower()
    if meridiem:
        return hour % 12 + (12 if meridiem == "pm" else 0)
    if hour == 0 or hour > 12:
        return hour
    if "morning" in part:
        return hour % 12
    if "afternoon" in part or "evening" in part or "night" in part:
        return hour % 12 + 12
    if _MORNING.search(text):
        return hour
    late = 1 <= hour <= 6 or (hour < 12 and bool(_EVENING.search(text)))
    return hour + 12 if late and (hour != 12) else hour


def parse_day(text: str, now: datetime) -> date | None:
    """A day that our own forms do not know, by dateparser; only for a bare reply to our own question for a day."""
    import dateparser

    parsed = dateparser.parse(
        text,
        languages=["en"],
        settings={"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "future", "REQUIRE_PARTS": ["day"]},
    )
    return parsed.date() if parsed else None


def _dated(day: int, month: int, year: str | None, now: datetime) -> date:
    if year:
        return date(int(year), month, day)
    found = date(now.year, month, day)
    # Without a year, what lies well behind us means the next one.
    return found if found >= now.date() - timedelta(days=7) else date(now.year + 1, month, day)


def _month_number(name: str) -> int:
    return [month.lower() for month in calendar.month_abbr].index(name.lower()[:3])


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
