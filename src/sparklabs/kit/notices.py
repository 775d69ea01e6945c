"""Short notices between processes over PostgreSQL's LISTEN/NOTIFY: hints to look again, never the truth itself."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeAlias

import orjson
import psycopg
from psycopg import AsyncConnection, sql

from sparklabs.kit.tasks import end_tasks

logger = logging.getLogger(__name__)

CHANNEL = "sparklabs"
LARGEST_PAYLOAD_BYTES = 7_900
CONNECT_SECONDS = 10
Listener: TypeAlias = Callable[[dict[str, Any]], None]


class Notices:
    """One listening and one sending connection a process; a lost one is made anew and told as `reconnected`.

    Delivery is at most once. Whoever listens must also look at the rows now and then.
    """

    def __init__(self, address: str, *, process_id: str) -> None:
        self._address = address
        self.process_id = process_id
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._task: asyncio.Task[None] | None = None
        self._sender: AsyncConnection[Any] | None = None
        self._send_lock = asyncio.Lock()
        self._ready = asyncio.Event()

    def subscribe(self, kind: str, listener: Listener) -> Callable[[], None]:
        """Calls `listener(data)` for each notice of this kind (`reconnected` after a gap); returns what ends it."""
        self._listeners[kind].append(listener)
        return lambda: self._listeners[kind].remove(listener)

    async def start(self) -> None:
        self._task = asyncio.create_task(self._listen(), name="notices")
        await asyncio.wait_for(self._ready.wait(), 15)

    async def stop(self) -> None:
        await end_tasks(self._task)
        if self._sender is not None:
            await self._sender.close()

    async def publish(self, kind: str, data: dict[str, Any]) -> None:
        """Tells every process, this one included; a failure is logged, for a notice is only a hint."""
        payload = orjson.dumps([kind, self.process_id, data]).decode()
        if len(payload.encode()) > LARGEST_PAYLOAD_BYTES:
            raise ValueError(f"A notice of kind {kind} is larger than {LARGEST_PAYLOAD_BYTES} bytes.")
        async with self._send_lock:
            try:
                if self._sender is None or self._sender.closed:
                    self._sender = await self._connect()
                await self._sender.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
            except psycopg.OperationalError as error:
                logger.warning("A notice was not sent; readers look for themselves too.", extra={"why": str(error)})
                self._sender = None

    async def _listen(self) -> None:
        pause_seconds = 0.1
        while True:
            try:
                async with await self._connect() as conn:
                    await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                    if self._ready.is_set():
                        self._deliver("reconnected", {})
                    self._ready.set()
                    pause_seconds = 0.1
                    async for notify in conn.notifies():
                        kind, _sender, data = orjson.loads(notify.payload)
                        self._deliver(kind, data)
            except psycopg.OperationalError as error:
                logger.warning("Listening to the database broke off; trying again.", extra={"why": str(error)})
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 2, 5)

    async def _connect(self) -> AsyncConnection[Any]:
        return await AsyncConnection.connect(self._address, autocommit=True, connect_timeout=CONNECT_SECONDS)

    def _deliver(self, kind: str, data: dict[str, Any]) -> None:
        for listener in tuple(self._listeners[kind]):
            try:
                listener(data)
            except Exception:
                logger.exception("A listener to %s failed.", kind)
