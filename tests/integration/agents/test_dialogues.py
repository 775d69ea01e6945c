"""Conversations that visitors have with the shipped agents and the offline model, over the real tools and database."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sparklabs.kit.db import Database
from sparklabs.kit.notices import Notices
from sparklabs.knowledge.service import Knowledge
from sparklabs.tools.building import Rooms
from sparklabs.tools.outbound import Outbound
from tests.factories.shipped_agents import Platform, load_shipped
from tests.factories.tool_contexts import OpenSealer
from tests.factories.visitors import Visitor, visit

Enter = Callable[[str], Awaitable[Visitor]]
TUESDAY = "2026-11-24"


@pytest.fixture
async def platform(db: Database, tenant_id: Any, notices: Notices) -> Platform:
    """The shipped agents, with the platform's own embedding model behind their handbooks."""
    return await load_shipped(db, tenant_id, notices, Rooms(Knowledge(db), Outbound(), OpenSealer()))


@pytest.fixture
def enter(platform: Platform) -> Enter:
    async def begin(slug: str) -> Visitor:
        return await visit(platform, slug)

    return begin


async def rows(visitor: Visitor, collection: str) -> list[dict[str, Any]]:
    """What a table of the agent holds."""
    platform = visitor.platform
    async with platform.db.tenant(platform.tenant_id) as conn:
        found = await (
            await conn.execute(
                "SELECT data FROM records WHERE collection = %s",
                (f"{visitor.binding.agent_slug}/{collection}",),
            )
        ).fetchall()
    return [row["data"] for row in found]


async def count(visitor: Visitor, query: Any) -> int:
    async with visitor.platform.db.tenant(visitor.platform.tenant_id) as conn:
        row = await (await conn.execute(query)).fetchone()
    assert row is not None
    return int(next(iter(row.values())))


# ── acme-sales ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_buyer_asks_for_a_plan_that_is_not_sold_and_for_too_much_discount(enter: Enter) -> None:
    nora = await enter("acme-sales")
    assert "I am Nora" in await nora.say("hi")
    catalogue = await nora.say("What do you sell?")
    assert "I found 7" in catalogue and catalogue.count("\n- ") == 7
    assert "Starter (plan): $19 per seat and month" in catalogue
    refused = await nora.say("How much is the Pro plan for 10 seats?")
    assert "Starter, Growth, Enterprise" in refused and refused.endswith("please tell me the product.")
    assert "$490 a month" in await nora.say("ok Growth then")
    assert nora.calls[-1] == ("check_pricing", {"product": "Growth", "quantity": 10})
    above = await nora.say("Can I get 30% off?")
    assert nora.made[-1].arguments == {"product": "Growth", "quantity": 10, "discount_percent": 30}
    assert "30 % is above" in above and above.endswith("talk to a person?")
    await nora.say("yes")
    assert nora.calls[-1] == ("transfer_to_human", {"reason": "Can I get 30% off?", "summary": "Can I get 30% off?"})
    assert await count(nora, "SELECT count(*) FROM handoffs") == 1


async def test_a_small_team_finds_its_plan_and_reads_the_handbook(enter: Enter) -> None:
    nora = await enter("acme-sales")
    assert "Insights" in await nora.say("we are a small team and want something to forecast sales")
    assert "unlimited pipelines" in await nora.say("what does the Growth plan include?")
    assert "$1,225 a month" in await nora.say("how much for 25 seats")
    assert "$1,102.50 a month, 10 % discount" in await nora.say("and with 10% off?")
    encrypted = await nora.say("Is my data encrypted?")
    assert "at rest with AES-256" in encrypted and "security.md" in encrypted
    assert "14 days" in await nora.say("do you have a free trial?")
    assert (await nora.say("thx bye")).startswith("Goodbye")


async def test_a_demo_is_booked_among_the_free_times_and_cancelled(enter: Enter) -> None:
    nora = await enter("acme-sales")
    await nora.say("My name is Anna Kovács and I prefer mornings")
    assert nora.calls == [
        ("remember", {"name": "name", "fact": "Anna Kovács"}),
        ("remember", {"name": "preferred_time", "fact": "mornings"}),
    ]
    offered = await nora.say("book a demo for tomorow morning pls")
    assert "Free on Tuesday 24 November 2026: 09:00" in offered and "13:00" not in offered
    assert "e-mail" in await nora.say("the first one")
    await nora.say("anna@kovacs.hu")
    booked = {"name": "Anna Kovács", "email": "anna@kovacs.hu", "date": TUESDAY, "time": "09:00"}
    assert nora.calls[-1] == ("schedule_demo", booked)
    assert [row["status"] for row in await rows(nora, "demos")] == ["booked"]
    assert "is cancelled" in await nora.say("actually can you cancel that demo")
    assert [row["status"] for row in await rows(nora, "demos")] == ["cancelled"]
    assert await nora.say("what is my name?") == "Your name is Anna Kovács."


