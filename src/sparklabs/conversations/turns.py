"""Messages in, answers out: accepts each message once and tells how far it is; work.py answers it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from sparklabs.conversations import conversations_repository as talks
from sparklabs.conversations import repository as rows
from sparklabs.conversations.errors import (
    ConversationBusyError,
    ConversationClosedError,
    ConversationNotFoundError,
    IdempotencyMismatchError,
)
from sparklabs.conversations.messages import progress_events
from sparklabs.conversations.shapes import Accepted, Bindings, Header
from sparklabs.conversations.take_up import Work, context_statements, new_run
from sparklabs.conversations.work import ConversationWorker
from sparklabs.kit import events
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.errors import SparkError, UnavailableError
from sparklabs.kit.ids import new_id
from sparklabs.kit.notices import Notices
from sparklabs.runtime.events import FINAL_EVENTS, TurnEvent, TurnEventType
from sparklabs.runtime.hub import INTEREST_SECONDS, StreamHub, Subscription

POLL_SECONDS = 1.0
POLL_HERE_SECONDS = 2.0
POLL_ELSEWHERE_SECONDS = 0.25


class TurnService:
    """The door through which customers' messages come."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        bindings: Bindings,
        hub: StreamHub,
        notices: Notices,
        worker: ConversationWorker,
        answer_seconds: float = 60,
    ) -> None:
        self._db = db
        self._clock = clock
        self._bindings = bindings
        self._hub = hub
        self._notices = notices
        self._worker = worker
        self._answer_seconds = answer_seconds

    # ── accepting ────────────────────────────────────────────────────────────────────────────────────────────────
    async def accept(
        self, header: Header, *, content: str, key: str | None = None, attachments: Sequence[dict[str, Any]] = ()
    ) -> Accepted:
        """Stores the message, once by its key, and starts its turn when the conversation is free.

        Raises ConversationBusyError, ConversationClosedError, IdempotencyMismatchError, AgentNotRunningError.
        """
        if self._worker.stopping:
            raise UnavailableError("This process is stopping.", code="stopping", hint="Try again in a moment.")
        extra = {"attachments": list(attachments)} if attachments else None
        body_hash = hashlib.sha256(orjson.dumps([content, extra])).digest()
        try:
            binding = await header.bind(self._bindings)
        except SparkError:
            # What was accepted once has its answer, whatever became of the agent since.
            known = await self._find_known(header, key=key, body_hash=body_hash)
            if known is None:
                raise
            return known
        now = self._clock.now()
        message_id = new_id()
        lease = self._worker.new_lease()
        run = new_run(lease, binding, now=now)
        locked, stored, window, calls, surroundings, _ = await self._db.run(
            header.tenant_id,
            rows.lock_conversation(header.id),
            rows.accept(
                conversation_id=header.id,
                message_id=message_id,
                content=content,
                extra=extra,
                key=key,
                body_hash=body_hash,
                reject_when_busy=binding.when_busy == "reject",
                run=run,
            ),
            *context_statements(header, message_id, binding),
            _received(header, message_id, now),
        )
        if not stored:
            return await self._not_stored(header, key=key, body_hash=body_hash)
        seq = stored[0]["seq"]
        if locked[0]["is_watched"]:
            self._hub.expect_watchers(header.id)
        self._worker.announcer.tell(header, TurnEventType.MESSAGE_RECEIVED, message_id, seq=seq, content=content)
        if stored[0]["status"] == "handed_off":
            return Accepted(message_id, "waiting_for_person")
        if stored[0]["token"] is None:
            self._queue_up(header, message_id, interrupt_before=seq if binding.when_busy == "interrupt" else None)
            return Accepted(message_id, "queued")
        lease.token = stored[0]["token"]
        work = Work(message_id, run.id, binding, window, calls, surroundings[0])
        self._worker.start(header, lease, work)
        return Accepted(message_id, "running", run.id)

    async def _not_stored(self, header: Header, *, key: str | None, body_hash: bytes) -> Accepted:
        known = await self._find_known(header, key=key, body_hash=body_hash)
        if known is not None:
            return known
        [found] = await self._db.run(header.tenant_id, talks.select_conversation(header.id))
        if not found:
            raise ConversationNotFoundError("There is no such conversation.")
        if found[0]["status"] == "closed":
            raise ConversationClosedError("This conversation is closed.", hint="Start a new one.")
        raise ConversationBusyError(
            "The agent is still answering the message before.", hint="Wait for its answer, then send again."
        )

    async def _find_known(self, header: Header, *, key: str | None, body_hash: bytes) -> Accepted | None:
        if key is None:
            return None
        [known] = await self._db.run(header.tenant_id, rows.select_delivery(conversation_id=header.id, key=key))
        if not known:
            return None
        if known[0]["body_hash"] != body_hash:
            raise IdempotencyMismatchError(
                "This Idempotency-Key was used for another message.",
                field="Idempotency-Key",
                hint="Use a fresh key for each new message, and the same one only to repeat it.",
            )
        status = "waiting_for_person" if known[0]["state"] == "skipped" else "known"
        return Accepted(known[0]["message_id"], status, known[0]["run_id"])

    def _queue_up(self, header: Header, message_id: UUID, *, interrupt_before: int | None) -> None:
        self._worker.announcer.tell(header, TurnEventType.TURN_QUEUED, message_id)
        here = self._worker.is_running(header.id)
        if interrupt_before is not None:
            self._worker.interrupt(header.id, before=interrupt_before)
            if not here:
                told = {"c": str(header.id), "s": interrupt_before}
                self._worker.spawn(self._notices.publish("turn_interrupt", told))
        if not here:
            # Whoever holds the lease will see the message when its turn ends; if nobody does, we take it.
            self._worker.spawn(self._worker.drain(header))

    # ── waiting for an answer ────────────────────────────────────────────────────────────────────────────────────
    async def wait(self, header: Header, accepted: Accepted, *, seconds: float | None = None) -> dict[str, Any] | None:
        """`{message}` or `{problem}` of an accepted message, or None when it takes longer than `seconds`.

        Left out, `seconds` is what the platform is set to.
        """
        deadline = asyncio.get_running_loop().time() + (self._answer_seconds if seconds is None else seconds)
        with self._worker.announcer.expecting(accepted.message_id) as future:
            looked = accepted.status == "running"
            while True:
                if not looked:
                    answer = await self._answer_from_rows(header, accepted.message_id)
                    if answer is not None:
                        return answer
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return None
                pause = POLL_HERE_SECONDS if self._worker.is_running(header.id) else POLL_ELSEWHERE_SECONDS
                done, _ = await asyncio.wait({future}, timeout=min(left, pause))
                if done:
                    return future.result()
                looked = False

    async def _answer_from_rows(self, header: Header, message_id: UUID) -> dict[str, Any] | None:
        for event in await self._events_from_rows(header, message_id):
            if event.type is TurnEventType.MESSAGE_COMPLETED:
                return {"message": event.data["message"]}
            if event.type in FINAL_EVENTS:
                return {"problem": event.data.get("problem")}
        return None

    async def _events_from_rows(self, header: Header, message_id: UUID) -> list[TurnEvent]:
        [found] = await self._db.run(header.tenant_id, rows.select_progress(message_id))
        return progress_events(message_id, found[0]) if found else []

    async def whole(self, header: Header, event: TurnEvent) -> TurnEvent:
        """The event with its message, which was too large for the way from another process."""
        if not event.data.get("truncated"):
            return event
        if event.type is TurnEventType.MESSAGE_COMPLETED:
            ended = await self._events_from_rows(header, event.message_id)
            return next((each for each in ended if each.type is event.type), event)
        if event.type is TurnEventType.MESSAGE_RECEIVED:
            [found] = await self._db.run(header.tenant_id, rows.select_said(event.message_id))
            return TurnEvent(event.type, event.message_id, found[0]) if found else event
        return event

    async def watch(self, header: Header) -> Subscription:
        """Starts watching a conversation: every turn that begins from now on, wherever it runs, is seen whole."""
        subscription = await self._hub.subscribe(header.id)
        try:
            await self._db.run(header.tenant_id, rows.note_watcher(header.id, seconds=INTEREST_SECONDS), durable=False)
        except BaseException:
            self.unwatch(subscription)
            raise
        return subscription

    def unwatch(self, subscription: Subscription) -> None:
        self._hub.unsubscribe(subscription)

    async def watch_here(self, header: Header) -> Subscription:
        """Starts watching the turns of this process only; `follow` asks the others when need be."""
        return await self._hub.subscribe(header.id, everywhere=False)

    async def follow(
        self, header: Header, accepted: Accepted, subscription: Subscription
    ) -> AsyncIterator[TurnEvent | None]:
        """The events of one message up to its final one; None now and then while nothing happens.

        What was missed, or runs in a process that died, is read from the rows.
        """
        if accepted.status == "waiting_for_person":
            yield TurnEvent(
                TurnEventType.TURN_HANDOFF, accepted.message_id, {"reason": "A person has this conversation."}
            )
            yield TurnEvent(TurnEventType.TURN_COMPLETED, accepted.message_id, {"run_id": None})
            return
        if not self._worker.is_running(header.id):
            await self._hub.ask_others(header.id)
            for event in await self._events_from_rows(header, accepted.message_id):
                yield event
                if event.type in FINAL_EVENTS:
                    return
        while True:
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    event = await subscription.queue.get()
            except TimeoutError:
                ended = await self._events_from_rows(header, accepted.message_id)
                for late in ended:
                    yield late
                if ended and ended[-1].type in FINAL_EVENTS:
                    return
                yield None
                continue
            if event.message_id != accepted.message_id:
                continue
            yield await self.whole(header, event)
            if event.type in FINAL_EVENTS:
                return


def _received(header: Header, message_id: UUID, now: datetime) -> Statement:
    return events.record_if(
        rows.STORED,
        (message_id,),
        tenant_id=header.tenant_id,
        type="conversation.message.received",
        source=f"/channels/{header.channel}",
        subject=str(header.id),
        data={"message_id": message_id},
        at=now,
    )
