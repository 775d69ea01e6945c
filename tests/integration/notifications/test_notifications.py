"""Notifications: recorded with what they tell of, counted while unread, read by each reader for themselves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from sparklabs.entry.api import make_app
from sparklabs.entry.wiring import Services
from sparklabs.identity.permissions import PERMISSIONS, Role
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from sparklabs.kit.errors import UnavailableError
from sparklabs.notifications import service as notifications
from sparklabs.notifications.kinds import KINDS
from sparklabs.notifications.service import KEPT
from tests.factories.callers import AsRole, bearer
from tests.factories.platform import header_of, make_settings, open_conversation, publish, running_services
from tests.factories.talking import agent_file, obedient
from tests.fakes.openai_server import FakeOpenAI

PATH = "/api/v1/notifications"


@pytest.fixture
async def model() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI(obedient) as server:
        yield server


@pytest.fixture
async def services(addresses: DatabaseAddresses, tmp_path: Path, model: FakeOpenAI) -> AsyncIterator[Services]:
    async with running_services(addresses, make_settings(tmp_path, openai_base_url=model.base_url)) as running:
        yield running


@pytest.fixture
async def http(services: Services, tenant_id: UUID, other_tenant_id: UUID) -> AsyncIterator[httpx.AsyncClient]:
    services.authenticator = AsRole(mine=tenant_id, other=other_tenant_id)  # type: ignore[assignment]
    transport = httpx.ASGITransport(make_app(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=bearer("owner")) as client:
        yield client


def told(tenant_id: UUID, key: str = "one", **given: Any) -> tuple[Statement, ...]:
    fields: dict[str, Any] = {"kind": "agent_gap", "subject": f"agent:{key}", "data": {}, "at": SystemClock().now()}
    return notifications.record(tenant_id=tenant_id, key=key, **{**fields, **given})


async def listed(http: httpx.AsyncClient, role: str = "owner", **query: Any) -> list[dict[str, Any]]:
    answer = await http.get(PATH, params=query, headers=bearer(role))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def unread(http: httpx.AsyncClient, role: str = "owner") -> tuple[int, int]:
    body = (await http.get(f"{PATH}/unread-count", headers=bearer(role))).json()
    return body["unread"], body["grave"]


async def event_types(db: Database, tenant_id: UUID) -> list[str]:
    [rows] = await db.run(
        tenant_id, Statement("SELECT type FROM events WHERE type LIKE '%%.notification.%%' ORDER BY seq")
    )
    return [row["type"].rpartition(".")[2] for row in rows]


async def test_a_notification_lives_and_dies_with_the_transaction_it_tells_of(
    http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        await db.run(tenant_id, *told(tenant_id), Statement("SELECT 1 / 0"))
    assert (await listed(http), await event_types(db, tenant_id)) == ([], [])

    await db.run(tenant_id, *told(tenant_id))
    assert ([each["subject"] for each in await listed(http)], await event_types(db, tenant_id)) == (
        ["agent:one"], ["created"],
    )  # fmt: skip


async def test_the_same_thing_is_counted_on_one_row_until_somebody_has_seen_it(
    http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    await asyncio.gather(*(db.run(tenant_id, *told(tenant_id)) for _ in range(5)))
    [row] = await listed(http)
    assert (row["occurrences"], row["unread"], await unread(http)) == (5, True, (1, 0))
    assert sorted(await event_types(db, tenant_id)) == ["created"] + ["repeated"] * 4

    await http.post(f"{PATH}/read", json={"ids": [row["id"]]})
    await db.run(tenant_id, *told(tenant_id))
    assert [(each["occurrences"], each["unread"]) for each in await listed(http)] == [(1, True), (5, False)]


async def test_each_reader_reads_for_themselves(http: httpx.AsyncClient, db: Database, tenant_id: UUID) -> None:
    await db.run(tenant_id, *told(tenant_id, "a"), *told(tenant_id, "b", kind="turn_failed"))
    assert (await unread(http), await unread(http, "viewer")) == ((2, 1), (2, 1))
    newest = (await listed(http))[0]

    left = (await http.post(f"{PATH}/read", json={"ids": [newest["id"]]})).json()
    again = (await http.post(f"{PATH}/read", json={"ids": [newest["id"]]})).json()
    assert left == again
    assert (left["unread"], await unread(http, "viewer")) == (1, (2, 1))
    assert len(await listed(http, unread=True)) == 1

    moment = newest["updated_at"]
    assert (await http.post(f"{PATH}/read", json={"all_before": moment})).json() == {"unread": 0, "grave": 0}
    assert (await unread(http, "viewer"))[0] == 2


async def test_what_happens_after_the_moment_stays_unread(
    http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    now = SystemClock().now()
    await db.run(tenant_id, *told(tenant_id, "old", at=now), *told(tenant_id, "new", at=now + timedelta(seconds=1)))
    await http.post(f"{PATH}/read", json={"all_before": now.isoformat()})

    assert [each["subject"] for each in await listed(http, unread=True)] == ["agent:new"]


@pytest.mark.parametrize(
    "body", [{}, {"ids": [], "all_before": "2026-01-01T00:00:00Z"}, {"all_before": "2026-01-01T00:00:00"}]
)
async def test_what_was_read_must_be_said_in_one_way(http: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await http.post(f"{PATH}/read", json=body)).status_code == 422


async def test_another_tenant_neither_sees_nor_marks_them(
    http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    await db.run(tenant_id, *told(tenant_id))
    [row] = await listed(http)
    assert await listed(http, "owner@other") == []
    await http.post(f"{PATH}/read", json={"ids": [row["id"]]}, headers=bearer("owner@other"))

    assert await unread(http) == (1, 0)


async def test_a_role_sees_only_kinds_it_may_read(http: httpx.AsyncClient, db: Database, tenant_id: UUID) -> None:
    await db.run(tenant_id, *told(tenant_id, kind="job_failed"))

    assert (len(await listed(http, "developer")), await listed(http, "viewer")) == (1, [])
    assert await unread(http, "viewer") == (0, 0)
    assert (await http.get(PATH, headers=bearer("visitor"))).status_code == 403


async def test_an_unwanted_kind_is_not_shown_to_that_reader(
    http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    await db.run(tenant_id, *told(tenant_id))
    chosen = (await http.put(f"{PATH}/preferences", json={"wanted": {"agent_gap": False}})).json()["items"]

    assert {each["kind"]: each["wanted"] for each in chosen} == {kind: kind != "agent_gap" for kind in KINDS}
    assert (await listed(http), await unread(http)) == ([], (0, 0))
    assert len(await listed(http, "viewer")) == 1
    await http.put(f"{PATH}/preferences", json={"wanted": {"agent_gap": True}})
    assert len(await listed(http)) == 1
    refused = await http.put(f"{PATH}/preferences", json={"wanted": {"moods": False}})
    assert (refused.status_code, refused.json()["code"]) == (422, "notification_kind_invalid")


async def test_pages_follow_one_another(http: httpx.AsyncClient, db: Database, tenant_id: UUID) -> None:
    for number in range(5):
        await db.run(tenant_id, *told(tenant_id, str(number)))
    first = (await http.get(PATH, params={"limit": 3})).json()
    second = (await http.get(PATH, params={"limit": 3, "cursor": first["next_cursor"]})).json()

    names = [each["subject"] for each in first["items"] + second["items"]]
    assert (names, first["total"], second["next_cursor"]) == ([f"agent:{n}" for n in (4, 3, 2, 1, 0)], 5, None)


async def test_what_is_old_is_removed_with_what_was_read_of_it(
    http: httpx.AsyncClient, services: Services, db: Database, tenant_id: UUID
) -> None:
    old = SystemClock().now() - KEPT - timedelta(hours=1)
    await db.run(tenant_id, *told(tenant_id, "old", at=old), *told(tenant_id, "new"))
    await http.post(f"{PATH}/read", json={"ids": [each["id"] for each in await listed(http)]})

    assert await services.notifications.forget_old() == 1
    assert [each["subject"] for each in await listed(http)] == ["agent:new"]
    [[reads]] = await db.run(tenant_id, Statement("SELECT count(*) AS n FROM notification_reads"))
    assert reads["n"] == 1


def test_every_reading_role_may_read_notifications_and_events_and_visitors_neither() -> None:
    for role, granted in PERMISSIONS.items():
        for permission in ("events:read", "notifications:read"):
            assert (permission in granted or "*" in granted) == (role is not Role.VISITOR)


# ── what the rooms tell ──────────────────────────────────────────────────────────────────────────────────────────────
async def say(services: Services, tenant_id: UUID, content: str) -> UUID:
    opened = await open_conversation(services, tenant_id)
    header = await header_of(services, tenant_id, opened.id)
    await services.turns.wait(header, await services.turns.accept(header, content=content), seconds=20)
    return opened.id


async def test_a_hand_off_is_told_once_with_its_row(
    services: Services, http: httpx.AsyncClient, tenant_id: UUID
) -> None:
    await publish(services, tenant_id, agent_file())
    conversation_id = await say(services, tenant_id, "person my card number is 4711")

    [row] = await listed(http)
    assert (row["kind"], row["subject"], row["occurrences"]) == ("handoff_asked", f"conversation:{conversation_id}", 1)
    assert row["data"] == {"agent": "tester", "department": None}


async def test_a_turn_that_fails_is_told_once_for_an_agent_and_a_cause(
    services: Services, http: httpx.AsyncClient, tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: Any) -> Any:
        raise UnavailableError("No model answers.", code="models_silent")

    monkeypatch.setattr(services.models, "stream", refuse)
    await publish(services, tenant_id, agent_file())
    talks = [await say(services, tenant_id, "hello") for _ in range(2)]

    [row] = await listed(http)
    assert (row["kind"], row["severity"], row["occurrences"]) == ("turn_failed", "grave", 2)
    assert (row["data"], row["subject"]) == (
        {"agent": "tester", "code": "models_silent"}, f"conversation:{talks[-1]}",
    )  # fmt: skip


async def test_a_turn_that_fails_in_the_playground_is_told_to_nobody(
    services: Services, http: httpx.AsyncClient, tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: Any) -> Any:
        raise UnavailableError("No model answers.", code="models_silent")

    monkeypatch.setattr(services.models, "stream", refuse)
    await publish(services, tenant_id, agent_file())
    opened = await services.conversations.create(tenant_id, agent="tester", channel="playground", contact=None)
    header = await header_of(services, tenant_id, opened.id)
    ended = await services.turns.wait(header, await services.turns.accept(header, content="hello"), seconds=20)

    assert ended is not None
    assert ended["problem"]["code"] == "models_silent"
    assert await listed(http) == []


async def test_a_message_whose_agent_cannot_be_had_is_told_with_its_event(
    services: Services, http: httpx.AsyncClient, db: Database, tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(services, tenant_id, agent_file())
    opened = await open_conversation(services, tenant_id)
    header = await header_of(services, tenant_id, opened.id)
    monkeypatch.setattr(services.worker, "start", lambda *_: None)
    await services.turns.accept(header, content="hello")
    monkeypatch.undo()
    await db.run(
        tenant_id,
        Statement("UPDATE inbox SET run_id = NULL, state = 'waiting'"),
        Statement("UPDATE conversation_leases SET until = clock_timestamp() - interval '1 second'"),
        Statement("UPDATE agents SET status = 'paused', revision = revision + 1"),
    )
    services.agents.notices._deliver("reconnected", {})
    await services.worker.drain(header)

    [row] = await listed(http)
    assert (row["kind"], row["data"]["code"]) == ("turn_failed", "agent_paused")
    failed = (await http.get("/api/v1/events", params={"type": "conversation.turn.failed"})).json()["items"]
    assert [each["subject"] for each in failed] == [str(opened.id)]


async def test_what_an_agent_lacks_is_told_when_it_begins_to_lack_it(
    services: Services, http: httpx.AsyncClient, tenant_id: UUID
) -> None:
    lacking = agent_file() + "  # lacks\n"
    lacking = lacking.replace("  - name: transfer_to_human\n", "  - name: transfer_to_human\n  - name: fly_to_moon\n")
    await publish(services, tenant_id, lacking)
    await publish(services, tenant_id, lacking.replace("You take orders.", "You take every order."))

    assert [(each["kind"], each["data"]["name"], each["occurrences"]) for each in await listed(http)] == [
        ("agent_gap", "fly_to_moon", 1)
    ]


async def test_a_refused_file_is_told_once_however_many_processes_see_it(
    services: Services, http: httpx.AsyncClient, tenant_id: UUID, addresses: DatabaseAddresses, tmp_path: Path
) -> None:
    folder = services.settings.agents
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("agent: [")
    await services.start_importing(tenant_id)
    async with running_services(addresses, make_settings(tmp_path)) as other:
        await other.start_importing(tenant_id)

    [row] = await listed(http)
    assert (row["kind"], row["subject"], row["occurrences"]) == ("agent_file_refused", "agent:broken", 1)