async def test_the_third_visitor_of_a_full_hour_is_told_what_is_free_near_it(enter: Enter) -> None:
    for name, email in (("Eva Nagy", "eva@example.com"), ("Tom Hill", "tom@example.com")):
        early = await enter("acme-sales")
        await early.say(f"Book a demo on Tuesday at 10 am, I'm {name}, {email}")
        assert early.called == ["schedule_demo"]
    late = await enter("acme-sales")
    asked = await late.say("I'd like a demo on Tuesday at 8 am")
    assert "your name and your e-mail address" in asked
    assert "your name" in await late.say("ten o'clock then")
    full = await late.say("Sam Reed, sam@reed.io")
    assert late.made[-1].result.error is not None and late.made[-1].result.error.code == "slot_taken"
    assert "no longer free" in full and "Tuesday 24 November 2026 at 10:30" in full
    await late.say("10:30 is fine")
    booked = {"name": "Sam Reed", "email": "sam@reed.io", "date": TUESDAY, "time": "10:30"}
    assert late.calls == [("schedule_demo", booked)]
    assert "saved" in await late.say("please have someone from sales contact me about Enterprise")
    leads = await rows(late, "leads")
    assert [(lead["name"], lead["email"], lead["status"]) for lead in leads] == [("Sam Reed", "sam@reed.io", "new")]
    assert "did not find" in await late.say("do you ship beer?")


# ── care-clinic ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_thyroid_test_is_asked_about_and_booked_in_bad_spelling(enter: Enter) -> None:
    maya = await enter("care-clinic")
    assert "Thyroid Profile costs ₹550" in await maya.say("hi, do u do thyroid tests?")
    assert "No fasting" in await maya.say("Do I need to fast for it?")
    assert maya.called == ["search_tests"]
    assert "₹1,100" in await maya.say("whats the price for 2 people")
    assert "the place (centre, home)" in await maya.say("ok book it for tomorow morning pls")
    assert "07:00, 08:00" in await maya.say("centre")
    await maya.say("8:00")
    confirm = await maya.say("Ravi Kumar, 9876543210")
    assert "test: Thyroid Profile" in confirm and "+919876543210" in confirm and confirm.endswith("(yes or no)")
    assert "book_appointment" not in maya.called
    assert "Booked: Thyroid Profile for Ravi Kumar" in await maya.say("yes")
    [row] = await rows(maya, "appointments")
    assert (row["date"], row["time"], row["place"], row["status"]) == (TUESDAY, "08:00", "centre", "booked")
    assert "08:00" in await maya.say("when is my test?")


async def test_hindi_within_a_booking_is_told_from_a_value_and_the_time_is_corrected(enter: Enter) -> None:
    maya = await enter("care-clinic")
    assert "Liver Function Test costs ₹700" in await maya.say("How much is a liver test?")
    assert "Kidney Function Test costs ₹750" in await maya.say("and kidney?")
    await maya.say("book a CBC at home on wednesday at 8")
    hindi = await maya.say("मुझे घर पर चाहिए")
    assert "अंग्रेज़ी" in hindi and hindi.endswith("the patient name and your phone number.")
    assert "time: 08:00" in await maya.say("Priya Nair, 98220 12345")
    changed = await maya.say("no, make it 9:30")
    assert "time: 09:30" in changed and "test: CBC" in changed
    await maya.say("yes")
    assert [(row["time"], row["place"], row["test"]) for row in await rows(maya, "appointments")] == [
        ("09:30", "home", "CBC")
    ]


async def test_a_wrong_reference_cancels_nothing_and_a_person_is_fetched(enter: Enter) -> None:
    maya = await enter("care-clinic")
    assert "UPI, card or cash" in await maya.say("can I pay with card")
    assert "phone number" in await maya.say("I want to cancel my appointment CARE-XXXX12")
    assert "id: CARE-XXXX12" in await maya.say("98220 12345")
    missed = await maya.say("yes")
    assert "I find nothing with the id CARE-XXXX12" in missed and "please tell me" in missed
    await maya.say("talk to a human pls")
    assert maya.called == ["search_knowledge", "transfer_to_human"]
    chest = await enter("care-clinic")
    await chest.say("My father has chest pain")
    assert chest.called == ["transfer_to_human"]


