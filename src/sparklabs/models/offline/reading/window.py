"""Reads the message list into turns; holds no state of its own, so a window may be cut or rebuilt at will."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool gave: content, or what went wrong and what to do about it."""

    ok: bool
    content: Any
    text: str | None = None
    message: str = ""
    hint: str = ""
    code: str = ""
    field: str = ""
    citations: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call of ours and its outcome, if it has come."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the contact, what we had said before it and what we did and said after it."""

    text: str
    now: datetime
    before: str = ""
    calls: tuple[Call, ...] = ()
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The conversation as far as we are shown it; the last turn is the one to answer."""

    system: str
    turns: tuple[Turn, ...]

    @property
    def current(self) -> Turn:
        return self.turns[-1]


@dataclass(slots=True)
class _Draft:
    text: str
    now: datetime
    before: str
    calls: list[Call] = field(default_factory=list[Call])
    reply: str = ""

    def freeze(self) -> Turn:
        return Turn(self.text, self.now, self.before, tuple(self.calls), self.reply)


def read_window(messages: Sequence[BaseMessage], *, now: datetime) -> Window:
    """Turns of a message list. A human message may carry `additional_kwargs["sent_at"]` (ISO 8601): the moment that
    its "tomorrow" counts from; without it `now` serves."""
    system = "\n".join(text_of(message) for message in messages if isinstance(message, SystemMessage))
    drafts: list[_Draft] = []
    said = ""
    for message in messages:
        if isinstance(message, HumanMessage):
            drafts.append(_Draft(text_of(message), _moment_of(message, now), said))
            said = ""
        elif isinstance(message, AIMessage):
            said = text_of(message) or said
            if drafts:
                drafts[-1].reply = said
                drafts[-1].calls += [
                    Call(str(call.get("id") or ""), call["name"], dict(call["args"])) for call in message.tool_calls
                ]
        elif isinstance(message, ToolMessage) and drafts:
            _settle(drafts[-1].calls, message)
    if not drafts:
        drafts.append(_Draft("", now, said))
    return Window(system, tuple(draft.freeze() for draft in drafts))


def text_of(message: BaseMessage) -> str:
    """The plain text of a message, whatever blocks it is made of."""
    content: Any = message.content
    if isinstance(content, str):
        return content.strip()
    parts = [block if isinstance(block, str) else str(block.get("text", "")) for block in content]
    return "\n".join(part for part in parts if part).strip()


def _moment_of(message: HumanMessage, now: datetime) -> datetime:
    sent_at = message.additional_kwargs.get("sent_at")
    if not isinstance(sent_at, str):
        return now
    try:
        moment = datetime.fromisoformat(sent_at)
    except ValueError:
        return now
    return moment.astimezone(now.tzinfo) if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def _settle(calls: list[Call], message: ToolMessage) -> None:
    for index, call in enumerate(calls):
        if call.outcome is None and call.call_id == message.tool_call_id:
            calls[index] = Call(call.call_id, call.name, call.arguments, read_outcome(message))
            return


def read_outcome(message: ToolMessage) -> Outcome:
    """A tool message's JSON: bare content, or wrapped as `{ok, content, text, error, citations}`."""
    raw = text_of(message)
    try:
        content: Any = json.loads(raw)
    except ValueError:
        content = raw
    wrapped = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    error: Any = wrapped.get("error")
    if message.status == "error" or error or wrapped.get("ok") is False:
        return _failure(content, error)
    if wrapped.get("ok") is True and "content" in wrapped:
        citations: list[dict[str, Any]] = wrapped.get("citations") or []
        return Outcome(True, wrapped["content"], text=wrapped.get("text"), citations=tuple(citations))
    return Outcome(True, content)


def _failure(content: Any, error: Any) -> Outcome:
    fault: Any = error or content
    if isinstance(fault, dict):
        known = cast("dict[str, Any]", fault)
        message = known.get("message") or known.get("detail") or known.get("title") or "it did not work"
        return Outcome(
            False, content, message=str(message), hint=str(known.get("hint") or ""),
            code=str(known.get("code") or ""), field=str(known.get("field") or "").rsplit("/", 1)[-1],
        )  # fmt: skip
    return Outcome(False, content, message=str(fault))
