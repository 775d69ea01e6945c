"""Several platform processes over one home: who starts, who adopts, who stops."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from sparklabs.kit.postgres import EmbeddedPostgres
from sparklabs.kit.processes import find_identity
from tests.integration.kit.postgres.platform import PlatformProcess

TOGETHER = 4


def _accepts(dsn: str) -> bool:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_processes_that_start_together_on_an_empty_home_share_one_server(home: Path) -> None:
    processes = [PlatformProcess(home) for _ in range(TOGETHER)]
    answers = [process.answer() for process in processes]

    assert len({answer["pid"] for answer in answers}) == 1
    assert [answer["started_by_us"] for answer in answers].count(True) == 1
    for process in processes[:-1]:
        assert process.leave() == {"running": True}
    assert _accepts(answers[0]["dsn"])
    assert processes[-1].leave() == {"running": False}


def test_a_killed_platform_leaves_its_server_to_the_next_one(home: Path) -> None:
    first = PlatformProcess(home)
    before = first.answer()
    first.kill()
    assert _accepts(before["dsn"])

    second = PlatformProcess(home)
    after = second.answer()

    assert after["pid"] == before["pid"]
    assert not after["started_by_us"]
    assert second.leave() == {"running": False}


def test_a_killed_platform_does_not_count_as_a_user(home: Path) -> None:
    killed, other = PlatformProcess(home), PlatformProcess(home)
    pids = {killed.answer()["pid"], other.answer()["pid"]}
    assert len(pids) == 1
    killed.kill()

    assert other.leave() == {"running": False}


@pytest.mark.slow
def test_the_death_of_the_process_that_started_it_does_not_disturb_the_others(home: Path) -> None:
    starter = PlatformProcess(home)
    server = starter.answer()
    other = PlatformProcess(home)
    assert other.answer()["pid"] == server["pid"]
    starter.kill()

    assert _accepts(server["dsn"])
    assert other.leave() == {"running": False}


def test_after_a_kill_of_server_and_platform_nothing_committed_is_lost(home: Path) -> None:
    first = PlatformProcess(home)
    before = first.answer()
    with psycopg.connect(before["dsn"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 500) AS number")
    os.kill(before["pid"], signal.SIGKILL)
    first.kill()

    second = PlatformProcess(home)
    after = second.answer()

    assert after["started_by_us"]
    with psycopg.connect(after["dsn"]) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (500,)
    second.leave()


def test_two_launchers_of_one_process_are_two_users(home: Path) -> None:
    one, two = EmbeddedPostgres(home), EmbeddedPostgres(home)
    server = one.start()
    two.start()

    one.stop()

    assert find_identity(server.pid) is not None
    two.stop()
    assert find_identity(server.pid) is None


def test_ctrl_c_for_the_whole_terminal_does_not_reach_the_server(home: Path) -> None:
    program = (
        "import signal, sys; from pathlib import Path; from sparklabs.kit.postgres import EmbeddedPostgres;"
        "server = EmbeddedPostgres(Path(sys.argv[1])).start();"
        "signal.signal(signal.SIGINT, signal.SIG_IGN); print(server.pid, flush=True); sys.stdin.read()"
    )
    source = Path(__file__).resolve().parents[4] / "src"
    terminal = subprocess.Popen(
        [sys.executable, "-c", program, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(source)},
        start_new_session=True,
    )
    assert terminal.stdout is not None
    pid = int(terminal.stdout.readline())

    os.killpg(terminal.pid, signal.SIGINT)
    time.sleep(0.3)

    assert find_identity(pid) is not None
    terminal.communicate("")
    EmbeddedPostgres(home).stop()
    assert find_identity(pid) is None


@pytest.mark.slow
def test_however_processes_come_and_go_there_is_never_a_second_server(home: Path) -> None:
    committed = 0
    for round_number in range(8):
        processes = [PlatformProcess(home) for _ in range(3)]
        answers = [process.answer() for process in processes]
        assert len({answer["pid"] for answer in answers}) == 1
        with psycopg.connect(answers[0]["dsn"]) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
            connection.execute("INSERT INTO kept VALUES (%s)", [round_number])
        committed += 1
        if round_number % 2:
            os.kill(answers[0]["pid"], signal.SIGKILL)
        processes[0].kill()
        processes[1].kill() if round_number % 3 else processes[1].leave()
        processes[2].leave()

    last = PlatformProcess(home)
    with psycopg.connect(last.answer()["dsn"]) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (committed,)
    last.leave()
