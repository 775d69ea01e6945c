"""The key of an agent's chat and the pages that may carry it, as the owner sees and sets them over HTTP."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from sparklabs.agents.errors import AgentNotFoundError
from sparklabs.channels.web.embed_endpoints import router
from sparklabs.channels.web.embedding import Embedding, Site
from sparklabs.channels.web.repository import WebChatRepository
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Database
from sparklabs.kit.ids import new_id
from sparklabs.kit.problems import add_problem_handlers
from sparklabs.kit.web import Principal
from tests.integration.channels.web.test_repository import make_agent

FILE_ORIGINS = ("https://file.example",)


class Keys:
    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Principal:
        return Principal(self._tenant_id, "api_key", new_id(), "developer", frozenset({f"agents:{api_key}"}))


class Sites:
    """One agent, Maya."""

    def __init__(self, agent_id: UUID) -> None:
        self._agent_id = agent_id

    async def get_site(self, tenant_id: UUID, agent: str) -> Site:
        if agent != "maya":
            raise AgentNotFoundError(agent)
        return Site(self._agent_id, "maya", FILE_ORIGINS)


@pytest.fixture
async def client(db: Database, tenant_id: UUID) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router)
    add_problem_handlers(app)
    sites = Sites(await make_agent(db, tenant_id))
    app.state.services = SimpleNamespace(
        embedding=Embedding(db, sites=sites, clock=SystemClock()), authenticator=Keys(tenant_id)
    )
    base = "http://test/api/v1/agents"
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=base, headers={"X-API-Key": "*"}
    ) as client:
        yield client


async def test_the_key_is_made_once_and_the_chat_has_an_address(client: httpx.AsyncClient) -> None:
    first = (await client.get("/maya/embed")).json()
    assert first["key"].startswith("pk_")
    assert (first["allowed_origins"], first["file_origins"]) == ([], list(FILE_ORIGINS))
    assert first["chat_path"].startswith("/chat/") and first["chat_path"].endswith("/maya")
    assert (await client.get("/maya/embed")).json() == first
    assert (await client.get("/nobody/embed")).status_code == 404


async def test_origins_are_tidied_kept_once_and_hold_for_visitors(
    client: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    wish = {"allowed_origins": [" HTTPS://Shop.example/ ", "https://shop.example", "https://*.acme.com:8443"]}
    changed = (await client.patch("/maya/embed", json=wish)).json()
    assert changed["allowed_origins"] == ["https://shop.example", "https://*.acme.com:8443"]
    assert (await client.get("/maya/embed")).json() == changed
    seen = await WebChatRepository(db).find_embed_key(changed["key"])
    assert seen is not None
    assert seen.allowed_origins == ("https://shop.example", "https://*.acme.com:8443")
    async with db.tenant(tenant_id) as conn:
        told = await (await conn.execute("SELECT data FROM audit WHERE action = 'embed.origins_changed'")).fetchall()
    assert [row["data"]["origins"] for row in told] == [changed["allowed_origins"]]


@pytest.mark.parametrize("bad", ["shop.example", "ftp://shop.example", "https://shop.example/page", "https://a b", ""])
async def test_what_is_no_origin_is_refused_and_nothing_changes(client: httpx.AsyncClient, bad: str) -> None:
    answer = await client.patch("/maya/embed", json={"allowed_origins": ["https://good.example", bad]})
    assert answer.status_code == 422
    assert (await client.get("/maya/embed")).json()["allowed_origins"] == []


async def test_who_may_only_read_changes_nothing(client: httpx.AsyncClient) -> None:
    reads = {"X-API-Key": "read"}
    assert (await client.get("/maya/embed", headers=reads)).status_code == 200
    assert (await client.patch("/maya/embed", json={"allowed_origins": []}, headers=reads)).status_code == 403
