"""A hundred people at once, against a model that talks for a second."""

import asyncio
import time

import orjson

from bench.figure import Figure, Value, median, percentile
from bench.http_client import HttpClient
from bench.processes import Started, until_ready
from bench.stage import ASK_TO_READ, Caller, Stage, close_all, sign_in

CONVERSATIONS = 100
STREAM_SECONDS = 1.0
MOST_ADDED_MS = 300
ARRIVE_SECONDS = 1.0
STEADY_TURNS = 4
_QUESTION = {"model": "gpt-4o", "stream": True, "messages": [{"role": "user", "content": ASK_TO_READ}]}
Times = tuple[float, float | None]


async def measure(stage: Stage) -> Figure:
    rounds = 1 if stage.quick else 3
    await stage.platform()
    model = await stage.fake(stream_seconds=STREAM_SECONDS, mode="text")
    api = stage.launch("serve", model=model)
    await until_ready(api)
    alone = await _alone(model)
    token = await sign_in(stage, api.port)
    callers = [await Caller.open(api.port, token) for _ in range(CONVERSATIONS)]
    await asyncio.gather(*(_stream(caller) for caller in callers[:10]))
    together: list[Times] = []
    for _ in range(rounds):
        together += await asyncio.gather(*(_stream(caller) for caller in callers))
    steady = [each for some in await asyncio.gather(*map(_arrive, range(CONVERSATIONS), callers)) for each in some]
    close_all(callers)
    api.stop()
    told = [*together, *steady]
    at_once, spread = _added(together, alone), _added(steady, alone)
    return Figure(
        "A hundred conversations at once",
        (
            Value("finished", sum(end is not None for _, end in told) / len(told) * 100, "%", at_least=100),
            Value(
                "all sent at one moment: added, 95th percentile", percentile(at_once, 95), "ms", at_most=MOST_ADDED_MS
            ),
            Value("all sent at one moment: added, median", median(at_once), "ms"),
            Value(
                "a hundred always under way: added, 95th percentile",
                percentile(spread, 95),
                "ms",
                at_most=MOST_ADDED_MS,
            ),
            Value("a hundred always under way: added, median", median(spread), "ms"),
            Value("the model server alone", alone, "s"),
        ),
        f"{CONVERSATIONS} callers of an api process of its own; each reads its turn as server-sent events to"
        f" `turn.completed`, while the model server streams its answer for {STREAM_SECONDS:g} s. Added is what the"
        f" caller waits beyond the time that the server takes alone. First {rounds} times all in the same moment;"
        f" then they arrive within {ARRIVE_SECONDS:g} s and each says {STEADY_TURNS} messages without a pause.",
    )


def _added(times: list[Times], alone: float) -> list[float]:
    return [(end - alone) * 1000 for _, end in times if end is not None] or [float("inf")]


async def _arrive(number: int, caller: Caller) -> list[Times]:
    await asyncio.sleep(number / CONVERSATIONS * ARRIVE_SECONDS)
    return [await _stream(caller) for _ in range(STEADY_TURNS)]


async def _alone(model: Started) -> float:
    """Seconds that the model server takes to stream its answer to one caller that asks it directly."""
    samples: list[float] = []
    for _ in range(3):
        client = await HttpClient.connect(model.port)
        began = time.perf_counter()
        await client.expect(200, "POST", "/v1/chat/completions", _QUESTION)
        samples.append(time.perf_counter() - began)
        client.close()
    return median(samples)


async def _stream(caller: Caller) -> Times:
    """Seconds to the first word and to the end; None when the turn did not complete."""
    began = time.perf_counter()
    first = 0.0
    buffer = b""

    def take(piece: bytes) -> None:
        nonlocal first, buffer
        buffer += piece
        if not first and b"event: text.delta" in buffer:
            first = time.perf_counter() - began

    body = orjson.dumps({"content": ASK_TO_READ})
    await caller.http.expect(200, "POST", f"{caller.path}/messages", body, accept="text/event-stream", on_piece=take)
    completed = b"event: turn.completed" in buffer and b"event: message.completed" in buffer
    return first, time.perf_counter() - began if completed else None
