"""Who a process is: an identity that a reused pid cannot forge; starting and stopping is for its owner."""

import os
import sys
from functools import cache
from pathlib import Path

_STATE, _START_TICKS = 0, 19  # counted from the field after the command's name, proc_pid_stat(5)
_DEAD = frozenset("ZXx")


def find_identity(pid: int) -> str | None:
    """What tells this process from any other that ever had its pid; None when it is dead, a zombie or never was.

    Survives clock changes and reboots: on Linux it is the boot's id and the start time in clock ticks.
    """
    if pid <= 0:
        return None
    return _linux_identity(pid) if sys.platform == "linux" else _portable_identity(pid)


def is_same_process(pid: int, identity: str) -> bool:
    """True while the process that had this identity lives."""
    return find_identity(pid) == identity


def own_identity() -> str:
    """The identity of the calling process."""
    identity = find_identity(os.getpid())
    if identity is None:
        raise ProcessLookupError("The calling process cannot see itself: is /proc mounted?")
    return identity


def _linux_identity(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command's name stands in brackets and may itself hold brackets and spaces.
    fields = stat.rpartition(")")[2].split()
    if fields[_STATE] in _DEAD:
        return None
    return f"{_boot_id()}:{fields[_START_TICKS]}"


@cache
def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _portable_identity(pid: int) -> str | None:
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}:
            return None
        return f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return None
