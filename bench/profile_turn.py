"""Where the CPU of a turn goes: `sparklabs up` under a sampler that starts and stops by signal, while turns are driven.

`python -m bench.profile_turn` samples stacks: true shares, however loaded the machine is. `--how calls` runs cProfile:
inflated times, but exact numbers of calls, which repeat from run to run and show what a change saves.
"""

import argparse
import cProfile
import pstats
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from bench.load import drive, open_callers
from bench.processes import free_port, spawn, until_ready
from bench.report import say
from bench.stage import Stage, close_all, standing

CONVERSATIONS = 10
SAMPLE_SECONDS = 0.001
Place = tuple[str, str]


class Sampler:
    """Stacks of the main thread by CPU time; a sample in a C function counts for the Python function that called it."""

    def __init__(self) -> None:
        self._samples = 0
        self._alone: Counter[Place] = Counter()
        self._within: Counter[Place] = Counter()
        self._house: Counter[Place] = Counter()

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._take)
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)

    def stop(self, out: Path) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        out.write_text(self._told())

    def _take(self, number: int, frame: FrameType | None) -> None:
        del number
        stack: list[CodeType] = []
        while frame is not None:
            stack.append(frame.f_code)
            frame = frame.f_back
        places = [_place(code) for code in stack]
        self._samples += 1
        self._alone[places[0]] += 1
        self._within.update(set(places))
        house = next((place for place in places if place[0].startswith("sparklabs")), None)
        if house is not None:
            self._house[house] += 1

    def _told(self) -> str:
        libraries: Counter[Place] = Counter()
        for (file, _), count in self._alone.items():
            libraries[(file.split("/")[0], "")] += count
        return "\n".join(
            [
                f"{self._samples} samples",
                *self._table("By package of the innermost function", libraries, 24),
                *self._table("With everything called from it", self._within, 110),
                *self._table("Innermost function alone", self._alone, 45),
                *self._table("By the innermost function of the house, with the libraries it called", self._house, 50),
            ]
        )

    def _table(self, title: str, counts: Counter[Place], most: int) -> list[str]:
        rows = [f"{count / self._samples:7.1%}  {file}  {name}" for (file, name), count in counts.most_common(most)]
        return ["", title, *rows]


def _place(code: CodeType) -> Place:
    file = code.co_filename
    for root in ("/site-packages/", "/src/", "/lib/python3"):
        _, found, rest = file.rpartition(root)
        if found:
            return (rest if root != "/lib/python3" else f"python/{rest.partition('/')[2]}", code.co_qualname)
    return (Path(file).name, code.co_qualname)


class Calls:
    """cProfile, told by time alone and with everything called."""

    def __init__(self) -> None:
        self._profile = cProfile.Profile()

    def start(self) -> None:
        self._profile.enable()

    def stop(self, out: Path) -> None:
        self._profile.disable()
        with out.open("w") as stream:
            stats = pstats.Stats(self._profile, stream=stream)
            stats.sort_stats("tottime").print_stats(70)
            stats.sort_stats("cumulative").print_stats(110)


def serve(how: str, out: Path) -> None:
    """`sparklabs up` with the profiler waiting for SIGUSR1 (begin) and SIGUSR2 (end, write)."""
    from sparklabs.entry.up import up

    profiler: Any = {"sample": Sampler, "calls": Calls}[how]()
    signal.signal(signal.SIGUSR1, lambda *_: profiler.start())
    signal.signal(signal.SIGUSR2, lambda *_: profiler.stop(out))
    sys.exit(up())


async def profile(stage: Stage, *, how: str, turns: int, parallel: bool) -> None:
    model = await stage.model()
    port, out = free_port(), stage.home.parent / "profile.txt"
    command = (sys.executable, "-m", "bench.profile_turn", "--serve", str(out), "--how", how)
    log = stage.home.parent / "profiled.log"
    platform = stage.keep(spawn(command, log=log, port=port, given=stage.settings(port, model=model)))
    await until_ready(platform)
    callers = await open_callers(stage, platform, CONVERSATIONS)
    await drive(stage, platform, callers, turns=20 * CONVERSATIONS, parallel=True)
    batches = [await drive(stage, platform, callers, turns=turns // 5, parallel=parallel) for _ in range(5)]
    least = min(batch.platform_ms for batch in batches)
    platform.process.send_signal(signal.SIGUSR1)
    load = await drive(stage, platform, callers, turns=turns, parallel=parallel)
    platform.process.send_signal(signal.SIGUSR2)
    close_all(callers)
    platform.stop()
    say(out.read_text())
    say(f"without the profiler: {least:.2f} ms CPU a turn in the best of 5 batches of {turns // 5}")
    say(f"with it: {load.turns} turns, {load.platform_ms:.2f} ms CPU a turn, PostgreSQL {load.postgres_ms:.2f} ms")


async def run(chosen: argparse.Namespace) -> None:
    async with standing(quick=False) as stage:
        await profile(stage, how=chosen.how, turns=chosen.turns, parallel=not chosen.sequential)


def main() -> None:
    """Prints; writes nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--how", choices=("sample", "calls"), default="sample")
    parser.add_argument("--turns", type=int, default=1_000)
    parser.add_argument("--sequential", action="store_true")
    parser.add_argument("--serve", type=Path, metavar="OUT", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.how, chosen.serve)
    import uvloop

    began = time.perf_counter()
    uvloop.run(run(chosen))
    say(f"({time.perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main()
