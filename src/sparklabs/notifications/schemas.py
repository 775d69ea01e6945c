"""Notifications at the edge."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sparklabs.notifications.kinds import Kind, Severity

MOST_IDS = 200


class NotificationOut(BaseModel):
    """Something a person should see; `data` holds the ids and names that its sentence needs, nothing personal."""

    id: UUID
    kind: Kind
    severity: Severity
    subject: str = Field(description="What it is about, as `kind:id`.", examples=["conversation:0198…"])
    data: dict[str, Any]
    occurrences: int = Field(description="How often it happened before somebody saw it.")
    unread: bool
    created_at: datetime
    updated_at: datetime = Field(description="When it last happened.")


class UnreadOut(BaseModel):
    """What waits to be read."""

    unread: int = Field(description="Counted up to 1,000.")
    grave: int = Field(description="How many of them are grave.")


class ReadIn(BaseModel):
    """Which notifications were read: these, or all up to a moment."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(default=None, max_length=MOST_IDS)
    all_before: datetime | None = Field(default=None, description="All that last happened up to this moment.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.ids is None) == (self.all_before is None):
            raise ValueError("give either ids or all_before")
        if self.all_before is not None and self.all_before.tzinfo is None:
            raise ValueError("all_before needs a time zone")
        return self


class PreferenceOut(BaseModel):
    """Whether the caller wants to be told of a kind."""

    kind: Kind
    severity: Severity
    about: str
    wanted: bool


class PreferencesOut(BaseModel):
    """Every kind that the caller may see."""

    items: list[PreferenceOut]


class PreferencesIn(BaseModel):
    """The kinds to change; others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    wanted: dict[str, bool] = Field(examples=[{"agent_gap": False}], max_length=50)
