"""The right to run a conversation's turns: taken with a growing token, renewed while held, checked by every write."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sparklabs.conversations import repository as rows
from sparklabs.kit.db import LEASE_LOST, Database, Statement
from sparklabs.kit.errors import SparkError

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Lease:
    """One holding of one conversation; `token` is known once it is taken."""

    owner: str
    seconds: float
    token: int = 0

    def fence(self, conversation_id: UUID) -> Statement:
        """First statement of a write group: aborts it when the lease is another's, renews it otherwise."""
        return rows.hold_lease(conversation_id=conversation_id, token=self.token, seconds=self.seconds)

    @asynccontextmanager
    async def kept(self, db: Database, tenant_id: UUID, conversation_id: UUID) -> AsyncGenerator[None]:
        """Renews the lease in the background while a long turn writes nothing; a loss shows at the next write."""
        loop = asyncio.get_running_loop()
        renewal: asyncio.Task[None] | None = None

        async def renew() -> None:
            while True:
                try:
                    await db.run(tenant_id, self.fence(conversation_id))
                except SparkError as error:
                    if error.code == LEASE_LOST:
                        logger.warning("A lease was lost while its turn ran.")
                        return
                    logger.warning("A lease could not be renewed; trying again.", extra={"why": error.detail})
                await asyncio.sleep(self.seconds / 3)

        def begin() -> None:
            nonlocal renewal
            renewal = asyncio.create_task(renew())

        # Most turns end before the first renewal is due and never pay for a task.
        timer = loop.call_later(self.seconds / 3, begin)
        try:
            yield
        finally:
            timer.cancel()
            if renewal is not None:
                renewal.cancel()
