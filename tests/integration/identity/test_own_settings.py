"""What people settle for themselves: their name, the devices they are signed in on, and the workspace they own."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from sparklabs.identity.permissions import Role
from sparklabs.identity.service import Identity
from sparklabs.kit.db import Database, Statement
from tests.integration.identity.conftest import EMAIL, PASSWORD, MovableClock
from tests.integration.identity.test_endpoints import bearer, client, refused

__all__ = ["client"]
SESSIONS = "/api/v1/auth/sessions"


async def sign_in(client: httpx.AsyncClient, device: str = "Firefox") -> dict[str, str]:
    body = {"email": EMAIL, "password": PASSWORD}
    answer = await client.post("/api/v1/auth/login", json=body, headers={"User-Agent": device})
    assert answer.status_code == 200, answer.text
    return bearer(answer.json()) | {"x-refresh": answer.json()["refresh_token"]}


async def devices(client: httpx.AsyncClient, headers: dict[str, str]) -> list[tuple[str, bool]]:
    answer = await client.get(SESSIONS, headers=headers)
    assert answer.status_code == 200, answer.text
    return [(each["user_agent"], each["current"]) for each in answer.json()["items"]]


@pytest.fixture
async def tenant(client: httpx.AsyncClient, identity: Identity) -> AsyncIterator[UUID]:
    owner = await identity.ensure_first_tenant(EMAIL, PASSWORD)
    yield owner.tenant_id


async def set_role(db: Database, tenant_id: UUID, role: Role) -> None:
    await db.run(tenant_id, Statement("UPDATE memberships SET role = %s", (role,)))


async def test_the_own_devices_are_listed_with_the_present_one_marked(
    client: httpx.AsyncClient, clock: MovableClock
) -> None:
    await sign_in(client, "Phone")
    clock.move(minutes=1)
    laptop = await sign_in(client, "Laptop")
    assert await devices(client, laptop) == [("Laptop", True), ("Phone", False)]


async def test_a_device_that_renews_its_access_is_one_session_last_used_then(
    client: httpx.AsyncClient, clock: MovableClock
) -> None:
    phone = await sign_in(client, "Phone")
    clock.move(minutes=5)
    laptop = await sign_in(client, "Laptop")
    clock.move(minutes=5)
    await client.post(
        "/api/v1/auth/refresh", json={"refresh_token": phone["x-refresh"]}, headers={"User-Agent": "Phone 2"}
    )
    answer = (await client.get(SESSIONS, headers=laptop)).json()
    assert [each["user_agent"] for each in answer["items"]] == ["Phone 2", "Laptop"]
    assert answer["items"][0]["last_used_at"] > answer["items"][0]["created_at"]


async def test_one_device_is_signed_out_at_once_and_the_others_stay(client: httpx.AsyncClient) -> None:
    phone, laptop = await sign_in(client, "Phone"), await sign_in(client, "Laptop")
    items = (await client.get(SESSIONS, headers=laptop)).json()["items"]
    [other] = [each["id"] for each in items if not each["current"]]
    assert (await client.delete(f"{SESSIONS}/{other}", headers=laptop)).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=phone), 401, "session_ended")
    assert await devices(client, laptop) == [("Laptop", True)]
    refused(await client.delete(f"{SESSIONS}/{other}", headers=laptop), 404, "session_not_found")


async def test_signing_out_everywhere_else_keeps_the_present_device(client: httpx.AsyncClient) -> None:
    phone, laptop = await sign_in(client, "Phone"), await sign_in(client, "Laptop")
    assert (await client.delete(SESSIONS, headers=laptop)).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=phone), 401, "session_ended")
    assert await devices(client, laptop) == [("Laptop", True)]


async def test_an_expired_session_is_not_listed(client: httpx.AsyncClient, clock: MovableClock) -> None:
    await sign_in(client, "Phone")
    clock.move(days=31)
    assert await devices(client, await sign_in(client, "Laptop")) == [("Laptop", True)]


async def test_sessions_of_somebody_else_are_neither_seen_nor_ended(
    client: httpx.AsyncClient, identity: Identity, db: Database, tenant: UUID
) -> None:
    mine, other_account, other_family = await sign_in(client), uuid4(), uuid4()
    async with db.system() as conn:
        await conn.execute(
            "INSERT INTO accounts (id, email, created_at, updated_at) VALUES (%s, 'eve@example.com', now(), now())",
            (other_account,),
        )
    begun = await identity.sessions.begin(account_id=other_account, tenant_id=tenant, role="viewer", user_agent="Eve's")
    assert begun.access_token and other_family
    [row] = await identity.sessions.list_of(tenant_id=tenant, account_id=other_account)
    assert await devices(client, mine) == [("Firefox", True)]
    refused(await client.delete(f"{SESSIONS}/{row['id']}", headers=mine), 404, "session_not_found")
    assert await identity.sessions.list_of(tenant_id=tenant, account_id=other_account) == [row]


async def test_a_person_changes_their_name_and_a_key_has_none(client: httpx.AsyncClient) -> None:
    me = await sign_in(client)
    changed = await client.patch("/api/v1/auth/me", json={"name": "  Ada Lovelace "}, headers=me)
    assert changed.json()["name"] == "Ada Lovelace"
    assert (await client.get("/api/v1/auth/me", headers=me)).json()["account"]["name"] == "Ada Lovelace"
    refused(await client.patch("/api/v1/auth/me", json={"name": " "}, headers=me), 422, "validation_failed")
    key = (await client.post("/api/v1/api-keys", json={"name": "CI"}, headers=me)).json()["key"]
    for method, path in (("PATCH", "/api/v1/auth/me"), ("GET", SESSIONS), ("DELETE", SESSIONS)):
        body: dict[str, Any] = {"json": {"name": "x"}} if method == "PATCH" else {}
        refused(await client.request(method, path, headers={"X-API-Key": key}, **body), 403, "not_a_person")


async def test_the_workspace_is_renamed_and_moved_in_time_and_the_audit_says_so(
    client: httpx.AsyncClient, db: Database, tenant: UUID
) -> None:
    me = await sign_in(client)
    changed = await client.patch(
        "/api/v1/workspace", json={"name": "Corner Shop", "timezone": "Asia/Kolkata"}, headers=me
    )
    assert (changed.json()["name"], changed.json()["timezone"]) == ("Corner Shop", "Asia/Kolkata")
    renamed = await client.patch("/api/v1/workspace", json={"name": "Shop"}, headers=me)
    assert (renamed.json()["name"], renamed.json()["timezone"]) == ("Shop", "Asia/Kolkata")
    assert (await client.get("/api/v1/workspace", headers=me)).json() == renamed.json()
    [rows] = await db.run(tenant, Statement("SELECT data FROM audit WHERE action = 'workspace.changed' ORDER BY id"))
    assert [row["data"] for row in rows] == [{"changed": ["name", "timezone"]}, {"changed": ["name"]}]
    refused(
        await client.patch("/api/v1/workspace", json={"timezone": "Mars/Olympus"}, headers=me), 422, "timezone_invalid"
    )


async def test_only_owners_and_administrators_change_the_workspace(
    client: httpx.AsyncClient, db: Database, tenant: UUID
) -> None:
    for role, status in ((Role.ADMIN, 200), (Role.TEAM_LEAD, 403), (Role.DEVELOPER, 403), (Role.VIEWER, 403)):
        await set_role(db, tenant, role)
        me = await sign_in(client)
        assert (await client.get("/api/v1/workspace", headers=me)).status_code == 200
        answer = await client.patch("/api/v1/workspace", json={"name": role.value}, headers=me)
        assert (answer.status_code, role) == (status, role)


async def test_a_workspace_changes_without_touching_another(
    client: httpx.AsyncClient, identity: Identity, other_tenant_id: UUID
) -> None:
    me = await sign_in(client)
    await client.patch("/api/v1/workspace", json={"name": "Mine"}, headers=me)
    assert (await identity.get_tenant(other_tenant_id))["name"] == "Other"
