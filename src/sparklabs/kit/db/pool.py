"""Connections and transactions: every one names its tenant or says that it is the second role's."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString, NamedTuple, TypeAlias
from uuid import UUID

import orjson
from psycopg import AsyncConnection, DatabaseError, OperationalError
from psycopg.errors import InvalidSqlStatementName
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from sparklabs.kit.db.group import sender_of
from sparklabs.kit.db.roles import DatabaseAddresses
from sparklabs.kit.errors import ConflictError, UnavailableError

Row: TypeAlias = dict[str, Any]
Connection: TypeAlias = AsyncConnection[Row]

LEASE_LOST = "lease_lost"
DATABASE_UNAVAILABLE = "database_unavailable"
_LEASE_LOST_STATE = "SL001"
_SET_TENANT = "SELECT set_config('app.tenant_id', %s, true)"
_SET_TENANT_LAZILY = _SET_TENANT + ", set_config('synchronous_commit', 'off', true)"

set_json_dumps(lambda value: orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))
set_json_loads(orjson.loads)


class Statement(NamedTuple):
    """One statement of a group and its parameters."""

    sql: LiteralString | Composed | SQL
    params: Sequence[Any] | Mapping[str, Any] = ()


class Database:
    """Two pools over one PostgreSQL. Nothing else in the house opens a connection or commits."""

    def __init__(self, addresses: DatabaseAddresses, *, app_connections: int = 12, system_connections: int = 3) -> None:
        self.addresses = addresses
        self._app_connections = app_connections
        self._app = _pool(addresses.app, name="app", size=app_connections)
        self._system = _pool(addresses.system, name="system", size=system_connections)

    async def open(self) -> None:
        await self._app.open()
        await self._system.open()

    async def fill(self) -> None:
        """Opens all connections that tenants' work may use, and keeps them: a rush must not wait for sign-ins."""
        await self._app.resize(self._app_connections, self._app_connections)

    async def close(self) -> None:
        await self._app.close(timeout=5)
        await self._system.close(timeout=5)

    @asynccontextmanager
    async def tenant(self, tenant_id: UUID) -> AsyncGenerator[Connection]:
        """One transaction in which only this tenant's rows exist."""
        async with _lent(self._app) as conn, conn.transaction():
            await conn.execute(_SET_TENANT, (str(tenant_id),))
            yield conn

    @asynccontextmanager
    async def system(self) -> AsyncGenerator[Connection]:
        """One transaction of the second role, which sees what its column grants name and nothing else."""
        async with _lent(self._system) as conn, conn.transaction():
            yield conn

    async def run(self, tenant_id: UUID, *statements: Statement, durable: bool = True) -> list[list[Row]]:
        """A write group: all statements in one transaction and one round trip; the rows of each, in order.

        The statements travel in one pipeline up to one Sync, which PostgreSQL treats as one transaction
        (protocol, "Pipelining"): all of them hold, or none. Without `durable` the group is committed and seen at once
        but not waited for on disk: the death of any process loses nothing, a power cut may lose the last moment.
        """
        setting = _SET_TENANT if durable else _SET_TENANT_LAZILY
        group = (Statement(setting, (str(tenant_id),)), *statements)
        try:
            # Without the pool's context manager: a group leaves no transaction behind that it would have to end.
            conn = await self._app.getconn()
            try:
                return (await _send(conn, group))[1:]
            finally:
                await self._app.putconn(conn)
        except (PoolTimeout, DatabaseError) as error:
            _raise_coded(error)
            raise

    async def ping(self) -> None:
        """Asks through both pools, so that an answer means that tenants' work can be done too."""
        for pool in (self._app, self._system):
            async with _lent(pool) as conn:
                await conn.execute("SELECT 1")

    async def drop_dead_connections(self) -> None:
        """After the server's death every idle connection is dead: each is tried and replaced, before work meets it."""
        await asyncio.gather(self._app.check(), self._system.check())

    def pool_stats(self) -> dict[str, dict[str, int]]:
        """Sizes and waits of both pools, for health and metrics."""
        return {"app": self._app.get_stats(), "system": self._system.get_stats()}


async def _send(conn: Connection, group: Sequence[Statement]) -> list[list[Row]]:
    sender = sender_of(conn)
    try:
        results = await conn.wait(sender.send(conn.pgconn, group))
    except InvalidSqlStatementName:
        # psycopg deallocates every statement of a connection after a rollback; nothing of the group was done.
        sender.forget()
        results = await conn.wait(sender.send(conn.pgconn, group))
    return [sender.rows(result) for result in results]


@asynccontextmanager
async def _lent(pool: "AsyncConnectionPool[Connection]") -> AsyncGenerator[Connection]:
    try:
        async with pool.connection() as conn:
            yield conn
    except (PoolTimeout, DatabaseError) as error:
        _raise_coded(error)
        raise


def _raise_coded(error: PoolTimeout | DatabaseError) -> None:
    """Raises what rooms know by its code; leaves any other error to its own words."""
    if isinstance(error, PoolTimeout):
        raise UnavailableError(
            "The database has no free connection or cannot be reached.",
            code=DATABASE_UNAVAILABLE,
            hint="Try again in a moment; if it stays so, look at /healthz.",
        ) from error
    if error.sqlstate == _LEASE_LOST_STATE:
        raise ConflictError("Another process has taken this conversation over.", code=LEASE_LOST) from error
    lost = error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
    if isinstance(error, OperationalError) and lost:
        raise UnavailableError(
            "The connection to the database was lost.",
            code=DATABASE_UNAVAILABLE,
            hint="Try again in a moment; if it stays so, look at /healthz.",
        ) from error


def _pool(address: str, *, name: str, size: int) -> "AsyncConnectionPool[Connection]":
    return AsyncConnectionPool(
        address,
        connection_class=AsyncConnection[Row],
        kwargs={
            "autocommit": True,
            "row_factory": dict_row,
            "prepare_threshold": 3,
            "application_name": f"sparklabs-{name}",
        },
        min_size=1,
        max_size=size,
        max_idle=120,
        timeout=10,
        name=name,
        open=False,
    )
