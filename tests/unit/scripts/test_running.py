"""Tools run quietly; when they fail, what is shown names no registry."""

import sys
from pathlib import Path

import pytest

from scripts.running import Failed, run, without_addresses


def test_a_failure_shows_the_last_lines_without_addresses(tmp_path: Path) -> None:
    host = "files." + "example" + ".org"
    script = f"print('first'); print('fetching https://{host}/simple/ from host=\\'{host}\\''); raise SystemExit(3)"

    with pytest.raises(Failed) as caught:
        run([sys.executable, "-c", script], what="Installing", cwd=tmp_path)

    assert "Installing failed (exit code 3)" in str(caught.value)
    assert "fetching" in str(caught.value)
    assert host not in str(caught.value)


def test_a_tool_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="could not be started"):
        run([str(tmp_path / "absent")], what="It", cwd=tmp_path)


def test_every_line_is_seen_while_it_runs(tmp_path: Path) -> None:
    lines: list[str] = []

    run([sys.executable, "-c", "print('one'); print('two')"], what="It", cwd=tmp_path, on_line=lines.append)

    assert lines == ["one", "two"]


def test_plain_words_with_points_stay() -> None:
    assert without_addresses("requirements.lock line 3: numpy==2.1.0") == "requirements.lock line 3: numpy==2.1.0"
