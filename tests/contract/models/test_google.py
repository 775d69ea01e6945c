"""Google's true client against a server that streams the Gemini protocol."""

from collections.abc import AsyncIterator

import pytest
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage

from sparklabs.models.service import ChatModels
from sparklabs.models.settings import ProviderSettings
from tests.contract.models.asking import STOCK, TIME, hear, patient
from tests.fakes.google_server import FakeGoogle
from tests.fakes.openai_server import FakeOpenAI, Reply, ToolUse

GEMINI = "gemini-2.5-flash"


@pytest.fixture
async def server() -> AsyncIterator[FakeGoogle]:
    async with FakeGoogle() as fake:
        yield fake


@pytest.fixture
async def models(server: FakeGoogle) -> AsyncIterator[ChatModels]:
    service = patient(ProviderSettings(google_api_key="g-test", google_base_url=server.base_url))
    yield service
    await service.aclose()


async def test_text_streams_and_cached_tokens_are_billed_at_their_own_price(
    server: FakeGoogle, models: ChatModels
) -> None:
    server.script = [Reply(text="Good day to you")]
    heard = await hear(models, models=(GEMINI,))
    assert heard.text == heard.done.message.text == "Good day to you"
    assert len(heard.events) == 5
    usage = heard.done.usage
    assert (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (200, 80, 15)
    # Gemini 2.5 Flash a million: 0.30 fresh, 0.03 cached, 2.50 out.
    assert heard.done.cost_micros == round(120 * 0.3 + 80 * 0.03 + 15 * 2.5)
    assert server.headers[0]["x-goog-api-key"] == "g-test"
    assert f"models/{GEMINI}:streamGenerateContent" in server.paths[0]


async def test_parallel_tool_calls_arrive_with_ids_of_their_own_and_results_go_back(
    server: FakeGoogle, models: ChatModels
) -> None:
    uses = (ToolUse("find_stock", {"sku": "A"}), ToolUse("find_stock", {"sku": "B"}))
    server.script = [Reply(tools=uses), Reply(text="Three.")]
    first = (await hear(models, models=(GEMINI,), tools=(STOCK, TIME))).done.message
    assert [call["args"]["sku"] for call in first.tool_calls] == ["A", "B"]
    ids = [str(call["id"]) for call in first.tool_calls]
    assert len(set(ids)) == 2
    results = [ToolMessage("3", tool_call_id=call_id, name="find_stock") for call_id in ids]
    messages = [SystemMessage("Be kind."), HumanMessage("stock?"), first, *results]
    await hear(models, models=(GEMINI,), messages=messages, tools=(STOCK, TIME))
    sent = server.requests[1]
    assert sent["systemInstruction"]["parts"][0]["text"] == "Be kind."
    assert "functionResponse" in str(sent["contents"][-1])


async def test_tools_temperature_and_length_are_sent_in_googles_words(server: FakeGoogle, models: ChatModels) -> None:
    await hear(models, models=(GEMINI,), tools=(STOCK,), temperature=0.2, max_tokens=50)
    body = server.requests[0]
    declared = body["tools"][0]["functionDeclarations"][0]
    assert declared["name"] == "find_stock"
    assert "sku" in str(declared)
    assert (body["generationConfig"]["temperature"], body["generationConfig"]["maxOutputTokens"]) == (0.2, 50)


RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.01s"}


@pytest.mark.parametrize(
    ("reply", "outcome", "tries"),
    [
        (Reply(status=400, error={"message": "API key not valid.", "status": "X"}), "model_key_rejected", 1),
        (Reply(status=403, error={"message": "denied", "status": "PERMISSION_DENIED"}), "model_key_rejected", 1),
        (Reply(status=404, error={"message": "not found", "status": "NOT_FOUND"}), "model_not_found", 1),
        (
            Reply(status=429, error={"message": "quota", "status": "RESOURCE_EXHAUSTED", "details": [RETRY_INFO]}),
            "model_rate_limited",
            2,
        ),
        (Reply(status=503, error={"message": "overloaded", "status": "UNAVAILABLE"}), "model_server_error", 2),
        (
            Reply(status=400, error={"message": "The input token count (9) exceeds the maximum", "status": "X"}),
            "model_context_too_long",
            1,
        ),
        (Reply(finish_reason="SAFETY"), "model_content_filtered", 1),
        (Reply(finish_reason="MALFORMED_FUNCTION_CALL"), "model_malformed_answer", 2),
        (Reply(text="a b c d e f", fault="cut"), "model_stream_cut", 2),
        (Reply(text="a b c d e f", fault="no_end"), "model_stream_cut", 2),
    ],
)
async def test_every_failure_is_coded_and_the_next_model_answers(
    server: FakeGoogle, reply: Reply, outcome: str, tries: int
) -> None:
    server.script = [reply]
    async with FakeOpenAI([Reply(text="Saved.")]) as other:
        service = patient(
            ProviderSettings(google_api_key="k", google_base_url=server.base_url, openai_base_url=other.base_url)
        )
        heard = await hear(service, models=(GEMINI, "gpt-4o"))
        await service.aclose()
    assert heard.text == "Saved."
    assert heard.outcomes == [outcome] * tries + ["ok"]
