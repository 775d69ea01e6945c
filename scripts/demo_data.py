"""Fills an empty workspace with weeks of made-up talks, for pictures and for trying the dashboard.

`python -m scripts.demo_data [days] [talks a day]`, beside or without a running platform, on the data folder or database
that the environment names. Every conversation says so in its metadata (`{"source": "demo_data"}`) and every contact in
its context. It refuses a workspace in which anybody has really talked.
"""

import asyncio
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.entry.ground import Ground, standing
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row, Statement
from sparklabs.kit.events import record
from sparklabs.kit.ids import new_id
from sparklabs.kit.settings import load_settings

SEED = 20260315
LABEL = {"source": "demo_data"}
NAMES = (
    "Ada Byron", "Grace Miller", "Alan Reyes", "Maria Silva", "Tom Becker", "Yuki Tanaka", "Omar Haddad", "Lena Novak",
    "Priya Nair", "Jonas Berg", "Chloe Martin", "Sam Carter", "Ines Costa", "Peter Wolf", "Nadia Rahman", "Luca Rossi",
)  # fmt: skip
TALKS = (
    ("What does the Growth plan cost for 25 people?", "Growth is 39 USD per seat and month: 975 USD for 25 seats."),
    ("Can we try it first?", "Yes: every plan can be tried for 14 days without a card."),
    ("Is my data encrypted?", "Yes, on the wire and at rest. I can send you the security overview."),
    ("Can I see a demo on Thursday?", "Thursday at 10:00 or 14:30 is free. Which one suits you?"),
    ("Do you give a discount for a year?", "Paid by the year, Growth is 10 % less."),
    ("How do we bring our contacts along?", "There is an import for spreadsheets and for the usual other systems."),
)
TITLES = ("Export stops at 10,000 rows", "Invoice shows the wrong address", "Cannot sign in with the new phone")
HOURS = (1, 1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 13, 10, 12, 14, 13, 11, 9, 6, 5, 4, 3, 2, 1)
CHANNELS = ("web_chat", "web_chat", "web_chat", "api")
_FAILED = {"code": "models_unavailable", "title": "No model answered", "status": 503, "detail": "No model answered."}


@dataclass(frozen=True, slots=True)
class Stage:
    """What the talks are made with: a workspace with agents, people to talk, and chance that repeats itself."""

    db: Database
    tenant_id: UUID
    agents: list[Row]
    people: list[UUID]
    chance: random.Random


async def fill(ground: Ground, *, days: int, talks_a_day: int) -> int:
    """Makes the talks; returns how many."""
    db = Database(ground.addresses, app_connections=2, system_connections=1)
    await db.open()
    try:
        stage = await _set_up(db, Sealer(ground.secret_key))
        moments = sorted(_moments(stage.chance, days=days, talks_a_day=talks_a_day))
        for number, at in enumerate(moments):
            await db.run(stage.tenant_id, *_talk(stage, at, number, newest=number >= len(moments) - 3))
        return len(moments)
    finally:
        await db.close()


async def _set_up(db: Database, sealer: Sealer) -> Stage:
    async with db.system() as conn:
        tenant = await (await conn.execute("SELECT id FROM tenants ORDER BY created_at LIMIT 1")).fetchone()
    if tenant is None:
        raise SystemExit("There is no workspace yet: start the platform once.")
    tenant_id = tenant["id"]
    real, agents = await db.run(
        tenant_id,
        Statement("SELECT 1 FROM conversations WHERE metadata->>'source' IS DISTINCT FROM 'demo_data' LIMIT 1"),
        Statement(
            "SELECT id, slug, active_version_id FROM agents WHERE status = 'active' AND active_version_id IS NOT NULL"
            " ORDER BY slug"
        ),
    )
    if real:
        raise SystemExit("Somebody has talked in this workspace; made-up talks would spoil its figures.")
    if not agents:
        raise SystemExit("The workspace has no agent that answers.")
    people = [await _person(db, sealer, tenant_id, name) for name in NAMES]
    return Stage(db, tenant_id, agents, people, random.Random(SEED))


async def _person(db: Database, sealer: Sealer, tenant_id: UUID, name: str) -> UUID:
    contact_id, key, now = new_id(), sealer.new_data_key(), SystemClock().now()
    sealed = sealer.seal_key(key, tenant_id=tenant_id, contact_id=contact_id)
    values = {"id": contact_id, "name_sealed": key.seal(name, "contacts.name_sealed"), "key_sealed": sealed}
    await db.run(
        tenant_id, _insert("contacts", tenant_id, **values, context=Jsonb(LABEL), created_at=now, updated_at=now)
    )
    return contact_id


def _moments(chance: random.Random, *, days: int, talks_a_day: int) -> Iterator[datetime]:
    """More in working hours and on working days, and a little more every week."""
    now = SystemClock().now()
    for ago in range(days):
        day = (now - timedelta(days=ago)).replace(hour=0, minute=0, second=0, microsecond=0)
        busy = (0.4 if day.weekday() > 4 else 1.0) * (1 - ago / (days * 2.2)) * chance.uniform(0.8, 1.2)
        for _ in range(round(talks_a_day * busy)):
            [hour] = chance.choices(range(24), HOURS)
            at = day + timedelta(hours=hour, seconds=chance.randrange(3600))
            if at < now - timedelta(minutes=5):
                yield at


