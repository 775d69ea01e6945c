"""The provider `google`: Gemini through LangChain's client."""

import re
from typing import Any, cast

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from pydantic import SecretStr

from sparklabs.models.chain import Target
from sparklabs.models.errors import (
    ModelContentFilteredError,
    ModelError,
    ModelKeyRejectedError,
    ModelMalformedAnswerError,
    ModelStreamCutError,
    ModelUnusableAnswerError,
    error_from_status,
)
from sparklabs.models.providers.base import Call, Recent, find_transport_error, without_foreign_blocks
from sparklabs.models.schemas import ChatRequest, ToolSchema

MAX_MODELS = 64

# Source: ai.google.dev/api/generate-content, FinishReason.
_FILTER_REASONS = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE"}
_BROKEN_REASONS = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE", "MISSING_THOUGHT_SIGNATURE"}


class GoogleProvider:
    """Keeps one client per target; the SDK's own retries are off (there `1` means one attempt)."""

    def __init__(self) -> None:
        self._models: Recent[Target, BaseChatModel] = Recent(MAX_MODELS)

    def prepare(self, target: Target, request: ChatRequest, /) -> Call:
        """The three parts, each in the vendor's words."""
        return Call(self._model(target), _messages(target, request), _options(target, request))

    def find_fault(self, message: AIMessage, /) -> ModelError | None:
        """A whole answer names its `finish_reason`; a blocked prompt has none and says why elsewhere."""
        reason = str(message.response_metadata.get("finish_reason") or "")
        feedback = cast("dict[str, Any]", message.response_metadata.get("prompt_feedback") or {})
        if reason in _FILTER_REASONS or feedback.get("block_reason"):
            return ModelContentFilteredError(f"Google's filter stopped the answer ({reason or 'prompt blocked'})")
        if reason in _BROKEN_REASONS:
            return ModelUnusableAnswerError(f"Gemini did not finish a tool call ({reason})")
        return None if reason else ModelStreamCutError("the stream ended before the answer did")

    def find_error(self, error: Exception, /) -> ModelError | None:
        """By the status in the SDK's error, which LangChain's may only carry as its cause."""
        from google.genai.errors import APIError

        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, APIError):
            cause = cause.__cause__
        if isinstance(cause, APIError):
            detail = f"HTTP {cause.code}: {cause.message or cause}"
            if cause.code == 400 and "api key" in detail.lower():  # Google answers 400 to a wrong key
                return ModelKeyRejectedError(detail, hint="Check the provider's API key.")
            return error_from_status(cause.code, detail, retry_after_seconds=_retry_delay(cause))
        if (found := find_transport_error(error, vendor="Google")) is not None:
            return found
        if isinstance(error, ValueError) and "JSON" in str(error):
            return ModelMalformedAnswerError(f"Google sent what is not JSON: {error}")
        return None

    async def aclose(self) -> None:
        """Forget the clients; the SDK closes their connections with them."""
        self._models.clear()

    def _model(self, target: Target) -> BaseChatModel:
        """The client of the target; the time-out is ours."""
        if (known := self._models.get(target)) is not None:
            return known
        from langchain_google_genai import ChatGoogleGenerativeAI

        model = ChatGoogleGenerativeAI(
            model=target.model,
            api_key=SecretStr(target.api_key or ""),
            base_url=target.base_url,
            max_retries=1,
            vertexai=False,
        )
        self._models[target] = model
        return model


def _options(target: Target, request: ChatRequest) -> dict[str, Any]:
    """Google has a structure of its own for temperature and length."""
    config: dict[str, Any] = {}
    if request.temperature is not None and target.profile.accepts_temperature:
        config["temperature"] = request.temperature
    if request.max_tokens is not None:
        config["max_output_tokens"] = request.max_tokens
    options: dict[str, Any] = {"generation_config": config} if config else {}
    if request.tools:
        options["tools"] = [_wire_tool(tool) for tool in request.tools]
    return options


def _messages(target: Target, request: ChatRequest) -> list[BaseMessage]:
    """As they are, but for other models' blocks."""
    return without_foreign_blocks(request.messages, target)


def _wire_tool(tool: ToolSchema) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}


def _retry_delay(error: BaseException) -> float | None:
    """Seconds in google.rpc.RetryInfo, as in `'retryDelay': '12.5s'`."""
    found = re.search(r"retryDelay\W+([0-9.]+)s", str(vars(error).get("details")))
    return float(found.group(1)) if found else None
