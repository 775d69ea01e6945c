"""Analytics over hand-made rows, at a moment that stands still."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from sparklabs.conversations.contacts import ContactNames
from sparklabs.insight.analytics.service import AnalyticsService
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.errors import NotFoundError
from tests.conftest import SECRET_KEY
from tests.factories.history import History

NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)


class FixedClock:
    """Always the same moment, unless a test sets another."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


class Directory:
    """Finds an agent by its slug in the rows."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def identify(self, tenant_id: UUID, agent: str) -> UUID:
        [rows] = await self._db.run(tenant_id, Statement("SELECT id FROM agents WHERE slug = %s", (agent,)))
        if not rows:
            raise NotFoundError("There is no such agent.")
        return rows[0]["id"]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def analytics(db: Database, clock: FixedClock) -> AnalyticsService:
    async def berlin(tenant_id: UUID) -> str:
        return "Europe/Berlin"

    return AnalyticsService(
        db, clock=clock, agents=Directory(db), names=ContactNames(Sealer(SECRET_KEY)), tenant_zone=berlin
    )


@pytest.fixture
async def past(db: Database, tenant_id: UUID) -> History:
    """A tenant with one agent, `nora`."""
    history = History(db, tenant_id)
    await history.agent("nora", at=datetime(2026, 1, 1, tzinfo=UTC))
    return history


@pytest.fixture
async def others(db: Database, other_tenant_id: UUID) -> History:
    """Another tenant with one agent, `otto`."""
    history = History(db, other_tenant_id)
    await history.agent("otto", at=datetime(2026, 1, 1, tzinfo=UTC))
    return history
