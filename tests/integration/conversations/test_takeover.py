"""A turn whose process died or was paused is finished by another: nothing asked, done or said twice."""

import asyncio

import pytest

from sparklabs.conversations.recovery import Reaper
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import DatabaseAddresses
from tests.factories.platform import running_services, until
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI
from tests.integration.conversations.conftest import (
    Begin,
    Talk,
    pause_after_tools,
    pause_before_end,
    pause_before_tools,
)


async def _answered(talk: Talk) -> list[tuple[str, str]]:
    await until(lambda: _closed(talk))
    return await talk.said()


async def _closed(talk: Talk) -> bool:
    return await talk.open_runs() == 0


async def test_a_decision_that_was_written_is_not_asked_for_again(
    begin: Begin, one: Services, two: Services, model: FakeOpenAI
) -> None:
    talk = await begin()
    pause = pause_before_tools(one)
    await one.turns.accept(talk.header, content="order lamp")
    await pause.reached.wait()
    assert await talk.state_of_calls() == [("create_order", "started")]
    await talk.hand_to(two)
    assert await _answered(talk) == [("user", "order lamp"), ("assistant", "answer to order lamp")]
    assert await talk.orders() == ["lamp"]
    assert await talk.state_of_calls() == [("create_order", "done")]
    assert len(model.requests) == 2


