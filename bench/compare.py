"""Two source trees on one stage, batch by batch in turns, so that a busy machine is as unkind to one as to the other.

`python -m bench.compare OTHER/src` prints CPU and time a turn of that tree and of this one.
"""

import argparse
from pathlib import Path

from bench.figure import median
from bench.load import Load, drive, open_callers
from bench.processes import ROOT, until_ready
from bench.report import say
from bench.stage import Stage, close_all, standing

CONVERSATIONS = 10


async def compare(stage: Stage, trees: list[Path], *, batches: int, turns: int) -> None:
    await stage.platform()
    sides = []
    for tree in trees:
        api = stage.launch("serve", model=await stage.model(), given={"PYTHONPATH": f"{tree}:{ROOT}"})
        await until_ready(api)
        callers = await open_callers(stage, api, CONVERSATIONS)
        await drive(stage, api, callers, turns=20 * CONVERSATIONS, parallel=True)
        sides.append((tree, api, callers, list[Load]()))
    for number in range(batches):
        for _, api, callers, loads in sides if number % 2 else reversed(sides):
            loads.append(await drive(stage, api, callers, turns=turns, parallel=True))
    for tree, _, callers, loads in sides:
        close_all(callers)
        cpu = sorted(load.platform_ms for load in loads)
        postgres = sorted(load.postgres_ms for load in loads)
        waited = median([each for load in loads for each in load.latencies_ms])
        say(
            f"{tree}: CPU a turn {cpu[0]:.2f} ms at best, {median(cpu):.2f} median; PostgreSQL {postgres[0]:.2f},"
            f" {median(postgres):.2f}; {max(load.per_second for load in loads):.0f} turns/s at best; {waited:.0f} ms"
        )


async def run(chosen: argparse.Namespace) -> None:
    async with standing(quick=False) as stage:
        await compare(stage, [chosen.other.resolve(), ROOT / "src"], batches=chosen.batches, turns=chosen.turns)


def main() -> None:
    """Prints; writes nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path)
    parser.add_argument("--batches", type=int, default=14)
    parser.add_argument("--turns", type=int, default=100)
    import uvloop

    uvloop.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
