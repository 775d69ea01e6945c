"""How one of the server's programs is run: which, as whom, with which environment, holding which lock."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sparklabs.kit.postgres.binaries import Binaries
from sparklabs.kit.postgres.privileges import Privileges

_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "HOME")


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one version; each inherits the locked descriptor, so it holds the data folder while it lives."""

    binaries: Binaries
    privileges: Privileges
    inherited: int

    def run(
        self,
        program: Path,
        arguments: Sequence[str],
        *,
        timeout_seconds: float,
        text_in: str = "",
        pass_fds: Sequence[int] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Runs to the end; output and errors come back as one text in `stdout`."""
        return subprocess.run(  # noqa: S603 - our own programs
            self.privileges.command(program, arguments),
            input=text_in,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=(self.inherited, *pass_fds),
            env=_clean_environment(),
            timeout=timeout_seconds,
        )

    def spawn(self, program: Path, arguments: Sequence[str], *, output: int) -> subprocess.Popen[bytes]:
        """Starts it in a session of its own, so that no signal for the platform's terminal reaches it."""
        return subprocess.Popen(  # noqa: S603 - our own programs
            self.privileges.command(program, arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_clean_environment(),
            cwd="/",
            pass_fds=(self.inherited,),
            start_new_session=True,
        )


def _clean_environment() -> dict[str, str]:
    """What the server inherits: no PG* variables that would bend it, and none of the platform's keys."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
