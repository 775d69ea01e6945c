"""Stands for the rooms below web chat (embed keys, contacts, conversations, tokens), kept in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sparklabs.channels.web.schemas import AgentCard, EmbedKey
from sparklabs.kit.errors import NotFoundError, UnauthenticatedError
from sparklabs.kit.ids import new_id

TENANT = UUID(int=1)


@dataclass
class MemoryConversation:
    """A conversation with its messages, as the API tells them."""

    id: UUID
    contact_id: UUID
    agent_id: UUID
    status: str = "open"
    metadata: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)


class WebChatMemory:
    """Every protocol that `WebChat` asks for, in one object."""

    def __init__(self, cards: dict[str, AgentCard]) -> None:
        self.cards = {new_id(): card for card in cards.values()}
        self.keys = {
            agent_id: EmbedKey(TENANT, agent_id, f"pk_{card.slug}", ()) for agent_id, card in self.cards.items()
        }
        self.visitors: dict[bytes, tuple[UUID, UUID]] = {}
        self.conversations: dict[UUID, MemoryConversation] = {}
        self.tokens: dict[str, UUID] = {}
        self.contact_names: dict[UUID, str | None] = {}
        self.wait_seconds = 0

    # ── embed keys and visitors ──────────────────────────────────────────────────────────────────────────────────────
    async def find_embed_key(self, key: str) -> EmbedKey | None:
        return next((each for each in self.keys.values() if each.key == key), None)

    async def find_agent(self, slug: str, *, tenant_slug: str | None) -> tuple[UUID, UUID] | None:
        found = next((agent_id for agent_id, card in self.cards.items() if card.slug == slug), None)
        return (TENANT, found) if found and tenant_slug in (None, "first") else None

    async def ensure_embed_key(self, tenant_id: UUID, agent_id: UUID, *, key: str, now: datetime) -> EmbedKey:
        return self.keys.setdefault(agent_id, EmbedKey(tenant_id, agent_id, key, ()))

    async def touch_visitor(self, tenant_id: UUID, agent_id: UUID, *, secret_hash: bytes, now: datetime) -> UUID | None:
        contact_id, its_agent = self.visitors.get(secret_hash, (None, None))
        return contact_id if its_agent == agent_id else None

    async def add_visitor(
        self, tenant_id: UUID, agent_id: UUID, *, contact_id: UUID, secret_hash: bytes, now: datetime
    ) -> None:
        self.visitors[secret_hash] = (contact_id, agent_id)

    # ── the rooms below ──────────────────────────────────────────────────────────────────────────────────────────────
    async def get_card(self, tenant_id: UUID, agent_id: UUID) -> AgentCard:
        return self.cards[agent_id]

    async def create_visitor(self, tenant_id: UUID, *, name: str | None, channel: str) -> UUID:
        contact_id = new_id()
        self.contact_names[contact_id] = name
        return contact_id

    async def find_latest_open(self, tenant_id: UUID, *, contact_id: UUID, agent_id: UUID) -> UUID | None:
        mine = [each for each in self.conversations.values() if each.contact_id == contact_id]
        return max((each.id for each in mine if each.agent_id == agent_id and each.status != "closed"), default=None)

    async def open(
        self, tenant_id: UUID, *, agent_id: UUID, contact_id: UUID, channel: str, metadata: dict[str, Any]
    ) -> MemoryConversation:
        made = MemoryConversation(new_id(), contact_id, agent_id, metadata=metadata)
        self.conversations[made.id] = made
        return made

    async def get(self, tenant_id: UUID, conversation_id: UUID) -> MemoryConversation:
        return self.conversations[conversation_id]

    async def issue_visitor_token(
        self, *, tenant_id: UUID, contact_id: UUID, conversation_id: UUID, agent_id: UUID, ttl_seconds: int
    ) -> str:
        token = f"token-{len(self.tokens)}-{new_id()}"
        self.tokens[token] = conversation_id
        return token

    def take(self, key: str) -> int:
        return self.wait_seconds

    def authorise(self, authorization: str | None, conversation_id: UUID) -> MemoryConversation:
        """The conversation a visitor's token opens, as the API would check it."""
        bound = self.tokens.get((authorization or "").removeprefix("Bearer "))
        if bound is None:
            raise UnauthenticatedError("The token is not valid any more.", code="token_expired")
        if bound != conversation_id:
            raise NotFoundError("There is no such conversation.", code="conversation_not_found")
        return self.conversations[conversation_id]
