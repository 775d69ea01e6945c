"""The folder of agent files: which files count, whether they may be read, and reading them when they stand still."""

import asyncio
import hashlib
import stat
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sparklabs.agents.entities import SLUG
from sparklabs.agents.reading import Fault
from sparklabs.agents.reading.parsing import MAX_BYTES

ENDINGS = (".yaml", ".yml", ".json")
SETTLE_SECONDS = 0.08
MOST_WAITS = 8


class UnreadableFileError(Exception):
    """A file of the folder that cannot be taken; `fault` says why and what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Signature:
    """What changes when a file is written or replaced."""

    inode: int
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class FolderListing:
    """The agent files by slug, and what is wrong with names; a slug with a fault is not among the files."""

    file_by_slug: dict[str, Path]
    fault_by_name: dict[str, Fault]


def make_fault(file: str, code: str, message: str, cure: str) -> Fault:
    """A fault of a whole file, as the report of a reading has them."""
    return Fault("availability", code, file, 1, 1, "(whole file)", message, cure)


def list_files(folder: Path) -> FolderListing:
    """The agent files that stand directly in the folder; editors' own files and hidden ones do not count."""
    files: dict[str, list[Path]] = {}
    faults: dict[str, Fault] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in ENDINGS or path.name.startswith((".", "#", "~")) or path.is_dir():
            continue
        if SLUG.fullmatch(path.stem) is None:
            cure = "Use lower-case letters, digits, '-' and '_', for example my-agent.yaml."
            faults[path.name] = make_fault(
                path.name, "file_name_invalid", f"{path.stem!r} cannot be an agent's slug.", cure
            )
            continue
        files.setdefault(path.stem, []).append(path)
    for slug, paths in files.items():
        if len(paths) > 1:
            names = " and ".join(path.name for path in paths)
            faults[slug] = make_fault(
                paths[0].name, "slug_twice", f"{names} both stand for the agent {slug!r}; neither is read.", "Keep one."
            )
    return FolderListing({slug: paths[0] for slug, paths in files.items() if len(paths) == 1}, faults)


def check_inside(folder: Path, path: Path) -> Path:
    """The real path; raises when it leads out of the folder, is not a plain file or cannot be looked at."""
    name = path.name
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise UnreadableFileError(_unreadable(name, error)) from error
    if not real.is_relative_to(folder.resolve()):
        raise UnreadableFileError(
            make_fault(name, "file_outside", "The file is a link that leads out of the folder.", "Copy the file here.")
        )
    if not stat.S_ISREG(mode):
        raise UnreadableFileError(
            make_fault(name, "file_unreadable", "This is not a plain file.", "Put a plain file in its place.")
        )
    return real


def sign(path: Path) -> Signature | None:
    """The file's signature now, None when it is gone."""
    try:
        known = path.stat()
    except OSError:
        return None
    return Signature(known.st_ino, known.st_size, known.st_mtime_ns)


def find_beside(folder: Path, name: str) -> Path:
    """A data or knowledge file named in an agent file; raises when the name leads out of the folder."""
    given = PurePosixPath(name)
    if given.is_absolute() or ".." in given.parts:
        raise UnreadableFileError(
            make_fault(name, "file_outside", f"{name} leads out of the agent's folder.", "Name a file beside it.")
        )
    return check_inside(folder, folder / given)


async def read_settled(folder: Path, path: Path, *, most_bytes: int = MAX_BYTES) -> tuple[bytes, Signature]:
    """The content once nobody has written for a moment (at most `most_bytes` and one more), with its signature."""
    for waits in range(MOST_WAITS + 1):
        before = sign(await asyncio.to_thread(check_inside, folder, path))
        content = await asyncio.to_thread(_read, path, most_bytes)
        after = sign(path)
        if before is not None and before == after:
            still_for = time.time() - before.modified_ns / 1e9
            if waits == MOST_WAITS or not 0 <= still_for < SETTLE_SECONDS:
                return content, before
        await asyncio.sleep(SETTLE_SECONDS)
    raise UnreadableFileError(
        make_fault(path.name, "file_restless", "The file changes all the time.", "Write it once and leave it.")
    )


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most_bytes + 1)
    except OSError as error:
        raise UnreadableFileError(_unreadable(path.name, error)) from error


def _unreadable(name: str, error: Exception) -> Fault:
    if isinstance(error, FileNotFoundError):
        message, cure = f"There is no file {name} beside the agent file.", "Add it, or mend its name."
        return make_fault(name, "file_missing", message, cure)
    why = error.strerror if isinstance(error, OSError) else "its links lead in a circle"
    return make_fault(name, "file_unreadable", f"The file cannot be read: {why}.", "Check its rights.")


def hash_bytes(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
