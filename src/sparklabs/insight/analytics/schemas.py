"""Figures, what needs a person and what happened, as the API tells them. Money is in micro-units, times in ms."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sparklabs.insight.analytics.periods import Period

Number = int | float


class Figure(BaseModel):
    """One figure of a period: now, in the period before, and along the buckets."""

    value: Number | None = Field(description="Null where nothing happened that it could be taken from.")
    previous: Number | None = Field(description="The same over the period before.")
    series: list[Number | None]


class CostFigure(BaseModel):
    """What was spent in one currency, in micro-units: 1,000,000 are one unit."""

    currency: str = Field(examples=["USD"])
    value: int
    previous: int
    series: list[int]


class Span(BaseModel):
    """From the start up to the end, which is not part of it."""

    start: datetime
    end: datetime


class Figures(BaseModel):
    """The figures at the top. Those of talks leave the playground out unless it was asked for; cost never does."""

    conversations: Figure = Field(description="Conversations opened.")
    messages: Figure = Field(description="Messages of customers and agents.")
    contacts: Figure = Field(description="Different people who wrote.")
    answered_turns: Figure
    failed_turns: Figure = Field(description="Turns that ended without an answer; interrupted ones do not count.")
    success_rate: Figure = Field(description="Answered turns of those answered or failed, 0 to 1.")
    median_answer_ms: Figure = Field(description="From the beginning of a turn to its answer.")
    p95_answer_ms: Figure
    tokens_in: Figure
    tokens_out: Figure
    handoffs: Figure = Field(description="How often an agent asked for a person.")
    handoff_rate: Figure = Field(description="Of the conversations opened, the part that asked for a person, 0 to 1.")
    cost: list[CostFigure] = Field(description="By currency, the largest first; empty when nothing was spent.")


class Spent(BaseModel):
    """An amount in micro-units."""

    currency: str
    micros: int


class Bucket(BaseModel):
    """One hour or day of the zone; the last one is not over yet."""

    start: datetime
    conversations: int
    turns: int = Field(description="Answered and failed ones.")
    failed: int
    tokens: int
    cost: list[Spent]


class AgentLine(BaseModel):
    """What one agent did in the period."""

    agent_id: UUID
    slug: str
    name: str
    conversations: int
    answered_turns: int
    failed_turns: int
    handoffs: int
    cost: list[Spent]


class ChannelLine(BaseModel):
    """What came over one channel in the period."""

    channel: str
    conversations: int
    answered_turns: int
    failed_turns: int


class Playground(BaseModel):
    """What was tried in the period; its cost is part of the cost above."""

    conversations: int
    answered_turns: int
    cost: list[Spent]


class DashboardOut(BaseModel):
    """Everything the dashboard draws."""

    period: Period
    timezone: str
    bucket: Literal["hour", "day"]
    start: datetime
    end: datetime
    compared_to: Span
    include_playground: bool
    figures: Figures
    series: list[Bucket] = Field(description="Every hour or day of the period, also those in which nothing happened.")
    by_agent: list[AgentLine] = Field(description="The ten with the most conversations.")
    by_channel: list[ChannelLine]
    playground: Playground


class DayOut(BaseModel):
    """One day of the zone."""

    date: date
    total_conversations: int
    total_messages: int
    unique_customers: int
    human_handoffs: int
    avg_response_time_ms: float | None
    p95_response_time_ms: int | None
    error_rate: float | None = Field(description="Failed turns of those answered or failed, 0 to 1.")
    cost: list[Spent]


class RealtimeOut(BaseModel):
    """What goes on at this moment, the playground included."""

    at: datetime
    open_conversations: int
    handed_off_conversations: int
    turns_running: int
    messages_waiting: int = Field(description="Accepted, and no turn has begun for them yet.")
    messages_last_5_minutes: int
    p95_answer_ms_last_hour: int | None
    error_rate_last_hour: float | None


AttentionKind = Literal[
    "handoff_waiting", "turns_failed", "agent_file_faults", "agent_gaps", "agent_paused_with_traffic", "ticket_open"
]


class AttentionItem(BaseModel):
    """One thing that waits for a person, as facts: the words are the reader's."""

    id: str = Field(description="The same as long as it is the same matter.", examples=["handoff_waiting:0199f3a0"])
    kind: AttentionKind
    severity: Literal["critical", "high", "medium"]
    at: datetime = Field(description="When it last came up.")
    count: int = Field(description="How often, or how many things; 1 for a single one.")
    agent_slug: str | None
    agent_name: str | None
    conversation_id: UUID | None = Field(description="The newest one concerned.")
    contact_name: str | None
    about: list[str] = Field(
        description="The department of a hand-off, the codes of problems, the names of what is missing, a ticket's "
        "title.",
    )
    ticket_number: int | None


class ActivityItem(BaseModel):
    """One event, with the names of those concerned."""

    id: UUID
    type: str = Field(description="An event type without its prefix.", examples=["conversation.opened"])
    at: datetime
    agent_slug: str | None
    agent_name: str | None
    conversation_id: UUID | None
    contact_name: str | None
    channel: str | None
    version: int | None = Field(description="The version an agent's event speaks of.")


class BeginningAgent(BaseModel):
    """The agent a newcomer meets first."""

    id: UUID
    slug: str
    name: str


class FirstStepsOut(BaseModel):
    """How far the workspace has come, as facts of its rows."""

    agent: BeginningAgent | None
    conversation_id: UUID | None = Field(description="The newest talk in the playground.")
    asked: bool = Field(description="Somebody wrote to an agent in the playground.")
    answered: bool = Field(description="And had an answer.")
    edited: bool = Field(description="A person published or saved a version of an agent.")
    embedded: bool = Field(description="A visitor opened the chat page or a site with the chat on it.")
