"""LangChain messages to Chat Completions JSON and back, without I/O; written out by hand because it runs on every call.

Source: the Chat Completions reference (platform.openai.com/docs/api-reference/chat).
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

import orjson
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.messages.content import InvalidToolCall
from langchain_core.messages.tool import ToolCall

from sparklabs.models.errors import (
    ModelContentFilteredError,
    ModelError,
    ModelMalformedAnswerError,
    error_from_status,
)
from sparklabs.models.schemas import ToolSchema

Json = dict[str, Any]

_ROLE = {"human": "user", "system": "system", "ai": "assistant", "tool": "tool", "developer": "developer"}
_MAX_TOOLSETS = 256


def wire_messages(messages: Sequence[BaseMessage]) -> list[Json]:
    """The `messages` array; an assistant's tool calls and their answers keep their ids."""
    wire: list[Json] = []
    for message in messages:
        if isinstance(message, AIMessage):
            wire.append(_wire_assistant(message))
        elif isinstance(message, ToolMessage):
            wire.append(
                {"role": "tool", "tool_call_id": message.tool_call_id, "content": _wire_content(message.content)}
            )
        else:
            wire.append({"role": _ROLE.get(message.type, "user"), "content": _wire_content(message.content)})
    return wire


def _wire_assistant(message: AIMessage) -> Json:
    content = _text_of(message.content)
    if not message.tool_calls:
        return {"role": "assistant", "content": content}
    calls = [
        {
            "id": call["id"],
            "type": "function",
            "function": {"name": call["name"], "arguments": orjson.dumps(call["args"]).decode()},
        }
        for call in message.tool_calls
    ]
    return {"role": "assistant", "content": content or None, "tool_calls": calls}


def _text_of(content: str | list[Any]) -> str:
    if isinstance(content, str):
        return content
    parts = [part if isinstance(part, str) else str(part.get("text") or "") for part in content]
    return "".join(parts)


def _wire_content(content: str | list[Any]) -> Any:
    if isinstance(content, str):
        return content
    return [_wire_part(part) for part in content]


def _wire_part(part: str | Json) -> Json:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if part.get("type") == "image":
        url = part.get("url") or f"data:{part.get('mime_type', 'image/png')};base64,{part.get('base64', '')}"
        return {"type": "image_url", "image_url": {"url": url}}
    return part


class _ToolFragments:
    """Tools serialised once per toolset: an agent version hands in the same tuple on every call."""

    def __init__(self) -> None:
        self._by_identity: OrderedDict[int, tuple[Sequence[ToolSchema], orjson.Fragment]] = OrderedDict()

    def get(self, tools: Sequence[ToolSchema]) -> orjson.Fragment:
        known = self._by_identity.get(id(tools))
        if known is not None and known[0] is tools:
            return known[1]
        fragment = orjson.Fragment(orjson.dumps([_wire_tool(tool) for tool in tools]))
        if isinstance(tools, tuple):  # only what cannot change may be remembered by identity
            self._by_identity[id(tools)] = (tools, fragment)
            if len(self._by_identity) > _MAX_TOOLSETS:
                self._by_identity.popitem(last=False)
        return fragment


def _wire_tool(tool: ToolSchema) -> Json:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


_fragments = _ToolFragments()


def wire_tools(tools: Sequence[ToolSchema]) -> orjson.Fragment:
    """The `tools` array, ready as bytes."""
    return _fragments.get(tools)


class _Call:
    """One tool call as it arrives."""

    __slots__ = ("arguments", "call_id", "index", "name")

    def __init__(self, index: int | None, call_id: str | None) -> None:
        self.index = index
        self.call_id = call_id
        self.name = ""
        self.arguments: list[str] = []


