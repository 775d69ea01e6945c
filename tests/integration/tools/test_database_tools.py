"""Declared `database` tools over a real PostgreSQL: searching, reading, making and changing rows."""

import asyncio
from uuid import UUID

from tests.integration.tools.conftest import Shop

SEARCH = {
    "table": "products", "operation": "search", "fields": ["sku", "name", "price"],
    "search": ["name", "category", "description"], "filters": ["category", "price"], "where": {"active": True},
}  # fmt: skip
LEAD = {
    "table": "leads", "operation": "create", "fields": ["name", "email", "phone"], "required": ["name", "email"],
    "defaults": {"status": "new"}, "set": {"source": "chat", "agent": "{agent}"}, "unique": ["email"],
    "id_prefix": "LEAD",
}  # fmt: skip
BOOK = {
    "table": "slots", "operation": "update", "match": ["date", "time"], "when": {"status": "free"},
    "fields": ["patient"], "required": ["patient"], "set": {"status": "booked"}, "several": "first",
    "otherwise": "This time has just been taken.",
}  # fmt: skip


async def test_search_finds_a_row_by_a_misspelt_word(shop: Shop) -> None:
    result = await shop.call(await shop.tool(SEARCH), {"query": "do you have something with dashbords?"})
    assert result.ok, result.error
    assert result.content["items"][0] == {"id": "ADD-A", "sku": "ADD-A", "name": "Analytics add-on", "price": 19.9}


async def test_search_leaves_out_rows_that_a_fixed_condition_excludes(shop: Shop) -> None:
    result = await shop.call(await shop.tool(SEARCH), {"query": "legacy"})
    assert result.content == {"count": 0, "total": 0, "items": []}


async def test_search_filters_by_category_and_price_range(shop: Shop) -> None:
    tool = await shop.tool(SEARCH)
    result = await shop.call(tool, {"query": "", "category": "PLAN", "min_price": "30", "max_price": 100})
    assert [row["sku"] for row in result.content["items"]] == ["CRM-T"]


async def test_the_schema_of_a_search_offers_the_values_of_small_sets_and_ranges_of_numbers(shop: Shop) -> None:
    parameters = (await shop.tool(SEARCH)).spec.schema.parameters
    assert parameters["properties"]["category"]["enum"] == ["plan", "addon", "service"] or (
        "enum" not in parameters["properties"]["category"]
    )
    assert parameters["properties"]["min_price"]["type"] == "number"


async def test_get_needs_every_matching_value(shop: Shop) -> None:
    tool = await shop.tool(
        {
            "table": "orders",
            "operation": "get",
            "match": ["order_id", "email"],
            "fields": ["order_id", "status", "eta"],
        },
        say="Order {order_id} is {status}.",
    )
    good = await shop.call(tool, {"order_id": "1002", "email": "BOB@example.com"})
    assert good.content == {"id": "1002", "order_id": 1002, "status": "shipped", "eta": "2026-11-23"}
    assert good.text == "Order 1002 is shipped."
    wrong = await shop.call(tool, {"order_id": "1002", "email": "ann@example.com"})
    assert wrong.error is not None
    assert wrong.error.code == "record_not_found"


async def test_a_phone_matches_however_it_is_written(shop: Shop) -> None:
    tool = await shop.tool({"table": "orders", "operation": "list", "filters": ["phone"]})
    result = await shop.call(tool, {"phone": "(555) 010-2233"})
    assert result.content["total"] == 2


async def test_create_writes_defaults_and_fixed_values_and_gives_a_short_number(shop: Shop) -> None:
    result = await shop.call(await shop.tool(LEAD), {"name": "Ann", "email": "ann@example.com"})
    assert result.ok, result.error
    assert result.content["id"].startswith("LEAD-")
    assert result.content["status"] == "new"
    assert "source" not in result.content
    rows = await shop.call(await shop.tool({"table": "leads", "operation": "list"}))
    assert rows.content["items"][0]["source"] == "chat"
    assert rows.content["items"][0]["agent"] == "acme-sales"


async def test_a_create_repeated_with_its_key_adds_nothing_and_answers_the_same(shop: Shop) -> None:
    tool = await shop.tool(LEAD)
    arguments = {"name": "Ann", "email": "ann@example.com"}
    results = await asyncio.gather(*(shop.call(tool, arguments, call_key="same") for _ in range(4)))
    assert len({result.content["id"] for result in results}) == 1
    rows = await shop.call(await shop.tool({"table": "leads", "operation": "list"}))
    assert rows.content["total"] == 1


