"""The outbox over HTTP: what agents wrote, with its recipient, for those who may read it."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from sparklabs.entry.api import make_app
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from sparklabs.kit.ids import new_id
from tests.factories.callers import AsRole, bearer
from tests.factories.platform import make_settings, running_services

PATH = "/api/v1/outbox"


@pytest.fixture
async def services(addresses: DatabaseAddresses, tmp_path: Path) -> AsyncIterator[Services]:
    async with running_services(addresses, make_settings(tmp_path)) as running:
        yield running


@pytest.fixture
async def http(services: Services, tenant_id: UUID, other_tenant_id: UUID) -> AsyncIterator[httpx.AsyncClient]:
    services.authenticator = AsRole(mine=tenant_id, other=other_tenant_id)  # type: ignore[assignment]
    transport = httpx.ASGITransport(make_app(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=bearer("support")) as client:
        yield client


async def write(
    services: Services, db: Database, tenant_id: UUID, recipient: str, *, about: UUID | None = None
) -> None:
    id = new_id()
    sealed = services.sealer.seal(
        recipient.encode(), purpose="outbox", tenant_id=tenant_id,
        about=f"outbox_messages.recipient_sealed:{about or id}",
    )  # fmt: skip
    await db.run(
        tenant_id,
        Statement(
            "INSERT INTO outbox_messages (id, tenant_id, channel, recipient_sealed, subject, body, call_key,"
            " created_at) VALUES (%s, %s, 'email', %s, 'Hello', 'How are you?', %s, clock_timestamp())",
            (id, tenant_id, sealed, str(id)),
        ),
    )


async def test_messages_are_listed_with_their_recipients_page_by_page(
    services: Services, http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    for name in ("ada", "bob", "cleo"):
        await write(services, db, tenant_id, f"{name}@example.com")
    first = (await http.get(PATH, params={"limit": 2})).json()
    second = (await http.get(PATH, params={"limit": 2, "cursor": first["next_cursor"]})).json()

    told = [(each["recipient"], each["state"]) for each in first["items"] + second["items"]]
    assert told == [(f"{name}@example.com", "held") for name in ("cleo", "bob", "ada")]
    assert first["total"] == 3
    assert (await http.get(PATH, params={"state": "sent"})).json()["items"] == []


async def test_only_who_may_read_it_sees_the_outbox_of_their_own_tenant(
    services: Services, http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    await write(services, db, tenant_id, "ada@example.com")

    for role in ("viewer", "analyst", "visitor"):
        assert (await http.get(PATH, headers=bearer(role))).status_code == 403
    assert (await http.get(PATH, headers=bearer("owner@other"))).json()["items"] == []


async def test_a_recipient_that_cannot_be_opened_leaves_the_rest_to_be_seen(
    services: Services, http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    await write(services, db, tenant_id, "ada@example.com", about=new_id())

    [message] = (await http.get(PATH)).json()["items"]
    assert (message["recipient"], message["body"]) == ("", "How are you?")
