"""A house with the offline model, and one whose models are a scripted OpenAI-compatible server."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from sparklabs.kit.db import Database
from sparklabs.models.settings import ProviderSettings
from tests.fakes.openai_server import FakeOpenAI
from tests.integration.one_process.house import House


@pytest.fixture
async def house(db: Database, tenant_id: UUID) -> AsyncIterator[House]:
    """A process without any provider: the offline model answers."""
    rooms = House(db, tenant_id)
    await rooms.start()
    yield rooms
    await rooms.stop()


@pytest.fixture
async def openai() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI() as server:
        yield server


@pytest.fixture
async def modelled(db: Database, tenant_id: UUID, openai: FakeOpenAI) -> AsyncIterator[House]:
    """A process whose OpenAI is the scripted server."""
    rooms = House(db, tenant_id, process_id="modelled", providers=providers(openai))
    await rooms.start()
    yield rooms
    await rooms.stop()


def providers(openai: FakeOpenAI) -> ProviderSettings:
    return ProviderSettings(openai_api_key="sk-test", openai_base_url=openai.base_url, cache_mode="off")
