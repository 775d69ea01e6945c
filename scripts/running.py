"""Runs a tool quietly and shows its last lines only when it fails, without the addresses it fetches from."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_TAIL_LINES = 15
_ADDRESSES = (
    (re.compile(r"\b[a-z+]+://[^\s'\")>]+"), "<address>"),
    (re.compile(r"(host=)'[^']*'"), r"\1<host>"),
    (re.compile(r"\b(?:[a-z0-9-]+\.)+(?:org|com|net|io|dev)\b(?::\d+)?"), "<host>"),
)


class Failed(Exception):
    """What to tell the person who ran it; nothing more is to be done."""


def without_addresses(text: str) -> str:
    """The text with every address and host name taken out."""
    for pattern, instead in _ADDRESSES:
        text = pattern.sub(instead, text)
    return text


def say(line: str) -> None:
    """One line of progress, on the error stream: standard output belongs to what is started in the end."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def counting(count: int, *, sign: str) -> Iterator[Callable[[str], None]]:
    """In a terminal, one line that counts the lines of a tool that begin with `sign`; elsewhere nothing."""
    seen = 0
    in_terminal = sys.stderr.isatty()

    def on_line(line: str) -> None:
        nonlocal seen
        if in_terminal and line.startswith(sign):
            seen += 1
            print(f"\r  {min(seen, count)} of {count}", end=" unpacking ..." if seen >= count else "", file=sys.stderr)
            sys.stderr.flush()

    try:
        yield on_line
    finally:
        if seen:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def run(
    command: Sequence[str],
    *,
    what: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> None:
    """Runs to the end; `on_line` sees each line of its output.

    Raises:
        Failed: it could not be started or ended in an error; the last lines are in the message.
    """
    lines: list[str] = []
    try:
        with subprocess.Popen(
            list(command),
            cwd=str(cwd),
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            # The install's lock goes along: a tool that outlives a killed bootstrap still keeps the next one waiting.
            close_fds=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                if on_line is not None:
                    on_line(lines[-1])
    except OSError as fault:
        raise Failed(f"{what} could not be started: {fault}") from fault
    if process.returncode != 0:
        tail = without_addresses("\n".join(f"  {line}" for line in lines[-_TAIL_LINES:]))
        raise Failed(f"{what} failed (exit code {process.returncode}):\n{tail}")
