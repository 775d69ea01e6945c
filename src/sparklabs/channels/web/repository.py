"""Every query on embed keys and visitors."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sparklabs.channels.web.schemas import EmbedKey
from sparklabs.identity import audit
from sparklabs.kit.db import Database, Row, Statement
from sparklabs.kit.ids import new_id


class WebChatRepository:
    """Look-ups by public key and slug go by the second role, for the tenant is not known yet."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find_embed_key(self, key: str) -> EmbedKey | None:
        async with self._db.system() as conn:
            cursor = await conn.execute(
                "SELECT k.tenant_id, k.agent_id, k.key, k.allowed_origins FROM embed_keys k"
                " JOIN agents a ON a.id = k.agent_id WHERE k.key = %s AND k.revoked_at IS NULL"
                " AND a.status IN ('active', 'testing')",
                (key,),
            )
            row = await cursor.fetchone()
        return _embed_key(row) if row else None

    async def find_agent(self, slug: str, *, tenant_slug: str | None) -> tuple[UUID, UUID] | None:
        """`(tenant_id, agent_id)` of an active agent; without a tenant, that of the tenant who was here first."""
        async with self._db.system() as conn:
            cursor = await conn.execute(
                "SELECT a.tenant_id, a.id FROM agents a JOIN tenants t ON t.id = a.tenant_id"
                " WHERE a.slug = %(slug)s AND a.status = 'active' AND t.status = 'active'"
                " AND (%(tenant)s::text IS NULL OR t.slug = %(tenant)s) ORDER BY t.created_at, t.id LIMIT 1",
                {"slug": slug, "tenant": tenant_slug},
            )
            row = await cursor.fetchone()
        return (row["tenant_id"], row["id"]) if row else None

    async def ensure_embed_key(self, tenant_id: UUID, agent_id: UUID, *, key: str, now: datetime) -> EmbedKey:
        """The agent's key; `key` becomes it when there is none yet."""
        async with self._db.tenant(tenant_id) as conn:
            await conn.execute(
                "INSERT INTO embed_keys (id, tenant_id, agent_id, key, created_at) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (agent_id) WHERE revoked_at IS NULL DO NOTHING",
                (new_id(), tenant_id, agent_id, key, now),
            )
            cursor = await conn.execute(
                "SELECT tenant_id, agent_id, key, allowed_origins FROM embed_keys"
                " WHERE agent_id = %s AND revoked_at IS NULL",
                (agent_id,),
            )
            row = await cursor.fetchone()
        if row is None:
            raise LookupError(f"The embed key of agent {agent_id} was revoked at this very moment.")
        return _embed_key(row)

    async def set_origins(
        self, tenant_id: UUID, embed: EmbedKey, origins: Sequence[str], *, actor: str, now: datetime
    ) -> EmbedKey:
        """Replaces the pages that may carry the chat, and says so in the audit."""
        async with self._db.tenant(tenant_id) as conn:
            cursor = await conn.execute(
                "UPDATE embed_keys SET allowed_origins = %s WHERE agent_id = %s AND revoked_at IS NULL"
                " RETURNING tenant_id, agent_id, key, allowed_origins",
                (list(origins), embed.agent_id),
            )
            row = await cursor.fetchone()
            await audit.record(
                conn, tenant_id, actor=actor, action="embed.origins_changed", subject=f"agent:{embed.agent_id}",
                data={"origins": list(origins), "previous": list(embed.allowed_origins)}, now=now,
            )  # fmt: skip
        return _embed_key(row) if row else embed

    async def get_tenant_slug(self, tenant_id: UUID) -> str:
        [[row]] = await self._db.run(tenant_id, Statement("SELECT slug FROM tenants"))
        return row["slug"]

    async def touch_visitor(self, tenant_id: UUID, agent_id: UUID, *, secret_hash: bytes, now: datetime) -> UUID | None:
        """The contact behind a visitor's secret, who was seen now; None for a secret nobody has."""
        async with self._db.tenant(tenant_id) as conn:
            cursor = await conn.execute(
                "UPDATE visitors SET last_seen_at = %s WHERE secret_hash = %s AND agent_id = %s RETURNING contact_id",
                (now, secret_hash, agent_id),
            )
            row = await cursor.fetchone()
        return row["contact_id"] if row else None

    async def add_visitor(
        self, tenant_id: UUID, agent_id: UUID, *, contact_id: UUID, secret_hash: bytes, now: datetime
    ) -> None:
        async with self._db.tenant(tenant_id) as conn:
            await conn.execute(
                "INSERT INTO visitors (id, tenant_id, agent_id, contact_id, secret_hash, created_at, last_seen_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (new_id(), tenant_id, agent_id, contact_id, secret_hash, now, now),
            )


def _embed_key(row: Row) -> EmbedKey:
    return EmbedKey(
        tenant_id=row["tenant_id"],
        agent_id=row["agent_id"],
        key=row["key"],
        allowed_origins=tuple(row["allowed_origins"]),
    )
