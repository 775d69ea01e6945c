"""Searching conversations: by what was said in any language, by who said it, and never in another tenant's."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from sparklabs.conversations.schemas import ContactIn
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import DatabaseAddresses
from tests.factories.platform import header_of, open_conversation, principal_of, publish
from tests.factories.talking import agent_file
from tests.integration.conversations.conftest import AsOwner, Begin

BASE = "/api/v1/conversations"


class _As(AsOwner):
    """Stands for the identity room: everybody is this principal."""

    def __init__(self, principal: Any) -> None:
        self._principal = principal

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Any:
        return self._principal


async def _talk(one: Services, tenant_id: UUID, text: str, **given: Any) -> str:
    opened = await open_conversation(one, tenant_id, **given)
    header = await header_of(one, tenant_id, opened.id)
    await one.turns.wait(header, await one.turns.accept(header, content=text))
    return str(opened.id)


async def _found(http: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await http.get(BASE, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["items"])
    return [each["id"] for each in answer.json()["items"]]


@pytest.mark.parametrize(
    "search", ["Rückgabe", "rückgabe", "rückg", "die rückgabe", "Lampe rückg", "'Rückgabe' & !", "  Rückgabe  "]
)
async def test_words_are_found_in_any_language_the_last_one_by_its_beginning(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, search: str
) -> None:
    await begin()
    wanted = await _talk(one, tenant_id, "Wie geht die Rückgabe der Lampe?")
    await _talk(one, tenant_id, "What does it cost?")
    assert await _found(http, search=search) == [wanted]


@pytest.mark.parametrize("search", ["Gabe", "Rück Lampe", "Lampe Stuhl", "!!!", "\\", ":*"])
async def test_what_was_not_said_is_not_found_and_no_input_is_an_operator(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, search: str
) -> None:
    await begin()
    await _talk(one, tenant_id, "Wie geht die Rückgabe der Lampe?")
    assert await _found(http, search=search) == []


async def test_a_hit_tells_the_message_and_marks_the_words(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    await _talk(one, tenant_id, "I want my refund for the lamp")
    [item] = (await http.get(BASE, params={"search": "refu"})).json()["items"]
    match = item["match"]
    assert (match["seq"], match["role"]) == (2, "assistant")
    assert [part["text"] for part in match["parts"] if part["hit"]] == ["refund"]
    assert "".join(part["text"] for part in match["parts"]) == "answer to I want my refund for the lamp"
    [_, plain] = (await http.get(BASE, params={"sort": "created_at"})).json()["items"]
    assert plain["match"] is None


@pytest.mark.parametrize("search", ["ada@example.com", "ADA@example.com ", "+44 20 7946 0018", "customer-7"])
async def test_a_person_is_found_by_address_number_or_own_id_exactly(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, search: str
) -> None:
    await begin()
    contact = {"email": "ada@example.com", "phone": "+442079460018", "external_id": "customer-7"}
    wanted = await _talk(one, tenant_id, "hello", contact=ContactIn(**contact))
    await _talk(one, tenant_id, "hello", contact="bob@example.com")
    assert await _found(http, search=search) == [wanted]
    assert await _found(http, search=search[:5]) == []


async def test_a_search_goes_with_every_filter_and_is_paged(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    said = [await _talk(one, tenant_id, f"lamp number {number}") for number in range(5)]
    await http.delete(f"{BASE}/{said[0]}")
    assert await _found(http, search="lamp", status="closed") == [said[0]]
    assert await _found(http, search="lamp", channel="whatsapp") == []
    pages: list[str] = []
    cursor: str | None = None
    while True:
        query = {"search": "lamp", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await http.get(BASE, params=query)).json()
        pages += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == said[::-1]


async def test_a_range_of_dates_bounds_when_conversations_started(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    talk = await begin()
    now = datetime.now(UTC)
    for days in (1, 2, 3):
        opened = await open_conversation(one, tenant_id)
        at = now - timedelta(days=days)
        await talk.rows("UPDATE conversations SET created_at = %s WHERE id = %s RETURNING 1", at, opened.id)
    first, last = (now - timedelta(days=days, hours=1) for days in (2, 1))
    assert len(await _found(http, **{"from": first.isoformat(), "to": last.isoformat()})) == 1
    assert len(await _found(http, **{"from": first.isoformat()})) == 3
    naive = await http.get(BASE, params={"from": "2026-01-01T00:00:00"})
    assert naive.status_code == 422


async def test_nothing_of_another_tenant_is_found(
    begin: Begin, one: Services, tenant_id: UUID, other_tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    await publish(one, other_tenant_id, agent_file())
    await _talk(one, other_tenant_id, "a secret lamp", contact="ada@example.com")
    for search in ("lamp", "ada@example.com"):
        assert await _found(http, search=search) == []
    one.authenticator = _As(principal_of(other_tenant_id))  # pyright: ignore
    assert len(await _found(http, search="lamp")) == 1
    channels = (await http.get(f"{BASE}/channels")).json()["items"]
    assert channels == [{"channel": "api", "conversations": 1}]


async def test_the_door_of_the_search_opens_for_one_tenant_and_for_none_without(
    begin: Begin, one: Services, tenant_id: UUID, addresses: DatabaseAddresses
) -> None:
    await begin()
    await _talk(one, tenant_id, "a secret lamp")
    async with await psycopg.AsyncConnection.connect(addresses.app) as conn:
        cursor = await conn.execute("SELECT count(*) FROM conversations_saying(to_tsquery('simple', 'lamp'))")
        assert await cursor.fetchone() == (0,)
        await conn.execute("SELECT set_config('app.tenant_id', %s, true)", (str(tenant_id),))
        cursor = await conn.execute("SELECT count(*) FROM conversations_saying(to_tsquery('simple', 'lamp'))")
        assert await cursor.fetchone() == (1,)
    async with await psycopg.AsyncConnection.connect(addresses.system) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute("SELECT count(*) FROM conversations_saying(to_tsquery('simple', 'lamp'))")


async def test_a_visitor_has_no_lists(begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient) -> None:
    talk = await begin()
    scopes = frozenset({"conversations:read", "conversations:write"})
    own = {"kind": "visitor", "role": "visitor", "scopes": scopes, "conversation_id": talk.header.id}
    one.authenticator = _As(principal_of(tenant_id, **own))  # pyright: ignore
    for path in (BASE, f"{BASE}/channels", "/api/v1/models"):
        assert (await http.get(path)).status_code == 403
