"""The event envelope and its outbox: CloudEvents fields, numbered per tenant, written with the rows they tell of."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.kit.db import Statement
from sparklabs.kit.ids import new_id

SCHEMA_VERSION = 1
TYPE_PREFIX = "dev.sparklabs."


def record(*, tenant_id: UUID, type: str, source: str, subject: str, data: dict[str, Any], at: datetime) -> Statement:
    """The statement that appends one event (`type` such as `conversation.turn.completed`; CloudEvents 1.0 names).

    Data carries ids, never message text.
    """
    return Statement(
        "INSERT INTO events (id, tenant_id, type, source, subject, schema_version, data, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (new_id(), tenant_id, TYPE_PREFIX + type, source, subject, SCHEMA_VERSION, Jsonb(data), at),
    )


def record_if(
    condition: LiteralString,
    params: tuple[Any, ...],
    *,
    tenant_id: UUID,
    type: str,
    source: str,
    subject: str,
    data: dict[str, Any],
    at: datetime,
) -> Statement:
    """The same, when the SQL `condition` holds at the end of its group."""
    return Statement(
        "INSERT INTO events (id, tenant_id, type, source, subject, schema_version, data, created_at)"
        " SELECT %s, %s, %s, %s, %s, %s, %s, %s WHERE " + condition,
        (new_id(), tenant_id, TYPE_PREFIX + type, source, subject, SCHEMA_VERSION, Jsonb(data), at, *params),
    )
