"""Erasing a person: no table of the database and no stored file keeps anything of them; others keep all of theirs."""

import asyncio
import io
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from sparklabs.conversations.people.erasure import without
from sparklabs.conversations.people.erasure_repository import ERASED
from sparklabs.conversations.schemas import ContactIn
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from tests.factories.platform import header_of, open_conversation, principal_of
from tests.integration.conversations.conftest import Begin, pause_after_tools

MARK = "quetzalcoatlus"
# Tables whose personal columns are not a contact's: of staff, or gone by themselves.
NOT_OF_CONTACTS = {"accounts", "refresh_tokens"}

# Columns that most tables have and these have not.
LACKING = {
    "outbox_messages": ("updated_at",), "scheduled_actions": ("updated_at",), "files": ("updated_at",),
    "run_checkpoints": ("id", "created_at"),
}  # fmt: skip

Rows = dict[str, list[str]]


def personal_tables(addresses: DatabaseAddresses) -> set[str]:
    with psycopg.connect(addresses.owner) as conn:
        found = conn.execute("SELECT DISTINCT table_name FROM data_classes WHERE class = 'personal'")
        return {row[0] for row in found} - NOT_OF_CONTACTS


def whole_database(addresses: DatabaseAddresses) -> Rows:
    """Every row of every table as text."""
    with psycopg.connect(addresses.owner) as conn:
        tables = conn.execute("SELECT DISTINCT table_name FROM data_classes ORDER BY 1").fetchall()
        read = {}
        for (table,) in tables:
            conn.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(sql.Identifier(table)))
            rows = conn.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall()
            read[table] = [row[0] for row in rows]
        conn.rollback()
        return read


def holding(rows: Rows, *needles: str) -> list[str]:
    return sorted(table for table, texts in rows.items() if any(needle in text for text in texts for needle in needles))


async def fill(one: Services, db: Database, tenant_id: UUID, *, mark: str = MARK) -> tuple[UUID, UUID]:
    """A person with something in every table that can hold something personal."""
    contact = ContactIn(
        name=f"Ada {mark}", email=f"{mark}@example.com", external_id=f"crm-{mark}", timezone="Europe/London"
    )
    opened = await open_conversation(one, tenant_id, contact=contact)
    header = await header_of(one, tenant_id, opened.id)
    for said in (f"order {mark}", f"person {mark}"):
        accepted = await one.turns.accept(header, content=said, key=f"key-{said[:5]}-{mark}")
        assert await one.turns.wait(header, accepted, seconds=20)
    [runs] = await db.run(tenant_id, Statement("SELECT id FROM runs WHERE conversation_id = %s", (opened.id,)))
    run_id, file_id, now = runs[0]["id"], uuid4(), one.clock.now()
    one.erasures._store.write(str(file_id), io.BytesIO(mark.encode()), most_bytes=1000)
    values: dict[str, dict[str, Any]] = {
        "memories": {
            "name": "diet", "content": f"{mark} eats fish", "source": Jsonb({"conversation_id": str(opened.id)}),
        },
        "tickets": {
            "number": 1 + uuid4().int % 10**9, "agent_slug": "tester", "title": mark, "description": mark,
            "call_key": str(uuid4()),
        },
        "outbox_messages": {
            "channel": "email", "recipient_sealed": mark.encode(), "subject": mark, "body": mark,
            "call_key": str(uuid4()),
        },
        "scheduled_actions": {
            "action_type": "call", "scheduled_for": now, "payload": Jsonb({"to": mark}), "result": Jsonb({"to": mark}),
            "call_key": str(uuid4()),
        },
        "files": {
            "id": file_id, "name": f"{mark}.txt", "content_type": "text/plain", "size": 1, "sha256": b"x",
            "storage_key": str(file_id), "created_by": "test",
        },
        "run_checkpoints": {
            "run_id": run_id, "checkpoint_id": "1", "checkpoint": mark.encode(), "metadata": Jsonb({"of": mark}),
            "writes": mark.encode(),
        },
    }  # fmt: skip
    owned = {"memories", "tickets", "outbox_messages", "scheduled_actions"}
    for table, given in values.items():
        row: dict[str, Any] = {"id": uuid4(), "tenant_id": tenant_id, "created_at": now, "updated_at": now, **given}
        if table in owned:
            row["contact_id"] = opened.contact.id
        if table in ("tickets", "outbox_messages", "scheduled_actions", "files"):
            row["conversation_id"] = opened.id
        for absent in LACKING.get(table, ()):
            del row[absent]
        await db.run(tenant_id, _insert(table, row))
    await db.run(
        tenant_id,
        Statement("UPDATE conversations SET summary = %s, context = %s, metadata = %s WHERE id = %s",
                  (mark, Jsonb({"of": mark}), Jsonb({"of": mark}), opened.id)),
        Statement("UPDATE contacts SET preferences = %s, context = %s WHERE id = %s",
                  (Jsonb({"of": mark}), Jsonb({"of": mark}), opened.contact.id)),
        Statement("UPDATE runs SET problem = %s WHERE id = %s", (Jsonb({"detail": mark}), run_id)),
        Statement("UPDATE inbox SET problem = %s WHERE conversation_id = %s", (Jsonb({"detail": mark}), opened.id)),
        _insert("idempotency_keys", {
            "tenant_id": tenant_id, "scope": "conversations", "key": str(uuid4()), "body_hash": b"x", "status": 201,
            "answer": Jsonb({"id": str(opened.id), "contact": {"id": str(opened.contact.id), "name": mark}}),
            "created_at": now,
        }),
        _insert("visitors", {
            "id": uuid4(), "tenant_id": tenant_id, "agent_id": header.agent_id, "contact_id": opened.contact.id,
            "secret_hash": mark.encode(), "created_at": now, "last_seen_at": now,
        }),
    )  # fmt: skip
    return opened.contact.id, opened.id


