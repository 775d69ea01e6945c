"""Looking for a Python: each candidate must really run, be of a fitting version and whole."""

import os
import sys
from pathlib import Path

import pytest

from scripts import pythons
from scripts.pythons import find_pythons


def _fake(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def _facts(version: str, *, missing: str = "[]", ensurepip: str = "true") -> str:
    facts = f'{{"version": {version}, "missing": {missing}, "has_ensurepip": {ensurepip}, "has_pip": true, "home": ""}}'
    return f"echo '{facts}'"


@pytest.fixture
def only_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has only what the test puts into this folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(pythons, "_MORE_FOLDERS", ())
    monkeypatch.setattr(sys, "_base_executable", str(tmp_path / "nothing"))
    return folder


def test_the_interpreter_of_the_tests_serves() -> None:
    found, _ = find_pythons(sys.executable)

    assert found[0].version == sys.version_info[:3]


def test_too_old_too_new_broken_and_incomplete_ones_are_passed_over_with_a_reason(only_path: Path) -> None:
    _fake(only_path, "python3", _facts("[3, 14, 0]"))
    _fake(only_path, "python3.13", "exit 127")
    _fake(only_path, "python3.12", _facts("[3, 12, 1]", missing='["ssl"]'))
    _fake(only_path, "python3.11", _facts("[3, 11, 9]"))

    found, refused = find_pythons()

    assert [python.name for python in found] == ["Python 3.11.9"]
    assert [line.rpartition(": ")[2] for line in refused] == ["is 3.14.0", "does not run", "was built without ssl"]


def test_one_with_ensurepip_is_preferred_to_one_without(only_path: Path) -> None:
    _fake(only_path, "python3", _facts("[3, 11, 2]", ensurepip="false"))
    _fake(only_path, "python3.12", _facts("[3, 12, 0]"))

    assert [python.name for python in find_pythons()[0]] == ["Python 3.12.0", "Python 3.11.2"]


def test_the_versions_of_pyenv_are_looked_at_though_their_shims_do_not_run(only_path: Path) -> None:
    _fake(only_path, "python3.12", "exit 127")
    folder = only_path.parent / "pyenv" / "versions" / "3.12.4" / "bin"
    folder.mkdir(parents=True)
    _fake(folder, "python", _facts("[3, 12, 4]"))

    assert [python.name for python in find_pythons()[0]] == ["Python 3.12.4"]


def test_a_machine_without_any_finds_none(only_path: Path) -> None:
    assert find_pythons() == ([], [])
    assert os.environ["PATH"] == str(only_path)
