"""The shapes of a turn: what the runtime is given, what it records and what comes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from langchain_core.messages import BaseMessage

from sparklabs.kit.db import Statement
from sparklabs.models.schemas import ToolSchema
from sparklabs.runtime.events import TurnEvent
from sparklabs.tools.schemas import Citation, Tool

StepKind = Literal["decision", "tool", "human", "note"]
StepState = Literal["started", "done", "error", "outcome_unknown"]
RunState = Literal["queued", "running", "waiting", "completed", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Binding:
    """One agent version made ready to run: compiled once, shared by all its turns."""

    agent_id: UUID
    agent_slug: str
    agent_name: str
    version_id: UUID
    version_number: int
    content_hash: str
    models: tuple[str, ...]
    temperature: float | None
    max_tokens: int | None
    timeout_seconds: float
    tool_schemas: tuple[ToolSchema, ...]
    tool_by_name: Mapping[str, Tool]
    render_system: Callable[[Mapping[str, str]], str]
    window_messages: int
    summarises: bool
    remembers: bool
    timezone: str
    locale: str | None
    when_busy: Literal["queue", "interrupt", "reject"]
    handoff_message: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """A row of the ledger."""

    seq: int
    kind: StepKind
    state: StepState
    name: str
    call_id: str | None
    input: Any
    output: Any
    usage: Any
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a turn needs to know; it touches no other room's rows.

    `fence` is the statement that aborts a write group when the lease is lost. `recorded` is the ledger of an earlier
    attempt at the same run, in order.
    """

    tenant_id: UUID
    run_id: UUID
    message_id: UUID
    conversation_id: UUID
    contact_id: UUID
    channel: str
    binding: Binding
    history: Sequence[BaseMessage]
    system_prompt: str
    fence: Statement
    now: datetime
    prompt: dict[str, Any] = field(default_factory=dict[str, Any])
    recorded: Sequence[RecordedStep] = ()
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """How a turn ended, before it is written."""

    state: RunState
    text: str
    citations: tuple[Citation, ...] = ()
    handoff: Mapping[str, Any] | None = None
    problem: Mapping[str, Any] | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_micros: int = 0
    currency: str = "USD"
    duration_ms: int = 0
    reply_id: UUID | None = None


Emit = Callable[[TurnEvent], None]
Finish = Callable[[TurnOutcome], Sequence[Statement]]
