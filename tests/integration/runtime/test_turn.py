"""One turn: its version, its ledger, its bounds and what becomes of calls that make no sense."""

import asyncio
from uuid import UUID

import pytest

from sparklabs.entry.wiring import Services
from sparklabs.runtime.session import MOST_DECISIONS
from tests.factories.platform import publish, until
from tests.factories.talking import agent_file
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI, Reply, ToolUse
from tests.integration.conversations.conftest import Begin


async def test_a_publish_in_mid_turn_is_for_the_next_turn(
    begin: Begin, one: Services, model: FakeOpenAI, service: CountingService, tenant_id: UUID
) -> None:
    talk = await begin(prompt="Version one.")
    service.free.clear()
    first = await one.turns.accept(talk.header, content="charge lamp")
    await until(lambda: service.calls)
    await publish(one, tenant_id, agent_file(service_url=service.url, prompt="Version two."))
    service.free.set()
    await one.turns.wait(talk.header, first)
    await talk.say(one, "hello")
    prompts = [request["messages"][0]["content"].partition("\n")[0] for request in model.requests]
    assert prompts == ["Version one.", "Version one.", "Version two."]
    runs = await one.traces.of_conversation(talk.header, limit=5)
    assert [run.agent_version for run in runs] == [1, 2]
    assert runs[0].content_hash != runs[1].content_hash


async def test_a_turn_taken_over_goes_on_with_the_version_it_began_with(
    begin: Begin, one: Services, two: Services, model: FakeOpenAI, service: CountingService, tenant_id: UUID
) -> None:
    talk = await begin(prompt="Version one.")
    service.free.clear()
    await one.turns.accept(talk.header, content="charge lamp")
    await until(lambda: service.calls)
    await publish(one, tenant_id, agent_file(service_url=service.url, prompt="Version two."))
    await talk.hand_to(two)
    await until(lambda: len(model.requests) == 2)
    assert model.requests[1]["messages"][0]["content"].startswith("Version one.")


async def test_every_step_stands_once_with_model_tokens_cost_time_and_verdict(begin: Begin, one: Services) -> None:
    talk = await begin()
    await talk.say(one, "order lamp")
    steps = await talk.steps()
    assert [(step["seq"], step["kind"], step["state"]) for step in steps] == [
        (1, "decision", "done"),
        (2, "tool", "done"),
        (3, "decision", "done"),
    ]
    for decision in (steps[0], steps[2]):
        assert (decision["usage"]["in"], decision["usage"]["out"]) == (120, 12)
        assert {"provider", "model", "cost", "currency"} <= set(decision["usage"])
        assert decision["duration_ms"] >= 0
    assert steps[1]["verdict"] == {"verdict": "allow", "risk": "medium"}
    assert steps[1]["input"] == {"item": "lamp"}
    assert steps[1]["output"]["content"]["item"] == "lamp"
    assert steps[2]["output"] is None
    reply = await talk.rows("SELECT id FROM messages WHERE role = 'assistant'")
    assert steps[2]["message_id"] == reply[0]["id"]
    [run] = await one.traces.of_conversation(talk.header, limit=5)
    assert (run.input_tokens, run.output_tokens, run.state) == (240, 24, "completed")


async def test_the_prompt_rebuilt_from_references_is_what_was_sent(
    begin: Begin, one: Services, model: FakeOpenAI
) -> None:
    talk = await begin(window=6)
    for content in ("hello", "order lamp", "find lamp", "order desk; order chair", "both order a, order b"):
        await talk.say(one, content)
    await asyncio.gather(talk.say(one, "slow first"), talk.say(one, "order second"), talk.say(one, "third"))
    first_asked = {
        request["messages"][max(n for n, m in enumerate(request["messages"]) if m["role"] == "user")]["content"]: (
            request["messages"]
        )
        for request in reversed(model.requests)
    }
    runs = await one.traces.of_conversation(talk.header, limit=50)
    assert len(runs) == 8
    for run in runs:
        rebuilt = (await one.traces.of_run(talk.header, run.id)).messages or []
        sent = first_asked[rebuilt[-1]["content"]]
        roles = {"system": "system", "human": "user", "ai": "assistant", "tool": "tool"}
        assert [roles[each["role"]] for each in rebuilt] == [each["role"] for each in sent]
        assert [each["content"] for each in rebuilt] == [each["content"] or "" for each in sent]


