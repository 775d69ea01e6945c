"""The stored runs and steps of conversations, for whoever shows them."""

from uuid import UUID

from sparklabs.kit.db import Database, Row
from sparklabs.runtime.repository import RunRepository


class RunTraces:
    """Reads what the turns recorded; writes nothing."""

    def __init__(self, db: Database) -> None:
        self._rows = RunRepository(db)

    async def conversation_runs(self, tenant_id: UUID, conversation_id: UUID, *, limit: int) -> list[Row]:
        """The newest runs of a conversation, oldest first, each with its agent version's number and hash."""
        return await self._rows.conversation_runs(tenant_id, conversation_id, limit=limit)

    async def find_run(self, tenant_id: UUID, run_id: UUID) -> Row | None:
        """One run with its agent version's number and hash."""
        return await self._rows.find_run(tenant_id, run_id)

    async def find_runs(self, tenant_id: UUID, run_ids: list[UUID]) -> list[Row]:
        """Runs by their ids, oldest first, with version numbers and hashes."""
        return await self._rows.find_runs(tenant_id, run_ids)

    async def steps(self, tenant_id: UUID, run_ids: list[UUID]) -> list[Row]:
        """The steps of runs, by run and number."""
        return await self._rows.steps(tenant_id, run_ids)
