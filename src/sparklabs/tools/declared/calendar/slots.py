"""Free times worked out from opening hours and bookings; nothing is stored here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sparklabs.tools.hours import OpeningHours


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that can be booked, local to the calendar."""

    start: datetime
    free: int

    @property
    def key(self) -> str:
        return self.start.strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True, slots=True)
class Rules:
    """How the calendar is cut: minutes of a slot, places in each, days ahead and least notice."""

    hours: OpeningHours
    slot_minutes: int
    capacity: int
    days_ahead: int
    notice_minutes: int

    def starts(self, day: date) -> Iterator[datetime]:
        """Every slot of a day that ends before closing time."""
        length = timedelta(minutes=self.slot_minutes)
        for opens, closes in self.hours.spans(day):
            moment = datetime.combine(day, opens)
            end = datetime.combine(day, closes)
            while moment + length <= end:
                yield moment
                moment += length

    def days(self, now: datetime) -> list[date]:
        today = now.astimezone(self.hours.zone).date()
        return [today + timedelta(days=number) for number in range(self.days_ahead + 1)]

    def earliest(self, now: datetime) -> datetime:
        local = now.astimezone(self.hours.zone).replace(tzinfo=None)
        return local + timedelta(minutes=self.notice_minutes)

    def free_slots(self, days: Iterable[date], *, taken: Mapping[str, int], now: datetime) -> Iterator[Slot]:
        """The slots of these days with a place left, in order; `taken` counts bookings by slot key."""
        earliest = self.earliest(now)
        for day in days:
            for start in self.starts(day):
                slot = Slot(start, self.capacity)
                left = self.capacity - taken.get(slot.key, 0)
                if left > 0 and start >= earliest:
                    yield Slot(start, left)
