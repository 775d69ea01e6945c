"""The sections `client` and `agent`: for whom the agent works, who it is and which model it thinks with."""

from typing import Any, Literal, cast

from pydantic import Field, model_validator

from sparklabs.agents.languages import read_languages
from sparklabs.agents.schema.base import Section, Texts

AgentKind = Literal["voice", "scraping", "automation", "custom"]


class Client(Section):
    """The business that the agent works for."""

    id: str | None = Field(default=None, description="The client's own short id.", examples=["acme-corp"])
    name: str | None = Field(
        default=None,
        description="The client's name as people say it; fills `{client_name}`.",
        examples=["Acme Corporation"],
    )
    use_case: str | None = Field(
        default=None, description="What the agent is for, in one word.", examples=["inbound_sales"]
    )
    vertical: str | None = Field(default=None, description="The client's line of business.", examples=["b2b_saas"])


class Model(Section):
    """Which model answers, and which ones when it cannot."""

    shorthand = "primary"

    primary: str = Field(
        default="auto",
        min_length=1,
        description="The first model asked. `auto` takes the best provider that is configured; `offline` needs none.",
        examples=["gemini-2.5-pro"],
    )
    fallback: Texts = Field(
        default=[],
        description="The models asked in order when the first fails; `offline` always stands at the end.",
        examples=["gemini-2.5-flash"],
    )
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="0 is steady, 2 is wild; left out, the provider's own.", examples=[0.3]
    )
    max_tokens: int | None = Field(
        default=None, ge=1, le=200_000, description="The longest answer, in tokens.", examples=[2000]
    )
    timeout_seconds: float = Field(default=60, gt=0, le=600, description="How long one answer may take.", examples=[30])

    @property
    def chain(self) -> tuple[str, ...]:
        """The models in the order in which they are asked."""
        return (self.primary, *self.fallback)


class Agent(Section):
    """Who the agent is."""

    name: str = Field(
        min_length=1, max_length=120, description="The agent's name; fills `{agent_name}`.", examples=["Maya"]
    )
    type: str = Field(
        default="custom",
        min_length=1,
        max_length=120,
        description="`voice`, `scraping`, `automation`, `custom`, or a few words of your own; fills `{agent_type}`.",
        examples=["healthcare assistant"],
    )
    personality: str | None = Field(
        default=None, description="How it speaks; fills `{personality}`.", examples=["warm, brief and exact"]
    )
    language: str = Field(
        default="en",
        min_length=1,
        max_length=200,
        description="The main language, as a code or in words; fills `{language}`.",
        examples=["Hindi and English"],
    )
    languages: Texts = Field(
        default=["en"],
        description="Every language it speaks, as BCP 47 codes; left out, they are read from `language`.",
        examples=[["hi", "en-IN"]],
    )
    objectives: Texts = Field(
        default=[], description="What it shall reach, one line each; fills `{objectives}`.", examples=[["Book a demo"]]
    )
    business_context: str | None = Field(
        default=None,
        description="What the business does; fills `{business_context}`.",
        examples=["medical tests at home"],
    )
    system_prompt: str = Field(
        min_length=1,
        max_length=100_000,
        description="What the model is told first. `{name}` is filled in; `{{` and `}}` are literal braces.",
        examples=["You are {agent_name}, a {agent_type} of {client_name}."],
    )
    variables: dict[str, str | int | float | bool] = Field(
        default={}, description="Variables of your own for the prompt.", examples=[{"opening_hours": "9 to 18"}]
    )
    greeting: str | None = Field(
        default=None, description="What it says first, before any message.", examples=["Hello, I am {agent_name}."]
    )
    model: Model = Field(default=Model(), description="Which model answers.", examples=[{"primary": "auto"}])

    @property
    def kind(self) -> AgentKind:
        """The type as one of the four kinds; words of one's own count as `custom`."""
        kinds: dict[str, AgentKind] = {"voice": "voice", "scraping": "scraping", "automation": "automation"}
        return kinds.get(self.type, "custom")

    @model_validator(mode="before")
    @classmethod
    def _read_languages(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        data = cast("dict[str, Any]", value)
        language = data.get("language") or "en"
        if data.get("languages") or not isinstance(language, str):
            return data
        return {**data, "languages": list(read_languages(language).codes)}
