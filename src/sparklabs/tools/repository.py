"""Every query over `records`, the rows of tenants' data tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.kit.db import Database, Row, Statement

Operator = Literal["is", "min", "max", "phone"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a field must hold; `min` and `max` include their value, a list means any of its values."""

    field: str
    value: Any
    operator: Operator = "is"


@dataclass(frozen=True, slots=True)
class Record:
    """One row and its key."""

    key: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """An update of the one row that fits `match` and `when`; `first` takes the first of several."""

    match: Sequence[Condition]
    when: Sequence[Condition]
    data: Mapping[str, Any]
    first: bool = False


_TABLE = "tenant_id = %s AND collection = %s"
_ROW_OF_TABLE = f"SELECT key, data FROM records WHERE {_TABLE}"
_WORDS = "jsonb_to_tsvector('simple', data, '[\"string\", \"numeric\"]')"
_SIGN: dict[str, LiteralString] = {"min": ">=", "max": "<="}
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"


async def find_rows(
    db: Database,
    tenant_id: UUID,
    collection: str,
    *,
    conditions: Sequence[Condition] = (),
    sort: Sequence[str] = (),
    limit: int = 100,
) -> list[Record]:
    """The rows that fit, sorted by fields (`-name` descending), else in their file's order."""
    where, params = _where(conditions)
    order, sort_params = _order(sort)
    sql = f"SELECT key, data FROM records WHERE {_TABLE}{where} ORDER BY {order} LIMIT %s"
    rows = await db.run(tenant_id, Statement(sql, (tenant_id, collection, *params, *sort_params, limit)))
    return [_record(row) for row in rows[0]]


async def find_rows_by_words(
    db: Database,
    tenant_id: UUID,
    collection: str,
    *,
    words: Sequence[str],
    conditions: Sequence[Condition] = (),
    limit: int = 200,
) -> list[Record]:
    """The rows in which a word begins with one of these, best first; for tables too large to rank whole."""
    query = " | ".join(f"'{word}':*" for word in (_lexeme(word) for word in words) if word)
    if not query:
        return []
    where, params = _where(conditions)
    sql = (
        f"SELECT key, data FROM records WHERE {_TABLE} AND {_WORDS} @@ to_tsquery('simple', %s){where}"
        f" ORDER BY ts_rank({_WORDS}, to_tsquery('simple', %s)) DESC, position, key LIMIT %s"
    )
    rows = await db.run(tenant_id, Statement(sql, (tenant_id, collection, query, *params, query, limit)))
    return [_record(row) for row in rows[0]]


async def insert_row(
    db: Database,
    tenant_id: UUID,
    collection: str,
    *,
    key: str,
    data: Mapping[str, Any],
    unique: Sequence[Condition],
    call_key: str,
    now: datetime,
) -> Record | None:
    """Adds a row once per call: a repeat gives the row of the first time, a taken key or unique value gives None."""
    where, params = _where(unique)
    guard = f" AND NOT EXISTS (SELECT 1 FROM records WHERE {_TABLE}{where})" if unique else ""
    insert = (
        "INSERT INTO records (tenant_id, collection, key, data, origin, position, created_at, updated_at, created_call,"
        " changed_call) SELECT %s, %s, %s, %s, 'tool', 0, %s, %s, %s, %s WHERE true"
        f"{guard} ON CONFLICT DO NOTHING"
    )
    guard_params = (tenant_id, collection, *params) if unique else ()
    *_, found = await db.run(
        tenant_id,
        # Uniqueness over JSON fields has no index; one lock a table makes check and insert one step.
        Statement(_LOCK, (f"{tenant_id}/{collection}",)),
        Statement(
            insert, (tenant_id, collection, key, Jsonb(data), now, now, call_key, call_key, *guard_params)
        ),
        Statement(f"{_ROW_OF_TABLE} AND created_call = %s", (tenant_id, collection, call_key)),
    )  # fmt: skip
    return _record(found[0]) if found else None


async def update_row(
    db: Database, tenant_id: UUID, collection: str, change: Change, *, call_key: str, now: datetime
) -> Record | None:
    """Changes the one row that fits, once per call; None when none fits, or several and `first` is not asked.

    The row is locked and its conditions are read again under the lock, so of two callers exactly one wins.
    """
    where, params = _where([*change.match, *change.when])
    update = (
        f"WITH fitting AS (SELECT key FROM records WHERE {_TABLE}{where} AND NOT EXISTS"
        f" (SELECT 1 FROM records WHERE {_TABLE} AND changed_call = %s)"
        " ORDER BY position, key LIMIT %s FOR UPDATE)"
        " UPDATE records SET data = data || %s, origin = 'tool', updated_at = %s, changed_call = %s"
        f" WHERE {_TABLE} AND key IN (SELECT key FROM fitting) AND (SELECT count(*) FROM fitting) = 1"
    )
    table = (tenant_id, collection)
    limit = 1 if change.first else 2
    *_, found = await db.run(
        tenant_id,
        Statement(_LOCK, (f"{tenant_id}/{call_key}",)),
        Statement(
            update, (*table, *params, *table, call_key, limit, Jsonb(change.data), now, call_key, *table)
        ),
        Statement(f"{_ROW_OF_TABLE} AND changed_call = %s", (*table, call_key)),
    )  # fmt: skip
    return _record(found[0]) if found else None


