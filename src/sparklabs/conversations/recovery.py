"""Takes up what died: finds conversations with open messages and no living holder, and has them answered."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg

from sparklabs.conversations import recovery_repository as rows
from sparklabs.kit.db import Database
from sparklabs.kit.errors import SparkError
from sparklabs.kit.notices import Notices
from sparklabs.kit.tasks import end_tasks

logger = logging.getLogger(__name__)

Drain = Callable[[UUID, UUID], Awaitable[None]]


def this_process_id() -> str:
    """`host/boot/pid/start`: enough to tell, on the same host, whether a holder still lives."""
    process = psutil.Process()
    return f"{socket.gethostname()}/{_boot_id()}/{process.pid}/{process.create_time():.2f}"


def is_dead(owner: str) -> bool:
    """Whether the process that took a lease is known to be gone; one of another host is never known to be."""
    host, boot, pid, started, *_ = (*owner.split("/"), "", "", "", "")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    if boot != _boot_id():
        return True
    try:
        process = psutil.Process(int(pid))
        return f"{process.create_time():.2f}" != started or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Reaper:
    """Looks at the rows every `seconds`, and at once when a notice says that a conversation was handed on."""

    def __init__(self, db: Database, *, notices: Notices, drain: Drain, seconds: float = 2) -> None:
        self._db = db
        self._drain = drain
        self._seconds = seconds
        self._look = asyncio.Event()
        self._end = notices.subscribe("inbox_open", self._on_notice)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="reaper")

    async def stop(self) -> None:
        self._end()
        await end_tasks(self._task)

    async def sweep(self) -> int:
        """One look; the number of conversations found open and abandoned."""
        async with self._db.system() as conn:
            cursor = await conn.execute(rows.HOLDERS.sql)
            dead = _dead_among([row["owner"] for row in await cursor.fetchall()])
            if dead:
                await conn.execute(*rows.expire_holders(dead))
            cursor = await conn.execute(rows.ABANDONED.sql)
            abandoned = await cursor.fetchall()
        for row in abandoned:
            await self._drain(row["tenant_id"], row["conversation_id"])
        return len(abandoned)

    async def _run(self) -> None:
        while True:
            try:
                await self.sweep()
            except (SparkError, psycopg.Error) as error:
                logger.warning("The sweep for abandoned messages failed; trying again.", extra={"why": str(error)})
            try:
                await asyncio.wait_for(self._look.wait(), self._seconds)
                # A conversation is handed on a moment before its process ends; give its rows that moment.
                await asyncio.sleep(0.05)
            except TimeoutError:
                continue
            finally:
                self._look.clear()

    def _on_notice(self, data: dict[str, Any]) -> None:
        del data
        self._look.set()


def _dead_among(owners: list[str]) -> list[str]:
    """Each lease has an owner of its own, `process/lease`; a process that holds a thousand is looked at once."""
    by_process: dict[str, list[str]] = {}
    for owner in owners:
        by_process.setdefault(owner.rpartition("/")[0], []).append(owner)
    return [owner for process, held in by_process.items() if is_dead(process) for owner in held]


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        return f"{psutil.boot_time():.0f}"
