"""The door of the room: what happened is recorded with the rows it tells of, and read by whoever it concerns."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from sparklabs.kit import events
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.db.pool import Connection
from sparklabs.kit.ids import new_id
from sparklabs.kit.pagination import Order, Page, page_query, to_page
from sparklabs.kit.web import Principal
from sparklabs.notifications import repository as rows
from sparklabs.notifications.errors import NotificationKindInvalidError
from sparklabs.notifications.kinds import KINDS, Kind
from sparklabs.notifications.schemas import NotificationOut, PreferenceOut, UnreadOut

KEPT = timedelta(days=90)
_NEWEST_FIRST = Order(name="updated_at", column="n.updated_at", descending=True)


def record(
    *,
    tenant_id: UUID,
    kind: Kind,
    key: str,
    subject: str,
    data: Mapping[str, Any],
    at: datetime,
    condition: LiteralString = "true",
    params: tuple[Any, ...] = (),
) -> tuple[Statement, ...]:
    """The statements that tell people of something, for the write group of what they tell of.

    Until somebody has seen it, the same `key` is counted on one row. `subject` is `kind:id` of where it leads; `data`
    holds ids, names of agents and codes, never what a customer said. With a `condition` (SQL, with its `params`) it is
    told only when that holds at this place of the group.
    """
    id, name, severity = new_id(), f"{kind}/{key}", KINDS[kind].severity
    is_new: LiteralString = "EXISTS (SELECT FROM notifications WHERE id = %s)"

    told: dict[str, Any] = {
        "tenant_id": tenant_id,
        "source": "/notifications",
        "data": {"kind": kind, "severity": severity},
        "at": at,
    }
    repeats: LiteralString = f"NOT {is_new} AND ({condition})"
    return (
        rows.upsert(
            id=id, tenant_id=tenant_id, kind=kind, severity=severity, key=name, subject=subject,
            data=dict(data), at=at, condition=condition, params=params,
        ),
        events.record_if(is_new, (id,), type="notification.created", subject=str(id), **told),
        events.record_if(repeats, (id, *params), type="notification.repeated", subject=name, **told),
    )  # fmt: skip


async def tell(conn: Connection, **told: Any) -> None:
    """The same in a transaction that is open already; see `record`."""
    await rows.execute(conn, record(**told))


class Notifications:
    """What one reader (an account or an API key) is to see of a workspace."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def list(
        self, principal: Principal, *, unread: bool, kind: Kind | None, cursor: str | None, limit: int
    ) -> Page[NotificationOut]:
        """The newest first."""
        page = page_query(_NEWEST_FIRST, cursor=cursor, limit=limit, id_column="n.id", cast="timestamptz")
        kinds = [each for each in _readable(principal) if kind in (None, each)]
        found, counted = await self._db.run(
            principal.tenant_id,
            *rows.select_notifications(page, reader_id=principal.subject_id, kinds=kinds, unread=unread),
        )
        shown, next_cursor, total = to_page(found, order=_NEWEST_FIRST, limit=limit, total=counted[0]["total"])
        return Page(items=[NotificationOut(**row) for row in shown], next_cursor=next_cursor, total=total)

    async def count_unread(self, principal: Principal) -> UnreadOut:
        """How many wait, counted up to 1,000."""
        [[row]] = await self._db.run(
            principal.tenant_id, rows.count_unread(reader_id=principal.subject_id, kinds=_readable(principal))
        )
        return UnreadOut(**row)

    async def mark_read(
        self, principal: Principal, *, ids: "list[UUID] | None" = None, before: datetime | None = None
    ) -> UnreadOut:
        """Notes these, or all that last happened up to a moment, as read; what was read before stays so."""
        await self._db.run(
            principal.tenant_id,
            *rows.mark_read(
                principal.tenant_id,
                reader_id=principal.subject_id,
                kinds=_readable(principal),
                ids=ids,
                before=before,
                at=self._clock.now(),
            ),
        )
        return await self.count_unread(principal)

    async def preferences(self, principal: Principal) -> "list[PreferenceOut]":
        """Every kind the reader may see, and whether they want it."""
        [found] = await self._db.run(principal.tenant_id, rows.select_mutes(principal.subject_id))
        mutes = {row["kind"] for row in found}
        return [
            PreferenceOut(kind=kind, severity=KINDS[kind].severity, about=KINDS[kind].about, wanted=kind not in mutes)
            for kind in _readable(principal)
        ]

    async def prefer(self, principal: Principal, wanted: Mapping[str, bool]) -> "list[PreferenceOut]":
        """Changes which kinds the reader wants; raises NotificationKindInvalidError."""
        for kind in wanted:
            if kind not in KINDS:
                raise NotificationKindInvalidError(
                    f"There is no notification of the kind {kind!r}.", field="wanted",
                    hint=f"The kinds are: {', '.join(KINDS)}.",
                )  # fmt: skip
        reader_id = principal.subject_id
        await self._db.run(
            principal.tenant_id,
            rows.unmute(reader_id, kinds=[kind for kind, want in wanted.items() if want]),
            rows.mute(
                principal.tenant_id,
                reader_id=reader_id,
                kinds=[kind for kind, want in wanted.items() if not want],
                at=self._clock.now(),
            ),
        )
        return await self.preferences(principal)

    async def forget_old(self) -> int:
        """Removes what last happened longer ago than it is kept, over all tenants."""
        async with self._db.system() as conn:
            return await rows.delete_older(conn, self._clock.now() - KEPT)


def _readable(principal: Principal) -> list[Kind]:
    return [kind for kind, each in KINDS.items() if principal.allows(each.permission)]
