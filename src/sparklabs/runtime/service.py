"""The door of the runtime: runs one turn to its end and writes that end in one transaction with the caller's rows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from langgraph.errors import GraphRecursionError

from sparklabs.kit import telemetry
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import DATABASE_UNAVAILABLE, LEASE_LOST, Database, Row, Statement
from sparklabs.kit.errors import SparkError
from sparklabs.kit.json import as_object
from sparklabs.models import lean
from sparklabs.models.service import ChatModels
from sparklabs.runtime import citing, graph, repository
from sparklabs.runtime.events import TurnEventType
from sparklabs.runtime.schemas import Emit, Finish, RecordedStep, Turn, TurnOutcome
from sparklabs.runtime.session import ExecuteTool, TurnInterruptedError, TurnLimitReachedError, TurnSession

logger = logging.getLogger(__name__)


class TurnHandle:
    """What the owner of a turn holds to interrupt it, be it running already or about to."""

    def __init__(self) -> None:
        self._asked = False
        self._stopped = False
        self._session: TurnSession | None = None

    def interrupt(self, *, stopped: bool = False) -> None:
        """Ends the turn before its next decision; `stopped` when a person asked for that, not a newer message."""
        self._asked, self._stopped = True, stopped
        if self._session is not None:
            self._session.interrupt(stopped=stopped)

    def attach(self, session: TurnSession) -> None:
        """Names the session of the turn, which may have been interrupted before it began."""
        self._session = session
        if self._asked:
            session.interrupt(stopped=self._stopped)


class TurnEnd(NamedTuple):
    """How the turn ended, and what the statements of `finish` returned."""

    outcome: TurnOutcome
    rows: list[list[Row]]


SecretsOf = Callable[[UUID, str], Awaitable[str | None]]


class TurnRunner:
    """Runs turns; holds nothing of any one of them."""

    def __init__(
        self, *, db: Database, clock: Clock, models: ChatModels, execute: ExecuteTool, secrets: SecretsOf
    ) -> None:
        self._db = db
        self._clock = clock
        self._models = models
        self._execute = execute
        self._secrets = secrets

    async def run(self, turn: Turn, *, emit: Emit, finish: Finish, handle: TurnHandle | None = None) -> TurnEnd:
        """Runs the graph, then writes ledger, run and the rows of `finish` in one group.

        A failure of the agent or its models is an outcome (`failed`), not an exception. A lost lease or a lost
        database is raised: nothing of the last group was written, and another attempt replays the ledger.
        """

        async def secrets(name: str) -> str | None:
            return await self._secrets(turn.tenant_id, name)

        session = TurnSession(
            turn,
            db=self._db,
            clock=self._clock,
            models=self._models,
            execute=self._execute,
            secrets=secrets,
            emit=emit,
        )
        if handle is not None:
            handle.attach(session)
        try:
            outcome = await self._play(session)
        except (SparkError, GraphRecursionError) as error:
            if isinstance(error, SparkError) and error.code in (LEASE_LOST, DATABASE_UNAVAILABLE):
                raise
            outcome = self._failed(session, error)
        outcome = replace(outcome, duration_ms=session.elapsed_ms)
        return TurnEnd(outcome, await self._end(session, outcome, finish))

    async def _play(self, session: TurnSession) -> TurnOutcome:
        # The nodes work on the session, which keeps their last word: without a stream mode nothing is copied out.
        await graph.compiled().ainvoke(
            {"messages": [lean.system(session.turn.system_prompt), *session.turn.history]},
            context=graph.TurnContext(session),
            config={"recursion_limit": graph.RECURSION_LIMIT},
            stream_mode=[],
        )
        text = session.last_word
        return replace(
            session.outcome,
            text=text,
            citations=citing.used(session.citations, text),
            handoff=session.handoff,
            reply_id=session.reply_id,
        )

    def _failed(self, session: TurnSession, error: Exception) -> TurnOutcome:
        # What is not ours is the graph's own limit (GraphRecursionError).
        told = error if isinstance(error, SparkError) else TurnLimitReachedError("The turn took too many steps.")
        problem = {"code": told.code, "title": told.title, "detail": told.detail, "status": told.status}
        if told.hint:
            problem["hint"] = told.hint
        state = "cancelled" if isinstance(error, TurnInterruptedError) else "failed"
        if state == "failed":
            logger.warning("A turn failed.", extra={"code": problem["code"], "why": problem["detail"]})
        return replace(session.outcome, state=state, text="", problem=problem, reply_id=None)

    async def _end(self, session: TurnSession, outcome: TurnOutcome, finish: Finish) -> list[list[Row]]:
        ended = repository.end_run(
            run_id=session.turn.run_id, outcome=outcome, prompt=session.turn.prompt, ended_at=self._clock.now()
        )
        # A cancellation that arrives while the end is being written must not cut the group in two minds.
        rows = await asyncio.shield(asyncio.ensure_future(session.write_last(ended, *finish(outcome))))
        telemetry.turns.labels(outcome.state).inc()
        telemetry.turn_seconds.observe(outcome.duration_ms / 1000)
        if outcome.handoff is not None:
            session.emit(TurnEventType.TURN_HANDOFF, reason=_reason(outcome.handoff))
        return rows[1:]


def select_ledger(run_id: UUID) -> Statement:
    """The statement that reads a run's ledger, for a caller's own group of reads."""
    return repository.select_ledger(run_id)


def recorded(rows: list[Row]) -> tuple[RecordedStep, ...]:
    """The steps in what `select_ledger` gave."""
    return repository.recorded(rows)


def _reason(handoff: Mapping[str, Any]) -> str:
    return str(as_object(handoff.get("content")).get("reason", ""))
