"""Conversations, contacts and messages at the edge."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

LONGEST_MESSAGE_CHARACTERS = 32_000
LARGEST_METADATA_BYTES = 16_384
PLAYGROUND = "playground"
CHANNEL_PATTERN = r"^[a-z][a-z0-9_]{0,31}$"
_HANDLE_KIND = re.compile(r"^[a-z][a-z0-9_]{0,31}$")


def _speakable(text: str) -> str:
    """PostgreSQL holds neither NUL nor lone surrogates, and a message of white space says nothing."""
    if not text.strip():
        raise ValueError("The message is empty.")
    if "\x00" in text:
        raise ValueError("The message has a NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("The message has a character that is not valid Unicode.") from error
    return text


def _small(metadata: dict[str, Any]) -> dict[str, Any]:
    if len(orjson.dumps(metadata)) > LARGEST_METADATA_BYTES:
        raise ValueError(f"Metadata may have {LARGEST_METADATA_BYTES:,} bytes at most.")
    return metadata


def _is_handle(kind: str, value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 320 and _HANDLE_KIND.match(kind) is not None


def is_uuid(text: str) -> bool:
    """Whether it is a UUID in any of its spellings."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class ContactIn(BaseModel):
    """Who is talking. Any handle already known leads to the same contact; a further key is a handle of that kind."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _take_handles(cls, given: Any) -> Any:
        """`{"telegram": "@ada"}` says the same as `{"handles": {"telegram": "@ada"}}`; an `id` of yours is yours."""
        if not isinstance(given, dict):
            return given
        fields = cast("dict[str, Any]", given)
        handles = {k: v for k, v in fields.items() if k not in cls.model_fields and _is_handle(k, v)}
        told = {k: v for k, v in fields.items() if k not in handles}
        if handles and isinstance(told.get("handles", {}), dict):
            told["handles"] = {**told.get("handles", {}), **handles}
        if isinstance(told.get("id"), str) and not told.get("external_id") and not is_uuid(told["id"]):
            told["external_id"] = told.pop("id")
        return told

    id: UUID | None = Field(default=None, description="A contact that is already known.")
    external_id: str | None = Field(default=None, max_length=200, description="Your own id of this person.")
    name: str | None = Field(default=None, max_length=200, examples=["Ada Lovelace"])
    email: str | None = Field(default=None, max_length=320, examples=["ada@example.com"])
    phone: str | None = Field(default=None, max_length=40, description="E.164 is best.", examples=["+442079460018"])
    handles: dict[str, str] = Field(default_factory=dict, description="Further handles by kind, e.g. `telegram`.")
    timezone: str | None = Field(default=None, max_length=64, examples=["Europe/London"])
    locale: str | None = Field(default=None, max_length=35, examples=["en-GB"])


class Pinning(BaseModel):
    """What a test conversation is held to in place of what is live; needs the permission agents:write."""

    version: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="A version of the agent, published or not; else the live one."
    )
    model: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        examples=["offline"],
        description="A model in place of the agent's first one (GET /models); its prompt, tools and policies stay.",
    )
    simulated_channel: str | None = Field(
        default=None, pattern=CHANNEL_PATTERN, examples=["whatsapp"], description="The channel the agent believes in."
    )


class ConversationIn(Pinning):
    """A new conversation with one agent over one channel."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"agent_id": "acme-sales", "channel": "api", "contact": {"name": "Ada", "email": "ada@example.com"}}
            ]
        },
    )

    agent_id: str = Field(description="The agent's id or slug.", min_length=1, max_length=64)
    channel: str = Field(default="api", pattern=CHANNEL_PATTERN, examples=["api", "web_chat", "whatsapp"])
    contact: ContactIn | str | None = Field(
        default=None, description="An object; or one handle as a string (e-mail, phone, contact id or your own id)."
    )
    metadata: Annotated[dict[str, Any], AfterValidator(_small)] = Field(
        default_factory=dict, description="Anything of yours, up to 16 kB; given back with the conversation."
    )

    @property
    def is_test(self) -> bool:
        """Whether it is held to anything, which only conversations of the playground are."""
        return not (self.version is None and self.model is None and self.simulated_channel is None)

    @model_validator(mode="after")
    def _test_in_the_playground(self) -> "ConversationIn":
        """Figures and inboxes leave the playground out, and must not be told a test for a customer."""
        if self.is_test and "channel" not in self.model_fields_set:
            self.channel = PLAYGROUND
        if self.is_test and self.channel != PLAYGROUND:
            raise ValueError(
                "version, model and simulated_channel are for tests: leave `channel` out or set it to playground."
            )
        return self


