"""The rules on imports bite: every folder has a floor, and each contract fails on the import it forbids."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def test_every_folder_of_the_package_has_a_floor() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    layers = set(re.findall(r"\w+", config["importlinter:contract:floors"]["layers"]))
    folders = {path.name for path in (ROOT / "src" / "sparklabs").iterdir() if path.is_dir()} - {"__pycache__"}

    assert folders <= layers


def test_no_contract_has_an_exception() -> None:
    assert "ignore_imports" not in (ROOT / ".importlinter").read_text()


@pytest.mark.parametrize(
    ("module", "line", "complaint"),
    [
        ("kit/low.py", "import sparklabs.runtime", "sparklabs.kit is not allowed to import sparklabs.runtime"),
        ("nowhere/__init__.py", "", "not listed as layers"),
        ("runtime/high.py", "import sparklabs.agents.repository", "ask the service of that room"),
        ("agents/service.py", "import fastapi", "sparklabs.agents.service is not allowed to import fastapi"),
        ("agents/db.py", "import sqlalchemy", "sparklabs is not allowed to import sqlalchemy"),
    ],
)
def test_a_forbidden_import_is_found(module: str, line: str, complaint: str, tmp_path: Path) -> None:
    package = tmp_path / "src" / "sparklabs"
    for room in ("kit", "agents", "runtime"):
        (package / room).mkdir(parents=True)
        (package / room / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "agents" / "repository.py").touch()
    (package / module).parent.mkdir(exist_ok=True)
    (package / module).write_text(f"{line}\n")
    shutil.copy(ROOT / ".importlinter", tmp_path)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))

    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
    )

    assert done.returncode == 1
    assert complaint in " ".join(done.stdout.split())
