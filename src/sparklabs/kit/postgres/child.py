"""The server as our child process: its command line, the wait until it is ready, the end of its zombie."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sparklabs.kit.postgres.addresses import LOOPBACK
from sparklabs.kit.postgres.diagnosis import diagnose
from sparklabs.kit.postgres.errors import StartFailedError
from sparklabs.kit.postgres.postmaster import Postmaster, answers, find_postmaster
from sparklabs.kit.postgres.programs import Programs

_POLL_SECONDS = 0.005
_PORT_TAKEN = re.compile(r"could not bind|could not create any TCP/IP sockets|Address already in use")
_LAST_WORDS = re.compile(r"FATAL|PANIC|rror: ")
_LONGEST_WORDS = 64 * 1024

# A server outlives the launcher that started it; its handle waits here for the day it ends.
_children: dict[int, subprocess.Popen[bytes]] = {}


def launch(programs: Programs, *, data: Path, port: int, socket_dir: Path | None, deadline: float) -> Postmaster | None:
    """Starts the server and waits until it answers; None when somebody took the port meanwhile.

    Raises:
        PostgresError: it ended or was not ready in time; in the latter case it is ended.
    """
    options = ["-D", str(data), "-p", str(port), "-c", f"listen_addresses={LOOPBACK}"]
    options += ["-c", f"unix_socket_directories={socket_dir or ''}", "-c", "unix_socket_permissions=0700"]
    with _first_words() as words:
        child = programs.spawn(programs.binaries.postgres, options, output=words)
        _children[child.pid] = child
        while child.poll() is None:
            running = find_postmaster(data)
            if running is not None and running.pid == child.pid and answers(running):
                return running
            if time.monotonic() > deadline:
                _end(child)
                raise StartFailedError(
                    f"The server was not ready in time: {_read(words).strip()[-200:] or 'it said nothing'}",
                    hint=f"See the log in {data / 'log'}; recovery after a crash can take longer than the time-out.",
                )
            time.sleep(_POLL_SECONDS)
        del _children[child.pid]
        said = _read(words)
    if _PORT_TAKEN.search(said):
        return None
    # Its last words stand here or, once its collector runs, in its log.
    log = said if _LAST_WORDS.search(said) else _tail_of_log(data) or said
    raise diagnose("The embedded database did not start.", log, data)


def reap(pid: int) -> None:
    """Takes the exit status of a server that was our child and has ended."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    del _children[child.pid]


@contextmanager
def _first_words() -> Generator[int]:
    """Where the server speaks until its own log is open; in memory where possible, for the disk may be full."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("postgres-start")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, _LONGEST_WORDS, max(0, size - _LONGEST_WORDS)).decode(errors="replace")


def _tail_of_log(data: Path) -> str:
    """The end of the newest log, where the server speaks once its collector runs."""
    logs = sorted((data / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    if not logs:
        return ""
    with logs[-1].open("rb") as log:
        log.seek(max(0, logs[-1].stat().st_size - _LONGEST_WORDS // 8))
        return log.read().decode(errors="replace")
