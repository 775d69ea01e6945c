"""Where the server listens: a free loopback port that is kept, and a socket folder whose path is short enough."""

import hashlib
import os
import random
import socket
import tempfile
from pathlib import Path

from sparklabs.kit.postgres.privileges import Privileges

LOOPBACK = "127.0.0.1"
# unix(7): sun_path holds 108 bytes with its closing zero; the server adds "/.s.PGSQL.65535".
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.65535")
# Below the range from which Linux takes the near end of outgoing connections, so a kept port is rarely lost to one.
_PORTS = range(15432, 32000)
_ATTEMPTS = 50


def is_free(port: int) -> bool:
    """True when this process could listen on the loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        # The server sets it too: connections of its predecessor that still wait to close do not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_port(preferred: int | None) -> int:
    """The preferred port while it is free, else any free one."""
    if preferred is not None and is_free(preferred):
        return preferred
    for _ in range(_ATTEMPTS):
        port = random.choice(_PORTS)  # noqa: S311 - no secret
        if is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


def prepare_socket_dir(run: Path, privileges: Privileges) -> Path | None:
    """A folder of mode 700 for the Unix socket: `run` itself, or a short one of ours for a long path.

    None when neither is to be had; TCP serves alone then.
    """
    folder = run if len(os.fsencode(run)) <= _LONGEST_SOCKET_FOLDER else _short_folder(run)
    if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER:
        return None
    folder.mkdir(mode=0o700, exist_ok=True)
    # In a shared temporary folder somebody else may have made it first: then it is no place for our socket.
    state = folder.lstat()
    if folder.is_symlink() or state.st_uid not in {os.geteuid(), privileges.owner_uid}:
        return None
    folder.chmod(0o700)
    privileges.give(folder)
    return folder


def _short_folder(run: Path) -> Path:
    name = hashlib.sha256(os.fsencode(run)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"sparklabs-{os.geteuid()}-{name}"
