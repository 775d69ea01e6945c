"""Contacts as people work with them: found by name and handle, corrected without losing a change, masked, audited."""

import logging
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from sparklabs.conversations.schemas import ContactIn
from sparklabs.entry.wiring import Services
from sparklabs.identity.permissions import permissions_of
from sparklabs.kit.db import Database, Statement
from tests.factories.platform import open_conversation, principal_of, publish
from tests.factories.talking import agent_file
from tests.integration.conversations.conftest import AsOwner, Begin

BASE = "/api/v1/contacts"
ADA = {
    "name": "Ada Lovelace",
    "handles": [{"kind": "email", "value": "Ada@Example.com"}, {"kind": "telegram", "value": "@ada"}],
    "external_id": "crm-17",
    "timezone": "Europe/London",
    "locale": "en-GB",
    "preferences": {"newsletter": False},
}


class As(AsOwner):
    """Stands for the identity room: everybody is this principal."""

    def __init__(self, principal: Any) -> None:
        self._principal = principal

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Any:
        return self._principal


def become(one: Services, tenant_id: UUID, role: str = "owner") -> None:
    scopes = permissions_of(role)
    one.authenticator = As(principal_of(tenant_id, role=role, scopes=scopes))  # pyright: ignore[reportAttributeAccessIssue]


async def make(http: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await http.post(BASE, json=given or ADA)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def found(http: httpx.AsyncClient, **query: Any) -> list[str | None]:
    answer = await http.get(BASE, params=query)
    assert answer.status_code == 200, answer.text
    return sorted(each["name"] or "" for each in answer.json()["items"])


async def actions(db: Database, tenant_id: UUID) -> list[tuple[str, str | None]]:
    [rows] = await db.run(tenant_id, Statement("SELECT action, subject FROM audit ORDER BY id"))
    return [(row["action"], row["subject"]) for row in rows]


async def test_a_contact_is_made_as_it_was_told_with_its_handles_made_comparable(http: httpx.AsyncClient) -> None:
    made = await make(http)
    assert made["name"] == "Ada Lovelace"
    assert [(each["kind"], each["value"]) for each in made["handles"]] == [
        ("email", "ada@example.com"), ("telegram", "@ada"),
    ]  # fmt: skip
    assert (made["timezone"], made["preferences"], made["masked"]) == ("Europe/London", {"newsletter": False}, False)
    assert (made["conversation_count"], made["memory_count"], made["last_contact_at"]) == (0, 0, None)


@pytest.mark.parametrize(
    "search",
    ["ada", "AD", "lovel", "love ad", "ada@example.com", "ADA@example.com", "@ada", "telegram:@ada", "crm-17"],
)
async def test_a_contact_is_found_by_parts_of_the_name_and_whole_handles(http: httpx.AsyncClient, search: str) -> None:
    await make(http)
    await make(http, name="Grace Hopper", handles=[{"kind": "email", "value": "grace@example.com"}])
    assert await found(http, search=search) == ["Ada Lovelace"]


@pytest.mark.parametrize("search", ["ovelace", "ada hopper", "ada@example", "crm", "x", "***"])
async def test_what_does_not_fit_finds_nobody(http: httpx.AsyncClient, search: str) -> None:
    await make(http)
    await make(http, name="Grace Hopper")
    assert await found(http, search=search) == []


@pytest.mark.parametrize(
    ("name", "search"), [("José Ángel", "jose angel"), ("Jose", "josé"), ("李 小龙", "李"), ("Strauß", "strauss")]
)
async def test_accents_scripts_and_case_do_not_hide_a_name(http: httpx.AsyncClient, name: str, search: str) -> None:
    await make(http, name=name)
    assert await found(http, search=search) == [name]


async def test_a_phone_is_found_however_it_is_written(http: httpx.AsyncClient) -> None:
    await make(http, name="Ada", handles=[{"kind": "phone", "value": "+44 20 7946 0018"}])
    assert await found(http, search="+442079460018") == ["Ada"]
    assert await found(http, search="+44 (0)20 7946 0018") == ["Ada"]


async def test_names_that_came_with_conversations_are_found_too(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    await open_conversation(one, tenant_id, contact=ContactIn(name="Mary Shelley", email="mary@example.com"))
    assert await found(http, search="shell") == ["Mary Shelley"]
    anonymous = await open_conversation(one, tenant_id)
    await one.contacts.learn_name(tenant_id, anonymous.contact.id, "Percy Shelley")
    assert await found(http, search="shell") == ["Mary Shelley", "Percy Shelley"]


async def test_names_of_an_earlier_release_are_indexed_in_the_background_once(
    one: Services, tenant_id: UUID, http: httpx.AsyncClient, db: Database
) -> None:
    made = await make(http)
    await db.run(
        tenant_id,
        Statement("DELETE FROM contact_name_tokens"),
        Statement("UPDATE contacts SET name_index = 0"),
    )
    assert await found(http, search="lovelace") == []
    assert await one.contacts.index_names() == 1
    assert [each["id"] for each in (await http.get(BASE, params={"search": "lovelace"})).json()["items"]] == [
        made["id"]
    ]
    assert await one.contacts.index_names() == 0


async def test_the_index_of_names_can_be_read_by_nobody(http: httpx.AsyncClient, tenant_id: UUID, db: Database) -> None:
    await make(http)
    [rows] = await db.run(tenant_id, Statement("SELECT token_hash FROM contact_name_tokens"))
    assert rows and all(len(row["token_hash"]) == 32 for row in rows)
    assert not any(b"ada" in bytes(row["token_hash"]) for row in rows)


async def test_filters_by_channel_and_agent_and_counts_of_talks(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    made = await make(http)
    await make(http, name="Never Talked")
    await open_conversation(one, tenant_id, contact=ContactIn(email="ada@example.com"))
    assert await found(http, channel="api") == ["", "Ada Lovelace"]  # the nameless one is the test's own visitor
    assert await found(http, agent_id="tester") == ["", "Ada Lovelace"]  # the nameless one is the test's own visitor
    assert await found(http, channel="web_chat") == []
    profile = (await http.get(f"{BASE}/{made['id']}")).json()
    assert (profile["conversation_count"], profile["channels"]) == (1, ["api"])
    assert profile["last_contact_at"] is not None


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "updated_at", "last_contact_at", "-last_contact_at"])
async def test_pages_of_contacts_miss_and_repeat_nothing(http: httpx.AsyncClient, sort: str) -> None:
    for number in range(5):
        await make(http, name=f"Person {number}")
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2, "sort": sort, "search": "person"}
    for _ in range(5):
        page = (await http.get(BASE, params=query)).json()
        seen += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 5
    assert page["total"] == 5


