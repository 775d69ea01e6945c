"""A stop asked for at any moment of a start ends the process, in order and in time."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from tests.e2e.crash.conftest import STOP_SECONDS, command
from tests.factories.platform import PlatformProcess


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", ["serve", "worker"])
@pytest.mark.parametrize("moments", [4, pytest.param(40, marks=pytest.mark.slow)])
async def test_a_process_that_is_stopped_while_it_starts_ends_in_time(
    tmp_path: Path, database_url: str, environment: dict[str, str], seed: int, role: str, moments: int
) -> None:
    process = PlatformProcess(tmp_path / "home", role, database_url=database_url, environment=environment)  # pyright: ignore[reportArgumentType]
    await asyncio.to_thread(command, process, "migrate")
    print(f"SPARKLABS_TEST_SEED={seed}")  # noqa: T201 - shown when the test fails, to try the same moments again
    chance = random.Random(seed)
    for _ in range(moments):
        await asyncio.to_thread(process.begin)
        await asyncio.sleep(chance.uniform(0.5, 4))
        began = time.monotonic()
        signal = chance.choice(["SIGINT", "SIGTERM"])
        await asyncio.to_thread(process.stop, signal_name=signal)  # pyright: ignore[reportArgumentType]
        assert time.monotonic() - began < STOP_SECONDS
