"""The offline model as a LangChain chat model: message list in, message or chunks out; deciding is `dialogue`'s."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Self

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from sparklabs.models.embeddings import get_embedder
from sparklabs.models.offline.choosing.cards import Deck, build_deck
from sparklabs.models.offline.decision import Decision, Scene
from sparklabs.models.offline.dialogue import decide
from sparklabs.models.offline.reading.window import read_window, text_of
from sparklabs.models.offline.remembering import find_tool
from sparklabs.models.schemas import ToolSchema

MODEL_NAME = "offline"


class OfflineChatModel(BaseChatModel):
    """A modest, deterministic English dialogue model that needs no network and no key.

    `now` (timezone-aware) is what "tomorrow" counts from and `locale` (`en-IN`) what numbers are read by. The
    answer's `response_metadata["offline"]` tells the move: `{act, tool, arguments, confidence}`. Intents are read from
    human messages only: what tool results or documents say is shown, never obeyed.
    """

    tools: tuple[ToolSchema, ...] = ()
    now: datetime | None = None
    locale: str | None = None

    @property
    def _llm_type(self) -> str:
        return "sparklabs-offline"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": MODEL_NAME, "tools": [tool.name for tool in self.tools], "locale": self.locale}

    def with_tools(
        self, tools: Sequence[ToolSchema], *, now: datetime | None = None, locale: str | None = None
    ) -> Self:
        """The same model bound to `tools`, and to a moment and locale when they are given."""
        return self.model_copy(update={"tools": tuple(tools), "now": now or self.now, "locale": locale or self.locale})

    def decide(self, messages: Sequence[BaseMessage]) -> Decision:
        """The move that the model makes in answer to `messages`."""
        now = self.now or datetime.now(UTC)
        return decide(Scene(read_window(messages, now=now), _deck_of(self.tools), self.locale, find_tool(self.tools)))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:
        decision = self.decide(messages)
        message = AIMessage(
            content=_cut(decision.text, stop),
            tool_calls=_tool_calls(decision, messages),
            usage_metadata=_usage(messages, decision),
            response_metadata=_metadata(decision),
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:
        return await asyncio.to_thread(self._generate, messages, stop)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:
        decision = self.decide(messages)
        for chunk in _chunks(decision, messages, stop):
            if run_manager:
                run_manager.on_llm_new_token(str(chunk.message.content), chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> AsyncIterator[ChatGenerationChunk]:
        decision = await asyncio.to_thread(self.decide, messages)
        for chunk in _chunks(decision, messages, stop):
            if run_manager:
                await run_manager.on_llm_new_token(str(chunk.message.content), chunk=chunk)
            yield chunk


def _deck_of(tools: Sequence[ToolSchema]) -> Deck:
    return build_deck([tool for tool in tools if tool.role != "memory"])


def _chunks(
    decision: Decision, messages: Sequence[BaseMessage], stop: list[str] | None
) -> Iterator[ChatGenerationChunk]:
    for piece in re.findall(r"\s*\S+\s*$|\s*\S+", _cut(decision.text, stop)):
        yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
    for index, call in enumerate(_tool_calls(decision, messages)):
        arguments = json.dumps(call["args"], ensure_ascii=False)
        chunk = tool_call_chunk(name=call["name"], args=arguments, id=call["id"], index=index)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[chunk]))
    yield ChatGenerationChunk(
        message=AIMessageChunk(
            content="",
            usage_metadata=_usage(messages, decision),
            response_metadata=_metadata(decision),
            chunk_position="last",
        )
    )


def _tool_calls(decision: Decision, messages: Sequence[BaseMessage]) -> list[ToolCall]:
    """Calls with ids that are the same for the same conversation, so that a replay makes no second call."""
    calls: list[ToolCall] = []
    for index, (name, arguments) in enumerate(decision.calls):
        seed = json.dumps([len(messages), index, name, arguments], sort_keys=True, default=str)
        digest = hashlib.sha256(seed.encode()).hexdigest()[:20]
        calls.append(ToolCall(name=name, args=arguments, id=f"call_{digest}", type="tool_call"))
    return calls


def _metadata(decision: Decision) -> dict[str, Any]:
    return {
        "model_name": MODEL_NAME,
        "finish_reason": "tool_calls" if decision.calls else "stop",
        "offline": {
            "act": decision.act.value,
            "tool": decision.tool,
            "arguments": decision.arguments,
            "confidence": round(decision.confidence, 3),
        },
    }


def _usage(messages: Sequence[BaseMessage], decision: Decision) -> UsageMetadata:
    count = get_embedder().count_tokens
    asked = sum(count(text_of(message)) for message in messages)
    answered = count(decision.text) + sum(count(json.dumps(arguments)) for _, arguments in decision.calls)
    return UsageMetadata(input_tokens=asked, output_tokens=answered, total_tokens=asked + answered)


def _cut(text: str, stop: list[str] | None) -> str:
    places = [place for word in stop or () if (place := text.find(word)) >= 0]
    return text[: min(places)] if places else text