def _talk(stage: Stage, at: datetime, number: int, *, newest: bool) -> Iterator[Statement]:
    """One conversation with its turns, and now and then a hand-off, a ticket or a turn that failed."""
    chance, tenant_id = stage.chance, stage.tenant_id
    [agent] = chance.choices(stage.agents, [3, *[2] * (len(stage.agents) - 1)])
    channel, conversation_id = chance.choice(CHANNELS), new_id()
    turns = chance.randint(1, 5)
    failed, handed = chance.random() < 0.03, chance.random() < 0.09 or newest
    status = "handed_off" if handed and newest else "closed" if chance.random() < 0.7 else "open"
    yield _insert(
        "conversations", tenant_id, id=conversation_id, agent_id=agent["id"], contact_id=chance.choice(stage.people),
        channel=channel, status=status, last_seq=turns * 2 - failed, metadata=Jsonb(LABEL), created_at=at,
        updated_at=at + timedelta(minutes=turns),
    )  # fmt: skip
    yield _insert("conversation_leases", tenant_id, conversation_id=conversation_id)
    yield record(
        tenant_id=tenant_id, type="conversation.opened", source=f"/channels/{channel}", subject=str(conversation_id),
        data={"agent_id": agent["id"], **LABEL}, at=at,
    )  # fmt: skip
    for turn in range(turns):
        fails = failed and turn == turns - 1
        yield from _turn(stage, agent, conversation_id, at + timedelta(minutes=turn), turn, fails=fails)
    ended = at + timedelta(minutes=turns)
    if handed:
        yield _insert(
            "handoffs", tenant_id, id=new_id(), conversation_id=conversation_id, reason="The customer asked for it.",
            department=chance.choice(("sales", "billing", None)), status="waiting" if newest else "accepted",
            call_key=f"demo:{conversation_id}", created_at=ended, updated_at=ended,
        )  # fmt: skip
    if number % 97 == 5:
        yield _insert(
            "tickets", tenant_id, id=new_id(), number=900_000 + number, conversation_id=conversation_id,
            agent_slug=agent["slug"], title=chance.choice(TITLES), priority=chance.choice(("urgent", "high")),
            status="resolved" if number % 2 else "open", call_key=f"demo:{conversation_id}", created_at=ended,
            updated_at=ended,
        )  # fmt: skip


def _turn(
    stage: Stage, agent: Row, conversation_id: UUID, at: datetime, turn: int, *, fails: bool
) -> Iterator[Statement]:
    chance, tenant_id = stage.chance, stage.tenant_id
    question, answer = chance.choice(TALKS)
    run_id, asked_id, reply_id = new_id(), new_id(), new_id()
    ms = round(chance.lognormvariate(6.9, 0.5))
    tokens_in, tokens_out = chance.randint(600, 2400), chance.randint(30, 180)
    cost = tokens_in * 2 + tokens_out * 8
    ended = at + timedelta(milliseconds=ms)
    yield _insert(
        "runs", tenant_id, id=run_id, agent_id=agent["id"], agent_version_id=agent["active_version_id"],
        conversation_id=conversation_id, message_id=asked_id, state="failed" if fails else "completed",
        input_tokens=tokens_in, output_tokens=0 if fails else tokens_out, cost_micros=0 if fails else cost,
        problem=Jsonb(_FAILED) if fails else None, prompt=Jsonb({"window": [1, turn * 2 + 1]}), started_at=at,
        ended_at=ended,
    )  # fmt: skip
    message = {"conversation_id": conversation_id, "run_id": None}
    first = turn * 2 + 1
    yield _insert(
        "messages", tenant_id, id=asked_id, seq=first, role="user", content=question, created_at=at, **message
    )
    yield _insert(
        "inbox", tenant_id, message_id=asked_id, conversation_id=conversation_id, seq=first, run_id=run_id,
        state="failed" if fails else "done", reply_id=None if fails else reply_id,
        problem=Jsonb(_FAILED) if fails else None, created_at=at,
    )  # fmt: skip
    if fails:
        return
    message["run_id"] = run_id
    yield _insert(
        "messages", tenant_id, id=reply_id, seq=first + 1, role="assistant", content=answer, created_at=ended, **message
    )
    usage = {
        "provider": "demo",
        "model": "made-up",
        "in": tokens_in,
        "out": tokens_out,
        "cost": cost,
        "currency": "USD",
    }
    yield _insert(
        "steps", tenant_id, id=new_id(), run_id=run_id, seq=1, kind="decision", state="done", name="made-up",
        output=Jsonb({"text": answer}), usage=Jsonb(usage), duration_ms=ms, created_at=at,
    )  # fmt: skip


def _insert(table: Any, tenant_id: UUID, **values: Any) -> Statement:
    columns = ", ".join(("tenant_id", *values))
    marks = ", ".join(["%s"] * (len(values) + 1))
    query: Any = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
    return Statement(query, (tenant_id, *values.values()))


def main() -> int:
    """Fills the workspace that the environment names."""
    days, talks_a_day = (int(each) for each in (*sys.argv[1:], *("45", "40")[len(sys.argv) - 1 :]))
    with standing(load_settings()) as ground:
        made = asyncio.run(fill(ground, days=days, talks_a_day=talks_a_day))
    print(f"{made} made-up conversations over {days} days, each marked as such.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
