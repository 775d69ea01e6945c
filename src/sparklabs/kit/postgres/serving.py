"""The lock that a server and all its children hold by inheritance for as long as one of them lives."""

import fcntl
import os
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from sparklabs.kit.postgres.errors import StartFailedError
from sparklabs.kit.postgres.postmaster import find_orphans

_GRACE_SECONDS = 3.0
_POLL_SECONDS = 0.01


@contextmanager
def claimed(path: Path, data: Path, *, deadline: float) -> Generator[int]:
    """Gives a locked descriptor to hand to a new server; closing ours leaves the lock with the server.

    It is held while any backend of an earlier server lives, seen from this container or not, so two servers never
    run over one data folder, whatever the pid file says. Backends without their postmaster are given some seconds
    to notice, then killed: recovery follows in any case.

    Raises:
        StartFailedError: processes that cannot be seen from here hold it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        kill_after = time.monotonic() + _GRACE_SECONDS
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                raise StartFailedError(
                    f"Processes of an earlier server still hold {data}.",
                    hint="If another container uses this folder, stop it; else end its `postgres` processes.",
                )
            if time.monotonic() > kill_after:
                _kill_orphans(data)
            time.sleep(_POLL_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kill_orphans(data: Path) -> None:
    for pid in find_orphans(data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
