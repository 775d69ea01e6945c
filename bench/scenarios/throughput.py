"""Ten conversations side by side in one process, and the same load on a bare service without any of what we carry."""

import sys

from bench.figure import Figure, Value, median, percentile
from bench.http_client import HttpClient
from bench.load import Load, drive, open_callers
from bench.processes import Started, free_port, spawn, until_ready
from bench.stage import Caller, Stage, close_all

PARALLEL = 10
LEAST_PER_SECOND = 120


async def measure(stage: Stage) -> Figure:
    turns = 500 if stage.quick else 3_000
    platform = await stage.platform()
    callers = await open_callers(stage, platform, PARALLEL)
    await drive(stage, platform, callers, turns=15 * PARALLEL, parallel=True)
    load = await drive(stage, platform, callers, turns=turns, parallel=True)
    close_all(callers)
    sequential, side_by_side = await _bare(stage, turns)
    return Figure(
        "Ten conversations in parallel in one process",
        (
            Value("turns a second", load.per_second, "/s", at_least=LEAST_PER_SECOND),
            Value("median", median(load.latencies_ms), "ms"),
            Value("95th percentile", percentile(load.latencies_ms, 95), "ms"),
            Value("CPU of the platform's process a turn", load.platform_ms, "ms"),
            Value("CPU of PostgreSQL a turn", load.postgres_ms, "ms"),
            Value("bare service: turns a second", side_by_side.per_second, "/s"),
            Value("bare service: CPU a turn in parallel", side_by_side.platform_ms, "ms"),
            Value("bare service: median, one after another", median(sequential.latencies_ms), "ms"),
            Value("bare service: CPU a turn, one after another", sequential.platform_ms, "ms"),
        ),
        f"{load.turns} turns, each conversation in a loop of its own; this client, the model server and PostgreSQL run"
        " on the same cores. The bare service (`bench/bare_service.py`) is FastAPI and LangGraph with an in-memory"
        " window and our own lean model client, without authentication, tenants, database or trace, under the same"
        " load in the same run.",
    )


async def _bare(stage: Stage, turns: int) -> tuple[Load, Load]:
    model = await stage.model()
    port = free_port()
    command = (sys.executable, "-m", "bench.bare_service", "--port", str(port))
    given = {"OPENAI_BASE_URL": f"http://127.0.0.1:{model.port}/v1"}
    bare: Started = stage.keep(spawn(command, log=stage.home.parent / "bare.log", port=port, given=given))
    await until_ready(bare)
    callers = [Caller(await HttpClient.connect(port), f"bare-{number}") for number in range(PARALLEL)]
    await drive(stage, bare, callers, turns=15 * PARALLEL, parallel=True)
    sequential = await drive(stage, bare, callers, turns=turns // 5, parallel=False)
    side_by_side = await drive(stage, bare, callers, turns=turns, parallel=True)
    close_all(callers)
    bare.stop()
    return sequential, side_by_side
