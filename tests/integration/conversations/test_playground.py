"""Test conversations: pinned to a version and a model, playing a channel, and begun anew from a customer's message."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from sparklabs.agents.publishing import Publication
from sparklabs.entry.wiring import Services
from sparklabs.kit.ids import new_id
from tests.factories.platform import principal_of, publish
from tests.factories.talking import agent_file
from tests.fakes.openai_server import FakeOpenAI
from tests.integration.conversations.conftest import AsOwner, Begin, Talk, pause_before_tools

BASE = "/api/v1/conversations"


class _As(AsOwner):
    """Stands for the identity room: everybody is this principal."""

    def __init__(self, principal: Any) -> None:
        self._principal = principal

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Any:
        return self._principal


async def _draft(one: Services, tenant_id: UUID, prompt: str) -> None:
    """A version that is never published."""
    source = agent_file(prompt=prompt).encode()
    draft = Publication(source=source, slug="tester", author="test", file="tester.yaml", publish=False)
    await one.agents.publish(tenant_id, draft)


async def _open(http: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await http.post(BASE, json={"agent_id": "tester", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _say(http: httpx.AsyncClient, conversation: dict[str, Any], content: str) -> dict[str, Any]:
    answer = await http.post(f"{BASE}/{conversation['id']}/messages", json={"content": content})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _messages(http: httpx.AsyncClient, conversation: dict[str, Any]) -> list[dict[str, Any]]:
    return (await http.get(f"{BASE}/{conversation['id']}/messages")).json()["items"]


async def _fork(http: httpx.AsyncClient, conversation: dict[str, Any], message: dict[str, Any], **more: Any) -> Any:
    body = {"before_message_id": message["id"], **more}
    answer = await http.post(f"{BASE}/{conversation['id']}/fork", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _asked(model: FakeOpenAI) -> tuple[str, str]:
    """The model's name and the system prompt of the last request."""
    body = model.requests[-1]
    return body["model"], body["messages"][0]["content"]


async def test_a_draft_is_tried_while_the_live_version_goes_on_answering_others(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, model: FakeOpenAI
) -> None:
    live = await begin(prompt="Be the first.")
    await _draft(one, tenant_id, "Be the second.")
    test = await _open(http, version=2)
    assert (test["version"], test["channel"], test["model"]) == (2, "playground", None)
    await _say(http, test, "hello")
    assert "Be the second." in _asked(model)[1]
    await live.say(one, "hello")
    assert "Be the first." in _asked(model)[1]
    [run] = (await http.get(f"{BASE}/{test['id']}/trace")).json()["items"]
    assert run["agent_version"] == 2


