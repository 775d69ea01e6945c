"""The API's contract: problem documents, authentication on every route, and POSTs that may be repeated."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from sparklabs.entry.api import make_app
from sparklabs.entry.wiring import Services
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Statement
from sparklabs.kit.idempotency import UNDER_WAY
from sparklabs.kit.web import principal_of as any_caller
from tests.factories.platform import OWNER_EMAIL, OWNER_PASSWORD, publish
from tests.factories.talking import agent_file
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.integration.conversations.conftest import Begin

BASE = "/api/v1/conversations"
AS_JSON = {"Content-Type": "application/json"}
PUBLIC = {
    "/",
    "/livez",
    "/readyz",
    "/healthz",
    "/metrics",
    "/openapi.json",
    "/.well-known/jwks.json",
    "/api/v1/auth/login",
    "/api/v1/auth/refresh",
    "/api/v1/auth/logout",
    "/api/v1/widget/config",
    "/api/v1/widget/sessions",
    "/widget.js",
    "/widget/page.css",
    "/widget/mark.svg",
    "/chat/{agent}",
    "/chat/{tenant}/{agent}",
}
"""Everything that may be asked without being signed in; a new route stands here or has a permission."""
BY_TICKET = {BASE + "/{conversation_id}/stream"}
"""The socket authenticates itself, in headers or by a ticket (test_streams)."""


class LaterClock(SystemClock):
    """The time some while from now."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        return super().now() + self._by


