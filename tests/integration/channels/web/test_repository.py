"""Embed keys and visitors on the real database."""

import asyncio
from uuid import UUID

from sparklabs.channels.web.repository import WebChatRepository
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Database
from sparklabs.kit.ids import new_id

NOW = SystemClock().now()


async def make_agent(db: Database, tenant_id: UUID, *, slug: str = "maya", status: str = "active") -> UUID:
    agent_id = new_id()
    async with db.tenant(tenant_id) as conn:
        await conn.execute(
            "INSERT INTO agents (id, tenant_id, slug, name, status, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (agent_id, tenant_id, slug, slug, status, NOW, NOW),
        )
    return agent_id


async def make_contact(db: Database, tenant_id: UUID) -> UUID:
    contact_id = new_id()
    async with db.tenant(tenant_id) as conn:
        await conn.execute(
            "INSERT INTO contacts (id, tenant_id, created_at, updated_at) VALUES (%s, %s, %s, %s)",
            (contact_id, tenant_id, NOW, NOW),
        )
    return contact_id


async def test_an_agent_gets_one_key_however_many_ask_at_once(db: Database, tenant_id: UUID) -> None:
    rows, agent_id = WebChatRepository(db), await make_agent(db, tenant_id)
    asked = [rows.ensure_embed_key(tenant_id, agent_id, key=f"pk_{number}", now=NOW) for number in range(5)]
    keys = {each.key for each in await asyncio.gather(*asked)}
    assert len(keys) == 1
    found = await rows.find_embed_key(keys.pop())
    assert found is not None
    assert (found.tenant_id, found.agent_id) == (tenant_id, agent_id)


async def test_a_revoked_key_and_a_paused_agent_open_nothing(db: Database, tenant_id: UUID) -> None:
    rows = WebChatRepository(db)
    agent_id = await make_agent(db, tenant_id)
    await rows.ensure_embed_key(tenant_id, agent_id, key="pk_old", now=NOW)
    async with db.tenant(tenant_id) as conn:
        await conn.execute("UPDATE embed_keys SET revoked_at = now()")
    assert await rows.find_embed_key("pk_old") is None
    await rows.ensure_embed_key(tenant_id, agent_id, key="pk_new", now=NOW)
    assert await rows.find_embed_key("pk_new") is not None
    async with db.tenant(tenant_id) as conn:
        await conn.execute("UPDATE agents SET status = 'paused'")
    assert await rows.find_embed_key("pk_new") is None
    assert await rows.find_agent("maya", tenant_slug=None) is None


async def test_a_slug_of_two_tenants_is_the_first_tenants_unless_one_is_named(
    db: Database, tenant_id: UUID, other_tenant_id: UUID
) -> None:
    rows = WebChatRepository(db)
    theirs = await make_agent(db, other_tenant_id)
    ours = await make_agent(db, tenant_id)
    assert await rows.find_agent("maya", tenant_slug=None) == (tenant_id, ours)
    assert await rows.find_agent("maya", tenant_slug="other") == (other_tenant_id, theirs)
    assert await rows.find_agent("maya", tenant_slug="nobody") is None


async def test_a_secret_is_known_only_to_its_tenant_and_agent(
    db: Database, tenant_id: UUID, other_tenant_id: UUID
) -> None:
    rows = WebChatRepository(db)
    agent_id, contact_id = await make_agent(db, tenant_id), await make_contact(db, tenant_id)
    await rows.add_visitor(tenant_id, agent_id, contact_id=contact_id, secret_hash=b"hash", now=NOW)
    assert await rows.touch_visitor(tenant_id, agent_id, secret_hash=b"hash", now=NOW) == contact_id
    assert await rows.touch_visitor(other_tenant_id, agent_id, secret_hash=b"hash", now=NOW) is None
    assert await rows.touch_visitor(tenant_id, new_id(), secret_hash=b"hash", now=NOW) is None
    assert await rows.touch_visitor(tenant_id, agent_id, secret_hash=b"other", now=NOW) is None