class AnswerAssembler:
    """Collects the chunks of one answer; tolerant of the dialects that compatible servers speak."""

    __slots__ = ("_calls", "_model", "_refused", "_usage", "finish_reason")

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._usage: Json | None = None
        self._model: str | None = None
        self._refused = False
        self.finish_reason: str | None = None

    def add(self, chunk: Json) -> str:
        """Take one chunk (or one whole completion) and give the text it adds; raises what it reports as an error."""
        if chunk.get("error"):
            raise error_of_body(chunk, status=_status_in(chunk))
        if usage := chunk.get("usage"):
            self._usage = usage
        if self._model is None:
            self._model = chunk.get("model")
        choices = chunk.get("choices")
        if not choices:
            return ""
        choice = choices[0]
        if reason := choice.get("finish_reason"):
            self.finish_reason = reason
        delta = choice.get("delta") or choice.get("message")
        if not delta:
            return ""
        if calls := delta.get("tool_calls"):
            for position, call in enumerate(calls):
                self._add_call(call, position=position)
        text = delta.get("content") or ""
        if refusal := delta.get("refusal"):
            self._refused = True
            text += refusal
        return text if isinstance(text, str) else _text_of(text)

    def _add_call(self, piece: Json, *, position: int) -> None:
        function: Json = piece.get("function") or {}
        call = self._find_call(
            piece.get("index"), piece.get("id") or None, named=bool(function.get("name")), position=position
        )
        if (name := function.get("name")) and not call.name:
            call.name = name
        arguments = function.get("arguments")
        if isinstance(arguments, str):
            call.arguments.append(arguments)
        elif arguments is not None:
            call.arguments.append(orjson.dumps(arguments).decode())

    def _find_call(self, index: int | None, call_id: str | None, *, named: bool, position: int) -> _Call:
        """Slots go by index; a new id under a known index is another call, as some servers send 0 for all."""
        for call in reversed(self._calls):
            same_id = call_id is None or call.call_id is None or call.call_id == call_id
            if index is not None and call.index == index and same_id:
                call.call_id = call.call_id or call_id
                return call
            if index is None and call_id is not None and call.call_id == call_id:
                return call
        if index is None and call_id is None and not named and self._calls:
            return self._calls[min(position, len(self._calls) - 1) if position else -1]
        call = _Call(index, call_id)
        self._calls.append(call)
        return call

    def finish(self) -> AIMessageChunk:
        """The closing chunk: tool calls, usage and why it ended; raises if the vendor's filter stopped the answer."""
        if self.finish_reason == "content_filter":
            raise ModelContentFilteredError("the provider's content filter stopped the answer")
        calls: list[ToolCall] = []
        invalid: list[InvalidToolCall] = []
        for call in self._calls:
            _sort_in(call, calls, invalid)
        metadata: Json = {"finish_reason": "refusal" if self._refused else self.finish_reason}
        if self._model:
            metadata["model_name"] = self._model
        return AIMessageChunk(
            content="",
            tool_calls=calls,
            invalid_tool_calls=invalid,
            usage_metadata=_usage_of(self._usage) if self._usage else None,
            response_metadata=metadata,
            chunk_position="last",
        )


def _sort_in(call: _Call, calls: list[ToolCall], invalid: list[InvalidToolCall]) -> None:
    text = "".join(call.arguments)
    call_id = call.call_id or f"call_{uuid4().hex[:24]}"
    try:
        arguments: Any = orjson.loads(text) if text.strip() else {}
        if isinstance(arguments, str):  # some servers encode the arguments twice
            arguments = orjson.loads(arguments)
    except orjson.JSONDecodeError as error:
        problem = str(error)
    else:
        if isinstance(arguments, dict) and call.name:
            known = cast("Json", arguments)
            calls.append(ToolCall(name=call.name, args=known, id=call_id, type="tool_call"))
            return
        problem = "no name" if not call.name else "arguments are not an object"
    invalid.append(InvalidToolCall(name=call.name, args=text, id=call_id, error=problem, type="invalid_tool_call"))


def _usage_of(usage: Json) -> UsageMetadata:
    prompt = int(usage.get("prompt_tokens") or 0)
    output = int(usage.get("completion_tokens") or 0)
    details: Mapping[str, Any] = usage.get("prompt_tokens_details") or {}
    cached = details.get("cached_tokens") or usage.get("prompt_cache_hit_tokens") or 0
    found = UsageMetadata(input_tokens=prompt, output_tokens=output, total_tokens=prompt + output)
    if cached:
        found["input_token_details"] = InputTokenDetails(cache_read=int(cached))
    return found


def _status_in(body: Json) -> int:
    """The HTTP status that an error inside a stream stands for."""
    error: Any = body.get("error")
    code = cast("Json", error).get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and 400 <= code < 600:
        return code
    words = str(cast("Any", error)).lower()
    if "rate_limit" in words or "rate limit" in words:
        return 429
    return 400 if "invalid_request" in words or "context_length" in words or "content_filter" in words else 500


def error_of_body(body: Any, *, status: int, retry_after_seconds: float | None = None) -> ModelError:
    """The coded error for a body in OpenAI's error shape, or in whatever shape the server answers."""
    error: Any = cast("Json", body).get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        shown = cast("Json", error)
        parts = [str(shown.get(key)) for key in ("message", "code", "type", "param") if shown.get(key)]
        detail = " · ".join(parts) or str(shown)
    else:
        detail = str(error)
    return error_from_status(status, f"HTTP {status}: {detail[:600]}", retry_after_seconds=retry_after_seconds)


def parse(data: bytes) -> Json:
    """One JSON object; raises `ModelMalformedAnswerError` otherwise."""
    try:
        value: Any = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ModelMalformedAnswerError(f"the provider sent what is not JSON: {data[:120]!r}") from error
    if not isinstance(value, dict):
        raise ModelMalformedAnswerError(f"the provider sent no JSON object: {data[:120]!r}")
    return cast("Json", value)
