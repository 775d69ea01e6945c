"""Runs the turns of conversations: one after another under a lease, each on its ledger, and takes over what died."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from sparklabs.conversations import repository as rows
from sparklabs.conversations.contacts import ContactNames
from sparklabs.conversations.lease import Lease
from sparklabs.conversations.messages import answer_json, problem_of
from sparklabs.conversations.shapes import Bindings, Header
from sparklabs.conversations.summaries import is_due
from sparklabs.conversations.window import system_prompt, to_messages, variables
from sparklabs.kit import events, telemetry
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import DATABASE_UNAVAILABLE, LEASE_LOST, Database, Row, Statement
from sparklabs.kit.errors import SparkError
from sparklabs.kit.ids import new_id
from sparklabs.kit.notices import Notices
from sparklabs.runtime.events import TurnEvent, TurnEventType
from sparklabs.runtime.hub import StreamHub
from sparklabs.runtime.schemas import Binding, Finish, RecordedStep, Turn, TurnOutcome
from sparklabs.runtime.service import TurnEnd, TurnHandle, TurnRunner, recorded, select_ledger

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
HAND_ON_PAUSE_SECONDS = 0.5

QueueSummary = Callable[[UUID, UUID], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Work:
    """One open message, ready to be answered."""

    message_id: UUID
    run_id: UUID
    binding: Binding
    window: Sequence[Row]
    calls: Sequence[Row]
    surroundings: Row
    recorded: Sequence[RecordedStep] = ()

    @property
    def seq(self) -> int:
        """The number of the message, which closes its window."""
        return self.window[-1]["seq"]


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
        self._clock = clock
        self._runner = runner
        self._bindings = bindings
        self._hub = hub
        self._notices = notices
        self._names = names
        self._queue_summary = queue_summary
        self._lease_seconds = lease_seconds
        self._running: dict[UUID, Running] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._answers: dict[UUID, set[asyncio.Future[dict[str, Any]]]] = {}
        self._stopping_since: float | None = None
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

    @contextmanager
    def expecting(self, message_id: UUID) -> Generator["asyncio.Future[dict[str, Any]]"]:
        """A future that is set when the message is answered in this process."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        waiting = self._answers.setdefault(message_id, set())
        waiting.add(future)
        try:
            yield future
        finally:
            waiting.discard(future)
            if not waiting and self._answers.get(message_id) is waiting:
                del self._answers[message_id]

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
                    work = first or await self._load_next(header, lease)
                    while work is not None:
                        released = await self._run_one(header, lease, running.begin(work.seq), work)
                        if self.stopping and not released:
                            return
                        work = None if released else await self._load_next(header, lease)
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

    async def _load_next(self, header: Header, lease: Lease) -> Work | None:
        """The earliest open message, with the ledger of its run if an earlier attempt began it; releases when none."""
        fence = lease.fence(header.id)
        [_, _, found, released] = await self._db.run(
            header.tenant_id,
            fence,
            rows.lock_conversation(header.id),
            rows.select_next_open(header.id),
            rows.release_when_done(conversation_id=header.id, token=lease.token),
        )
        if not found:
            if released:
                return None
            return await self._load_next(header, lease)
        row = found[0]
        if row["attempts"] >= MOST_ATTEMPTS:
            await self._give_up(header, lease, row)
            return await self._load_next(header, lease)
        if row["run_id"] is None:
            begun = await self._begin(header, lease, row["message_id"])
            return begun or await self._load_next(header, lease)
        try:
            binding = await header.bind(self._bindings, version_id=row["agent_version_id"])
        except SparkError as error:
            await self._refuse(header, lease, row["message_id"], error, run_id=row["run_id"])
            return await self._load_next(header, lease)
        [_, _, ledger_rows, window, calls, surroundings] = await self._db.run(
            header.tenant_id,
            fence,
            rows.count_attempt(row["message_id"]),
            select_ledger(row["run_id"]),
            *self.context_statements(header, row["message_id"], binding),
        )
        self.tell(header, TurnEventType.TURN_RESTARTED, row["message_id"], reason="recovered")
        if row["cancel_requested"]:
            self.interrupt(header.id, before=row["seq"] + 1, stopped=True)
        return Work(
            row["message_id"], row["run_id"], binding, window, calls, surroundings[0], recorded=recorded(ledger_rows)
        )

    async def _begin(self, header: Header, lease: Lease, message_id: UUID) -> Work | None:
        """Opens the run of a message; None when the agent takes no messages any more, which ends this one."""
        try:
            binding = await header.bind(self._bindings)
        except SparkError as error:
            await self._refuse(header, lease, message_id, error)
            return None
        run_id = new_id()
        [_, _, window, calls, surroundings] = await self._db.run(
            header.tenant_id,
            lease.fence(header.id),
            rows.start_run(
                run_id=run_id,
                message_id=message_id,
                conversation_id=header.id,
                owner=lease.owner,
                agent_id=binding.agent_id,
                version_id=binding.version_id,
                prompt={"window": binding.window_messages},
                now=self._clock.now(),
            ),
            *self.context_statements(header, message_id, binding),
        )
        return Work(message_id, run_id, binding, window, calls, surroundings[0])

    async def _give_up(self, header: Header, lease: Lease, row: Row) -> None:
        logger.error("A message was given up after too many attempts.", extra={"message_id": str(row["message_id"])})
        problem = {
            "code": "turn_abandoned",
            "title": "The turn could not be finished",
            "detail": f"The turn was begun {row['attempts']} times and never came to its end.",
            "status": 500,
        }
        await self._end_without_run(header, lease, row["message_id"], problem=problem, run_id=row["run_id"])

    async def _refuse(
        self, header: Header, lease: Lease, message_id: UUID, error: SparkError, *, run_id: UUID | None = None
    ) -> None:
        """Ends a message whose agent cannot be had; one that merely cannot be read just now stays open."""
        if error.code == DATABASE_UNAVAILABLE:
            raise error
        await self._end_without_run(header, lease, message_id, problem=problem_of(error), run_id=run_id)

    async def _end_without_run(
        self, header: Header, lease: Lease, message_id: UUID, *, problem: dict[str, Any], run_id: UUID | None = None
    ) -> None:
        await self._db.run(
            header.tenant_id,
            lease.fence(header.id),
            *([rows.fail_run(run_id=run_id, problem=problem, now=self._clock.now())] if run_id else []),
            rows.end_message(message_id=message_id, state="failed", reply_id=None, problem=problem),
        )
        self._answer(message_id, {"problem": problem})
        self.tell(header, TurnEventType.TURN_FAILED, message_id, problem=problem)

    async def _run_one(self, header: Header, lease: Lease, handle: TurnHandle, work: Work) -> bool:
        """One turn to its end; True when the lease was given back with it."""
        now = self._clock.now()
        turn = self._turn(header, lease, work, now)
        self.tell(
            header,
            TurnEventType.TURN_STARTED,
            work.message_id,
            run_id=str(work.run_id),
            agent_version=work.binding.version_number,
        )

        def emit(event: TurnEvent) -> None:
            self._hub.publish(header.id, event)

        with telemetry.context(run_id=str(work.run_id)):
            end = await self._runner.run(turn, emit=emit, finish=self._finish(header, lease, work), handle=handle)
        return self._tell_end(header, work, end)

    def _turn(self, header: Header, lease: Lease, work: Work, now: datetime) -> Turn:
        seen = work.surroundings
        name = self._names.open_name(header.tenant_id, seen)
        timezone = seen["timezone"] or work.binding.timezone
        values = variables(seen, contact_name=name, channel=header.shown_channel, now=now, timezone=timezone)
        return Turn(
            tenant_id=header.tenant_id,
            run_id=work.run_id,
            message_id=work.message_id,
            conversation_id=header.id,
            contact_id=header.contact_id,
            channel=header.shown_channel,
            binding=work.binding,
            history=to_messages(work.window, work.calls),
            system_prompt=system_prompt(work.binding.render_system(values), values),
            fence=lease.fence(header.id),
            now=now.astimezone(ZoneInfo(timezone)),
            prompt={
                "window": [work.window[0]["seq"], work.window[-1]["seq"]] if work.window else [],
                "memories": [memory["id"] for memory in seen["memories"] or ()],
                "calls": sorted({str(call["run_id"]) for call in work.calls}),
                "at": now.isoformat(timespec="seconds"),
            },
            recorded=work.recorded,
        )

    def _finish(self, header: Header, lease: Lease, work: Work) -> Finish:
        def statements(outcome: TurnOutcome) -> Sequence[Statement]:
            now = self._clock.now()
            if outcome.reply_id is not None:
                said = rows.say(
                    id=outcome.reply_id,
                    conversation_id=header.id,
                    content=outcome.text,
                    run_id=work.run_id,
                    extra=_extra(outcome),
                    now=now,
                )
            else:
                said = rows.lock_conversation(header.id)
            return (
                said,
                rows.end_message(
                    message_id=work.message_id,
                    state="done" if outcome.state == "completed" else "failed",
                    reply_id=outcome.reply_id,
                    problem=outcome.problem,
                ),
                rows.release_when_done(conversation_id=header.id, token=lease.token),
                events.record(
                    tenant_id=header.tenant_id,
                    type=f"conversation.turn.{outcome.state}",
                    source=f"/agents/{header.agent_slug}",
                    subject=str(header.id),
                    data={"run_id": work.run_id, "message_id": work.message_id, "reply_id": outcome.reply_id},
                    at=now,
                ),
            )

        return statements

    def _tell_end(self, header: Header, work: Work, end: TurnEnd) -> bool:
        said, _, released, _ = end.rows
        outcome = end.outcome
        if outcome.reply_id is not None:
            message = answer_json(
                id=outcome.reply_id,
                conversation_id=header.id,
                seq=said[0]["seq"],
                content=outcome.text,
                run_id=work.run_id,
                extra=_extra(outcome),
                created_at=said[0]["created_at"],
            )
            self._answer(work.message_id, {"message": message})
            self._note_length(header, work, last_seq=said[0]["seq"])
            self.tell(header, TurnEventType.MESSAGE_COMPLETED, work.message_id, message=message)
            self.tell(
                header,
                TurnEventType.TURN_COMPLETED,
                work.message_id,
                run_id=str(work.run_id),
                usage={
                    "input_tokens": outcome.input_tokens,
                    "output_tokens": outcome.output_tokens,
                    "cached_tokens": outcome.cached_tokens,
                },
                cost_micros=outcome.cost_micros,
                currency=outcome.currency,
                duration_ms=outcome.duration_ms,
            )
        else:
            kind = TurnEventType.TURN_CANCELLED if outcome.state == "cancelled" else TurnEventType.TURN_FAILED
            self._answer(work.message_id, {"problem": outcome.problem})
            self.tell(header, kind, work.message_id, run_id=str(work.run_id), problem=outcome.problem)
        return bool(released)

    def _note_length(self, header: Header, work: Work, *, last_seq: int) -> None:
        """Has a job sum up what left the window; known from rows read anyway, and not waited for."""
        due = is_due(work.binding, last_seq=last_seq, summary_seq=work.surroundings["summary_seq"])
        if due and self._queue_summary is not None:
            self.spawn(self._queue_summary(header.tenant_id, header.id))

    def _answer(self, message_id: UUID, answer: dict[str, Any]) -> None:
        for future in self._answers.pop(message_id, ()):
            if not future.done():
                future.set_result(answer)

    def tell(self, header: Header, kind: TurnEventType, message_id: UUID, **data: Any) -> None:
        self._hub.publish(header.id, TurnEvent(kind, message_id, data))

    @staticmethod
    def context_statements(header: Header, message_id: UUID, binding: Binding) -> tuple[Statement, ...]:
        return (
            rows.select_window(conversation_id=header.id, upto=message_id, size=binding.window_messages),
            rows.select_recent_calls(conversation_id=header.id, upto=message_id),
            rows.select_surroundings(header.id, remembers=binding.remembers),
        )

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


def _extra(outcome: TurnOutcome) -> dict[str, Any] | None:
    extra: dict[str, Any] = {}
    if outcome.citations:
        extra["citations"] = [
            {"title": each.title, "source": each.source, "passage": each.passage} for each in outcome.citations
        ]
    if outcome.handoff is not None:
        extra["handoff"] = True
    return extra or None
