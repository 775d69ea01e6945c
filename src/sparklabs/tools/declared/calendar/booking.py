"""Finding, booking, cancelling and listing: what `calendar` tools do with the rows of their table."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sparklabs.kit.errors import ConflictError, InvalidError
from sparklabs.tools import repository
from sparklabs.tools.binding import DataTable
from sparklabs.tools.declared.calendar.settings import CalendarSettings
from sparklabs.tools.declared.calendar.slots import Rules, Slot
from sparklabs.tools.declared.database.reading import match_conditions, not_found
from sparklabs.tools.declared.database.writing import short_id
from sparklabs.tools.hours import get_zone, read_hours
from sparklabs.tools.repository import Change, Condition, Record
from sparklabs.tools.schemas import ToolContext, ToolResult, ToolSpec
from sparklabs.tools.settings import filled

_MOST_BOOKINGS = 5000
_BOOKED = Condition("status", "booked")
# Named so that no argument of an agent file can stand in their place.
SLOT, PLACE = "_slot", "_place"


class SlotTakenError(ConflictError):
    """The last place of a slot went to somebody else."""

    code = "slot_taken"


class SlotClosedError(InvalidError):
    """The time is outside the hours, in the past or too far ahead."""

    code = "slot_closed"


@dataclass(frozen=True, slots=True)
class SlotFinder:
    """Free times, those of one day or the next ones."""

    spec: ToolSpec
    table: DataTable
    settings: CalendarSettings
    zone: str
    hours: DataTable | None

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        rules = await _rules(self.settings, self.zone, self.hours, context)
        days = rules.days(context.now)
        if arguments.get("date"):
            days = [day for day in days if day.isoformat() == arguments["date"]]
        elif arguments.get("date_from"):
            days = [day for day in days if day.isoformat() >= arguments["date_from"]]
        taken = await _taken(self.table, self.settings, days, arguments, context)
        early, late = arguments.get("time_from", "00:00")[:5], arguments.get("time_to", "23:59")[:5]
        slots = [
            slot
            for slot in rules.free_slots(days, taken=taken, now=context.now)
            if early <= slot.start.strftime("%H:%M") <= late
        ]
        shown = [_shown(slot) for slot in _spread(slots, self.settings.limit, one_day=bool(arguments.get("date")))]
        content: dict[str, Any] = {"count": len(shown), "total": len(slots), "items": shown}
        if not shown:
            content["hint"] = f"Nothing is free then. Bookings are taken up to {self.settings.days_ahead} days ahead."
        return ToolResult(ok=True, content=content)


@dataclass(frozen=True, slots=True)
class SlotBooker:
    """One booking a call; of two calls for the last place exactly one wins."""

    spec: ToolSpec
    table: DataTable
    settings: CalendarSettings
    zone: str
    hours: DataTable | None

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        rules = await _rules(self.settings, self.zone, self.hours, context)
        start = datetime.fromisoformat(f"{arguments['date']}T{arguments['time'][:5]}")
        slot = Slot(start, 0)
        if start not in rules.starts(start.date()) or start.date() not in rules.days(context.now):
            raise SlotClosedError(
                f"{arguments['date']} {arguments['time'][:5]} cannot be booked.", field="time",
                hint=await self._others(rules, start, arguments, context),
            )  # fmt: skip
        if start < rules.earliest(context.now) and not await self._mine(context):
            raise SlotClosedError(
                f"{arguments['date']} {arguments['time'][:5]} is in the past or too soon.", field="time",
                hint=await self._others(rules, start, arguments, context),
            )  # fmt: skip
        made = await self._book(slot, arguments, context)
        if made is None:
            raise SlotTakenError(
                f"{arguments['date']} at {arguments['time'][:5]} is no longer free.", field="time",
                hint=await self._others(rules, start, arguments, context),
            )  # fmt: skip
        content = {"id": made.data["id"], **{name: made.data.get(name) for name in (*arguments, "status")}}
        return ToolResult(ok=True, content={**content, "time": slot.start.strftime("%H:%M")})

    async def _book(self, slot: Slot, arguments: dict[str, Any], context: ToolContext) -> Record | None:
        resource = arguments.get(self.settings.resource_name)
        reference = short_id(context.call_key, 6, self.settings.id_prefix)
        for place in range(self.settings.capacity):
            data = {
                **arguments,
                **{name: filled(value, context) for name, value in self.settings.set.items()},
                "time": slot.start.strftime("%H:%M"), SLOT: slot.key, PLACE: place, "status": "booked",
                "id": reference, self.table.key: reference,
            }  # fmt: skip
            taken = [Condition(SLOT, slot.key), Condition(PLACE, place), _BOOKED]
            if resource:
                taken.append(Condition(self.settings.resource_name, resource))
            made = await repository.insert_row(
                context.db, context.tenant_id, self.table.collection,
                key=reference, data=data, unique=taken, call_key=context.call_key, now=context.now,
            )  # fmt: skip
            if made is not None:
                return made
        return None

    async def _mine(self, context: ToolContext) -> bool:
        """Whether this very call has booked already: a repeat must not fail because time went by."""
        conditions = [Condition("id", short_id(context.call_key, 6, self.settings.id_prefix))]
        found = await repository.find_rows(
            context.db, context.tenant_id, self.table.collection, conditions=conditions, limit=1
        )
        return bool(found)

    async def _others(self, rules: Rules, wanted: datetime, arguments: dict[str, Any], context: ToolContext) -> str:
        days = rules.days(context.now)
        taken = await _taken(self.table, self.settings, days, arguments, context)
        free = sorted(rules.free_slots(days, taken=taken, now=context.now), key=lambda slot: abs(slot.start - wanted))
        near = sorted(slot.key.replace("T", " ") for slot in free[:3])
        return f"Free near it: {', '.join(near)}." if near else "Nothing is free in the coming days."


@dataclass(frozen=True, slots=True)
class BookingCanceller:
    """Frees the place of one booking that all given values fit."""

    spec: ToolSpec
    table: DataTable
    settings: CalendarSettings

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        match = match_conditions(self.settings.match, self.table, arguments)
        change = Change(match, [_BOOKED], {"status": "cancelled"})
        row = await repository.update_row(
            context.db, context.tenant_id, self.table.collection, change, call_key=context.call_key, now=context.now
        )
        if row is not None:
            return ToolResult(ok=True, content=_booking(row))
        rows = await repository.find_rows(
            context.db, context.tenant_id, self.table.collection, conditions=match, sort=(f"-{SLOT}",), limit=1
        )
        if not rows:
            raise not_found(self.settings.match, self.table, arguments)
        if rows[0].data.get("status") == "cancelled":
            return ToolResult(ok=True, content={**_booking(rows[0]), "already": True})
        raise InvalidError(
            "More than one booking fits.", code="record_ambiguous", field="id", hint="Ask for the reference."
        )


@dataclass(frozen=True, slots=True)
class BookingLister:
    """The coming bookings that all given values fit."""

    spec: ToolSpec
    table: DataTable
    settings: CalendarSettings
    zone: str

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        now = context.now.astimezone(get_zone(self.zone)).strftime("%Y-%m-%dT%H:%M")
        conditions = [
            *match_conditions(self.settings.match, self.table, arguments), _BOOKED, Condition(SLOT, now, "min"),
        ]  # fmt: skip
        rows = await repository.find_rows(
            context.db, context.tenant_id, self.table.collection,
            conditions=conditions, sort=(SLOT,), limit=self.settings.limit,
        )  # fmt: skip
        items = [_booking(row) for row in rows]
        return ToolResult(ok=True, content={"count": len(items), "total": len(items), "items": items})


def _booking(row: Record) -> dict[str, Any]:
    return {name: row.data.get(name) for name in ("id", "date", "time", "status")}


def _shown(slot: Slot) -> dict[str, Any]:
    shown = {"date": slot.start.date().isoformat(), "time": slot.start.strftime("%H:%M")}
    return {**shown, "weekday": slot.start.strftime("%A")}


def _spread(slots: list[Slot], limit: int, *, one_day: bool) -> list[Slot]:
    """Of one day the times spread over it, of many days the first few of each, so that people see a choice."""
    if one_day:
        step = max(1, -(-len(slots) // limit))
        return slots[::step][:limit]
    by_day: dict[date, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(slot.start.date(), []).append(slot)
    each = max(1, limit // max(1, min(len(by_day), 3)))
    chosen = [slot for day in by_day.values() for slot in day[:: max(1, len(day) // each)][:each]]
    return chosen[:limit]


async def _rules(settings: CalendarSettings, zone: str, table: DataTable | None, context: ToolContext) -> Rules:
    written: Any = settings.hours
    if table is not None:
        rows = await repository.find_rows(context.db, context.tenant_id, table.collection, limit=50)
        written = {}
        for row in rows:
            day, opens, closes = (str(row.data.get(name) or "") for name in ("day", "opens", "closes"))
            spans = f"{opens}-{closes}" if opens and closes else "closed"
            written[day] = f"{written[day]}, {spans}" if day in written else spans
    hours = read_hours(written, timezone=zone, closed=settings.closed)
    return Rules(hours, settings.slot_minutes, settings.capacity, settings.days_ahead, settings.notice_minutes)


async def _taken(
    table: DataTable, settings: CalendarSettings, days: list[date], arguments: dict[str, Any], context: ToolContext
) -> Counter[str]:
    if not days:
        return Counter()
    conditions = [
        _BOOKED,
        Condition(SLOT, days[0].isoformat(), "min"),
        Condition(SLOT, (days[-1] + timedelta(days=1)).isoformat(), "max"),
    ]
    resource = arguments.get(settings.resource_name)
    if settings.resources and resource:
        conditions.append(Condition(settings.resource_name, resource))
    rows = await repository.find_rows(
        context.db, context.tenant_id, table.collection, conditions=conditions, limit=_MOST_BOOKINGS
    )
    return Counter(str(row.data.get(SLOT)) for row in rows)
