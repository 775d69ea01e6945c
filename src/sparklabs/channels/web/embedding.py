"""What the owner of an agent sees and sets of its chat on pages; what visitors see stands in `service`."""

import secrets
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sparklabs.channels.web.errors import OriginInvalidError
from sparklabs.channels.web.origins import read_origin
from sparklabs.channels.web.repository import WebChatRepository
from sparklabs.channels.web.schemas import EmbedIn, EmbedKey, EmbedOut
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database

_KEY_BYTES = 18


@dataclass(frozen=True, slots=True)
class Site:
    """An agent whatever its state, with the origins that its file names."""

    agent_id: UUID
    slug: str
    file_origins: tuple[str, ...]


class Sites(Protocol):
    """What this module asks of the agents room."""

    async def get_site(self, tenant_id: UUID, agent: str) -> Site:
        """By slug or id; raises `agent_not_found`."""
        ...


def make_key() -> str:
    """A new public key."""
    return f"pk_{secrets.token_urlsafe(_KEY_BYTES)}"


class Embedding:
    """The key of an agent's chat and the pages that may carry it."""

    def __init__(self, db: Database, *, sites: Sites, clock: Clock) -> None:
        self._rows = WebChatRepository(db)
        self._sites = sites
        self._clock = clock

    async def get(self, tenant_id: UUID, agent: str) -> EmbedOut:
        """The key, made at its first use; raises `agent_not_found`."""
        site = await self._sites.get_site(tenant_id, agent)
        return await self._tell(tenant_id, site, await self._ensure(tenant_id, site))

    async def change(self, tenant_id: UUID, agent: str, wish: EmbedIn, *, actor: str) -> EmbedOut:
        """Replaces the list of origins; raises `widget_origin_invalid` naming the one that is none."""
        origins = _read(wish.allowed_origins)
        site = await self._sites.get_site(tenant_id, agent)
        embed = await self._ensure(tenant_id, site)
        if tuple(origins) != embed.allowed_origins:
            embed = await self._rows.set_origins(tenant_id, embed, origins, actor=actor, now=self._clock.now())
        return await self._tell(tenant_id, site, embed)

    async def _ensure(self, tenant_id: UUID, site: Site) -> EmbedKey:
        return await self._rows.ensure_embed_key(tenant_id, site.agent_id, key=make_key(), now=self._clock.now())

    async def _tell(self, tenant_id: UUID, site: Site, embed: EmbedKey) -> EmbedOut:
        return EmbedOut(
            key=embed.key,
            allowed_origins=list(embed.allowed_origins),
            file_origins=list(site.file_origins),
            chat_path=f"/chat/{await self._rows.get_tenant_slug(tenant_id)}/{site.slug}",
        )


def _read(texts: list[str]) -> list[str]:
    origins: dict[str, Any] = {}
    for index, text in enumerate(texts):
        origin = read_origin(text)
        if origin is None:
            raise OriginInvalidError(
                f"{text!r} is no origin.",
                field=f"allowed_origins.{index}",
                hint="Write scheme and host alone: https://www.acme.com, or https://*.acme.com for all below it.",
            )
        origins[origin] = None
    return list(origins)
