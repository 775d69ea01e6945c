"""What editors of agent files ask over HTTP: the schema, the vocabulary and a file in schema 1.0."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from sparklabs.agents.authoring import Authoring
from sparklabs.agents.authoring_endpoints import router
from sparklabs.agents.endpoints import router as agents_router
from sparklabs.agents.reading import Availability
from sparklabs.agents.reference import build_json_schema
from sparklabs.agents.service import AgentService
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Database
from sparklabs.kit.idempotency import IdempotencyService
from sparklabs.kit.problems import add_problem_handlers
from tests.integration.agents.conftest import agent_yaml
from tests.integration.agents.test_endpoints import BROKEN, YAML, Keys, refused

SAMPLES = Path(__file__).resolve().parents[2] / "unit" / "agents" / "samples"


async def ready(tenant_id: UUID) -> Availability:
    return Availability(known_tool_types=frozenset({"price", "messaging"}), secrets=frozenset({"CRM_KEY", "API_KEY"}))


@pytest.fixture
async def client(
    db: Database, service: AgentService, tenant_id: UUID, other_tenant_id: UUID
) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router)
    app.include_router(agents_router)
    add_problem_handlers(app)
    app.state.services = SimpleNamespace(
        agents=service,
        idempotency=IdempotencyService(db, clock=SystemClock()),
        authoring=Authoring(ready, lambda: [{"provider": "openai"}, {"provider": "offline"}]),
        authenticator=Keys(tenant_id, other_tenant_id),
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test/api/v1", headers={"X-API-Key": "reads"}
    ) as client:
        yield client


async def test_the_schema_is_the_documented_one_and_is_not_sent_twice(client: httpx.AsyncClient) -> None:
    answer = await client.get("/agents/schema")
    assert answer.json() == build_json_schema()
    assert answer.headers["content-type"] == "application/schema+json"
    again = await client.get("/agents/schema", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.get("/agents/schema", headers={"If-None-Match": '"other"'})).status_code == 200
    refused(await client.get("/agents/schema", headers={"X-API-Key": "nobody"}), 401, "unauthenticated")


async def test_the_vocabulary_names_models_kinds_of_tools_and_secrets(client: httpx.AsyncClient) -> None:
    words = (await client.get("/agents/vocabulary")).json()
    models = {each["name"]: each["ready"] for each in words["models"]}
    assert models["auto"] and models["offline"]
    assert {each["provider"] for each in words["models"] if each["ready"]} == {"", "offline", "openai"}
    kinds = {each["name"]: each["settings"] for each in words["tool_types"]}
    assert list(kinds) == ["messaging", "price"]
    assert kinds["messaging"] is None
    assert kinds["price"]["properties"]["discount_authority"]["description"] == "A share: 0.15 is 15 %."
    assert {"agent_name", "objectives", "contact_name", "today"} <= set(words["variables"])
    assert words["secrets"] == ["API_KEY", "CRM_KEY"]


@pytest.mark.parametrize(
    ("sample", "dialect"), [("workflow_dialect", "workflow"), ("automation_dialect", "automation_config")]
)
async def test_an_older_file_is_written_anew_and_means_the_same(
    client: httpx.AsyncClient, sample: str, dialect: str
) -> None:
    source = (SAMPLES / f"{sample}.yaml").read_bytes()
    before = (await client.post("/agents/validate", content=source, headers=YAML)).json()
    assert before["dialect"] == dialect
    converted = (await client.post("/agents/convert", content=source, headers=YAML)).json()
    assert converted["dialect"] == dialect
    after = (await client.post("/agents/validate", content=converted["source"], headers=YAML)).json()
    assert (after["dialect"], after["content_hash"]) == ("native", before["content_hash"])


async def test_a_file_with_faults_is_not_converted(client: httpx.AsyncClient) -> None:
    assert refused(await client.post("/agents/convert", content=BROKEN, headers=YAML), 422, "agent_invalid")["errors"]


async def test_no_agent_can_hide_behind_an_address_of_the_api(client: httpx.AsyncClient) -> None:
    for slug in ("schema", "vocabulary"):
        answer = await client.post(f"/agents?slug={slug}", content=agent_yaml(), headers=YAML | {"X-API-Key": "writes"})
        refused(answer, 422, "agent_slug_invalid")
