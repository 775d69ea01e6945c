"""Finds a Python on this machine that can carry the platform; nothing is installed here. Standard library only."""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
_NAMES = ("python3", "python3.13", "python3.12", "python3.11", "python")
_MORE_FOLDERS = ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin")
_PROBE_SECONDS = 20
_PROBE = """
import importlib.util, json, sys
has = lambda name: importlib.util.find_spec(name) is not None
print(json.dumps({
    "version": sys.version_info[:3],
    "missing": [name for name in ("ssl", "zlib", "venv", "_ctypes") if not has(name)],
    "has_ensurepip": has("ensurepip"),
    "has_pip": has("pip"),
    "home": sys.base_prefix,
}))
"""


@dataclass(frozen=True)
class Python:
    """An interpreter that really ran."""

    path: str
    version: tuple[int, int, int]
    has_ensurepip: bool
    has_pip: bool

    @property
    def name(self) -> str:
        """For messages: `Python 3.12.1`."""
        return "Python " + ".".join(map(str, self.version))


def find_pythons(wanted: str | None = None) -> tuple[list[Python], list[str]]:
    """All that serve, best first, and one line for each that does not. `wanted` is asked for by name and stands alone.

    One with ensurepip is better than one without; after that the order of looking decides.
    """
    found: list[Python] = []
    refused: list[str] = []
    seen: set[str] = set()
    for path in [wanted] if wanted else _candidates():
        python = _try(path, seen, refused)
        if python is not None:
            found.append(python)
            if python.has_ensurepip:
                break
    return sorted(found, key=lambda python: not python.has_ensurepip), refused


def _candidates() -> list[str]:
    """Where a Python may be: the running one, every folder of PATH, pyenv's and uv's own folders."""
    # Inside our own environment sys.executable is what may be about to be replaced.
    paths = [str(getattr(sys, "_base_executable", sys.executable))]
    folders = [*os.environ.get("PATH", "").split(os.pathsep), *_MORE_FOLDERS]
    paths += [str(Path(folder) / name) for name in _NAMES for folder in folders if folder]
    pyenv = glob.escape(str(Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()))
    uv = glob.escape(str(Path("~/.local/share/uv/python").expanduser()))
    # The module glob passes over what may not be read, as another user's pyenv; Path.glob raises.
    paths += sorted(glob.glob(f"{pyenv}/versions/3.1[123]*/bin/python"), reverse=True)  # noqa: PTH207
    paths += sorted(glob.glob(f"{uv}/cpython-3.1[123]*/bin/python3"), reverse=True)  # noqa: PTH207
    return paths


def _try(path: str, seen: set[str], refused: list[str]) -> Python | None:
    real = str(Path(path).resolve())
    if real in seen or not os.access(path, os.X_OK):
        return None
    # A pyenv shim resolves to itself under each name, so the name counts there.
    seen.add(path if "shims" in real else real)
    facts = _ask(path)
    if facts is None:
        refused.append(f"{path}: does not run")
        return None
    version = tuple(facts["version"])
    if not OLDEST <= version[:2] <= NEWEST:
        refused.append(f"{path}: is {'.'.join(map(str, version))}")
        return None
    if facts["missing"]:
        refused.append(f"{path}: was built without {', '.join(facts['missing'])}")
        return None
    return Python(path, version, facts["has_ensurepip"], facts["has_pip"])


def _ask(path: str) -> dict | None:
    # -S -E would hide pip; -I keeps the folder we stand in out of the answer.
    try:
        done = subprocess.run([path, "-I", "-c", _PROBE], check=False, capture_output=True, timeout=_PROBE_SECONDS)
        return json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
