"""What waits for a person, gravest first, and what happened: rows with names, in facts that any console can word."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, LiteralString, Protocol
from uuid import UUID

from sparklabs.insight.analytics import attention_repository as rows
from sparklabs.insight.analytics.repository import PLAYGROUND
from sparklabs.insight.analytics.schemas import ActivityItem, AttentionItem
from sparklabs.kit.db import Database, Row
from sparklabs.kit.events import TYPE_PREFIX
from sparklabs.kit.pagination import Page, order_of, page_query, to_page

RECENT = timedelta(hours=24)
_GRAVITY = {"critical": 0, "high": 1, "medium": 2}
_ACTIVITY_SORTS: dict[str, LiteralString] = {"seq": "e.seq"}


class ContactNames(Protocol):
    """Opens the sealed names of contacts."""

    def open_name(self, tenant_id: UUID, row: Row) -> str | None: ...


async def read(db: Database, tenant_id: UUID, *, names: ContactNames, now: datetime) -> Page[AttentionItem]:
    """Up to twenty of each kind; `total` counts those that were left out as well."""
    since = now - RECENT
    found = await db.run(
        tenant_id,
        rows.select_waiting_handoffs(),
        rows.select_failed_turns(since=since, without=PLAYGROUND),
        rows.select_file_faults(),
        rows.select_gaps(),
        rows.select_paused_with_traffic(since=since),
        rows.select_urgent_tickets(),
    )

    def handoff(row: Row) -> AttentionItem:
        about = [row["department"]] if row["department"] else []
        return _item("handoff_waiting", "critical", row, about=about, contact_name=names.open_name(tenant_id, row))

    tellers: tuple[Callable[[Row], AttentionItem], ...] = (handoff, _failed, _faults, _gaps, _paused, _ticket)
    items = [tell(row) for tell, kind in zip(tellers, found, strict=True) for row in kind]
    items.sort(key=lambda item: item.at, reverse=True)
    items.sort(key=lambda item: _GRAVITY[item.severity])
    return Page(items=items, total=sum(kind[0]["of_kind"] for kind in found if kind))


class ActivityReader:
    """Reads the outbox of events backwards."""

    def __init__(self, db: Database, names: ContactNames) -> None:
        self._db = db
        self._names = names

    async def read(self, tenant_id: UUID, *, cursor: str | None, limit: int) -> Page[ActivityItem]:
        """A page of events, the newest first."""
        order = order_of("-seq", columns=_ACTIVITY_SORTS, default="-seq")
        page = page_query(order, cursor=cursor, limit=limit, id_column="e.id", cast="bigint")
        [found] = await self._db.run(tenant_id, rows.select_activity(page))
        shown, next_cursor, _ = to_page(found, order=order, limit=limit, total=None)
        return Page(items=[self._told(tenant_id, dict(row)) for row in shown], next_cursor=next_cursor)

    def _told(self, tenant_id: UUID, row: Row) -> ActivityItem:
        name = self._names.open_name(tenant_id, row) if row["contact_id"] else None
        told: dict[str, Any] = {field: row[field] for field in ActivityItem.model_fields if field in row}
        told |= {"type": row["type"].removeprefix(TYPE_PREFIX), "contact_name": name}
        return ActivityItem(**told)


def _failed(row: Row) -> AttentionItem:
    return _item("turns_failed", "high", row, about=[row["code"]], key=f"{row['id']}:{row['code']}")


def _faults(row: Row) -> AttentionItem:
    return _item("agent_file_faults", "high", row, about=row["codes"])


def _gaps(row: Row) -> AttentionItem:
    return _item("agent_gaps", "medium", row, about=row["names"])


def _paused(row: Row) -> AttentionItem:
    return _item("agent_paused_with_traffic", "high", row)


def _ticket(row: Row) -> AttentionItem:
    severity = "critical" if row["priority"] == "urgent" else "high"
    return _item("ticket_open", severity, row, about=[row["title"]], ticket_number=row["number"])


def _item(kind: Any, severity: Any, row: Row, *, key: str | None = None, **more: Any) -> AttentionItem:
    told: dict[str, Any] = {"about": [], "contact_name": None, "ticket_number": None, **more}
    return AttentionItem(
        id=f"{kind}:{key or row['id']}",
        kind=kind,
        severity=severity,
        at=row["at"],
        count=row.get("count", 1),
        agent_slug=row["agent_slug"],
        agent_name=row["agent_name"],
        conversation_id=row.get("conversation_id"),
        **told,
    )
