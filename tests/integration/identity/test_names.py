"""How actors are called for people to read."""

from uuid import UUID, uuid4

from sparklabs.identity.service import Identity
from sparklabs.kit.db import Database
from tests.integration.identity.test_api_keys import person


async def test_members_and_keys_are_called_by_name_and_strangers_not_at_all(
    identity: Identity, db: Database, tenant_id: UUID, other_tenant_id: UUID
) -> None:
    anna, bare, stranger = uuid4(), uuid4(), uuid4()
    async with db.system() as conn:
        for id, name, tenant in ((anna, "Anna", tenant_id), (bare, "", tenant_id), (stranger, "Eve", other_tenant_id)):
            await conn.execute(
                "INSERT INTO accounts (id, email, password_hash, name, created_at, updated_at)"
                " VALUES (%s, %s, 'x', %s, now(), now())",
                (id, f"{id}@example.com", name),
            )
            await conn.execute(
                "INSERT INTO memberships (tenant_id, account_id, role, created_at) VALUES (%s, %s, 'viewer', now())",
                (tenant, id),
            )
    key = await identity.api_keys.create(person(tenant_id), name="CI", scopes=["agents:read"])
    actors = [f"account:{each}" for each in (anna, bare, stranger)] + [
        f"api_key:{key.id}",
        "agents-folder",
        "account:x",
    ]

    assert await identity.names_of(tenant_id, actors) == {
        f"account:{anna}": "Anna",
        f"account:{bare}": f"{bare}@example.com",
        f"api_key:{key.id}": "CI",
    }
    assert await identity.names_of(other_tenant_id, actors) == {f"account:{stranger}": "Eve"}
