"""Lists of conversations and messages: pages that miss and repeat nothing, filters, totals, and cursors as they are."""

import base64
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from sparklabs.entry.wiring import Services
from tests.factories.platform import open_conversation, publish
from tests.factories.talking import agent_file
from tests.integration.conversations.conftest import Begin

BASE = "/api/v1/conversations"


async def _all_pages(http: httpx.AsyncClient, path: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(20):
        page = (await http.get(path, params={**query, **({"cursor": cursor} if cursor else {})})).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "updated_at", "-updated_at"])
async def test_pages_of_conversations_miss_and_repeat_nothing(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, sort: str
) -> None:
    await begin()
    for _ in range(6):
        await open_conversation(one, tenant_id)
    found = await _all_pages(http, BASE, limit=3, sort=sort)
    assert len({each["id"] for each in found}) == 7
    times = [each[sort.removeprefix("-")] for each in found]
    assert times == sorted(times, reverse=sort.startswith("-"))
    assert (await http.get(BASE, params={"limit": 3})).json()["total"] == 7


async def test_a_page_stays_where_it_was_while_new_conversations_are_opened(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    await open_conversation(one, tenant_id)
    first = (await http.get(BASE, params={"limit": 1})).json()
    await open_conversation(one, tenant_id)
    second = (await http.get(BASE, params={"limit": 5, "cursor": first["next_cursor"]})).json()
    assert len(second["items"]) == 1
    assert second["items"][0]["id"] != first["items"][0]["id"]


async def test_pages_of_messages_run_in_order_both_ways(begin: Begin, one: Services, http: httpx.AsyncClient) -> None:
    talk = await begin()
    for number in range(4):
        await talk.say(one, f"hello {number}")
    path = f"{BASE}/{talk.header.id}/messages"
    assert [each["seq"] for each in await _all_pages(http, path, limit=3)] == list(range(1, 9))
    assert [each["seq"] for each in await _all_pages(http, path, limit=3, sort="-seq")] == list(range(8, 0, -1))
    assert (await http.get(path, params={"limit": 1})).json()["total"] == 8


async def test_conversations_are_filtered_by_agent_contact_state_and_channel(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    talk = await begin()
    await publish(one, tenant_id, agent_file(), slug="another")
    other = await open_conversation(one, tenant_id, agent="another", contact="ada@example.com")
    again = await open_conversation(one, tenant_id, contact="ada@example.com")
    await one.conversations.close(talk.header)

    async def ids(**query: Any) -> set[str]:
        page = (await http.get(BASE, params=query)).json()
        assert page["total"] == len(page["items"])
        return {each["id"] for each in page["items"]}

    assert other.contact.id == again.contact.id
    assert await ids(agent_id="another") == {str(other.id)}
    assert await ids(agent_id=str(other.agent_id)) == {str(other.id)}
    assert await ids(contact_id=str(other.contact.id)) == {str(other.id), str(again.id)}
    assert await ids(status="closed") == {str(talk.header.id)}
    assert await ids(channel="api", status="open") == {str(other.id), str(again.id)}
    assert await ids(channel="email") == set()


def _cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


ID = "01890000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "é",
        "AAAA",
        _cursor("-created_at", "2026-01-01T00:00:00+00:00"),
        _cursor("updated_at", "2026-01-01T00:00:00+00:00", ID),
        _cursor("-created_at", "yesterday", ID),
        _cursor("-created_at", 5, ID),
        _cursor("-created_at", None, ID),
        _cursor("-created_at", "2026-01-01T00:00:00+00:00", "nobody"),
        _cursor("-created_at", "2026-01-01T00:00:00+00:00", 5),
        _cursor("-created_at", {"a": 1}, ID),
    ],
)
async def test_a_cursor_that_was_not_made_for_this_list_is_refused(
    begin: Begin, http: httpx.AsyncClient, cursor: str
) -> None:
    answer = await http.get(BASE, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "cursor_invalid", "cursor")


@pytest.mark.parametrize("value", ["1", 2**40, True, 1.5])
async def test_a_cursor_of_messages_holds_a_number_of_a_message(
    begin: Begin, http: httpx.AsyncClient, value: Any
) -> None:
    talk = await begin()
    path = f"{BASE}/{talk.header.id}/messages"
    answer = await http.get(path, params={"cursor": _cursor("seq", value, ID)})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


@pytest.mark.parametrize("limit", ["0", "201", "many"])
async def test_a_page_holds_1_to_200(begin: Begin, http: httpx.AsyncClient, limit: str) -> None:
    answer = await http.get(BASE, params={"limit": limit})
    assert (answer.status_code, answer.json()["field"]) == (422, "limit")