async def test_of_two_creates_with_one_unique_value_one_is_refused(shop: Shop) -> None:
    tool = await shop.tool(LEAD)
    results = await asyncio.gather(*(shop.call(tool, {"name": "Ann", "email": "ann@example.com"}) for _ in range(5)))
    assert sum(result.ok for result in results) == 1
    refused = next(result.error for result in results if result.error)
    assert (refused.code, refused.field) == ("record_exists", "email")


async def test_a_duplicate_may_update_the_row_instead(shop: Shop) -> None:
    tool = await shop.tool({**LEAD, "on_duplicate": "update"})
    first = await shop.call(tool, {"name": "Ann", "email": "ann@example.com"})
    second = await shop.call(tool, {"name": "Ann Lee", "email": "ann@example.com"})
    assert second.content["id"] == first.content["id"]
    assert (second.content["name"], second.content["existed"]) == ("Ann Lee", True)


async def test_ten_bookings_of_two_slots_have_exactly_two_winners(shop: Shop) -> None:
    tool = await shop.tool(BOOK)
    results = await asyncio.gather(
        *(shop.call(tool, {"date": "2026-11-21", "time": "10:00", "patient": f"P{n}"}) for n in range(10))
    )
    assert sorted(result.content["id"] for result in results if result.ok) == ["s1", "s2"]
    fault = next(result.error for result in results if result.error)
    assert (fault.code, fault.message) == ("record_not_available", "This time has just been taken.")


async def test_a_booking_repeated_with_its_key_takes_no_second_slot(shop: Shop) -> None:
    tool = await shop.tool(BOOK)
    arguments = {"date": "2026-11-21", "time": "10:00", "patient": "Ann"}
    results = await asyncio.gather(*(shop.call(tool, arguments, call_key="same") for _ in range(5)))
    assert {result.content["id"] for result in results} == {"s1"}


async def test_an_update_that_fits_several_rows_is_refused_unless_the_first_may_be_taken(shop: Shop) -> None:
    tool = await shop.tool({**BOOK, "several": "refuse"})
    result = await shop.call(tool, {"date": "2026-11-21", "time": "10:00", "patient": "Ann"})
    assert result.error is not None
    assert result.error.code == "record_ambiguous"


async def test_a_date_range_leaves_out_what_has_passed(shop: Shop) -> None:
    tool = await shop.tool({"table": "slots", "operation": "list", "where": {"status": "free"}, "date_range": 30})
    result = await shop.call(tool)
    assert [row["id"] for row in result.content["items"]] == ["s1", "s2"]


async def test_rows_of_another_tenant_are_never_seen(shop: Shop, other_tenant_id: UUID) -> None:
    tool = await shop.tool(SEARCH)
    result = await shop.call(tool, {"query": "analytics"}, tenant_id=other_tenant_id)
    assert result.content["items"] == []


async def test_a_column_that_does_not_exist_makes_the_tool_missing_with_the_nearest_name(shop: Shop) -> None:
    from sparklabs.tools.schemas import ToolDeclaration

    declaration = ToolDeclaration("t", type="database", config={"table": "products", "search": ["nmae"]})
    toolset = await shop.toolbox.bind(shop.tenant_id, [declaration], agent=shop.agent)
    assert "Did you mean 'name'?" in toolset.missing[0].what


async def test_a_table_too_large_to_rank_whole_is_searched_by_its_index(shop: Shop) -> None:
    from sparklabs.tools.records import RecordStore

    rows = [{"sku": f"S{n}", "name": f"Part number{n}", "price": n, "active": True} for n in range(700)]
    await RecordStore(shop.db).import_records(
        shop.tenant_id, collection="acme-sales/products", rows=rows, key="sku", file="parts.csv", content_hash="1"
    )
    tool = await shop.tool({"table": "products", "search": ["name"], "filters": ["price"], "fields": ["sku"]})
    found = await shop.call(tool, {"query": "number641"})
    assert [row["sku"] for row in found.content["items"]] == ["S641"]
    dear = await shop.call(tool, {"query": "number69", "min_price": 695})
    assert {row["sku"] for row in dear.content["items"]} == {"S695", "S696", "S697", "S698", "S699"}
