"""Every query on what a person chose to see in a workspace."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.kit.db import Statement


def select_preferences(account_id: UUID) -> Statement:
    return Statement("SELECT data FROM preferences WHERE account_id = %s", (account_id,))


def merge_preferences(
    *, tenant_id: UUID, account_id: UUID, changed: dict[str, Any], removed: list[str], now: datetime
) -> Statement:
    """Sets and removes values by name and leaves the others alone, so that two tabs do not undo each other."""
    return Statement(
        """
        INSERT INTO preferences AS known (tenant_id, account_id, data, updated_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (tenant_id, account_id)
        DO UPDATE SET data = (known.data || excluded.data) - %s::text[], updated_at = excluded.updated_at
        RETURNING data
        """,
        (tenant_id, account_id, Jsonb(changed), now, removed),
    )
