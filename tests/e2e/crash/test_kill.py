"""kill -9 of api and worker in mid-turn at random moments: nothing accepted is lost, nothing happens twice."""

import asyncio
import random
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from tests.e2e.crash.conftest import STOP_SECONDS, command
from tests.e2e.crash.traffic import Traffic, check, kill_at_random, settled
from tests.factories.platform import PlatformProcess
from tests.factories.talking import agent_file
from tests.fakes.counting_service import CountingService

pytestmark = pytest.mark.timeout(600)  # twenty kills, and twenty starts on a busy machine


async def test_nothing_is_lost_or_done_twice_when_api_and_worker_are_killed_at_20_moments(
    tmp_path: Path, database_url: str, environment: dict[str, str], service: CountingService, seed: int
) -> None:
    api, worker = (
        PlatformProcess(tmp_path / "home", command, database_url=database_url, environment=environment)
        for command in ("serve", "worker")
    )
    file = tmp_path / "tester.yaml"
    file.write_text(agent_file(service_url=service.url))
    await asyncio.to_thread(command, api, "agent", "publish", str(file))
    await asyncio.to_thread(api.start)
    await asyncio.to_thread(worker.start)
    try:
        await _storm([api, worker], database_url, service, seed=seed, kills=20)
        assert max(await asyncio.gather(*(asyncio.to_thread(each.stop) for each in (api, worker)))) < STOP_SECONDS
    finally:
        api.kill()
        worker.kill()


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
async def test_nothing_is_lost_or_done_twice_when_the_whole_of_up_is_killed(
    tmp_path: Path, environment: dict[str, str], service: CountingService, seed: int, kills: int
) -> None:
    from sparklabs.kit.postgres import EmbeddedPostgres

    agents = tmp_path / "agents"
    agents.mkdir()
    (agents / "tester.yaml").write_text(agent_file(service_url=service.url))
    up = PlatformProcess(tmp_path / "home", "up", agents=agents, environment=environment)
    await asyncio.to_thread(up.start)
    try:
        embedded = EmbeddedPostgres(up.home)
        server = await asyncio.to_thread(embedded.start)
        try:
            url = make_conninfo(server.admin_dsn, dbname="sparklabs")
            await _storm([up], url, service, seed=seed, kills=kills)
        finally:
            await asyncio.to_thread(embedded.stop)
        assert await asyncio.to_thread(up.stop) < STOP_SECONDS
    finally:
        up.kill()


async def _storm(
    processes: list[PlatformProcess], owner_url: str, service: CountingService, *, seed: int, kills: int
) -> None:
    print(f"SPARKLABS_TEST_SEED={seed}")  # noqa: T201 - shown when the test fails, to run the same storm again
    token = await asyncio.to_thread(lambda: processes[0].owner_token)
    traffic = Traffic(processes[0].url, token, random.Random(seed))
    talking = asyncio.create_task(traffic.run(conversations=4, senders=2))
    await asyncio.wait_for(traffic.begun.wait(), 20)
    killing = asyncio.create_task(kill_at_random(processes, random.Random(seed), kills=kills))
    try:
        await asyncio.wait({talking, killing}, return_when=asyncio.FIRST_COMPLETED)
        assert not talking.done(), await talking
        killed = await killing
        traffic.over.set()
        await asyncio.wait_for(talking, 30)
        account = await settled(owner_url, seconds=30)
        print(  # noqa: T201
            f"{len(account.messages)} messages, {traffic.answered_at_once} answered at once, {traffic.redelivered}"
            f" redelivered, {len(account.unknown)} outcomes unknown,"
            f" {sum(row['attempts'] > 1 for row in account.messages)} taken over; killed {killed}"
        )
        check(account, traffic, service)
        assert len(traffic.accepted) > 2 * kills, "too little traffic to prove anything"
    finally:
        for task in (talking, killing):
            task.cancel()
        await asyncio.gather(talking, killing, return_exceptions=True)
