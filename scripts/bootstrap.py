"""From a bare clone to an installed one, then into the program asked for. Standard library only, any Python >= 3.7.

`python3 -m scripts.bootstrap install` only installs; `python3 -m scripts.bootstrap exec PROGRAM ...` goes on to run a
program of .venv in place of itself. When nothing changed since the last run, that costs a few hashes.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import bundles
from scripts.environment import Environment
from scripts.running import Failed, say

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Two installs of one clone go one after the other. The clone's folder itself is locked, so no file is left."""
    descriptor = os.open(str(root), os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another install of this clone is running; waiting for it ...")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def install(root: Path) -> Environment:
    """Brings the environment and the bundles of a clone up to date.

    Raises:
        Failed: with what the person can do about it.
    """
    environment = Environment(root)
    if not _is_current(environment, root):
        with _alone(root):
            # Whoever held the lock before us may have done it all.
            if not environment.is_current():
                environment.install()
            stale = [folder for folder in bundles.present(root) if not bundles.is_current(folder)]
            if stale:
                node = bundles.find_node(environment.site_packages)
                for folder in stale:
                    bundles.build(folder, node)
    return environment


def _is_current(environment: Environment, root: Path) -> bool:
    return environment.is_current() and all(bundles.is_current(folder) for folder in bundles.present(root))


def main(arguments: list[str]) -> int:
    """Installs; with `exec PROGRAM ...` never comes back."""
    if not arguments or arguments[0] not in {"install", "exec"} or (arguments[0] == "exec" and len(arguments) == 1):
        say("usage: python3 -m scripts.bootstrap install | exec PROGRAM [ARGUMENT ...]")
        return 2
    try:
        environment = install(ROOT)
    except Failed as failed:
        say(f"\n{failed}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; run it again to go on.")
        return 130
    if arguments[0] == "exec":
        program = str(environment.program(arguments[1]))
        os.execv(program, [program, *arguments[2:]])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
