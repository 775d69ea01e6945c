"""The small shapes that the turns of a conversation are told in."""

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from sparklabs.runtime.schemas import Binding


class Bindings(Protocol):
    """Where agent versions made ready to run come from."""

    async def current(self, tenant_id: UUID, agent_id: UUID) -> Binding:
        """The version that answers now; raises AgentNotRunningError."""
        ...

    async def of_version(self, tenant_id: UUID, version_id: UUID) -> Binding:
        """A given version, for a turn that began on it."""
        ...


@dataclass(frozen=True, slots=True)
class Header:
    """What never changes of a conversation."""

    id: UUID
    tenant_id: UUID
    agent_id: UUID
    agent_slug: str
    contact_id: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that stands in the inbox: here it runs now, waits its turn, or had been delivered before."""

    message_id: UUID
    status: Literal["running", "queued", "waiting_for_person", "known"]
    run_id: UUID | None = None
