"""The virtual environment in every state an earlier run may have left: absent, current, interrupted, moved, broken."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts import environment as module
from scripts.environment import Environment
from scripts.pythons import Python
from scripts.running import Failed

_BACKEND = """
import zipfile
NAME = "platform_under_test-1.0-py3-none-any.whl"
def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{folder}/{NAME}", "w") as wheel:
        wheel.writestr("platform_under_test.py", "")
        info = "platform_under_test-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: platform-under-test\\nVersion: 1.0\\n")
        kind = "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr(f"{info}/WHEEL", kind)
        wheel.writestr(f"{info}/RECORD", "")
    return NAME
"""


def _wheel(folder: Path, version: str) -> str:
    """A package of one line, as a file, and the locked requirement that names it."""
    path = folder / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", f"VERSION = '{version}'\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return f"tiny @ {path.as_uri()} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone whose lock names one small package, so that nothing is fetched."""
    monkeypatch.setenv("SPARKLABS_PYTHON", sys.executable)
    root = tmp_path / "clone"
    root.mkdir()
    (root / "requirements.lock").write_text(_wheel(tmp_path, "1.0"))
    (root / "backend.py").write_text(_BACKEND)
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "platform-under-test"\nversion = "1.0"\n'
    )
    return root


def _version(root: Path) -> str:
    done = subprocess.run(
        [root / ".venv" / "bin" / "python", "-c", "import tiny, platform_under_test; print(tiny.VERSION)"],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_a_fresh_clone_is_installed_and_then_current_until_the_lock_changes(clone: Path) -> None:
    environment = Environment(clone)
    assert not environment.is_current()

    environment.install()

    assert environment.is_current()
    assert _version(clone) == "1.0"
    (clone / "requirements.lock").write_text(_wheel(clone.parent, "2.0"))
    assert not environment.is_current()
    environment.install()
    assert _version(clone) == "2.0"


@pytest.mark.slow
def test_a_package_that_is_not_the_locked_one_is_refused_and_the_next_run_recovers(clone: Path) -> None:
    right = (clone / "requirements.lock").read_text()
    (clone / "requirements.lock").write_text(right[:-5] + "0000\n")
    with pytest.raises(Failed, match="Installing the packages failed"):
        Environment(clone).install()
    assert not Environment(clone).is_current()

    (clone / "requirements.lock").write_text(right)
    (clone / ".venv" / "half-made").touch()
    Environment(clone).install()

    assert _version(clone) == "1.0"
    assert not (clone / ".venv" / "half-made").exists()


@pytest.mark.slow
@pytest.mark.parametrize("state", ["moved", "without an interpreter"])
def test_an_environment_that_cannot_work_any_more_is_made_anew(state: str, clone: Path) -> None:
    Environment(clone).install()
    if state == "moved":
        clone = clone.rename(clone.with_name("elsewhere"))
    else:
        for path in (clone / ".venv" / "bin").glob("python*"):
            path.unlink()
    environment = Environment(clone)
    assert not environment.is_current()

    environment.install()

    assert environment.is_current()
    assert _version(clone) == "1.0"


def test_without_ensurepip_the_machines_pip_fills_the_environment(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = module.find_pythons

    def without_ensurepip(wanted: str | None = None) -> tuple[list[Python], list[str]]:
        found, refused = find(wanted)
        return [Python(python.path, python.version, False, python.has_pip) for python in found], refused

    monkeypatch.setenv("SPARKLABS_PYTHON", str(Path(sys._base_executable)))  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "find_pythons", without_ensurepip)

    Environment(clone).install()

    assert _version(clone) == "1.0"
    assert not list((clone / ".venv").glob("lib/python3*/site-packages/pip"))


def test_without_ensurepip_and_pip_the_message_names_debians_package(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_pythons", lambda _: ([Python("/usr/bin/python3", (3, 11, 2), False, False)], []))

    with pytest.raises(Failed, match=r"apt-get install python3\.11-venv"):
        Environment(clone).install()

    assert not (clone / ".venv").exists()


def test_without_a_python_the_message_says_what_was_looked_at(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_pythons", lambda _: ([], ["/usr/bin/python3: is 3.9.2"]))

    with pytest.raises(Failed) as caught:
        Environment(clone).install()

    assert "/usr/bin/python3: is 3.9.2" in str(caught.value)
    assert "3.11 to 3.13" in str(caught.value)


def test_an_environment_that_is_only_a_link_is_not_touched(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (clone / ".venv").symlink_to(tmp_path / "shared")

    with pytest.raises(Failed, match="is a link"):
        Environment(clone).install()
