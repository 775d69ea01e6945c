"""`python -m bench`: measures everything, prints it and writes docs/performance.md."""

import argparse
import asyncio
import sys
import time
import traceback
from collections.abc import Sequence

from bench.figure import Figure
from bench.report import PAGE, page, say, shown_command, tell
from bench.scenarios import NAMES, scenario
from bench.stage import standing

LONGEST_SCENARIO_SECONDS = 420


async def run(names: Sequence[str], *, quick: bool) -> tuple[dict[str, Figure], dict[str, str]]:
    """The figures by scenario, and why those that failed did; each scenario stands on its own."""
    figures: dict[str, Figure] = {}
    failures: dict[str, str] = {}
    async with standing(quick=quick) as stage:
        for name in names:
            began = time.perf_counter()
            try:
                async with asyncio.timeout(LONGEST_SCENARIO_SECONDS):
                    figures[name] = await scenario(name)(stage)
            except Exception as error:
                failures[name] = f"{type(error).__name__}: {error}".splitlines()[0][:300]
                say(f"\n{name} failed:\n{traceback.format_exc()}")
                stage.tidy()
            else:
                say(f"{tell(figures[name])}\n  ({time.perf_counter() - began:.0f} s)")
    return figures, failures


def main() -> int:
    """0 when everything could be measured; whether a target is met is told, not judged."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=NAMES, default=list(NAMES), metavar="SCENARIO", help=", ".join(NAMES)
    )
    parser.add_argument("--quick", action="store_true", help="Fewer turns; the numbers are rougher.")
    parser.add_argument("--no-page", action="store_true", help="Leave docs/performance.md as it is.")
    chosen = parser.parse_args()
    import uvloop

    figures, failures = uvloop.run(run(chosen.only, quick=chosen.quick))
    # A part of the run must not take the place of the whole page.
    if not chosen.no_page and set(chosen.only) == set(NAMES):
        PAGE.write_text(page(figures, command=shown_command(sys.argv[1:]), failures=failures))
        say(f"\nWritten to {PAGE.relative_to(PAGE.parents[1])}.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
