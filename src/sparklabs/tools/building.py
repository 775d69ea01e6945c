"""What every tool needs to be built: the rooms it may use and the spec made from its declaration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from sparklabs.knowledge.service import Knowledge
from sparklabs.models.embeddings import get_embedder
from sparklabs.models.schemas import Risk, SideEffect, ToolRole, ToolSchema
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.outbound import Outbound
from sparklabs.tools.schemas import MissingTool, RetryPolicy, Tool, ToolDeclaration, ToolSource, ToolSpec

REPEAT = RetryPolicy(attempts=3, pause_seconds=0.2)
ONCE = RetryPolicy(attempts=1)


class Sealer(Protocol):
    """Seals a value for one place; `sparklabs.kit.crypto.Sealer` is one."""

    def seal(self, value: bytes, *, purpose: str, tenant_id: UUID | None, about: str) -> bytes: ...


class People(Protocol):
    """What stands above the tools and keeps the people: entry ties it in."""

    async def learn_name(self, tenant_id: UUID, contact_id: UUID, name: str) -> bool:
        """Seals a name that a contact told; whether the contact bears that name now."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors; `sparklabs.models.embeddings.MiniLmEmbedder` is one."""

    async def aembed(self, texts: Sequence[str]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Rooms:
    """What tools reach beyond the database: knowledge, the web through its guard, the tenant's seal, the people."""

    knowledge: Knowledge
    outbound: Outbound
    sealer: Sealer
    people: People | None = None
    embedder: Callable[[], Embedder] = get_embedder


Builder: TypeAlias = Callable[[ToolDeclaration, AgentBinding, Rooms], Tool | MissingTool]


def make_spec(
    declaration: ToolDeclaration,
    *,
    description: str,
    parameters: dict[str, Any],
    side_effect: SideEffect,
    category: str,
    role: ToolRole = "action",
    risk: Risk = "low",
    timeout_seconds: float = 30,
    auth: str | None = None,
    say: str | None = None,
    source: ToolSource = "declared",
) -> ToolSpec:
    """The spec of a tool: what the agent file says stands before what follows from the type."""
    schema = ToolSchema(
        name=declaration.name,
        description=declaration.description or description,
        parameters=declaration.parameters or parameters,
        risk=declaration.risk or risk,
        side_effect=side_effect,
        role=role,
        examples=declaration.examples,
        say=declaration.say or say,
    )
    retry = ONCE if side_effect == "unsafe" else REPEAT
    return ToolSpec(schema, category=category, source=source, timeout_seconds=timeout_seconds, retry=retry, auth=auth)