async def test_a_change_touches_what_is_given_and_nothing_else(http: httpx.AsyncClient) -> None:
    made = await make(http)
    path = f"{BASE}/{made['id']}"
    changed = (await http.patch(path, json={"name": "Ada King", "locale": None})).json()
    assert (changed["name"], changed["locale"], changed["timezone"]) == ("Ada King", None, "Europe/London")
    assert changed["external_id"] == "crm-17" and len(changed["handles"]) == 2
    assert await found(http, search="king") == ["Ada King"]
    assert await found(http, search="lovelace") == []
    nameless = (await http.patch(path, json={"name": None})).json()
    assert nameless["name"] is None
    assert await found(http, search="ada") == []


async def test_handles_are_added_and_removed(http: httpx.AsyncClient) -> None:
    made = await make(http)
    [email, _] = made["handles"]
    body = {"remove_handles": [email["id"]], "add_handles": [{"kind": "email", "value": "countess@example.com"}]}
    changed = (await http.patch(f"{BASE}/{made['id']}", json=body)).json()
    assert [each["value"] for each in changed["handles"]] == ["@ada", "countess@example.com"]
    assert await found(http, search="ada@example.com") == []


async def test_a_handle_or_id_of_another_contact_is_refused_and_nothing_changes(http: httpx.AsyncClient) -> None:
    await make(http)
    other = await make(http, name="Grace Hopper")
    path = f"{BASE}/{other['id']}"
    taken = await http.patch(
        path, json={"name": "Gone", "add_handles": [{"kind": "email", "value": "ADA@example.com"}]}
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "contact_handle_taken")
    assert "ada@example.com" not in taken.text.lower()
    taken = await http.patch(path, json={"external_id": "crm-17"})
    assert (taken.status_code, taken.json()["code"]) == (409, "contact_external_id_taken")
    twice = await http.post(BASE, json={"handles": [{"kind": "telegram", "value": "@ada"}]})
    assert (twice.status_code, twice.json()["code"]) == (409, "contact_handle_taken")
    assert (await http.get(path)).json()["name"] == "Grace Hopper"
    assert (await http.get(BASE)).json()["total"] == 2


