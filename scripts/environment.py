"""Brings .venv to what requirements.lock says, whatever an earlier run left there. Standard library only."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from scripts.pythons import NEWEST, OLDEST, Python, find_pythons
from scripts.running import Failed, counting, run, say

_LOCK = "requirements.lock"
_PIP_FLAGS = ("--disable-pip-version-check", "--no-input", "--no-compile", "--progress-bar", "off")
_LOCKED = ("--require-hashes", "--no-deps")
_OURS = ("--no-deps", "--no-build-isolation", "-e", ".")
_PIP_THAT_KNOWS_PYTHON = (22, 3)


class Environment:
    """The virtual environment of one clone."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / ".venv"
        self._stamp = self._folder / "sparklabs-installed.json"
        # Present from before the first change until after the last one: an interrupted run is recognised by it.
        self._unfinished = self._folder / "sparklabs-installing"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self._folder / "bin" / "python"

    def program(self, name: str) -> Path:
        """A program that a package brought along."""
        return self._folder / "bin" / name

    @property
    def site_packages(self) -> Path:
        """Where its packages lie."""
        return next(self._folder.glob("lib/python3*/site-packages"))

    def is_current(self) -> bool:
        """True when nothing has to be done; costs two small reads and two hashes."""
        return self.python.exists() and not self._unfinished.exists() and self._read_stamp() == self._wanted()

    def install(self) -> None:
        """Makes it current.

        Raises:
            Failed: with what the person can do about it.
        """
        stamp = self._read_stamp()
        if self._folder.is_symlink():
            raise Failed(f"{self._folder} is a link; put a folder of its own there, or delete the link.")
        if self._folder.exists() and (self._is_broken() or (stamp and stamp["root"] != str(self._root))):
            say("The environment in .venv was left unfinished, moved or broken: making it anew.")
            shutil.rmtree(self._folder)
            stamp = None
        if not self._folder.exists():
            self._make()
        installer = self._installer()
        self._unfinished.touch()
        lock = self._root / _LOCK
        count = len(re.findall(r"^[A-Za-z0-9]", lock.read_text(), flags=re.MULTILINE))
        wanted = self._wanted()
        if stamp is None or stamp["lock"] != wanted["lock"]:
            say(f"Installing {count} pinned packages into .venv; the first time takes a minute or two ...")
            with counting(count, sign="Collecting ") as on_line:
                command = [*installer, *_LOCKED, "-r", str(lock)]
                run(command, what="Installing the packages", cwd=self._root, on_line=on_line)
        run([*installer, *_OURS], what="Installing the platform itself", cwd=self._root)
        fresh = self._stamp.with_suffix(".new")
        fresh.write_text(json.dumps(wanted))
        fresh.replace(self._stamp)
        self._unfinished.unlink()

    def _wanted(self) -> dict[str, str]:
        return {
            "lock": _hash(self._root / _LOCK),
            "project": _hash(self._root / "pyproject.toml"),
            # A virtual environment's programs name their interpreter by its full path.
            "root": str(self._root),
        }

    def _read_stamp(self) -> dict[str, str] | None:
        try:
            stamp = json.loads(self._stamp.read_text())
        except (OSError, ValueError):
            return None
        return stamp if isinstance(stamp, dict) and {"lock", "project", "root"} <= set(stamp) else None

    def _is_broken(self) -> bool:
        """Unfinished, or its interpreter does not run or is of a wrong version."""
        return self._unfinished.exists() or not find_pythons(str(self.python))[0]

    def _make(self) -> None:
        found, refused = find_pythons(os.environ.get("SPARKLABS_PYTHON"))
        if not found:
            raise Failed(_no_python(refused))
        python = found[0]
        if not python.has_ensurepip and _foreign_installer(python, str(self.python)) is None:
            raise Failed(_no_ensurepip(python))
        say(f"Making .venv with {python.name} ({python.path}).")
        self._folder.mkdir()
        self._unfinished.touch()
        without_pip = [] if python.has_ensurepip else ["--without-pip"]
        command = [python.path, "-m", "venv", *without_pip, str(self._folder)]
        run(command, what="Making the virtual environment", cwd=self._root)

    def _installer(self) -> list[str]:
        """The command that installs into the environment: its own pip, or one of the machine's when it has none."""
        found, _ = find_pythons(str(self.python))
        if found and found[0].has_pip:
            return [found[0].path, "-m", "pip", "install", *_PIP_FLAGS]
        machine, _ = find_pythons(os.environ.get("SPARKLABS_PYTHON"))
        foreign = _foreign_installer(machine[0], str(self.python)) if machine else None
        if foreign is None:
            raise Failed("The environment in .venv has no pip. Delete the folder .venv and run this again.")
        return foreign


def _foreign_installer(python: Python, target: str) -> list[str] | None:
    """Debian's Python without its venv package puts no pip into an environment; another pip fills it from outside."""
    if python.has_pip and _pip_version(python) >= _PIP_THAT_KNOWS_PYTHON:
        return [python.path, "-m", "pip", "--python", target, "install", *_PIP_FLAGS]
    return None


def _no_ensurepip(python: Python) -> str:
    major, minor = python.version[:2]
    return (
        f"{python.name} ({python.path}) lacks the module ensurepip, and has no pip to stand in for it.\n"
        f"On Debian and Ubuntu: apt-get install python{major}.{minor}-venv   Then run this again."
    )


def _no_python(refused: list[str]) -> str:
    tried = "\n".join(f"  {line}" for line in refused) or "  nothing that is named python"
    wanted = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
    return (
        f"No Python {wanted} that works was found. Looked at:\n{tried}\n"
        "Install one (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13),\n"
        "or name one: SPARKLABS_PYTHON=/path/to/python3.12 make up"
    )


def _pip_version(python: Python) -> tuple[int, ...]:
    lines: list[str] = []
    run([python.path, "-m", "pip", "--version"], what="pip", cwd=Path.cwd(), on_line=lines.append)
    found = re.search(r"pip (\d+)\.(\d+)", "\n".join(lines))
    return tuple(map(int, found.groups())) if found else (0, 0)


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError as fault:
        raise Failed(f"{path.name} is missing: is this a whole clone?") from fault
