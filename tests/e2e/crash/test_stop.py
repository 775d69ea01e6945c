"""A stop while a turn runs: bounded in time, and another process goes on without waiting for the lease to end."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.crash.conftest import STOP_SECONDS, command
from tests.factories.platform import PlatformProcess, until
from tests.factories.talking import agent_file
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI, Reply


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
async def test_a_stop_hands_a_turn_that_hangs_to_another_process_within_ten_seconds(
    tmp_path: Path,
    database_url: str,
    environment: dict[str, str],
    service: CountingService,
    model: FakeOpenAI,
    signal: str,
) -> None:
    asked: list[float] = []

    def hangs_once(_: object) -> Reply:
        asked.append(time.monotonic())
        return Reply(fault="hang") if len(asked) == 1 else Reply(text="answered after all")

    model.script = hangs_once
    environment |= {"SPARKLABS_LEASE_SECONDS": "600", "SPARKLABS_STOP_SECONDS": "2"}
    stopped, other = (
        PlatformProcess(tmp_path / "home", "serve", database_url=database_url, environment=environment)
        for _ in range(2)
    )
    worker = PlatformProcess(tmp_path / "home", "worker", database_url=database_url, environment=environment)
    file = tmp_path / "tester.yaml"
    file.write_text(agent_file(service_url=service.url))
    await asyncio.to_thread(command, stopped, "agent", "publish", str(file))
    try:
        await asyncio.gather(*(asyncio.to_thread(each.start) for each in (stopped, other, worker)))
        headers = {"Authorization": f"Bearer {await asyncio.to_thread(lambda: stopped.owner_token)}"}
        async with httpx.AsyncClient(headers=headers, timeout=30) as client:
            opened = await client.post(f"{stopped.url}/api/v1/conversations", json={"agent_id": "tester"})
            path = f"/api/v1/conversations/{opened.json()['id']}/messages"
            sent = {"json": {"content": "hello"}, "headers": {**headers, "Idempotency-Key": "k"}}
            posting = asyncio.create_task(client.post(stopped.url + path, **sent))
            await until(lambda: asked)
            assert await asyncio.to_thread(stopped.stop, signal_name=signal) < STOP_SECONDS
            await asyncio.gather(posting, return_exceptions=True)

            async def answer() -> str | None:
                again = await client.post(other.url + path, **sent)
                return again.json()["content"] if again.status_code == 200 else None

            assert await until(answer) == "answered after all"
        assert stopped.process is not None
        assert stopped.process.returncode == 0
        assert "Unclosed" not in stopped.logs
    finally:
        for each in (stopped, other, worker):
            each.kill()
