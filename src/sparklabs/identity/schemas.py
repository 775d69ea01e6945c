"""What the identity endpoints take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=255)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class LoginBody(_Body):
    """Who signs in."""

    email: _Email = Field(examples=["owner@example.com"])
    password: SecretStr = Field(examples=["correct horse battery"])
    tenant: str | None = Field(default=None, description="Slug of the workspace; without it the first one.")
    keep_in: Literal["body", "cookie"] = Field(
        default="body",
        description="`cookie` puts the refresh token into an HttpOnly cookie only, out of reach of scripts.",
    )


class RefreshBody(_Body):
    """The refresh token; left out when it is in the cookie."""

    refresh_token: SecretStr | None = Field(default=None, examples=["rt_4fV9..."])


class TokensAnswer(BaseModel):
    """A pair of tokens (RFC 6749, 5.1)."""

    access_token: str = Field(description="Send it as `Authorization: Bearer ...`.", examples=["eyJhbGciOi..."])
    refresh_token: str | None = Field(
        description="Works once, within 30 days; null when it is in the cookie.", examples=["rt_4fV9..."]
    )
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - RFC 6750's name
    expires_in: int = Field(description="Seconds the access token lives.", examples=[900])


class PasswordBody(_Body):
    """A change of one's own password."""

    current_password: SecretStr
    new_password: SecretStr = Field(description="8 to 512 characters.")


class AccountAnswer(BaseModel):
    """A person."""

    id: UUID
    email: str
    name: str


class TenantAnswer(BaseModel):
    """A workspace."""

    id: UUID
    slug: str
    name: str
    timezone: str


class MeAnswer(BaseModel):
    """Who is asking, where, and what they may do."""

    kind: Literal["account", "api_key", "visitor"]
    id: UUID
    role: str = Field(examples=["owner"])
    permissions: list[str] = Field(examples=[["*"]])
    account: AccountAnswer | None = Field(description="The person, when it is one.")
    tenant: TenantAnswer


class ProfileBody(_Body):
    """A change of one's own profile."""

    name: _Name = Field(examples=["Ada Lovelace"])


class WorkspaceBody(_Body):
    """A change of the workspace; what is left out stays."""

    name: _Name | None = Field(default=None, examples=["Corner Shop"])
    timezone: str | None = Field(default=None, min_length=1, max_length=64, examples=["Europe/London"])


class SessionAnswer(BaseModel):
    """One sign-in on one device."""

    id: UUID
    user_agent: str = Field(description="What the device says of itself; empty when it said nothing.")
    created_at: datetime
    last_used_at: datetime = Field(description="When it last renewed its access, every 15 minutes while it is used.")
    expires_at: datetime
    current: bool = Field(description="Whether it is the one that asks.")


class ApiKeyBody(_Body):
    """A new API key."""

    name: _Name = Field(examples=["CI"])
    role: str = Field(default="developer", description="What the key may do at most.")
    scopes: list[str] = Field(
        default_factory=list,
        max_length=50,
        description="Narrows the role; empty means the whole role.",
        examples=[["agents:read"]],
    )
    expires_at: AwareDatetime | None = Field(default=None, description="No later than this; null never expires.")


class ApiKeyAnswer(BaseModel):
    """An API key as it is listed."""

    id: UUID
    name: str
    prefix: str = Field(description="The public part, by which the key is recognised.", examples=["Qx81kd02mZpa"])
    role: str
    scopes: list[str]
    expires_at: datetime | None
    last_used_at: datetime | None = Field(default=None, description="To the minute.")
    created_at: datetime


class NewApiKeyAnswer(ApiKeyAnswer):
    """An API key just made; `key` is shown this once."""

    key: str = Field(description="The whole key; it cannot be shown again.", examples=["sk_spark_Qx81kd02mZpa_..."])


class SecretBody(_Body):
    """A secret's value."""

    value: SecretStr = Field(examples=["s3cr3t"])


class SecretAnswer(BaseModel):
    """A secret without its value."""

    name: str = Field(examples=["CRM_API_KEY"])
    created_at: datetime
    updated_at: datetime


class PreferencesBody(_Body):
    """Values to set; a value of null is forgotten, a value that is not named stays as it is."""

    values: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")], Any] = Field(
        max_length=50, examples=[{"tour": {"put_away": True}}]
    )


class PreferencesAnswer(BaseModel):
    """What the caller chose to see in this workspace, by name."""

    values: dict[str, Any]
