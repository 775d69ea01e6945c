"""The checks over the console fail on what they are there for: English in code, large parts, what a bundle refuses."""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from scripts import bundles, checks
from scripts.bundles import Node

CONSOLE = Path(__file__).resolve().parents[3] / "console"
_NPM = """#!/bin/sh
for last; do :; done
echo "$last" >> ../calls
case "$last" in "$BREAK") exit 1;; build) mkdir -p dist; echo built > dist/bundle.js;; esac
"""


@pytest.fixture(scope="module")
def node() -> Node:
    """The Node of this clone, with the packages that the checks use."""
    node = bundles.find_node(Path(sysconfig.get_path("purelib")))
    bundles.install(CONSOLE, node)
    return node


def _run(script: str, folder: Path, node: Node) -> subprocess.CompletedProcess[str]:
    command = [str(Path(node.folder) / "node"), str(CONSOLE / "scripts" / script)]
    return subprocess.run(command, check=False, cwd=folder, env=node.environment(), capture_output=True, text=True)


@pytest.mark.parametrize(
    "shown",
    [
        "<p>Some words</p>",
        '<p aria-label="Some words" />',
        '<p title={on ? "Some words" : texts.off} />',
        '<p>{on && "Some words"}</p>',
        "<p>{`Some words ${on}`}</p>",
    ],
)
def test_english_that_people_see_is_found_wherever_it_stands(tmp_path: Path, node: Node, shown: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "page.tsx").write_text(f"export const page = (on: boolean) => {shown};\n")

    done = _run("check-texts.mjs", tmp_path, node)

    assert done.returncode == 1
    assert 'src/page.tsx:1 says "Some words"' in done.stderr


def test_names_classes_and_conditions_are_no_texts(tmp_path: Path, node: Node) -> None:
    (tmp_path / "src").mkdir()
    page = '<b className="font bold">SparkLabs {state === "some words" && <i />} {texts.name} /agents/ada</b>'
    (tmp_path / "src" / "page.tsx").write_text(f"export const page = {page};\n")

    assert _run("check-texts.mjs", tmp_path, node).returncode == 0


def _bundle(folder: Path, *, first_bytes: int, later_bytes: int) -> None:
    """A build whose first load takes one shared part with it, and whose later page another."""
    assets = folder / "dist" / "assets"
    assets.mkdir(parents=True)
    (folder / "dist" / ".vite").mkdir()
    for name, size in {"main.js": 10, "shared.js": first_bytes, "page.js": 10, "library.js": later_bytes}.items():
        (assets / name).write_bytes(os.urandom(size))
    manifest = {
        "index.html": {"file": "assets/main.js", "isEntry": True, "imports": ["shared"], "dynamicImports": ["page"]},
        "shared": {"file": "assets/shared.js"},
        "page": {"file": "assets/page.js", "isDynamicEntry": True, "imports": ["shared", "library"]},
        "library": {"file": "assets/library.js"},
    }
    (folder / "dist" / ".vite" / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("first_bytes", "later_bytes", "said"),
    [
        (200_000, 210_000, None),
        (260_000, 1_000, "The first load is too large"),
        (200_000, 230_000, "page brings 23"),
    ],
)
def test_what_is_too_much_over_the_wire_is_named(
    tmp_path: Path, node: Node, first_bytes: int, later_bytes: int, said: str | None
) -> None:
    _bundle(tmp_path, first_bytes=first_bytes, later_bytes=later_bytes)

    done = _run("check-size.mjs", tmp_path, node)

    assert done.returncode == (0 if said is None else 1)
    assert (said or "") in done.stderr


def test_a_component_that_is_too_long_is_named(tmp_path: Path, node: Node) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "long.tsx").write_text("\n" * 251)

    assert "src/long.tsx has 251 lines" in _run("check-files.mjs", tmp_path, node).stderr


def test_types_that_are_not_those_of_the_document_are_refused(tmp_path: Path, node: Node) -> None:
    (tmp_path / "src" / "api").mkdir(parents=True)
    shutil.copy(CONSOLE / "openapi.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(CONSOLE / "node_modules")
    schema = (CONSOLE / "src" / "api" / "schema.ts").read_text()
    (tmp_path / "src" / "api" / "schema.ts").write_text(schema)
    assert _run("check-types.mjs", tmp_path, node).returncode == 0

    (tmp_path / "src" / "api" / "schema.ts").write_text(schema + "export type Mine = string;\n")

    assert "run `npm run types`" in _run("check-types.mjs", tmp_path, node).stderr


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with one bundle, and an npm that writes down what it is asked for."""
    npm = tmp_path / "npm"
    npm.write_text(_NPM)
    npm.chmod(0o755)
    monkeypatch.setattr(bundles, "find_node", lambda _: Node((str(npm),), str(tmp_path)))
    folder = tmp_path / "console"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    (folder / "package-lock.json").write_text("{}")
    return folder


def _calls(folder: Path) -> list[str]:
    return (folder.parent / "calls").read_text().split()


def test_a_bundle_is_built_once_however_often_it_is_checked(bundle: Path) -> None:
    assert checks.lint_bundles(bundle.parent) == []
    assert checks.lint_bundles(bundle.parent) == []

    assert _calls(bundle).count("build") == 1
    assert _calls(bundle).count("size") == 2


@pytest.mark.parametrize(
    ("broken", "failed"),
    [("lint", "npm run lint in console"), ("size", "npm run size in console"), ("build", "console")],
)
def test_what_a_bundle_refuses_is_named(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, broken: str, failed: str
) -> None:
    monkeypatch.setenv("BREAK", broken)

    assert checks.lint_bundles(bundle.parent) == [failed]