async def test_a_process_that_was_paused_and_comes_back_writes_nothing(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin()
    pause = pause_before_tools(one)
    accepted = await one.turns.accept(talk.header, content="order lamp")
    await pause.reached.wait()
    await talk.hand_to(two)
    await _answered(talk)
    before = await talk.said(), await talk.steps(), await talk.rows("SELECT * FROM runs")
    pause.go.set()
    await until(lambda: one.worker.turns_running == 0)
    assert (await talk.said(), await talk.steps(), await talk.rows("SELECT * FROM runs")) == before
    assert await talk.orders() == ["lamp"]
    answer = await one.turns.wait(talk.header, accepted)
    assert answer is not None
    assert answer["message"]["content"] == "answer to order lamp"


async def test_an_idempotent_call_whose_result_was_lost_is_repeated_with_the_same_key(
    begin: Begin, one: Services, two: Services, service: CountingService
) -> None:
    talk = await begin(charge_is_idempotent=True)
    pause = pause_after_tools(one)
    await one.turns.accept(talk.header, content="charge lamp")
    await pause.reached.wait()
    await talk.hand_to(two)
    assert (await _answered(talk))[-1] == ("assistant", "answer to charge lamp")
    assert [call.body["item"] for call in service.calls] == ["lamp", "lamp"]
    assert len({call.key for call in service.calls}) == 1


async def test_an_unsafe_call_whose_result_was_lost_is_never_repeated_and_shown_as_unknown(
    begin: Begin, one: Services, two: Services, service: CountingService, model: FakeOpenAI
) -> None:
    talk = await begin()
    pause = pause_after_tools(one)
    await one.turns.accept(talk.header, content="charge lamp")
    await pause.reached.wait()
    watcher = await two.hub.subscribe(talk.header.id)
    await talk.hand_to(two)
    assert (await _answered(talk))[-1] == ("assistant", "answer to charge lamp")
    assert len(service.calls) == 1
    assert await talk.state_of_calls() == [("charge", "outcome_unknown")]
    [run] = await two.traces.of_conversation(talk.header, limit=5)
    assert [step.state for step in run.steps] == ["done", "outcome_unknown", "done"]
    events = [watcher.queue.get_nowait() for _ in range(watcher.queue.qsize())]
    assert [event.data["status"] for event in events if event.type == "tool.finished"] == ["outcome_unknown"]
    told = model.requests[-1]["messages"][-1]
    assert told["role"] == "tool"
    assert "outcome_unknown" in told["content"]
    pause.go.set()
    await until(lambda: one.worker.turns_running == 0)
    assert await talk.state_of_calls() == [("charge", "outcome_unknown")]


async def test_a_read_whose_result_was_lost_is_read_again(begin: Begin, one: Services, two: Services) -> None:
    talk = await begin()
    pause = pause_after_tools(one)
    await one.turns.accept(talk.header, content="find lamp")
    await pause.reached.wait()
    await talk.hand_to(two)
    assert (await _answered(talk))[-1] == ("assistant", "answer to find lamp")
    assert await talk.state_of_calls() == [("find_orders", "done")]


async def test_an_end_that_was_not_written_is_reached_again_without_repeating_what_came_before(
    begin: Begin, one: Services, two: Services, service: CountingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await begin()
    pause = pause_before_end(one, monkeypatch)
    await one.turns.accept(talk.header, content="charge lamp; order lamp")
    await pause.reached.wait()
    assert [role for role, _ in await talk.said()] == ["user"]
    await talk.hand_to(two)
    assert [content for _, content in await _answered(talk)][1:] == ["answer to charge lamp; order lamp"]
    assert await talk.state_of_calls() == [("charge", "done"), ("create_order", "done")]
    assert (len(service.calls), await talk.orders()) == (1, ["lamp"])
    pause.go.set()
    await until(lambda: one.worker.turns_running == 0)
    assert len(await talk.said()) == 2
    decisions = [step for step in await talk.steps() if step["kind"] == "decision"]
    assert len(decisions) == 3


async def test_a_message_begun_too_often_is_given_up_and_the_next_one_answered(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin()
    pause = pause_before_tools(one)
    accepted = await one.turns.accept(talk.header, content="order lamp", key="k")
    await pause.reached.wait()
    await talk.rows("UPDATE inbox SET attempts = 5 RETURNING 1")
    await two.turns.accept(talk.header, content="hello")
    await talk.hand_to(two)
    answer = await two.turns.wait(talk.header, accepted)
    assert answer is not None
    assert (answer["problem"]["code"], answer["problem"]["status"]) == ("turn_abandoned", 500)
    assert await talk.say(two, "order lamp", key="k") == "turn_abandoned"
    assert (await _answered(talk))[-1] == ("assistant", "answer to hello")
    [first, second] = await two.traces.of_conversation(talk.header, limit=5)
    assert (first.state, second.state) == ("failed", "completed")
    assert (first.problem or {})["code"] == "turn_abandoned"


async def test_the_reaper_has_an_abandoned_conversation_answered(
    begin: Begin, one: Services, addresses: DatabaseAddresses, settings: object
) -> None:
    talk = await begin()
    pause = pause_before_tools(one)
    await one.turns.accept(talk.header, content="order lamp")
    await pause.reached.wait()
    await talk.rows("UPDATE conversation_leases SET until = clock_timestamp() - interval '1 second' RETURNING 1")
    async with running_services(addresses, settings, role="worker", name="worker"):  # pyright: ignore
        assert (await _answered(talk))[-1] == ("assistant", "answer to order lamp")
    assert await talk.orders() == ["lamp"]


async def test_the_reaper_leaves_a_conversation_whose_holder_lives(begin: Begin, one: Services) -> None:
    talk = await begin()
    pause = pause_before_tools(one)
    await one.turns.accept(talk.header, content="order lamp")
    await pause.reached.wait()
    found: list[object] = []

    async def drain(*ids: object) -> None:
        found.append(ids)

    await asyncio.sleep(2.5)  # longer than the lease, which is renewed meanwhile
    assert await Reaper(one.db, notices=one.notices, drain=drain).sweep() == 0
    pause.go.set()
    await _answered(talk)
    assert found == []


async def test_a_graceful_stop_hands_the_turn_on_at_once(
    begin: Begin, one: Services, addresses: DatabaseAddresses, settings: object, model: FakeOpenAI
) -> None:
    talk = await begin()
    async with running_services(addresses, settings, role="worker", name="worker"):  # pyright: ignore
        pause = pause_before_tools(one)
        await one.turns.accept(talk.header, content="order lamp")
        await one.turns.accept(talk.header, content="hello")
        await pause.reached.wait()
        await talk.rows("UPDATE conversation_leases SET until = clock_timestamp() + interval '1 hour' RETURNING 1")
        await one.worker.stop(seconds=0.2)
        assert one.worker.turns_running == 0
        said = await _answered(talk)
    assert said[2:] == [("assistant", "answer to order lamp"), ("assistant", "answer to hello")]
    assert await talk.orders() == ["lamp"]


async def test_a_stopping_process_ends_its_turn_and_leaves_the_rest_of_the_line_to_others(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin()
    first = await one.turns.accept(talk.header, content="slow first")
    await one.turns.accept(talk.header, content="second")
    one.worker.stopping = True
    answer = await one.turns.wait(talk.header, first)
    assert answer is not None
    assert answer["message"]["content"] == "answer to slow first"
    await until(lambda: one.worker.turns_running == 0)
    assert [role for role, _ in await talk.said()] == ["user", "user", "assistant"]
    await until(lambda: two.worker.drain(talk.header))
    assert (await _answered(talk))[-1] == ("assistant", "answer to second")