def _insert(table: str, row: dict[str, Any]) -> Statement:
    names = sql.SQL(", ").join(sql.Identifier(name) for name in row)
    places = sql.SQL(", ").join(sql.Placeholder() * len(row))
    return Statement(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, places), (*row.values(),)
    )


def test_every_table_with_personal_data_of_contacts_is_part_of_the_erasure(addresses: DatabaseAddresses) -> None:
    forgotten = personal_tables(addresses) - set(ERASED)

    assert forgotten == set(), "Say in people/erasure_repository.py how each is emptied when its person is erased."


async def test_nothing_of_an_erased_person_is_left_and_everything_of_others_is(
    begin: Begin, one: Services, tenant_id: UUID, db: Database, http: httpx.AsyncClient, addresses: DatabaseAddresses
) -> None:
    await begin()
    contact_id, conversation_id = await fill(one, db, tenant_id)
    await fill(one, db, tenant_id, mark="pterodactyl")
    before = whole_database(addresses)
    in_bytes = MARK.encode().hex()
    filled = set(holding(before, MARK, in_bytes)) | {
        table for table, texts in before.items() if any(str(contact_id) in text for text in texts)
    }
    assert personal_tables(addresses) - filled - {"steps", "records"} == set(), "The test puts something into each."
    kept_of_others = {table: sum("pterodactyl" in text for text in texts) for table, texts in before.items()}

    answer = await http.delete(f"/api/v1/contacts/{contact_id}")

    assert answer.status_code == 200, answer.text
    erased = answer.json()["erased"]
    expected = {"conversations": 1, "messages": 4, "memories": 1, "files": 1, "tickets": 1, "records": 1}
    assert {name: erased[name] for name in expected} == expected
    after = whole_database(addresses)
    assert holding(after, MARK, in_bytes) == []
    assert holding(after, str(contact_id)) == ["audit", "events"]
    assert holding(after, str(conversation_id)) == ["events"], "Events carry ids, of which none leads anywhere."
    assert {table: sum("pterodactyl" in text for text in texts) for table, texts in after.items()} == kept_of_others
    assert [
        path
        for path in Path(one.settings.home / "files").rglob("*")
        if path.is_file() and path.read_bytes() == MARK.encode()
    ] == []
    gone = await http.get(f"/api/v1/contacts/{contact_id}")
    assert (gone.status_code, gone.json()["code"]) == (404, "contact_not_found")
    assert (await http.get(f"/api/v1/conversations/{conversation_id}")).status_code == 404
    assert (
        await http.post(f"/api/v1/conversations/{conversation_id}/messages", json={"content": "hello?"})
    ).status_code == 404
    assert (await http.delete(f"/api/v1/contacts/{contact_id}")).status_code == 404


async def test_tests_that_were_begun_from_their_conversations_go_with_an_erased_person(
    begin: Begin, one: Services, tenant_id: UUID, db: Database, http: httpx.AsyncClient, addresses: DatabaseAddresses
) -> None:
    await begin()
    contact_id, conversation_id = await fill(one, db, tenant_id)
    origin = f"/api/v1/conversations/{conversation_id}"
    for _ in range(2):
        said = (await http.get(f"{origin}/messages")).json()["items"][0]
        fork = (await http.post(f"{origin}/fork", json={"before_message_id": said["id"]})).json()
        origin = f"/api/v1/conversations/{fork['id']}"
        for text in (f"order {MARK}", f"remember {MARK}", f"person {MARK}"):
            assert (await http.post(f"{origin}/messages", json={"content": text})).status_code in (200, 202)

    assert (await http.delete(f"/api/v1/contacts/{contact_id}")).status_code == 200

    assert holding(whole_database(addresses), MARK, MARK.encode().hex()) == []
    assert (await http.get(origin)).status_code == 404


