"""Two processes of one platform over a real database, with a model server and a business service of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from sparklabs.conversations.shapes import Header
from sparklabs.entry.api import make_app
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from sparklabs.runtime.session import TurnSession
from tests.factories.platform import (
    header_of,
    make_settings,
    open_conversation,
    principal_of,
    publish,
    running_services,
)
from tests.factories.talking import agent_file, obedient
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI


@pytest.fixture
async def model() -> AsyncIterator[FakeOpenAI]:
    """A model that does what the message says."""
    async with FakeOpenAI(obedient) as server:
        yield server


@pytest.fixture
async def service() -> AsyncIterator[CountingService]:
    """The business service behind the unsafe tool `charge`."""
    async with CountingService() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, model: FakeOpenAI, service: CountingService) -> Any:
    return make_settings(tmp_path, openai_base_url=model.base_url, tools_allowed_hosts=[service.address])


@pytest.fixture
async def one(addresses: DatabaseAddresses, settings: Any) -> AsyncIterator[Services]:
    """A first api process."""
    async with running_services(addresses, settings, name="one") as services:
        yield services


@pytest.fixture
async def two(addresses: DatabaseAddresses, settings: Any) -> AsyncIterator[Services]:
    """A second api process over the same database."""
    async with running_services(addresses, settings, name="two") as services:
        yield services


@dataclass(slots=True)
class Talk:
    """One conversation of one tenant, with shorthands to speak and to look at the rows."""

    tenant_id: UUID
    header: Header
    db: Database

    async def say(self, services: Services, content: str, *, key: str | None = None, seconds: float = 20) -> Any:
        """The answer's text, or the problem's code, or None when it takes longer."""
        accepted = await services.turns.accept(self.header, content=content, key=key)
        answer = await services.turns.wait(self.header, accepted, seconds=seconds)
        if answer is None:
            return None
        return answer["message"]["content"] if "message" in answer else answer["problem"]["code"]

    async def rows(self, sql: Any, *params: Any) -> list[dict[str, Any]]:
        [found] = await self.db.run(self.tenant_id, Statement(sql, params))
        return found

    async def said(self) -> list[tuple[str, str]]:
        """Role and text of every message, in order."""
        found = await self.rows(
            "SELECT role, content FROM messages WHERE conversation_id = %s ORDER BY seq", self.header.id
        )
        return [(row["role"], row["content"]) for row in found]

    async def steps(self) -> list[dict[str, Any]]:
        """The ledger of all its runs, in order."""
        return await self.rows(
            "SELECT s.* FROM steps s JOIN runs r ON r.id = s.run_id WHERE r.conversation_id = %s ORDER BY r.id, s.seq",
            self.header.id,
        )

    async def orders(self) -> list[str]:
        """The items that `create_order` stored."""
        found = await self.rows("SELECT data FROM records WHERE collection LIKE '%%orders' ORDER BY created_at, key")
        return [row["data"]["item"] for row in found]

    async def open_runs(self) -> int:
        found = await self.rows(
            "SELECT (SELECT count(*) FROM runs WHERE state IN ('queued', 'running', 'waiting'))"
            " + (SELECT count(*) FROM inbox WHERE state IN ('waiting', 'running'))"
            " + (SELECT count(*) FROM conversation_leases WHERE owner IS NOT NULL) AS open"
        )
        return found[0]["open"]

    async def hand_to(self, services: Services) -> None:
        """Lets the lease end as it does when its holder is silent too long, and has `services` take over.

        A message that was just accepted there may have set off the same by itself; what comes of it is for the test.
        """
        await self.rows("UPDATE conversation_leases SET until = clock_timestamp() - interval '1 second' RETURNING 1")
        await services.worker.drain(self.header)

    async def state_of_calls(self) -> list[tuple[str, str]]:
        """Name and state of each tool call in the ledger."""
        return [(step["name"], step["state"]) for step in await self.steps() if step["kind"] == "tool"]


Begin = Callable[..., Awaitable[Talk]]


class Pause:
    """Stops one process in the middle: `reached` is set when it comes to the place, which it leaves when `go` is."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    async def here(self) -> None:
        self.reached.set()
        await self.go.wait()


def pause_before_tools(services: Services) -> Pause:
    """The process stops once a decision is written down, before its first tool runs."""
    pause, execute = Pause(), services.runner._execute

    async def wait(tool: Any, arguments: dict[str, Any], context: Any) -> Any:
        await pause.here()
        return await execute(tool, arguments, context)

    services.runner._execute = wait
    return pause


def pause_after_tools(services: Services) -> Pause:
    """The process stops when a tool has taken effect, before its result is written down."""
    pause, execute = Pause(), services.runner._execute

    async def wait(tool: Any, arguments: dict[str, Any], context: Any) -> Any:
        result = await execute(tool, arguments, context)
        await pause.here()
        return result

    services.runner._execute = wait
    return pause


def pause_before_end(services: Services, monkeypatch: pytest.MonkeyPatch) -> Pause:
    """The process stops when its turn is over and nothing of its last group is written."""
    pause = Pause()
    write_last = TurnSession.write_last

    async def wait(self: TurnSession, *statements: Statement) -> Any:
        if self._db is services.db:
            await pause.here()
        return await write_last(self, *statements)

    monkeypatch.setattr(TurnSession, "write_last", wait)
    return pause


@pytest.fixture
def begin(one: Services, tenant_id: UUID, db: Database, service: CountingService) -> Begin:
    """Publishes the test's agent and opens a conversation with it; keywords go to the agent file."""

    async def open_one(**agent: Any) -> Talk:
        await publish(one, tenant_id, agent_file(**{"service_url": service.url, **agent}))
        opened = await open_conversation(one, tenant_id)
        return Talk(tenant_id, await header_of(one, tenant_id, opened.id), db)

    return open_one


class AsOwner:
    """Stands for the identity room where a test is about something else: everybody owns one tenant."""

    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Any:
        return principal_of(self._tenant_id)


@pytest.fixture
async def http(one: Services, tenant_id: UUID) -> AsyncIterator[httpx.AsyncClient]:
    """The first process's REST API for an owner of the tenant."""
    one.authenticator = AsOwner(tenant_id)  # pyright: ignore[reportAttributeAccessIssue]
    transport = httpx.ASGITransport(make_app(one), raise_app_exceptions=False)
    headers = {"Authorization": "Bearer owner"}
    async with httpx.AsyncClient(transport=transport, base_url="http://one", headers=headers, timeout=30) as client:
        yield client
