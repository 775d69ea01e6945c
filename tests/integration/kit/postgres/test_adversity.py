"""Full disks, read-only disks, halves of folders: each a coded error, and a start as soon as it is put right."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from sparklabs.kit.postgres import EmbeddedPostgres
from sparklabs.kit.postgres.errors import (
    DataCorruptError,
    DataVersionError,
    FolderNotWritableError,
    StartFailedError,
)
from tests.integration.kit.postgres.platform import PlatformProcess

_SOURCE = Path(__file__).resolve().parents[4] / "src"
# A small disk of one's own needs a mount namespace; where the machine allows none, a limit on the size of a file
# brings the same refusal in the same place, in the middle of making the data folder.
_NAMESPACE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
_CAN_MOUNT = (
    subprocess.run(
        [*_NAMESPACE, "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"], check=False, capture_output=True
    ).returncode
    == 0
)
_BEGIN = """
import os, resource, subprocess, sys
from pathlib import Path
from sparklabs.kit.postgres import EmbeddedPostgres, PostgresError
home = Path(sys.argv[1])
def attempt():
    postgres = EmbeddedPostgres(home)
    try:
        postgres.start()
        postgres.stop()
        print("started")
    except PostgresError as error:
        print(error.code)
def mount(options):
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(home)], check=True)
"""


def _run(script: str, home: Path, *, namespace: bool) -> list[str]:
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [*(_NAMESPACE if namespace else []), sys.executable, "-c", _BEGIN + script, str(home)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(_SOURCE)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_disk_that_fills_up_while_the_data_folder_is_made_leaves_nothing_half_made(home: Path) -> None:
    small = "mount('size=20m')\n" if _CAN_MOUNT else "resource.setrlimit(resource.RLIMIT_FSIZE, (5000000, 5000000))\n"
    script = small + "attempt()\nprint(len(list(home.glob('postgres/.building-*'))), (home / 'postgres/18').exists())"

    assert _run(script, home, namespace=_CAN_MOUNT) == ["postgres_disk_full", "0", "False"]


@pytest.mark.parametrize("way", ["mount"] if _CAN_MOUNT else [])
def test_a_disk_that_is_full_at_a_restart_is_named_and_room_mends_it(way: str, home: Path) -> None:
    script = """
mount('size=100m')
postgres = EmbeddedPostgres(home)
postgres.start()
postgres.stop()
filler = os.open(home / 'filler', os.O_WRONLY | os.O_CREAT)
try:
    while True:
        os.write(filler, b'x' * 4096)
except OSError:
    os.close(filler)
attempt()
(home / 'filler').unlink()
attempt()
"""
    assert _run(script, home, namespace=True) == ["postgres_disk_full", "started"]


@pytest.mark.parametrize("way", ["mount"] if _CAN_MOUNT else [])
def test_a_disk_that_became_read_only_is_named(way: str, home: Path) -> None:
    script = """
mount('size=100m')
postgres = EmbeddedPostgres(home)
postgres.start()
postgres.stop()
subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
attempt()
"""
    assert _run(script, home, namespace=True) == ["postgres_folder_not_writable"]


def test_a_home_that_is_a_file_or_below_one_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises((FolderNotWritableError, StartFailedError)) as caught:
        EmbeddedPostgres(tmp_path / "file" / "home").start()

    assert caught.value.hint


def test_a_kill_in_the_middle_of_making_the_data_folder_is_made_good_by_the_next_start(home: Path) -> None:
    process = PlatformProcess(home)
    deadline = time.monotonic() + 10
    while not list(home.glob("postgres/.building-*/PG_VERSION")):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.kill()
    assert not (home / "postgres" / "18").exists()

    postgres = EmbeddedPostgres(home)
    server = postgres.start()

    with psycopg.connect(server.admin_dsn) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not list(home.glob("postgres/.building-*"))
    postgres.stop()


def test_a_folder_with_a_damaged_control_file_is_refused_and_nothing_is_deleted(
    postgres: EmbeddedPostgres, home: Path
) -> None:
    postgres.start()
    postgres.stop()
    control = home / "postgres" / "18" / "global" / "pg_control"
    whole = control.read_bytes()
    control.write_bytes(b"\1" * len(whole))

    with pytest.raises(DataCorruptError) as caught:
        postgres.start()

    assert caught.value.hint
    assert control.read_bytes() == b"\1" * len(whole)
    control.write_bytes(whole)
    assert postgres.start().started_by_us


def test_a_folder_of_another_major_version_is_refused_by_name(home: Path) -> None:
    older = EmbeddedPostgres(home, major=16)
    older.start()
    older.stop()

    with pytest.raises(DataVersionError, match="holds data of PostgreSQL 16"):
        EmbeddedPostgres(home).start()
    (home / "postgres" / "16").rename(home / "postgres" / "18")
    with pytest.raises(DataVersionError, match="was written by PostgreSQL 16"):
        EmbeddedPostgres(home).start()


def test_a_server_that_hangs_is_named_with_its_pid(postgres: EmbeddedPostgres) -> None:
    server = postgres.start()
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with pytest.raises(StartFailedError, match=str(server.pid)):
            postgres.start(timeout_seconds=1)
    finally:
        os.kill(server.pid, signal.SIGCONT)
