"""Test conversations: held to a version, a model and a channel, and begun anew from any of the customer's messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sparklabs.conversations import forks_repository as rows
from sparklabs.conversations.contacts import ContactService
from sparklabs.conversations.errors import MessageNotFoundError
from sparklabs.conversations.schemas import PLAYGROUND, ContactIn, ConversationIn, ConversationOut, ForkIn, Pinning
from sparklabs.conversations.service import AgentDirectory, ConversationService
from sparklabs.conversations.shapes import Header, Opening, Pins
from sparklabs.kit.db import Database, Row
from sparklabs.kit.errors import InvalidError
from sparklabs.kit.ids import new_id


class TestDirectory(AgentDirectory, Protocol):
    """What this room needs to know of agents that are tried."""

    async def pin(self, tenant_id: UUID, agent: str, number: int) -> tuple[UUID, UUID]:
        """Ids of the agent and of its version `number`, published or not; raises coded errors."""
        ...


class ModelDirectory(Protocol):
    """What this room needs to know of models."""

    def why_not(self, model: str) -> str | None:
        """Why a model cannot be asked here; None when it can."""
        ...


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a conversation is begun anew: what it knew by then, and the messages that come along."""

    known: Row
    message_ids: list[UUID]


class Playground:
    """Opens and forks test conversations."""

    def __init__(
        self,
        db: Database,
        *,
        agents: TestDirectory,
        models: ModelDirectory,
        contacts: ContactService,
        conversations: ConversationService,
    ) -> None:
        self._db = db
        self._agents = agents
        self._models = models
        self._contacts = contacts
        self._conversations = conversations

    async def create(self, tenant_id: UUID, asked: ConversationIn, *, id: UUID) -> ConversationOut:
        """Opens a test conversation under the id, or finds it there.

        Raises `agent_version_unknown`, `model_unknown` and what any other raises.
        """
        made = await self._conversations.find(tenant_id, id)
        if made is not None:
            return made
        agent_id, pins = await self._pin(tenant_id, asked.agent_id, asked)
        contact_id = await self._contacts.find_or_create(tenant_id, asked.contact, channel=PLAYGROUND)
        opening = Opening(agent_id, contact_id, PLAYGROUND, asked.metadata, pins, id=id)
        return await self._conversations.open_as(tenant_id, opening)

    async def fork(self, header: Header, asked: ForkIn) -> ConversationOut:
        """A test conversation that has what was said before one of the customer's messages; the original stays.

        What was done stays done and is not repeated. What is not asked for is as in the original. Raises
        MessageNotFoundError, `fork_not_at_a_question`, and what `create` raises.
        """
        cut = await self._cut(header, asked.before_message_id)
        agent_id, pins = await self._pin(header.tenant_id, str(header.agent_id), asked, inherited=header)
        fork_id = new_id()
        copies = ()
        if cut.message_ids:
            copies = rows.copy_messages(
                source_id=header.id, fork_id=fork_id, old=cut.message_ids, new=[new_id() for _ in cut.message_ids]
            )
        opening = Opening(
            agent_id,
            await self._contact(header, cut.known),
            PLAYGROUND,
            {},
            pins,
            id=fork_id,
            forked_from=header.id,
            last_seq=len(cut.message_ids),
            **_knowledge(cut, same_contact=header.channel == PLAYGROUND),
        )
        return await self._conversations.open_as(header.tenant_id, opening, *copies)

    async def _cut(self, header: Header, message_id: UUID) -> _Cut:
        [found] = await self._db.run(
            header.tenant_id, rows.select_cut(conversation_id=header.id, message_id=message_id)
        )
        if not found:
            raise MessageNotFoundError("There is no such message in this conversation.", field="before_message_id")
        known = found[0]
        if known["role"] != "user":
            raise InvalidError(
                "A conversation is begun anew from what the customer said.",
                code="fork_not_at_a_question",
                field="before_message_id",
                hint="Name one of the messages whose role is user.",
            )
        [before] = await self._db.run(header.tenant_id, rows.select_before(conversation_id=header.id, seq=known["seq"]))
        return _Cut(known, [row["id"] for row in before])

    async def _contact(self, header: Header, known: Row) -> UUID:
        """The tester stays who they are; for a customer somebody new stands in, for a test must teach us nothing."""
        if header.channel == PLAYGROUND:
            return known["contact_id"]
        stand_in = ContactIn(timezone=known["timezone"], locale=known["locale"])
        return await self._contacts.find_or_create(header.tenant_id, stand_in, channel=PLAYGROUND)

    async def _pin(
        self, tenant_id: UUID, agent: str, asked: Pinning, *, inherited: Header | None = None
    ) -> tuple[UUID, Pins]:
        told = asked.model_fields_set
        if asked.model is not None:
            self._check_model(asked.model)
        version_id = inherited.version_id if inherited and "version" not in told else None
        if asked.version is not None:
            agent_id, version_id = await self._agents.pin(tenant_id, agent, asked.version)
        elif version_id is not None:
            agent_id = await self._agents.identify(tenant_id, agent)
        else:
            agent_id = await self._agents.resolve(tenant_id, agent)
        pins = Pins(
            version_id,
            inherited.model if inherited and "model" not in told else asked.model,
            inherited.shown_channel if inherited and "simulated_channel" not in told else asked.simulated_channel,
        )
        return agent_id, pins

    def _check_model(self, model: str) -> None:
        why = self._models.why_not(model)
        if why is not None:
            raise InvalidError(
                f"The model {model!r} cannot be asked here: {why}.",
                code="model_unknown",
                field="model",
                hint="GET /api/v1/models tells which stand ready; set a provider's key to have more.",
            )


def _knowledge(cut: _Cut, *, same_contact: bool) -> dict[str, Any]:
    """What the fork knows at its start: the summary when it tells only of what comes along, and the facts.

    A stand-in brings the customer's facts in the conversation's own context, for it has no memories.
    """
    known = cut.known
    whole = known["summary_seq"] < known["seq"]
    facts: Mapping[str, Any] = {} if same_contact else {**(known["contact_context"] or {}), **(known["memories"] or {})}
    return {
        "summary": known["summary"] if whole else None,
        "summary_seq": min(known["summary_seq"], len(cut.message_ids)) if whole else 0,
        "context": {**facts, **(known["context"] or {})},
    }
