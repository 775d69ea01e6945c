"""The sections `channels` and `voice`: where people reach the agent and how it sounds."""

from typing import Any, Literal

from pydantic import Field

from sparklabs.agents.schema.base import LATER, Section, Texts


class Channel(Section):
    """One way in or out."""

    shorthand = "type"

    type: str = Field(
        min_length=1,
        max_length=60,
        description="The kind of channel. `web_chat` and `api` answer today; other kinds are "
        "stored and acted on from a later version.",
        examples=["web_chat"],
    )
    enabled: bool = Field(default=True, description="Whether it is open.", examples=[True])
    provider: str | None = Field(default=None, description=f"Who carries it. {LATER}", examples=["twilio"])
    config: dict[str, Any] = Field(
        default={}, description=f"Settings of the channel. {LATER}", examples=[{"phone_number": "+14155550100"}]
    )


class Channels(Section):
    """Where people reach the agent, and where it may write of its own accord."""

    input: list[Channel] = Field(
        default=[Channel(type="web_chat")], description="Where people write to it.", examples=[["web_chat"]]
    )
    output: list[Channel] = Field(
        default=[], description=f"Where it may write besides answering. {LATER}", examples=[["email"]]
    )


class VoiceGreeting(Section):
    """What a caller hears first."""

    shorthand = "message"

    message: str | None = Field(
        default=None, description="The greeting, or how to greet.", examples=["Hello from {client_name}."]
    )
    language_detection: bool = Field(
        default=False, description="Whether to go on in the caller's language.", examples=[True]
    )
    supported_languages: Texts = Field(default=[], description="Languages it may go on in.", examples=[["hi", "en"]])


class SpeechToText(Section):
    """Who turns speech into text."""

    shorthand = "provider"

    provider: str = Field(min_length=1, description="The provider's name.", examples=["deepgram"])
    model: str | None = Field(default=None, description="The provider's model.", examples=["nova-3"])
    language: str | None = Field(default=None, description="The language spoken, as a BCP 47 code.", examples=["en-US"])
    config: dict[str, Any] = Field(
        default={}, description="Anything else the provider takes.", examples=[{"punctuate": True}]
    )


class TextToSpeech(Section):
    """Who turns text into speech."""

    shorthand = "provider"

    provider: str = Field(min_length=1, description="The provider's name.", examples=["elevenlabs"])
    model: str | None = Field(default=None, description="The provider's model.", examples=["turbo"])
    voice_id: str | None = Field(
        default=None, description="The provider's id of the voice.", examples=["professional_male_1"]
    )
    stability: float | None = Field(default=None, ge=0, le=1, description="How even it sounds.", examples=[0.7])
    similarity_boost: float | None = Field(
        default=None, ge=0, le=1, description="How near to the sample.", examples=[0.8]
    )
    speed: float | None = Field(default=None, gt=0, le=4, description="1 is the voice's own pace.", examples=[1.1])
    config: dict[str, Any] = Field(
        default={}, description="Anything else the provider takes.", examples=[{"format": "pcm"}]
    )


class VoiceModel(Section):
    """A model for calls alone; left out, the agent's model answers calls too."""

    shorthand = "model"

    model: str = Field(min_length=1, description="The model's name.", examples=["gpt-4o-realtime-preview"])
    provider: str | None = Field(default=None, description="The provider's name.", examples=["openai"])


class TurnDetection(Section):
    """When the caller counts as finished."""

    type: str = Field(default="server_vad", description="The kind of detection.", examples=["server_vad"])
    prefix_padding_ms: int | None = Field(default=None, ge=0, description="Sound kept before speech.", examples=[500])
    silence_duration_ms: int | None = Field(
        default=None, ge=0, description="Silence that ends a turn.", examples=[1200]
    )
    threshold: float | None = Field(default=None, ge=0, le=1, description="How sure it must be.", examples=[0.5])


