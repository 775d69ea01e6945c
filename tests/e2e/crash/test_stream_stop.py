"""A stop while consoles listen: their streams end by themselves, and the process ends well within its time."""

import asyncio
from pathlib import Path

import httpx

from tests.e2e.crash.conftest import STOP_SECONDS
from tests.factories.platform import PlatformProcess


async def test_open_event_streams_end_with_the_process_and_do_not_hold_it(
    tmp_path: Path, database_url: str, environment: dict[str, str]
) -> None:
    process = PlatformProcess(tmp_path / "home", "up", database_url=database_url, environment=environment)
    (tmp_path / "agents").mkdir()
    process.agents = tmp_path / "agents"
    await asyncio.to_thread(process.start)
    try:
        token = await asyncio.to_thread(lambda: process.owner_token)
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx.AsyncClient(base_url=process.url, headers=headers, timeout=30) as client,
            client.stream("GET", "/api/v1/events/stream") as answer,
        ):
            lines = answer.aiter_lines()
            assert await anext(lines) != ""
            stopping = asyncio.create_task(asyncio.to_thread(process.stop, signal_name="SIGTERM"))
            # Without an error: the server closes the answer properly.
            assert "event: stream.opened" in [line async for line in lines]
            assert await stopping < STOP_SECONDS
        assert process.process is not None
        assert process.process.returncode == 0
    finally:
        process.kill()
