"""As whom the server runs: as root in its two ways, as a plain user, in folders that only their owner may enter."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sparklabs.kit.postgres import EmbeddedPostgres
from tests.integration.kit.postgres.platform import PlatformProcess, plain_user_prefix

AS_ROOT = os.geteuid() == 0
NOBODY = 65534
# A plain user can become neither root nor somebody else: only the first way is open then.
WAYS = ["plain user", "user namespace", "dropped user"] if AS_ROOT else ["plain user"]
SEEN_UID = {"plain user": NOBODY if AS_ROOT else os.geteuid(), "user namespace": 0, "dropped user": NOBODY}


@pytest.fixture
def private_folder(way: str) -> Iterator[Path]:
    """A folder of mode 700, in the temporary folder itself: pytest's own folders are closed to other users."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if way == "plain user" and AS_ROOT:
            os.chown(folder, NOBODY, NOBODY)
        assert folder.stat().st_mode & 0o777 == 0o700
        yield folder


def _start(way: str, home: Path) -> PlatformProcess:
    before = plain_user_prefix() if way == "plain user" else ()
    return PlatformProcess(home, mode="dropped" if way == "dropped user" else "", before=before)


@pytest.mark.parametrize("way", WAYS)
def test_a_server_in_a_private_folder_starts_restarts_and_keeps_its_rows(way: str, private_folder: Path) -> None:
    home = private_folder / "inner" / "home"
    first = _start(way, home)
    before = first.answer()
    assert Path(f"/proc/{before['pid']}").stat().st_uid == SEEN_UID[way]
    with psycopg.connect(before["dsn"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert first.leave() == {"running": False}

    second = _start(way, home)
    after = second.answer()

    for address in (after["dsn"], after["local"]):
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    assert home.joinpath("postgres").stat().st_mode & 0o777 == 0o700
    assert second.leave() == {"running": False}


@pytest.mark.slow
@pytest.mark.parametrize("way", ["dropped user"] if AS_ROOT else [])
def test_data_made_in_a_namespace_can_change_to_a_dropped_user_and_stays_with_it(
    way: str, private_folder: Path
) -> None:
    home = private_folder / "home"
    made = EmbeddedPostgres(home)
    with psycopg.connect(made.start().admin_dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    made.stop()

    dropped = _start("dropped user", home)
    with psycopg.connect(dropped.answer()["dsn"]) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    dropped.leave()

    again = EmbeddedPostgres(home)
    server = again.start()
    assert Path(f"/proc/{server.pid}").stat().st_uid == NOBODY
    again.stop()


@pytest.mark.parametrize("way", ["dropped user"] if AS_ROOT else [])
def test_a_home_of_root_is_refused_to_a_plain_user_with_a_clear_error(way: str, private_folder: Path) -> None:
    home = private_folder / "home"
    private_folder.chmod(0o755)
    owner = EmbeddedPostgres(home)
    owner.start()
    owner.stop()

    stranger = PlatformProcess(home, before=plain_user_prefix())

    assert stranger.answer()["code"] == "postgres_folder_not_writable"
