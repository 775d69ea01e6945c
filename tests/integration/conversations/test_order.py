"""Messages of one conversation: in order, exactly once, whatever is redelivered and whichever process takes it."""

import asyncio

import pytest

from sparklabs.conversations.errors import IdempotencyMismatchError
from sparklabs.entry.wiring import Services
from tests.integration.conversations.conftest import Begin


async def test_a_message_is_answered(begin: Begin, one: Services) -> None:
    talk = await begin()
    assert await talk.say(one, "hello") == "answer to hello"
    assert await talk.said() == [("user", "hello"), ("assistant", "answer to hello")]
    assert await talk.open_runs() == 0


async def test_messages_that_pour_into_two_processes_are_answered_one_after_another_in_their_order(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin()
    answers = await asyncio.gather(*(talk.say((one, two)[number % 2], f"order {number}") for number in range(12)))
    assert answers == [f"answer to order {number}" for number in range(12)]
    said = await talk.said()
    asked = [content for role, content in said if role == "user"]
    assert sorted(asked) == sorted(f"order {number}" for number in range(12))
    assert [content for role, content in said if role == "assistant"] == [f"answer to {each}" for each in asked]
    assert await talk.orders() == [each.removeprefix("order ") for each in asked]
    assert await talk.open_runs() == 0


async def test_a_key_redelivered_many_times_at_once_over_two_processes_makes_one_turn(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin()
    sent = [talk.say((one, two)[number % 2], "order lamp", key="k1") for number in range(24)]
    assert set(await asyncio.gather(*sent)) == {"answer to order lamp"}
    assert await talk.said() == [("user", "order lamp"), ("assistant", "answer to order lamp")]
    assert await talk.orders() == ["lamp"]
    assert len(await talk.rows("SELECT 1 FROM runs")) == 1


async def test_a_key_redelivered_after_the_answer_gives_the_very_same_answer(begin: Begin, one: Services) -> None:
    talk = await begin()
    first = await one.turns.accept(talk.header, content="hello", key="k")
    answer = await one.turns.wait(talk.header, first)
    again = await one.turns.accept(talk.header, content="hello", key="k")
    assert again.message_id == first.message_id
    assert await one.turns.wait(talk.header, again) == answer


async def test_a_key_used_for_another_message_is_refused(begin: Begin, one: Services) -> None:
    talk = await begin()
    await talk.say(one, "hello", key="k")
    with pytest.raises(IdempotencyMismatchError) as refused:
        await talk.say(one, "goodbye", key="k")
    assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")
    assert len(await talk.said()) == 2


async def test_a_key_counts_within_its_conversation_only(begin: Begin, one: Services) -> None:
    first, second = await begin(), await begin()
    assert await first.say(one, "hello", key="k") == "answer to hello"
    assert await second.say(one, "goodbye", key="k") == "answer to goodbye"


async def test_a_key_still_gives_its_answer_when_the_agent_was_paused_since(begin: Begin, one: Services) -> None:
    from sparklabs.agents.entities import Intent

    talk = await begin()
    await talk.say(one, "hello", key="k")
    await one.agents.pause(talk.tenant_id, "tester", Intent(actor="test"))
    assert await talk.say(one, "hello", key="k") == "answer to hello"


async def test_a_message_that_waited_in_line_is_asked_with_the_answers_before_it(
    begin: Begin, one: Services, model: object
) -> None:
    talk = await begin()
    accepted = [await one.turns.accept(talk.header, content=text) for text in ("slow first", "second", "third")]
    await asyncio.gather(*(one.turns.wait(talk.header, each, seconds=20) for each in accepted))
    last = [(message["role"], message["content"]) for message in model.requests[-1]["messages"]][1:]  # pyright: ignore
    assert last == [
        ("user", "slow first"),
        ("assistant", "answer to slow first"),
        ("user", "second"),
        ("assistant", "answer to second"),
        ("user", "third"),
    ]


async def test_a_process_forgets_messages_that_were_answered_elsewhere(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin()
    await asyncio.gather(talk.say(one, "slow first"), talk.say(two, "second"), talk.say(one, "third", seconds=0))
    assert await talk.say(two, "fourth") == "answer to fourth"
    assert (one.worker.announcer.messages_expected, two.worker.announcer.messages_expected) == (0, 0)
    assert (one.worker.turns_running, two.worker.turns_running) == (0, 0)
