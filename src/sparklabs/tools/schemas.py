"""The shapes of the tools room: what a tool is, what it is given and what it gives back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from sparklabs.kit.db import Database
from sparklabs.models.schemas import Risk, ToolSchema

ToolSource = Literal["builtin", "entry_point", "folder", "declared"]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call that may be repeated is repeated, and the first pause in seconds (doubling, with jitter)."""

    attempts: int = 1
    pause_seconds: float = 0.2


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the registry lists it; `auth` names the secret or integration it needs."""

    schema: ToolSchema
    category: str
    source: ToolSource
    output_schema: dict[str, Any] | None = None
    timeout_seconds: float = 30
    retry: RetryPolicy = RetryPolicy()
    auth: str | None = None


@dataclass(frozen=True, slots=True)
class ToolContext:
    """Who calls, for whom and when. `call_key` is the stable idempotency key of this very call."""

    tenant_id: UUID
    agent_id: UUID | None
    agent_slug: str
    conversation_id: UUID | None
    contact_id: UUID | None
    run_id: UUID | None
    call_key: str
    now: datetime
    timezone: str
    db: Database
    secrets: Callable[[str], Awaitable[str | None]]
    emit: Callable[[str, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a passage came from."""

    title: str
    source: str
    passage: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class ToolFault:
    """Why a call failed: a stable code, what happened and what to do."""

    code: str
    message: str
    hint: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a call gave: JSON content, a plain sentence when the tool has one, or a fault."""

    ok: bool
    content: Any
    text: str | None = None
    error: ToolFault | None = None
    citations: tuple[Citation, ...] = ()


class Tool(Protocol):
    """Anything that can be called by an agent."""

    @property
    def spec(self) -> ToolSpec: ...

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult: ...


@dataclass(frozen=True, slots=True)
class ToolDeclaration:
    """A tool as an agent file names it."""

    name: str
    type: str | None = None
    enabled: bool = True
    risk: Risk | None = None
    description: str | None = None
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    integration: str | None = None
    parameters: dict[str, Any] | None = None
    examples: tuple[str, ...] = ()
    say: str | None = None


@dataclass(frozen=True, slots=True)
class MissingTool:
    """A tool that was declared and cannot work here yet, and what it waits for."""

    name: str
    needs: Literal["tool", "integration", "secret"]
    what: str
    interface: dict[str, Any] = field(default_factory=dict[str, Any])
