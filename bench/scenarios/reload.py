"""How soon a changed agent answers."""

import re
import time

import orjson

from bench.figure import Figure, Value, median
from bench.stage import AGENT, Caller, Stage, close_all, sign_in

CHANGES = 5
MOST_SECONDS = 1.0
GIVE_UP_SECONDS = 15
_VERSION = re.compile(rb'"agent_version":(\d+)')


async def measure(stage: Stage) -> Figure:
    platform = await stage.platform()
    token = await sign_in(stage, platform.port)
    caller = await Caller.open(platform.port, token)
    file = stage.agents / f"{AGENT}.yaml"
    original = file.read_text()
    by_folder: list[float] = []
    by_api: list[float] = []
    for number in range(CHANGES):
        before = await _version(caller)
        changed = original.replace("patient and exact", f"patient, exact and on its feet since {number}")
        began = time.perf_counter()
        file.write_text(changed)
        by_folder.append(await _until_newer(caller, before, began))
    for number in range(CHANGES):
        before = await _version(caller)
        changed = original.replace("patient and exact", f"patient, exact and at it since {number}").encode()
        began = time.perf_counter()
        await caller.http.expect(200, "PUT", f"/api/v1/agents/{AGENT}", changed, content_type="application/yaml")
        by_api.append(await _until_newer(caller, before, began))
    close_all([caller])
    return Figure(
        "A changed agent",
        (
            Value("change in the folder to live, worst", max(by_folder), "s", at_most=MOST_SECONDS),
            Value("change by API to live, worst", max(by_api), "s", at_most=MOST_SECONDS),
            Value("change in the folder, median", median(by_folder), "s"),
            Value("change by API, median", median(by_api), "s"),
        ),
        f"{CHANGES} changes each way. Turns are asked one after another from the moment of the change; the time ends"
        " where the first turn that ran on the new version (`agent_version` of its `turn.started`) was sent.",
    )


async def _until_newer(caller: Caller, version: int, began: float) -> float:
    while True:
        sent = time.perf_counter()
        if await _version(caller) > version:
            return sent - began
        if sent - began > GIVE_UP_SECONDS:
            raise TimeoutError(f"The change was not live after {GIVE_UP_SECONDS} s.")


async def _version(caller: Caller) -> int:
    """The version on which one turn ran."""
    body = orjson.dumps({"content": "Good morning."})
    answer = await caller.http.expect(200, "POST", f"{caller.path}/messages", body, accept="text/event-stream")
    found = _VERSION.search(answer.body)
    if found is None:
        raise ValueError(f"No turn.started in {answer.body[:300]!r}.")
    return int(found.group(1))
