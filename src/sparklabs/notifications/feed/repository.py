"""Every query on the events of a tenant; what has been told to whom is the feed's matter."""

from collections.abc import Iterable

from psycopg import sql

from sparklabs.kit.db import Statement
from sparklabs.kit.pagination import EXACT_TOTAL_LIMIT, PageQuery

_COLUMNS = "seq, id, type, source, subject, schema_version, data, created_at"


def read_oldest_running() -> Statement:
    """Every transaction below this number has ended, and is seen by whatever is read after it."""
    return Statement("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest")


def read_next_transaction() -> Statement:
    """The number that the next transaction will get, without taking it (a snapshot's xmax may lie below it)."""
    return Statement(
        "SELECT s.xmax::text::bigint + age(s.xmax::xid) AS next"
        " FROM (SELECT pg_snapshot_xmax(pg_current_snapshot()) AS xmax) s"
    )


def select_start(*, seconds: float) -> Statement:
    """Where a new reader begins: below what may still be under way (`seconds` old at most), and what is above that."""
    return Statement(
        "WITH settled AS (SELECT coalesce((SELECT seq FROM events"
        " WHERE created_at < now() - make_interval(secs => %s) ORDER BY seq DESC LIMIT 1), 0) AS floor)"
        " SELECT floor, ARRAY(SELECT seq FROM events WHERE seq > floor) AS told FROM settled",
        (seconds,),
    )


def select_new(*, floor: int, told: Iterable[int], limit: int) -> Statement:
    """What lies above the floor and was not told, by its numbers."""
    return Statement(
        f"SELECT {_COLUMNS} FROM events WHERE seq > %s AND NOT (seq = ANY(%s::bigint[])) ORDER BY seq LIMIT %s",
        (floor, list(told), limit),
    )


def select_missed(*, after: int, told: Iterable[int], floor: int, known: Iterable[int], limit: int) -> Statement:
    """What a returning reader has not heard of all that the feed has told so far."""
    return Statement(
        f"SELECT {_COLUMNS} FROM events WHERE seq > %s AND NOT (seq = ANY(%s::bigint[]))"
        " AND (seq <= %s OR seq = ANY(%s::bigint[])) ORDER BY seq LIMIT %s",
        (after, list(told), floor, list(known), limit),
    )


def select_events(
    page: PageQuery, *, type: str | None, subject: str | None, readable: list[str] | None
) -> tuple[Statement, ...]:
    """One page (and one more), newest first; without filters also how many there are, counted up to the exact range.

    `type` and `readable` are LIKE patterns; `readable` of None is everything.
    """
    where = sql.SQL("true")
    params: list[object] = []
    for clause, value in (
        (sql.SQL(" AND type LIKE %s"), type),
        (sql.SQL(" AND subject = %s"), subject),
        (sql.SQL(" AND type LIKE ANY(%s)"), readable),
    ):
        if value is not None:
            where += clause
            params.append(value)
    query = sql.SQL("SELECT " + _COLUMNS + " FROM events WHERE ") + where + page.where + page.tail
    found = Statement(query, (*params, *page.params))
    if params:
        return (found,)
    counted = Statement(
        "SELECT count(*) AS total FROM (SELECT FROM events LIMIT %s) AS counted", (EXACT_TOTAL_LIMIT + 1,)
    )
    return found, counted