async def test_a_closed_hour_is_refused_with_free_ones_and_the_next_is_confirmed_anew(enter: Enter) -> None:
    maya = await enter("care-clinic")
    assert "अंग्रेज़ी" in await maya.say("मुझे थायरॉइड की जाँच करवानी है")
    await maya.say("sorry. book a lipid profile on sunday at 3 pm at the centre for Asha Rao 9822054321")
    closed = await maya.say("yes")
    assert "Sunday 29 November 2026 at 15:00 cannot be booked" in closed and closed.endswith("please tell me the time.")
    assert (await maya.say("8 am")).endswith("(yes or no)")
    assert await rows(maya, "appointments") == []
    await maya.say("yes")
    assert [(row["date"], row["time"]) for row in await rows(maya, "appointments")] == [("2026-11-29", "08:00")]


# ── support-desk ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_order_is_found_and_its_return_started_with_the_reason(enter: Enter) -> None:
    theo = await enter("support-desk")
    assert await theo.say("where's my order") == (
        "To look up an order, please tell me the order id and your e-mail address."
    )
    await theo.say("FW-10231")
    assert "Ridge Rain Jacket" in await theo.say("amelia.hart@example.com")
    await theo.say("I want to return it because it's broken")
    order = {"order_id": "FW-10231", "email": "amelia.hart@example.com"}
    assert theo.calls == [("get_order_status", order), ("start_return", {**order, "return_reason": "it's broken"})]
    [row] = [row for row in await rows(theo, "orders") if row["order_id"] == "FW-10231"]
    assert (row["status"], row["return_reason"]) == ("return requested", "it's broken")
    assert "three working days" in await theo.say("how long does the refund take?")
    assert "welcome" in await theo.say("thanks")


async def test_a_mistyped_address_is_asked_for_again_and_a_parcel_on_its_way_is_not_cancelled(enter: Enter) -> None:
    theo = await enter("support-desk")
    await theo.say("where is order FW-10234")
    missed = await theo.say("tom.okafr@example.com")
    assert "tom.okafr@example.com" in missed and "please tell me the order id and your e-mail address" in missed
    assert "Alder 2 Tent" in await theo.say("tom.okafor@example.com")
    assert (await theo.say("can i cancel it?")).endswith("(yes or no)")
    refused = await theo.say("yes")
    assert "still being packed" in refused and "That did not work" not in refused
    assert theo.called == ["get_order_status"]
    assert [row["status"] for row in await rows(theo, "orders") if row["order_id"] == "FW-10234"] == ["shipped"]
    await theo.say("no thanks")
    assert "transfer_to_human" not in theo.called


async def test_a_ticket_carries_the_problem_alone_and_the_warranty_follows(enter: Enter) -> None:
    theo = await enter("support-desk")
    assert "ticket T-" in await theo.say("open a ticket please, the pump of my water filter leaks")
    assert theo.calls == [("create_ticket", {"title": "the pump of my water filter leaks"})]
    assert await count(theo, "SELECT count(*) FROM tickets WHERE title = 'the pump of my water filter leaks'") == 1
    assert "Tarn Water Filter: 24 months" in await theo.say("is it still under warranty?")
    assert "Ember Gas Stove: 24 months" in await theo.say("what does the warranty of the stove cover")
    await theo.say("My boots are dirty, how do I wash a rain jacket?")
    await theo.say("I want to speak to your manager")
    assert theo.called[-1] == "transfer_to_human"


async def test_an_order_is_cancelled_only_after_a_yes_to_its_own_question(enter: Enter) -> None:
    theo = await enter("support-desk")
    assert "order id: FW-10238" in await theo.say("cancel order FW-10238, lena.schmidt@example.com")
    assert "will not cancel" in await theo.say("no")
    await theo.say("cancel order FW-10242 pls")
    assert "email: grace.lee@example.com" in await theo.say("grace.lee@example.com")
    assert theo.called == []
    assert "Order FW-10242 is cancelled" in await theo.say("yes")
    status = {row["order_id"]: row["status"] for row in await rows(theo, "orders")}
    assert (status["FW-10238"], status["FW-10242"]) == ("packing", "cancelled")
    assert "14 pounds" in await theo.say("do you ship to Norway")
