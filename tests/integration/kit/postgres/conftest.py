"""Homes for embedded servers, and the certainty that none of them outlives its test."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sparklabs.kit.postgres import EmbeddedPostgres
from sparklabs.kit.postgres.postmaster import find_postmaster


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty home folder; whatever server runs under it in the end is killed."""
    folder = tmp_path / "home"
    yield folder
    for data in folder.rglob("postgres/[0-9][0-9]"):
        running = find_postmaster(data)
        if running is not None:
            with suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGQUIT)


@pytest.fixture
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    """A launcher over an empty home; stopped in the end."""
    embedded = EmbeddedPostgres(home)
    yield embedded
    embedded.stop()