class ForkIn(Pinning):
    """Where a conversation is begun anew; what is left out is as in the original, and null is what is live."""

    model_config = ConfigDict(extra="forbid")

    before_message_id: UUID = Field(description="One of the customer's messages; what was said before it is copied.")


class ContactOut(BaseModel):
    """The contact of a conversation."""

    id: UUID
    name: str | None
    external_id: str | None


class MatchPart(BaseModel):
    """A piece of a snippet; a hit is what was searched for."""

    text: str
    hit: bool


class MatchOut(BaseModel):
    """A message that a search found, and the place in it."""

    message_id: UUID
    seq: int
    role: Literal["user", "assistant", "tool", "system"]
    parts: list[MatchPart]


class ChannelOut(BaseModel):
    """A channel that has conversations."""

    channel: str
    conversations: int


class CancelOut(BaseModel):
    """What became of the wish to stop the running turn; it ends as `turn.cancelled` at its next safe point."""

    status: Literal["cancelling", "idle"]
    message_id: UUID | None
    run_id: UUID | None


class ConversationOut(BaseModel):
    """A conversation without its messages."""

    id: UUID
    agent_id: UUID
    agent_slug: str
    agent_name: str
    channel: str
    status: Literal["open", "handed_off", "closed"]
    contact: ContactOut
    message_count: int
    metadata: dict[str, Any]
    version: int | None = Field(default=None, description="The version it is held to; null is the live one.")
    model: str | None = Field(default=None, description="The model it is held to.")
    simulated_channel: str | None = Field(default=None, description="The channel that a test plays.")
    forked_from: UUID | None = Field(default=None, description="The conversation it was begun anew from.")
    match: MatchOut | None = Field(default=None, description="In a search: the newest message that fits.")
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None


class MessageIn(BaseModel):
    """What the customer says."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"content": "What does the Pro plan cost for 10 seats?"}]}
    )

    content: Annotated[str, AfterValidator(_speakable)] = Field(min_length=1, max_length=LONGEST_MESSAGE_CHARACTERS)
    attachments: list[UUID] = Field(default_factory=list[UUID], max_length=10, description="Ids of uploaded files.")


class Attachment(BaseModel):
    """A file that belongs to a message."""

    id: UUID
    name: str
    content_type: str
    size: int


class CitationOut(BaseModel):
    """Where a passage of an answer came from."""

    title: str
    source: str
    passage: str


class MessageOut(BaseModel):
    """One message; `metadata.status` is set while a customer's message is open or failed."""

    id: UUID
    conversation_id: UUID
    seq: int = Field(description="Position in the conversation, from 1, without gaps.")
    role: Literal["user", "assistant", "tool", "system"]
    content: str
    attachments: list[Attachment] = []
    citations: list[CitationOut] = []
    run_id: UUID | None
    created_at: datetime
    metadata: dict[str, Any] = {}


class PendingOut(BaseModel):
    """The answer to a message whose turn takes longer than the request may wait."""

    message_id: UUID
    run_id: UUID | None
    status: Literal["queued", "running", "waiting_for_person"]


class StepOut(BaseModel):
    """One step of the trace; stored once, as it happened."""

    seq: int
    kind: Literal["decision", "tool", "human", "note"]
    state: Literal["started", "done", "error", "outcome_unknown"]
    name: str = Field(description="The model of a decision, the tool of a call.")
    call_id: str | None
    input: Any
    output: Any
    verdict: dict[str, Any] | None
    usage: dict[str, Any] | None = Field(description="provider, model, in, out, cached, cost (micro-units), attempts")
    message_id: UUID | None
    duration_ms: int | None
    created_at: datetime


class RunOut(BaseModel):
    """One run with its steps: a turn, or a summary of older messages.

    `prompt` refers to what was shown to the model, `messages` is that prompt rebuilt.
    """

    id: UUID
    conversation_id: UUID = Field(description="In a fork, copied turns name the conversation they belong to.")
    kind: Literal["turn", "summary"] = "turn"
    message_id: UUID | None
    agent_version: int
    content_hash: str
    state: Literal["queued", "running", "waiting", "completed", "failed", "cancelled"]
    started_at: datetime
    ended_at: datetime | None
    duration_ms: int | None
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_micros: int
    currency: str
    problem: dict[str, Any] | None
    prompt: dict[str, Any] | None
    messages: list[dict[str, Any]] | None = None
    steps: list[StepOut]


class TicketOut(BaseModel):
    """A single-use pass for one WebSocket."""

    ticket: str
    expires_in: int = Field(description="Seconds.")


class FileOut(BaseModel):
    """An uploaded file."""

    id: UUID
    name: str
    content_type: str
    size: int
