"""The outbox at the edge."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

MessageState = Literal["held", "sending", "sent", "failed"]


class OutboxMessageOut(BaseModel):
    """A message that leaves the platform, or waits here because nothing is connected that could send it."""

    id: UUID
    channel: str = Field(examples=["email"])
    recipient: str = Field(description="E-mail address or telephone number; empty when it can no longer be read.")
    subject: str
    body: str
    state: MessageState = Field(description="`held`: no provider is connected, nothing was sent.")
    conversation_id: UUID | None = None
    contact_id: UUID | None = None
    created_at: datetime
    sent_at: datetime | None = None
