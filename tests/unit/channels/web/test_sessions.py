"""Sessions of visitors: who gets which conversation."""

from dataclasses import replace
from typing import Any

import pytest

from sparklabs.channels.web.errors import EmbedKeyNotFoundError, OriginNotAllowedError, TooManyVisitorsError
from sparklabs.channels.web.schemas import AgentCard, Profile, SessionIn, SessionOut
from sparklabs.channels.web.service import WebChat
from sparklabs.kit.clock import SystemClock
from tests.fakes.web_chat_memory import WebChatMemory

CARD = AgentCard(slug="acme", name="Maya", company="Acme", about="", greeting="", languages=("en",))
OTHER = replace(CARD, slug="other")


@pytest.fixture
def memory() -> WebChatMemory:
    return WebChatMemory({"acme": CARD, "other": OTHER})


@pytest.fixture
def chat(memory: WebChatMemory) -> WebChat:
    rooms: dict[str, Any] = dict.fromkeys(("cards", "conversations", "contacts", "tokens", "admissions"), memory)
    return WebChat(memory, **rooms, clock=SystemClock())


async def start(chat: WebChat, origin: str | None = None, **wish: Any) -> SessionOut:
    return await chat.open_session(
        SessionIn(**{"key": "pk_acme", **wish}), origin=origin, host="chat.example", address="192.0.2.1"
    )


async def test_a_visitor_comes_back_to_the_open_conversation(chat: WebChat) -> None:
    first = await start(chat)
    again = await start(chat, visitor=first.visitor)
    assert (again.contact_id, again.conversation_id) == (first.contact_id, first.conversation_id)
    assert again.visitor == first.visitor
    assert again.token != first.token


async def test_a_closed_conversation_is_followed_by_a_new_one(chat: WebChat, memory: WebChatMemory) -> None:
    first = await start(chat)
    memory.conversations[first.conversation_id].status = "closed"
    again = await start(chat, visitor=first.visitor)
    assert again.contact_id == first.contact_id
    assert again.conversation_id != first.conversation_id


async def test_a_made_up_secret_opens_nobody_elses_conversation(chat: WebChat) -> None:
    first = await start(chat)
    stranger = await start(chat, visitor="made-up")
    assert stranger.contact_id != first.contact_id
    assert stranger.visitor not in ("made-up", first.visitor)


async def test_a_secret_of_one_agent_is_worth_nothing_at_another(chat: WebChat) -> None:
    first = await start(chat)
    other = await start(chat, key="pk_other", visitor=first.visitor)
    assert other.contact_id != first.contact_id


async def test_a_claimed_address_never_leads_to_a_known_contact(chat: WebChat, memory: WebChatMemory) -> None:
    profile = Profile(name="Ada", email="ada@acme.example")
    first, second = [await start(chat, profile=profile) for _ in range(2)]
    assert first.contact_id != second.contact_id
    facts = memory.conversations[second.conversation_id].metadata
    assert facts == {"claimed_profile": {"name": "Ada", "email": "ada@acme.example"}}


async def test_the_secret_is_not_stored_as_it_is(chat: WebChat, memory: WebChatMemory) -> None:
    first = await start(chat)
    assert [each for each in memory.visitors if first.visitor.encode() in each] == []


async def test_a_foreign_page_is_refused_and_leaves_no_trace(chat: WebChat, memory: WebChatMemory) -> None:
    with pytest.raises(OriginNotAllowedError):
        await start(chat, origin="https://evil.example")
    assert memory.conversations == {}
    assert (await start(chat, origin="https://chat.example")).token


async def test_an_unknown_key_is_refused(chat: WebChat) -> None:
    with pytest.raises(EmbedKeyNotFoundError):
        await start(chat, key="pk_unknown")


async def test_new_visitors_are_limited_and_known_ones_are_not(chat: WebChat, memory: WebChatMemory) -> None:
    first = await start(chat)
    memory.wait_seconds = 7
    assert (await start(chat, visitor=first.visitor)).conversation_id == first.conversation_id
    for wish in ({}, {"visitor": first.visitor, "new": True}):
        with pytest.raises(TooManyVisitorsError) as raised:
            await start(chat, **wish)
        assert raised.value.headers == {"Retry-After": "7"}
