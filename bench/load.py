"""Turns as a load: one after another or side by side, each timed, with the CPU that the platform spent on them."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.processes import Started
from bench.stage import ASK_TO_READ, Caller, Stage, sign_in


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of turns took. CPU is user and system time; `postgres_ms` that of all the server's processes."""

    latencies_ms: list[float]
    seconds: float
    platform_cpu_ms: float
    postgres_cpu_ms: float

    @property
    def turns(self) -> int:
        return len(self.latencies_ms)

    @property
    def per_second(self) -> float:
        return self.turns / self.seconds

    @property
    def platform_ms(self) -> float:
        """CPU of the platform's process a turn."""
        return self.platform_cpu_ms / self.turns

    @property
    def postgres_ms(self) -> float:
        return self.postgres_cpu_ms / self.turns


async def open_callers(stage: Stage, platform: Started, count: int) -> list[Caller]:
    token = await sign_in(stage, platform.port)
    return [await Caller.open(platform.port, token) for _ in range(count)]


async def drive(
    stage: Stage,
    platform: Started,
    callers: Sequence[Caller],
    *,
    turns: int,
    parallel: bool,
    content: str = ASK_TO_READ,
) -> Load:
    """`turns` turns over the callers: in turn, or each caller in a loop of its own until all are taken."""
    latencies: list[float] = []
    left = turns

    async def one(caller: Caller) -> None:
        began = time.perf_counter()
        await caller.say(content)
        latencies.append((time.perf_counter() - began) * 1000)

    async def loop(caller: Caller) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await one(caller)

    cpu, postgres, began = platform.cpu_seconds(), stage.postgres_cpu(), time.perf_counter()
    if parallel:
        await asyncio.gather(*(loop(caller) for caller in callers))
    else:
        for number in range(turns):
            await one(callers[number % len(callers)])
    seconds = time.perf_counter() - began
    after = stage.postgres_cpu()
    return Load(
        latencies,
        seconds,
        (platform.cpu_seconds() - cpu) * 1000,
        sum(spent - postgres.get(pid, 0) for pid, spent in after.items()) * 1000,
    )
