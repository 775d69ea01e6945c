"""From nothing, from a warm machine and from a kill to a platform that answers."""

import contextlib
import os
import time

import psutil

from bench.figure import Figure, Value
from bench.processes import ROOT, STOP_WITHIN_SECONDS, Started, free_port, spawn, until_ready
from bench.stage import AGENT, Caller, Stage, sign_in, standing

MOST_READY_SECONDS, MOST_ANSWER_SECONDS = 5, 10
QUESTION = "Can you look up product number 1 for me?"


async def measure(stage: Stage) -> Figure:
    async with standing(quick=stage.quick) as fresh:
        cold = fresh.launch("up", model=None)
        cold_ready = await until_ready(cold)
        stopped = cold.stop()
        made = _make_up(fresh)
        warm_ready = await until_ready(made)
        caller = await _caller(fresh, made)
        await caller.say(QUESTION)
        answered = time.perf_counter() - made.started_at
        said = await _messages(caller)
        caller.close()
        _kill_all(fresh, made)
        again = fresh.launch("up", model=None)
        again_ready = await until_ready(again)
        after = Caller((await _caller(fresh, again)).http, caller.conversation_id)
        kept = await _messages(after)
        again.stop()
    command = "make up" if _has_make() else "sparklabs up"
    return Figure(
        "Starting",
        (
            Value(f"warm `{command}` to ready", warm_ready, "s", at_most=MOST_READY_SECONDS),
            Value(f"warm `{command}` to first answer", answered, "s", at_most=MOST_ANSWER_SECONDS),
            Value("first start with a new database to ready", cold_ready, "s"),
            Value("after kill -9 of platform and PostgreSQL to ready", again_ready, "s"),
            Value("messages lost by the kill", len(said) - len(kept), "", at_most=1),
            Value("stopping on SIGTERM", stopped, "s"),
        ),
        f"Ready is the first 200 of `/readyz`, counted from the start of the command. The first answer is the offline"
        f" model's to “{QUESTION}”, with sign-in and a new conversation before it.",
    )


def _kill_all(stage: Stage, made: Started) -> None:
    """`make` is only the platform's parent: its death alone would leave the platform running."""
    server = stage.postgres()
    for each in (*made.process.children(recursive=True), server):
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    made.kill()
    psutil.wait_procs([server], timeout=STOP_WITHIN_SECONDS)


def _has_make() -> bool:
    return (ROOT / ".venv" / "bin" / "python").exists()


def _make_up(stage: Stage) -> Started:
    """`make up` where the clone is installed, whose environment is then looked at but not changed."""
    if not _has_make():
        return stage.launch("up", model=None)
    port = free_port()
    # `make` goes on as the platform through exec, except for itself, which passes the signal on.
    command = ("make", "--no-print-directory", "up")
    path = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"]}
    given = {**stage.settings(port, model=None), **path}
    return stage.keep(spawn(command, log=stage.home.parent / "make.log", port=port, given=given))


async def _caller(stage: Stage, platform: Started) -> Caller:
    return await Caller.open(platform.port, await sign_in(stage, platform.port), agent=AGENT)


async def _messages(caller: Caller) -> list[str]:
    answer = await caller.http.expect(200, "GET", f"{caller.path}/messages")
    return [item["content"] for item in answer.json()["items"]]
