"""A platform process that only holds the embedded database: says what it got, waits for a word, leaves or is killed.

Run as a program: HOME_FOLDER [MAJOR] [MODE]; one JSON line comes out, `stop` on standard input ends it.
MODE `dropped` makes root's first choice, the user namespace, look impossible.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]
_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
# The interpreter of the tests may lie where only root can read; reading is all that this gives back.
_NOBODY_WHO_READS = (*_NOBODY, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")


class PlatformProcess:
    """Starts the program above and speaks with it."""

    def __init__(self, home: Path, *, major: int = 18, mode: str = "", before: tuple[str, ...] = ()) -> None:
        self._process = subprocess.Popen(
            [*before, sys.executable, __file__, str(home), str(major), mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "OPENAI_API_KEY": "must-not-reach-the-server"},
        )
        self.pid = self._process.pid

    def answer(self) -> dict[str, Any]:
        """What the start gave: the server's facts, or `error`."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def leave(self) -> dict[str, Any]:
        """Ends it in order; answers what the stop gave."""
        stdout, _ = self._process.communicate("stop\n", timeout=60)
        return json.loads(stdout)

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.communicate()


def plain_user_prefix() -> tuple[str, ...]:
    """What turns root into a plain user who can still read the interpreter; nothing for a plain user."""
    if os.geteuid() != 0:
        return ()
    probe = subprocess.run([*_NOBODY, sys.executable, "-c", ""], check=False, capture_output=True)
    return _NOBODY if probe.returncode == 0 else _NOBODY_WHO_READS


def _say(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _main(home: str, major: str, mode: str) -> None:
    from sparklabs.kit.postgres import EmbeddedPostgres, PostgresError, privileges

    if mode == "dropped":
        privileges._namespace_prefix = lambda: ("/bin/false",)
    postgres = EmbeddedPostgres(Path(home), major=int(major))
    try:
        server = postgres.start()
    except PostgresError as error:
        _say({"error": type(error).__name__, "code": error.code, "detail": error.detail})
        return
    facts = {"pid": server.pid, "port": server.port, "started_by_us": server.started_by_us, "dsn": server.admin_dsn}
    local = server.local_url(user="postgres", password=server.password)
    _say({**facts, "local": local, "socket_dir": server.socket_dir})
    sys.stdin.readline()
    postgres.stop()
    _say({"running": postgres.status().running})


if __name__ == "__main__":
    _main(*sys.argv[1:])
