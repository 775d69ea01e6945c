"""Everything typed that one message holds, read once and kept: contact data, days, times, numbers."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sparklabs.models.offline.slots import contact
from sparklabs.models.offline.slots.amounts import LengthHit, NumberHit, find_lengths, find_numbers
from sparklabs.models.offline.slots.moments import DayHit, TimeHit, find_days, find_times

MONTH_FIRST_REGIONS = frozenset({"US", "PH", "FM", "PW"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """The typed things of one message, each with its place in the text."""

    email: contact.Found | None
    phone: contact.Found | None
    person: contact.Found | None
    company: contact.Found | None
    days: tuple[DayHit, ...]
    times: tuple[TimeHit, ...]
    numbers: tuple[NumberHit, ...]
    lengths: tuple[LengthHit, ...]


def read_spoken(text: str, now: datetime, locale: str | None) -> Spoken:
    """The typed things in `text`; days count from the day of `now`."""
    return _read(text, now.replace(hour=12, minute=0, second=0, microsecond=0), contact.region_of(locale))


@lru_cache(maxsize=1024)
def _read(text: str, now: datetime, region: str) -> Spoken:
    email, phone = contact.find_email(text), contact.find_phone(text, region)
    held = [found.span for found in (email, phone) if found]
    bare = text
    for start, end in held:
        bare = bare[:start] + "@" * (end - start) + bare[end:]
    days = find_days(bare, now, month_first=region in MONTH_FIRST_REGIONS)
    times = [hit for hit in find_times(bare) if not any(_overlap(hit.span, day.span) for day in days)]
    moments = [hit.span for hit in (*days, *times)]
    numbers = [hit for hit in find_numbers(bare) if not any(_overlap(hit.span, span) for span in moments)]
    return Spoken(
        email=email,
        phone=phone,
        person=contact.find_person(text),
        company=contact.find_company(text),
        days=tuple(days),
        times=tuple(times),
        numbers=tuple(numbers),
        lengths=tuple(find_lengths(bare)),
    )


def _overlap(left: tuple[int, int], right: tuple[int, int]) -> bool:
    return left[0] < right[1] and right[0] < left[1]
