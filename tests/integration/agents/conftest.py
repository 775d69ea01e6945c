"""An AgentService over a real database with real notices, as one process of the platform has it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest

from sparklabs.agents.entities import Intent, Published
from sparklabs.agents.publishing import Publication
from sparklabs.agents.reading import Availability
from sparklabs.agents.service import AgentService
from sparklabs.kit.db import Database
from sparklabs.kit.notices import Notices
from tests.factories.shipped_agents import Platform, load_shipped
from tests.factories.tool_contexts import make_rooms

AVAILABLE = Availability(
    known_tools=frozenset({"search_knowledge", "transfer_to_human", "create_ticket"}),
    known_tool_types=frozenset({"database", "calendar", "price", "api", "rag", "messaging", "ticketing"}),
)
ANNA = Intent(actor="anna")


async def available(tenant_id: UUID) -> Availability:
    """What every tenant of these tests has."""
    return AVAILABLE


def agent_yaml(name: str = "Iris", prompt: str = "You help.", more: str = "") -> bytes:
    """A small valid agent file."""
    return f'version: "1.0"\nagent:\n  name: {name}\n  system_prompt: "{prompt}"\n{more}'.encode()


@pytest.fixture
async def notices(db: Database) -> AsyncIterator[Notices]:
    """The notices of a first process."""
    line = Notices(db.addresses.app, process_id="one")
    await line.start()
    yield line
    await line.stop()


@pytest.fixture
async def other_notices(db: Database) -> AsyncIterator[Notices]:
    """The notices of a second process."""
    line = Notices(db.addresses.app, process_id="two")
    await line.start()
    yield line
    await line.stop()


@pytest.fixture
async def service(db: Database, notices: Notices) -> AgentService:
    """The service of a first process."""
    return AgentService(db, notices=notices, availability=available)


@pytest.fixture
async def other_service(db: Database, other_notices: Notices) -> AgentService:
    """The service of a second process."""
    return AgentService(db, notices=other_notices, availability=available)


Publish = Callable[..., Awaitable[Published]]


@pytest.fixture
def publish(service: AgentService, tenant_id: UUID) -> Publish:
    """Publishes a small agent as anna."""

    async def call(source: bytes | None = None, slug: str = "iris", **more: object) -> Published:
        publication = Publication(source=source or agent_yaml(), slug=slug, author="anna", **more)  # pyright: ignore
        return await service.publish(tenant_id, publication)

    return call


@pytest.fixture
async def platform(db: Database, tenant_id: UUID, notices: Notices) -> Platform:
    """The shipped agents in a tenant."""
    return await load_shipped(db, tenant_id, notices, make_rooms(db))