class VoiceRules(Section):
    """Rules that hold on calls alone."""

    pricing_requirements: dict[str, Any] = Field(
        default={}, description="How prices are said.", examples=[{"currency": "INR"}]
    )
    escalation_triggers: dict[str, Any] = Field(
        default={}, description="What hands a call over.", examples=[{"customer_request": True}]
    )
    data_collection: dict[str, Any] = Field(
        default={}, description="What is taken down during a call.", examples=[{"auto_detect_phone": True}]
    )


class Voice(Section):
    """How the agent sounds on calls. The whole section is stored; acted on from a later version."""

    enabled: bool = Field(
        default=False, description="Whether it takes calls; then `stt` and `tts` must be there.", examples=[True]
    )
    voice_id: str | None = Field(default=None, description="The voice.", examples=["Kore"])
    language: str | None = Field(default=None, description="The language spoken, as a BCP 47 code.", examples=["en-IN"])
    temperature: float | None = Field(default=None, ge=0, le=2, description="As in `agent.model`.", examples=[0.2])
    greeting: VoiceGreeting = Field(
        default=VoiceGreeting(), description="What a caller hears first.", examples=["Hello."]
    )
    vad: str | None = Field(default=None, description="What notices speech.", examples=["silero"])
    stt: SpeechToText | None = Field(default=None, description="Speech to text.", examples=["deepgram"])
    llm: VoiceModel | None = Field(
        default=None, description="A model for calls alone.", examples=["gpt-4o-realtime-preview"]
    )
    tts: TextToSpeech | None = Field(default=None, description="Text to speech.", examples=["elevenlabs"])
    turn_detection: TurnDetection | None = Field(
        default=None, description="When the caller counts as finished.", examples=[{"silence_duration_ms": 900}]
    )
    business_logic: VoiceRules = Field(
        default=VoiceRules(),
        description="Rules for calls alone.",
        examples=[{"pricing_requirements": {"currency": "INR"}}],
    )


WhenBusy = Literal["queue", "interrupt", "reject"]


class Attachments(Section):
    """Whether people may send files."""

    accept: bool = Field(default=False, description="Whether files are taken.", examples=[True])
    types: Texts = Field(
        default=["image/png", "image/jpeg", "application/pdf"],
        description="Media types taken; `image/*` is every image.",
        examples=[["image/*", "application/pdf"]],
    )
    max_bytes: int = Field(
        default=5_000_000, ge=1, le=50_000_000, description="The largest file, in bytes.", examples=[5_000_000]
    )


class Conversation(Section):
    """How a conversation is carried on."""

    when_busy: WhenBusy = Field(
        default="queue",
        description="What becomes of a message that comes while the agent still answers: it waits (`queue`), "
        "the answer is broken off for it (`interrupt`), or it is turned away (`reject`).",
        examples=["queue"],
    )
    attachments: Attachments = Field(
        default=Attachments(), description="Whether people may send files.", examples=[{"accept": True}]
    )
    timezone: str | None = Field(
        default=None,
        description="The IANA time zone for dates said; left out, the contact's or tenant's.",
        examples=["Asia/Kolkata"],
    )


class Widget(Section):
    """How the chat looks on a page."""

    title: str | None = Field(
        default=None, max_length=120, description="The heading; left out, the agent's name.", examples=["Ask Maya"]
    )
    colour: str | None = Field(
        default=None,
        pattern=r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
        description="The main colour.",
        examples=["#0a7d55"],
    )
    greeting: str | None = Field(
        default=None,
        description="The first line shown; left out, `agent.greeting`.",
        examples=["Hello, how can I help?"],
    )
    starters: Texts = Field(
        default=[],
        description="Questions to begin with, shown as buttons; left out, examples of the tools.",
        examples=[["What does it cost?"]],
    )
    proactive_after_seconds: float | None = Field(
        default=None,
        ge=0,
        le=3600,
        description="Opens a greeting by itself after so long; left out, never.",
        examples=[20],
    )
    allowed_origins: Texts = Field(
        default=[],
        description="The pages that may carry it, as origins; none listed, only the platform's own pages. "
        "`*` is every page.",
        examples=[["https://www.acme.com"]],
    )
