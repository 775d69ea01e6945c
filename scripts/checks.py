"""What must pass before a change lands: lint, types, floors, bundles' tests, pytest; run inside .venv."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import bundles
from scripts.environment import Environment
from scripts.running import Failed, run, say

ROOT = Path(__file__).resolve().parent.parent
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PYTHON_FOLDERS = ("src", "tests", "bench", "scripts")
_LOCK = (
    *("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate"),
    *("--no-header", "--python-version", "3.11", "requirements/base.in", "--override", "requirements/overrides.txt"),
    *("-o", "requirements.lock"),
)


def lint() -> list[str]:
    """Runs every static check, all of them even when one fails; answers which failed."""
    folders = [name for name in _PYTHON_FOLDERS if (ROOT / name).is_dir()]
    failed = [
        name
        for name, command in (
            ("ruff check", ["ruff", "check", "--quiet", *folders]),
            ("ruff format", ["ruff", "format", "--check", "--quiet", *folders]),
            ("pyright", ["pyright"]),
            ("lint-imports", ["lint-imports", "--no-cache"]),
            ("console/openapi.json", ["python", "-m", "scripts.openapi", "--check"]),
        )
        if not _passes(name, command)
    ]
    return failed + lint_bundles(ROOT)


def lint_bundles(root: Path) -> list[str]:
    """Types, drift, norms and sizes of each bundle, built anew only when its sources changed; answers what failed."""
    failed: list[str] = []
    for folder in bundles.present(root):
        try:
            node = bundles.find_node(Environment(ROOT).site_packages)
            bundles.install(folder, node)
            failed += _npm(folder, node, "lint")
            if not bundles.is_current(folder):
                bundles.build(folder, node)
            failed += _npm(folder, node, "size")
        except Failed as unbuilt:
            say(str(unbuilt))
            failed.append(folder.name)
    return failed


def test_bundles() -> list[str]:
    """Runs `npm test` of each bundle that has one; answers which failed."""
    failed: list[str] = []
    for folder in bundles.present(ROOT):
        node = bundles.find_node(Environment(ROOT).site_packages)
        bundles.install(folder, node)
        failed += _npm(folder, node, "test")
    return failed


def _npm(folder: Path, node: bundles.Node, script: str) -> list[str]:
    """Runs a script of a bundle, if it has one; its name when it failed."""
    name = f"npm run {script} in {folder.name}"
    say(f"== {name}")
    command = [*node.npm, "run", "--silent", "--if-present", script]
    env = node.environment()
    done = subprocess.run(command, check=False, cwd=folder, env=env, stdin=subprocess.DEVNULL)
    return [] if done.returncode == 0 else [name]


def install_browser() -> None:
    """Chromium for the tests of the pages: the machine's, else Debian's package where we may install it.

    Raises:
        Failed: there is none and we may not install one.
    """
    if any(shutil.which(name) for name in _BROWSERS):
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise Failed(
            "The tests of the pages need Chromium. Debian: sudo apt-get install chromium; elsewhere put\n"
            "a program named chromium or google-chrome on PATH. Then run this again."
        )
    say("Installing Chromium for the tests of the pages ...")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([apt, "update"], what="apt-get update", cwd=ROOT, env=env)
    flags = ["install", "--yes", "--no-install-recommends"]
    run([apt, *flags, "chromium"], what="apt-get install chromium", cwd=ROOT, env=env)


def test(*, whole: bool, arguments: list[str]) -> int:
    """Everything; pytest comes last, so that its closing line is the last one printed."""
    install_browser()
    failed = lint() + test_bundles()
    if failed:
        say(f"== failed so far: {', '.join(failed)}")
    say("== pytest")
    sample = [] if whole else ["-m", "not slow"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *sample, *arguments], check=False, cwd=ROOT, stdin=subprocess.DEVNULL
    )
    return done.returncode or (1 if failed else 0)


def _passes(name: str, command: list[str]) -> bool:
    say(f"== {name}")
    program = Path(sys.executable).parent / command[0]
    # pyright tells of newer versions of itself; the lock decides which one runs.
    env = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run([str(program), *command[1:]], check=False, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """One of lint, format, lock, test, test-all; what follows goes to pytest."""
    what, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    programs = Path(sys.executable).parent
    try:
        if what in {"test", "test-all"}:
            return test(whole=what == "test-all", arguments=rest)
        if what == "lint":
            failed = lint()
            say(f"failed: {', '.join(failed)}" if failed else "all passed")
            return 1 if failed else 0
        if what == "format":
            run([str(programs / "ruff"), "check", "--fix", "--exit-zero", "."], what="ruff check --fix", cwd=ROOT)
            run([str(programs / "ruff"), "format", "."], what="ruff format", cwd=ROOT)
            return 0
        if what == "lock":
            run([str(programs / "uv"), *_LOCK], what="uv pip compile", cwd=ROOT)
            return 0
    except Failed as failed_run:
        say(f"\n{failed_run}")
        return 1
    say("usage: python -m scripts.checks lint | format | lock | test [PYTEST ...] | test-all [PYTEST ...]")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
