"""Small adapters by which a room is handed what another room knows."""

from uuid import UUID

from sparklabs.agents.active import read_spec
from sparklabs.agents.entities import ANSWERING, AgentStatus
from sparklabs.agents.errors import VersionNotFoundError
from sparklabs.agents.gaps import GapKeeper
from sparklabs.agents.github import GitHub
from sparklabs.agents.service import AgentService
from sparklabs.channels.web.card import card_of
from sparklabs.channels.web.embedding import Site
from sparklabs.channels.web.schemas import AgentCard
from sparklabs.conversations.attachments import AttachmentPolicy
from sparklabs.conversations.errors import AgentNotRunningError
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database
from sparklabs.kit.errors import InvalidError
from sparklabs.kit.settings import Settings
from sparklabs.models.service import ChatModels

OFFLINE_LABEL = "Offline model, English only"


class AgentDirectory:
    """Agents as conversations know them."""

    def __init__(self, agents: AgentService) -> None:
        self._agents = agents

    async def resolve(self, tenant_id: UUID, agent: str) -> UUID:
        """The agent's id; raises AgentNotRunningError for one that takes no conversations."""
        found = await self._agents.get(tenant_id, agent)
        if found.status not in ANSWERING:
            raise AgentNotRunningError(
                f"The agent {found.slug} is {found.status}.", field="agent_id", hint="Activate or publish it first."
            )
        return found.id

    async def identify(self, tenant_id: UUID, agent: str) -> UUID:
        """The agent's id, whatever its state: the conversations of a paused agent can be read."""
        return (await self._agents.get(tenant_id, agent)).id

    async def pin(self, tenant_id: UUID, agent: str, number: int) -> tuple[UUID, UUID]:
        """Ids of the agent and of its version `number`, live, old or never published; an archived agent has none."""
        try:
            found, version = await self._agents.get_version(tenant_id, agent, number)
        except VersionNotFoundError as error:
            raise InvalidError(error.detail, code="agent_version_unknown", field="version", hint=error.hint) from error
        if found.status is AgentStatus.ARCHIVED:
            raise AgentNotRunningError(
                f"The agent {found.slug} is archived.", field="agent_id", hint="Restore it from the archive first."
            )
        return found.id, version.id


class PolicyBridge:
    """What agent files say of attachments."""

    def __init__(self, agents: AgentService) -> None:
        self._agents = agents

    async def attachment_policy(self, tenant_id: UUID, agent_id: UUID) -> AttachmentPolicy:
        attachments = (await self._agents.active(tenant_id, agent_id)).spec.conversation.attachments
        return AttachmentPolicy(attachments.accept, tuple(attachments.types), attachments.max_bytes)


class SiteBridge:
    """Agents as their owner puts them on pages, whatever their state."""

    def __init__(self, agents: AgentService) -> None:
        self._agents = agents

    async def get_site(self, tenant_id: UUID, agent: str) -> Site:
        found = await self._agents.get(tenant_id, agent)
        if not found.latest_version:
            return Site(found.id, found.slug, ())
        _, version = await self._agents.get_version(tenant_id, found.id)
        return Site(found.id, found.slug, tuple(read_spec(version).widget.allowed_origins))


class CardBridge:
    """What visitors may know of agents."""

    def __init__(self, agents: AgentService, models: ChatModels) -> None:
        self._agents = agents
        self._models = models

    async def get_card(self, tenant_id: UUID, agent_id: UUID) -> AgentCard:
        active = await self._agents.active(tenant_id, agent_id)
        label = OFFLINE_LABEL if self._models.is_offline(active.spec.agent.model.chain) else None
        return card_of(active.spec.model_dump(mode="json"), slug=active.slug, model_label=label)


def gap_keeper(settings: Settings, db: Database, clock: Clock) -> GapKeeper | None:
    """Opens GitHub issues for what agents lack, where a repository is configured."""
    if settings.github_repository is None or settings.github_token is None:
        return None
    try:
        github = GitHub(
            settings.github_repository, token=settings.github_token.get_secret_value(), api_url=settings.github_api_url
        )
    except ValueError as error:
        raise InvalidError(str(error), code="settings_invalid", field="SPARKLABS_GITHUB_REPOSITORY") from error
    return GapKeeper(db, github=github, clock=clock)
