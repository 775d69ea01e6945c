"""Tells figures: on the terminal while they come, and whole in docs/performance.md; measures nothing itself."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.figure import Figure, Value
from bench.processes import ROOT

PAGE = ROOT / "docs" / "performance.md"


def tell(figure: Figure) -> str:
    """For the terminal."""
    width = max(len(value.name) for value in figure.values)
    lines = [f"\n{figure.title}"]
    for value in figure.values:
        aim = f"  (target {value.target}: {value.verdict})" if value.target else ""
        lines.append(f"  {value.name:{width}}  {value.shown():>12}{aim}")
    lines += [f"  {line}" for line in figure.details]
    return "\n".join(lines)


def page(figures: Mapping[str, Figure], *, command: str, failures: Mapping[str, str]) -> str:
    """The whole page."""
    promised = [value for figure in figures.values() for value in figure.values if value.is_good is not None]
    bad = [value for value in promised if not value.is_good]
    lines = [
        "# Performance",
        "",
        "Written by `make bench`; every number here was measured by that command, none by hand.",
        "",
        *_machine(command),
        "",
        f"Of {len(promised)} targets {len(promised) - len(bad)} are met" + (":" if bad else "."),
    ]
    if bad:
        lines += ["", *(f"- missed: {value.name}, {value.shown()} against {value.target}" for value in bad)]
    for name, why in failures.items():
        lines += ["", f"**`{name}` could not be measured:** {why}"]
    for name, figure in figures.items():
        lines += ["", f"## {figure.title}", "", *_table(figure.values), "", figure.how]
        lines += ["", *(f"- {line}" for line in figure.details)] if figure.details else []
        lines += ["", f"`python -m bench --only {name}`"]
    return "\n".join(lines) + "\n"


def _table(values: Sequence[Value]) -> list[str]:
    rows = [f"| {each.name} | {each.target or '-'} | {each.shown()} | {each.verdict or '-'} |" for each in values]
    return ["| | target | measured | verdict |", "|---|---|---|---|", *rows]


def _machine(command: str) -> list[str]:
    system = f"{platform.system()} {platform.release()}"
    memory = psutil.virtual_memory().total / 2**30
    return [
        f"- Machine: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}",
        f"- Python {platform.python_version()}, commit `{_commit()}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- Load of the machine when it ended: {os.getloadavg()[0]:.2f} (one minute)",
        f"- Command: `{command}`",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    commit = git("rev-parse", "--short=12", "HEAD") or "unknown"
    return f"{commit} with changes" if git("status", "--porcelain", "--", "src", "requirements.lock") else commit


def shown_command(arguments: Sequence[str]) -> str:
    """The command as a person repeats it."""
    return "make bench" if not arguments else " ".join(["python -m bench", *arguments])


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
