"""Whether turn 500 of a conversation costs more than turn 10, in time and in bytes."""

import time

from bench.figure import Figure, Value, median
from bench.load import drive, open_callers
from bench.stage import Caller, Stage, close_all

YOUNG, OLD = 5, 495
WINDOW = 11
MOST_PERCENT = 10
# Rows as stored, without page and index overhead, which does not depend on a conversation's age.
_BYTES = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY bytes)::float8 AS median FROM (
    SELECT pg_column_size(r.*)
         + (SELECT coalesce(sum(pg_column_size(s.*)), 0) FROM steps s WHERE s.run_id = r.id)
         + (SELECT coalesce(sum(pg_column_size(m.*)), 0) FROM messages m WHERE m.run_id = r.id OR m.id = r.message_id)
         + (SELECT coalesce(sum(pg_column_size(i.*)), 0) FROM inbox i WHERE i.run_id = r.id)
         + (SELECT coalesce(sum(pg_column_size(e.*)), 0) FROM events e WHERE e.data->>'message_id' = r.message_id::text)
         AS bytes
    FROM (SELECT r.*, row_number() OVER (PARTITION BY conversation_id ORDER BY id) AS turn FROM runs r
          WHERE conversation_id = ANY('{%s}')) r
    WHERE turn BETWEEN %d AND %d) turns
"""


async def measure(stage: Stage) -> Figure:
    pairs = 2 if stage.quick else 6
    platform = await stage.platform()
    old = await open_callers(stage, platform, pairs)
    await drive(stage, platform, old, turns=(OLD - 1) * pairs, parallel=True)
    # Loops side by side do not share turns out evenly; each conversation is brought to the same one.
    for caller in old:
        await _bring_to(caller, OLD - 1)
    young = await open_callers(stage, platform, pairs)
    for caller in young:
        await _bring_to(caller, YOUNG - 1)
    times: dict[str, list[float]] = {"young": [], "old": []}
    for _ in range(WINDOW):
        for pair in zip(young, old, strict=True):
            for name, caller in zip(times, pair, strict=True):
                began = time.perf_counter()
                await caller.say()
                times[name].append((time.perf_counter() - began) * 1000)
    close_all((*young, *old))
    early, late = median(times["young"]), median(times["old"])
    small, large = _bytes(stage, young, YOUNG), _bytes(stage, old, OLD)
    return Figure(
        "Turn 500 of a conversation against turn 10",
        (
            Value("time of turn 500 over turn 10", (late / early - 1) * 100, "%", at_most=MOST_PERCENT),
            Value("bytes of turn 500 over turn 10", (large / small - 1) * 100, "%", at_most=MOST_PERCENT),
            Value("turn 10", early, "ms"),
            Value("turn 500", late, "ms"),
            Value("rows of turn 10", small / 1e3, "kB"),
            Value("rows of turn 500", large / 1e3, "kB"),
        ),
        f"Medians of turns {YOUNG} to {YOUNG + WINDOW - 1} and {OLD} to {OLD + WINDOW - 1} of {pairs} conversations"
        " each, one young and one old turn always after the other, so that both meet the same machine. Bytes are those"
        " of the rows that the turn wrote (run, steps, messages, inbox, events).",
    )


async def _bring_to(caller: Caller, turn: int) -> None:
    while await _turns(caller) < turn:
        await caller.say()


async def _turns(caller: Caller) -> int:
    return int((await caller.http.expect(200, "GET", caller.path)).json()["message_count"]) // 2


def _bytes(stage: Stage, callers: list[Caller], first: int) -> float:
    ids = ",".join(caller.conversation_id for caller in callers)
    [row] = stage.query(_BYTES % (ids, first, first + WINDOW - 1))
    return float(row["median"])
