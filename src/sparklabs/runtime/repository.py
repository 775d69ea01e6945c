"""Every query of the runtime: runs, their ledger and their reading."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.kit.db import Database, Row, Statement
from sparklabs.runtime.schemas import RecordedStep, RunState, StepKind, StepState, TurnOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """One row of the ledger about to be written."""

    id: UUID
    tenant_id: UUID
    run_id: UUID
    seq: int
    kind: StepKind
    state: StepState
    name: str
    created_at: datetime
    call_id: str | None = None
    input: Any = None
    output: Any = None
    verdict: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    message_id: UUID | None = None
    duration_ms: int | None = None

    @property
    def values(self) -> tuple[Any, ...]:
        return (
            self.id,
            self.tenant_id,
            self.run_id,
            self.seq,
            self.kind,
            self.state,
            self.name,
            self.call_id,
            _json(self.input),
            _json(self.output),
            _json(self.verdict),
            _json(self.usage),
            self.message_id,
            self.duration_ms,
            self.created_at,
        )


_STEP: LiteralString = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def insert_steps(*steps: NewStep) -> Statement:
    """Rows of the ledger, all in one statement."""
    rows: LiteralString = ", ".join([_STEP for _ in steps])
    return Statement(
        "INSERT INTO steps (id, tenant_id, run_id, seq, kind, state, name, call_id, input, output, verdict, usage,"
        f" message_id, duration_ms, created_at) VALUES {rows}",
        tuple(value for step in steps for value in step.values),
    )


def end_step(
    *, run_id: UUID, seq: int, created_at: datetime, state: StepState, output: Any, duration_ms: int | None
) -> Statement:
    """Writes the end of a started step."""
    return Statement(
        "UPDATE steps SET state = %s, output = %s, duration_ms = %s"
        " WHERE run_id = %s AND seq = %s AND created_at = %s AND state = 'started'",
        (state, _json(output), duration_ms, run_id, seq, created_at),
    )


def end_run(*, run_id: UUID, outcome: TurnOutcome, prompt: dict[str, Any], ended_at: datetime) -> Statement:
    """Final states are final: only an open run is ended."""
    return Statement(
        "UPDATE runs SET state = %s, input_tokens = %s, output_tokens = %s, cached_tokens = %s, cost_micros = %s,"
        " currency = %s, problem = %s, prompt = %s, ended_at = %s"
        " WHERE id = %s AND state IN ('queued', 'running', 'waiting')",
        (
            outcome.state,
            outcome.input_tokens,
            outcome.output_tokens,
            outcome.cached_tokens,
            outcome.cost_micros,
            outcome.currency,
            _json(outcome.problem),
            Jsonb(prompt),
            ended_at,
            run_id,
        ),
    )


def insert_finished_run(
    *,
    id: UUID,
    tenant_id: UUID,
    kind: str,
    agent_id: UUID,
    version_id: UUID,
    conversation_id: UUID | None,
    state: RunState,
    prompt: dict[str, Any],
    usage: dict[str, Any],
    started_at: datetime,
    ended_at: datetime,
) -> Statement:
    """A run that is written only when it is over; `usage` as the ledger keeps it."""
    return Statement(
        "INSERT INTO runs (id, tenant_id, kind, agent_id, agent_version_id, conversation_id, state, prompt,"
        " input_tokens, output_tokens, cached_tokens, cost_micros, currency, started_at, ended_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            id,
            tenant_id,
            kind,
            agent_id,
            version_id,
            conversation_id,
            state,
            Jsonb(prompt),
            usage.get("in", 0),
            usage.get("out", 0),
            usage.get("cached", 0),
            usage.get("cost", 0),
            usage.get("currency", "USD"),
            started_at,
            ended_at,
        ),
    )


def select_ledger(run_id: UUID) -> Statement:
    return Statement(
        "SELECT seq, kind, state, name, call_id, input, output, usage, created_at FROM steps"
        " WHERE run_id = %s ORDER BY seq",
        (run_id,),
    )


def recorded(rows: list[Row]) -> tuple[RecordedStep, ...]:
    return tuple(RecordedStep(**row) for row in rows)


class RunRepository:
    """Reads runs and steps for the trace."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def conversation_runs(self, tenant_id: UUID, conversation_id: UUID, *, limit: int) -> list[Row]:
        """The newest runs of a conversation, oldest first, each with its agent version's number and hash."""
        [rows] = await self._db.run(
            tenant_id,
            Statement(
                "SELECT r.*, v.number AS version_number, v.content_hash FROM runs r"
                " JOIN agent_versions v ON v.id = r.agent_version_id"
                " WHERE r.conversation_id = %s ORDER BY r.id DESC LIMIT %s",
                (conversation_id, limit),
            ),
        )
        return rows[::-1]

    async def find_run(self, tenant_id: UUID, run_id: UUID) -> Row | None:
        rows = await self.find_runs(tenant_id, [run_id])
        return rows[0] if rows else None

    async def find_runs(self, tenant_id: UUID, run_ids: list[UUID]) -> list[Row]:
        """Runs by their ids, oldest first."""
        [rows] = await self._db.run(
            tenant_id,
            Statement(
                "SELECT r.*, v.number AS version_number, v.content_hash FROM runs r"
                " JOIN agent_versions v ON v.id = r.agent_version_id WHERE r.id = ANY(%s) ORDER BY r.id",
                (run_ids,),
            ),
        )
        return rows

    async def steps(self, tenant_id: UUID, run_ids: list[UUID]) -> list[Row]:
        [rows] = await self._db.run(
            tenant_id,
            Statement("SELECT * FROM steps WHERE run_id = ANY(%s) ORDER BY run_id, seq", (run_ids,)),
        )
        return rows


def _json(value: Any) -> Jsonb | None:
    return None if value is None else Jsonb(value)
