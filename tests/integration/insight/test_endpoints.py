"""Analytics over HTTP: who may ask, and what is refused."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from sparklabs.identity.permissions import permissions_of
from sparklabs.insight.analytics.endpoints import router
from sparklabs.insight.analytics.service import AnalyticsService
from sparklabs.kit.problems import add_problem_handlers
from sparklabs.kit.web import Principal
from tests.factories.history import History
from tests.integration.insight.conftest import NOW

PATHS = ("dashboard", "daily", "realtime", "attention", "activity", "first-steps")


class AsRole:
    """Stands for the identity room: somebody of the role that the token names."""

    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Principal:
        role = (authorization or "").removeprefix("Bearer ")
        return Principal(self._tenant_id, "account", uuid4(), role, permissions_of(role))


@pytest.fixture
async def client(analytics: AnalyticsService, tenant_id: UUID) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router)
    add_problem_handlers(app)
    app.state.services = SimpleNamespace(analytics=analytics, authenticator=AsRole(tenant_id))
    headers = {"Authorization": "Bearer viewer"}
    base = "http://test/api/v1/analytics"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base, headers=headers) as client:
        yield client


@pytest.mark.parametrize(
    "role", ["owner", "admin", "team_lead", "developer", "operator", "support", "analyst", "viewer"]
)
async def test_whoever_reads_sees_the_figures(client: httpx.AsyncClient, role: str) -> None:
    answers = [await client.get(f"/{path}", headers={"Authorization": f"Bearer {role}"}) for path in PATHS]
    assert [answer.status_code for answer in answers] == [200] * len(PATHS)


@pytest.mark.parametrize(
    ("role", "name"), [("support", "Ada Lovelace"), ("viewer", "A••• L•••"), ("analyst", "A••• L•••")]
)
async def test_names_are_shown_to_those_who_may_read_contacts_and_masked_for_others(
    client: httpx.AsyncClient, past: History, role: str, name: str
) -> None:
    contact = await past.contact(at=NOW, name="Ada Lovelace")
    conversation = await past.conversation("nora", at=NOW, contact_id=contact)
    await past.handoff(conversation, at=NOW, status="waiting")
    await past.event("conversation.opened", subject=conversation, at=NOW)
    headers = {"Authorization": f"Bearer {role}"}
    answers = [(await client.get(f"/{path}", headers=headers)).json() for path in ("attention", "activity")]
    assert [answer["items"][0]["contact_name"] for answer in answers] == [name, name]


async def test_a_visitor_sees_none_of_it(client: httpx.AsyncClient) -> None:
    answers = [await client.get(f"/{path}", headers={"Authorization": "Bearer visitor"}) for path in PATHS]
    assert [answer.status_code for answer in answers] == [403] * len(PATHS)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("dashboard?period=1y", "validation_failed"),
        ("dashboard?timezone=Mars/Olympus", "timezone_invalid"),
        ("dashboard?timezone=a%20b", "validation_failed"),
        ("daily?start=2026-03-02&end=2026-03-01", "range_invalid"),
        ("daily?start=yesterday", "validation_failed"),
        ("daily?end=0001-01-01", "range_invalid"),
        ("daily?start=9999-12-31&end=9999-12-31", "range_invalid"),
        ("activity?limit=0", "validation_failed"),
        ("activity?cursor=nonsense", "cursor_invalid"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_reason(
    client: httpx.AsyncClient, asked: str, code: str
) -> None:
    answer = await client.get(f"/{asked}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
