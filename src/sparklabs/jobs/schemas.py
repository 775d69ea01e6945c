"""Jobs at the edge."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

JobStatus = Literal["todo", "doing", "failed", "aborted", "cancelled", "succeeded"]


class JobFailureOut(BaseModel):
    """Why a job failed the last time."""

    code: str = Field(examples=["database_unavailable"])
    summary: str
    at: datetime


class JobOut(BaseModel):
    """A background job; those that succeed are not kept."""

    id: int
    task: str = Field(examples=["conversations.drain"])
    status: JobStatus
    scope: Literal["workspace", "platform"] = Field(description="Jobs of the platform can only be looked at.")
    attempts: int
    arguments: dict[str, str] = Field(description="Ids only.")
    scheduled_at: datetime | None = None
    created_at: datetime | None = None
    changed_at: datetime | None = Field(default=None, description="When its status last changed.")
    failure: JobFailureOut | None = None
    can_retry: bool
    can_discard: bool
