"""The section `behavior`: what the agent does beyond answering."""

from typing import Literal

from pydantic import Field

from sparklabs.agents.schema.base import LATER, Section, Texts

# In the ticket tool's order: `Literal` keeps one object for both, and the reference would follow whichever came first.
Priority = Literal["urgent", "high", "medium", "low"]


class PiiCollection(Section):
    """What the agent may ask a person about themselves."""

    enabled: bool = Field(default=False, description="Whether it asks.", examples=[True])
    fields: Texts = Field(default=[], description="What it asks for.", examples=[["name", "email", "phone"]])


class FollowUp(Section):
    """Something done later of the agent's own accord."""

    shorthand = "condition"

    condition: str = Field(min_length=1, description="When.", examples=["no_response_24h"])
    action: str | None = Field(default=None, description="What is done.", examples=["send_followup_email"])
    delay_seconds: float | None = Field(default=None, ge=0, description="How long after.", examples=[300])
    channel: str | None = Field(default=None, description="Where it is said.", examples=["whatsapp"])
    message: str | None = Field(default=None, description="What is said.", examples=["Shall we finish your booking?"])


class FollowUps(Section):
    """What is done later of the agent's own accord."""

    enabled: bool = Field(default=False, description="Whether anything is.", examples=[True])
    triggers: list[FollowUp] = Field(default=[], description="When and what.", examples=[["no_response_24h"]])


class Offer(Section):
    """Something to offer besides."""

    shorthand = "id"

    id: str = Field(min_length=1, description="The product's id.", examples=["premium_plan"])
    name: str | None = Field(default=None, description="Its name.", examples=["Premium plan"])
    price: float | None = Field(default=None, ge=0, description="Its price.", examples=[49])
    conditions: Texts = Field(default=[], description="When it fits.", examples=[["team_over_20"]])
    description: str | None = Field(default=None, description="What it is.", examples=["For larger teams."])


class OfferTrigger(Section):
    """A moment for an offer."""

    shorthand = "type"

    type: str = Field(min_length=1, description="The moment.", examples=["positive_sentiment"])
    action: str | None = Field(default=None, description="What is done.", examples=["suggest_upgrade"])


class CrossSell(Section):
    """What is offered besides."""

    enabled: bool = Field(default=False, description="Whether anything is.", examples=[True])
    triggers: list[OfferTrigger] = Field(default=[], description="When.", examples=[["successful_resolution"]])
    products: list[Offer] = Field(default=[], description="What.", examples=[["premium_plan"]])


class SurveyQuestion(Section):
    """A question to put to the person."""

    shorthand = "text"

    text: str = Field(min_length=1, description="The question.", examples=["How did you hear about us?"])
    id: str | None = Field(default=None, description="Its id in reports.", examples=["source"])
    type: Literal["text", "rating", "multiple_choice", "yes_no"] = Field(
        default="text", description="What the answer looks like.", examples=["rating"]
    )
    options: Texts = Field(default=[], description="The answers to choose from.", examples=[["Friend", "Search"]])
    scale: str | None = Field(default=None, description="The scale of a rating.", examples=["1-5"])
    trigger: str | None = Field(default=None, description="When it is put.", examples=["post_booking"])
    optional: bool = Field(default=False, description="Whether it may be passed over.", examples=[True])


class HandoffTrigger(Section):
    """What calls for a person."""

    shorthand = "condition"

    condition: str = Field(min_length=1, description="What happened.", examples=["explicit_request"])
    action: str | None = Field(default=None, description=f"What is done. {LATER}", examples=["human_agent_transfer"])
    priority: Priority | None = Field(default=None, description=f"How urgent it is. {LATER}", examples=["high"])


class HandoffTarget(Section):
    """Who takes over."""

    shorthand = "type"

    type: str = Field(min_length=1, description="What kind of person.", examples=["human_agent"])
    timeout_seconds: float | None = Field(default=None, gt=0, description="How long to wait for them.", examples=[30])
    fallback: str | None = Field(
        default=None, description="What is done when nobody comes.", examples=["create_ticket"]
    )
    departments: Texts = Field(default=[], description="Which departments.", examples=[["support"]])
    specialization: Texts = Field(default=[], description="Which skills.", examples=[["cardiology"]])


class UnavailableStep(Section):
    """What is done and said when nobody is there."""

    shorthand = "action"

    action: str = Field(min_length=1, description="What is done.", examples=["schedule_callback"])
    auto_reply: str | None = Field(
        default=None, description="What is said.", examples=["We call you back within the hour."]
    )


class HumanHandoff(Section):
    """When and how a person takes over."""

    enabled: bool = Field(default=True, description="Whether a person can take over.", examples=[True])
    triggers: list[HandoffTrigger] = Field(
        default=[],
        description="What calls for a person. `explicit_request` is acted on; the others are stored and "
        "acted on from a later version.",
        examples=[["explicit_request"]],
    )
    mode: Literal["warm_transfer", "create_ticket", "callback"] = Field(
        default="create_ticket", description="How it is handed over.", examples=["warm_transfer"]
    )
    departments: Texts = Field(default=[], description="Who can take over.", examples=[["sales", "support"]])
    targets: list[HandoffTarget] = Field(
        default=[], description=f"Who is tried, in order. {LATER}", examples=[["human_agent"]]
    )
    business_hours: str | None = Field(
        default=None,
        description="When people are there; left out, always.",
        examples=["Mon-Fri 09:00-18:00 Asia/Kolkata"],
    )
    unavailable_message: str | None = Field(
        default=None, description="What is said outside those hours.", examples=["We call you back in the morning."]
    )
    when_unavailable: list[UnavailableStep] = Field(
        default=[], description=f"What is tried when nobody is there. {LATER}", examples=[["schedule_callback"]]
    )


class Behavior(Section):
    """What the agent does beyond answering."""

    pii_collection: PiiCollection = Field(
        default=PiiCollection(), description=f"What it may ask a person. {LATER}", examples=[{"enabled": True}]
    )
    follow_ups: FollowUps = Field(
        default=FollowUps(), description=f"What is done later by itself. {LATER}", examples=[{"enabled": True}]
    )
    cross_sell_upsell: CrossSell = Field(
        default=CrossSell(), description=f"What is offered besides. {LATER}", examples=[{"enabled": True}]
    )
    survey_questions: list[SurveyQuestion] = Field(
        default=[], description=f"What it asks at the end. {LATER}", examples=[["How did you hear about us?"]]
    )
    human_handoff: HumanHandoff = Field(
        default=HumanHandoff(), description="When a person takes over.", examples=[{"mode": "warm_transfer"}]
    )
    outbound_retargeting: FollowUps = Field(
        default=FollowUps(), description=f"Whom it writes to again. {LATER}", examples=[{"enabled": True}]
    )
