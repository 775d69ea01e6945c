"""Takes up open messages: finds the earliest, opens its run or finds its ledger, and ends what cannot be answered."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sparklabs.conversations import repository as rows
from sparklabs.conversations.announce import Announcer
from sparklabs.conversations.failed import ended_without_run
from sparklabs.conversations.lease import Lease
from sparklabs.conversations.messages import problem_of
from sparklabs.conversations.shapes import Bindings, Header
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import DATABASE_UNAVAILABLE, Database, Row, Statement
from sparklabs.kit.errors import SparkError
from sparklabs.kit.ids import new_id
from sparklabs.runtime.events import TurnEventType
from sparklabs.runtime.schemas import Binding, RecordedStep
from sparklabs.runtime.service import recorded, select_ledger

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Work:
    """One open message, ready to be answered; `stop_asked` when a person stopped its turn before it was taken over."""

    message_id: UUID
    run_id: UUID
    binding: Binding
    window: Sequence[Row]
    calls: Sequence[Row]
    surroundings: Row
    recorded: Sequence[RecordedStep] = ()
    stop_asked: bool = False

    @property
    def seq(self) -> int:
        """The number of the message, which closes its window."""
        return self.window[-1]["seq"]


class MessageTaker:
    """Works under a lease that its caller holds."""

    def __init__(self, *, db: Database, clock: Clock, bindings: Bindings, announcer: Announcer) -> None:
        self._db = db
        self._clock = clock
        self._bindings = bindings
        self._announcer = announcer

    async def take_next(self, header: Header, lease: Lease) -> Work | None:
        """The earliest open message, with the ledger of its run if an earlier attempt began it; releases when none."""
        fence = lease.fence(header.id)
        [_, locked, found, released] = await self._db.run(
            header.tenant_id,
            fence,
            rows.lock_conversation(header.id),
            rows.select_next_open(header.id),
            rows.release_when_done(conversation_id=header.id, token=lease.token),
        )
        if not found:
            if released:
                return None
            return await self.take_next(header, lease)
        if locked[0]["is_watched"]:
            self._announcer.expect_watchers(header)
        row = found[0]
        if row["attempts"] >= MOST_ATTEMPTS:
            await self._give_up(header, lease, row)
            return await self.take_next(header, lease)
        if row["run_id"] is None:
            begun = await self._begin(header, lease, row["message_id"])
            return begun or await self.take_next(header, lease)
        try:
            binding = await header.bind(self._bindings, version_id=row["agent_version_id"])
        except SparkError as error:
            await self._refuse(header, lease, row["message_id"], error, run_id=row["run_id"])
            return await self.take_next(header, lease)
        [_, _, ledger_rows, window, calls, surroundings] = await self._db.run(
            header.tenant_id,
            fence,
            rows.count_attempt(row["message_id"]),
            select_ledger(row["run_id"]),
            *context_statements(header, row["message_id"], binding),
        )
        self._announcer.tell(header, TurnEventType.TURN_RESTARTED, row["message_id"], reason="recovered")
        return Work(
            row["message_id"],
            row["run_id"],
            binding,
            window,
            calls,
            surroundings[0],
            recorded=recorded(ledger_rows),
            stop_asked=row["cancel_requested"],
        )

    async def _begin(self, header: Header, lease: Lease, message_id: UUID) -> Work | None:
        """Opens the run of a message; None when the agent takes no messages any more, which ends this one."""
        try:
            binding = await header.bind(self._bindings)
        except SparkError as error:
            await self._refuse(header, lease, message_id, error)
            return None
        run = new_run(lease, binding, now=self._clock.now())
        [_, _, window, calls, surroundings] = await self._db.run(
            header.tenant_id,
            lease.fence(header.id),
            rows.start_run(message_id=message_id, conversation_id=header.id, run=run),
            *context_statements(header, message_id, binding),
        )
        return Work(message_id, run.id, binding, window, calls, surroundings[0])

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
            rows.fail_message(message_id=message_id, problem=problem),
            *ended_without_run(header, message_id=message_id, run_id=run_id, problem=problem, at=self._clock.now()),
        )
        self._announcer.answer(message_id, {"problem": problem})
        self._announcer.tell(header, TurnEventType.TURN_FAILED, message_id, problem=problem)


def new_run(lease: Lease, binding: Binding, *, now: datetime) -> rows.NewRun:
    """A run of that version, to be opened under the lease."""
    return rows.NewRun(
        id=new_id(),
        agent_id=binding.agent_id,
        version_id=binding.version_id,
        prompt={"window": binding.window_messages},
        owner=lease.owner,
        lease_seconds=lease.seconds,
        now=now,
    )


def context_statements(header: Header, message_id: UUID, binding: Binding) -> tuple[Statement, ...]:
    """What a turn is shown: its window, the calls of recent runs, and what is known around it."""
    return (
        rows.select_window(conversation_id=header.id, upto=message_id, size=binding.window_messages),
        rows.select_recent_calls(conversation_id=header.id, upto=message_id),
        rows.select_surroundings(header.id, remembers=binding.remembers),
    )
