"""Brings rows of data files into tenants' tables and describes tables for tools; rows that tools changed stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sparklabs.kit.clock import Clock, SystemClock
from sparklabs.kit.db import Database
from sparklabs.kit.errors import InvalidError
from sparklabs.tools import repository
from sparklabs.tools.binding import DataTable
from sparklabs.tools.fields import infer_fields

_SAMPLE = 300


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in rows; `kept` are those that a tool changed and the file did not overwrite."""

    written: int = 0
    removed: int = 0
    kept: int = 0
    skipped: bool = False


def collection_of(agent_slug: str, table: str) -> str:
    """The collection of records behind a table of an agent: two agents may use one name for different things."""
    return f"{agent_slug}/{table}"


class RecordStore:
    """The door for whoever loads agents' data files."""

    def __init__(self, db: Database, *, clock: Clock | None = None) -> None:
        self._db = db
        self._clock = clock or SystemClock()

    async def import_records(
        self,
        tenant_id: UUID,
        *,
        collection: str,
        rows: Sequence[Mapping[str, Any]],
        key: str,
        file: str,
        content_hash: str,
    ) -> ImportReport:
        """Makes the table's file rows equal to `rows`; does nothing when this content is in already.

        Raises `data_key_missing` or `data_key_twice` naming the row, before anything is written.
        """
        keyed = _keyed(rows, key=key, file=file)
        if await repository.find_import(self._db, tenant_id, collection, file) == content_hash:
            return ImportReport(skipped=True)
        written, removed, kept = await repository.import_rows(
            self._db, tenant_id, collection, rows=keyed, file=file, content_hash=content_hash, now=self._clock.now()
        )
        return ImportReport(written=written, removed=removed, kept=kept)

    async def describe(self, tenant_id: UUID, table: DataTable) -> DataTable:
        """The table with its fields completed from the rows it holds now."""
        rows = await repository.find_rows(self._db, tenant_id, table.collection, limit=_SAMPLE)
        return replace(table, fields=infer_fields([row.data for row in rows], declared=table.fields))


def _keyed(rows: Sequence[Mapping[str, Any]], *, key: str, file: str) -> list[tuple[str, Mapping[str, Any]]]:
    keyed: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        value = row.get(key)
        if value in (None, ""):
            raise InvalidError(
                f"Row {number} of {file} has no {key!r}.", code="data_key_missing", field=key,
                hint="Fill it in, or name the field that tells rows apart in `data: - key:`.",
            )  # fmt: skip
        if str(value) in keyed:
            raise InvalidError(
                f"Row {number} of {file} repeats the {key} {value!r}.", code="data_key_twice", field=key,
                hint="Each row needs its own value.",
            )  # fmt: skip
        keyed[str(value)] = row
    return list(keyed.items())
