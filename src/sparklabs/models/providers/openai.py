"""The provider `openai`: the vendor itself and every compatible server, through our own chat model."""

from typing import Any

from langchain_core.messages import AIMessage
from pydantic import SecretStr

from sparklabs.models.chain import Target
from sparklabs.models.errors import ModelError
from sparklabs.models.providers.base import Call, Recent
from sparklabs.models.providers.http_pool import HttpPool
from sparklabs.models.providers.openai_compatible import DEFAULT_BASE_URL, OpenAiCompatibleChatModel
from sparklabs.models.providers.openai_wire import wire_tools
from sparklabs.models.schemas import ChatRequest

MAX_MODELS = 256


class OpenAiProvider:
    """Keeps one pool of connections and one model object per target."""

    def __init__(self) -> None:
        self._pool = HttpPool()
        self._models: Recent[Target, OpenAiCompatibleChatModel] = Recent(MAX_MODELS)

    def prepare(self, target: Target, request: ChatRequest, /) -> Call:
        """Messages as they are, tools as ready bytes."""
        options: dict[str, Any] = {"temperature": request.temperature, "max_tokens": request.max_tokens}
        if request.tools:
            options["tools"] = wire_tools(request.tools)
        return Call(self._model(target), list(request.messages), options)

    def find_fault(self, _message: AIMessage, /) -> ModelError | None:
        """None: the model raises on a stream without its end."""
        return None

    def find_error(self, error: Exception, /) -> ModelError | None:
        """The model raises coded errors already."""
        return error if isinstance(error, ModelError) else None

    async def aclose(self) -> None:
        """Close the pool."""
        await self._pool.aclose()

    def _model(self, target: Target) -> OpenAiCompatibleChatModel:
        if (known := self._models.get(target)) is not None:
            return known
        model = OpenAiCompatibleChatModel(
            model_name=target.model,
            base_url=target.base_url or DEFAULT_BASE_URL,
            api_key=SecretStr(target.api_key) if target.api_key else None,
            max_tokens_field=target.profile.max_tokens_field,
            accepts_temperature=target.profile.accepts_temperature,
            pool=self._pool,
        )
        self._models[target] = model
        return model
