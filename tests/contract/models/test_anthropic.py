"""Anthropic's true client against a server that streams the Messages protocol."""

from collections.abc import AsyncIterator

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from sparklabs.models.service import ChatModels
from sparklabs.models.settings import ProviderSettings
from tests.contract.models.asking import STOCK, TIME, hear, patient
from tests.fakes.anthropic_server import FakeAnthropic
from tests.fakes.openai_server import FakeOpenAI, Reply, ToolUse

CLAUDE = "claude-haiku-4-5"


@pytest.fixture
async def server() -> AsyncIterator[FakeAnthropic]:
    async with FakeAnthropic() as fake:
        yield fake


@pytest.fixture
async def models(server: FakeAnthropic) -> AsyncIterator[ChatModels]:
    service = patient(ProviderSettings(anthropic_api_key="sk-test", anthropic_base_url=server.base_url))
    yield service
    await service.aclose()


async def test_text_streams_and_cached_tokens_are_billed_at_their_own_prices(
    server: FakeAnthropic, models: ChatModels
) -> None:
    server.script = [Reply(text="Good day to you")]
    heard = await hear(models, models=(CLAUDE,))
    assert heard.text == heard.done.message.text == "Good day to you"
    assert len(heard.events) > 3
    usage = heard.done.usage
    assert (usage.input_tokens, usage.cached_input_tokens, usage.cache_write_tokens, usage.output_tokens) == (
        200,
        80,
        100,
        15,
    )
    # Haiku 4.5 a million: 1 fresh, 0.10 read, 1.25 written, 5 out.
    assert heard.done.cost_micros == 20 + 8 + 125 + 75
    assert server.headers[0]["authorization"] == "Bearer sk-test"


async def test_a_tool_call_after_text_arrives_whole_and_its_result_goes_back(
    server: FakeAnthropic, models: ChatModels
) -> None:
    server.script = [Reply(text="Let me look.", tools=(ToolUse("find_stock", {"sku": "Ünï-1"}, "toolu_a"),)), Reply()]
    server.script = [server.script[0], Reply(text="Three.")]
    first = (await hear(models, models=(CLAUDE,), tools=(STOCK, TIME))).done.message
    assert [(call["id"], call["args"]) for call in first.tool_calls] == [("toolu_a", {"sku": "Ünï-1"})]
    history = [HumanMessage("stock?"), first, ToolMessage("3", tool_call_id="toolu_a")]
    await hear(models, models=(CLAUDE,), messages=history, tools=(STOCK, TIME))
    sent = server.requests[1]["messages"]
    assert sent[1]["content"][1]["type"] == "tool_use"
    assert sent[2]["content"][0] == {"type": "tool_result", "tool_use_id": "toolu_a", "content": "3"} | {
        key: value for key, value in sent[2]["content"][0].items() if key == "is_error"
    }


async def test_system_prompt_and_last_tool_carry_cache_breakpoints(server: FakeAnthropic, models: ChatModels) -> None:
    messages = [SystemMessage("Be kind."), HumanMessage("hi")]
    await hear(models, models=(CLAUDE,), messages=messages, tools=(STOCK, TIME), temperature=0.2, max_tokens=50)
    body = server.requests[0]
    assert body["system"] == [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}]
    assert "cache_control" not in body["tools"][0]
    assert body["tools"][1]["cache_control"] == {"type": "ephemeral"}
    assert (body["temperature"], body["max_tokens"]) == (0.2, 50)


async def test_a_model_that_refuses_temperature_is_not_sent_one(server: FakeAnthropic, models: ChatModels) -> None:
    await hear(models, models=("claude-sonnet-5-5",), temperature=0.2)
    assert "temperature" not in {key for key, value in server.requests[0].items() if value is not None}


@pytest.mark.parametrize(
    ("reply", "outcome", "tries"),
    [
        (Reply(status=401, error={"type": "authentication_error", "message": "bad key"}), "model_key_rejected", 1),
        (Reply(status=404, error={"type": "not_found_error", "message": "model: x"}), "model_not_found", 1),
        (Reply(status=529, error={"type": "overloaded_error", "message": "Overloaded"}), "model_server_error", 2),
        (
            Reply(status=400, error={"type": "invalid_request_error", "message": "prompt is too long: 9 > 8"}),
            "model_context_too_long",
            1,
        ),
        (
            Reply(status=429, error={"type": "rate_limit_error", "message": "slow"}, headers={"retry-after": "0.01"}),
            "model_rate_limited",
            2,
        ),
        (Reply(text="a b c d e f", error={"type": "overloaded_error", "message": "x"}), "model_server_error", 2),
        (Reply(text="a b c d e f", fault="cut"), "model_stream_cut", 2),
        (Reply(text="a b c d e f", fault="no_end"), "model_stream_cut", 2),
    ],
)
async def test_every_failure_is_coded_and_the_next_model_answers(
    server: FakeAnthropic, reply: Reply, outcome: str, tries: int
) -> None:
    server.script = [reply]
    async with FakeOpenAI([Reply(text="Saved.")]) as other:
        service = patient(
            ProviderSettings(anthropic_api_key="k", anthropic_base_url=server.base_url, openai_base_url=other.base_url)
        )
        heard = await hear(service, models=(CLAUDE, "gpt-4o"))
        await service.aclose()
    assert heard.text == "Saved."
    assert heard.outcomes == [outcome] * tries + ["ok"]


async def test_blocks_of_another_model_go_out_as_plain_text(server: FakeAnthropic, models: ChatModels) -> None:
    foreign = AIMessage([{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": "Yes."}])
    await hear(models, models=(CLAUDE,), messages=[HumanMessage("a"), foreign, HumanMessage("b")])
    assert "thinking" not in str(server.requests[0]["messages"])
    assert "Yes." in str(server.requests[0]["messages"])
