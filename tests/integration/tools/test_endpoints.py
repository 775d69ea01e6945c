"""The tools over HTTP, with permissions, on the real router and database."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from sparklabs.kit.errors import SparkError
from sparklabs.kit.web import Principal
from sparklabs.tools.binding import Toolset
from sparklabs.tools.endpoints import router
from sparklabs.tools.schemas import ToolDeclaration
from sparklabs.tools.testing import ToolDesk
from tests.integration.tools.conftest import Shop


class OneKey:
    """Stands for the identity room: one API key of one tenant with the scopes it is given."""

    def __init__(self, tenant_id: UUID, scopes: frozenset[str]) -> None:
        self._principal = Principal(tenant_id, "api_key", uuid4(), "member", scopes)

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Principal:
        return self._principal


async def client(shop: Shop, *scopes: str) -> httpx.AsyncClient:
    async def read_secret(tenant_id: UUID, name: str) -> str | None:
        return None

    async def find_toolset(tenant_id: UUID, agent: str) -> tuple[UUID, str, str, Toolset]:
        declared = ToolDeclaration("find_order", type="database", config={"table": "orders", "operation": "get"})
        return uuid4(), agent, "UTC", await shop.toolbox.bind(tenant_id, [declared], agent=shop.agent)

    desk = ToolDesk(shop.toolbox, db=shop.db, read_secret=read_secret, find_toolset=find_toolset)
    app = FastAPI()
    app.include_router(router)
    app.state.services = SimpleNamespace(tool_desk=desk, authenticator=OneKey(shop.tenant_id, frozenset(scopes)))

    async def problem(request: object, error: SparkError) -> object:
        from fastapi.responses import JSONResponse

        return JSONResponse({"code": error.code, "hint": error.hint}, status_code=error.status)

    app.add_exception_handler(SparkError, problem)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", headers={"X-API-Key": "k"})


async def test_tools_are_listed_with_their_schemas(shop: Shop) -> None:
    answer = (await (await client(shop, "tools:read")).get("/tools")).json()
    assert answer["total"] == len(answer["items"]) == 11
    assert answer["items"][0]["name"] == "calculate"
    assert answer["items"][0]["parameters"]["required"] == ["expression"]


@pytest.mark.parametrize("sort", ["name", "-name"])
async def test_tools_come_in_pages_that_together_hold_each_once(shop: Shop, sort: str) -> None:
    http = await client(shop, "tools:read")
    whole = (await http.get("/tools", params={"sort": sort})).json()
    names, cursor = [], None
    for length in (4, 4, 3):
        query = {"limit": 4, "sort": sort} | ({"cursor": cursor} if cursor else {})
        page = (await http.get("/tools", params=query)).json()
        assert (len(page["items"]), page["total"]) == (length, 11)
        names += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert names == [item["name"] for item in whole["items"]] == sorted(names, reverse=sort == "-name")


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=nonsense", "cursor=WyJuYW1lIiwxLCJ4Il0", "sort=a"])
async def test_a_page_that_cannot_be_is_refused(shop: Shop, query: str) -> None:
    assert (await (await client(shop, "tools:read")).get(f"/tools?{query}")).status_code == 422


async def test_an_unknown_tool_is_404_with_the_nearest_name(shop: Shop) -> None:
    answer = await (await client(shop, "tools:read")).get("/tools/create_tiket")
    assert (answer.status_code, answer.json()["hint"]) == (404, "Did you mean 'create_ticket'?")


async def test_a_tool_can_be_tried_and_a_fault_is_a_result(shop: Shop) -> None:
    http = await client(shop, "tools:test")
    good = (await http.post("/tools/calculate/test", json={"arguments": {"expression": "6 * 7"}})).json()
    assert (good["ok"], good["content"]["result"], good["text"]) == (True, "42", "6 * 7 = 42")
    assert good["duration_ms"] >= 0
    bad = await http.post("/tools/calculate/test", json={"arguments": {}})
    assert bad.status_code == 200
    assert (bad.json()["ok"], bad.json()["error"]["field"]) == (False, "expression")


async def test_an_agents_own_tool_can_be_tried(shop: Shop) -> None:
    http = await client(shop, "tools:test")
    body = {"arguments": {"order_id": "1002"}, "agent": "acme-sales"}
    answer = (await http.post("/tools/find_order/test", json=body)).json()
    assert answer["content"]["status"] == "shipped"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/tools"), ("GET", "/tools/calculate"), ("POST", "/tools/calculate/test")]
)
async def test_each_way_needs_its_permission(shop: Shop, method: str, path: str) -> None:
    answer = await (await client(shop, "agents:read")).request(method, path, json={})
    assert answer.status_code == 403


async def test_the_arguments_may_be_the_whole_body(shop: Shop) -> None:
    caller = await client(shop, "tools:test")
    bare = await caller.post("/tools/calculate/test", json={"expression": "2 + 2"})
    wrapped = await caller.post("/tools/calculate/test", json={"arguments": {"expression": "2 + 2"}})
    assert bare.json()["ok"] is True
    assert bare.json()["content"] == wrapped.json()["content"]
    nothing = await caller.post("/tools/current_time/test")
    assert nothing.json()["ok"] is True
