"""From the server's last words, or the kernel's, to a coded error that says what to do."""

import errno
import re
from pathlib import Path

from sparklabs.kit.postgres.errors import (
    USE_ANOTHER_DATABASE,
    DataCorruptError,
    DiskFullError,
    FolderNotWritableError,
    PostgresError,
    StartFailedError,
)

_TAIL_LINES = 6
_FULL = re.compile(
    r"No space left on device|Disk quota exceeded|File too large|File size limit exceeded|Check free disk space"
)
_READ_ONLY = re.compile(r"Read-only file system|[Pp]ermission denied")
_CORRUPT = re.compile(
    r"could not locate a valid checkpoint record|invalid primary checkpoint record|incorrect checksum in control file"
    r"|database files are incompatible|could not open file \"global/pg_control\"|invalid page in block"
)
_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY_ERRNOS = {errno.EROFS, errno.EACCES, errno.EPERM}


def diagnose(what: str, log: str, folder: Path) -> PostgresError:
    """The error that the server's output speaks of; `what` is the first sentence."""
    tail = "\n".join(log.strip().splitlines()[-_TAIL_LINES:])
    if _FULL.search(log):
        return disk_full(what, folder, log=tail)
    if _READ_ONLY.search(log):
        return not_writable(what, folder, log=tail)
    if _CORRUPT.search(log):
        return DataCorruptError(
            f"{what} The data in {folder} is damaged: {_last_fault(log)}",
            hint="Put a backup back in its place; nothing was deleted.",
            log=tail,
        )
    return StartFailedError(
        f"{what} The server said: {_last_fault(log) or 'nothing'}",
        hint=f"See the log in {folder / 'log'}, or: {USE_ANOTHER_DATABASE}",
        log=tail,
    )


def translate(fault: OSError, folder: Path) -> PostgresError:
    """The coded error for a refusal of the file system."""
    what = f"The embedded database cannot use {fault.filename or folder}."
    if fault.errno in _FULL_ERRNOS:
        return disk_full(what, folder)
    if fault.errno in _READ_ONLY_ERRNOS:
        return not_writable(what, folder)
    return StartFailedError(f"{what} {fault.strerror or fault}", hint=USE_ANOTHER_DATABASE)


def disk_full(what: str, folder: Path, *, log: str = "") -> DiskFullError:
    """No room."""
    return DiskFullError(
        f"{what} There is no room left on the disk of {folder}.",
        hint="Free some space (about 100 MB to begin with) or set SPARKLABS_HOME to a folder on another disk.",
        log=log,
    )


def not_writable(what: str, folder: Path, *, log: str = "") -> FolderNotWritableError:
    """No leave to write."""
    return FolderNotWritableError(
        f"{what} {folder} is read-only or belongs to somebody else.",
        hint="Give the folder to the user who runs the platform, or set SPARKLABS_HOME to one that is writable.",
        log=log,
    )


def _last_fault(log: str) -> str:
    """The last line of a log that tells of a fault, without its prefix."""
    faults = re.findall(r"(?:FATAL|PANIC|ERROR|error): +(.+)", log)
    lines = log.strip().splitlines()
    return str(faults[-1]) if faults else (lines[-1].strip() if lines else "")