@pytest.mark.parametrize("last", [90, pytest.param(300, marks=pytest.mark.slow)])
async def test_a_late_turn_is_asked_and_stored_like_turn_30(
    begin: Begin, one: Services, model: FakeOpenAI, last: int
) -> None:
    talk = await begin()
    sizes: dict[int, tuple[int, int]] = {}
    for number in range(1, last + 1):
        await talk.say(one, f"order {number:04}")
        if number in (30, last):
            stored = await talk.rows(
                "SELECT sum(pg_column_size(s)) AS size FROM steps s JOIN runs r ON r.id = s.run_id"
                " WHERE r.message_id = (SELECT message_id FROM inbox ORDER BY seq DESC LIMIT 1)"
            )
            sizes[number] = (len(str(model.requests[-1]["messages"])), stored[0]["size"])
            first = model.requests[-1]["messages"][1]
            assert first["role"] == "user"
        if number % 20 == 0:
            del model.requests[:-1]
    for size in (0, 1):
        assert abs(sizes[last][size] - sizes[30][size]) <= sizes[30][size] * 0.02


async def test_a_hand_off_ends_the_turn_with_its_own_words_and_without_asking_again(
    begin: Begin, one: Services, model: FakeOpenAI
) -> None:
    talk = await begin()
    watcher = await one.hub.subscribe(talk.header.id)
    text = await talk.say(one, "person please")
    assert "colleague" in text or "team" in text
    assert len(model.requests) == 1
    assert [(step["kind"], step["name"]) for step in await talk.steps()][-1] == ("human", "handoff")
    kinds = [watcher.queue.get_nowait().type.value for _ in range(watcher.queue.qsize())]
    assert "turn.handoff" in kinds


async def test_a_model_that_only_calls_tools_is_stopped(begin: Begin, one: Services, model: FakeOpenAI) -> None:
    model.script = lambda _: Reply(tools=(ToolUse("find_orders", {"query": "x"}),))
    talk = await begin()
    assert await talk.say(one, "loop") == "turn_limit_reached"
    assert len(model.requests) == MOST_DECISIONS
    assert await talk.open_runs() == 0
    model.script = [Reply(text="fine again")]
    assert await talk.say(one, "hello") == "fine again"


@pytest.mark.parametrize("arguments", ["{broken", "[]"])
async def test_a_call_with_unreadable_arguments_is_asked_for_again_and_does_nothing(
    begin: Begin, one: Services, model: FakeOpenAI, arguments: str
) -> None:
    model.script = [Reply(tools=(ToolUse("create_order", arguments),)), Reply(text="I meant to say hello")]
    talk = await begin()
    assert await talk.say(one, "go") == "I meant to say hello"
    assert (await talk.orders(), await talk.state_of_calls()) == ([], [])
    [decision] = await talk.steps()
    assert len(decision["usage"]["attempts"]) == 2


async def test_a_call_of_an_unknown_tool_is_told_to_the_model(begin: Begin, one: Services, model: FakeOpenAI) -> None:
    talk = await begin()
    assert await talk.say(one, "call no_such_tool {}") == "answer to call no_such_tool {}"
    told = model.requests[-1]["messages"][-1]
    assert told["role"] == "tool"
    assert "tool_unknown" in told["content"]
    assert "create_order" in told["content"]
    [step] = [step for step in await talk.steps() if step["kind"] == "tool"]
    assert (step["state"], step["verdict"]["verdict"]) == ("error", "unknown_tool")


async def test_arguments_that_break_the_schema_are_told_and_nothing_is_done(begin: Begin, one: Services) -> None:
    talk = await begin()
    await talk.say(one, 'call create_order {"colour": "red"}')
    assert await talk.state_of_calls() == [("create_order", "error")]
    assert await talk.orders() == []


async def test_two_calls_with_one_id_are_two_calls(begin: Begin, one: Services, model: FakeOpenAI) -> None:
    twice = Reply(
        tools=(ToolUse("create_order", {"item": "a"}, "same"), ToolUse("create_order", {"item": "b"}, "same"))
    )
    again = Reply(tools=(ToolUse("create_order", {"item": "c"}, "same"),))
    model.script = [twice, again, Reply(text="done")]
    talk = await begin()
    assert await talk.say(one, "go") == "done"
    assert sorted(await talk.orders()) == ["a", "b", "c"]
    assert len({step["call_id"] for step in await talk.steps() if step["kind"] == "tool"}) == 3


async def test_text_that_postgres_cannot_hold_is_still_an_answer(
    begin: Begin, one: Services, model: FakeOpenAI
) -> None:
    model.script = [Reply(tools=(ToolUse("create_order", {"item": "la\x00mp"}),)), Reply(text="do\x00ne")]
    talk = await begin()
    assert await talk.say(one, "go") == "done"
    assert await talk.open_runs() == 0


async def test_when_every_provider_is_down_the_offline_model_answers(
    begin: Begin, one: Services, model: FakeOpenAI
) -> None:
    talk = await begin()
    await model.http.stop()
    assert isinstance(await talk.say(one, "hello"), str)
    [decision] = [step for step in await talk.steps() if step["kind"] == "decision"]
    assert decision["usage"]["provider"] == "offline"
    assert decision["usage"]["attempts"]
    await model.http.start()
