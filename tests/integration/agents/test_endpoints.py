"""The agents' endpoints over HTTP, as an outside client sees them."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import FastAPI

from sparklabs.agents.endpoints import router
from sparklabs.agents.schemas import EXAMPLE_FILE
from sparklabs.agents.service import AgentService
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Database
from sparklabs.kit.errors import UnauthenticatedError
from sparklabs.kit.idempotency import IdempotencyService
from sparklabs.kit.ids import new_id
from sparklabs.kit.problems import add_problem_handlers
from sparklabs.kit.web import Principal
from tests.integration.agents.conftest import agent_yaml

YAML = {"Content-Type": "application/yaml"}
BROKEN = b'version: "1.0"\nagent:\n  nam: Iris\n  system_prompt: Hi\ntools:\n  - nme: x\n'


class Keys:
    """Knows three API keys: one that writes, one that reads, and one of another tenant."""

    def __init__(self, tenant_id: UUID, other_tenant_id: UUID) -> None:
        self._known = {
            "writes": (tenant_id, frozenset({"agents:*"})),
            "reads": (tenant_id, frozenset({"agents:read"})),
            "other": (other_tenant_id, frozenset({"agents:*"})),
        }

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Principal:
        if api_key not in self._known:
            raise UnauthenticatedError("No such key.")
        tenant, scopes = self._known[api_key]
        return Principal(tenant, "api_key", new_id(), "developer", scopes)


@pytest.fixture
async def client(
    db: Database, service: AgentService, tenant_id: UUID, other_tenant_id: UUID
) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router)
    add_problem_handlers(app)
    app.state.services = SimpleNamespace(
        agents=service,
        idempotency=IdempotencyService(db, clock=SystemClock()),
        authenticator=Keys(tenant_id, other_tenant_id),
    )
    transport = httpx.ASGITransport(app=app)
    headers = {"X-API-Key": "writes"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", headers=headers) as client:
        yield client


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


async def make(client: httpx.AsyncClient, name: str = "Iris", **query: Any) -> dict[str, Any]:
    answer = await client.post("/agents", content=agent_yaml(name), headers=YAML, params={"slug": "iris", **query})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_file_posted_is_an_agent_that_can_be_read_by_slug_and_id(client: httpx.AsyncClient) -> None:
    answer = await client.post("/agents?slug=iris&reason=first", content=agent_yaml(), headers=YAML)
    made = answer.json()
    assert (answer.status_code, made["outcome"], made["status"], made["version"]) == (201, "created", "active", 1)
    assert (answer.headers["location"], answer.headers["etag"]) == ("/api/v1/agents/iris", f'"{made["revision"]}"')
    assert made["current"]["author"].startswith("api_key:") and made["current"]["reason"] == "first"
    for reference in ("iris", made["id"]):
        read = await client.get(f"/agents/{reference}")
        assert read.json()["current"]["source"] == agent_yaml().decode()
        assert read.headers["etag"] == answer.headers["etag"]
    file = await client.get("/agents/iris", headers={"Accept": "application/yaml"})
    assert (file.content, file.headers["content-type"].split(";")[0]) == (agent_yaml(), "application/yaml")


async def test_json_is_taken_as_well_and_the_documented_example_loads(client: httpx.AsyncClient) -> None:
    spec = {"version": "1.0", "agent": {"name": "Rosa Luz", "system_prompt": "You help."}}
    answer = await client.post("/agents", json=spec)
    assert (answer.status_code, answer.json()["slug"]) == (201, "rosa-luz")
    assert (await client.post("/agents", content=EXAMPLE_FILE, headers=YAML)).status_code == 201


async def test_the_same_file_again_changes_nothing_and_another_is_refused(client: httpx.AsyncClient) -> None:
    made = await make(client)
    again = await client.post("/agents?slug=iris", content=agent_yaml(), headers=YAML)
    assert (again.status_code, again.json()["outcome"], again.json()["revision"]) == (
        200,
        "unchanged",
        made["revision"],
    )
    refused(await client.post("/agents?slug=iris", content=agent_yaml("Rose"), headers=YAML), 409, "agent_exists")


async def test_an_idempotency_key_gives_the_first_answer_again_and_refuses_another_body(
    client: httpx.AsyncClient,
) -> None:
    headers = YAML | {"Idempotency-Key": "k1"}
    first = await client.post("/agents?slug=iris", content=agent_yaml(), headers=headers)
    await client.put("/agents/iris", content=agent_yaml("Rose"), headers=YAML)
    again = await client.post("/agents?slug=iris", content=agent_yaml(), headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await client.post("/agents?slug=iris", content=agent_yaml("Lily"), headers=headers)
    refused(other, 422, "idempotency_key_reused")


async def test_every_fault_of_a_file_is_told_with_its_place(client: httpx.AsyncClient) -> None:
    await make(client)
    for answer in (
        await client.post("/agents/validate", content=BROKEN, headers=YAML),
        await client.post("/agents?slug=rose", content=BROKEN, headers=YAML),
        await client.put("/agents/iris", content=BROKEN, headers=YAML),
    ):
        problem = refused(answer, 422, "agent_invalid")
        assert len(problem["errors"]) >= 3
        assert {"level", "line", "column", "path", "message", "cure"} <= set(problem["errors"][0])
    assert (await client.get("/agents/iris")).json()["version"] == 1
    refused(await client.get("/agents/rose"), 404, "agent_not_found")


async def test_a_valid_file_is_told_its_warnings_and_gaps_and_nothing_is_stored(client: httpx.AsyncClient) -> None:
    content = agent_yaml(more="tools: [tax_lookup]\n")
    answer = (await client.post("/agents/validate", content=content, headers=YAML)).json()
    assert (answer["valid"], answer["name"]) == (True, "Iris")
    assert [gap["name"] for gap in answer["gaps"]] == ["tax_lookup"]
    assert answer["warnings"][0]["level"] == "availability"
    assert (await client.get("/agents")).json() == {"items": [], "next_cursor": None, "total": 0}


async def test_a_new_version_honours_if_match(client: httpx.AsyncClient) -> None:
    tag = f'"{(await make(client))["revision"]}"'
    headers = YAML | {"If-Match": tag}
    first, second = await asyncio.gather(
        *(client.put("/agents/iris", content=agent_yaml(name), headers=headers) for name in ("Rose", "Lily"))
    )
    assert sorted((first.status_code, second.status_code)) == [200, 412]
    lost = first if first.status_code == 412 else second
    refused(lost, 412, "agent_changed")
    present = lost.headers["etag"]
    for tags, status in ((f'"99", {present}', 200), ("*", 200), (f"W/{present}", 412), ("nonsense", 412)):
        answer = await client.put("/agents/iris", content=agent_yaml("Rose"), headers=YAML | {"If-Match": tags})
        present = answer.headers["etag"]
        assert answer.status_code == status, tags


async def test_put_of_an_unknown_agent_is_404_with_a_near_slug(client: httpx.AsyncClient) -> None:
    await make(client)
    problem = refused(await client.get("/agents/iriss"), 404, "agent_not_found")
    assert problem["hint"] == "Did you mean iris?"
    refused(await client.put("/agents/nobody", content=agent_yaml(), headers=YAML), 404, "agent_not_found")


async def test_versions_differences_and_rolling_back(client: httpx.AsyncClient) -> None:
    await make(client)
    await client.put("/agents/iris?reason=renamed", content=agent_yaml("Rose"), headers=YAML)
    versions = (await client.get("/agents/iris/versions")).json()
    assert [(each["number"], each["active"], each["reason"]) for each in versions["items"]] == [
        (2, True, "renamed"),
        (1, False, ""),
    ]
    difference = (await client.get("/agents/iris/diff")).json()
    assert (difference["from"], difference["to"]) == (1, 2)
    assert [change["path"] for change in difference["changes"]] == ["agent.name"]
    back = await client.post("/agents/iris/rollback", json={"version": 1, "reason": "rude"})
    assert (back.json()["version"], back.json()["latest_version"], back.json()["name"]) == (1, 2, "Iris")
    assert (await client.get("/agents/iris/versions/2")).json()["active"] is False
    file = await client.get("/agents/iris/versions/2", headers={"Accept": "application/yaml"})
    assert file.content == agent_yaml("Rose")
    refused(await client.post("/agents/iris/rollback", json={"version": 7}), 404, "agent_version_not_found")
    refused(await client.post("/agents/iris/rollback", json={}), 422, "validation_failed")
    refused(await client.post("/agents/iris/rollback", json={"version": True}), 422, "validation_failed")


async def test_a_draft_waits_until_it_is_published(client: httpx.AsyncClient) -> None:
    made = await make(client, publish=False)
    assert (made["status"], made["version"], made["latest_version"]) == ("draft", None, 1)
    live = (await client.post("/agents/iris/publish")).json()
    assert (live["status"], live["version"]) == ("active", 1)


async def test_an_agent_is_moved_through_its_life(client: httpx.AsyncClient) -> None:
    await make(client)
    for verb, status in (("pause", "paused"), ("activate", "active"), ("testing", "testing"), ("draft", "draft")):
        answer = await client.post(f"/agents/iris/{verb}", json={"reason": "because"})
        assert answer.json()["status"] == status, verb
    refused(await client.post("/agents/iris/pause"), 409, "agent_state")
    gone = await client.delete("/agents/iris")
    assert (gone.status_code, gone.json()["status"]) == (200, "archived")
    assert (await client.delete("/agents/iris")).status_code == 200
    assert (await client.get("/agents")).json()["total"] == 0
    assert (await client.get("/agents?status=archived")).json()["total"] == 1
    refused(await client.put("/agents/iris", content=agent_yaml("Rose"), headers=YAML), 409, "agent_archived")
    assert (await client.post("/agents/iris/restore")).json()["status"] == "paused"
    assert (await client.post("/agents/iris/explode")).status_code == 422


async def test_lists_are_filtered_and_paged(client: httpx.AsyncClient) -> None:
    for number in range(3):
        await make(client, f"Iris {number}", slug=f"iris-{number}")
    await make(client, "Rose", slug="rose")
    first = (await client.get("/agents?filter=IRIS&limit=2&sort=-name")).json()
    rest = (await client.get("/agents", params={
        "filter": "IRIS", "limit": 2, "sort": "-name", "cursor": first["next_cursor"]})).json()  # fmt: skip
    assert [each["slug"] for each in first["items"] + rest["items"]] == ["iris-2", "iris-1", "iris-0"]
    assert (first["total"], rest["next_cursor"]) == (3, None)
    refused(await client.get("/agents", params={"cursor": first["next_cursor"]}), 422, "cursor_invalid")
    refused(await client.get("/agents?sort=colour"), 422, "sort_invalid")


async def test_who_may_not_write_is_refused_and_tenants_are_apart(client: httpx.AsyncClient) -> None:
    await make(client)
    reads = YAML | {"X-API-Key": "reads"}
    refused(await client.put("/agents/iris", content=agent_yaml("Rose"), headers=reads), 403, "forbidden")
    assert (await client.post("/agents/validate", content=agent_yaml(), headers=reads)).status_code == 200
    refused(await client.get("/agents/iris", headers={"X-API-Key": "other"}), 404, "agent_not_found")
    refused(await client.get("/agents", headers={"X-API-Key": "nobody"}), 401, "unauthenticated")


async def test_gaps_are_listed(client: httpx.AsyncClient) -> None:
    content = agent_yaml(more="tools: [tax_lookup]\n")
    await client.post("/agents?slug=iris", content=content, headers=YAML)
    gaps = (await client.get("/agent-gaps")).json()
    assert [(gap["name"], gap["agents"], gap["issue_state"]) for gap in gaps["items"]] == [
        ("tax_lookup", ["iris"], "none")
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[1, 2]", b"null", b"{", b"&a [*a]", b"\x00"])
async def test_a_body_that_is_no_agent_is_a_problem_and_never_a_crash(
    client: httpx.AsyncClient, content: bytes
) -> None:
    refused(await client.post("/agents?slug=iris", content=content, headers=YAML), 422, "agent_invalid")


async def test_odd_addresses_and_texts_are_refused_kindly(client: httpx.AsyncClient) -> None:
    await make(client)
    for path in ("/agents/%00", "/agents/IRIS", "/agents/..%2e"):
        assert (await client.get(path)).status_code in (404, 422), path
    assert (await client.post("/agents/iris/pause", json={"reason": "a\x00b"})).status_code == 422
    assert (await client.get("/agents", params={"filter": "a\x00"})).status_code == 422
    assert (await client.get("/agents/iris/versions/99999999999")).status_code == 422
    form = await client.post("/agents", files={"file": ("iris.yaml", agent_yaml())})
    refused(form, 415, "media_type_unsupported")


async def test_the_documentation_has_an_example_for_every_body(client: httpx.AsyncClient) -> None:
    app: FastAPI = client._transport.app  # pyright: ignore
    document = orjson.loads(orjson.dumps(app.openapi()))
    bodies = [
        operation["requestBody"]
        for path in document["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    ]
    assert len(bodies) >= 6
    schemas = document["components"]["schemas"]
    for body in bodies:
        for content in body["content"].values():
            text = orjson.dumps(content).decode()
            names = [part.split('"')[0] for part in text.split("#/components/schemas/")[1:]]
            assert "example" in text or any("examples" in schemas[name] for name in names), text


async def test_a_list_shows_model_channels_and_warnings_and_sorts_by_version_and_status(
    client: httpx.AsyncClient,
) -> None:
    told = "  model: gpt-5.4-mini\nchannels:\n  input: [web_chat, {type: whatsapp, enabled: false}, api]\n"
    await client.post("/agents?slug=rose", content=agent_yaml("Rose", more=told), headers=YAML)
    await make(client)
    await client.put("/agents/iris", content=agent_yaml("Iris", more="tools: [tax_lookup]\n"), headers=YAML)
    await make(client, "Lily", slug="lily", publish=False)

    listed = {each["slug"]: each for each in (await client.get("/agents")).json()["items"]}
    assert (listed["rose"]["model"], listed["rose"]["channels"]) == ("gpt-5.4-mini", ["web_chat", "api"])
    assert (listed["iris"]["model"], listed["iris"]["channels"]) == ("auto", ["web_chat"])
    assert [listed[slug]["warning_count"] for slug in ("iris", "rose", "lily")] == [1, 0, 0]

    async def slugs(sort: str) -> list[str]:
        found: list[str] = []
        cursor = None
        while True:
            page = await client.get(
                "/agents", params={"sort": sort, "limit": 1} | ({"cursor": cursor} if cursor else {})
            )
            found += [each["slug"] for each in page.json()["items"]]
            cursor = page.json()["next_cursor"]
            if cursor is None:
                return found

    assert await slugs("-version") == ["iris", "rose", "lily"]
    assert await slugs("version") == ["lily", "rose", "iris"]
    assert (await slugs("-status"))[0] == "lily"


async def test_authors_are_told_by_name_and_whoever_is_unknown_by_none(
    client: httpx.AsyncClient, service: AgentService, db: Database, tenant_id: UUID
) -> None:
    made = await make(client)
    assert made["current"]["author_name"] is None

    async def call_anna(tenant: UUID, actors: Any) -> dict[str, str]:
        return dict.fromkeys(actors, "Anna") if tenant == tenant_id else {}

    service._names = call_anna
    assert (await client.get("/agents/iris")).json()["current"]["author_name"] == "Anna"
    assert (await client.get("/agents/iris/versions")).json()["items"][0]["author_name"] == "Anna"
    assert (await client.get("/agents/iris/versions/1")).json()["author_name"] == "Anna"
    changed = await client.put("/agents/iris", content=agent_yaml("Rose"), headers=YAML)
    assert changed.json()["current"]["author_name"] == "Anna"
