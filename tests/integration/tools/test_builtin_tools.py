"""The built-in tools over a real PostgreSQL: what they leave behind, once per call."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from sparklabs.kit.db import Database
from sparklabs.kit.ids import new_id
from sparklabs.tools.schemas import ToolDeclaration
from tests.factories.tool_contexts import NOW
from tests.integration.tools.conftest import Shop


@pytest.fixture
async def talk(db: Database, tenant_id: UUID) -> dict[str, UUID]:
    """A contact in a conversation."""
    agent_id, contact_id, conversation_id = new_id(), new_id(), new_id()
    async with db.tenant(tenant_id) as conn:
        await conn.execute(
            "INSERT INTO agents (id, tenant_id, slug, name, created_at, updated_at) VALUES (%s, %s, 'a', 'A', %s, %s)",
            (agent_id, tenant_id, NOW, NOW),
        )
        await conn.execute(
            "INSERT INTO contacts (id, tenant_id, created_at, updated_at) VALUES (%s, %s, %s, %s)",
            (contact_id, tenant_id, NOW, NOW),
        )
        await conn.execute(
            "INSERT INTO conversations (id, tenant_id, agent_id, contact_id, channel, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, 'web_chat', %s, %s)",
            (conversation_id, tenant_id, agent_id, contact_id, NOW, NOW),
        )
    return {"contact_id": contact_id, "conversation_id": conversation_id}


async def builtin(shop: Shop, name: str, **config: Any) -> Any:
    toolset = await shop.toolbox.bind(shop.tenant_id, [ToolDeclaration(name, config=config)], agent=shop.agent)
    assert not toolset.missing, toolset.missing
    return toolset.get(name)


async def rows(shop: Shop, sql: Any) -> list[dict[str, Any]]:
    async with shop.db.tenant(shop.tenant_id) as conn:
        return await (await conn.execute(sql)).fetchall()


async def test_tickets_are_numbered_without_gaps_and_once_per_call(shop: Shop) -> None:
    tool = await builtin(shop, "create_ticket")
    results = await asyncio.gather(
        *(shop.call(tool, {"title": f"Broken {n}"}, call_key=f"k{n}") for n in (1, 1, 2, 2, 3, 3))
    )
    assert sorted({result.content["id"] for result in results}) == ["T-1001", "T-1002", "T-1003"]
    assert results[0].content["priority"] == "medium"
    assert results[0].text == f"Your ticket is {results[0].content['id']}."


async def test_a_message_is_held_and_says_honestly_that_it_was_not_sent(shop: Shop) -> None:
    tool = await builtin(shop, "send_message")
    arguments = {"channel": "email", "to": "ann@example.com", "text": "Hello"}
    results = [await shop.call(tool, arguments, call_key="k") for _ in range(2)]
    assert results[0].content["sent"] is False
    assert "has not been sent" in (results[0].text or "")
    held = await rows(shop, "SELECT channel, state, body, recipient_sealed FROM outbox_messages")
    assert [(row["state"], row["body"], bytes(row["recipient_sealed"])) for row in held] == [
        ("held", "Hello", b"sealed:ann@example.com")
    ]


async def test_a_message_to_what_is_no_address_is_refused(shop: Shop) -> None:
    result = await shop.call(await builtin(shop, "send_message"), {"channel": "sms", "to": "Ann", "text": "Hi"})
    assert result.error is not None
    assert (result.error.code, result.error.field) == ("recipient_invalid", "to")


@pytest.mark.parametrize(
    ("now", "staffed", "words"),
    [
        (datetime(2026, 11, 20, 15, tzinfo=UTC), True, "handing you over"),
        (datetime(2026, 11, 21, 15, tzinfo=UTC), False, "2 hours"),
    ],
)
async def test_a_hand_over_knows_the_hours_of_the_team(
    shop: Shop, talk: dict[str, UUID], now: datetime, staffed: bool, words: str
) -> None:
    tool = await builtin(
        shop,
        "transfer_to_human",
        business_hours="9am-5pm EST",
        department="sales",
        overflow_message="Our team will call you back within 2 hours",
    )
    result = await shop.call(tool, {"reason": "Wants a person"}, now=now, **talk)
    assert tool.spec.schema.role == "handoff"
    assert (result.content["handoff"], result.content["staffed"]) == (True, staffed)
    assert words in (result.text or "")
    waiting = await rows(shop, "SELECT department, status, reason FROM handoffs")
    assert waiting == [{"department": "sales", "status": "waiting", "reason": "Wants a person"}]


async def test_a_hand_over_without_a_conversation_is_refused(shop: Shop) -> None:
    result = await shop.call(await builtin(shop, "transfer_to_human"), {})
    assert result.error is not None
    assert result.error.code == "conversation_missing"


async def test_an_action_is_noted_at_local_time_and_never_in_the_past(shop: Shop) -> None:
    tool = await builtin(shop, "schedule_action")
    later = {"action": "call_back", "when": "2026-11-21T10:00", "note": "about plans"}
    done = await shop.call(tool, later, timezone="Asia/Kolkata", call_key="k")
    again = await shop.call(tool, later, timezone="Asia/Kolkata", call_key="k")
    assert (done.content, done.text) == (again.content, "Noted for 2026-11-21 at 10:00.")
    noted = await rows(shop, "SELECT scheduled_for, status FROM scheduled_actions")
    assert noted == [{"scheduled_for": datetime(2026, 11, 21, 4, 30, tzinfo=UTC), "status": "scheduled"}]
    late = await shop.call(tool, {**later, "when": "2026-11-19T10:00"})
    assert late.error is not None
    assert late.error.code == "time_out_of_range"


async def test_notes_are_merged_removed_by_null_and_bounded(shop: Shop, talk: dict[str, UUID]) -> None:
    write, read = await builtin(shop, "update_context"), await builtin(shop, "get_context")
    await shop.call(write, {"values": {"plan": "Team", "seats": 5}, "of": "contact"}, **talk)
    await shop.call(write, {"values": {"seats": None, "city": "Pune"}, "of": "contact"}, **talk)
    await shop.call(write, {"values": {"topic": "price"}}, **talk)
    result = await shop.call(read, **talk)
    assert result.content == {"contact": {"plan": "Team", "city": "Pune"}, "conversation": {"topic": "price"}}
    full = await shop.call(write, {"values": {"x": "y" * 20_000}}, **talk)
    assert full.error is not None
    assert full.error.code == "context_too_large"


async def test_a_remembered_fact_replaces_the_one_of_the_same_name(shop: Shop, talk: dict[str, UUID]) -> None:
    tool = await builtin(shop, "remember")
    await shop.call(tool, {"name": "Preferred time", "fact": "Mornings"}, **talk)
    await shop.call(tool, {"name": "preferred_time", "fact": "Evenings"}, **talk)
    known = await rows(shop, "SELECT name, content FROM memories")
    assert known == [{"name": "preferred_time", "content": "Evenings"}]


async def test_the_time_is_that_of_the_call_in_the_asked_zone(shop: Shop) -> None:
    tool = await builtin(shop, "current_time")
    here = await shop.call(tool, timezone="Asia/Kolkata")
    assert (here.content["time"], here.content["weekday"]) == ("15:00", "Friday")
    nowhere = await shop.call(tool, {"timezone": "Mars/Base"})
    assert nowhere.error is not None
    assert nowhere.error.code == "timezone_unknown"
