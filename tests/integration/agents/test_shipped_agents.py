"""The agents that the product ships: each loads without a word of warning, and each of its tools really works."""

import pytest

from sparklabs.agents.prompt import RUNTIME_VARIABLES, render, render_system_prompt
from tests.factories.shipped_agents import Platform


async def test_every_agent_loads_whole_and_without_a_warning(platform: Platform) -> None:
    for slug, toolset in platform.toolsets.items():
        active = await platform.service.active(platform.tenant_id, slug)
        assert active.warnings == (), slug
        assert toolset.missing == (), slug
        assert set(toolset.tools) == {tool.name for tool in active.spec.tools} | {"remember"}
        prompt = render_system_prompt(active.spec, variables=dict.fromkeys(RUNTIME_VARIABLES, "x"))
        assert "{" not in prompt and "{" not in render(
            active.spec.agent.greeting or "", {"agent_name": "", "client_name": ""}
        )
        assert active.spec.widget.starters and active.spec.widget.colour
        assert all(tool.examples and tool.description for tool in active.spec.tools)


async def test_acme_quotes_prices_within_its_authority(platform: Platform) -> None:
    found = await platform.call("acme-sales", "search_product_catalog", query="forecasting")
    assert found.content["items"][0]["name"] == "Insights"
    price = await platform.call("acme-sales", "check_pricing", product="Growth", quantity=25, discount_percent=10)
    assert price.content["total_text"] == "USD 1,102.50"
    refused = await platform.call("acme-sales", "check_pricing", product="Growth", quantity=25, discount_percent=20)
    assert refused.error is not None and refused.error.code == "discount_above_authority"


async def test_acme_books_and_cancels_a_demo_and_saves_a_lead_once(platform: Platform) -> None:
    times = await platform.call("acme-sales", "find_demo_times", date="2026-11-24")
    assert times.ok and times.content["items"]
    person = {"name": "Ann Lee", "email": "ann@example.com"}
    booked = await platform.call("acme-sales", "schedule_demo", date="2026-11-24", time="10:00", **person)
    assert booked.ok and booked.content["id"].startswith("DEMO-"), booked
    gone = await platform.call("acme-sales", "cancel_demo", id=booked.content["id"], email="ann@example.com")
    assert gone.ok, gone
    first = await platform.call("acme-sales", "create_crm_lead", **person)
    second = await platform.call("acme-sales", "create_crm_lead", **person, company="Lee Ltd")
    assert first.ok and first.content["id"] == second.content["id"]


async def test_the_clinic_knows_its_tests_in_both_languages(platform: Platform) -> None:
    for query in ("thyroid", "थायरॉइड"):
        found = await platform.call("care-clinic", "search_tests", query=query)
        assert found.content["items"][0]["code"] == "TSH", query
    price = await platform.call("care-clinic", "get_test_price", test="CBC", quantity=2)
    assert (price.content["total"], price.content["currency"]) == ("700.00", "INR")


async def test_the_clinic_books_lists_and_cancels(platform: Platform) -> None:
    slot = {"date": "2026-11-24", "time": "08:00", "place": "home"}
    patient = {"patient_name": "Asha Kulkarni", "phone": "+91 98220 12345", "test": "Thyroid Profile"}
    booked = await platform.call("care-clinic", "book_appointment", **slot, **patient)
    assert booked.ok, booked
    mine = await platform.call("care-clinic", "list_my_appointments", phone="+91 98220 12345")
    assert [each["id"] for each in mine.content["items"]] == [booked.content["id"]]
    stranger = await platform.call(
        "care-clinic", "cancel_appointment", id=booked.content["id"], phone="+91 98220 99999"
    )
    assert not stranger.ok
    assert (await platform.call("care-clinic", "cancel_appointment", id=booked.content["id"], phone="9822012345")).ok


async def test_support_finds_orders_returns_and_cancels_only_what_it_may(platform: Platform) -> None:
    order = {"order_id": "FW-10234", "email": "tom.okafor@example.com"}
    found = await platform.call("support-desk", "get_order_status", **order)
    assert (found.content["status"], found.content["eta"]) == ("shipped", "2026-11-24")
    wrong = await platform.call("support-desk", "get_order_status", order_id="FW-10234", email="eve@example.com")
    assert wrong.error is not None and wrong.error.code == "record_not_found"
    assert not (await platform.call("support-desk", "start_return", **order, return_reason="too big")).ok
    mine = {"order_id": "FW-10231", "email": "amelia.hart@example.com"}
    assert (await platform.call("support-desk", "start_return", **mine, return_reason="too big")).ok
    assert not (await platform.call("support-desk", "start_return", **mine, return_reason="again")).ok
    packing = {"order_id": "FW-10238", "email": "lena.schmidt@example.com"}
    assert (await platform.call("support-desk", "cancel_order", **packing)).ok
    warranty = await platform.call("support-desk", "check_warranty", query="tent")
    assert warranty.content["items"][0]["product"] == "Alder 2 Tent"


@pytest.mark.parametrize(
    ("slug", "question", "answer"),
    [
        ("acme-sales", "is data encrypted at rest", "AES-256"),
        ("care-clinic", "what does collection at home cost", "100 rupees"),
        ("support-desk", "how long do I have to return something", "30 days"),
    ],
)
async def test_the_handbook_has_the_passage(platform: Platform, slug: str, question: str, answer: str) -> None:
    found = await platform.call(slug, "search_knowledge", query=question)
    assert found.ok and answer in str(found.content)
