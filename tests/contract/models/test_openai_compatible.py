"""Our chat model against a server that speaks the Chat Completions protocol and its dialects."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace

import orjson
import pytest
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage

from sparklabs.models.errors import ModelError
from sparklabs.models.providers.http_pool import HttpPool
from sparklabs.models.providers.openai_compatible import OpenAiCompatibleChatModel
from sparklabs.models.schemas import Completion, Restarted, TextDelta
from sparklabs.models.service import ChatModels
from sparklabs.models.settings import ProviderSettings
from tests.contract.models.asking import STOCK, TIME, hear, patient, request
from tests.fakes.openai_server import FakeOpenAI, Reply, ToolUse

SAVED = Reply(text="Saved by the second.")


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI() as fake:
        yield fake


@pytest.fixture
async def models(server: FakeOpenAI) -> AsyncIterator[ChatModels]:
    service = patient(ProviderSettings(openai_base_url=server.base_url, openai_api_key="sk-test"))
    yield service
    await service.aclose()


def event(delta: object, *, finish: str | None = None) -> bytes:
    return b"data: " + orjson.dumps({"choices": [{"delta": delta, "finish_reason": finish}]}) + b"\n\n"


END = (event({}, finish="stop"), b"data: [DONE]\n\n")
CALLED = (event({}, finish="tool_calls"), b"data: [DONE]\n\n")


async def test_text_streams_and_the_completion_says_what_it_cost(server: FakeOpenAI, models: ChatModels) -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 600}}
    server.script = [Reply(text="Good day to you", usage=usage, chunk_delay=0.05)]
    heard = await hear(models, models=("gpt-4o",))
    assert [event.text for event in heard.events if isinstance(event, TextDelta)] == ["Good", " day", " to", " you"]
    assert heard.done.message.content == "Good day to you"
    assert (heard.done.usage.input_tokens, heard.done.usage.cached_input_tokens) == (1000, 600)
    # GPT-4o a million: 2.50 fresh, 1.25 cached, 10 out.
    assert (heard.done.cost_micros, heard.done.currency) == (400 * 2.5 + 600 * 1.25 + 100 * 10, "USD")
    assert server.headers[0]["authorization"] == "Bearer sk-test"


async def test_parallel_tool_calls_arrive_whole_and_their_results_go_back_by_id(
    server: FakeOpenAI, models: ChatModels
) -> None:
    uses = (ToolUse("find_stock", {"sku": "A-1"}, "c1"), ToolUse("find_stock", {"sku": "Ünïcode 🎉"}, "c2"))
    server.script = [Reply(tools=uses), Reply(text="Three.")]
    first = (await hear(models, models=("gpt-4o",), tools=(STOCK, TIME))).done.message
    assert [call["args"]["sku"] for call in first.tool_calls] == ["A-1", "Ünïcode 🎉"]
    history = [SystemMessage("be kind"), HumanMessage("hi"), first, ToolMessage("3", tool_call_id="c1")]
    await hear(models, models=("gpt-4o",), messages=history)
    sent = server.requests[-1]["messages"]
    assert [message["role"] for message in sent] == ["system", "user", "assistant", "tool"]
    function = {"name": "find_stock", "arguments": '{"sku":"A-1"}'}
    assert sent[2]["tool_calls"][0] == {"id": "c1", "type": "function", "function": function}
    assert sent[3]["tool_call_id"] == "c1"
    assert server.requests[0]["tools"][0]["function"]["parameters"] == STOCK.parameters


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        pytest.param(
            (event({"tool_calls": [{"function": {"name": "find_stock", "arguments": '{"sku":"A"}'}}]}), *CALLED),
            [{"sku": "A"}],
            id="no id and no index",
        ),
        pytest.param(
            (
                event({"tool_calls": [{"index": 0, "function": {"name": "find_stock", "arguments": {"sku": "A"}}}]}),
                *CALLED,
            ),
            [{"sku": "A"}],
            id="arguments as an object",
        ),
        pytest.param(
            (
                event(
                    {
                        "tool_calls": [
                            {"index": 0, "id": "x", "function": {"name": "find_stock", "arguments": '{"sku":"A"}'}}
                        ]
                    }
                ),
                event(
                    {
                        "tool_calls": [
                            {"index": 0, "id": "y", "function": {"name": "find_stock", "arguments": '{"sku":"B"}'}}
                        ]
                    }
                ),
                *CALLED,
            ),
            [{"sku": "A"}, {"sku": "B"}],
            id="index 0 for every call",
        ),
        pytest.param(
            (
                event({"tool_calls": [{"id": "x", "function": {"name": "find_stock", "arguments": '{"sku"'}}]}),
                event({"tool_calls": [{"function": {"arguments": ':"A"}'}}]}),
                *CALLED,
            ),
            [{"sku": "A"}],
            id="pieces without an index",
        ),
        pytest.param(
            (event({"tool_calls": [{"index": 0, "function": {"name": "tell_time", "arguments": ""}}]}), *CALLED),
            [{}],
            id="empty arguments",
        ),
    ],
)
async def test_tool_calls_of_many_dialects_are_understood(
    server: FakeOpenAI, models: ChatModels, pieces: tuple[bytes, ...], calls: list[dict[str, str]]
) -> None:
    server.script = [Reply(raw=pieces)]
    message = (await hear(models, models=("gpt-4o",), tools=(STOCK, TIME))).done.message
    assert [call["args"] for call in message.tool_calls] == calls
    assert all(call["id"] for call in message.tool_calls)
    assert len({call["id"] for call in message.tool_calls}) == len(calls)


async def test_characters_split_between_packets_carriage_returns_and_comments_do_no_harm(
    server: FakeOpenAI, models: ChatModels
) -> None:
    whole = b": keep-alive\r\n\r\n" + event({"content": "नमस्ते 🎉"}).replace(b"\n", b"\r\n") + b"".join(END)
    server.script = [Reply(raw=tuple(whole[at : at + 7] for at in range(0, len(whole), 7)))]
    assert (await hear(models, models=("gpt-4o",))).text == "नमस्ते 🎉"


async def test_an_answer_without_usage_is_estimated_and_says_so(server: FakeOpenAI, models: ChatModels) -> None:
    server.script = [Reply(text="x" * 40, usage=None)]
    done = (await hear(models, models=("gpt-4o",), messages=[HumanMessage("y" * 80)])).done
    assert (done.usage.input_tokens, done.usage.output_tokens) == (20, 10)
    assert done.message.response_metadata["usage_estimated"] is True


async def test_a_server_that_answers_plain_json_is_understood(server: FakeOpenAI, models: ChatModels) -> None:
    server.script = [Reply(text="Whole.", tools=(ToolUse("tell_time"),), as_json=True)]
    done = (await hear(models, models=("gpt-4o",))).done
    assert (done.message.content, len(done.message.tool_calls)) == ("Whole.", 1)


async def test_a_refused_parameter_is_left_out_at_once_and_ever_after(server: FakeOpenAI, models: ChatModels) -> None:
    def strict(body: dict[str, object]) -> Reply:
        if "stream_options" in body:
            return Reply(status=400, error={"message": "Unrecognized request argument supplied: stream_options"})
        if "max_tokens" in body:
            return Reply(status=400, error={"message": "Use max_completion_tokens.", "param": "max_tokens"})
        return Reply(text="Fine.")

    server.script = strict
    for _ in range(2):
        heard = await hear(models, models=("my-own-model",), max_tokens=9)
        assert (heard.text, heard.outcomes) == ("Fine.", ["ok"])
    assert len(server.requests) == 4
    assert server.requests[-1]["max_completion_tokens"] == 9


async def test_reasoning_models_get_their_own_parameters(server: FakeOpenAI, models: ChatModels) -> None:
    await hear(models, models=("o4-mini",), temperature=0.3, max_tokens=9)
    body = server.requests[0]
    assert body["max_completion_tokens"] == 9
    assert not {"temperature", "max_tokens"} & set(body)


FAILURES = [
    (Reply(status=401, error={"message": "bad key"}), "model_key_rejected", 1),
    (Reply(status=403, error={"message": "no"}), "model_key_rejected", 1),
    (Reply(status=404, error={"message": "no such model", "code": "model_not_found"}), "model_not_found", 1),
    (Reply(status=429, error={"message": "slow"}, headers={"Retry-After": "0"}), "model_rate_limited", 2),
    (Reply(status=429, error={"message": "slow"}, headers={"Retry-After": "3600"}), "model_rate_limited", 1),
    (Reply(status=429, error={"message": "x", "code": "insufficient_quota"}), "model_quota_exhausted", 1),
    (Reply(status=500, error="<html>oops</html>"), "model_server_error", 2),
    (Reply(status=400, error={"message": "x", "code": "context_length_exceeded"}), "model_context_too_long", 1),
    (Reply(status=400, error={"message": "x", "code": "content_filter"}), "model_content_filtered", 1),
    (Reply(status=400, error={"message": "something else"}), "model_request_rejected", 1),
    (Reply(text="a b c", finish_reason="content_filter"), "model_content_filtered", 1),
    (Reply(text="a b c d", fault="cut"), "model_stream_cut", 2),
    (Reply(text="a b c d", fault="no_end"), "model_stream_cut", 2),
    (Reply(text="a b c d", fault="garbage"), "model_malformed_answer", 2),
    (Reply(fault="close"), "model_unreachable", 2),
    (Reply(tools=(ToolUse("find_stock", '{"sku": "A'),)), "model_malformed_answer", 2),
    (Reply(text=""), "model_malformed_answer", 2),
    (Reply(text="", finish_reason="length"), "model_length_limit", 1),
    (Reply(tools=(ToolUse("find_stock", '{"s'),), finish_reason="length"), "model_length_limit", 1),
    (Reply(raw=(b'data: {"error":{"message":"rate_limit reached"}}\n\n',)), "model_rate_limited", 2),
]


@pytest.mark.parametrize(("reply", "outcome", "tries"), FAILURES)
async def test_every_failure_is_coded_retried_if_it_helps_and_the_next_model_answers(
    server: FakeOpenAI, models: ChatModels, reply: Reply, outcome: str, tries: int
) -> None:
    server.script = lambda body: reply if body["model"] == "gpt-4o" else SAVED
    heard = await hear(models, models=("gpt-4o", "gpt-4.1"))
    assert heard.text == heard.done.message.content == "Saved by the second."
    assert heard.outcomes == [outcome] * tries + ["ok"]
    assert heard.done.model == "gpt-4.1"


async def test_text_of_a_failed_attempt_is_declared_void_before_new_text_comes(
    server: FakeOpenAI, models: ChatModels
) -> None:
    server.script = [Reply(text="lost words here now", fault="cut"), Reply(text="Kept.")]
    heard = await hear(models, models=("gpt-4o",))
    kinds = [type(event) for event in heard.events]
    assert kinds.index(TextDelta) < kinds.index(Restarted) < len(kinds) - 2
    assert heard.text == "Kept."


async def test_no_first_byte_in_time_is_a_timeout(server: FakeOpenAI) -> None:
    server.script = lambda body: Reply(fault="hang") if body["model"] == "gpt-4o" else SAVED
    service = patient(ProviderSettings(openai_base_url=server.base_url, first_byte_seconds=0.05))
    heard = await hear(service, models=("gpt-4o", "gpt-4.1"))
    await service.aclose()
    assert heard.outcomes == ["model_timeout", "ok"]
    assert "first byte" in heard.done.attempts[0].detail


async def test_an_answer_that_stalls_ends_at_the_total_timeout(server: FakeOpenAI, models: ChatModels) -> None:
    server.script = lambda body: Reply(text="a b c d", fault="hang_in_text") if body["model"] == "gpt-4o" else SAVED
    heard = await hear(models, models=("gpt-4o", "gpt-4.1"), timeout_seconds=0.2)
    assert heard.outcomes == ["model_timeout", "ok"]
    assert "end of the answer" in heard.done.attempts[0].detail


async def test_a_slow_listener_is_not_taken_for_a_slow_model(server: FakeOpenAI, models: ChatModels) -> None:
    server.script = [Reply(text="a b c", chunk_delay=0.001)]
    words = []
    async for event in models.stream(request(models=("gpt-4o",), timeout_seconds=0.3)):
        if isinstance(event, TextDelta) and not words:
            await asyncio.sleep(0.35)
        words.append(event)
    assert isinstance(words[-1], Completion)
    assert words[-1].attempts[-1].outcome == "ok"


async def test_a_listener_who_leaves_closes_the_connection_to_the_vendor(
    server: FakeOpenAI, models: ChatModels
) -> None:
    server.script = [Reply(text="word " * 500, chunk_delay=0.01)]
    stream = models.stream(request(models=("gpt-4o",)))
    async for event in stream:
        if isinstance(event, TextDelta):
            break
    await stream.aclose()  # type: ignore[attr-defined]
    for _ in range(100):
        if server.http.disconnects:
            break
        await asyncio.sleep(0.01)
    assert server.http.disconnects == 1


async def test_cancelling_the_turn_closes_the_connection_and_leaves_the_breaker_closed(
    server: FakeOpenAI, models: ChatModels
) -> None:
    server.script = [Reply(fault="hang")]
    task = asyncio.create_task(hear(models, models=("gpt-4o",)))
    while not server.requests:
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.05)
    assert server.http.disconnects == 1
    assert models.breaker_states()["openai", "gpt-4o"].failures == 0


async def test_connections_are_kept_alive_between_calls(server: FakeOpenAI, models: ChatModels) -> None:
    for _ in range(5):
        await hear(models, models=("gpt-4o",))
    assert server.http.connections_made == 1


async def test_a_kept_connection_that_the_server_dropped_costs_no_attempt(
    server: FakeOpenAI, models: ChatModels
) -> None:
    await hear(models, models=("gpt-4o",))
    for connection in list(server.http.connections):
        connection.cut()
    heard = await hear(models, models=("gpt-4o",))
    assert heard.outcomes == ["ok"]


async def test_a_model_that_fails_again_and_again_is_left_alone_for_a_while(server: FakeOpenAI) -> None:
    server.script = lambda body: Reply(status=500, error={"message": "x"}) if body["model"] == "gpt-4o" else SAVED
    now = [0.0]
    settings = ProviderSettings(openai_base_url=server.base_url, breaker_failures=2, breaker_open_seconds=30)
    service = patient(settings, clock=lambda: now[0])
    assert (await hear(service, models=("gpt-4o", "gpt-4.1"))).outcomes == ["model_server_error"] * 2 + ["ok"]
    assert (await hear(service, models=("gpt-4o", "gpt-4.1"))).outcomes == ["circuit_open", "ok"]
    assert service.health()["openai"]["models"]["gpt-4o"]["breaker"] == "open"
    now[0], server.script = 31.0, [Reply(text="Back.")]
    assert (await hear(service, models=("gpt-4o",))).text == "Back."
    assert service.health()["openai"]["models"]["gpt-4o"]["breaker"] == "closed"
    await service.aclose()


async def test_identical_requests_at_temperature_zero_are_answered_from_memory_per_tenant(
    server: FakeOpenAI, models: ChatModels
) -> None:
    from uuid import UUID

    mine = {"models": ("gpt-4o",), "temperature": 0.0, "tenant_id": UUID(int=1)}
    first = await hear(models, **mine)
    again = await hear(models, **mine)
    assert (again.text, again.done.cache_hit, again.done.cost_micros) == (first.text, True, 0)
    theirs = await hear(models, **mine | {"tenant_id": UUID(int=2)})
    assert not theirs.done.cache_hit
    assert len(server.requests) == 2


async def test_an_unreachable_server_is_coded_and_the_key_never_shows() -> None:
    settings = ProviderSettings(openai_base_url="http://127.0.0.1:9/v1", openai_api_key="sk-very-secret")
    model = OpenAiCompatibleChatModel(
        model_name="m",
        base_url="http://127.0.0.1:9/v1",
        api_key="sk-very-secret",
        pool=HttpPool(),  # type: ignore[arg-type]
    )
    with pytest.raises(ModelError) as caught:
        await model.ainvoke("hi")
    await model.pool.aclose()
    assert caught.value.code == "model_unreachable"
    assert "sk-very-secret" not in f"{settings!r} {model!r} {caught.value} {replace(settings)}"


async def test_langchains_own_calls_work_too(server: FakeOpenAI) -> None:
    server.script = [Reply(text="Hello you there")]
    model = OpenAiCompatibleChatModel(model_name="m", base_url=server.base_url, pool=HttpPool())
    assert (await model.ainvoke("hi")).content == "Hello you there"
    assert "".join([chunk.text async for chunk in model.astream("hi")]) == "Hello you there"
    assert (await asyncio.to_thread(model.invoke, "hi")).content == "Hello you there"
    await model.pool.aclose()


async def test_useless_answers_to_one_agent_do_not_close_the_model_to_others(
    server: FakeOpenAI, models: ChatModels
) -> None:
    server.script = lambda body: Reply(text="") if body["model"] == "gpt-4o" else SAVED
    for _ in range(5):
        await hear(models, models=("gpt-4o", "gpt-4.1"))
    assert models.health()["openai"]["models"]["gpt-4o"]["breaker"] == "closed"


async def test_a_garbled_answer_speaks_against_the_model_only_when_every_attempt_at_the_question_gave_one(
    server: FakeOpenAI,
) -> None:
    settings = ProviderSettings(openai_base_url=server.base_url, breaker_failures=1, breaker_open_seconds=30)
    service = patient(settings)
    garbage = Reply(text="a b c d", fault="garbage")
    in_turn = itertools.cycle([garbage, Reply(text="Well said.")])
    server.script = lambda _: next(in_turn)
    for _ in range(3):
        heard = await hear(service, models=("gpt-4o",))
        assert (heard.text[-10:], heard.outcomes) == ("Well said.", ["model_malformed_answer", "ok"])
    assert service.breaker_states()["openai", "gpt-4o"].failures == 0
    server.script = lambda _: garbage
    await hear(service, models=("gpt-4o",))
    assert service.health()["openai"]["models"]["gpt-4o"]["breaker"] == "open"
    await service.aclose()


async def test_a_key_that_a_server_repeats_is_not_kept_in_the_attempts(server: FakeOpenAI, models: ChatModels) -> None:
    wrong = Reply(status=401, error={"message": "Incorrect API key provided: sk-test"})
    server.script = lambda body: wrong if body["model"] == "gpt-4o" else SAVED
    heard = await hear(models, models=("gpt-4o", "gpt-4.1"))
    assert "sk-test" not in repr(heard.done.attempts)
    assert "***" in heard.done.attempts[0].detail


@pytest.mark.filterwarnings("ignore:HumanMessage with empty content")
async def test_a_defect_in_one_client_does_not_keep_the_next_model_from_answering(server: FakeOpenAI) -> None:
    server.script = [SAVED]
    service = patient(ProviderSettings(openai_base_url=server.base_url, google_api_key="k"))
    # Google's client raises an error of its own, before it sends anything, when nothing is left to be said.
    heard = await hear(service, models=("gemini-2.5-flash", "gpt-4o"), messages=[HumanMessage("")])
    await service.aclose()
    assert heard.outcomes == ["model_failed", "ok"]
