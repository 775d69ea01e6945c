"""Declared `price` and `calendar` tools over a real PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sparklabs.tools.declared.price import quote
from tests.factories.tool_contexts import NOW
from tests.integration.tools.conftest import Shop

PRICE = {
    "table": "products",
    "item": "product",
    "search": ["name", "sku"],
    "price": "price",
    "currency": "USD",
    "discount_authority": 0.15,
    "unit": "per seat and month",
}
CALENDAR = {
    "table": "appointments",
    "hours": {"mon-fri": "09:00-12:00", "sat": "10:00-11:00"},
    "slot_minutes": 30,
    "days_ahead": 7,
    "notice_minutes": 60,
    "closed": ["2026-11-23"],
}
BOOK = {
    **CALENDAR,
    "operation": "book",
    "fields": ["patient_name", "phone"],
    "required": ["patient_name", "phone"],
    "id_prefix": "CARE",
}
ANN = {"patient_name": "Ann", "phone": "+1 555 010 2233"}


async def test_a_price_is_exact_with_discount_and_quantity(shop: Shop) -> None:
    tool = await shop.tool(PRICE, type="price", say="{quantity} x {item}: {total_text}")
    result = await shop.call(tool, {"product": "team plan", "quantity": "7", "discount_percent": 15})
    assert result.ok, result.error
    assert result.content["total_micros"] == 351_050_000
    assert result.content["discount"] == "61.95"
    assert result.text == "7 x Team plan: USD 351.05"


async def test_a_discount_above_the_authority_is_refused_and_points_to_a_person(shop: Shop) -> None:
    tool = await shop.tool(PRICE, type="price")
    result = await shop.call(tool, {"product": "CRM-T", "discount_percent": 15.5})
    assert result.error is not None
    assert result.error.code == "discount_above_authority"
    assert "hand over" in (result.error.hint or "")


async def test_no_file_can_give_an_agent_more_authority_than_a_fifth(shop: Shop) -> None:
    from sparklabs.tools.schemas import ToolDeclaration

    declaration = ToolDeclaration("p", type="price", config={**PRICE, "discount_authority": 0.5})
    toolset = await shop.toolbox.bind(shop.tenant_id, [declaration], agent=shop.agent)
    assert "discount_authority" in toolset.missing[0].what


async def test_an_item_is_found_by_a_misspelt_name_and_asked_for_when_unclear(shop: Shop) -> None:
    tool = await shop.tool(PRICE, type="price")
    near = await shop.call(tool, {"product": "enterprize"})
    assert near.content["id"] == "CRM-E"
    unclear = await shop.call(tool, {"product": "add-on"})
    assert unclear.error is not None
    assert unclear.error.code == "record_ambiguous"
    unknown = await shop.call(tool, {"product": "bicycle"})
    assert unknown.error is not None
    assert (unknown.error.code, unknown.error.field) == ("record_not_found", "product")


@pytest.mark.parametrize(
    ("options", "tax", "total"),
    [
        ({"tax_rate": Decimal("0.18")}, "21.24", "139.24"),
        ({"tax_rate": Decimal("0.18"), "tax_included": True}, "18.00", "118.00"),
        ({"discount_percent": Decimal("33.333")}, "0.00", "78.67"),
    ],
)
def test_amounts_are_rounded_half_up_to_the_smallest_unit(options: dict[str, Any], tax: str, total: str) -> None:
    made = quote(Decimal("59"), quantity=2, **options)
    assert (str(made.tax), str(made.total)) == (tax, total)


def test_a_yen_has_no_decimals() -> None:
    assert str(quote(Decimal("100"), quantity=3, tax_rate=Decimal("0.085"), digits=0).total) == "326"


async def test_free_times_keep_to_hours_notice_and_closed_days(shop: Shop) -> None:
    tool = await shop.tool({**CALENDAR, "limit": 50}, type="calendar")
    result = await shop.call(tool)
    days = {item["date"] for item in result.content["items"]}
    assert days == {"2026-11-20", "2026-11-21", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"}
    today = [item["time"] for item in result.content["items"] if item["date"] == "2026-11-20"]
    assert today == ["10:30", "11:00", "11:30"]


async def test_of_many_bookings_of_one_time_exactly_one_wins(shop: Shop) -> None:
    tool = await shop.tool(BOOK, type="calendar")
    results = await asyncio.gather(
        *(shop.call(tool, {"date": "2026-11-24", "time": "09:30", **ANN}) for _ in range(12))
    )
    assert sum(result.ok for result in results) == 1
    lost = next(result.error for result in results if result.error)
    assert (lost.code, lost.field) == ("slot_taken", "time")
    assert "2026-11-24 09:00" in (lost.hint or "")


async def test_a_slot_with_three_places_is_booked_three_times(shop: Shop) -> None:
    tool = await shop.tool({**BOOK, "capacity": 3}, type="calendar")
    results = await asyncio.gather(*(shop.call(tool, {"date": "2026-11-24", "time": "09:30", **ANN}) for _ in range(5)))
    assert sum(result.ok for result in results) == 3


async def test_a_repeated_booking_answers_the_same_even_when_its_time_has_come(shop: Shop) -> None:
    tool = await shop.tool(BOOK, type="calendar")
    arguments = {"date": "2026-11-24", "time": "09:30", **ANN}
    first = await shop.call(tool, arguments, call_key="k")
    again = await shop.call(tool, arguments, call_key="k", now=datetime(2026, 11, 24, 9, 25, tzinfo=UTC))
    assert first.ok
    assert first.content == again.content
    assert first.text == f"Booked for 2026-11-24 at 09:30; your reference is {first.content['id']}."


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("2026-11-20", "09:00"),
        ("2026-11-23", "09:30"),
        ("2026-11-24", "09:15"),
        ("2027-01-04", "09:30"),
        ("2026-11-24", "12:00"),
    ],
)
async def test_a_time_that_is_not_offered_cannot_be_booked(shop: Shop, day: str, clock: str) -> None:
    result = await shop.call(await shop.tool(BOOK, type="calendar"), {"date": day, "time": clock, **ANN})
    assert result.error is not None
    assert result.error.code == "slot_closed"
    assert "Free near it" in (result.error.hint or "")


async def test_cancelling_needs_reference_and_phone_and_frees_the_time(shop: Shop) -> None:
    book = await shop.tool(BOOK, type="calendar")
    cancel = await shop.tool({**CALENDAR, "operation": "cancel", "match": ["id", "phone"]}, type="calendar")
    arguments = {"date": "2026-11-24", "time": "09:30", **ANN}
    made = await shop.call(book, arguments)
    stranger = await shop.call(cancel, {"id": made.content["id"], "phone": "+1 555 999 9999"})
    assert stranger.error is not None
    assert stranger.error.code == "record_not_found"
    done = await shop.call(cancel, {"id": made.content["id"].lower(), "phone": "(555) 010-2233"})
    assert done.content["status"] == "cancelled"
    twice = await shop.call(cancel, {"id": made.content["id"], "phone": ANN["phone"]})
    assert twice.content["already"] is True
    assert (await shop.call(book, arguments)).ok


async def test_a_booking_keeps_to_the_clocks_of_its_zone(shop: Shop) -> None:
    tool = await shop.tool({**BOOK, "timezone": "Asia/Kolkata", "notice_minutes": 0}, type="calendar")
    late = NOW + timedelta(hours=-5)
    gone = await shop.call(tool, {"date": "2026-11-20", "time": "09:30", **ANN}, now=late)
    coming = await shop.call(tool, {"date": "2026-11-20", "time": "10:30", **ANN}, now=late)
    assert (gone.ok, coming.ok) == (False, True)


async def test_separate_calendars_do_not_take_each_others_times(shop: Shop) -> None:
    tool = await shop.tool({**BOOK, "resources": ["centre", "home"], "resource_name": "place"}, type="calendar")
    when = {"date": "2026-11-24", "time": "09:30", **ANN}
    results = [await shop.call(tool, {**when, "place": place}) for place in ("home", "centre", "home")]
    assert [result.ok for result in results] == [True, True, False]
    assert results[0].content["place"] == "home"


async def test_opening_hours_may_stand_in_a_data_table(shop: Shop) -> None:
    from dataclasses import replace

    from sparklabs.tools.records import RecordStore
    from tests.integration.tools.conftest import table

    rows = [{"day": "tue", "opens": "10:00", "closes": "11:00"}, {"day": "wed", "opens": "", "closes": ""}]
    await RecordStore(shop.db).import_records(
        shop.tenant_id, collection="acme-sales/opening", rows=rows, key="day", file="o.csv", content_hash="1"
    )
    shop.agent = replace(shop.agent, tables=(*shop.agent.tables, table("opening", "day")))
    result = await shop.call(await shop.tool({**CALENDAR, "hours": "opening"}, type="calendar"))
    assert [(item["date"], item["time"]) for item in result.content["items"]] == [
        ("2026-11-24", "10:00"),
        ("2026-11-24", "10:30"),
    ]
