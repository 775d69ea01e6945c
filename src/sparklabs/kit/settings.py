"""Every setting of the platform, read from the environment and from `sparklabs.toml` in the data folder."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from sparklabs.kit.errors import InvalidError

_CLONE = Path(__file__).resolve().parents[3]


def _in_clone(name: str) -> Path:
    """Below the clone when run from one, else below the working folder."""
    return (_CLONE if (_CLONE / "pyproject.toml").is_file() else Path.cwd()) / name


class Settings(BaseSettings):
    """Names are `SPARKLABS_` and the field in capitals; the providers' keys keep their usual names."""

    model_config = SettingsConfigDict(env_prefix="SPARKLABS_", extra="ignore", populate_by_name=True)

    home: Path = Field(default_factory=lambda: _in_clone(".sparklabs"), description="Data folder; mode 700.")
    host: str = Field(default="127.0.0.1", description="Address the api listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port the api listens on.")
    public_url: str | None = Field(default=None, description="Address under which browsers reach the platform.")
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL >= 16 with pgvector, as its owner; unset: the embedded server."
    )
    secret_key: SecretStr | None = Field(
        default=None, description="Seals secrets and personal data; the same in every process. Unset: `secret.key`."
    )
    owner_email: str | None = Field(
        default=None, description="E-mail of the first owner; unset: owner@sparklabs.local."
    )
    owner_password: SecretStr | None = Field(
        default=None, description="Password of the first owner; unset: generated and printed once."
    )
    agents: Path = Field(default_factory=lambda: _in_clone("agents"), description="Folder of agent files.")
    default_model: str | None = Field(default=None, description="What `model.primary: auto` means, e.g. gpt-5-mini.")
    response_cache: Literal["auto", "on", "off"] = Field(
        default="auto", description="Remembering model answers: auto (only at temperature 0), on, off."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    log_format: Literal["auto", "json", "plain"] = Field(
        default="auto", description="JSON lines, plain lines for a person, or auto: plain in a terminal, else JSON."
    )
    database_connections: int = Field(default=12, ge=2, le=200, description="Connections of one process.")
    lease_seconds: float = Field(default=15, ge=1, description="After this a silent process's turn is taken over.")
    answer_seconds: float = Field(default=60, ge=1, le=300, description="POST message answers 202 after this.")
    stop_seconds: float = Field(default=7, ge=0, le=60, description="Turns may take this long to end at a stop.")
    tools_allowed_hosts: list[str] = Field(
        default_factory=list, description="Private hosts (JSON list) that HTTP tools may reach nevertheless."
    )
    github_repository: str | None = Field(default=None, description="owner/name for issues on missing tools.")
    github_token: SecretStr | None = Field(default=None, description="Token that may open issues there.")
    github_api_url: str = Field(default="https://api.github.com", description="Address of GitHub's REST API.")

    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("OPENAI_API_KEY"),
        description="Key of OpenAI or a compatible server.",
    )
    openai_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("OPENAI_BASE_URL"), description="Any OpenAI-compatible address."
    )
    anthropic_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("ANTHROPIC_API_KEY"), description="Key of Anthropic."
    )
    anthropic_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("ANTHROPIC_BASE_URL"), description="Instead of Anthropic's address."
    )
    google_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        description="Key of Google's Gemini API.",
    )
    google_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("GOOGLE_BASE_URL"), description="Instead of Google's address."
    )

    @property
    def url(self) -> str:
        """Where people find this platform."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::") else self.host  # noqa: S104 - compared only
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


def load_settings(**given: Any) -> Settings:
    """Given values first, then the environment, then `sparklabs.toml` in the data folder; raises `settings_invalid`."""
    try:
        first = Settings(**given)
        file = first.home / "sparklabs.toml"
        if not file.is_file():
            return first
        stored = tomllib.loads(file.read_text())
        unknown = sorted(set(stored) - set(Settings.model_fields))
        if unknown:
            raise InvalidError(
                f"{file} has unknown settings: {', '.join(unknown)}.",
                code="settings_invalid",
                hint="docs/reference/settings.md lists them all.",
            )
        known = {key: value for key, value in stored.items() if key not in first.model_fields_set}
        return Settings(**{**known, **given})
    except ValidationError as error:
        told = "; ".join(f"{_shown(each['loc'])}: {each['msg']}" for each in error.errors())
        raise InvalidError(
            f"The settings are not valid: {told}", code="settings_invalid", hint="See docs/reference/settings.md."
        ) from None
    except SettingsError as error:
        # The library's sentence names field and source; the value, which may be secret, stands in its cause only.
        raise InvalidError(
            f"The settings are not valid: {error}.", code="settings_invalid", hint="Lists are written as JSON."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidError(
            f"sparklabs.toml cannot be read: {error}", code="settings_invalid", hint="Mend or remove the file."
        ) from error


def _shown(location: tuple[int | str, ...]) -> str:
    """How a person set it: `port` is told as SPARKLABS_PORT."""
    name, *rest = (str(part) for part in location)
    return ".".join((f"SPARKLABS_{name.upper()}" if name in Settings.model_fields else name, *rest))


@cache
def clone_folder() -> Path | None:
    """The clone this code runs from, if any."""
    return _CLONE if (_CLONE / "pyproject.toml").is_file() else None
