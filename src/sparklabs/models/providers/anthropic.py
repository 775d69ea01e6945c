"""The provider `anthropic`, through LangChain's client, with prompt caching on tools and system prompt."""

from typing import Any, cast

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage
from pydantic import SecretStr

from sparklabs.models.chain import Target
from sparklabs.models.errors import (
    ModelContentFilteredError,
    ModelError,
    ModelStreamCutError,
    error_from_status,
)
from sparklabs.models.providers.base import Call, Recent, find_transport_error, without_foreign_blocks
from sparklabs.models.schemas import ChatRequest, ToolSchema

MAX_MODELS = 64
DEFAULT_BASE_URL = "https://api.anthropic.com"
_EPHEMERAL = {"type": "ephemeral"}

# Error events inside a stream carry no status; source: platform.claude.com/docs/en/api/errors.
_STATUS_BY_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


class AnthropicProvider:
    """Keeps one client per target; the SDK's own retries are off, as ours know the other models of the chain."""

    def __init__(self) -> None:
        self._models: Recent[Target, BaseChatModel] = Recent(MAX_MODELS)

    def prepare(self, target: Target, request: ChatRequest, /) -> Call:
        """The three parts, each in the vendor's words."""
        return Call(self._model(target), _messages(target, request), _options(target, request))

    def find_fault(self, message: AIMessage, /) -> ModelError | None:
        """A whole answer names its `stop_reason`."""
        reason = message.response_metadata.get("stop_reason")
        if reason is None:
            return ModelStreamCutError("the stream ended before the answer did")
        if reason == "refusal" and not message.text:
            return ModelContentFilteredError("Anthropic's safety system stopped the answer")
        return None

    def find_error(self, error: Exception, /) -> ModelError | None:
        """By HTTP status, or by the error's type when it came inside the stream."""
        from anthropic import APIError, APIStatusError

        if isinstance(error, APIStatusError):
            body = cast("dict[str, Any]", cast("object", error.body) or {})
            shown = cast("dict[str, Any]", body.get("error") or {})
            kind = str(shown.get("type") or "")
            status = error.status_code if error.status_code >= 400 else _STATUS_BY_TYPE.get(kind, 500)
            detail = f"HTTP {status}: {shown.get('message') or error.message} · {kind}"
            wait = _seconds(error.response.headers.get("retry-after"))
            return error_from_status(status, detail, retry_after_seconds=wait)
        if (found := find_transport_error(error, vendor="Anthropic")) is not None:
            return found
        return ModelError(f"Anthropic's client failed: {error}") if isinstance(error, APIError) else None

    async def aclose(self) -> None:
        """Forget the clients; the SDK closes their connections with them."""
        self._models.clear()

    def _model(self, target: Target) -> BaseChatModel:
        """The client of the target; the time-out is ours."""
        if (known := self._models.get(target)) is not None:
            return known
        from langchain_anthropic import ChatAnthropic

        model = ChatAnthropic(
            model_name=target.model,
            api_key=SecretStr(target.api_key or ""),
            base_url=target.base_url or DEFAULT_BASE_URL,
            max_retries=0,
            timeout=None,
            stop=None,
        )
        self._models[target] = model
        return model


def _options(target: Target, request: ChatRequest) -> dict[str, Any]:
    """The last tool carries a cache breakpoint, which covers all before it."""
    options: dict[str, Any] = {}
    if limit := request.max_tokens or target.profile.max_output_tokens:
        options["max_tokens"] = limit
    if request.temperature is not None and target.profile.accepts_temperature:
        options["temperature"] = request.temperature
    if request.tools:
        tools = [_wire_tool(tool) for tool in request.tools]
        if target.profile.prompt_caching:
            tools[-1]["cache_control"] = _EPHEMERAL
        options["tools"] = tools
    return options


def _messages(target: Target, request: ChatRequest) -> list[BaseMessage]:
    """A leading system prompt becomes one block with a cache breakpoint."""
    messages = without_foreign_blocks(request.messages, target)
    if target.profile.prompt_caching and messages and isinstance(messages[0], SystemMessage) and messages[0].text:
        messages[0] = SystemMessage([{"type": "text", "text": messages[0].text, "cache_control": _EPHEMERAL}])
    return messages


def _wire_tool(tool: ToolSchema) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}


def _seconds(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None
