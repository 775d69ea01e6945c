"""Start, stop, kill: what one launcher does with one server."""

import os
import signal
import socket
import time
from pathlib import Path

import psycopg
import pytest

from sparklabs.kit.postgres import EmbeddedPostgres
from sparklabs.kit.processes import find_identity


def _setting(dsn: str, name: str) -> str:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while find_identity(pid) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_empty_home_gets_a_server_that_is_safe_and_holds_vectors(postgres: EmbeddedPostgres, home: Path) -> None:
    server = postgres.start()

    assert server.started_by_us
    assert server.version == 18
    assert _setting(server.admin_dsn, "server_version").startswith("18")
    assert _setting(server.admin_dsn, "listen_addresses") == "127.0.0.1"
    assert _setting(server.admin_dsn, "fsync") == "on"
    assert _setting(server.admin_dsn, "synchronous_commit") == "on"
    assert _setting(server.admin_dsn, "max_connections") == "200"
    with psycopg.connect(server.admin_dsn) as connection:
        connection.execute("CREATE EXTENSION vector")
        assert connection.execute("SELECT '[3,4]'::vector <-> '[0,0]'::vector").fetchone() == (5.0,)
        assert connection.execute("SELECT upper('çé'), lower('ДА')").fetchone() == ("ÇÉ", "да")


def test_nobody_gets_in_without_the_password_that_lies_in_a_private_file(
    postgres: EmbeddedPostgres, home: Path
) -> None:
    server = postgres.start()

    assert (home / "postgres" / "password").stat().st_mode & 0o777 == 0o600
    assert (home / "postgres").stat().st_mode & 0o777 == 0o700
    assert (home / "postgres" / "password").read_text().strip() == server.password
    assert server.password not in repr(server)
    for address in (server.url(user="postgres", password="wrong"), server.local_url(user="postgres", password="wrong")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address)


def test_the_server_inherits_none_of_the_platforms_keys(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "must-not-reach-the-server")
    monkeypatch.setenv("PGPORT", "1")

    server = postgres.start()

    with psycopg.connect(server.admin_dsn) as connection:
        connection.execute("CREATE TABLE seen (line text)")
        connection.execute("COPY seen FROM PROGRAM 'env'")
        names = {str(row[0]).partition("=")[0] for row in connection.execute("SELECT line FROM seen")}
    assert "PATH" in names
    assert not names & {"OPENAI_API_KEY", "PGPORT"}


def test_starting_again_is_the_same_server_and_stopping_twice_is_fine(postgres: EmbeddedPostgres) -> None:
    first = postgres.start()
    second = postgres.start()

    assert (second.pid, second.port, second.started_by_us) == (first.pid, first.port, False)
    postgres.stop()
    assert find_identity(first.pid) is None
    assert not postgres.status().running
    postgres.stop()


def test_a_restart_keeps_port_and_rows(postgres: EmbeddedPostgres) -> None:
    before = postgres.start()
    with psycopg.connect(before.admin_dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    postgres.stop()

    after = postgres.start()

    assert after.port == before.port
    assert after.pid != before.pid
    with psycopg.connect(after.admin_dsn) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)


def test_a_killed_server_comes_back_on_its_port_with_every_committed_row(postgres: EmbeddedPostgres) -> None:
    before = postgres.start()
    with psycopg.connect(before.admin_dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    os.kill(before.pid, signal.SIGKILL)

    after = postgres.start()

    assert after.started_by_us
    assert after.port == before.port
    with psycopg.connect(after.admin_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_a_stop_does_not_wait_for_open_connections(postgres: EmbeddedPostgres) -> None:
    server = postgres.start()
    connection = psycopg.connect(server.admin_dsn)
    connection.execute("SELECT 1")

    began = time.monotonic()
    postgres.stop()

    assert find_identity(server.pid) is None
    assert time.monotonic() - began < 5
    connection.close()


@pytest.mark.slow
def test_a_backend_that_outlives_its_postmaster_holds_up_the_next_start_for_seconds_only(
    postgres: EmbeddedPostgres,
) -> None:
    server = postgres.start()
    busy = psycopg.connect(server.admin_dsn, autocommit=True)
    backend = busy.info.backend_pid
    # Pure computing: it never looks whether its postmaster still lives.
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000000) AS n WHERE n % 7 = 8")
    time.sleep(0.2)
    os.kill(server.pid, signal.SIGKILL)
    assert find_identity(backend) is not None

    again = postgres.start()

    assert again.started_by_us
    assert find_identity(backend) is None
    busy.close()


def test_a_port_that_somebody_took_gives_way_to_another(postgres: EmbeddedPostgres) -> None:
    kept = postgres.start().port
    postgres.stop()

    with socket.create_server(("127.0.0.1", kept)):
        moved = postgres.start()
        assert moved.port != kept
        with psycopg.connect(moved.admin_dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_pid_file_whose_pid_now_belongs_to_another_process_does_not_bar_the_start(
    postgres: EmbeddedPostgres, home: Path
) -> None:
    server = postgres.start()
    pid_file = home / "postgres" / "18" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    os.kill(server.pid, signal.SIGKILL)
    _wait_until_gone(server.pid)
    # Our own pid: the server's own check takes any live process of this user for itself and refuses.
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    for lock in (home / "postgres" / "run-18").glob("*.lock"):
        lock.write_text(f"{os.getpid()}\n" + lock.read_text().partition("\n")[2])

    again = postgres.start()

    assert again.pid not in {server.pid, os.getpid()}
    assert find_identity(os.getpid()) is not None


def test_a_home_with_a_path_longer_than_a_socket_may_have_works_over_socket_and_port(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30) / ("longer" * 20)
    postgres = EmbeddedPostgres(home)
    server = postgres.start()
    try:
        assert server.socket_dir is not None
        assert len(server.socket_dir) < 90
        for address in (server.admin_dsn, server.local_url(user="postgres", password=server.password)):
            with psycopg.connect(address) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        postgres.stop()
    assert not Path(server.socket_dir).exists()


def test_a_home_whose_password_file_was_lost_gets_a_new_one(postgres: EmbeddedPostgres, home: Path) -> None:
    old = postgres.start().password
    (home / "postgres" / "password").unlink()

    server = postgres.start()

    assert server.password != old
    with psycopg.connect(server.admin_dsn) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_older_server_of_the_wheel_runs_too(home: Path) -> None:
    postgres = EmbeddedPostgres(home, major=16)
    server = postgres.start()
    try:
        assert _setting(server.admin_dsn, "server_version").startswith("16")
        with psycopg.connect(server.admin_dsn) as connection:
            connection.execute("CREATE EXTENSION vector")
    finally:
        postgres.stop()
