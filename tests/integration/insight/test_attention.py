"""What waits for a person, what happened, and how far a workspace has come."""

from datetime import timedelta
from uuid import UUID

from sparklabs.insight.analytics.service import AnalyticsService
from tests.factories.history import History
from tests.integration.insight.conftest import NOW

HOUR = timedelta(hours=1)


async def kinds(analytics: AnalyticsService, tenant_id: UUID) -> list[str]:
    return [item.kind for item in (await analytics.attention(tenant_id)).items]


async def test_a_hand_off_nobody_took_waits_with_name_and_department(
    analytics: AnalyticsService, past: History
) -> None:
    ada = await past.contact(at=NOW, name="Ada")
    opened = await past.conversation("nora", at=NOW - HOUR, contact_id=ada, status="handed_off")
    await past.handoff(opened, at=NOW - HOUR, department="billing")
    await past.handoff(opened, at=NOW, department="sales")

    [item] = (await analytics.attention(past.tenant_id)).items

    assert (item.kind, item.severity, item.contact_name, item.about) == (
        "handoff_waiting",
        "critical",
        "Ada",
        ["sales"],
    )
    assert (item.conversation_id, item.agent_slug, item.at) == (opened, "nora", NOW)


async def test_a_hand_off_that_was_taken_or_whose_talk_is_over_waits_no_more(
    analytics: AnalyticsService, past: History
) -> None:
    await past.handoff(await past.conversation("nora", at=NOW), at=NOW, status="accepted")
    await past.handoff(await past.conversation("nora", at=NOW, status="closed"), at=NOW)

    assert await kinds(analytics, past.tenant_id) == []


async def test_failed_turns_are_told_once_a_problem_and_not_when_a_good_one_followed(
    analytics: AnalyticsService, past: History
) -> None:
    for minutes in (10, 20):
        opened = await past.conversation("nora", at=NOW - HOUR)
        await past.turn(
            "nora", opened, at=NOW - timedelta(minutes=minutes), state="failed", problem="models_unavailable"
        )
    healed = await past.conversation("nora", at=NOW - HOUR)
    await past.turn("nora", healed, at=NOW - HOUR, state="failed", problem="models_unavailable")
    await past.turn("nora", healed, at=NOW - HOUR / 2)
    old = await past.conversation("nora", at=NOW - 30 * HOUR)
    await past.turn("nora", old, at=NOW - 30 * HOUR, state="failed")
    trial = await past.conversation("nora", at=NOW - HOUR, channel="playground")
    await past.turn("nora", trial, at=NOW - HOUR, state="failed")

    [item] = (await analytics.attention(past.tenant_id)).items

    assert (item.kind, item.count, item.about) == ("turns_failed", 2, ["models_unavailable"])
    assert item.at == NOW - timedelta(minutes=10)


async def test_agents_with_faults_gaps_or_callers_while_paused_are_told(
    analytics: AnalyticsService, past: History
) -> None:
    await past.agent("broken", at=NOW - HOUR, import_faults=[{"code": "unknown_key"}, {"code": "unknown_key"}])
    await past.agent("sleeper", at=NOW - HOUR, status="paused")
    await past.message(await past.conversation("sleeper", at=NOW - HOUR), at=NOW)
    await past.gap("tax_lookup", "nora", at=NOW - 2 * HOUR)
    await past.gap("crm", "nora", at=NOW - 3 * HOUR)

    items = (await analytics.attention(past.tenant_id)).items

    assert [(item.kind, item.agent_slug, item.count, item.about) for item in items] == [
        ("agent_paused_with_traffic", "sleeper", 1, []),
        ("agent_file_faults", "broken", 2, ["unknown_key"]),
        ("agent_gaps", "nora", 2, ["crm", "tax_lookup"]),
    ]


async def test_open_tickets_of_high_priority_are_told_the_gravest_first(
    analytics: AnalyticsService, past: History
) -> None:
    await past.ticket("nora", at=NOW, priority="high", number=1001)
    await past.ticket("nora", at=NOW - HOUR, priority="urgent", number=1002)
    await past.ticket("nora", at=NOW, priority="low", number=1003)
    await past.ticket("nora", at=NOW, priority="urgent", number=1004, status="resolved")

    page = await analytics.attention(past.tenant_id)

    assert [(item.ticket_number, item.severity) for item in page.items] == [(1002, "critical"), (1001, "high")]
    assert page.total == 2


async def test_a_long_list_is_cut_and_counted_whole(analytics: AnalyticsService, past: History) -> None:
    for number in range(23):
        await past.ticket("nora", at=NOW, priority="high", number=number)

    page = await analytics.attention(past.tenant_id)

    assert (len(page.items), page.total) == (20, 23)


async def test_nothing_of_another_tenant_waits_or_happened_here(
    analytics: AnalyticsService, past: History, others: History
) -> None:
    opened = await others.conversation("otto", at=NOW)
    await others.handoff(opened, at=NOW)
    await others.ticket("otto", at=NOW, priority="urgent", number=1)
    await others.event("conversation.opened", subject=opened, at=NOW)

    assert await kinds(analytics, past.tenant_id) == []
    assert (await analytics.activity(past.tenant_id, cursor=None, limit=20)).items == []


async def test_what_happened_is_told_with_names_the_newest_first_page_by_page(
    analytics: AnalyticsService, past: History
) -> None:
    ada = await past.contact(at=NOW, name="Ada")
    opened = await past.conversation("nora", at=NOW, contact_id=ada)
    await past.event("agent.published", subject=past.agents["nora"], at=NOW - HOUR, version=3)
    await past.event("conversation.opened", subject=opened, at=NOW)
    await past.event("conversation.message.received", subject=opened, at=NOW)
    await past.event("conversation.turn.completed", subject=opened, at=NOW)
    await past.event("conversation.closed", subject=opened, at=NOW)

    first = await analytics.activity(past.tenant_id, cursor=None, limit=2)
    second = await analytics.activity(past.tenant_id, cursor=first.next_cursor, limit=2)

    assert [item.type for item in first.items] == ["conversation.closed", "conversation.opened"]
    told = first.items[1]
    assert (told.agent_name, told.contact_name, told.channel, told.conversation_id) == (
        "Nora",
        "Ada",
        "web_chat",
        opened,
    )
    [agent] = second.items
    assert (agent.type, agent.agent_slug, agent.version, second.next_cursor) == ("agent.published", "nora", 3, None)


async def test_first_steps_tick_themselves(analytics: AnalyticsService, past: History, tenant_id: UUID) -> None:
    before = await analytics.first_steps(tenant_id)
    assert before.agent is not None
    assert (before.agent.slug, before.asked, before.answered, before.edited, before.embedded) == (
        "nora", False, False, False, False,
    )  # fmt: skip

    trial = await past.conversation("nora", at=NOW, channel="playground")
    await past.turn("nora", trial, at=NOW)
    await past.agent("max", at=NOW, author=f"account:{tenant_id}")
    after = await analytics.first_steps(tenant_id)

    assert (after.conversation_id, after.asked, after.answered, after.edited) == (trial, True, True, True)


async def test_a_workspace_without_agents_has_nobody_to_begin_with(
    analytics: AnalyticsService, other_tenant_id: UUID
) -> None:
    assert (await analytics.first_steps(other_tenant_id)).agent is None
