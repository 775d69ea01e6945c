"""Tells what happens in a workspace to whoever listens: one reader of the events a tenant, shared by its listeners.

A turn pays nothing for it: events are read from their table while somebody listens, never announced one by one.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import psycopg

from sparklabs.kit.db import Database, Row
from sparklabs.kit.errors import SparkError
from sparklabs.kit.event_types import EVENT_TYPES
from sparklabs.kit.events import TYPE_PREFIX
from sparklabs.kit.pagination import Order, Page, page_query, to_page
from sparklabs.kit.tasks import end_tasks
from sparklabs.notifications.feed import repository as rows
from sparklabs.notifications.feed.position import Position, encode
from sparklabs.notifications.feed.schemas import EventOut

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.7
# A transaction that takes an event's number and stays open longer is not waited for.
LONGEST_TRANSACTION_SECONDS = 60
LARGEST_READ = 500
LONGEST_BACKLOG = 1_000
MOST_REPLAYED = 1_000

_NEWEST_FIRST = Order(name="sequence", column="seq", descending=True)
Allows = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Told:
    """One block of the stream; `permission` is what its reader needs, None for what the stream says of itself."""

    seq: int
    permission: str | None
    block: bytes


class Listener:
    """What one connection is still to be told. One too slow loses its backlog and is told that it lagged."""

    def __init__(self, tenant_id: UUID, heard: frozenset[int]) -> None:
        self.tenant_id = tenant_id
        self._heard = heard
        self._queue: asyncio.Queue[Told | None] = asyncio.Queue()

    def put(self, told: Told, *, position: str) -> None:
        if told.seq in self._heard:
            return
        if self._queue.qsize() >= LONGEST_BACKLOG:
            while not self._queue.empty():
                self._queue.get_nowait()
            told = notice("stream.lagged", position)
        self._queue.put_nowait(told)

    def end(self) -> None:
        self._queue.put_nowait(None)

    async def next(self, *, seconds: float) -> Told | None:
        """The next block; None at the end of the stream. Raises TimeoutError when nothing comes for so long."""
        return await asyncio.wait_for(self._queue.get(), seconds)


@dataclass(slots=True)
class _Mark:
    """What had been seen at a look: once all transactions below `next` have ended, nothing can appear below it."""

    at: float
    highest: int
    next: int | None = None


class _Reader:
    """Reads one tenant's events while it has listeners.

    Numbers commit out of order. Above the floor the reader remembers what it told, and the floor rises when nothing
    below it can come any more: docs/decisions/event-stream.md.
    """

    def __init__(self, db: Database, tenant_id: UUID) -> None:
        self._db = db
        self._tenant_id = tenant_id
        self._marks: deque[_Mark] = deque()
        self._beginning = asyncio.Lock()
        self._floor: int | None = None
        self._told: set[int] = set()
        self.listeners: set[Listener] = set()
        self.runs = False

    @property
    def position(self) -> Position:
        return Position(self._floor or 0, frozenset(self._told))

    async def begin(self) -> None:
        """Finds the place to begin at, once."""
        async with self._beginning:
            if self._floor is None:
                [[start]] = await self._db.run(self._tenant_id, rows.select_start(seconds=LONGEST_TRANSACTION_SECONDS))
                self._floor, self._told = start["floor"], set(start["told"])

    async def look(self) -> bool:
        """Tells what is new; True when there may be more at once."""
        assert self._floor is not None, "begin() comes first"  # noqa: S101
        [[oldest], found, [next_one]] = await self._db.run(
            self._tenant_id,
            # In this order: what has ended before the first is seen by the second.
            rows.read_oldest_running(),
            rows.select_new(floor=self._floor, told=self._told, limit=LARGEST_READ),
            rows.read_next_transaction(),
        )
        for row in found:
            self._told.add(row["seq"])
            position = encode(self._floor, self._told)
            told = as_told(row, position)
            for listener in self.listeners:
                listener.put(told, position=position)
        self._settle(oldest=oldest["oldest"], next_one=next_one["next"], now=time.monotonic())
        return len(found) == LARGEST_READ

    def _settle(self, *, oldest: int, next_one: int, now: float) -> None:
        # A mark gets its transaction number a look later: a number of an event is taken just before its transaction's.
        for mark in self._marks:
            if mark.next is None:
                mark.next = next_one
        highest = max(self._told, default=0)
        if highest > (self._marks[-1].highest if self._marks else 0):
            self._marks.append(_Mark(now, highest))
        while self._marks and _has_ended(self._marks[0], oldest=oldest, now=now):
            self._floor = self._marks.popleft().highest
            self._told = {number for number in self._told if number > self._floor}


def _has_ended(mark: _Mark, *, oldest: int, now: float) -> bool:
    return (mark.next is not None and oldest >= mark.next) or now - mark.at > LONGEST_TRANSACTION_SECONDS


class EventFeed:
    """One a process. `stopping` ends all streams within one look."""

    def __init__(self, db: Database, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._db = db
        self._poll_seconds = poll_seconds
        self._readers: dict[UUID, _Reader] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.stopping = False

    @property
    def listening(self) -> int:
        """How many streams are open."""
        return sum(len(reader.listeners) for reader in self._readers.values())

    async def listen(self, tenant_id: UUID, *, after: Position | None) -> tuple[Listener, list[Told]]:
        """A listener and what it is to be told first: where it stands, and what it missed since `after`.

        Whoever calls this calls `leave` in the end.
        """
        reader = self._readers.setdefault(tenant_id, _Reader(self._db, tenant_id))
        listener = Listener(tenant_id, after.told if after else frozenset())
        reader.listeners.add(listener)
        try:
            await reader.begin()
            # From here on the listener's queue takes what is new; what is told already is read from the rows.
            place = reader.position
            if not reader.runs:
                reader.runs = True
                task = asyncio.create_task(self._run(reader), name="event-feed")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if after is None:
                return listener, [notice("stream.opened", str(place))]
            return listener, await self._missed(tenant_id, after, place)
        except BaseException:
            self.leave(listener)
            raise

    def leave(self, listener: Listener) -> None:
        """Ends listening; the last one of a tenant ends its reader."""
        reader = self._readers.get(listener.tenant_id)
        if reader is None:
            return
        reader.listeners.discard(listener)
        if not reader.listeners:
            del self._readers[listener.tenant_id]

    async def stop(self) -> None:
        self.stopping = True
        for reader in self._readers.values():
            _end(reader)
        await end_tasks(*self._tasks)

    async def history(
        self,
        tenant_id: UUID,
        *,
        allows: Allows,
        type: str | None,
        subject: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[EventOut]:
        """What happened, the newest first; `type` may end in `.*`. Without filters the total is counted."""
        page = page_query(_NEWEST_FIRST, cursor=cursor, limit=limit, cast="bigint")
        nouns = sorted({name.partition(".")[0] for name in EVENT_TYPES})
        readable = [f"{TYPE_PREFIX}{noun}.%" for noun in nouns if allows(permission_of(noun))]
        found, *counted = await self._db.run(
            tenant_id,
            *rows.select_events(
                page,
                type=None if type is None else _pattern(type),
                subject=subject,
                readable=None if len(readable) == len(nouns) else readable,
            ),
        )
        total = counted[0][0]["total"] if counted else None
        shown, next_cursor, total = to_page(found, order=_NEWEST_FIRST, limit=limit, total=total, sort_field="seq")
        return Page(items=[as_event(dict(row)) for row in shown], next_cursor=next_cursor, total=total)

    async def _missed(self, tenant_id: UUID, after: Position, place: Position) -> list[Told]:
        """What was told since `after`, each with the reader's place behind it; too much of it is told as a lag."""
        [found] = await self._db.run(
            tenant_id,
            rows.select_missed(
                after=after.floor, told=after.told, floor=place.floor, known=place.told, limit=MOST_REPLAYED + 1
            ),
        )
        if len(found) > MOST_REPLAYED:
            return [notice("stream.lagged", str(place))]
        heard = set(after.told)
        told = [notice("stream.opened", str(after))]
        for row in found:
            heard.add(row["seq"])
            told.append(as_told(row, encode(min(row["seq"], place.floor), heard)))
        return told

    async def _run(self, reader: _Reader) -> None:
        failing = False
        while reader.listeners and not self.stopping:
            await asyncio.sleep(self._poll_seconds)
            try:
                more = True
                while more:
                    more = await reader.look()
                failing = False
            except (SparkError, psycopg.Error) as error:
                if not failing:
                    logger.warning("Events cannot be read just now; trying again.", extra={"why": str(error)})
                failing = True
        _end(reader)


