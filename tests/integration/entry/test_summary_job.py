"""The job that sums up, on a whole process: queued by a turn, run by the worker, one at a time for a conversation."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from sparklabs.agents.publishing import Publication
from sparklabs.conversations.schemas import ContactIn
from sparklabs.entry.jobs import JOBS
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from sparklabs.kit.settings import load_settings
from tests.conftest import SECRET_KEY

AGENT = b"""version: "1.0"
agent:
  name: Iris
  system_prompt: You are Iris.
memory:
  window_messages: 4
"""


@pytest.fixture
async def services(addresses: DatabaseAddresses, tmp_path: Path) -> AsyncIterator[Services]:
    """A process that does everything; its worker starts when the test says so."""
    process = Services(load_settings(home=tmp_path), addresses, secret_key=SECRET_KEY, role="api")
    await process.start()
    yield process
    await process.stop()


async def test_a_turn_queues_the_summary_once_and_the_worker_makes_it(
    services: Services, db: Database, tenant_id: UUID
) -> None:
    await services.agents.publish(tenant_id, Publication(source=AGENT, slug="iris", author="anna"))
    opened = await services.conversations.create(tenant_id, agent="iris", channel="api", contact=ContactIn())
    header = await services.conversations.find_header(tenant_id, opened.id)
    assert header is not None
    for text in ("My order is 4711.", "I need it by Friday.", "Thank you", "ok then"):
        accepted = await services.turns.accept(header, content=text)
        assert await services.turns.wait(header, accepted, seconds=30) is not None

    async def waiting() -> int:
        async with db.system() as conn:
            cursor = await conn.execute(
                "SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'",
                (JOBS.summarise,),
            )
            row = await cursor.fetchone()
        return row["n"] if row else 0

    async with asyncio.timeout(10):
        while await waiting() == 0:
            await asyncio.sleep(0.02)
    assert await waiting() == 1

    services._job_worker.start()  # pyright: ignore[reportPrivateUsage] - as start() of a worker process does
    async with asyncio.timeout(20):
        while True:
            [[row]] = await db.run(
                tenant_id, Statement("SELECT summary, summary_seq FROM conversations WHERE id = %s", (header.id,))
            )
            if row["summary"] is not None:
                break
            await asyncio.sleep(0.05)
    assert '"My order is 4711."' in row["summary"]
    assert row["summary_seq"] >= 4
