"""A lean LangChain chat model for any OpenAI-compatible Chat Completions URL, over aiohttp instead of the vendor's SDK.

It always streams. What the wire looks like is in `openai_wire`; retries, time-outs and costs are the service's matter.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import aiohttp
import orjson
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, agenerate_from_stream
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from multidict import CIMultiDict
from pydantic import ConfigDict, PrivateAttr, SecretStr
from yarl import URL

from sparklabs.models import lean
from sparklabs.models.errors import (
    ModelError,
    ModelRequestRejectedError,
    ModelStreamCutError,
    ModelUnreachableError,
    ModelUnusableAnswerError,
)
from sparklabs.models.providers.http_pool import HttpPool
from sparklabs.models.providers.openai_wire import AnswerAssembler, error_of_body, parse, wire_messages
from sparklabs.models.providers.sse import SseDecoder

DEFAULT_BASE_URL = "https://api.openai.com/v1"
_DONE = b"[DONE]"
_DRAIN_SECONDS = 0.05
_MAX_BODY_BYTES = 64 * 1024 * 1024
_MAX_ERROR_BYTES = 64 * 1024

# What a server may refuse although its protocol is "compatible"; each is left out or renamed once it has said so.
_DISPENSABLE = ("stream_options", "temperature", "max_completion_tokens", "max_tokens", "parallel_tool_calls")
_OTHER_NAME = {"max_completion_tokens": "max_tokens", "max_tokens": "max_completion_tokens"}


class OpenAiCompatibleChatModel(BaseChatModel):
    """One model behind one base URL; `_astream` yields text as it comes and one closing chunk with the rest."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model_name: str
    base_url: str = DEFAULT_BASE_URL
    api_key: SecretStr | None = None
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    accepts_temperature: bool = True
    pool: HttpPool

    _url: URL = PrivateAttr()
    _headers: CIMultiDict[str] = PrivateAttr()
    _renamed: dict[str, str | None] = PrivateAttr(default_factory=dict[str, "str | None"])

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        self._url = URL(self.base_url.rstrip("/") + "/chat/completions")
        self._headers = CIMultiDict({"Content-Type": "application/json", "Accept": "text/event-stream"})
        if self.api_key is not None:
            self._headers["Authorization"] = f"Bearer {self.api_key.get_secret_value()}"

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    def _payload(self, messages: list[BaseMessage], options: Mapping[str, Any]) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "model": self.model_name,
            "messages": wire_messages(messages),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if options.get("tools"):
            payload["tools"] = options["tools"]
        if options.get("stop"):
            payload["stop"] = options["stop"]
        if self.accepts_temperature and options.get("temperature") is not None:
            payload["temperature"] = options["temperature"]
        if options.get("max_tokens") is not None:
            payload[self.max_tokens_field] = options["max_tokens"]
        for name, other in self._renamed.items():
            if name in payload:
                value = payload.pop(name)
                if other:
                    payload[other] = value
        return payload

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002 - LangChain's signature
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """Options: `tools` (wire shape), `temperature`, `max_tokens`. Raises `ModelError`s only."""
        response = await self._open(messages, {**kwargs, "stop": stop})
        assembler = AnswerAssembler()
        try:
            async for events in _batches_of(response):
                # What arrived in one piece leaves in one piece: a fast server costs no object per word.
                if text := "".join([assembler.add(parse(data)) for data in events]):
                    yield lean.text_chunk(text)
        except (aiohttp.ClientError, ConnectionError) as error:
            raise ModelStreamCutError(f"the connection broke in the middle of the answer: {error}") from error
        finally:
            await _release(response, finished=assembler.finish_reason is not None)
        if assembler.finish_reason is None:
            raise ModelStreamCutError("the stream ended before the answer did")
        yield ChatGenerationChunk(message=assembler.finish())

    async def _open(self, messages: list[BaseMessage], options: Mapping[str, Any]) -> aiohttp.ClientResponse:
        """Send the question; a server that refuses an optional parameter is asked again without it, at most thrice."""
        for _ in range(4):
            payload = self._payload(messages, options)
            response = await self._post(orjson.dumps(payload))
            if response.status < 300:
                return response
            error = await _read_error(response)
            refused = _refused_parameter(error, payload)
            if refused is None:
                raise error
            self._renamed[refused] = _OTHER_NAME.get(refused) if refused not in self._renamed.values() else None
        raise ModelRequestRejectedError(f"{self.base_url} refuses one parameter after another")

    async def _post(self, body: bytes) -> aiohttp.ClientResponse:
        session = self.pool.session()
        for attempt in (1, 2):
            try:
                return await session.post(self._url, data=body, headers=self._headers, allow_redirects=False)
            except (aiohttp.ServerDisconnectedError, ConnectionResetError) as error:
                # A kept-alive connection that the server had just given up says nothing; a fresh one does.
                if attempt == 2:
                    raise ModelUnreachableError(f"{self._url.host} closed the connection without an answer") from error
            except aiohttp.ConnectionTimeoutError as error:
                raise ModelUnreachableError(f"no connection to {self._url.host} in time") from error
            except (aiohttp.ClientError, OSError) as error:
                raise ModelUnreachableError(f"cannot reach {self._url.host}: {error}") from error
        raise ModelUnreachableError(f"cannot reach {self._url.host}")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return await agenerate_from_stream(self._astream(messages, stop, run_manager, **kwargs))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - LangChain's signature
        **kwargs: Any,
    ) -> ChatResult:
        async def alone() -> ChatResult:
            model = self.model_copy(update={"pool": HttpPool()})
            try:
                return await model._agenerate(messages, stop, **kwargs)
            finally:
                await model.pool.aclose()

        return asyncio.run(alone())


