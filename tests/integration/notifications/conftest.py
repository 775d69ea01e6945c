"""A feed that looks often, and events written as the rooms write them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import orjson
import psycopg
import pytest
from psycopg.rows import dict_row

from sparklabs.kit import events
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Database, Statement
from sparklabs.notifications.feed.position import decode
from sparklabs.notifications.feed.service import EventFeed, Listener, Told

Record = Callable[..., Statement]


@pytest.fixture
async def feed(db: Database) -> AsyncIterator[EventFeed]:
    running = EventFeed(db, poll_seconds=0.02)
    yield running
    await running.stop()


def an_event(tenant_id: UUID, name: str, *, type: str = "conversation.opened") -> Statement:
    """An event whose subject is its name."""
    return events.record(tenant_id=tenant_id, type=type, source="/tests", subject=name, data={}, at=SystemClock().now())


@asynccontextmanager
async def open_transaction(db: Database, tenant_id: UUID, *statements: Statement) -> AsyncIterator[None]:
    """A transaction of the application's role that has run these and is committed at the end of the block."""
    connection = await psycopg.AsyncConnection.connect(db.addresses.app, row_factory=dict_row)
    async with connection as conn, conn.transaction():
        await conn.execute("SELECT set_config('app.tenant_id', %s, true)", (str(tenant_id),))
        for statement in statements:
            await conn.execute(statement.sql, statement.params)
        yield


def id_of(told: Told) -> str:
    """The `id:` of a block."""
    return told.block.decode().partition("\n")[0].removeprefix("id: ")


def name_of(told: Told) -> str:
    """The subject of an event, or what the stream says of itself."""
    lines = told.block.decode().splitlines()
    event = next(line.removeprefix("event: ") for line in lines if line.startswith("event: "))
    data = orjson.loads(next(line.removeprefix("data: ") for line in lines if line.startswith("data: ")))
    return data.get("subject", event)


class Hearing:
    """One connection to the feed and what it was told."""

    def __init__(self, feed: EventFeed, tenant_id: UUID) -> None:
        self._feed = feed
        self._tenant_id = tenant_id
        self.told: list[Told] = []
        self.listener: Listener | None = None

    async def connect(self, *, after: str | None = None) -> "Hearing":
        self.listener, first = await self._feed.listen(self._tenant_id, after=decode(after) if after else None)
        self.told += first
        return self

    async def until(self, count: int) -> list[str]:
        """The names of what was told, once there are so many besides what the stream says of itself."""
        assert self.listener is not None
        async with asyncio.timeout(15):
            while len(self.names) < count:
                told = await self.listener.next(seconds=15)
                assert told is not None
                self.told.append(told)
        return self.names

    @property
    def names(self) -> list[str]:
        return [name for name in map(name_of, self.told) if not name.startswith("stream.")]

    @property
    def position(self) -> str:
        """What this connection would send as Last-Event-ID."""
        return id_of(self.told[-1])

    def leave(self) -> None:
        assert self.listener is not None
        self._feed.leave(self.listener)
