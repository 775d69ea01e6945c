"""Stored files: one interface, a local folder behind it; what a file belongs to is each room's matter."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from sparklabs.kit.errors import NotFoundError, TooLargeError, UnavailableError

_CHUNK_BYTES = 256 * 1024


class Stored(NamedTuple):
    """What was written."""

    size: int
    sha256: bytes


class FileStore(Protocol):
    """Where file contents lie."""

    def write(self, key: str, source: BinaryIO, *, most_bytes: int) -> Stored: ...

    def read(self, key: str) -> Iterator[bytes]: ...

    def delete(self, key: str) -> None: ...


class LocalFiles:
    """Files in a folder of the data home; keys are ids made by the platform, never names given by users."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, key: str, source: BinaryIO, *, most_bytes: int) -> Stored:
        """Writes whole or not at all; raises TooLargeError and UnavailableError (disk)."""
        target = self._path(key)
        partial = target.with_suffix(".partial")
        digest, size = hashlib.sha256(), 0
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with partial.open("wb") as file:
                while chunk := source.read(_CHUNK_BYTES):
                    size += len(chunk)
                    if size > most_bytes:
                        raise TooLargeError(
                            f"The file is larger than {most_bytes:,} bytes.", code="file_too_large", field="file"
                        )
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        except OSError as error:
            raise UnavailableError(
                "The file cannot be stored.", code="storage_unavailable", hint="Is the disk full or read-only?"
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        return Stored(size, digest.digest())

    def read(self, key: str) -> Iterator[bytes]:
        """The contents in pieces; raises NotFoundError."""
        path = self._path(key)
        if not path.is_file():
            raise NotFoundError("The file's contents are gone.", code="file_missing")
        return _pieces(path)

    def delete(self, key: str) -> None:
        """Removes the contents for good; a file that is not there is as good as deleted. Raises UnavailableError."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise UnavailableError(
                "The file cannot be deleted.", code="storage_unavailable", hint="Is the disk read-only?"
            ) from error

    def _path(self, key: str) -> Path:
        return self._folder / key[-2:] / key


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
