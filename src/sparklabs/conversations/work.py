"""Holds the turns of this process: one after another under a lease, given back or handed on, and stopped in order.

take_up.py finds what is open, play.py runs it, end.py writes and tells how it ended.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from sparklabs.conversations import repository as rows
from sparklabs.conversations.announce import Announcer
from sparklabs.conversations.contacts import ContactNames
from sparklabs.conversations.end import TurnEnding
from sparklabs.conversations.lease import Lease
from sparklabs.conversations.play import TurnPlayer
from sparklabs.conversations.shapes import Bindings, Header
from sparklabs.conversations.summaries import AskedSummaries
from sparklabs.conversations.take_up import MessageTaker, Work
from sparklabs.kit import telemetry
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import LEASE_LOST, Database
from sparklabs.kit.errors import SparkError
from sparklabs.kit.ids import new_id
from sparklabs.kit.notices import Notices
from sparklabs.runtime.hub import StreamHub
from sparklabs.runtime.service import TurnHandle, TurnRunner

logger = logging.getLogger(__name__)

HAND_ON_PAUSE_SECONDS = 0.5

QueueSummary = Callable[[UUID, UUID], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Running:
    """A conversation whose turns run in this process; `seq` is the message of the present turn.

    Turns of messages before `interrupted_before` are interrupted: a notice may come when its turn is already over, and
    must not hit the turn of the very message that sent it. `stopped` says that a person asked for it.
    """

    seq: int = 0
    handle: TurnHandle | None = None
    interrupted_before: int = 0
    stopped: bool = False

    def begin(self, seq: int) -> TurnHandle:
        self.seq, self.handle = seq, TurnHandle()
        if seq < self.interrupted_before:
            self.handle.interrupt(stopped=self.stopped)
        return self.handle

    def interrupt(self, *, before: int, stopped: bool = False) -> None:
        self.interrupted_before, self.stopped = max(self.interrupted_before, before), stopped
        if self.handle is not None and self.seq < before:
            self.handle.interrupt(stopped=stopped)


class ConversationWorker:
    """One a process; every turn of this process runs here."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        runner: TurnRunner,
        bindings: Bindings,
        hub: StreamHub,
        notices: Notices,
        names: ContactNames,
        queue_summary: QueueSummary | None = None,
        lease_seconds: float = 15,
    ) -> None:
        self._db = db
        self._notices = notices
        self._queue_summary = queue_summary
        self._asked_summaries = AskedSummaries()
        self._lease_seconds = lease_seconds
        self._running: dict[UUID, Running] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping_since: float | None = None
        self.announcer = Announcer(hub)
        self._taker = MessageTaker(db=db, clock=clock, bindings=bindings, announcer=self.announcer)
        ending = TurnEnding(clock=clock, announcer=self.announcer, sum_up=self._sum_up)
        self._player = TurnPlayer(clock=clock, runner=runner, names=names, announcer=self.announcer, ending=ending)
        notices.subscribe("turn_interrupt", self._on_interrupt)

    def new_lease(self) -> Lease:
        """A lease not yet taken, under a name that no other will have."""
        return Lease(owner=f"{self._notices.process_id}/{new_id()}", seconds=self._lease_seconds)

    def is_running(self, conversation_id: UUID) -> bool:
        return conversation_id in self._running

    @property
    def turns_running(self) -> int:
        return len(self._running)

    @property
    def stopping(self) -> bool:
        """Whether this process takes no more turns; setting it starts the time that running turns have left."""
        return self._stopping_since is not None

    @stopping.setter
    def stopping(self, value: bool) -> None:
        if not value:
            self._stopping_since = None
        elif self._stopping_since is None:
            self._stopping_since = time.monotonic()

    def interrupt(self, conversation_id: UUID, *, before: int, stopped: bool = False) -> None:
        """Interrupts the turn that runs here when its message is an earlier one than `before`."""
        running = self._running.get(conversation_id)
        if running is not None:
            running.interrupt(before=before, stopped=stopped)

    def _on_interrupt(self, data: dict[str, Any]) -> None:
        self.interrupt(UUID(data["c"]), before=data["s"], stopped=data.get("stopped", False))

    # ── running ──────────────────────────────────────────────────────────────────────────────────────────────────
    async def drain(self, header: Header) -> bool:
        """Answers what is open in a conversation that nobody holds; False when there was nothing to do."""
        if header.id in self._running or self.stopping:
            return False
        lease = self.new_lease()
        [taken] = await self._db.run(
            header.tenant_id, rows.take_lease(conversation_id=header.id, owner=lease.owner, seconds=lease.seconds)
        )
        if not taken:
            return False
        lease.token = taken[0]["token"]
        await asyncio.shield(self.start(header, lease, None))
        return True

    def start(self, header: Header, lease: Lease, work: Work | None) -> "asyncio.Task[None]":
        running = Running()
        self._running[header.id] = running
        return self.spawn(self._work(header, lease, running, work))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("A conversation's work broke off; it will be taken up again.", exc_info=task.exception())

    async def _work(self, header: Header, lease: Lease, running: Running, first: Work | None) -> None:
        """Runs turn after turn until nothing is open, holding the lease throughout."""
        with telemetry.context(tenant_id=str(header.tenant_id), conversation_id=str(header.id)):
            released = False
            try:
                async with lease.kept(self._db, header.tenant_id, header.id):
                    work = first or await self._taker.take_next(header, lease)
                    while work is not None:
                        if work.stop_asked:
                            running.interrupt(before=work.seq + 1, stopped=True)
                        released = await self._player.play(header, lease, running.begin(work.seq), work)
                        if self.stopping and not released:
                            return
                        work = None if released else await self._taker.take_next(header, lease)
                    released = True
            except SparkError as error:
                if error.code != LEASE_LOST:
                    raise
                released = True
                logger.warning("The lease was lost; another process goes on with this conversation.")
            finally:
                # The lease is free before we come here, and a message accepted meanwhile may run here already.
                if self._running.get(header.id) is running:
                    del self._running[header.id]
                if not released:
                    await self._hand_on(header, lease)

    async def _hand_on(self, header: Header, lease: Lease) -> None:
        """Gives the lease back with work left, so that another process or a later attempt need not wait for its end."""
        give_up_at = time.monotonic() + lease.seconds
        dropped = False
        while not dropped:
            try:
                await asyncio.shield(
                    self._db.run(header.tenant_id, rows.drop_lease(conversation_id=header.id, token=lease.token))
                )
                dropped = True
            except (SparkError, psycopg.Error) as error:
                logger.warning("A lease could not be given back; it ends by itself.", extra={"why": str(error)})
                if self.stopping or time.monotonic() > give_up_at:
                    return
                await asyncio.sleep(HAND_ON_PAUSE_SECONDS)
        await self._notices.publish("inbox_open", {"t": str(header.tenant_id), "c": str(header.id)})

    def _sum_up(self, header: Header, summary_seq: int) -> None:
        if self._queue_summary is not None and self._asked_summaries.is_new(header.id, summary_seq=summary_seq):
            self.spawn(self._queue_summary(header.tenant_id, header.id))

    # ── stopping ─────────────────────────────────────────────────────────────────────────────────────────────────
    async def stop(self, *, seconds: float) -> None:
        """Lets running turns end for so long since the stop was asked for, then hands the rest on to others."""
        self.stopping = True
        gone = time.monotonic() - (self._stopping_since or 0)
        tasks = set(self._tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=max(0, seconds - gone))
            for task in late:
                task.cancel()
            if late:
                logger.warning("Turns were handed on at the stop.", extra={"turns": len(late)})
                await asyncio.wait(late, timeout=1)
