"""An identity room over a real database, with a clock that tests can move."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sparklabs.identity.service import Identity
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database
from tests.conftest import SECRET_KEY

EMAIL, PASSWORD = "owner@example.com", "correct horse"


class MovableClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, **amount: float) -> None:
        self._now += timedelta(**amount)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def identity(db: Database, clock: MovableClock) -> Iterator[Identity]:
    room = Identity(db, Sealer(SECRET_KEY), clock=clock)
    yield room
    room.close()


@pytest.fixture
def other_process(db: Database, clock: MovableClock) -> Iterator[Identity]:
    """The same room in another process: nothing is shared but the database and the secret key."""
    room = Identity(db, Sealer(SECRET_KEY), clock=clock)
    yield room
    room.close()
