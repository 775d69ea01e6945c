"""Who may chat from which page, and the sessions of visitors; what they then say is the conversations room's matter."""

import hashlib
import secrets
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sparklabs.channels.web.embedding import make_key
from sparklabs.channels.web.errors import (
    ChatPageNotFoundError,
    EmbedKeyNotFoundError,
    OriginNotAllowedError,
    TooManyVisitorsError,
)
from sparklabs.channels.web.origins import is_allowed
from sparklabs.channels.web.repository import WebChatRepository
from sparklabs.channels.web.schemas import (
    TOKEN_SECONDS,
    AgentCard,
    EmbedKey,
    Profile,
    SessionIn,
    SessionOut,
    WidgetConfig,
)
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database

CHANNEL = "web_chat"
_SECRET_BYTES = 32


class AgentCards(Protocol):
    """What visitors may know of agents."""

    async def get_card(self, tenant_id: UUID, agent_id: UUID) -> AgentCard:
        """The card of the published version; raises the agents room's errors."""
        ...


class Conversations(Protocol):
    """The door of the conversations room, as far as a session needs it."""

    async def find_latest_open(self, tenant_id: UUID, *, contact_id: UUID, agent_id: UUID) -> UUID | None: ...

    async def open(
        self, tenant_id: UUID, *, agent_id: UUID, contact_id: UUID, channel: str, metadata: dict[str, Any]
    ) -> "OpenConversation": ...

    async def get(self, tenant_id: UUID, conversation_id: UUID) -> "OpenConversation": ...


class OpenConversation(Protocol):
    """A conversation as its room gives it."""

    @property
    def id(self) -> UUID: ...

    @property
    def status(self) -> str: ...


class Contacts(Protocol):
    """Makes the contact of a new visitor."""

    async def create_visitor(self, tenant_id: UUID, *, name: str | None, channel: str) -> UUID: ...


class VisitorTokens(Protocol):
    """The identity room's door for visitors."""

    async def issue_visitor_token(
        self, *, tenant_id: UUID, contact_id: UUID, conversation_id: UUID, agent_id: UUID, ttl_seconds: int
    ) -> str: ...


class Admissions(Protocol):
    """A bucket per address: 0, or the seconds to wait."""

    def take(self, key: str) -> int: ...


class EmbedKeys(Protocol):
    """The rows of this room (repository.WebChatRepository)."""

    async def find_embed_key(self, key: str) -> EmbedKey | None: ...

    async def find_agent(self, slug: str, *, tenant_slug: str | None) -> tuple[UUID, UUID] | None: ...

    async def ensure_embed_key(self, tenant_id: UUID, agent_id: UUID, *, key: str, now: datetime) -> EmbedKey: ...

    async def touch_visitor(
        self, tenant_id: UUID, agent_id: UUID, *, secret_hash: bytes, now: datetime
    ) -> UUID | None: ...

    async def add_visitor(
        self, tenant_id: UUID, agent_id: UUID, *, contact_id: UUID, secret_hash: bytes, now: datetime
    ) -> None: ...


