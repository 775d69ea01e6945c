"""What the widget and the platform say to each other, and what this room must know of an agent."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

TOKEN_SECONDS = 900
HEX_COLOUR = r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"


@dataclass(frozen=True, slots=True)
class AgentCard:
    """An agent as visitors see it; made from its published version."""

    slug: str
    name: str
    company: str
    about: str
    greeting: str
    languages: tuple[str, ...]
    model_label: str | None = None
    title: str | None = None
    colour: str | None = None
    proactive_after_seconds: float | None = None
    allowed_origins: tuple[str, ...] = ()
    starters: tuple[str, ...] = ()
    accepts_files: bool = False
    file_types: tuple[str, ...] = ()
    largest_file_bytes: int = 5_000_000


@dataclass(frozen=True, slots=True)
class EmbedKey:
    """The public key of one agent's chat; it opens nothing by itself."""

    tenant_id: UUID
    agent_id: UUID
    key: str
    allowed_origins: tuple[str, ...]


class AgentFace(BaseModel):
    """Who the visitor talks to."""

    slug: str
    name: str
    company: str
    greeting: str
    languages: list[str]
    model_label: str | None = Field(
        description="What to know of the model behind it, e.g. `Offline model, English only`."
    )


class Theme(BaseModel):
    """How it looks."""

    colour: str | None = Field(description="`#rrggbb`; null is the house's orange.")
    title: str | None


class AttachmentRules(BaseModel):
    """Which files the chat takes; checked again at the upload."""

    accept: bool
    types: list[str] = Field(description="Media types (`image/*`) or endings (`.pdf`); empty means any.")
    max_bytes: int


class WidgetConfig(BaseModel):
    """All the widget needs before anybody speaks."""

    agent: AgentFace
    theme: Theme
    proactive_after_seconds: float | None
    attachments: AttachmentRules
    starters: list[str]

    @classmethod
    def of(cls, card: AgentCard) -> "WidgetConfig":
        """The card, without what is not the visitor's matter."""
        return cls(
            agent=AgentFace(
                slug=card.slug,
                name=card.name,
                company=card.company,
                greeting=card.greeting,
                languages=list(card.languages),
                model_label=card.model_label,
            ),
            theme=Theme(colour=card.colour, title=card.title),
            proactive_after_seconds=card.proactive_after_seconds,
            attachments=AttachmentRules(
                accept=card.accepts_files, types=list(card.file_types), max_bytes=card.largest_file_bytes
            ),
            starters=list(card.starters),
        )


class EmbedOut(BaseModel):
    """How an agent's chat is put on a page."""

    key: str = Field(description="The public key of the script tag.", examples=["pk_6Jx0vJ1u8m5CkqgQ2b3n4A"])
    allowed_origins: list[str] = Field(description="The pages that may carry it, as origins; `*` is every page.")
    file_origins: list[str] = Field(description="The same, from `widget.allowed_origins` of the live version.")
    chat_path: str = Field(description="The public chat page.", examples=["/chat/acme/acme-sales"])


class EmbedIn(BaseModel):
    """The pages that may carry the chat, besides those of the agent's file."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"allowed_origins": ["https://www.acme.com"]}]}
    )

    allowed_origins: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(max_length=100)


class Profile(BaseModel):
    """Who the page says the visitor is: a claim and no proof, so it never leads to a contact already known."""

    model_config = ConfigDict(extra="ignore")

    name: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=40)


class SessionIn(BaseModel):
    """Opens or resumes a visitor's chat."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"key": "pk_6Jx0vJ1u8m5CkqgQ2b3n4A"}]})

    key: str = Field(min_length=1, max_length=100, description="The public key of the script tag.")
    visitor: str | None = Field(default=None, max_length=200, description="The secret of an earlier session.")
    new: bool = Field(default=False, description="Leave the open conversation alone and start another.")
    page_url: str | None = Field(default=None, max_length=2000)
    profile: Profile | None = None


class SessionOut(BaseModel):
    """A short token for one conversation, and the secret that brings the visitor back to it."""

    token: str
    token_type: str = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int = Field(description="Seconds.")
    conversation_id: UUID
    contact_id: UUID
    visitor: str = Field(description="Keep it in the browser; it stands for this contact.")
    status: str = Field(description="open or handed_off")
