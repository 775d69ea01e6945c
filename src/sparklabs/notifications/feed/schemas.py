"""Events as readers get them: the CloudEvents 1.0 envelope in JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class EventOut(BaseModel):
    """One event (CloudEvents 1.0; `sequence` after its extension of that name)."""

    specversion: Literal["1.0"] = "1.0"
    id: UUID = Field(description="The same wherever the event is told; whoever hears it twice knows it by this.")
    source: str = Field(examples=["/agents/acme-sales"])
    type: str = Field(examples=["dev.sparklabs.conversation.opened"])
    subject: str | None = None
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: str = Field(description="Grows within the workspace, with gaps; may be committed out of order.")
    schemaversion: int
    data: dict[str, Any] = Field(description="Ids and codes, never what a customer said.")
