"""One turn at a time: how long a customer waits and what it costs in CPU."""

from bench.figure import Figure, Value, median, percentile
from bench.load import drive, open_callers
from bench.stage import ASK_TO_WRITE, Stage, close_all

CONVERSATIONS = 10
MOST_MS, MOST_P95_MS, MOST_CPU_MS = 12, 30, 8


async def measure(stage: Stage) -> Figure:
    turns = 150 if stage.quick else 600
    platform = await stage.platform()
    callers = await open_callers(stage, platform, CONVERSATIONS)
    await drive(stage, platform, callers, turns=12 * CONVERSATIONS, parallel=False)
    load = await drive(stage, platform, callers, turns=turns, parallel=False)
    writing = await drive(stage, platform, callers, turns=turns // 3, parallel=False, content=ASK_TO_WRITE)
    close_all(callers)
    return Figure(
        "One turn with one tool call, one after another",
        (
            Value("median", median(load.latencies_ms), "ms", at_most=MOST_MS),
            Value("95th percentile", percentile(load.latencies_ms, 95), "ms", at_most=MOST_P95_MS),
            Value("99th percentile", percentile(load.latencies_ms, 99), "ms"),
            Value("CPU of the platform's process a turn", load.platform_ms, "ms", at_most=MOST_CPU_MS),
            Value("CPU of PostgreSQL a turn", load.postgres_ms, "ms"),
            Value("median with a tool that writes (create_ticket)", median(writing.latencies_ms), "ms"),
            Value("CPU of the platform's process a turn that writes", writing.platform_ms, "ms"),
        ),
        f"{load.turns} turns over {CONVERSATIONS} conversations whose windows are full, over HTTP with a bearer token:"
        " a message, a model call that asks for a tool, a read of a row under row-level security, a model call that"
        " answers, the trace stored. The model server answers with zero delay. The time is the caller's, from the"
        " first byte sent to the last received; CPU is user and system time from the kernel's own count.",
    )
