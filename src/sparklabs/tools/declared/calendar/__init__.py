"""Declared tools of type `calendar`: free times from opening hours, bookings as rows, one winner for the last place."""

from typing import Any

from sparklabs.models.schemas import Risk, SideEffect
from sparklabs.tools.binding import AgentBinding, DataField, DataTable
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.declared.calendar.booking import BookingCanceller, BookingLister, SlotBooker, SlotFinder
from sparklabs.tools.declared.calendar.settings import CalendarSettings
from sparklabs.tools.fields import field_schema
from sparklabs.tools.schemas import Tool, ToolDeclaration, ToolSpec
from sparklabs.tools.settings import get_table, read_settings

_DAY = DataField("date", "date")
_TIME = DataField("time", "time")


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool; hours that cannot be read raise `tool_broken`."""
    settings = read_settings(CalendarSettings, declaration)
    table = get_table(settings.table, declaration, agent)
    hours = agent.find_table(settings.hours) if isinstance(settings.hours, str) else None
    zone = settings.timezone or agent.timezone
    match settings.operation:
        case "find":
            spec = _spec(declaration, "Find free times.", _find_parameters(settings), "none", "low")
            return SlotFinder(spec, table, settings, zone, hours)
        case "book":
            parameters = _book_parameters(settings, table)
            spec = _spec(
                declaration, "Book a free time.", parameters, "idempotent", "high",
                say="Booked for {date} at {time}; your reference is {id}.",
            )  # fmt: skip
            return SlotBooker(spec, table, settings, zone, hours)
        case "cancel":
            parameters = _match_parameters(settings, table)
            spec = _spec(
                declaration, "Cancel a booking.", parameters, "idempotent", "high",
                say="The booking {id} on {date} at {time} is cancelled.",
            )  # fmt: skip
            return BookingCanceller(spec, table, settings)
        case "list":
            spec = _spec(declaration, "List bookings.", _match_parameters(settings, table), "none", "low")
            return BookingLister(spec, table, settings, zone)


def _spec(
    declaration: ToolDeclaration,
    description: str,
    parameters: dict[str, Any],
    effect: SideEffect,
    risk: Risk,
    say: str | None = None,
) -> ToolSpec:
    return make_spec(
        declaration, description=description, parameters=parameters, side_effect=effect, risk=risk, say=say,
        category="calendar", timeout_seconds=10,
    )  # fmt: skip


def _resource(settings: CalendarSettings) -> dict[str, Any]:
    if not settings.resources:
        return {}
    label = settings.resource_name.replace("_", " ").capitalize()
    return {settings.resource_name: {"type": "string", "enum": list(settings.resources), "description": label}}


def _find_parameters(settings: CalendarSettings) -> dict[str, Any]:
    properties = {
        "date": field_schema(_DAY, description="Only this day"),
        "date_from": field_schema(_DAY, description="From this day on"),
        "time_from": field_schema(_TIME, description="Not before this time of day"),
        "time_to": field_schema(_TIME, description="Not after this time of day"),
        **_resource(settings),
    }
    required = [settings.resource_name] if settings.resources else []
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _book_parameters(settings: CalendarSettings, table: DataTable) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "date": field_schema(_DAY, description="The day"),
        "time": field_schema(_TIME, description="The time of day"),
        **_resource(settings),
    }
    for name in (*settings.fields, *settings.required):
        properties.setdefault(name, field_schema(table.find_field(name) or DataField(name), closed=True))
    required = ["date", "time", *([settings.resource_name] if settings.resources else []), *settings.required]
    return {
        "type": "object", "properties": properties, "required": list(dict.fromkeys(required)),
        "additionalProperties": False,
    }  # fmt: skip


def _match_parameters(settings: CalendarSettings, table: DataTable) -> dict[str, Any]:
    named = {"id": DataField("id", description="The reference of the booking"), "date": _DAY, "time": _TIME}
    fields = {name: table.find_field(name) or named.get(name, DataField(name)) for name in settings.match}
    properties = {
        name: field_schema(field, description=named["id"].description if name in ("id", table.key) else None)
        for name, field in fields.items()
    }
    return {
        "type": "object", "properties": properties, "required": list(settings.match), "additionalProperties": False,
    }  # fmt: skip
