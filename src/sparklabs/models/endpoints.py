"""The models over HTTP: which ones may be chosen here."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import Page
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service
from sparklabs.models.profiles import ProviderName
from sparklabs.models.service import ChatModels

router = APIRouter(prefix="/api/v1/models", tags=["models"], responses=PROBLEMS, route_class=JsonRoute)


class ModelOut(BaseModel):
    """A model that stands ready; prices are per million tokens."""

    model: str
    provider: ProviderName
    is_default: bool = Field(description="What `auto` comes down to with this provider.")
    context_tokens: int | None
    currency: str
    input_micros: int | None = Field(description="Micro-units; null where no price is known.")
    output_micros: int | None


class ModelsOut(Page[ModelOut]):
    """The models to choose from."""

    open_ended: bool = Field(description="A server of your own is asked too, which may know further names.")


@router.get("")
async def list_models(
    principal: Annotated[Principal, require("agents:read")],
    models: Annotated[ChatModels, Depends(service(ChatModels, "models"))],
) -> ModelsOut:
    """The models that stand ready here; `offline` always does."""
    del principal
    items = [ModelOut.model_validate(each, from_attributes=True) for each in models.offered()]
    return ModelsOut(items=items, next_cursor=None, total=len(items), open_ended=models.is_open_ended)