async def test_a_change_based_on_an_old_reading_is_refused(http: httpx.AsyncClient) -> None:
    made = await make(http)
    path = f"{BASE}/{made['id']}"
    read = await http.get(path)
    first = await http.patch(path, json={"name": "Ada King"}, headers={"If-Match": read.headers["etag"]})
    assert first.status_code == 200 and first.headers["etag"] != read.headers["etag"]
    late = await http.patch(path, json={"name": "Ada B."}, headers={"If-Match": read.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "contact_changed")
    assert (await http.get(path)).json()["name"] == "Ada King"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "contact_invalid"),
        ({"name": "  "}, "contact_invalid"),
        ({"handles": [{"kind": "email", "value": "nobody at all"}]}, "contact_invalid"),
        ({"handles": [{"kind": "phone", "value": "call me"}]}, "contact_invalid"),
        ({"name": "Ada", "timezone": "Mars/Olympus"}, "contact_invalid"),
        ({"name": "Ada", "shoe_size": 38}, "validation_failed"),
        ({"name": "A" * 201}, "validation_failed"),
    ],
)
async def test_what_cannot_be_a_contact_is_refused(http: httpx.AsyncClient, body: dict[str, Any], code: str) -> None:
    refused = await http.post(BASE, json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_a_repeated_creation_makes_one_contact(http: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await http.post(BASE, json=ADA, headers=headers)
    again = await http.post(BASE, json=ADA, headers=headers)
    assert first.json() == again.json()
    assert (await http.get(BASE)).json()["total"] == 1


async def test_those_who_may_not_read_personal_data_see_that_somebody_is_there(
    one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    made = await make(http)
    become(one, tenant_id, "viewer")
    [listed] = (await http.get(BASE)).json()["items"]
    profile = (await http.get(f"{BASE}/{made['id']}")).json()
    for shown in (listed, profile):
        assert (shown["name"], shown["masked"]) == ("A••• L•••", True)
        assert [each["value"] for each in shown["handles"]] == ["a•••@•••.com", "•••"]
    assert profile["preferences"] == {}
    found = [(await http.get(BASE, params={"search": text})).json()["total"] for text in ("ad", "ada@example.com")]
    assert found == [0, 1], "A name could be learned letter by letter, an address only by whoever knows it."


@pytest.mark.parametrize(
    ("role", "name"), [("support", "Ada Lovelace"), ("viewer", "A••• L•••"), ("analyst", "A••• L•••")]
)
async def test_conversations_name_their_contact_to_those_who_may_read_contacts(
    one: Services, tenant_id: UUID, http: httpx.AsyncClient, role: str, name: str
) -> None:
    made = await make(http)
    await publish(one, tenant_id, agent_file())
    opened = await open_conversation(one, tenant_id, contact=ContactIn(external_id="crm-17"))
    assert str(opened.contact.id) == made["id"]
    become(one, tenant_id, role)
    single = (await http.get(f"/api/v1/conversations/{opened.id}")).json()
    [listed] = (await http.get("/api/v1/conversations")).json()["items"]
    assert [single["contact"]["name"], listed["contact"]["name"]] == [name, name]


@pytest.mark.parametrize(
    ("method", "path", "roles"),
    [
        ("POST", "", ["viewer", "analyst"]),
        ("PATCH", "/{id}", ["viewer", "analyst"]),
        ("DELETE", "/{id}", ["viewer", "analyst", "developer", "operator", "support"]),
        ("GET", "/{id}/export", ["viewer", "analyst"]),
        ("GET", "/{id}/memories", ["viewer", "analyst", "visitor"]),
        ("GET", "", ["visitor"]),
    ],
)
async def test_a_role_that_may_not_is_refused(
    one: Services, tenant_id: UUID, http: httpx.AsyncClient, method: str, path: str, roles: list[str]
) -> None:
    made = await make(http)
    for role in roles:
        become(one, tenant_id, role)
        refused = await http.request(method, BASE + path.format(id=made["id"]), json={"name": "x"})
        assert (refused.status_code, role) == (403, role)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/export"), ("GET", "/memories"),
        ("PATCH", "/memories/{memory}"), ("DELETE", "/memories/{memory}"),
    ],
)  # fmt: skip
async def test_another_tenants_contact_is_not_found(
    one: Services, other_tenant_id: UUID, http: httpx.AsyncClient, method: str, path: str
) -> None:
    made = await make(http)
    become(one, other_tenant_id)
    refused = await http.request(
        method,
        f"{BASE}/{made['id']}{path.format(memory=uuid4())}",
        json={"pinned": True} if "{memory}" in path else {"name": "x"},
    )
    assert refused.status_code == 404
    assert (await http.get(BASE)).json()["items"] == []
    assert await found(http, search="ada") == []


async def test_every_look_at_a_person_and_every_change_is_audited_without_their_data(
    tenant_id: UUID, http: httpx.AsyncClient, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = await make(http)
    await http.get(f"{BASE}/{made['id']}")
    await http.patch(f"{BASE}/{made['id']}", json={"name": "Ada King"})
    await http.get(f"{BASE}/{made['id']}/export")
    subject = f"contact:{made['id']}"
    assert await actions(db, tenant_id) == [
        ("contact.created", subject), ("contact.read", subject), ("contact.updated", subject),
        ("contact.exported", subject),
    ]  # fmt: skip
    [rows] = await db.run(tenant_id, Statement("SELECT data::text FROM audit UNION ALL SELECT data::text FROM events"))
    told = " ".join(row["data"] for row in rows) + caplog.text
    assert "Lovelace" not in told and "ada@example.com" not in told


async def memory(db: Database, tenant_id: UUID, contact_id: str, **given: Any) -> UUID:
    id = uuid4()
    await db.run(
        tenant_id,
        Statement(
            "INSERT INTO memories (id, tenant_id, contact_id, name, content, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s, now(), now())",
            (id, tenant_id, contact_id, given.get("name", "diet"), given.get("content", "Eats no meat.")),
        ),
    )
    return id


async def test_memories_are_listed_corrected_pinned_and_forgotten(
    tenant_id: UUID, http: httpx.AsyncClient, db: Database
) -> None:
    made = await make(http)
    id = await memory(db, tenant_id, made["id"])
    path = f"{BASE}/{made['id']}/memories"
    [listed] = (await http.get(path)).json()["items"]
    assert (listed["content"], listed["pinned"], listed["agent_slug"]) == ("Eats no meat.", False, None)
    pinned = (await http.patch(f"{path}/{id}", json={"pinned": True})).json()
    assert (pinned["pinned"], pinned["updated_at"]) == (True, listed["updated_at"])
    corrected = (await http.patch(f"{path}/{id}", json={"content": " Eats fish. "})).json()
    assert (corrected["content"], corrected["pinned"]) == ("Eats fish.", True)
    [rows] = await db.run(tenant_id, Statement("SELECT embedding IS NOT NULL AS embedded FROM memories"))
    assert rows[0]["embedded"], "A corrected memory is found by its new meaning."
    assert (await http.delete(f"{path}/{id}")).status_code == 204
    assert (await http.delete(f"{path}/{id}")).json()["code"] == "memory_not_found"
    assert (await http.get(path)).json()["items"] == []
    assert [action for action, _ in await actions(db, tenant_id)][1:] == [
        "memory.changed", "memory.changed", "memory.forgotten",
    ]  # fmt: skip


async def test_a_memory_of_somebody_else_cannot_be_reached_through_a_contact(
    tenant_id: UUID, http: httpx.AsyncClient, db: Database
) -> None:
    made, other = await make(http), await make(http, name="Grace")
    id = await memory(db, tenant_id, made["id"])
    refused = await http.patch(f"{BASE}/{other['id']}/memories/{id}", json={"content": "x"})
    assert (refused.status_code, refused.json()["code"]) == (404, "memory_not_found")
    assert (await http.delete(f"{BASE}/{other['id']}/memories/{id}")).status_code == 404
