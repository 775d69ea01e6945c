"""Every query of contacts and their handles; each runs in the caller's transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sparklabs.kit.db import Row


async def find(conn: Any, *, id: UUID | None, external_id: str | None, hashes: dict[str, bytes]) -> Row | None:
    """The oldest contact that the id, the external id or any handle names."""
    cursor = await conn.execute(
        """
        SELECT id, name_sealed, key_sealed FROM contacts
        WHERE id = %(id)s OR (%(id)s::uuid IS NULL AND (external_id = %(external)s OR id IN (
            SELECT contact_id FROM contact_handles WHERE (kind, value_hash) IN (
                SELECT * FROM unnest(%(kinds)s::text[], %(hashes)s::bytea[])))))
        ORDER BY id LIMIT 1
        """,
        {"id": id, "external": external_id, "kinds": list(hashes), "hashes": list(hashes.values())},
    )
    return await cursor.fetchone()


async def find_ids(conn: Any, *, external_id: str, hashes: dict[str, bytes]) -> list[UUID]:
    """Every contact with this external id or one of these handles."""
    cursor = await conn.execute(
        "SELECT id FROM contacts WHERE external_id = %s UNION SELECT contact_id AS id FROM contact_handles"
        " WHERE (kind, value_hash) IN (SELECT * FROM unnest(%s::text[], %s::bytea[]))",
        (external_id, list(hashes), list(hashes.values())),
    )
    return [row["id"] for row in await cursor.fetchall()]


async def lock(conn: Any, contact_id: UUID) -> Row | None:
    """The contact's sealed name and key, held until the transaction ends."""
    cursor = await conn.execute(
        "SELECT id, name_sealed, key_sealed FROM contacts WHERE id = %s FOR UPDATE", (contact_id,)
    )
    return await cursor.fetchone()


async def insert(
    conn: Any,
    *,
    id: UUID,
    tenant_id: UUID,
    external_id: str | None,
    name_sealed: bytes | None,
    key_sealed: bytes,
    timezone: str | None,
    locale: str | None,
    channel: str,
    now: datetime,
) -> None:
    await conn.execute(
        "INSERT INTO contacts (id, tenant_id, external_id, name_sealed, key_sealed, timezone, locale, source_channel,"
        " created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (id, tenant_id, external_id, name_sealed, key_sealed, timezone, locale, channel, now, now),
    )


async def complete(
    conn: Any, *, id: UUID, name_sealed: bytes | None, timezone: str | None, locale: str | None, now: datetime
) -> None:
    """Adds what was not known yet; what is known stays, and nothing new is no change."""
    await conn.execute(
        "UPDATE contacts SET name_sealed = coalesce(name_sealed, %(name)s), timezone = coalesce(timezone, %(zone)s),"
        " locale = coalesce(locale, %(locale)s), updated_at = %(now)s WHERE id = %(id)s"
        " AND ((name_sealed IS NULL AND %(name)s::bytea IS NOT NULL)"
        "      OR (timezone IS NULL AND %(zone)s::text IS NOT NULL)"
        "      OR (locale IS NULL AND %(locale)s::text IS NOT NULL))",
        {"id": id, "name": name_sealed, "zone": timezone, "locale": locale, "now": now},
    )


async def index_name(conn: Any, *, tenant_id: UUID, contact_id: UUID, hashes: list[bytes], version: int) -> None:
    """Replaces what the contact's name is found by."""
    await conn.execute("DELETE FROM contact_name_tokens WHERE contact_id = %s", (contact_id,))
    await conn.execute(
        "INSERT INTO contact_name_tokens (tenant_id, contact_id, token_hash)"
        " SELECT %s, %s, hash FROM unnest(%s::bytea[]) AS hash ON CONFLICT DO NOTHING",
        (tenant_id, contact_id, hashes),
    )
    await conn.execute("UPDATE contacts SET name_index = %s WHERE id = %s", (version, contact_id))


async def list_unindexed(conn: Any, *, version: int, limit: int) -> list[Row]:
    """Contacts with a name that was not indexed in this way, held until the transaction ends."""
    cursor = await conn.execute(
        "SELECT id AS contact_id, name_sealed, key_sealed FROM contacts"
        " WHERE name_sealed IS NOT NULL AND name_index < %s LIMIT %s FOR UPDATE SKIP LOCKED",
        (version, limit),
    )
    return await cursor.fetchall()


async def list_tenants(conn: Any) -> list[UUID]:
    """Every tenant there is (second role)."""
    cursor = await conn.execute("SELECT id FROM tenants ORDER BY id")
    return [row["id"] for row in await cursor.fetchall()]


async def insert_handle(
    conn: Any,
    *,
    id: UUID,
    tenant_id: UUID,
    contact_id: UUID,
    kind: str,
    value_hash: bytes,
    value_sealed: bytes,
    now: datetime,
) -> None:
    """Adds a handle; one that is already known stays with whom it belongs to."""
    await conn.execute(
        "INSERT INTO contact_handles (id, tenant_id, contact_id, kind, value_hash, value_sealed, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, kind, value_hash) DO NOTHING",
        (id, tenant_id, contact_id, kind, value_hash, value_sealed, now),
    )
