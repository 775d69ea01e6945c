"""Figures against rows made by hand: periods, days of a zone, what counts, and whose rows they are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from sparklabs.insight.analytics.errors import RangeInvalidError, TimezoneInvalidError
from sparklabs.insight.analytics.repository import roomy
from sparklabs.insight.analytics.schemas import DashboardOut
from sparklabs.insight.analytics.service import AnalyticsService
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.errors import NotFoundError
from tests.factories.history import History
from tests.integration.insight.conftest import NOW, FixedClock


async def look(analytics: AnalyticsService, tenant_id: UUID, period: Any = "7d", **given: Any) -> DashboardOut:
    asked: dict[str, Any] = {"agent": None, "timezone": None, "include_playground": False, **given}
    return await analytics.dashboard(tenant_id, period, **asked)


async def test_figures_of_a_period_stand_beside_those_of_the_period_before(
    analytics: AnalyticsService, past: History
) -> None:
    for days, turns in ((1, 3), (2, 1), (8, 2)):
        at = NOW - timedelta(days=days)
        opened = await past.conversation("nora", at=at)
        for _ in range(turns):
            await past.turn("nora", opened, at=at, ms=days * 100, cost_micros=50, input_tokens=7, output_tokens=2)
    opened = await past.conversation("nora", at=NOW - timedelta(hours=1))
    await past.turn("nora", opened, at=NOW - timedelta(hours=1), state="failed", problem="models_unavailable")
    await past.handoff(opened, at=NOW - timedelta(minutes=30))

    told = await look(analytics, past.tenant_id)

    figures = told.figures
    assert (figures.conversations.value, figures.conversations.previous) == (3, 1)
    assert figures.conversations.series == [0, 0, 0, 0, 1, 1, 1]
    assert (figures.messages.value, figures.messages.previous) == (9, 4)
    assert (figures.contacts.value, figures.contacts.previous) == (3, 1)
    assert (figures.answered_turns.value, figures.failed_turns.value) == (4, 1)
    assert (figures.success_rate.value, figures.success_rate.previous) == (0.8, 1.0)
    assert (figures.median_answer_ms.value, figures.p95_answer_ms.value) == (100, 200)
    assert (figures.median_answer_ms.previous, figures.p95_answer_ms.previous) == (800, 800)
    assert (figures.tokens_in.value, figures.tokens_out.value) == (28, 8)
    assert (figures.handoffs.value, figures.handoff_rate.value) == (1, pytest.approx(1 / 3))
    assert [(cost.currency, cost.value, cost.previous) for cost in figures.cost] == [("USD", 200, 100)]
    assert [(line.slug, line.conversations, line.answered_turns, line.failed_turns) for line in told.by_agent] == [
        ("nora", 3, 4, 1)
    ]
    assert (told.by_agent[0].handoffs, told.by_agent[0].cost[0].micros) == (1, 200)
    assert [(line.channel, line.conversations) for line in told.by_channel] == [("web_chat", 3)]


async def test_a_morning_is_compared_with_a_morning(analytics: AnalyticsService, past: History) -> None:
    await past.conversation("nora", at=NOW - timedelta(days=7, minutes=1))
    await past.conversation("nora", at=NOW - timedelta(days=7) + timedelta(minutes=1))

    told = await look(analytics, past.tenant_id)

    assert told.compared_to.end == NOW - timedelta(days=7)
    assert (told.figures.conversations.value, told.figures.conversations.previous) == (0, 1)


async def test_a_day_begins_at_midnight_of_the_zone(analytics: AnalyticsService, past: History) -> None:
    # 23:30 in London and half past midnight in Berlin.
    await past.conversation("nora", at=datetime(2026, 3, 16, 23, 30, tzinfo=UTC))

    berlin = await look(analytics, past.tenant_id)
    london = await look(analytics, past.tenant_id, timezone="Europe/London")

    assert berlin.figures.conversations.series[-2:] == [1, 0]
    assert london.figures.conversations.series[-3:] == [1, 0, 0]
    assert berlin.timezone == "Europe/Berlin"


async def test_the_day_on_which_clocks_go_forward_has_23_hours(
    analytics: AnalyticsService, past: History, clock: FixedClock
) -> None:
    clock.moment = datetime(2026, 3, 30, 12, tzinfo=UTC)
    for at in (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC),
               datetime(2026, 3, 29, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)):  # fmt: skip
        await past.conversation("nora", at=at)

    told = await look(analytics, past.tenant_id)

    assert told.figures.conversations.series[-3:] == [1, 2, 1]
    starts = [bucket.start for bucket in told.series]
    assert starts[-1] - starts[-2] == timedelta(hours=23)


async def test_the_last_24_hours_are_clock_hours(analytics: AnalyticsService, past: History) -> None:
    await past.conversation("nora", at=NOW - timedelta(minutes=20))
    await past.conversation("nora", at=NOW - timedelta(minutes=40))
    await past.conversation("nora", at=NOW - timedelta(hours=24, minutes=10))

    told = await look(analytics, past.tenant_id, "24h")

    assert (told.bucket, len(told.series), told.series[-1].start) == ("hour", 24, NOW.replace(minute=0))
    assert told.figures.conversations.series[-2:] == [1, 1]
    assert told.figures.conversations.previous == 1


async def test_hours_of_a_zone_half_an_hour_off_begin_on_its_clock(analytics: AnalyticsService, past: History) -> None:
    told = await look(analytics, past.tenant_id, "24h", timezone="Asia/Kolkata")

    assert told.series[-1].start == NOW


async def test_talks_in_the_playground_are_told_apart_and_their_cost_is_money(
    analytics: AnalyticsService, past: History
) -> None:
    at = NOW - timedelta(days=1)
    trial = await past.conversation("nora", at=at, channel="playground")
    await past.turn("nora", trial, at=at, cost_micros=30)

    told = await look(analytics, past.tenant_id)
    whole = await look(analytics, past.tenant_id, include_playground=True)

    assert (told.figures.conversations.value, told.figures.answered_turns.value, told.figures.messages.value) == (
        0,
        0,
        0,
    )
    assert (told.figures.cost[0].value, told.series[-2].cost[0].micros) == (30, 30)
    assert (told.playground.conversations, told.playground.answered_turns) == (1, 1)
    assert told.playground.cost[0].micros == 30
    assert (whole.figures.conversations.value, whole.figures.messages.value) == (1, 2)
    assert [line.channel for line in whole.by_channel] == ["playground"]


async def test_a_summary_costs_and_is_no_turn(analytics: AnalyticsService, past: History) -> None:
    at = NOW - timedelta(days=1)
    opened = await past.conversation("nora", at=at)
    await past.turn("nora", opened, at=at, kind="summary", cost_micros=11)

    told = await look(analytics, past.tenant_id)

    assert (told.figures.answered_turns.value, told.figures.cost[0].value) == (0, 11)


async def test_each_currency_is_added_up_for_itself(analytics: AnalyticsService, past: History) -> None:
    at = NOW - timedelta(days=1)
    opened = await past.conversation("nora", at=at)
    await past.turn("nora", opened, at=at, cost_micros=5, currency="EUR")
    await past.turn("nora", opened, at=at, cost_micros=9, currency="USD")

    told = await look(analytics, past.tenant_id)

    assert [(cost.currency, cost.value) for cost in told.figures.cost] == [("USD", 9), ("EUR", 5)]
    assert told.figures.answered_turns.value == 2
    assert {cost.currency: cost.micros for cost in told.by_agent[0].cost} == {"EUR": 5, "USD": 9}


async def test_one_person_with_two_talks_is_one_person(analytics: AnalyticsService, past: History) -> None:
    ada = await past.contact(at=NOW)
    for days in (1, 2):
        at = NOW - timedelta(days=days)
        await past.turn("nora", await past.conversation("nora", at=at, contact_id=ada), at=at)

    told = await look(analytics, past.tenant_id)

    assert told.figures.contacts.value == 1
    assert told.figures.contacts.series[-3:] == [1, 1, 0]


async def test_one_agent_can_be_looked_at_alone(analytics: AnalyticsService, past: History) -> None:
    await past.agent("max", at=NOW - timedelta(days=30))
    at = NOW - timedelta(days=1)
    for agent in ("nora", "max", "max"):
        opened = await past.conversation(agent, at=at)
        await past.turn(agent, opened, at=at)
        await past.handoff(opened, at=at)

    told = await look(analytics, past.tenant_id, agent="max")

    figures = told.figures
    assert (figures.conversations.value, figures.messages.value) == (2, 4)
    assert (figures.answered_turns.value, figures.handoffs.value) == (2, 2)
    assert [line.slug for line in told.by_agent] == ["max"]
    with pytest.raises(NotFoundError):
        await look(analytics, past.tenant_id, agent="nobody")


async def test_rows_of_another_tenant_are_never_counted(
    analytics: AnalyticsService, past: History, others: History
) -> None:
    at = NOW - timedelta(days=1)
    opened = await others.conversation("otto", at=at)
    await others.turn("otto", opened, at=at, cost_micros=5)
    await others.handoff(opened, at=at)

    told = await look(analytics, past.tenant_id)
    live = await analytics.realtime(past.tenant_id)

    assert (told.figures.conversations.value, told.figures.messages.value, told.figures.cost) == (0, 0, [])
    assert (told.by_agent, told.by_channel) == ([], [])
    assert live.open_conversations == 0


async def test_an_empty_workspace_has_noughts_and_no_rates(analytics: AnalyticsService, tenant_id: UUID) -> None:
    told = await look(analytics, tenant_id, "90d")

    assert len(told.series) == 90
    assert {bucket.conversations + bucket.turns + bucket.tokens for bucket in told.series} == {0}
    assert (told.figures.conversations.value, told.figures.success_rate.value) == (0, None)
    assert (told.figures.median_answer_ms.value, told.figures.handoff_rate.previous) == (None, None)


async def test_days_are_listed_without_holes(analytics: AnalyticsService, past: History) -> None:
    at = NOW - timedelta(days=1)
    opened = await past.conversation("nora", at=at)
    await past.turn("nora", opened, at=at, ms=100, cost_micros=5)
    await past.turn("nora", opened, at=at, ms=300, state="failed")
    await past.handoff(opened, at=at)

    page = await analytics.daily(
        past.tenant_id, agent=None, start=date(2026, 3, 16), end=date(2026, 3, 18), timezone=None
    )

    assert [day.date.day for day in page.items] == [16, 17, 18]
    day = page.items[1]
    assert (day.total_conversations, day.total_messages, day.unique_customers, day.human_handoffs) == (1, 3, 1, 1)
    assert (day.avg_response_time_ms, day.p95_response_time_ms, day.error_rate) == (100, 100, 0.5)
    assert (page.items[0].total_conversations, page.items[0].error_rate) == (0, None)


async def test_without_dates_the_last_month_is_listed(analytics: AnalyticsService, tenant_id: UUID) -> None:
    page = await analytics.daily(tenant_id, agent=None, start=None, end=None, timezone=None)

    assert (len(page.items), page.items[-1].date) == (30, date(2026, 3, 18))


@pytest.mark.parametrize(
    ("start", "end"), [(date(2026, 3, 2), date(2026, 3, 1)), (date(2024, 1, 1), date(2026, 1, 1)), (date.min, date.min)]
)
async def test_a_range_must_run_forward_for_a_year_at_most(
    analytics: AnalyticsService, tenant_id: UUID, start: date, end: date
) -> None:
    with pytest.raises(RangeInvalidError):
        await analytics.daily(tenant_id, agent=None, start=start, end=end, timezone=None)


@pytest.mark.parametrize("name", ["Mars/Olympus", "Europe", "../etc/passwd"])
async def test_a_zone_must_exist(analytics: AnalyticsService, tenant_id: UUID, name: str) -> None:
    with pytest.raises(TimezoneInvalidError):
        await look(analytics, tenant_id, timezone=name)


async def test_this_moment_is_told_with_the_last_hour(analytics: AnalyticsService, past: History) -> None:
    opened = await past.conversation("nora", at=NOW - timedelta(minutes=3))
    await past.turn("nora", opened, at=NOW - timedelta(minutes=3), ms=700)
    await past.turn("nora", opened, at=NOW - timedelta(minutes=30), state="failed")
    await past.turn("nora", opened, at=NOW - timedelta(hours=2), state="failed")
    await past.turn("nora", opened, at=NOW - timedelta(seconds=1), state="running")
    await past.conversation("nora", at=NOW, status="handed_off")

    live = await analytics.realtime(past.tenant_id)

    assert (live.open_conversations, live.handed_off_conversations, live.turns_running) == (1, 1, 1)
    assert (live.messages_last_5_minutes, live.p95_answer_ms_last_hour, live.error_rate_last_hour) == (3, 700, 0.5)


async def test_every_period_gets_a_plan_of_its_own(db: Database, tenant_id: UUID) -> None:
    """A plan for just any period took ten times as long for a quarter of 100,000 conversations."""
    asked = Statement("SELECT current_setting('plan_cache_mode') AS mode")
    [_, [within]] = await db.run(tenant_id, roomy(), asked)
    [[after]] = await db.run(tenant_id, asked)
    assert (within["mode"], after["mode"]) == ("force_custom_plan", "auto")
