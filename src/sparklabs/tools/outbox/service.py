"""What people see of the outbox; recipients are opened for those who may read them."""

from uuid import UUID

from sparklabs.kit.crypto import SealedValueError, Sealer
from sparklabs.kit.db import Database, Row
from sparklabs.kit.pagination import Order, Page, page_query, to_page
from sparklabs.tools.outbox import repository as rows
from sparklabs.tools.outbox.schemas import MessageState, OutboxMessageOut

_NEWEST_FIRST = Order(name="created_at", column="created_at", descending=True)


class Outbox:
    """One a process."""

    def __init__(self, db: Database, sealer: Sealer) -> None:
        self._db = db
        self._sealer = sealer

    async def list(
        self, tenant_id: UUID, *, state: MessageState | None, cursor: str | None, limit: int
    ) -> Page[OutboxMessageOut]:
        """The newest first."""
        page = page_query(_NEWEST_FIRST, cursor=cursor, limit=limit, cast="timestamptz")
        found, counted = await self._db.run(tenant_id, *rows.select_messages(page, state=state))
        shown, next_cursor, total = to_page(found, order=_NEWEST_FIRST, limit=limit, total=counted[0]["total"])
        items = [OutboxMessageOut(**row, recipient=self._recipient(tenant_id, dict(row))) for row in shown]
        return Page(items=items, next_cursor=next_cursor, total=total)

    def _recipient(self, tenant_id: UUID, row: Row) -> str:
        about = f"outbox_messages.recipient_sealed:{row['id']}"
        try:
            sealed = bytes(row["recipient_sealed"])
            return self._sealer.open(sealed, purpose="outbox", tenant_id=tenant_id, about=about).decode()
        except SealedValueError:
            # Erased, or sealed under a key that is gone: the rest of the message is still to be seen.
            return ""
