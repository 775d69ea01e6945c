"""Identities of processes: a reused pid, a zombie, a process that never was."""

import os
import subprocess
import sys
import time

from sparklabs.kit.processes import find_identity, is_same_process, own_identity


def test_a_process_keeps_its_identity_and_differs_from_every_other() -> None:
    assert own_identity() == find_identity(os.getpid())
    assert own_identity() != find_identity(1)
    assert is_same_process(os.getpid(), own_identity())


def test_an_identity_of_another_process_with_the_same_pid_is_not_the_same_process() -> None:
    assert not is_same_process(os.getpid(), own_identity() + "0")


def test_zombies_and_pids_that_never_were_have_no_identity() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    deadline = time.monotonic() + 10
    while find_identity(child.pid) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert child.wait() == 0
    assert find_identity(child.pid) is None
    assert find_identity(0) is None
    assert find_identity(-1) is None