class WebChat:
    """The door of the room."""

    def __init__(
        self,
        rows: EmbedKeys,
        *,
        cards: AgentCards,
        conversations: Conversations,
        contacts: Contacts,
        tokens: VisitorTokens,
        admissions: Admissions,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._cards = cards
        self._conversations = conversations
        self._contacts = contacts
        self._tokens = tokens
        self._admissions = admissions
        self._clock = clock

    @classmethod
    def over(cls, db: Database, **doors: Any) -> "WebChat":
        """The room over its own rows; `doors` as for the constructor."""
        return cls(WebChatRepository(db), **doors)

    async def get_page(self, slug: str, *, tenant_slug: str | None = None) -> tuple[EmbedKey, AgentCard]:
        """What the public page of an agent shows; raises ChatPageNotFoundError."""
        found = await self._rows.find_agent(slug, tenant_slug=tenant_slug)
        if found is None:
            raise ChatPageNotFoundError(
                f"There is no chat called {slug!r} here.",
                hint="Check the address; the agent may be paused or archived.",
            )
        return await self.ensure_key(*found), await self._cards.get_card(*found)

    async def ensure_key(self, tenant_id: UUID, agent_id: UUID) -> EmbedKey:
        """The agent's embed key, made at its first use."""
        return await self._rows.ensure_embed_key(tenant_id, agent_id, key=make_key(), now=self._clock.now())

    async def get_config(self, key: str, *, origin: str | None, host: str | None) -> WidgetConfig:
        """What the widget shows before anybody speaks; raises EmbedKeyNotFoundError, OriginNotAllowedError."""
        _, card = await self._admit(key, origin=origin, host=host)
        return WidgetConfig.of(card)

    async def open_session(self, wish: SessionIn, *, origin: str | None, host: str | None, address: str) -> SessionOut:
        """A token for the visitor's open conversation, or for a new one; `address` is the client's, for the limit.

        Raises EmbedKeyNotFoundError, OriginNotAllowedError, TooManyVisitorsError.
        """
        embed, _ = await self._admit(wish.key, origin=origin, host=host)
        contact_id, secret = await self._visitor(embed, wish, address=address)
        conversation = await self._conversation(embed, contact_id, wish, address=address)
        token = await self._tokens.issue_visitor_token(
            tenant_id=embed.tenant_id,
            contact_id=contact_id,
            conversation_id=conversation.id,
            agent_id=embed.agent_id,
            ttl_seconds=TOKEN_SECONDS,
        )
        return SessionOut(
            token=token,
            expires_in=TOKEN_SECONDS,
            conversation_id=conversation.id,
            contact_id=contact_id,
            visitor=secret,
            status=conversation.status,
        )

    async def _admit(self, key: str, *, origin: str | None, host: str | None) -> tuple[EmbedKey, AgentCard]:
        embed = await self._rows.find_embed_key(key)
        if embed is None:
            raise EmbedKeyNotFoundError(
                "No chat belongs to this key.", field="key", hint="Copy the script tag of the agent again."
            )
        card = await self._cards.get_card(embed.tenant_id, embed.agent_id)
        if not is_allowed(origin, host=host, allowed=(*embed.allowed_origins, *card.allowed_origins)):
            raise OriginNotAllowedError(
                f"Pages of {origin} may not carry this chat.",
                hint="Add the origin in the agent's settings, or under widget.allowed_origins in its file.",
            )
        return embed, card

    async def _visitor(self, embed: EmbedKey, wish: SessionIn, *, address: str) -> tuple[UUID, str]:
        """The known contact behind the secret, or a new one with a new secret."""
        now = self._clock.now()
        if wish.visitor is not None:
            known = await self._rows.touch_visitor(
                embed.tenant_id, embed.agent_id, secret_hash=_hash(wish.visitor), now=now
            )
            if known is not None:
                return known, wish.visitor
        self._limit(address)
        name = wish.profile.name if wish.profile else None
        contact_id = await self._contacts.create_visitor(embed.tenant_id, name=name, channel=CHANNEL)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        await self._rows.add_visitor(
            embed.tenant_id, embed.agent_id, contact_id=contact_id, secret_hash=_hash(secret), now=now
        )
        return contact_id, secret

    async def _conversation(
        self, embed: EmbedKey, contact_id: UUID, wish: SessionIn, *, address: str
    ) -> OpenConversation:
        if not wish.new:
            open_id = await self._conversations.find_latest_open(
                embed.tenant_id, contact_id=contact_id, agent_id=embed.agent_id
            )
            if open_id is not None:
                return await self._conversations.get(embed.tenant_id, open_id)
        else:
            self._limit(address)
        return await self._conversations.open(
            embed.tenant_id,
            agent_id=embed.agent_id,
            contact_id=contact_id,
            channel=CHANNEL,
            metadata=_origin_facts(wish.page_url, wish.profile),
        )

    def _limit(self, address: str) -> None:
        wait_seconds = self._admissions.take(address)
        if wait_seconds > 0:
            raise TooManyVisitorsError(
                "Too many new chats were opened from this address.",
                hint=f"Try again in {wait_seconds} s.",
                headers={"Retry-After": str(wait_seconds)},
            )


def _hash(secret: str) -> bytes:
    """The secret has 256 random bits, so a plain hash is enough to keep it unreadable at rest."""
    return hashlib.sha256(secret.encode()).digest()


def _origin_facts(page_url: str | None, profile: Profile | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"page_url": page_url} if page_url else {}
    claimed = profile.model_dump(exclude_none=True) if profile else {}
    return {**facts, "claimed_profile": claimed} if claimed else facts
