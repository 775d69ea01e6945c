"""Importing data files: what is written, what vanishes and what is left alone."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from sparklabs.kit.db import Database
from sparklabs.kit.errors import SparkError
from sparklabs.tools.records import ImportReport, RecordStore
from tests.integration.tools.conftest import Shop

ROWS: list[dict[str, Any]] = [{"id": "a", "status": "free"}, {"id": "b", "status": "free"}]


async def bring(
    db: Database, tenant_id: UUID, rows: list[dict[str, Any]], content_hash: str, file: str = "slots.csv"
) -> ImportReport:
    return await RecordStore(db).import_records(
        tenant_id, collection="x/slots", rows=rows, key="id", file=file, content_hash=content_hash
    )


async def stored(db: Database, tenant_id: UUID) -> dict[str, Any]:
    async with db.tenant(tenant_id) as conn:
        found = await (await conn.execute("SELECT key, data FROM records ORDER BY position, key")).fetchall()
    return {row["key"]: row["data"] for row in found}


async def test_the_same_content_is_imported_once(db: Database, tenant_id: UUID) -> None:
    assert await bring(db, tenant_id, ROWS, "1") == ImportReport(written=2)
    assert (await bring(db, tenant_id, ROWS, "1")).skipped


async def test_rows_that_left_the_file_leave_the_table_and_changed_ones_change(db: Database, tenant_id: UUID) -> None:
    await bring(db, tenant_id, ROWS, "1")
    report = await bring(db, tenant_id, [{"id": "b", "status": "shut"}, {"id": "c"}], "2")
    assert report == ImportReport(written=2, removed=1)
    assert await stored(db, tenant_id) == {"b": {"id": "b", "status": "shut"}, "c": {"id": "c"}}


async def test_two_files_of_one_table_do_not_remove_each_others_rows(db: Database, tenant_id: UUID) -> None:
    await bring(db, tenant_id, ROWS, "1")
    await bring(db, tenant_id, [{"id": "z"}], "1", file="more.csv")
    assert set(await stored(db, tenant_id)) == {"a", "b", "z"}


async def test_a_booked_slot_stays_booked_after_a_new_import(shop: Shop) -> None:
    config = {"table": "slots", "operation": "update", "when": {"status": "free"}, "set": {"status": "booked"}}
    booked = await shop.call(await shop.tool(config), {"id": "s1"})
    assert booked.ok, booked.error
    report = await RecordStore(shop.db).import_records(
        shop.tenant_id, collection="acme-sales/slots", rows=[{"id": "s2", "status": "free"}], key="id",
        file="slots.csv", content_hash="new",
    )  # fmt: skip
    assert report == replace(report, removed=2, kept=0)
    found = await shop.call(await shop.tool({"table": "slots", "operation": "get"}), {"id": "s1"})
    assert found.content["status"] == "booked"


async def test_nothing_is_written_when_a_row_has_no_key_or_repeats_one(db: Database, tenant_id: UUID) -> None:
    for rows, code in (([*ROWS, {"status": "x"}], "data_key_missing"), ([*ROWS, {"id": "a"}], "data_key_twice")):
        with pytest.raises(SparkError) as caught:
            await bring(db, tenant_id, rows, "1")
        assert caught.value.code == code
    assert await stored(db, tenant_id) == {}


async def test_another_tenant_sees_none_of_it(db: Database, tenant_id: UUID, other_tenant_id: UUID) -> None:
    await bring(db, tenant_id, ROWS, "1")
    assert await stored(db, other_tenant_id) == {}
    assert await bring(db, other_tenant_id, ROWS, "1") == ImportReport(written=2)
