"""The platform's one secret key: read from the environment, else from a file of the data folder that is made once."""

import base64
import binascii
import fcntl
import os
import re
import secrets
import stat
import tempfile
from pathlib import Path

from sparklabs.kit.errors import UnavailableError

SECRET_KEY_BYTES = 32
SECRET_KEY_FILE = "secret.key"  # noqa: S105 - a file's name
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


class SecretKeyError(UnavailableError):
    """The platform cannot start, for its secret key is missing, bad or open to others."""

    code = "secret_key_invalid"


def load_secret_key(home: Path, env_value: str | None) -> bytes:
    """At least 32 bytes: SPARKLABS_SECRET_KEY (hex or base64) when set, else `<home>/secret.key`, made on first start.

    Processes that start at once get the same key. Raises SecretKeyError (`secret_key_invalid`, `secret_key_exposed`,
    `secret_key_unreadable`, `secret_key_unwritable`); no error ever shows the value.
    """
    if env_value is not None and env_value.strip():
        return _decoded(env_value, source="SPARKLABS_SECRET_KEY")
    path = home / SECRET_KEY_FILE
    try:
        return _read(path)
    except FileNotFoundError:
        _create(path)
    return _read(path)


def _decoded(text: str, *, source: str) -> bytes:
    value = text.strip()
    try:
        if _HEX.fullmatch(value):
            key = bytes.fromhex(value)
        else:
            padded = value.rstrip("=").replace("-", "+").replace("_", "/")
            key = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (ValueError, binascii.Error):
        key = None
    if key is None or len(key) < SECRET_KEY_BYTES:
        state = "is neither hex nor base64" if key is None else f"holds {len(key)} bytes"
        raise SecretKeyError(
            f"{source} {state}; it must be at least {SECRET_KEY_BYTES} random bytes in hex or base64.",
            hint="Restore the key this database was made with; for a new installation: openssl rand -hex 32.",
        )
    return key


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(4096)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SecretKeyError(
            f"The secret key {path} cannot be read: {error.strerror}.",
            code="secret_key_unreadable",
            hint="Start as the user who owns the data folder, or set SPARKLABS_SECRET_KEY.",
        ) from error
    if mode & 0o077:
        raise SecretKeyError(
            f"The secret key {path} can be read by others (mode {mode:03o}).",
            code="secret_key_exposed",
            hint=f"chmod 600 {path}; on a disk without permissions set SPARKLABS_SECRET_KEY instead.",
        )
    return _decoded(text.decode("ascii", "replace"), source=str(path))


def _create(path: Path) -> None:
    """Writes a complete file and moves it into place under a lock on the folder, unless another process was first."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            if not path.exists():
                _write(path)
                os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise SecretKeyError(
            f"The secret key {path} cannot be made: {error.strerror}.",
            code="secret_key_unwritable",
            hint="Point SPARKLABS_HOME at a folder that can be written and has room, or set SPARKLABS_SECRET_KEY.",
        ) from error


def _write(path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # mkstemp makes it mode 600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(SECRET_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
