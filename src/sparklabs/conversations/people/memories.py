"""What is remembered of a contact, as people look at it: listed, corrected, pinned and forgotten."""

from typing import LiteralString
from uuid import UUID

from sparklabs.conversations.people import repository as rows
from sparklabs.conversations.people.errors import MemoryNotFoundError
from sparklabs.conversations.people.schemas import MemoryChangeBody, MemoryOut
from sparklabs.conversations.people.service import not_found
from sparklabs.identity import audit
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database
from sparklabs.kit.pagination import Page, order_of, page_query, to_page
from sparklabs.kit.web import Principal
from sparklabs.models.embeddings import EmbeddingsMissingError, get_embedder

_SORTS: dict[str, LiteralString] = {"updated_at": "m.updated_at", "created_at": "m.created_at"}


class MemoryService:
    """The memories of contacts."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def list(
        self, tenant_id: UUID, contact_id: UUID, *, sort: str | None, cursor: str | None, limit: int
    ) -> Page[MemoryOut]:
        """A page of a contact's memories, the newest first; raises ContactNotFoundError."""
        order = order_of(sort, columns=_SORTS, default="-updated_at")
        page = page_query(order, cursor=cursor, limit=limit, id_column="m.id", cast="timestamptz")
        known, found, counted = await self._db.run(
            tenant_id, rows.select_contact_exists(contact_id), *rows.select_memories(contact_id, page)
        )
        if not known:
            raise not_found()
        shown, next_cursor, total = to_page(found, order=order, limit=limit, total=counted[0]["total"])
        return Page(items=[MemoryOut(**row) for row in shown], next_cursor=next_cursor, total=total)

    async def change(
        self, principal: Principal, contact_id: UUID, memory_id: UUID, body: MemoryChangeBody
    ) -> MemoryOut:
        """Corrects or pins a memory, the change audited; raises MemoryNotFoundError."""
        embedding = await _embed(body.content) if body.content is not None else None
        changed, found = await self._db.run(
            principal.tenant_id,
            rows.update_memory(
                contact_id,
                memory_id,
                content=body.content,
                embedding=embedding,
                pinned=body.pinned,
                now=self._clock.now(),
            ),
            rows.select_memory(contact_id, memory_id),
        )
        if not changed:
            raise _no_memory()
        await self._audit(principal, contact_id, memory_id, "memory.changed")
        return MemoryOut(**found[0])

    async def forget(self, principal: Principal, contact_id: UUID, memory_id: UUID) -> None:
        """Deletes a memory for good, audited; raises MemoryNotFoundError."""
        [gone] = await self._db.run(principal.tenant_id, rows.delete_memory(contact_id, memory_id))
        if not gone:
            raise _no_memory()
        await self._audit(principal, contact_id, memory_id, "memory.forgotten")

    async def _audit(self, principal: Principal, contact_id: UUID, memory_id: UUID, action: str) -> None:
        line = audit.entry(
            principal.tenant_id,
            actor=principal.actor,
            action=action,
            subject=f"contact:{contact_id}",
            data={"memory_id": str(memory_id)},
            now=self._clock.now(),
        )
        await self._db.run(principal.tenant_id, line)


async def _embed(content: str) -> str | None:
    """The text's vector in pgvector's notation; without the model's files the text is kept all the same."""
    try:
        [vector] = await get_embedder().aembed([content])
    except EmbeddingsMissingError:
        return None
    return "[" + ",".join(f"{value:.7g}" for value in vector) + "]"


def _no_memory() -> MemoryNotFoundError:
    return MemoryNotFoundError("The contact has no such memory.", hint="It may have been forgotten already.")
