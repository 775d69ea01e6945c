"""REST of conversations: who may open one."""

from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from sparklabs.conversations.endpoints import router
from sparklabs.conversations.playground import Playground
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.idempotency import IdempotencyService
from sparklabs.kit.problems import add_problem_handlers
from sparklabs.kit.web import Principal
from tests.integration.one_process.house import House


@pytest.mark.parametrize(("bound", "status"), [(True, 403), (False, 201)])
async def test_a_visitor_opens_no_conversation_beside_his_own(house: House, bound: bool, status: int) -> None:
    await house.publish()
    caller = Principal(
        house.tenant_id,
        "visitor",
        uuid4(),
        "visitor",
        frozenset({"conversations:write"}),
        conversation_id=uuid4() if bound else None,
    )

    class Known:
        async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Principal:
            return caller

    app = FastAPI()
    app.include_router(router)
    add_problem_handlers(app)
    app.state.services = SimpleNamespace(
        authenticator=Known(),
        conversations=house.conversations,
        playground=Playground(
            house.db, agents=house, models=house.models, contacts=house.contacts, conversations=house.conversations
        ),
        idempotency=IdempotencyService(house.db, clock=SystemClock()),
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here/api/v1") as client:
        answer = await client.post(
            "/conversations", json={"agent_id": "iris", "contact": "ada@example.com"}, headers={"X-API-Key": "any"}
        )
    assert answer.status_code == status, answer.text