async def find_import(db: Database, tenant_id: UUID, collection: str, file: str) -> str | None:
    """The content hash of the file's last import."""
    rows = await db.run(
        tenant_id,
        Statement(
            f"SELECT content_hash FROM record_imports WHERE {_TABLE} AND file = %s", (tenant_id, collection, file)
        ),
    )
    return rows[0][0]["content_hash"] if rows[0] else None


async def import_rows(
    db: Database,
    tenant_id: UUID,
    collection: str,
    *,
    rows: Sequence[tuple[str, Mapping[str, Any]]],
    file: str,
    content_hash: str,
    now: datetime,
) -> tuple[int, int, int]:
    """Brings the file's rows in, in one transaction; counts written, removed and kept because a tool changed them."""
    keys = [key for key, _ in rows]
    payload = Jsonb([{"key": key, "data": data} for key, data in rows])
    upsert = (
        "INSERT INTO records (tenant_id, collection, key, data, origin, position, file, created_at, updated_at)"
        " SELECT %s, %s, entry->>'key', entry->'data', 'file', number::int, %s, %s, %s"
        " FROM jsonb_array_elements(%s) WITH ORDINALITY AS listed (entry, number)"
        " ON CONFLICT (tenant_id, collection, key) DO UPDATE SET data = excluded.data, position = excluded.position,"
        " file = excluded.file, updated_at = excluded.updated_at WHERE records.origin = 'file'"
        " AND (records.data, records.position, records.file) IS DISTINCT FROM"
        " (excluded.data, excluded.position, excluded.file) RETURNING 1"
    )
    results = await db.run(
        tenant_id,
        Statement(_LOCK, (f"{tenant_id}/{collection}",)),
        Statement(upsert, (tenant_id, collection, file, now, now, payload)),
        Statement(
            f"DELETE FROM records WHERE {_TABLE} AND origin = 'file' AND file = %s AND key <> ALL(%s) RETURNING 1",
            (tenant_id, collection, file, keys),
        ),
        Statement(
            f"SELECT count(*) AS kept FROM records WHERE {_TABLE} AND origin <> 'file' AND key = ANY(%s)",
            (tenant_id, collection, keys),
        ),
        Statement(
            "INSERT INTO record_imports (tenant_id, collection, file, content_hash, imported_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (tenant_id, collection, file)"
            " DO UPDATE SET content_hash = excluded.content_hash, imported_at = excluded.imported_at",
            (tenant_id, collection, file, content_hash, now),
        ),
    )
    return len(results[1]), len(results[2]), int(results[3][0]["kept"])


def _where(conditions: Sequence[Condition]) -> tuple[LiteralString, list[Any]]:
    parts: list[LiteralString] = []
    params: list[Any] = []
    for condition in conditions:
        part, values = _condition(condition)
        parts.append(f" AND {part}")
        params += values
    return "".join(parts), params


def _condition(condition: Condition) -> tuple[LiteralString, list[Any]]:
    name, value = condition.field, condition.value
    if isinstance(value, list):
        many = [_condition(Condition(name, each, condition.operator)) for each in value]  # pyright: ignore
        joined = " OR ".join(part for part, _ in many) or "false"
        return f"({joined})", [each for _, values in many for each in values]
    match condition.operator, value:
        case "is", None:
            return "coalesce(data->>%s::text, '') = ''", [name]
        case "is", str():
            return "lower(data->>%s::text) = lower(%s::text)", [name, value]
        case "is", _:
            return "data->%s::text = %s", [name, Jsonb(value)]
        case "phone", _:
            digits = "".join(each for each in str(value) if each.isdigit())[-9:]
            return r"right(regexp_replace(data->>%s::text, '\D', '', 'g'), 9) = %s", [name, digits]
        case operator, int() | float():
            # Only numbers are compared as numbers: a text in the column must not break the query.
            number: LiteralString = (
                "(CASE WHEN jsonb_typeof(data->%s::text) = 'number' THEN (data->>%s::text)::numeric END)"
            )
            return f"{number} {_SIGN[operator]} %s::numeric", [name, name, value]
        case operator, _:
            sign = _SIGN[operator]
            return f'(data->>%s::text) COLLATE "C" {sign} %s', [name, str(value)]


def _order(sort: Sequence[str]) -> tuple[LiteralString, list[str]]:
    parts: list[LiteralString] = ["data->%s::text DESC" if name.startswith("-") else "data->%s::text" for name in sort]
    return ", ".join([*parts, "position", "key"]), [name.lstrip("-") for name in sort]


def _lexeme(word: str) -> str:
    return "".join(each for each in word.lower() if each.isalnum() or each > "\u02ff")


def _record(row: Row) -> Record:
    return Record(row["key"], row["data"])
