"""The sections `policies`, `monitoring`, `experiments` and `tests`: how the agent is bounded, watched and tried."""

from typing import Any, Literal

from pydantic import Field

from sparklabs.agents.schema.base import Section, Texts


class Policy(Section):
    """A rule over tool calls. Stored; acted on from a later version."""

    name: str = Field(min_length=1, max_length=120, description="What it is called.", examples=["large_refunds"])
    when: str = Field(
        min_length=1,
        max_length=4000,
        description="A CEL expression over tool, arguments, contact and channel.",
        examples=["tool == 'refund' && arguments.amount > 100"],
    )
    verdict: Literal["allow", "deny", "ask", "redact"] = Field(
        description="What follows when it holds; `ask` asks a person.", examples=["ask"]
    )
    tools: Texts = Field(default=[], description="The tools it is about; none listed, all.", examples=[["refund"]])
    reason: str | None = Field(
        default=None, description="What is shown to people.", examples=["Refunds over 100 need a person."]
    )


class Alert(Section):
    """A limit that wakes somebody."""

    metric: str = Field(min_length=1, description="What is measured.", examples=["error_rate"])
    threshold: float = Field(description="The limit, in the metric's own unit.", examples=[0.05])
    window: str = Field(
        default="5m",
        pattern=r"^[1-9][0-9]{0,4}(s|m|h|d)$",
        description="Over how long it is measured.",
        examples=["5m"],
    )
    severity: Literal["info", "warning", "critical"] = Field(
        default="warning", description="How bad it is.", examples=["critical"]
    )


class Sla(Section):
    """What the client was promised."""

    availability_percent: float | None = Field(
        default=None, gt=0, le=100, description="Time it answers.", examples=[99.9]
    )
    p95_response_ms: int | None = Field(
        default=None, gt=0, description="How fast 95 in 100 answers are.", examples=[2000]
    )
    first_response_seconds: float | None = Field(
        default=None, gt=0, description="How soon it first answers.", examples=[5]
    )
    resolution_minutes: float | None = Field(
        default=None, gt=0, description="How soon a matter is settled.", examples=[60]
    )
    error_rate: float | None = Field(
        default=None, ge=0, le=1, description="The share of turns that may fail.", examples=[0.01]
    )


class Monitoring(Section):
    """What is written down and who is woken. Stored; acted on from a later version."""

    log_events: Texts = Field(default=[], description="Events to write down.", examples=[["conversation_start"]])
    alerts: list[Alert] = Field(
        default=[], description="Limits that wake somebody.", examples=[[{"metric": "error_rate", "threshold": 0.05}]]
    )
    sla: Sla | None = Field(default=None, description="What was promised.", examples=[{"availability_percent": 99.9}])


class Variant(Section):
    """One side of an experiment."""

    name: str = Field(min_length=1, max_length=120, description="What it is called.", examples=["shorter_greeting"])
    weight: float = Field(default=1, ge=0, description="Its share against the others.", examples=[1])
    changes: dict[str, Any] = Field(
        default={}, description="Paths of this file and what they are here.", examples=[{"agent.greeting": "Hi."}]
    )


class Experiment(Section):
    """A trial of two or more variants. Stored; acted on from a later version."""

    name: str = Field(min_length=1, max_length=120, description="What it is called.", examples=["greeting"])
    enabled: bool = Field(default=False, description="Whether it runs.", examples=[True])
    metric: str | None = Field(default=None, description="What decides it.", examples=["demo_booking_rate"])
    variants: list[Variant] = Field(
        min_length=2, description="What is tried.", examples=[[{"name": "control"}, {"name": "shorter"}]]
    )


class ExpectedTool(Section):
    """A tool call that a turn must make."""

    shorthand = "name"

    name: str = Field(min_length=1, description="The tool's name.", examples=["search_products"])
    arguments: dict[str, Any] = Field(default={}, description="Arguments it must have.", examples=[{"query": "crm"}])


class Expectation(Section):
    """What must be true of an answer."""

    tools: list[ExpectedTool] = Field(default=[], description="Calls it makes.", examples=[["search_products"]])
    no_tools: Texts = Field(default=[], description="Calls it must not make.", examples=[["refund"]])
    must_say: Texts = Field(default=[], description="Words that must be there.", examples=[["29"]])
    must_not_say: Texts = Field(default=[], description="Words that must not be there.", examples=[["guarantee"]])
    policy: Literal["allow", "deny", "ask", "redact"] | None = Field(
        default=None, description="What the policies must say.", examples=["ask"]
    )


class ScenarioTurn(Section):
    """One thing a person says and what must come of it."""

    user: str = Field(min_length=1, description="What the person says.", examples=["What does the CRM cost?"])
    expect: Expectation = Field(
        default=Expectation(), description="What must come of it.", examples=[{"must_say": ["29"]}]
    )


class Scenario(Section):
    """A conversation played through to try the agent. Stored; acted on from a later version."""

    name: str = Field(min_length=1, max_length=200, description="What it tries.", examples=["asks for a price"])
    description: str | None = Field(
        default=None, description="Why it matters.", examples=["Prices come from the list."]
    )
    channel: str = Field(default="web_chat", description="Where it is said.", examples=["web_chat"])
    turns: list[ScenarioTurn] = Field(min_length=1, description="What is said.", examples=[[{"user": "Hello"}]])
