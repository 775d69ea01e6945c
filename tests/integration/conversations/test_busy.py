"""A second message while a turn runs: it queues, interrupts or is rejected, as the agent file says."""

import asyncio

import pytest

from sparklabs.conversations.errors import ConversationBusyError
from sparklabs.entry.wiring import Services
from tests.factories.platform import until
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI
from tests.integration.conversations.conftest import Begin


async def test_by_default_it_queues(begin: Begin, one: Services) -> None:
    talk = await begin()
    first = await one.turns.accept(talk.header, content="slow first")
    second = await one.turns.accept(talk.header, content="second")
    assert (first.status, second.status) == ("running", "queued")
    await one.turns.wait(talk.header, second)
    assert [content for role, content in await talk.said() if role == "assistant"] == [
        "answer to slow first",
        "answer to second",
    ]


async def test_reject_refuses_it_with_conversation_busy_and_stores_nothing(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin(when_busy="reject")
    first = await one.turns.accept(talk.header, content="slow first", key="k")
    for services in (one, two):
        with pytest.raises(ConversationBusyError) as refused:
            await services.turns.accept(talk.header, content="second")
        assert (refused.value.status, refused.value.code) == (409, "conversation_busy")
    assert (await two.turns.accept(talk.header, content="slow first", key="k")).status == "known"
    await one.turns.wait(talk.header, first)
    assert await talk.say(two, "third") == "answer to third"
    assert [content for _, content in await talk.said()] == [
        "slow first",
        "answer to slow first",
        "third",
        "answer to third",
    ]


async def test_reject_lets_exactly_one_of_many_messages_at_once_through(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin(when_busy="reject")
    sent = [talk.say((one, two)[number % 2], f"slow {number}") for number in range(8)]
    results = await asyncio.gather(*sent, return_exceptions=True)
    answers = [result for result in results if isinstance(result, str)]
    assert len(answers) == 1
    assert all(isinstance(result, ConversationBusyError) for result in results if not isinstance(result, str))
    assert len(await talk.said()) == 2


@pytest.mark.parametrize("elsewhere", [False, True], ids=["in the same process", "in another process"])
async def test_interrupt_ends_the_running_turn_and_answers_the_newer_message(
    begin: Begin, one: Services, two: Services, elsewhere: bool
) -> None:
    talk = await begin(when_busy="interrupt")
    sender = two if elsewhere else one
    first = await one.turns.accept(talk.header, content="slow one two three four five six seven eight nine ten")
    await asyncio.sleep(0.2)
    assert await talk.say(sender, "second") == "answer to second"
    ended = await one.turns.wait(talk.header, first)
    assert ended is not None
    assert (ended["problem"]["code"], ended["problem"]["status"]) == ("turn_interrupted", 409)
    [interrupted, answered] = await one.traces.of_conversation(talk.header, limit=5)
    assert (interrupted.state, answered.state) == ("cancelled", "completed")
    assert [content for role, content in await talk.said() if role == "assistant"] == ["answer to second"]
    assert await talk.open_runs() == 0


async def test_interrupt_leaves_a_running_tool_call_to_finish_and_tells_the_next_turn_of_it(
    begin: Begin, one: Services, service: CountingService, model: FakeOpenAI
) -> None:
    talk = await begin(when_busy="interrupt")
    service.free.clear()
    first = await one.turns.accept(talk.header, content="charge lamp")
    await until(lambda: service.calls)
    second = await one.turns.accept(talk.header, content="second")
    await asyncio.sleep(0.1)
    assert await talk.state_of_calls() == [("charge", "started")]
    service.free.set()
    assert (await one.turns.wait(talk.header, first) or {})["problem"]["code"] == "turn_interrupted"
    assert (await one.turns.wait(talk.header, second) or {})["message"]["content"] == "answer to second"
    assert await talk.state_of_calls() == [("charge", "done")]
    shown = model.requests[-1]["messages"][1:]
    assert [message["role"] for message in shown] == ["user", "assistant", "tool", "user"]
    assert "number" in shown[2]["content"]


async def test_of_many_interrupting_messages_the_last_is_answered(begin: Begin, one: Services, two: Services) -> None:
    talk = await begin(when_busy="interrupt")
    sent = [await (one, two)[number % 2].turns.accept(talk.header, content=f"slow {number}") for number in range(6)]
    answer = await two.turns.wait(talk.header, sent[-1])
    assert answer is not None
    assert answer["message"]["content"] == "answer to slow 5"
    assert await talk.open_runs() == 0


async def test_an_interrupt_that_comes_late_does_not_hit_the_turn_of_its_own_message(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin(when_busy="interrupt")
    await talk.say(one, "first")
    accepted = await one.turns.accept(talk.header, content="slow second")
    [row] = await talk.rows("SELECT seq FROM inbox WHERE message_id = %s", accepted.message_id)
    await two.notices.publish("turn_interrupt", {"c": str(talk.header.id), "s": row["seq"]})
    answer = await one.turns.wait(talk.header, accepted)
    assert answer is not None
    assert answer["message"]["content"] == "answer to slow second"
