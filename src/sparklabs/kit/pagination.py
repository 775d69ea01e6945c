"""Lists of the API: `{items, next_cursor, total}`, with a cursor that is bound to the sort it was made for."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, LiteralString, TypeVar
from uuid import UUID

import orjson
from psycopg import sql
from pydantic import BaseModel, Field

from sparklabs.kit.errors import InvalidError

T = TypeVar("T")
EXACT_TOTAL_LIMIT = 10_000
DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
_LARGEST = {"int": 2**31 - 1, "bigint": 2**63 - 1}


class Page(BaseModel, Generic[T]):
    """One page; `total` is exact up to 10,000 and null beyond."""

    items: list[T]
    next_cursor: str | None = Field(default=None, description="Send it back as `cursor` for the next page.")
    total: int | None = Field(default=None, description="How many there are in all; null beyond 10,000.")


@dataclass(frozen=True, slots=True)
class Order:
    """A sort: the column it goes by, its direction, and `id` as the tie-breaker."""

    name: str
    column: LiteralString
    descending: bool

    @property
    def key(self) -> str:
        return ("-" if self.descending else "") + self.name


def order_of(sort: str | None, *, columns: Mapping[str, LiteralString], default: str) -> Order:
    """Reads `sort=name` or `sort=-name`; `columns` maps the allowed names to SQL columns."""
    wanted = sort or default
    name = wanted.removeprefix("-")
    column = columns.get(name)
    if column is None:
        raise InvalidError(
            f"Cannot sort by {name!r}.", code="sort_invalid", field="sort", hint=f"Use one of: {', '.join(columns)}."
        )
    return Order(name=name, column=column, descending=wanted.startswith("-"))


def encode_cursor(order: Order, *, value: Any, id: UUID | str) -> str:
    """A cursor after the row with this sort value and id."""
    packed = orjson.dumps([order.key, _plain(value), str(id)])
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_cursor(cursor: str, order: Order) -> tuple[Any, str]:
    """The sort value and id a cursor stands for; refuses one made for another sort."""
    try:
        key, value, id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, AttributeError) as error:
        raise unreadable_cursor() from error
    if key != order.key or not isinstance(id, str):
        raise InvalidError(
            "The cursor was made for another sort.",
            code="cursor_invalid",
            field="cursor",
            hint="Keep `sort` the same from page to page, or start again without a cursor.",
        )
    return value, id


def check_limit(limit: int) -> int:
    """A page size between 1 and 200."""
    if not 1 <= limit <= LARGEST_LIMIT:
        raise InvalidError(
            f"A page holds 1 to {LARGEST_LIMIT} items.", code="limit_invalid", field="limit", hint="Ask for fewer."
        )
    return limit


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The pieces of SQL that make one page of a query whose last column of order is `id`."""

    where: sql.Composable
    tail: sql.Composable
    params: tuple[Any, ...]


def page_query(
    order: Order, *, cursor: str | None, limit: int, id_column: LiteralString = "id", cast: LiteralString = "text"
) -> PageQuery:
    """`where` continues after the cursor (as ` AND ...`), `tail` orders and fetches one row more than the page."""
    direction = sql.SQL(" DESC" if order.descending else " ASC")
    columns = sql.SQL(order.column), sql.SQL(id_column)
    tail = sql.SQL(" ORDER BY {}{}, {}{} LIMIT {}").format(
        columns[0], direction, columns[1], direction, sql.Literal(check_limit(limit) + 1)
    )
    if not cursor:
        return PageQuery(where=sql.SQL(""), tail=tail, params=())
    value, id = decode_cursor(cursor, order)
    _check_value(value, id, cast=cast)
    sign = sql.SQL("<" if order.descending else ">")
    where = sql.SQL(" AND ({}, {}) {} (%s::{}, %s::uuid)").format(columns[0], columns[1], sign, sql.SQL(cast))
    return PageQuery(where=where, tail=tail, params=(value, id))


def unreadable_cursor() -> InvalidError:
    """For a cursor that is none of ours."""
    return InvalidError(
        "The cursor cannot be read.", code="cursor_invalid", field="cursor", hint="Start again without a cursor."
    )


def _check_value(value: Any, id: str, *, cast: str) -> None:
    """A cursor that was tampered with is the caller's fault, not the database's."""
    try:
        UUID(id)
        if cast == "timestamptz":
            datetime.fromisoformat(value)
        elif cast == "uuid":
            UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise unreadable_cursor() from error
    if cast in _LARGEST:
        fits = type(value) is int and abs(value) <= _LARGEST[cast]
    else:
        fits = isinstance(value, str) and "\x00" not in value
    if not fits:
        raise unreadable_cursor()


def to_page(
    rows: Sequence[Mapping[str, Any]], *, order: Order, limit: int, total: int | None, sort_field: str | None = None
) -> tuple[list[Mapping[str, Any]], str | None, int | None]:
    """Cuts the extra row off, makes the next cursor and hides a total beyond the exact range."""
    shown = list(rows[:limit])
    more = len(rows) > limit
    cursor = encode_cursor(order, value=shown[-1][sort_field or order.name], id=shown[-1]["id"]) if more else None
    return shown, cursor, total if total is None or total <= EXACT_TOTAL_LIMIT else None


def page_of(
    items: Sequence[T], *, name: Callable[[T], str], sort: str | None, cursor: str | None, limit: int
) -> Page[T]:
    """A page of a list that is whole in memory, whose items differ by name; `sort` is `name` or `-name`."""
    order = order_of(sort, columns={"name": "name"}, default="name")
    left = sorted(items, key=name, reverse=order.descending)
    if cursor:
        after, _ = decode_cursor(cursor, order)
        if not isinstance(after, str):
            raise unreadable_cursor()
        left = [each for each in left if (name(each) < after if order.descending else name(each) > after)]
    shown = left[: check_limit(limit)]
    more = len(left) > limit
    next_cursor = encode_cursor(order, value=name(shown[-1]), id=name(shown[-1])) if more else None
    return Page[T](items=shown, next_cursor=next_cursor, total=len(items))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