def _end(reader: _Reader) -> None:
    for listener in reader.listeners:
        listener.end()


def permission_of(noun: str) -> str:
    """What one needs to hear of a noun's events: the permission to read such things."""
    return f"{noun}s:read"


def as_event(row: Row) -> EventOut:
    """A row as its envelope."""
    return EventOut(
        id=row["id"],
        source=row["source"],
        type=row["type"],
        subject=row["subject"],
        time=row["created_at"],
        sequence=str(row["seq"]),
        schemaversion=row["schema_version"],
        data=row["data"],
    )


def as_told(row: Row, position: str) -> Told:
    """A row as a block of the stream."""
    name = row["type"].removeprefix(TYPE_PREFIX)
    data = as_event(row).model_dump_json().encode()
    return Told(row["seq"], permission_of(name.partition(".")[0]), _block(name, position, data))


def notice(name: str, position: str | None, **data: Any) -> Told:
    """What the stream says of itself: `stream.opened`, `stream.lagged`, `stream.expired`."""
    return Told(-1, None, _block(name, position, orjson.dumps(data)))


def _block(name: str, position: str | None, data: bytes) -> bytes:
    """One event of the stream (WHATWG HTML, 9.2)."""
    place = b"" if position is None else b"id: %s\n" % position.encode()
    return b"%sevent: %s\ndata: %s\n\n" % (place, name.encode(), data)


def _pattern(type: str) -> str:
    """A LIKE pattern of a type, with or without the prefix; a closing `.*` stands for all below it."""
    literal = type.removeprefix(TYPE_PREFIX).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return TYPE_PREFIX + (literal.removesuffix("*") + "%" if literal.endswith(".*") else literal)
