"""Every query on notifications, what was read of them and who wants which."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from sparklabs.kit.db import Statement
from sparklabs.kit.db.pool import Connection
from sparklabs.kit.pagination import EXACT_TOTAL_LIMIT, PageQuery

MOST_COUNTED = 1_000
# A reader sees the kinds they may and want to see; three parameters: kinds, reader, reader.
_SHOWN: LiteralString = (
    "n.kind = ANY(%s) AND NOT EXISTS (SELECT FROM notification_mutes m WHERE m.reader_id = %s AND m.kind = n.kind)"
)
_UNREAD: LiteralString = (
    "NOT EXISTS (SELECT FROM notification_reads r WHERE r.notification_id = n.id AND r.reader_id = %s)"
)


def upsert(
    *,
    id: UUID,
    tenant_id: UUID,
    kind: str,
    severity: str,
    key: str,
    subject: str,
    data: dict[str, Any],
    at: datetime,
    condition: LiteralString,
    params: tuple[Any, ...],
) -> Statement:
    """A new row, or one more occurrence of one that nobody has seen yet; nothing when the condition does not hold."""
    return Statement(
        "INSERT INTO notifications AS n (id, tenant_id, kind, severity, dedupe_key, subject, data, created_at,"
        " updated_at) SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s WHERE " + condition + " ON CONFLICT"
        " (tenant_id, dedupe_key) WHERE NOT seen DO UPDATE SET occurrences = n.occurrences + 1,"
        " subject = excluded.subject, data = excluded.data, updated_at = greatest(n.updated_at, excluded.updated_at)",
        (id, tenant_id, kind, severity, key, subject, Jsonb(data), at, at, *params),
    )


def select_notifications(
    page: PageQuery, *, reader_id: UUID, kinds: Sequence[str], unread: bool
) -> tuple[Statement, Statement]:
    """One page (and one more), and how many there are."""
    shown = sql.SQL(_SHOWN + (" AND " + _UNREAD if unread else ""))
    params = (list(kinds), reader_id, *((reader_id,) if unread else ()))
    columns = sql.SQL(
        "SELECT n.id, n.kind, n.severity, n.subject, n.data, n.occurrences, n.created_at, n.updated_at, "
        + _UNREAD
        + " AS unread FROM notifications n WHERE "
    )
    counted = sql.SQL("SELECT count(*) AS total FROM (SELECT FROM notifications n WHERE {} LIMIT {}) AS counted")
    return (
        Statement(columns + shown + page.where + page.tail, (reader_id, *params, *page.params)),
        Statement(counted.format(shown, sql.Literal(EXACT_TOTAL_LIMIT + 1)), params),
    )


def count_unread(*, reader_id: UUID, kinds: Sequence[str]) -> Statement:
    """How many the reader has not read, and how many of these are grave."""
    return Statement(
        "SELECT count(*) AS unread, count(*) FILTER (WHERE severity = 'grave') AS grave FROM"
        " (SELECT severity FROM notifications n WHERE " + _SHOWN + " AND " + _UNREAD + " LIMIT %s) AS counted",
        (list(kinds), reader_id, reader_id, MOST_COUNTED),
    )


def mark_read(
    tenant_id: UUID, *, reader_id: UUID, kinds: Sequence[str], ids: Sequence[UUID] | None, before: datetime | None,
    at: datetime,
) -> tuple[Statement, ...]:  # fmt: skip
    """Notes them as read by this reader and as seen, so that what happens from now on is a new one.

    The rows are locked first: an occurrence that is counted meanwhile is one that the reader has not seen.
    """
    chosen: LiteralString = "n.id = ANY(%s)" if ids is not None else "n.updated_at <= %s"
    value = list(ids) if ids is not None else before
    return (
        Statement(
            "UPDATE notifications n SET seen = true WHERE NOT n.seen AND " + chosen + " AND " + _SHOWN,
            (value, list(kinds), reader_id),
        ),
        Statement(
            "INSERT INTO notification_reads (tenant_id, notification_id, reader_id, read_at)"
            " SELECT %s, n.id, %s, %s FROM notifications n WHERE " + chosen + " AND n.seen AND " + _SHOWN + " AND "
            + _UNREAD + " ON CONFLICT DO NOTHING RETURNING notification_id",
            (tenant_id, reader_id, at, value, list(kinds), reader_id, reader_id),
        ),
    )  # fmt: skip


def select_mutes(reader_id: UUID) -> Statement:
    return Statement("SELECT kind FROM notification_mutes WHERE reader_id = %s", (reader_id,))


def mute(tenant_id: UUID, *, reader_id: UUID, kinds: Sequence[str], at: datetime) -> Statement:
    return Statement(
        "INSERT INTO notification_mutes (tenant_id, reader_id, kind, created_at)"
        " SELECT %s, %s, kind, %s FROM unnest(%s::text[]) AS kind ON CONFLICT DO NOTHING",
        (tenant_id, reader_id, at, list(kinds)),
    )


def unmute(reader_id: UUID, *, kinds: Sequence[str]) -> Statement:
    return Statement("DELETE FROM notification_mutes WHERE reader_id = %s AND kind = ANY(%s)", (reader_id, list(kinds)))


async def delete_older(conn: Connection, before: datetime) -> int:
    """Removes what last happened before this moment, over all tenants (second role)."""
    return (await conn.execute("DELETE FROM notifications WHERE updated_at < %s", (before,))).rowcount


async def execute(conn: Connection, statements: Sequence[Statement]) -> None:
    """The statements in a transaction that its caller has open."""
    for statement in statements:
        await conn.execute(statement.sql, statement.params)
