"""The small interface every provider module offers to the service, and what those over vendors' SDKs share."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import aiohttp
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage

from sparklabs.models.chain import Target
from sparklabs.models.errors import ModelError, ModelStreamCutError, ModelTimeoutError, ModelUnreachableError
from sparklabs.models.schemas import ChatRequest

# Under this name an answer's metadata says which target it came from; thinking blocks are valid only there.
ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Call:
    """A request in a vendor's words: the LangChain model, its messages, and the arguments for its stream."""

    model: BaseChatModel
    messages: list[BaseMessage]
    options: dict[str, Any] = field(default_factory=dict[str, Any])


class Provider(Protocol):
    """A vendor: says a request in its words, judges its answers and reads its errors."""

    def prepare(self, target: Target, request: ChatRequest, /) -> Call:
        """The call to make; providers remember models that are expensive to build."""
        ...

    def find_fault(self, message: AIMessage, /) -> ModelError | None:
        """What is wrong with an answer that came without an error: cut short, or stopped by a filter."""
        ...

    def find_error(self, error: Exception, /) -> ModelError | None:
        """The coded error for what the vendor's client raised, or None when it is a defect of ours."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(dict[Key, Value]):
    """Remembers the latest `limit` values; tenants' keys come and go, their models must not stay for ever."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def __setitem__(self, key: Key, value: Value) -> None:
        if key not in self and len(self) >= self._limit:
            del self[next(iter(self))]
        super().__setitem__(key, value)


def without_foreign_blocks(messages: Sequence[BaseMessage], target: Target) -> list[BaseMessage]:
    """The messages with other models' block lists made plain text: their thinking means nothing here and is refused."""
    own = f"{target.provider}/{target.model}"
    return [_plain(message) if _is_foreign(message, own) else message for message in messages]


def _is_foreign(message: BaseMessage, own: str) -> bool:
    return isinstance(message, AIMessage) and message.response_metadata.get(ASKED) != own


def _plain(message: BaseMessage) -> BaseMessage:
    if isinstance(message.content, str) and not message.additional_kwargs:
        return message
    return message.model_copy(update={"content": message.text, "additional_kwargs": {}})


def find_transport_error(error: Exception, *, vendor: str) -> ModelError | None:
    """The coded error for a broken connection under a vendor's SDK, whichever HTTP library it stands on."""
    names = {cls.__name__ for cls in type(error).__mro__}
    if "TimeoutException" in names or "APITimeoutError" in names:
        return ModelTimeoutError(f"{vendor} did not answer in time")
    if "RemoteProtocolError" in names or "ReadError" in names or isinstance(error, aiohttp.ClientPayloadError):
        return ModelStreamCutError(f"the connection to {vendor} broke in the middle of the answer")
    if "TransportError" in names or "APIConnectionError" in names or isinstance(error, aiohttp.ClientError | OSError):
        return ModelUnreachableError(f"cannot reach {vendor}: {error}")
    return None
