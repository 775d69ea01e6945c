"""The settings of a declared `database` tool and what follows from them."""

from typing import Any, Literal

from pydantic import Field, field_validator

from sparklabs.tools.binding import DataTable
from sparklabs.tools.errors import ToolBrokenError, nearest
from sparklabs.tools.settings import ToolSettings

Operation = Literal["search", "get", "list", "create", "update"]
_PERMISSION = {"search": "read", "get": "read", "list": "read", "create": "create", "update": "update"}
_SAME = {"write": ("create", "update"), "insert": ("create",), "select": ("read",)}


class DateRange(ToolSettings):
    """Only rows from today on, at most so many days ahead; rows of today whose time has passed are left out."""

    field: str | None = None
    days: int = Field(30, ge=0, le=3660)


class DatabaseSettings(ToolSettings):
    """`config` of a `database` tool; see each field."""

    table: str = Field(description="A table of the agent's `data:` section.")
    operation: Operation | None = Field(None, description="What it does; left out, from `permissions`.")
    permissions: tuple[str, ...] = Field((), description="`read`, `create`, `update`: what it may do.")
    fields: tuple[str, ...] | None = Field(
        None, description="Reading: the columns given back. Writing: the arguments that are written. Default: all."
    )
    returns: tuple[str, ...] | None = Field(None, description="Writing: the columns given back.")
    search: tuple[str, ...] = Field((), description="Columns in which the words of `query` are looked for.")
    filters: tuple[str, ...] = Field((), description="Columns that become arguments: exact, or a range.")
    where: dict[str, Any] = Field({}, description="Fixed conditions of every read.")
    sort: tuple[str, ...] = Field((), description="Columns to sort by; `-name` is descending.")
    limit: int = Field(5, ge=1, le=50, description="Most rows given back.")
    date_range: DateRange | None = Field(None, description="Days ahead, or {field, days}.")
    match: tuple[str, ...] = Field((), description="Arguments that find the row; default the table's key.")
    when: dict[str, Any] = Field({}, description="What the row must hold for an update to happen.")
    set: dict[str, Any] = Field({}, description="Fixed values that are written.")
    defaults: dict[str, Any] = Field({}, description="Values written when the call gives none.")
    required: tuple[str, ...] = Field((), description="Arguments that must be given.")
    unique: tuple[str, ...] = Field((), description="Columns whose values together may stand once.")
    on_duplicate: Literal["refuse", "update", "return"] = "refuse"
    id_prefix: str = Field("", max_length=12, pattern=r"^[A-Za-z0-9_-]*$")
    several: Literal["refuse", "first"] = "refuse"
    otherwise: str | None = Field(None, description="What is said when `when` does not hold.")

    @field_validator("sort", "match", "unique", "search", "filters", "permissions", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("date_range", mode="before")
    @classmethod
    def _days(cls, value: Any) -> Any:
        return {"days": value} if isinstance(value, int) else value


def get_operation(settings: DatabaseSettings, *, tool: str) -> Operation:
    """What the tool does; raises `tool_broken` when the permissions do not carry it."""
    allowed = {right for name in settings.permissions for right in _SAME.get(name.lower(), (name.lower(),))}
    operation = settings.operation
    if operation is None:
        operation = "search" if not allowed or "read" in allowed else "create" if "create" in allowed else "update"
    if allowed and _PERMISSION[operation] not in allowed:
        raise ToolBrokenError(
            f"The tool {tool!r} does a {operation}, which its permissions do not allow.", field="config/permissions",
            hint=f"Add {_PERMISSION[operation]!r} to `permissions`.",
        )  # fmt: skip
    return operation


def check_columns(settings: DatabaseSettings, table: DataTable, *, tool: str) -> None:
    """Raises `tool_broken` for a column that a table with known fields does not have."""
    known = {field.name for field in table.fields} | {table.key}
    if not table.fields:
        return
    reading = (*settings.search, *settings.filters, *settings.match, *settings.when, *settings.where, *settings.sort)
    shown = () if settings.operation in ("create", "update") else settings.fields or ()
    for name in (*reading, *settings.unique, *shown):
        column = name.lstrip("-")
        written = {*settings.set, *settings.defaults}
        if column not in known and column not in written:
            near = nearest(column, known)
            raise ToolBrokenError(
                f"The tool {tool!r} names the column {column!r}, which the table {table.name!r} does not have.",
                field="config",
                hint=f"Did you mean {near!r}?" if near else f"It has: {', '.join(sorted(known))}.",
            )