async def test_an_agent_that_was_never_published_can_be_tried(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    draft = Publication(source=agent_file().encode(), slug="novice", author="test", file="novice.yaml", publish=False)
    await one.agents.publish(tenant_id, draft)
    test = await _open(http, agent_id="novice", version=1)
    assert (await _say(http, test, "hello"))["content"] == "answer to hello"


async def test_another_model_answers_with_the_same_tools_and_prompt(
    begin: Begin, http: httpx.AsyncClient, model: FakeOpenAI
) -> None:
    await begin(prompt="Be yourself.")
    test = await _open(http, model="gpt-4.1-mini")
    await _say(http, test, "hello")
    name, prompt = _asked(model)
    assert (name, test["model"]) == ("gpt-4.1-mini", "gpt-4.1-mini")
    assert "Be yourself." in prompt
    tools = [tool["function"]["name"] for tool in model.requests[-1]["tools"]]
    assert tools == ["create_order", "find_orders", "transfer_to_human", "charge", "remember"]


async def test_a_test_plays_a_channel_and_stays_in_the_playground(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, model: FakeOpenAI
) -> None:
    await begin(prompt="You speak on {channel}.")
    test = await _open(http, simulated_channel="whatsapp")
    await _say(http, test, "hello")
    assert "You speak on whatsapp." in _asked(model)[1]
    assert (test["channel"], test["simulated_channel"]) == ("playground", "whatsapp")
    [run] = (await http.get(f"{BASE}/{test['id']}/trace")).json()["items"]
    shown = (await http.get(f"{BASE}/{test['id']}/trace/{run['id']}")).json()
    assert "You speak on whatsapp." in shown["messages"][0]["content"]


@pytest.mark.parametrize(
    ("body", "code", "cure"),
    [
        ({"version": 7}, "agent_version_unknown", "from 1 to 1"),
        ({"model": "claude-opus-5-5"}, "model_unknown", "/api/v1/models"),
        ({"model": "gpt-4.1", "channel": "whatsapp"}, "validation_failed", "playground"),
    ],
)
async def test_what_cannot_be_tried_is_refused_with_its_cure(
    begin: Begin, http: httpx.AsyncClient, body: dict[str, Any], code: str, cure: str
) -> None:
    await begin()
    answer = await http.post(BASE, json={"agent_id": "tester", **body})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert cure in answer.text


@pytest.mark.parametrize("body", [{"version": 1}, {"model": "offline"}, {"simulated_channel": "sms"}])
async def test_who_may_not_change_agents_may_not_try_versions_or_models(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    await begin()
    scopes = frozenset({"conversations:read", "conversations:write"})
    one.authenticator = _As(principal_of(tenant_id, role="operator", scopes=scopes))  # pyright: ignore
    answer = await http.post(BASE, json={"agent_id": "tester", **body})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await http.post(BASE, json={"agent_id": "tester"})).status_code == 201


async def test_a_visitor_neither_tries_nor_forks(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    talk = await begin()
    await talk.say(one, "hello")
    [first, _] = await _messages(http, {"id": talk.header.id})
    scopes = frozenset({"conversations:read", "conversations:write"})
    own = {"kind": "visitor", "role": "visitor", "scopes": scopes, "conversation_id": talk.header.id}
    one.authenticator = _As(principal_of(tenant_id, **own))  # pyright: ignore
    opened = await http.post(BASE, json={"agent_id": "tester", "version": 1})
    forked = await http.post(f"{BASE}/{talk.header.id}/fork", json={"before_message_id": first["id"]})
    assert (opened.status_code, forked.status_code) == (403, 403)


async def test_the_pinned_version_and_model_survive_the_death_of_their_process(
    begin: Begin, one: Services, two: Services, tenant_id: UUID, http: httpx.AsyncClient, model: FakeOpenAI
) -> None:
    begun = await begin(prompt="Be the first.")
    await _draft(one, tenant_id, "Be the second.")
    test = await _open(http, version=2, model="gpt-4.1-mini", simulated_channel="sms")
    header = await two.conversations.find_header(tenant_id, UUID(test["id"]))
    assert header is not None
    talk = Talk(tenant_id, header, begun.db)
    pause = pause_before_tools(one)
    await one.turns.accept(header, content="order lamp")
    await pause.reached.wait()
    waiting = await one.turns.accept(header, content="find lamp")
    await talk.hand_to(two)
    answer = await two.turns.wait(header, waiting)
    assert answer is not None
    assert answer["message"]["content"] == "answer to find lamp"
    since_takeover = model.requests[1:]
    assert len(since_takeover) >= 3
    assert {body["model"] for body in since_takeover} == {"gpt-4.1-mini"}
    assert all("Be the second." in body["messages"][0]["content"] for body in since_takeover)
    assert {run.agent_version for run in await two.traces.of_conversation(header, limit=5)} == {2}


async def test_a_fork_has_what_was_said_before_and_leaves_the_original_alone(
    begin: Begin, one: Services, http: httpx.AsyncClient, model: FakeOpenAI
) -> None:
    talk = await begin()
    for text in ("order lamp", "second", "third"):
        await talk.say(one, text)
    source = {"id": str(talk.header.id)}
    before = await _messages(http, source)
    fork = await _fork(http, source, before[4], model="gpt-4.1-mini")
    assert (fork["channel"], fork["forked_from"], fork["message_count"]) == ("playground", source["id"], 4)
    copies = await _messages(http, fork)
    assert [(each["seq"], each["role"], each["content"]) for each in copies] == [
        (1, "user", "order lamp"),
        (2, "assistant", "answer to order lamp"),
        (3, "user", "second"),
        (4, "assistant", "answer to second"),
    ]
    assert [each["metadata"]["copied"]["message_id"] for each in copies] == [each["id"] for each in before[:4]]
    assert copies[1]["metadata"]["copied"]["run_id"] == before[1]["run_id"]

    await _say(http, fork, "instead")
    shown = model.requests[-1]
    assert shown["model"] == "gpt-4.1-mini"
    roles = [message["role"] for message in shown["messages"][1:]]
    assert roles == ["user", "assistant", "tool", "assistant", "user", "assistant", "user"]
    assert await _messages(http, source) == before
    assert await talk.orders() == ["lamp"]


async def test_the_trace_of_copied_turns_is_reached_through_the_fork_and_only_theirs(
    begin: Begin, one: Services, http: httpx.AsyncClient
) -> None:
    talk = await begin()
    for text in ("order lamp", "second"):
        await talk.say(one, text)
    source = {"id": str(talk.header.id)}
    messages = await _messages(http, source)
    fork = await _fork(http, source, messages[2])
    await _say(http, fork, "instead")
    [copied, own] = (await http.get(f"{BASE}/{fork['id']}/trace")).json()["items"]
    assert (copied["id"], copied["conversation_id"]) == (messages[1]["run_id"], source["id"])
    assert own["conversation_id"] == fork["id"]
    shown = (await http.get(f"{BASE}/{fork['id']}/trace/{copied['id']}")).json()
    assert [each["content"] for each in shown["messages"] if each["role"] == "human"] == ["order lamp"]
    beyond = await http.get(f"{BASE}/{fork['id']}/trace/{messages[3]['run_id']}")
    assert (beyond.status_code, beyond.json()["code"]) == (404, "run_not_found")


async def test_a_fork_before_the_first_message_is_empty_and_a_fork_can_be_forked(
    begin: Begin, one: Services, http: httpx.AsyncClient
) -> None:
    talk = await begin()
    await talk.say(one, "first")
    await talk.say(one, "second")
    source = {"id": str(talk.header.id)}
    messages = await _messages(http, source)
    assert await _messages(http, await _fork(http, source, messages[0])) == []
    fork = await _fork(http, source, messages[2], simulated_channel="email")
    await _say(http, fork, "instead")
    again = await _fork(http, fork, (await _messages(http, fork))[2])
    assert [each["content"] for each in await _messages(http, again)] == ["first", "answer to first"]
    assert again["simulated_channel"] == "email"
    assert (await _messages(http, again))[0]["metadata"]["copied"]["conversation_id"] == source["id"]
    assert (await _say(http, again, "third"))["content"] == "answer to third"


async def test_a_fork_keeps_the_pins_unless_told_and_null_is_what_is_live(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    await _draft(one, tenant_id, "Be the second.")
    test = await _open(http, version=2, model="gpt-4.1")
    await _say(http, test, "hello")
    [first, _] = await _messages(http, test)
    assert [(await _fork(http, test, first))[key] for key in ("version", "model")] == [2, "gpt-4.1"]
    freed = await _fork(http, test, first, version=None, model=None)
    assert (freed["version"], freed["model"]) == (None, None)


async def test_a_fork_of_a_customers_conversation_stands_on_somebody_else(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient, model: FakeOpenAI
) -> None:
    await begin()
    opened = await one.conversations.create(tenant_id, agent="tester", channel="whatsapp", contact="ada@example.com")
    customer = {"id": str(opened.id)}
    await _say(http, customer, "hello")
    fork = await _fork(http, customer, (await _messages(http, customer))[0])
    assert fork["contact"]["id"] != str(opened.contact.id)
    assert fork["simulated_channel"] == "whatsapp"
    found = await http.get(BASE, params={"contact_id": str(opened.contact.id)})
    assert [each["id"] for each in found.json()["items"]] == [customer["id"]]


async def test_a_fork_begins_at_a_question_of_this_very_conversation(
    begin: Begin, one: Services, http: httpx.AsyncClient
) -> None:
    talk = await begin()
    await talk.say(one, "hello")
    path = f"{BASE}/{talk.header.id}/fork"
    [_, answer] = await _messages(http, {"id": talk.header.id})
    at_answer = await http.post(path, json={"before_message_id": answer["id"]})
    assert (at_answer.status_code, at_answer.json()["code"]) == (422, "fork_not_at_a_question")
    unknown = await http.post(path, json={"before_message_id": str(new_id())})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "message_not_found")


async def test_a_fork_goes_with_the_conversation_it_came_from(
    begin: Begin, one: Services, http: httpx.AsyncClient
) -> None:
    talk = await begin()
    await talk.say(one, "hello")
    await talk.say(one, "again")
    source = {"id": str(talk.header.id)}
    fork = await _fork(http, source, (await _messages(http, source))[2])
    await talk.rows("DELETE FROM conversations WHERE id = %s RETURNING 1", talk.header.id)
    left = await talk.rows("SELECT count(*) AS n FROM messages WHERE conversation_id = %s", UUID(fork["id"]))
    assert left == [{"n": 0}]


async def test_another_tenants_versions_are_not_to_be_had(
    begin: Begin, one: Services, http: httpx.AsyncClient, other_tenant_id: UUID
) -> None:
    await begin()
    await publish(one, other_tenant_id, agent_file(), slug="theirs")
    answer = await http.post(BASE, json={"agent_id": "theirs", "version": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "agent_not_found")


async def test_the_models_that_stand_ready_are_listed_with_their_prices(begin: Begin, http: httpx.AsyncClient) -> None:
    await begin()
    told = (await http.get("/api/v1/models")).json()
    assert {each["provider"] for each in told["items"]} == {"openai", "offline"}
    assert (told["items"][0]["is_default"], told["items"][-1]["model"]) == (True, "offline")
    assert all(each["input_micros"] is not None for each in told["items"])
    assert told["open_ended"] is True


async def test_tests_are_told_apart_in_the_list_of_channels(
    begin: Begin, one: Services, tenant_id: UUID, http: httpx.AsyncClient
) -> None:
    await begin()
    await _open(http, simulated_channel="whatsapp")
    channels = (await http.get(f"{BASE}/channels")).json()["items"]
    assert channels == [{"channel": "api", "conversations": 1}, {"channel": "playground", "conversations": 1}]
