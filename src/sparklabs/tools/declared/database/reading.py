"""The reading side of a `database` tool: search, get and list over one table."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sparklabs.tools import repository
from sparklabs.tools.binding import DataField, DataTable
from sparklabs.tools.declared.database.settings import DatabaseSettings
from sparklabs.tools.errors import RecordNotFoundError
from sparklabs.tools.fields import field_schema
from sparklabs.tools.hours import local_now
from sparklabs.tools.ranking import query_words, rank, words_of
from sparklabs.tools.repository import Condition, Record
from sparklabs.tools.schemas import ToolContext, ToolResult, ToolSpec
from sparklabs.tools.settings import filled

RANKED_WHOLE = 500
"""Tables up to this many rows are ranked in memory, forgiving typing errors; larger ones by the text index first."""
_RANGES = ("integer", "number", "date", "datetime")


@dataclass(frozen=True, slots=True)
class RowReader:
    """Search or list: many rows."""

    spec: ToolSpec
    table: DataTable
    settings: DatabaseSettings
    searched: tuple[str, ...]

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        conditions = [
            *fixed_conditions(self.settings.where, self.table, context),
            *_ahead(self.settings, self.table, context),
            *_filters(self.settings, self.table, arguments),
        ]
        rows = await self._rows(str(arguments.get("query") or ""), conditions, context)
        rows = [row for row in rows if not _has_passed(row, self.settings, self.table, context)]
        shown = [show(row, self.settings.fields, self.table) for row in rows[: self.settings.limit]]
        return ToolResult(ok=True, content={"count": len(shown), "total": len(rows), "items": shown})

    async def _rows(self, query: str, conditions: list[Condition], context: ToolContext) -> list[Record]:
        place = (context.db, context.tenant_id, self.table.collection)
        about = set(words_of(self.table.name))
        words = [word for word in query_words(query) if word not in about]
        rows = await repository.find_rows(
            *place, conditions=conditions, sort=self.settings.sort, limit=RANKED_WHOLE + 1
        )
        if not words or not self.searched:
            return rows
        if len(rows) > RANKED_WHOLE:
            rows = await repository.find_rows_by_words(*place, words=words, conditions=conditions)
        return rank(rows, words, fields=self.searched, limit=RANKED_WHOLE)


@dataclass(frozen=True, slots=True)
class RowGetter:
    """Get: the one row that all given values fit."""

    spec: ToolSpec
    table: DataTable
    settings: DatabaseSettings

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        names = match_names(self.settings, self.table)
        conditions = [
            *match_conditions(names, self.table, arguments),
            *fixed_conditions(self.settings.where, self.table, context),
        ]
        rows = await repository.find_rows(
            context.db,
            context.tenant_id,
            self.table.collection,
            conditions=conditions,
            sort=self.settings.sort,
            limit=1,
        )
        if not rows:
            raise not_found(names, self.table, arguments)
        return ToolResult(ok=True, content=show(rows[0], self.settings.fields, self.table))


def read_parameters(settings: DatabaseSettings, table: DataTable, *, searched: tuple[str, ...]) -> dict[str, Any]:
    """The arguments of a search or a list."""
    properties: dict[str, Any] = {}
    required = list(settings.required)
    if searched:
        where = ", ".join(name.replace("_", " ") for name in searched)
        properties["query"] = {"type": "string", "description": f"Words to look for in {where}.", "maxLength": 500}
        required = required or ([] if settings.filters else ["query"])
    for name in settings.filters:
        properties |= _filter_properties(field_of(table, name))
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def get_parameters(settings: DatabaseSettings, table: DataTable) -> dict[str, Any]:
    """The arguments of a get: what finds the row, all of it required."""
    names = match_names(settings, table)
    properties = {name: field_schema(field_of(table, name)) for name in names}
    return {"type": "object", "properties": properties, "required": list(names), "additionalProperties": False}


def match_names(settings: DatabaseSettings, table: DataTable) -> tuple[str, ...]:
    return settings.match or (table.key,)


def match_conditions(names: tuple[str, ...], table: DataTable, arguments: dict[str, Any]) -> list[Condition]:
    """Conditions on the arguments that were given."""
    return [_equal(field_of(table, name), arguments[name]) for name in names if arguments.get(name) is not None]


def fixed_conditions(values: dict[str, Any], table: DataTable, context: ToolContext) -> list[Condition]:
    """Conditions of the configuration, its placeholders filled."""
    return [_equal(field_of(table, name), filled(value, context)) for name, value in values.items()]


def field_of(table: DataTable, name: str) -> DataField:
    return table.find_field(name) or DataField(name)


def show(row: Record, fields: tuple[str, ...] | None, table: DataTable) -> dict[str, Any]:
    """A row as the model sees it; `id` is its key."""
    data = {name: row.data.get(name) for name in fields} if fields is not None else dict(row.data)
    return data if table.key in data and "id" in data else {"id": row.key, **data}


def not_found(names: tuple[str, ...], table: DataTable, arguments: dict[str, Any]) -> RecordNotFoundError:
    given = ", ".join(f"{name.replace('_', ' ')} {arguments[name]}" for name in names if name in arguments)
    return RecordNotFoundError(
        f"Nothing in {table.name} fits {given}.",
        field=names[0],
        hint="Check the details with the person and try again.",
    )


def _filter_properties(field: DataField) -> dict[str, Any]:
    label = (field.description or field.name.replace("_", " ")).rstrip(".")
    if field.type in ("integer", "number"):
        return {
            f"min_{field.name}": field_schema(field, description=f"Least {label}"),
            f"max_{field.name}": field_schema(field, description=f"Most {label}"),
        }
    if field.type in ("date", "datetime"):
        day = DataField(field.name, "date")
        return {
            field.name: field_schema(day, description=f"Only this {label}"),
            f"{field.name}_from": field_schema(day, description=f"Earliest {label}"),
            f"{field.name}_to": field_schema(day, description=f"Latest {label}"),
        }
    return {field.name: field_schema(field, description=f"Only this {label}", closed=True)}


def _filters(settings: DatabaseSettings, table: DataTable, arguments: dict[str, Any]) -> list[Condition]:
    found: list[Condition] = []
    for name in settings.filters:
        field = field_of(table, name)
        lower, upper = (f"min_{name}", f"max_{name}") if field.type in _RANGES[:2] else (f"{name}_from", f"{name}_to")
        if arguments.get(name) is not None:
            found += _day(field, arguments[name]) if field.type == "datetime" else [_equal(field, arguments[name])]
        if arguments.get(lower) is not None:
            found.append(Condition(name, arguments[lower], "min"))
        if arguments.get(upper) is not None:
            end = f"{arguments[upper]}T99" if field.type == "datetime" else arguments[upper]
            found.append(Condition(name, end, "max"))
    return found


def _day(field: DataField, day: str) -> list[Condition]:
    return [Condition(field.name, day, "min"), Condition(field.name, f"{day}T99", "max")]


def _equal(field: DataField, value: Any) -> Condition:
    return Condition(field.name, value, "phone" if field.type == "phone" and value else "is")


def _ahead(settings: DatabaseSettings, table: DataTable, context: ToolContext) -> list[Condition]:
    field = _date_field(settings, table)
    if settings.date_range is None or field is None:
        return []
    today = local_now(context).date()
    last = today + timedelta(days=settings.date_range.days)
    return [Condition(field.name, today.isoformat(), "min"), Condition(field.name, f"{last.isoformat()}T99", "max")]


def _date_field(settings: DatabaseSettings, table: DataTable) -> DataField | None:
    if settings.date_range and settings.date_range.field:
        return field_of(table, settings.date_range.field)
    return next((field for field in table.fields if field.type in ("date", "datetime")), None)


def _has_passed(row: Record, settings: DatabaseSettings, table: DataTable, context: ToolContext) -> bool:
    """Whether a row of today lies behind us: its date says today and its time is over."""
    field = _date_field(settings, table)
    if settings.date_range is None or field is None:
        return False
    moment = str(row.data.get(field.name) or "")
    clock = next((each for each in table.fields if each.type == "time"), None)
    if field.type == "date" and clock is not None and row.data.get(clock.name):
        moment = f"{moment}T{row.data[clock.name]}"
    return "T" in moment and moment[:16] <= local_now(context).isoformat()[:16]
