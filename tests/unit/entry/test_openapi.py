"""The OpenAPI document tells the truth about who must identify himself."""

from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from sparklabs.entry.api import make_app
from sparklabs.entry.openapi import PUBLIC
from sparklabs.kit.json_route import JsonRoute


@pytest.fixture
def app() -> FastAPI:
    return make_app(cast("Any", SimpleNamespace()))


async def test_every_route_that_says_so_refuses_strangers_and_every_other_is_named_public(app: FastAPI) -> None:
    document = app.openapi()
    assert set(document["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    secured = {
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "security" in operation
    }
    assert len(secured) > 30
    assert {path for path in document["paths"] if path.startswith("/api/")} - {path for _, path in secured} == PUBLIC
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        for method, path in secured:
            answer = await client.request(method, path.replace("{move}", "pause").replace("{number}", "1"))
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"


def test_every_operation_describes_its_problems(app: FastAPI) -> None:
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            assert "default" in operation["responses"], (method, path)


def test_every_route_with_a_body_reads_it_strictly(app: FastAPI) -> None:
    from sparklabs.agents.endpoints import router as agents
    from sparklabs.channels.web.endpoints import router as web
    from sparklabs.conversations.endpoints import router as conversations
    from sparklabs.identity.endpoints import router as identity
    from sparklabs.tools.endpoints import router as tools

    for router in (agents, web, conversations, identity, tools):
        assert all(isinstance(route, JsonRoute) for route in router.routes)
