"""The small shapes that the turns of a conversation are told in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol
from uuid import UUID

from sparklabs.kit.ids import new_id
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
    """What never changes of a conversation.

    The last four are set in the playground only: the version and the model that answer in place of the live ones, the
    channel that is played, and the conversation that this one was restarted from.
    """

    id: UUID
    tenant_id: UUID
    agent_id: UUID
    agent_slug: str
    contact_id: UUID
    channel: str
    version_id: UUID | None = None
    model: str | None = None
    simulated_channel: str | None = None
    forked_from: UUID | None = None

    @property
    def shown_channel(self) -> str:
        """The channel that the agent believes to speak on."""
        return self.simulated_channel or self.channel

    async def bind(self, bindings: Bindings, *, version_id: UUID | None = None) -> Binding:
        """What answers here: the live version, the pinned one or, for a run that began, `version_id`.

        Another model changes nothing else: prompt, tools and their policies stay the version's own.
        """
        fixed = version_id or self.version_id
        if fixed is None:
            binding = await bindings.current(self.tenant_id, self.agent_id)
        else:
            binding = await bindings.of_version(self.tenant_id, fixed)
        return binding if self.model is None else replace(binding, models=(self.model, *binding.models[1:]))


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that stands in the inbox: here it runs now, waits its turn, or had been delivered before."""

    message_id: UUID
    status: Literal["running", "queued", "waiting_for_person", "known"]
    run_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pins:
    """What a test conversation is held to; None is what is live, and no channel but its own."""

    version_id: UUID | None = None
    model: str | None = None
    simulated_channel: str | None = None


NO_PINS = Pins()


@dataclass(frozen=True, slots=True)
class Opening:
    """A conversation that is about to be opened; what stands after `pins` is for one that is begun anew."""

    agent_id: UUID
    contact_id: UUID
    channel: str
    metadata: Mapping[str, Any]
    pins: Pins = NO_PINS
    id: UUID = field(default_factory=new_id)
    forked_from: UUID | None = None
    last_seq: int = 0
    summary: str | None = None
    summary_seq: int = 0
    context: Mapping[str, Any] = field(default_factory=dict[str, Any])
