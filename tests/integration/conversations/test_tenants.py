"""What belongs to another tenant, or to another visitor, is not there."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from sparklabs.entry.wiring import Services
from sparklabs.kit.errors import NotFoundError
from sparklabs.kit.ids import new_id
from tests.factories.platform import open_conversation, principal_of
from tests.integration.conversations.conftest import AsOwner, Begin

PATHS = (
    ("GET", ""),
    ("DELETE", ""),
    ("GET", "/messages"),
    ("POST", "/messages"),
    ("GET", "/trace"),
    ("GET", "/trace/{run}"),
    ("POST", "/tickets"),
    ("POST", "/files"),
    ("POST", "/cancel"),
    ("POST", "/fork"),
    ("GET", "/files/{run}"),
)


class _As(AsOwner):
    """Stands for the identity room: everybody is this principal."""

    def __init__(self, principal: Any) -> None:
        self._principal = principal

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Any:
        return self._principal


async def _ask(http: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    if path.endswith("/files"):
        return await http.post(path, files={"file": ("a.txt", b"x", "text/plain")})
    bodies = {"messages": {"content": "hello"}, "fork": {"before_message_id": str(new_id())}}
    return await http.request(method, path, json=bodies.get(path.rpartition("/")[2]))


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_another_tenants_conversation_is_not_found(
    begin: Begin, one: Services, http: httpx.AsyncClient, other_tenant_id: UUID, method: str, path: str
) -> None:
    talk = await begin()
    await talk.say(one, "hello")
    [run] = await one.traces.of_conversation(talk.header, limit=1)
    one.authenticator = _As(principal_of(other_tenant_id))  # pyright: ignore[reportAttributeAccessIssue]
    answer = await _ask(http, method, f"/api/v1/conversations/{talk.header.id}{path.format(run=run.id)}")
    assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")
    assert len(await talk.said()) == 2


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_a_visitor_does_not_find_the_conversation_of_another(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, method: str, path: str
) -> None:
    talk = await begin()
    await talk.say(one, "hello")
    own = await open_conversation(one, tenant_id)
    visitor = principal_of(tenant_id, kind="visitor", conversation_id=own.id)
    one.authenticator = _As(visitor)  # pyright: ignore[reportAttributeAccessIssue]
    answer = await _ask(http, method, f"/api/v1/conversations/{talk.header.id}{path.format(run=own.id)}")
    assert answer.status_code == 404
    assert (await http.get(f"/api/v1/conversations/{own.id}")).status_code == 200


async def test_lists_show_only_the_tenants_own(
    begin: Begin, one: Services, http: httpx.AsyncClient, other_tenant_id: UUID
) -> None:
    await begin()
    assert (await http.get("/api/v1/conversations")).json()["total"] == 1
    one.authenticator = AsOwner(other_tenant_id)  # pyright: ignore[reportAttributeAccessIssue]
    assert (await http.get("/api/v1/conversations")).json() == {"items": [], "next_cursor": None, "total": 0}


async def test_a_run_of_another_conversation_is_not_shown_in_this_one(
    begin: Begin, one: Services, tenant_id: UUID
) -> None:
    talk, other = await begin(), await begin()
    await talk.say(one, "hello")
    [run] = await one.traces.of_conversation(talk.header, limit=1)
    with pytest.raises(NotFoundError) as refused:
        await one.traces.of_run(other.header, run.id)
    assert refused.value.code == "run_not_found"


async def test_an_accept_under_a_foreign_tenant_stores_nothing(
    begin: Begin, one: Services, other_tenant_id: UUID
) -> None:
    from dataclasses import replace

    talk = await begin()
    foreign = replace(talk.header, tenant_id=other_tenant_id)
    with pytest.raises(NotFoundError):
        await one.turns.accept(foreign, content="hello")
    assert await talk.said() == []
