"""The provider `offline`: our own modest model that needs no account, as the last in every chain."""

from langchain_core.messages import AIMessage

from sparklabs.models.chain import Target
from sparklabs.models.errors import ModelError
from sparklabs.models.providers.base import Call
from sparklabs.models.schemas import ChatRequest


class OfflineProvider:
    """Makes an offline model per request, for its tools, its hour and its place."""

    def prepare(self, _target: Target, request: ChatRequest, /) -> Call:
        """A fresh model; what is expensive in it is shared inside `models.offline`."""
        from sparklabs.models.offline import OfflineChatModel

        model = OfflineChatModel(tools=tuple(request.tools), now=request.now, locale=request.locale)
        return Call(model, list(request.messages))

    def find_fault(self, _message: AIMessage, /) -> ModelError | None:
        """None: it cannot be cut."""
        return None

    def find_error(self, error: Exception, /) -> ModelError | None:
        """Whatever else it raises is a defect of ours and shown as such."""
        return error if isinstance(error, ModelError) else None

    async def aclose(self) -> None:
        """Nothing is open."""
