"""What every storm needs: a slow model, a counting service, an empty database and the settings of the processes."""

import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.factories.platform import ROOT, PlatformProcess
from tests.factories.talking import obedient
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI, Reply

STOP_SECONDS = 10


@pytest.fixture
def seed() -> int:
    """SPARKLABS_TEST_SEED runs an earlier storm again."""
    return int(os.environ.get("SPARKLABS_TEST_SEED", random.SystemRandom().randrange(10**6)))


@pytest.fixture
async def model() -> AsyncIterator[FakeOpenAI]:
    """A model that takes a moment, so that most moments are in mid-turn."""

    def slowed(body: dict[str, Any]) -> Reply:
        return replace(obedient(body), chunk_delay=0.02)

    server = FakeOpenAI(slowed)
    server.keep_requests = False
    async with server:
        yield server


@pytest.fixture
async def service() -> AsyncIterator[CountingService]:
    async with CountingService(seconds=0.05) as server:
        yield server


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """An empty database for the platform to make its own."""
    name = f"crash_{os.getpid()}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield make_conninfo(postgres_url, dbname=name)
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def environment(model: FakeOpenAI, service: CountingService) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": model.base_url,
        "SPARKLABS_TOOLS_ALLOWED_HOSTS": f'["{service.address}"]',
        "SPARKLABS_LEASE_SECONDS": "1",
        "SPARKLABS_ANSWER_SECONDS": "1",
        "SPARKLABS_LOG_LEVEL": "warning",
    }


def command(process: PlatformProcess, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from sparklabs.entry.cli import main; main()", *arguments],
        env=process._environment(), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
