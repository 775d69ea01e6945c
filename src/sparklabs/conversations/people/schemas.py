"""Contacts and what is remembered of them, at the edge."""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

LARGEST_PREFERENCES_BYTES = 16_384
LONGEST_MEMORY_CHARACTERS = 500
_HANDLE_KIND = r"^[a-z][a-z0-9_]{0,31}$"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _one_line(text: str | None) -> str | None:
    """A name or an id has no line breaks and no NUL; an empty one is none."""
    return (" ".join(_CONTROL.sub(" ", text).split()) or None) if text is not None else None


def _small(value: dict[str, Any]) -> dict[str, Any]:
    if len(orjson.dumps(value)) > LARGEST_PREFERENCES_BYTES:
        raise ValueError(f"Preferences may have {LARGEST_PREFERENCES_BYTES:,} bytes at most.")
    return value


def _text(value: str) -> str:
    if "\x00" in value or not value.strip():
        raise ValueError("A memory needs some text.")
    return value.strip()


_Line = Annotated[Annotated[str, StringConstraints(max_length=200)] | None, AfterValidator(_one_line)]
_Preferences = Annotated[dict[str, Any], AfterValidator(_small)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class HandleIn(_Body):
    """One way to reach a person."""

    kind: str = Field(pattern=_HANDLE_KIND, description="email, phone, or a channel's own, e.g. telegram.")
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)] = Field(
        examples=["ada@example.com"]
    )


class NewContactBody(_Body):
    """A new contact; at least a name, a handle or an id of yours."""

    name: _Line = Field(default=None, examples=["Ada Lovelace"])
    handles: list[HandleIn] = Field(default_factory=list[HandleIn], max_length=20)
    external_id: _Line = Field(default=None, description="Your own id of this person.")
    timezone: str | None = Field(default=None, max_length=64, examples=["Europe/London"])
    locale: str | None = Field(default=None, max_length=35, examples=["en-GB"])
    preferences: _Preferences = Field(default_factory=dict, description="Anything agreed, up to 16 kB.")


class ContactChangeBody(_Body):
    """What to change; a field that is left out stays, a null empties it."""

    name: _Line = Field(default=None)
    external_id: _Line = Field(default=None)
    timezone: str | None = Field(default=None, max_length=64)
    locale: str | None = Field(default=None, max_length=35)
    preferences: _Preferences | None = Field(default=None, description="Replaces all preferences.")
    add_handles: list[HandleIn] = Field(default_factory=list[HandleIn], max_length=20)
    remove_handles: list[UUID] = Field(default_factory=list[UUID], max_length=50, description="Ids of handles.")


class HandleOut(BaseModel):
    """One way to reach a person; `value` is masked for whoever may not read personal data."""

    id: UUID
    kind: str
    value: str
    created_at: datetime


class ContactRow(BaseModel):
    """A contact in a list. Without the permission contacts:read, name and handles are masked."""

    id: UUID
    name: str | None
    external_id: str | None
    handles: list[HandleOut]
    source_channel: str = Field(description="Where the person was first met.")
    channels: list[str] = Field(description="Every channel they have talked on.")
    conversation_count: int
    first_contact_at: datetime
    last_contact_at: datetime | None = Field(description="Of the newest conversation.")
    created_at: datetime
    updated_at: datetime
    masked: bool = Field(description="Whether name and handles are masked for the caller.")


class ContactProfile(ContactRow):
    """One contact with all that is known."""

    timezone: str | None
    locale: str | None
    preferences: dict[str, Any]
    context: dict[str, Any] = Field(description="Notes that agents keep on the person.")
    memory_count: int


class MemoryOut(BaseModel):
    """A fact an agent or a person keeps about a contact."""

    id: UUID
    kind: str
    name: str | None = Field(description="What kind of fact; an agent that learns it anew replaces it.")
    content: str
    pinned: bool = Field(description="Pinned ones are told to agents first.")
    agent_slug: str | None = Field(description="Who learned it.")
    agent_name: str | None
    conversation_id: UUID | None = Field(description="Where it was learned.")
    created_at: datetime
    updated_at: datetime


class MemoryChangeBody(_Body):
    """What to change of a memory; a field that is left out stays."""

    content: Annotated[str, AfterValidator(_text)] | None = Field(default=None, max_length=LONGEST_MEMORY_CHARACTERS)
    pinned: bool | None = None


class ErasureOut(BaseModel):
    """What an erasure removed, as counts; nothing of the person is in it."""

    contact_id: UUID
    erased: dict[str, int] = Field(examples=[{"conversations": 2, "messages": 14, "memories": 3, "files": 1}])
