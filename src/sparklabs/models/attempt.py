"""One attempt at one target: streams its answer under the time-outs and raises nothing but coded errors."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import cast

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGenerationChunk

from sparklabs.models.answer import AnswerCollector, find_flaw
from sparklabs.models.chain import Target
from sparklabs.models.errors import ModelError, ModelTimeoutError
from sparklabs.models.providers.base import ASKED, Provider
from sparklabs.models.schemas import ChatRequest, TextDelta

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """The attempt's whole answer and the messages that were really asked."""

    message: AIMessage
    asked: list[BaseMessage]


async def ask(
    provider: Provider, target: Target, request: ChatRequest, *, first_byte_seconds: float
) -> AsyncGenerator[TextDelta | Answered, None]:
    """Text as it comes, then one `Answered`; closing this generator closes the connection to the vendor.

    The time-outs stand around each wait for the vendor, never around a `yield`, so a slow listener is not cut off.
    """
    started = time.monotonic()
    loop_started = asyncio.get_running_loop().time()
    total = loop_started + request.timeout_seconds
    deadline = min(total, loop_started + first_byte_seconds)
    collector = AnswerCollector()
    try:
        call = provider.prepare(target, request)
        # `astream` adds callbacks, tracing and merging on every chunk; the hook below it is the plain stream.
        stream = call.model._astream(call.messages, **call.options)  # pyright: ignore[reportPrivateUsage]
        async with aclosing(cast("AsyncGenerator[ChatGenerationChunk, None]", stream)) as chunks:
            while True:
                async with asyncio.timeout_at(deadline):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                deadline = total
                if text := collector.add(chunk):
                    yield TextDelta(text)
        message = collector.finish()
    except TimeoutError as error:
        waited = time.monotonic() - started
        what = "the first byte" if deadline != total else "the end of the answer"
        raise ModelTimeoutError(f"{target.model} did not send {what} within {waited:.0f} s") from error
    except ModelError:
        raise
    except Exception as error:
        coded = provider.find_error(error)
        if coded is None:
            # A defect in one vendor's client must not keep the next model of the chain from answering.
            logger.exception("model client failed", extra={"provider": target.provider, "model": target.model})
            coded = ModelError(f"{target.provider}'s client failed: {type(error).__name__}: {error}")
        raise coded from error
    if (fault := provider.find_fault(message) or find_flaw(message)) is not None:
        raise fault
    message.response_metadata[ASKED] = f"{target.provider}/{target.model}"
    yield Answered(message, call.messages)