async def test_figures_of_an_erased_persons_runs_stay(
    begin: Begin, one: Services, tenant_id: UUID, db: Database, http: httpx.AsyncClient
) -> None:
    talk = await begin()
    await talk.say(one, "hello")
    figures = Statement("SELECT id, agent_id, state, input_tokens, output_tokens, cost_micros FROM runs")
    [before] = await db.run(tenant_id, figures)
    await http.delete(f"/api/v1/contacts/{talk.header.contact_id}")
    after, led = await db.run(tenant_id, figures, Statement("SELECT conversation_id, message_id, prompt FROM runs"))
    assert (len(before), after) == (1, before)
    assert led == [{"conversation_id": None, "message_id": None, "prompt": None}]


async def test_a_persons_document_holds_all_of_theirs_and_nothing_of_others(
    begin: Begin, one: Services, tenant_id: UUID, db: Database, http: httpx.AsyncClient
) -> None:
    await begin()
    contact_id, conversation_id = await fill(one, db, tenant_id)
    await fill(one, db, tenant_id, mark="pterodactyl")
    [held] = await db.run(tenant_id, Statement("SELECT id FROM outbox_messages WHERE contact_id = %s", (contact_id,)))
    sealed = one.sealer.seal(
        b"ada@example.com", purpose="outbox", tenant_id=tenant_id,
        about=f"outbox_messages.recipient_sealed:{held[0]['id']}",
    )  # fmt: skip
    await db.run(
        tenant_id, Statement("UPDATE outbox_messages SET recipient_sealed = %s WHERE id = %s", (sealed, held[0]["id"]))
    )

    answer = await http.get(f"/api/v1/contacts/{contact_id}/export")

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="contact-{contact_id}.json"'
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["contact"]["name"] == f"Ada {MARK}"
    [conversation] = document["conversations"]
    assert (conversation["id"], conversation["summary"]) == (str(conversation_id), MARK)
    assert [each["role"] for each in conversation["messages"]] == ["user", "assistant"] * 2
    assert {"create_order", "transfer_to_human"} <= {each["name"] for each in conversation["steps"]}
    for part in ("memories", "tickets", "outgoing_messages", "scheduled_actions", "handoffs", "files", "records"):
        assert len(document[part]) == 1, part
    assert document["outgoing_messages"][0]["recipient"] == "ada@example.com"
    assert "pterodactyl" not in answer.text


async def test_a_turn_that_runs_during_the_erasure_writes_nothing_after_it(
    begin: Begin, one: Services, tenant_id: UUID, db: Database, addresses: DatabaseAddresses
) -> None:
    talk = await begin()
    pause = pause_after_tools(one)
    saying = asyncio.create_task(one.turns.accept(talk.header, content=f"order {MARK}", key=None))
    await pause.reached.wait()
    await saying
    swept: list[dict[str, Any]] = []

    async def remember(tenant_id: UUID, **ids: Any) -> None:
        swept.append({"tenant_id": tenant_id, **ids})

    one.erasures._sweep_later = remember
    await one.erasures.erase(principal_of(tenant_id), talk.header.contact_id)
    await db.run(
        tenant_id,
        _insert("memories", {
            "id": uuid4(), "tenant_id": tenant_id, "contact_id": talk.header.contact_id, "name": "late",
            "content": MARK, "created_at": one.clock.now(), "updated_at": one.clock.now(),
        }),
    )  # fmt: skip
    pause.go.set()
    await one.worker.stop(seconds=5)

    assert holding(whole_database(addresses), MARK) == ["memories"]
    assert [each["contact_id"] for each in swept] == [talk.header.contact_id]
    await one.erasures.sweep(**swept[0])
    assert holding(whole_database(addresses), MARK) == []


async def test_a_record_that_others_made_loses_only_the_fields_that_name_the_person(
    begin: Begin, one: Services, tenant_id: UUID, db: Database, http: httpx.AsyncClient
) -> None:
    await begin()
    contact_id, conversation_id = await fill(one, db, tenant_id)
    [runs] = await db.run(tenant_id, Statement("SELECT id FROM runs WHERE conversation_id = %s", (conversation_id,)))
    data = {"slot": "10:00", "by": f"For ADA {MARK}!", "notes": ["window", f"{MARK}@example.com"], "seats": 4}
    await db.run(
        tenant_id,
        _insert("records", {
            "tenant_id": tenant_id, "collection": "tester/slots", "key": "1", "data": Jsonb(data), "origin": "file",
            "changed_call": f"{runs[0]['id']}:call_1", "created_at": one.clock.now(), "updated_at": one.clock.now(),
        }),
    )  # fmt: skip
    await http.delete(f"/api/v1/contacts/{contact_id}")
    [rows] = await db.run(tenant_id, Statement("SELECT data FROM records WHERE key = '1'"))
    assert rows[0]["data"] == {"slot": "10:00", "by": None, "notes": ["window", None], "seats": 4}


@pytest.mark.parametrize(
    ("value", "left"),
    [("Ada", None), ("call ADA today", None), (7, 7), (None, None), ({"a": ["ada", "bob"]}, {"a": [None, "bob"]})],
)
def test_texts_that_name_a_person_are_emptied(value: Any, left: Any) -> None:
    assert without(value, frozenset({"ada"})) == left
