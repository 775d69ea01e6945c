"""Collects a LangChain stream into text deltas, one AIMessage and its usage; the same for every vendor."""

from typing import Any, cast

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import add_ai_message_chunks
from langchain_core.outputs import ChatGenerationChunk

from sparklabs.models.errors import ModelError, ModelLengthLimitError, ModelStreamCutError, ModelUnusableAnswerError
from sparklabs.models.schemas import Usage

CHARACTERS_PER_TOKEN = 4
ESTIMATED = "usage_estimated"
# LangChain counts Anthropic's cache writes under either the first name or the two others, never under both.
_CACHE_WRITES = ("cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")


class AnswerCollector:
    """Takes chunks in order; `finish` gives the whole message once the stream has ended."""

    __slots__ = ("_chunks", "_info", "_plain")

    def __init__(self) -> None:
        self._chunks: list[AIMessageChunk] = []
        self._info: dict[str, Any] = {}
        self._plain = True

    def add(self, generation: ChatGenerationChunk) -> str:
        """Keep the chunk and give the text it adds."""
        chunk = cast("AIMessageChunk", generation.message)
        self._chunks.append(chunk)
        if generation.generation_info:
            # Some vendors put why the answer ended here; the last word counts.
            self._info |= generation.generation_info
        content = chunk.content
        if isinstance(content, str):
            if chunk.additional_kwargs:
                self._plain = False
            return content
        self._plain = False
        blocks = cast("list[str | dict[str, Any]]", content)
        return "".join(block if isinstance(block, str) else _text_of_block(block) for block in blocks)

    def finish(self) -> AIMessage:
        """The message; raises when not one chunk came."""
        if not self._chunks:
            raise ModelStreamCutError("the provider answered nothing")
        message = self._joined_plain() if self._plain else _joined(self._chunks)
        if self._info:
            message.response_metadata = {**message.response_metadata, **self._info}
        return message

    def _joined_plain(self) -> AIMessage:
        """The usual case without LangChain's general merge: text pieces, and all else on the last chunk."""
        *texts, last = self._chunks
        if any(chunk.tool_call_chunks or chunk.usage_metadata or chunk.response_metadata for chunk in texts):
            return _joined(self._chunks)
        return AIMessage(
            content="".join([cast("str", chunk.content) for chunk in self._chunks]),
            tool_calls=last.tool_calls,
            invalid_tool_calls=last.invalid_tool_calls,
            usage_metadata=last.usage_metadata,
            response_metadata=last.response_metadata,
        )


def find_flaw(message: AIMessage) -> ModelError | None:
    """What makes an answer useless whoever gave it: tool calls nobody can read, or nothing at all."""
    if message.invalid_tool_calls:
        flaw = f"the arguments for {message.invalid_tool_calls[0].get('name')} are not readable JSON"
    elif not message.tool_calls and not message.text.strip():
        flaw = "the answer holds neither text nor a tool call"
    else:
        return None
    if _was_cut(message):
        return ModelLengthLimitError(f"{flaw}: it reached its length limit", hint="Raise the agent's max_tokens.")
    return ModelUnusableAnswerError(flaw)


def _text_of_block(block: dict[str, Any]) -> str:
    return str(block.get("text") or "") if block.get("type") in {"text", "text_delta"} else ""


def _joined(chunks: list[AIMessageChunk]) -> AIMessage:
    whole = add_ai_message_chunks(chunks[0], *chunks[1:])
    return AIMessage(
        content=whole.content,
        additional_kwargs=whole.additional_kwargs,
        tool_calls=whole.tool_calls,
        invalid_tool_calls=whole.invalid_tool_calls,
        usage_metadata=whole.usage_metadata,
        response_metadata=whole.response_metadata,
    )


def _was_cut(message: AIMessage) -> bool:
    reason = message.response_metadata.get("finish_reason") or message.response_metadata.get("stop_reason")
    return str(reason).lower() in {"length", "max_tokens"}


def usage_of(message: AIMessage, asked: list[BaseMessage]) -> Usage:
    """What the provider counted; what it did not count is characters / 4, and `usage_estimated` in its metadata."""
    counted: Any = message.usage_metadata or {}
    details = cast("dict[str, int | None]", counted.get("input_token_details") or {})
    asked_tokens: int = counted.get("input_tokens") or 0
    said_tokens: int = counted.get("output_tokens") or 0
    if not asked_tokens or not said_tokens:
        message.response_metadata[ESTIMATED] = True
        asked_tokens = asked_tokens or _estimate(sum(len(each.text) for each in asked))
        calls = sum(len(str(call["args"])) + len(call["name"]) for call in message.tool_calls)
        said_tokens = said_tokens or _estimate(len(message.text) + calls)
    return Usage(
        input_tokens=asked_tokens,
        output_tokens=said_tokens,
        cached_input_tokens=_count(details, "cache_read"),
        cache_write_tokens=sum(_count(details, name) for name in _CACHE_WRITES),
    )


def _estimate(characters: int) -> int:
    return -(-characters // CHARACTERS_PER_TOKEN)


def _count(details: dict[str, int | None], name: str) -> int:
    return details.get(name) or 0
