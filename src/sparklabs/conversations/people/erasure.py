"""Erasing a person: everything of theirs in one transaction, the contents of their files first, and audited by id."""

import asyncio
from typing import Any, Protocol
from uuid import UUID

from sparklabs.conversations.contacts import HANDLE_COLUMN, NAME_COLUMN
from sparklabs.conversations.people import erasure_repository as rows
from sparklabs.conversations.people.schemas import ErasureOut
from sparklabs.conversations.people.service import not_found
from sparklabs.identity import audit
from sparklabs.kit import events
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row
from sparklabs.kit.files import FileStore
from sparklabs.kit.notices import Notices
from sparklabs.kit.web import Principal

ERASED_NOTICE = "contact_erased"
_SHORTEST_WORD = 3


class SweepLater(Protocol):
    """Has a worker call `ErasureService.sweep` with the same, when what was under way must have ended."""

    async def __call__(
        self, tenant_id: UUID, *, contact_id: UUID, conversation_ids: list[UUID], run_ids: list[UUID]
    ) -> None: ...


class ErasureService:
    """Hard-deletes contacts. `sweep_later` has a worker look again after turns that were under way have ended."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        sealer: Sealer,
        store: FileStore,
        notices: Notices,
        sweep_later: SweepLater,
    ) -> None:
        self._db = db
        self._clock = clock
        self._sealer = sealer
        self._store = store
        self._notices = notices
        self._sweep_later = sweep_later

    async def erase(self, principal: Principal, contact_id: UUID) -> ErasureOut:
        """Removes the person for good; figures of their runs stay without them. Raises ContactNotFoundError.

        Contents of files go before the rows that name them: an erasure that fails half-way is asked for again and
        leaves nothing behind that no row leads to.
        """
        tenant_id = principal.tenant_id
        async with self._db.tenant(tenant_id) as conn:
            known = await rows.lock_contact(conn, contact_id)
            if known is None:
                raise not_found()
            traces, open_runs = await rows.find_traces(conn, contact_id)
            await self._empty_records(conn, traces, await self._identifiers(conn, tenant_id, known))
            for key in await rows.list_stored_files(conn, traces):
                await asyncio.to_thread(self._store.delete, key)
            erased = await rows.erase(conn, traces)
            await self._tell(conn, principal, contact_id, erased)
        await self._notices.publish(ERASED_NOTICE, {"tenant_id": str(tenant_id)})
        if open_runs:
            await self._sweep_later(
                tenant_id, contact_id=contact_id, conversation_ids=traces.conversation_ids, run_ids=open_runs
            )
        return ErasureOut(contact_id=contact_id, erased=erased)

    async def sweep(
        self, tenant_id: UUID, *, contact_id: UUID, conversation_ids: list[UUID], run_ids: list[UUID]
    ) -> None:
        """Removes what a tool that was under way during the erasure wrote after it."""
        traces = rows.Traces(contact_id, conversation_ids, run_ids)
        async with self._db.tenant(tenant_id) as conn:
            for key in await rows.list_stored_files(conn, traces):
                await asyncio.to_thread(self._store.delete, key)
            await rows.erase(conn, traces)

    async def _identifiers(self, conn: Any, tenant_id: UUID, known: Row) -> frozenset[str]:
        """What the person is recognised by in a text, case folded."""
        found = {str(known["contact_id"]), known["external_id"] or ""}
        if known["key_sealed"] is not None:
            key = self._sealer.open_key(known["key_sealed"], tenant_id=tenant_id, contact_id=known["contact_id"])
            if known["name_sealed"] is not None:
                found.add(key.open(bytes(known["name_sealed"]), NAME_COLUMN))
            for each in await rows.list_handles(conn, known["contact_id"]):
                found.add(key.open(bytes(each["value_sealed"]), HANDLE_COLUMN))
        return frozenset(each.casefold() for each in found if len(each) >= _SHORTEST_WORD)

    async def _empty_records(self, conn: Any, traces: rows.Traces, identifiers: frozenset[str]) -> None:
        """Records that others made and this person's calls changed stay, without the fields that name the person."""
        for row in await rows.list_changed_records(conn, traces):
            data = {name: without(value, identifiers) for name, value in row["data"].items()}
            if data != row["data"]:
                await rows.update_record(conn, collection=row["collection"], key=row["key"], data=data)

    async def _tell(self, conn: Any, principal: Principal, contact_id: UUID, erased: dict[str, int]) -> None:
        now = self._clock.now()
        line = audit.entry(
            principal.tenant_id,
            actor=principal.actor,
            action="contact.erased",
            subject=f"contact:{contact_id}",
            data=dict(erased),
            now=now,
        )
        event = events.record(
            tenant_id=principal.tenant_id,
            type="contact.erased",
            source="/contacts",
            subject=str(contact_id),
            data={},
            at=now,
        )
        for statement in (line, event):
            await conn.execute(statement.sql, statement.params)


def without(value: Any, identifiers: frozenset[str]) -> Any:
    """The value, or None where its text names the person."""
    if isinstance(value, str):
        folded = value.casefold()
        return None if any(each in folded for each in identifiers) else value
    if isinstance(value, list):
        return [without(each, identifiers) for each in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {name: without(each, identifiers) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value
