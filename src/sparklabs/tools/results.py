"""What a call gives back, made safe to keep: bounded in size, free of secrets, with its plain sentence."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, cast

import orjson

from sparklabs.tools.schemas import ToolFault, ToolResult

MOST_BYTES = 64 * 1024
"""Largest JSON of one result that is kept and shown to a model."""

_SLOT = re.compile(r"\{([A-Za-z_][\w.]*)\}")
_HIDDEN = "•••"
_CUT = "… [cut here: the result was larger than {limit} kB]"
_SHORTEST_SECRET = 4


def finish(result: ToolResult, *, say: str | None, secrets: Iterable[str]) -> ToolResult:
    """The result as it may be stored and shown."""
    hidden = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    content = _plain(result.content)
    text = result.text
    if result.ok and text is None and say:
        text = render(say, content)
    if hidden:
        content = _map_text(content, partial(_hide, secrets=hidden))
        text = _hide(text, hidden) if text else text
    error = _hide_fault(result.error, hidden) if result.error else None
    return replace(result, content=_bounded(content), text=text, error=error)


def render(template: str, content: Any) -> str | None:
    """The sentence with the result's fields filled in, `{a.b}` going deeper; None when one is absent."""
    try:
        return _SLOT.sub(lambda match: _show(_dig(content, match.group(1))), template)
    except LookupError:
        return None


def _dig(content: Any, path: str) -> Any:
    for part in path.split("."):
        content = content[int(part) if isinstance(content, list) and part.isdigit() else part]
    if content is None:
        raise LookupError(path)
    return content


def _show(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_show(each) for each in cast(list[Any], value))
    return str(value)


def _plain(content: Any) -> Any:
    """Through JSON and back, so that what is shown is exactly what is stored."""
    return orjson.loads(orjson.dumps(content, default=str, option=orjson.OPT_NON_STR_KEYS))


def _hide_fault(fault: ToolFault, secrets: list[str]) -> ToolFault:
    hint = _hide(fault.hint, secrets) if fault.hint else None
    return replace(fault, message=_hide(fault.message, secrets), hint=hint)


def _hide(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text


def _map_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_map_text(each, change) for each in cast(list[Any], value)]
    if isinstance(value, dict):
        return {change(str(key)): _map_text(each, change) for key, each in cast(dict[Any, Any], value).items()}
    return value


def _bounded(content: Any) -> Any:
    size = len(orjson.dumps(content))
    if size <= MOST_BYTES:
        return content
    mark = _CUT.format(limit=MOST_BYTES // 1024)
    if isinstance(content, str):
        return content.encode()[: MOST_BYTES - 256].decode(errors="ignore") + mark
    if isinstance(content, list):
        return {"items": _fitting(cast(list[Any], content)), "truncated": mark, "total": len(cast(list[Any], content))}
    if isinstance(content, dict):
        return _bounded_object(cast(dict[str, Any], content), mark)
    return content


def _bounded_object(content: dict[str, Any], mark: str) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    room = MOST_BYTES - 512
    for name, value in sorted(content.items(), key=lambda item: len(orjson.dumps(item[1]))):
        kept[name] = _squeezed(value, room=room - len(name) - 4, mark=mark)
        room -= min(room, len(orjson.dumps(kept[name])) + len(name) + 4)
    return {**{name: kept[name] for name in content}, "truncated": mark}


def _squeezed(value: Any, *, room: int, mark: str) -> Any:
    if len(orjson.dumps(value)) <= room:
        return value
    if isinstance(value, str):
        return value.encode()[: max(0, room // 2)].decode(errors="ignore") + mark
    if isinstance(value, list):
        return _fitting(cast(list[Any], value), room=room)
    return mark


def _fitting(items: list[Any], *, room: int = MOST_BYTES - 512) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        room -= len(orjson.dumps(item)) + 1
        if room < 0:
            break
        kept.append(item)
    return kept
