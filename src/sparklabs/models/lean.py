"""LangChain messages made without Pydantic's walk over every field: their contents are our own, and already checked."""

from typing import Any, TypeVar

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.outputs import ChatGenerationChunk
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)
_set = object.__setattr__


def make(kind: type[M], fields: dict[str, Any]) -> M:
    """An object of that model with exactly these fields; what `model_construct` does, for a fifth of its time."""
    made = kind.__new__(kind)
    _set(made, "__dict__", fields)
    _set(made, "__pydantic_fields_set__", set(fields))
    _set(made, "__pydantic_extra__", {} if kind.model_config.get("extra") == "allow" else None)
    _set(made, "__pydantic_private__", None)
    return made


def _message(kind: type[M], type: str, content: str, **more: Any) -> M:
    fields: dict[str, Any] = {
        "content": content,
        "additional_kwargs": {},
        "response_metadata": {},
        "type": type,
        "name": None,
    }
    return make(kind, {**fields, "id": None, **more})


def system(text: str) -> SystemMessage:
    return _message(SystemMessage, "system", text)


def human(text: str, *, more: dict[str, Any]) -> HumanMessage:
    """`more` are its `additional_kwargs`."""
    return _message(HumanMessage, "human", text, additional_kwargs=more)


def ai(text: str, *, tool_calls: list[dict[str, Any]] | None = None) -> AIMessage:
    return _message(AIMessage, "ai", text, tool_calls=tool_calls or [], invalid_tool_calls=[], usage_metadata=None)


def tool(content: str, *, call_id: str, name: str, ok: bool = True, artifact: Any = None) -> ToolMessage:
    status = "success" if ok else "error"
    return _message(ToolMessage, "tool", content, tool_call_id=call_id, name=name, status=status, artifact=artifact)


def text_chunk(text: str) -> ChatGenerationChunk:
    """A piece of an answer as a chat model streams it."""
    message: BaseMessage = _message(
        AIMessageChunk,
        "AIMessageChunk",
        text,
        tool_calls=[],
        invalid_tool_calls=[],
        tool_call_chunks=[],
        usage_metadata=None,
        chunk_position=None,
    )
    return make(
        ChatGenerationChunk,
        {"text": text, "message": message, "generation_info": None, "type": "ChatGenerationChunk"},
    )
