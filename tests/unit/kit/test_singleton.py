"""One platform for each home: the second is told who the first is, a killed one bars nobody."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sparklabs.kit.singleton import AlreadyRuns, HomeNotWritableError, Lock, acquire, find_running

_SOURCE = Path(__file__).resolve().parents[3] / "src"
_HOLDER = """
import sys
from pathlib import Path
from sparklabs.kit.singleton import Lock, acquire
lock = acquire(Path(sys.argv[1]))
assert isinstance(lock, Lock)
lock.publish("http://127.0.0.1:8000")
print("held", flush=True)
sys.stdin.read()
"""


def _hold(home: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_SOURCE)},
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_platform_is_told_the_pid_and_address_of_the_first(tmp_path: Path) -> None:
    holder = _hold(tmp_path)

    assert acquire(tmp_path) == AlreadyRuns(holder.pid, "http://127.0.0.1:8000")
    assert find_running(tmp_path) == AlreadyRuns(holder.pid, "http://127.0.0.1:8000")
    holder.kill()
    holder.communicate()


def test_a_killed_platform_frees_its_home_at_once(tmp_path: Path) -> None:
    holder = _hold(tmp_path)
    holder.kill()
    holder.communicate()

    assert find_running(tmp_path) is None
    lock = acquire(tmp_path)
    assert isinstance(lock, Lock)
    lock.release()


def test_a_note_whose_pid_was_reused_is_nobody(tmp_path: Path) -> None:
    note = {"pid": os.getpid(), "identity": "another boot:1", "address": "http://127.0.0.1:1"}
    (tmp_path / "platform.json").write_text(json.dumps(note))

    assert find_running(tmp_path) is None
    with acquire(tmp_path) as lock:  # type: ignore[union-attr]
        assert isinstance(lock, Lock)


def test_a_released_home_is_free_and_forgets_its_holder(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    lock = acquire(home)
    assert isinstance(lock, Lock)
    assert home.stat().st_mode & 0o777 == 0o700
    assert find_running(home) == AlreadyRuns(os.getpid(), None)
    assert isinstance(acquire(home), AlreadyRuns)

    lock.release()
    lock.release()

    assert find_running(home) is None
    assert isinstance(acquire(home), Lock)


def test_a_home_that_cannot_be_made_is_a_coded_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(HomeNotWritableError) as caught:
        acquire(tmp_path / "file" / "home")

    assert caught.value.code == "home_not_writable"
    assert "SPARKLABS_HOME" in (caught.value.hint or "")
