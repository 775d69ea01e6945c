"""Sends a group of statements as one pipeline in one piece, on libpq itself; pool.py decides who may and in which role.

AsyncCursor.execute costs a cursor, a set of adapters and a poll for every statement; a turn has some twenty. This uses
psycopg's documented parts (`pq`, `Transformer`, `generators`) and, for reading `%s`, its query converter.
"""

from collections.abc import Generator, Sequence
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus

MOST_PREPARED = 400
_Key: TypeAlias = tuple[bytes, tuple[int, ...]]
_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


class GroupSender:
    """Belongs to one connection and knows what is prepared on it."""

    def __init__(self, conn: AsyncConnection[Any]) -> None:
        self._encoding = "utf-8"
        self._transformer = Transformer.from_context(conn)
        self._names: dict[_Key, bytes] = {}
        self._made = 0

    def send(self, pgconn: Any, group: Sequence[tuple[Any, Any]]) -> Generator[Any, Any, list[Any]]:
        """The result of each statement, in order; raises the first error, with the connection fit for use again."""
        if len(self._names) > MOST_PREPARED:
            self.forget()
        queries = [self._query(sql, params) for sql, params in group]  # may raise, so before anything is sent
        pgconn.enter_pipeline_mode()
        prepared: list[tuple[_Key, bytes] | None] = []
        fresh: dict[_Key, bytes] = {}
        for query in queries:
            key = (query.query, tuple(query.types))
            name = self._names.get(key) or fresh.get(key)
            if name is None:
                self._made += 1
                name = fresh[key] = b"group_%d" % self._made
                pgconn.send_prepare(name, query.query, param_types=query.types)
                prepared.append((key, name))
            pgconn.send_query_prepared(name, query.params, param_formats=query.formats)
            prepared.append(None)
        pgconn.pipeline_sync()
        yield from send(pgconn)
        results: list[Any] = []
        error: Any = None
        for made in prepared:
            [result] = yield from fetch_many(pgconn)
            if error is None and result.status in _FAILED:
                error = result
            elif error is None and made is not None:
                self._names[made[0]] = made[1]
            elif error is None:
                results.append(result)
        yield from fetch_many(pgconn)
        pgconn.exit_pipeline_mode()
        if error is not None:
            raise error_from_result(error, encoding=self._encoding)
        return results

    def forget(self) -> None:
        """Prepares anew from now on; numbers go on, so that no name is ever given twice on a connection."""
        self._names.clear()

    def _query(self, sql: Any, params: Any) -> PostgresQuery:
        query = PostgresQuery(self._transformer)
        query.convert(sql, params)
        return query

    def rows(self, result: Any) -> list[dict[str, Any]]:
        """The rows of one result as dicts."""
        if result.status != ExecStatus.TUPLES_OK or not result.ntuples:
            return []
        names = [result.fname(at).decode() for at in range(result.nfields)]
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, lambda values: dict(zip(names, values, strict=True)))


_senders: "WeakKeyDictionary[AsyncConnection[Any], GroupSender]" = WeakKeyDictionary()


def sender_of(conn: AsyncConnection[Any]) -> GroupSender:
    """The sender of a connection, as long as it lives."""
    known = _senders.get(conn)
    if known is None:
        known = _senders[conn] = GroupSender(conn)
    return known