@pytest.fixture
async def anybody(one: Services) -> AsyncIterator[httpx.AsyncClient]:
    """The REST API with nobody signed in."""
    transport = httpx.ASGITransport(make_app(one), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://one", timeout=30) as client:
        yield client


@pytest.fixture
async def owner(one: Services, anybody: httpx.AsyncClient, service: CountingService) -> httpx.AsyncClient:
    """The same, signed in as the first owner, whose tenant has the test's agent."""
    first = await one.ensure_owner()
    await publish(one, first.tenant_id, agent_file(service_url=service.url))
    body = {"email": OWNER_EMAIL, "password": OWNER_PASSWORD}
    answer = await anybody.post("/api/v1/auth/login", json=body)
    anybody.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return anybody


async def _open(client: httpx.AsyncClient) -> str:
    answer = await client.post(BASE, json={"agent_id": "tester"})
    assert answer.status_code == 201, answer.text
    return f"{BASE}/{answer.json()['id']}"


def _assert_problem(answer: httpx.Response, status: int, code: str, *, field: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(problem)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem.get("field") == field
    return problem


async def test_every_kind_of_refusal_is_a_problem_document(owner: httpx.AsyncClient, one: Services) -> None:
    talk = await _open(owner)
    send = owner.post
    _assert_problem(await send(BASE, content=b"{nope", headers=AS_JSON), 400, "body_unreadable")
    _assert_problem(await owner.get(f"{BASE}/{uuid4()}"), 404, "conversation_not_found")
    _assert_problem(await owner.get("/api/v1/nowhere"), 404, "route_not_found")
    _assert_problem(await owner.put(talk), 405, "method_not_allowed")
    _assert_problem(await send(f"{talk}/messages", json={"content": "x" * 2_200_000}), 413, "request_too_large")
    _assert_problem(await send(f"{talk}/messages", json={"content": ""}), 422, "validation_failed", field="content")
    _assert_problem(await send(f"{talk}/messages", json={"text": "x"}), 422, "validation_failed", field="content")
    _assert_problem(await owner.get(f"{BASE}?sort=colour"), 422, "sort_invalid", field="sort")
    _assert_problem(await send(BASE, json={"agent_id": "nobody"}), 404, "agent_not_found", field="agent_id")
    bad = {"agent_id": "tester", "contact": {"email": "nope"}}
    _assert_problem(await send(BASE, json=bad), 422, "contact_invalid", field="contact.email")
    for contact in ("x" * 201, "+" + "1" * 60, "x" * 400 + "@example.com"):
        bad = {"agent_id": "tester", "contact": contact}
        _assert_problem(await send(BASE, json=bad), 422, "contact_invalid", field="contact")
    nul = {"agent_id": "tester", "metadata": {"a": "\x00"}}
    _assert_problem(await send(BASE, json=nul), 422, "nul_character")
    await owner.delete(talk)
    _assert_problem(await send(f"{talk}/messages", json={"content": "x"}), 409, "conversation_closed")
    one.worker.stopping = True
    _assert_problem(await send(f"{await _open(owner)}/messages", json={"content": "x"}), 503, "stopping")


async def test_a_body_that_does_not_tell_its_length_is_bounded_too(owner: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'{"agent_id": "'
        for _ in range(3_000):
            yield b"x" * 1_000

    _assert_problem(await owner.post(BASE, content=endless(), headers=AS_JSON), 413, "request_too_large")


async def test_nobody_and_the_wrong_one_are_told_so(anybody: httpx.AsyncClient, owner: httpx.AsyncClient) -> None:
    talk = await _open(owner)
    token = owner.headers.pop("Authorization")
    _assert_problem(await anybody.get(talk), 401, "unauthenticated")
    made = await anybody.post(
        "/api/v1/api-keys", json={"name": "reader", "role": "viewer"}, headers={"Authorization": token}
    )
    assert made.status_code == 201, made.text
    reader = {"X-API-Key": made.json()["key"]}
    assert (await anybody.get(talk, headers=reader)).status_code == 200
    refused = await anybody.post(f"{talk}/messages", json={"content": "x"}, headers=reader)
    _assert_problem(refused, 403, "forbidden")
    answer = await anybody.get(talk, headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    owner.headers["Authorization"] = token


def _routes(found: Any) -> Iterator[Any]:
    for route in found:
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from _routes(router.routes)
        else:
            yield route


def _is_guarded(dependant: Any) -> bool:
    call = dependant.call
    return (
        hasattr(call, "permission") or call is any_caller or any(_is_guarded(each) for each in dependant.dependencies)
    )


def test_every_route_asks_who_is_there_unless_it_is_named_public(one: Services) -> None:
    app: FastAPI = make_app(one)
    open_to_all = {
        route.path
        for route in _routes(app.routes)
        if not (hasattr(route, "dependant") and _is_guarded(route.dependant))
    }
    assert open_to_all - BY_TICKET <= PUBLIC
    guarded = {route.path for route in _routes(app.routes)} - open_to_all
    assert BASE + "/{conversation_id}/messages" in guarded


async def test_a_repeated_post_of_a_conversation_opens_one(owner: httpx.AsyncClient) -> None:
    body, key = {"agent_id": "tester", "contact": "ada@example.com"}, {"Idempotency-Key": "k"}
    first, *rest = await asyncio.gather(*(owner.post(BASE, json=body, headers=key) for _ in range(8)))
    done = [answer for answer in (first, *rest) if answer.status_code == 201]
    for answer in (first, *rest):
        if answer.status_code != 201:
            _assert_problem(answer, 409, "request_under_way")
            assert answer.headers["retry-after"] == "1"
    again = await owner.post(BASE, json=body, headers=key)
    assert {answer.json()["id"] for answer in (*done, again)} == {again.json()["id"]}
    assert (await owner.get(BASE)).json()["total"] == 1
    other = await owner.post(BASE, json={"agent_id": "tester"}, headers=key)
    _assert_problem(other, 422, "idempotency_key_reused", field="Idempotency-Key")


@pytest.mark.parametrize("contact", ["ada@example.com", None])
async def test_a_conversation_whose_process_died_before_its_key_was_kept_is_found_again(
    owner: httpx.AsyncClient, one: Services, monkeypatch: pytest.MonkeyPatch, contact: str | None
) -> None:
    body, key = {"agent_id": "tester", "contact": contact}, {"Idempotency-Key": "k"}
    idempotency, run = one.idempotency, one.idempotency._db.run

    async def dies_before_keeping(tenant_id: UUID, *statements: Statement) -> Any:
        if "SET status" in str(statements[0].sql):
            raise RuntimeError("killed")
        return await run(tenant_id, *statements)

    with monkeypatch.context() as dying:
        dying.setattr(idempotency, "_db", SimpleNamespace(run=dies_before_keeping))
        assert (await owner.post(BASE, json=body, headers=key)).status_code == 500
    [opened] = (await owner.get(BASE)).json()["items"]
    _assert_problem(await owner.post(BASE, json=body, headers=key), 409, "request_under_way")
    monkeypatch.setattr(idempotency, "_clock", LaterClock(UNDER_WAY * 1.1))
    for _ in range(2):
        again = await owner.post(BASE, json=body, headers=key)
        assert (again.status_code, again.json()) == (201, opened)
    assert (await owner.get(BASE)).json()["total"] == 1


async def test_a_conversation_with_an_agent_that_is_not_there_leaves_no_contact(
    owner: httpx.AsyncClient, one: Services
) -> None:
    answer = await owner.post(BASE, json={"agent_id": "nobody", "contact": "new@example.com"})
    _assert_problem(answer, 404, "agent_not_found", field="agent_id")
    owner = await one.ensure_owner()
    [found] = await one.db.run(owner.tenant_id, Statement("SELECT 1 FROM contacts"))
    assert found == []


async def test_a_message_is_answered_as_json_in_the_shape_that_lists_have(owner: httpx.AsyncClient) -> None:
    talk = await _open(owner)
    answer = await owner.post(f"{talk}/messages", json={"content": "hello"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["role"], told["content"], told["seq"]) == ("assistant", "answer to hello", 2)
    listed = (await owner.get(f"{talk}/messages")).json()
    assert [message["content"] for message in listed["items"]] == ["hello", "answer to hello"]
    assert {**listed["items"][1], "created_at": told["created_at"]} == told
    assert (listed["total"], listed["next_cursor"]) == (2, None)


async def test_a_turn_that_takes_long_is_answered_202_and_goes_on(owner: httpx.AsyncClient, one: Services) -> None:
    one.turns._answer_seconds = 0.2
    talk = await _open(owner)
    headers = {"Idempotency-Key": "k"}
    sent = {"content": "slow one two three four five"}
    pending = await owner.post(f"{talk}/messages", json=sent, headers=headers)
    assert pending.status_code == 202
    assert pending.json()["status"] == "running"
    one.turns._answer_seconds = 20
    answer = await owner.post(f"{talk}/messages", json=sent, headers=headers)
    assert (answer.status_code, answer.json()["run_id"]) == (200, pending.json()["run_id"])


def test_the_answer_time_is_the_platforms_setting(one: Services) -> None:
    assert one.turns._answer_seconds == one.settings.answer_seconds == 20


async def test_a_failed_turn_is_a_problem_for_the_first_and_every_repeated_request(
    owner: httpx.AsyncClient, model: FakeOpenAI
) -> None:
    from tests.fakes.openai_server import ToolUse

    model.script = lambda _: Reply(tools=(ToolUse("find_orders", {"query": "x"}),))
    talk, key = await _open(owner), {"Idempotency-Key": "k"}
    for _ in range(2):
        answer = await owner.post(f"{talk}/messages", json={"content": "loop"}, headers=key)
        _assert_problem(answer, 503, "turn_limit_reached")


async def test_a_paused_agents_conversations_can_still_be_listed(owner: httpx.AsyncClient, one: Services) -> None:
    from sparklabs.agents.entities import Intent

    await _open(owner)
    tenant_id: UUID = (await one.ensure_owner()).tenant_id
    await one.agents.pause(tenant_id, "tester", Intent(actor="test"))
    assert (await owner.get(f"{BASE}?agent_id=tester")).json()["total"] == 1


async def test_requests_are_counted_by_route_and_not_by_address(owner: httpx.AsyncClient) -> None:
    await owner.get(await _open(owner))
    told = (await owner.get("/metrics")).text
    assert f'route="{BASE}/{{conversation_id}}"' in told


async def test_a_message_waiting_for_a_person_is_answered_202_each_time(begin: Begin, http: httpx.AsyncClient) -> None:
    talk = await begin()
    await talk.rows("UPDATE conversations SET status = 'handed_off' RETURNING 1")
    for _ in range(2):
        answer = await http.post(
            f"{BASE}/{talk.header.id}/messages", json={"content": "x"}, headers={"Idempotency-Key": "k"}
        )
        assert (answer.status_code, answer.json()["status"]) == (202, "waiting_for_person")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz", "/api/v1/agents", "/openapi.json"])
async def test_what_can_be_got_answers_head_alike(owner: httpx.AsyncClient, path: str) -> None:
    got, head = await owner.get(path), await owner.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


async def test_a_refused_method_is_told_all_those_that_the_address_takes(owner: httpx.AsyncClient) -> None:
    taken = {BASE: {"GET", "HEAD", "POST"}, "/livez": {"GET", "HEAD"}, "/api/v1/agents/validate": {"POST"}}
    for path, allowed in taken.items():
        answer = await owner.patch(path)
        _assert_problem(answer, 405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == allowed
