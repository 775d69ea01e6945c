"""One platform per home folder: who holds it now, proven by a lock that the kernel frees, never by a pid alone."""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from sparklabs.kit.errors import UnavailableError
from sparklabs.kit.processes import is_same_process, own_identity

_PATIENCE_SECONDS = 0.5
_POLL_SECONDS = 0.02


class HomeNotWritableError(UnavailableError):
    """The home folder cannot be made or written."""

    code = "home_not_writable"
    title = "The data folder cannot be written"


@dataclass(frozen=True, slots=True)
class AlreadyRuns:
    """The platform process that holds the home; `address` is None until it has published one."""

    pid: int
    address: str | None


@dataclass(frozen=True, slots=True)
class _Note:
    pid: int
    identity: str
    address: str | None


class Lock:
    """The hold on a home: free it with `release`, with `with`, or by dying in whatever way."""

    def __init__(self, home: Path, descriptor: int) -> None:
        self._note_path = home / "platform.json"
        self._descriptor: int | None = descriptor

    def publish(self, address: str | None) -> None:
        """Says where the platform answers, for whoever is told that it already runs; None while it starts."""
        note = _Note(os.getpid(), own_identity(), address)
        fresh = self._note_path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(note)))
        fresh.replace(self._note_path)

    def release(self) -> None:
        """Gives the home free; calling it again does nothing."""
        if self._descriptor is None:
            return
        self._note_path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None

    def __enter__(self) -> "Lock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def acquire(home: Path) -> Lock | AlreadyRuns:
    """Takes the home for this process, or says who has it. A note left by a killed process stops nobody.

    Raises:
        HomeNotWritableError: the folder cannot be made or written.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(home / "platform.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _take(descriptor):
            lock = Lock(home, descriptor)
            lock.publish(None)
            return lock
    except OSError as fault:
        raise HomeNotWritableError(
            f"{home} cannot be written: {fault.strerror or fault}.",
            hint="Set SPARKLABS_HOME to a folder that you may write, on a disk with room.",
        ) from fault
    os.close(descriptor)
    note = _read(home)
    return AlreadyRuns(note.pid, note.address) if note else AlreadyRuns(0, None)


def find_running(home: Path) -> AlreadyRuns | None:
    """Who holds the home now; a look that takes nothing."""
    note = _read(home)
    if note is None or not is_same_process(note.pid, note.identity):
        return None
    return AlreadyRuns(note.pid, note.address)


def _take(descriptor: int) -> bool:
    """A process that is just ending, or one that has only just begun, is given a moment."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        else:
            return True


def _read(home: Path) -> _Note | None:
    try:
        return _Note(**json.loads((home / "platform.json").read_text()))
    except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError, TypeError):
        return None
