"""What the rooms above say to a chat model and what they hear back; vendors' own shapes stay in `providers/`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from langchain_core.messages import AIMessage, BaseMessage

Risk = Literal["low", "medium", "high"]
SideEffect = Literal["none", "idempotent", "unsafe"]
ToolRole = Literal["action", "knowledge", "handoff", "memory"]


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """What a model is shown of a tool.

    `side_effect` says what a repeat would do: `none` is a read, `idempotent` may be repeated with its key,
    `unsafe` is never repeated. `say` is a template for a plain sentence made from the result.
    """

    name: str
    description: str
    parameters: dict[str, Any]
    risk: Risk = "low"
    side_effect: SideEffect = "none"
    role: ToolRole = "action"
    examples: tuple[str, ...] = ()
    say: str | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to a chain of models; `offline` always stands at its end, named or not."""

    models: tuple[str, ...]
    messages: Sequence[BaseMessage]
    tools: Sequence[ToolSchema] = ()
    temperature: float | None = None
    max_tokens: int | None = None
    timeout_seconds: float = 60
    tenant_id: UUID | None = None
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])
    now: datetime | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer's text, in order."""

    text: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """The text streamed so far is void: the attempt behind it failed and another begins."""

    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; the cached ones are part of the input."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one model; `outcome` is `ok` or an error code."""

    provider: str
    model: str
    outcome: str
    duration_ms: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """The whole answer and what it cost, in integer micro-units of `currency`."""

    message: AIMessage
    provider: str
    model: str
    usage: Usage
    cost_micros: int
    currency: str
    duration_ms: int
    cache_hit: bool = False
    attempts: tuple[Attempt, ...] = ()


ModelEvent = TextDelta | Restarted | Completion
