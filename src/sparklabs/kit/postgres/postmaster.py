"""What the server says of itself in postmaster.pid, and whether the process it names is really it."""

import os
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from sparklabs.kit.processes import find_identity

_SSL_REQUEST = struct.pack("!II", 8, 80877103)  # protocol-message-formats, SSLRequest: one byte comes back
_LINES = 8  # miscadmin.h, LOCK_FILE_LINE_*: pid, data folder, start, port, socket folder, address, shared memory, state


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server that runs over a data folder."""

    pid: int
    port: int
    socket_dir: str | None
    state: str


def find_postmaster(data: Path) -> Postmaster | None:
    """The live server of this data folder; None when there is none, whatever a stale file says."""
    lines = _read_lines(data)
    if not lines:
        return None
    pid = abs(int(lines[0]))
    if not _runs_over(pid, data):
        return None
    lines += [""] * (_LINES - len(lines))
    return Postmaster(pid, int(lines[3]) if lines[3].isdecimal() else 0, lines[4].strip() or None, lines[7].strip())


def discard_stale_pidfile(data: Path) -> None:
    """Removes a postmaster.pid that names a dead process or somebody else's.

    The server itself refuses to start when a process of ours reused the pid. Backends that outlive their postmaster
    still keep a second server out through the shared memory segment that is tied to the data folder.
    """
    if find_postmaster(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def answers(postmaster: Postmaster, *, timeout_seconds: float = 2.0) -> bool:
    """True when the server takes a connection and speaks; starting up and shutting down count as silence."""
    if postmaster.state != "ready":
        return False
    try:
        with socket.create_connection(("127.0.0.1", postmaster.port), timeout=timeout_seconds) as connection:
            connection.sendall(_SSL_REQUEST)
            return connection.recv(1) in {b"N", b"S"}
    except OSError:
        return False


def find_orphans(data: Path) -> list[int]:
    """Pids of server processes over this data folder whose postmaster is gone; empty where /proc is not."""
    if sys.platform != "linux":
        return []
    postmaster = find_postmaster(data)
    pids = [int(entry) for entry in os.listdir("/proc") if entry.isdecimal()]  # noqa: PTH208 - names are enough
    return [pid for pid in pids if postmaster is None and pid != os.getpid() and _stands_in(pid, data)]


def _read_lines(data: Path) -> list[str]:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []
    return lines if lines and lines[0].strip().lstrip("-").isdecimal() else []


def _runs_over(pid: int, data: Path) -> bool:
    if find_identity(pid) is None:
        return False
    if sys.platform == "linux":
        return _stands_in(pid, data)
    import psutil

    try:
        process = psutil.Process(pid)
        return process.name().startswith("postgres") and Path(process.cwd()) == data.resolve()
    except psutil.Error:
        return False


def _stands_in(pid: int, data: Path) -> bool:
    """A server's processes all stand in their data folder and carry the program's name."""
    try:
        return (
            Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
            and Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
        )
    except OSError:
        return False
