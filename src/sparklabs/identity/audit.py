"""Who did what to what, appended and never changed; it names ids and never carries secrets or personal data."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from psycopg import AsyncConnection

from sparklabs.identity import repository
from sparklabs.kit.db import Row, Statement
from sparklabs.kit.telemetry import current_context

# A word of this kind in a key means that somebody is about to write down what must not stand here.
_UNFIT = ("password", "secret", "token", "email", "phone", "value", "credential", "authorization")
Fact = str | int | bool | None | list[str]


def entry(
    tenant_id: UUID,
    *,
    actor: str,
    action: str,
    subject: str | None = None,
    data: Mapping[str, Fact] | None = None,
    now: datetime | None = None,
) -> Statement:
    """The statement that appends one line, for a write group. `actor` is Principal.actor or `system`, `action` a
    dotted past event (`api_key.created`), `subject` `kind:id`. Raises ValueError for a key that must not be stored."""
    facts = dict(data or {})
    for key in facts:
        if any(word in key.lower() for word in _UNFIT):
            raise ValueError(f"The audit does not store {key!r}.")
    return repository.insert_audit(
        tenant_id=tenant_id,
        actor=actor,
        action=action,
        subject=subject,
        data=facts,
        request_id=current_context().get("request_id"),
        now=now or datetime.now(UTC),
    )


async def record(
    conn: AsyncConnection[Row],
    tenant_id: UUID,
    *,
    actor: str,
    action: str,
    subject: str | None = None,
    data: Mapping[str, Fact] | None = None,
    now: datetime | None = None,
) -> None:
    """Appends one line in the transaction of what it tells of."""
    line = entry(tenant_id, actor=actor, action=action, subject=subject, data=data, now=now)
    await repository.run(conn, [line])
