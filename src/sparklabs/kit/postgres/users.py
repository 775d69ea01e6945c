"""Which platform processes use the server now, and the lock under which that changes."""

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sparklabs.kit.postgres.errors import StartFailedError
from sparklabs.kit.processes import is_same_process

_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class User:
    """One launcher that asked for the server; `token` tells two launchers of one process apart."""

    pid: int
    identity: str
    token: str


@contextmanager
def locked(path: Path, *, timeout_seconds: float) -> Generator[None]:
    """Holds the launcher's lock; the kernel frees it when the holder dies, however it dies.

    Raises:
        StartFailedError: somebody held it for longer than the time-out.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait_for_lock(descriptor, path, deadline=time.monotonic() + timeout_seconds)
        yield
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int, path: Path, *, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StartFailedError(
                    f"Another process has been starting or stopping the embedded database for too long ({path}).",
                    hint="Look for a second `sparklabs` process that hangs, end it and try again.",
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return


class UserRegistry:
    """The list of live users in one file; every call is made under the lock."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def live(self) -> list[User]:
        """The users whose processes still live."""
        try:
            rows = json.loads(self._path.read_text())
            users = [User(**row) for row in rows]
        except (FileNotFoundError, ValueError, TypeError):
            # Torn by a crash in mid-write is impossible (rename), edited by hand is not: whoever lives comes again.
            return []
        return [user for user in users if is_same_process(user.pid, user.identity)]

    def add(self, user: User) -> None:
        """Enters the user once."""
        self._write([*(other for other in self.live() if other.token != user.token), user])

    def remove(self, token: str) -> list[User]:
        """Takes the user out and answers who is left."""
        left = [user for user in self.live() if user.token != token]
        self._write(left)
        return left

    def _write(self, users: list[User]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps([asdict(user) for user in users]))
        fresh.replace(self._path)
