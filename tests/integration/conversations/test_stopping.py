"""A person stops a running turn: it ends as cancelled, a tool call in flight is not lost, and the next turn goes on."""

from uuid import UUID

import httpx
import pytest

from sparklabs.entry.wiring import Services
from tests.factories.platform import until
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI
from tests.integration.conversations.conftest import Begin, Talk, pause_before_tools

LONG = "slow one two three four five six seven eight nine ten"


async def _begun(model: FakeOpenAI) -> None:
    await until(lambda: model.requests)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["in the same process", "from another process"])
async def test_a_stopped_turn_ends_as_cancelled_without_an_answer(
    begin: Begin, one: Services, two: Services, model: FakeOpenAI, elsewhere: bool
) -> None:
    talk = await begin()
    accepted = await one.turns.accept(talk.header, content=LONG)
    await _begun(model)
    stopped = await (two if elsewhere else one).turn_stops.stop(talk.header)
    assert (stopped.status, stopped.message_id) == ("cancelling", accepted.message_id)
    ended = await one.turns.wait(talk.header, accepted)
    assert ended is not None
    assert ended["problem"]["code"] == "turn_stopped"
    [run] = await one.traces.of_conversation(talk.header, limit=5)
    assert (run.state, await talk.said()) == ("cancelled", [("user", LONG)])
    assert await talk.open_runs() == 0
    assert await talk.say(one, "second") == "answer to second"


async def test_a_tool_call_in_flight_comes_to_its_end_and_is_shown_to_the_next_turn(
    begin: Begin, one: Services, service: CountingService, model: FakeOpenAI
) -> None:
    talk = await begin()
    service.free.clear()
    accepted = await one.turns.accept(talk.header, content="charge lamp")
    await until(lambda: service.calls)
    await one.turn_stops.stop(talk.header)
    assert await talk.state_of_calls() == [("charge", "started")]
    service.free.set()
    assert (await one.turns.wait(talk.header, accepted) or {})["problem"]["code"] == "turn_stopped"
    assert await talk.state_of_calls() == [("charge", "done")]
    await talk.say(one, "second")
    roles = [message["role"] for message in model.requests[-1]["messages"][1:]]
    assert roles == ["user", "assistant", "tool", "user"]


async def test_what_waits_in_line_is_answered_when_the_turn_before_it_is_stopped(
    begin: Begin, one: Services, model: FakeOpenAI
) -> None:
    talk = await begin()
    await one.turns.accept(talk.header, content=LONG)
    waiting = await one.turns.accept(talk.header, content="second")
    await _begun(model)
    await one.turn_stops.stop(talk.header)
    answer = await one.turns.wait(talk.header, waiting)
    assert answer is not None
    assert answer["message"]["content"] == "answer to second"


async def test_a_stopped_turn_whose_process_died_is_ended_by_the_next_with_its_call_accounted_for(
    begin: Begin, one: Services, two: Services, service: CountingService, model: FakeOpenAI
) -> None:
    talk = await begin()
    pause = pause_before_tools(one)
    await one.turns.accept(talk.header, content="charge lamp")
    await pause.reached.wait()
    await two.turn_stops.stop(talk.header)
    await talk.hand_to(two)
    await until(lambda: _closed(talk))
    assert await talk.said() == [("user", "charge lamp")]
    assert await talk.state_of_calls() == [("charge", "outcome_unknown")]
    [run] = await two.traces.of_conversation(talk.header, limit=1)
    assert (run.state, (run.problem or {})["code"]) == ("cancelled", "turn_stopped")
    assert (len(model.requests), len(service.calls)) == (1, 0)


async def test_stopping_when_nothing_runs_changes_nothing(
    begin: Begin, one: Services, http: httpx.AsyncClient, tenant_id: UUID
) -> None:
    talk = await begin()
    await talk.say(one, "hello")
    answer = await http.post(f"/api/v1/conversations/{talk.header.id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "idle")
    assert await talk.say(one, "second") == "answer to second"


async def test_the_list_of_messages_tells_a_stopped_one_from_a_failed_one(
    begin: Begin, one: Services, http: httpx.AsyncClient, model: FakeOpenAI
) -> None:
    talk = await begin()
    accepted = await one.turns.accept(talk.header, content=LONG)
    await _begun(model)
    await http.post(f"/api/v1/conversations/{talk.header.id}/cancel")
    await one.turns.wait(talk.header, accepted)
    [message] = (await http.get(f"/api/v1/conversations/{talk.header.id}/messages")).json()["items"]
    assert message["metadata"] == {"status": "failed", "problem_code": "turn_stopped"}


async def _closed(talk: Talk) -> bool:
    return await talk.open_runs() == 0
