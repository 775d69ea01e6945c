"""Declared `api` tools against a service on a real socket: paths, credentials, keys, answers and refusals."""

from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import uuid4

import pytest

from sparklabs.kit.db import Database
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms
from sparklabs.tools.declared.api import build, find_pointer
from sparklabs.tools.errors import ToolBrokenError
from sparklabs.tools.execution import execute
from sparklabs.tools.schemas import ToolDeclaration, ToolResult
from tests.factories.tool_contexts import make_context, make_rooms
from tests.fakes.order_service import TOKEN, OrderService, order_service

NO_DB = cast(Database, None)


@pytest.fixture
async def service() -> AsyncIterator[OrderService]:
    async with order_service() as running:
        yield running


@pytest.fixture
async def rooms(service: OrderService) -> AsyncIterator[Rooms]:
    made = make_rooms(NO_DB, trusted=frozenset({service.host}))
    yield made
    await made.outbound.aclose()


async def call(rooms: Rooms, config: dict[str, Any], arguments: dict[str, Any], **context: Any) -> ToolResult:
    tool = build(ToolDeclaration("orders", type="api", config=config), AgentBinding("a"), rooms)
    context.setdefault("secrets", {"ORDERS": TOKEN, "PAIR": "user:password-9"})
    return await execute(tool, arguments, make_context(NO_DB, uuid4(), **context))


def create(service: OrderService, **more: Any) -> dict[str, Any]:
    return {
        "endpoint": f"{service.url}/orders",
        "method": "POST",
        "auth_type": "bearer",
        "auth": "${ORDERS}",
        "required_fields": ["customer_name", "phone"],
        "response": {"id": "/data/0/id", "state": "/data/0/state"},
        **more,
    }


ANN = {"customer_name": "Ann", "phone": "+91 98765 43210"}


async def test_a_call_sends_its_body_credential_and_key_and_maps_the_answer(
    service: OrderService, rooms: Rooms
) -> None:
    result = await call(rooms, create(service), ANN, call_key="run:1")
    assert result.ok, result.error
    assert result.content == {"id": "O-1", "state": "new"}
    sent = service.requests[0]
    assert sent["body"] == ANN
    assert (sent["headers"]["Authorization"], sent["headers"]["Idempotency-Key"]) == (f"Bearer {TOKEN}", "run:1")


async def test_path_arguments_are_encoded_and_cannot_leave_their_place(service: OrderService, rooms: Rooms) -> None:
    config = {
        "endpoint": f"{service.url}/orders/{{order_id}}/items",
        "query": ["page"],
        "auth_type": "bearer",
        "auth": "${ORDERS}",
    }
    result = await call(rooms, config, {"order_id": "../../admin?x=1", "page": 2})
    assert result.ok, result.error
    assert service.requests[0]["path"] == "/orders/..%2F..%2Fadmin%3Fx=1/items?page=2"
    up = await call(rooms, config, {"order_id": ".."})
    assert up.error is not None
    assert (up.error.code, len(service.requests)) == ("argument_invalid", 1)


@pytest.mark.parametrize(
    "auth",
    [
        {"auth_type": "basic", "auth": "${PAIR}"},
        {"auth_type": "api_key", "auth": "${ORDERS}", "auth_header": "X-Orders-Key"},
        {"auth_type": "header", "auth": {"X-Orders-Key": "${ORDERS}"}},
    ],
)
async def test_every_kind_of_credential_reaches_the_service(
    service: OrderService, rooms: Rooms, auth: dict[str, Any]
) -> None:
    result = await call(rooms, create(service, **auth), ANN)
    assert result.ok, result.error


async def test_an_unsafe_call_is_not_repeated_after_a_failure_but_an_idempotent_one_is(
    service: OrderService, rooms: Rooms
) -> None:
    service.failures = 1
    once = await call(rooms, create(service), ANN)
    assert once.error is not None
    assert (once.error.code, len(service.requests)) == ("api_unavailable", 1)
    service.failures = 1
    again = await call(rooms, create(service, idempotent=True), ANN)
    assert again.ok
    assert len({request["headers"]["Idempotency-Key"] for request in service.requests[1:]}) == 1
    assert len(service.order_by_key) == 1


async def test_a_refusal_tells_what_the_service_said_without_the_credential(
    service: OrderService, rooms: Rooms
) -> None:
    result = await call(rooms, create(service), ANN, secrets={"ORDERS": "another-secret-token"})
    assert result.error is not None
    assert result.error.code == "api_refused"
    assert "who are you?" in result.error.message
    assert "another-secret-token" not in repr(result)


async def test_a_private_address_is_refused_unless_an_operator_trusts_it(service: OrderService) -> None:
    guarded = make_rooms(NO_DB)
    result = await call(guarded, create(service), ANN)
    await guarded.outbound.aclose()
    assert result.error is not None
    assert (result.error.code, service.requests) == ("address_forbidden", [])


def test_a_credential_in_the_file_itself_is_refused(rooms: Rooms) -> None:
    config = {"endpoint": "https://api.example.com", "auth_type": "bearer", "auth": "abc123"}
    with pytest.raises(ToolBrokenError):
        build(ToolDeclaration("t", type="api", config=config), AgentBinding("a"), rooms)


def test_arguments_are_typed_by_name_by_word_or_by_schema(rooms: Rooms) -> None:
    fields = {"when": "date", "phone": "", "codes": {"type": "array", "items": {"type": "string"}}}
    config = {"endpoint": "https://api.example.com/{id}", "method": "POST", "fields": fields}
    parameters = build(ToolDeclaration("t", type="api", config=config), AgentBinding("a"), rooms).spec.schema.parameters
    assert parameters["required"] == ["id"]
    assert [parameters["properties"][name].get("format") for name in ("when", "phone")] == ["date", "phone"]
    assert parameters["properties"]["codes"]["type"] == "array"


@pytest.mark.parametrize(
    ("pointer", "found"), [("", {"a": [{"b/c": 1}]}), ("/a/0/b~1c", 1), ("/a/3", None), ("/x/y", None), ("/a/x", None)]
)
def test_pointers_follow_the_standard(pointer: str, found: Any) -> None:
    assert find_pointer({"a": [{"b/c": 1}]}, pointer) == found
