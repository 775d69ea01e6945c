"""What a person chose to see in a workspace, by name; the values mean something to the console only."""

from typing import Any
from uuid import UUID

import orjson

from sparklabs.identity import preferences_repository as rows
from sparklabs.identity.errors import PreferencesTooLargeError
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database

LARGEST_BYTES = 16_384


class Preferences:
    """Reads and merges the values of one person in one workspace."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def read(self, tenant_id: UUID, account_id: UUID) -> dict[str, Any]:
        """Every value by its name; nothing for a person who never chose anything."""
        [found] = await self._db.run(tenant_id, rows.select_preferences(account_id))
        return found[0]["data"] if found else {}

    async def merge(self, tenant_id: UUID, account_id: UUID, values: dict[str, Any]) -> dict[str, Any]:
        """Sets the given values, forgets those given as None, and leaves the rest; all of them as they are then.

        Raises PreferencesTooLargeError; 16 kB are for switches and small lists, not for documents.
        """
        changed = {name: value for name, value in values.items() if value is not None}
        removed = [name for name, value in values.items() if value is None]
        _check_size({**await self.read(tenant_id, account_id), **changed})
        [[row]] = await self._db.run(
            tenant_id,
            rows.merge_preferences(
                tenant_id=tenant_id, account_id=account_id, changed=changed, removed=removed, now=self._clock.now()
            ),
        )
        return row["data"]


def _check_size(values: dict[str, Any]) -> None:
    if len(orjson.dumps(values)) > LARGEST_BYTES:
        raise PreferencesTooLargeError(
            f"Preferences may have {LARGEST_BYTES:,} bytes in all.", field="values", hint="Remove what is not used."
        )