async def _batches_of(response: aiohttp.ClientResponse) -> AsyncIterator[list[bytes]]:
    """The events of each piece read, up to `[DONE]`; a server that answers plain JSON instead gives it as one event."""
    if response.content_type == "application/json":
        yield [await _read_whole(response)]
        return
    decoder = SseDecoder()
    while piece := await response.content.readany():
        events = decoder.feed(piece)
        if _DONE in events:
            yield events[: events.index(_DONE)]
            return
        yield events
    yield [data for data in decoder.finish() if data != _DONE]


async def _read_whole(response: aiohttp.ClientResponse) -> bytes:
    body = await response.content.read(_MAX_BODY_BYTES)
    if not response.content.at_eof():
        raise ModelUnusableAnswerError(f"the answer is larger than {_MAX_BODY_BYTES} bytes")
    return body


async def _release(response: aiohttp.ClientResponse, *, finished: bool) -> None:
    """Give the connection back when the answer was read to its end, else close it, which also stops the server."""
    if finished and not response.content.is_eof():
        with contextlib.suppress(TimeoutError, aiohttp.ClientError, ConnectionError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await response.content.wait_eof()
    if response.content.is_eof():
        response.release()
    else:
        response.close()


async def _read_error(response: aiohttp.ClientResponse) -> ModelError:
    try:
        body = await response.content.read(_MAX_ERROR_BYTES)
    except (aiohttp.ClientError, ConnectionError):
        body = b""
    finally:
        response.release()
    wait = _retry_after(response.headers)
    try:
        shown: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        shown = body.decode("utf-8", "replace").strip() or (response.reason or "no body")
    return error_of_body(shown, status=response.status, retry_after_seconds=wait)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3: seconds or a date; `retry-after-ms` is OpenAI's finer form)."""
    try:
        if exact := headers.get("retry-after-ms"):
            return max(0.0, float(exact) / 1000)
        if not (value := headers.get("Retry-After")):
            return None
        if value.strip().replace(".", "", 1).isdigit():
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _refused_parameter(error: ModelError, payload: Mapping[str, Any]) -> str | None:
    """The optional parameter that a 400 names as unknown or unsupported, if we sent it."""
    if not isinstance(error, ModelRequestRejectedError):
        return None
    words = error.detail.lower()
    return next((name for name in _DISPENSABLE if name in payload and name in words), None)
