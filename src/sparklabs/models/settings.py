"""What the models room is told about the platform's providers; read from the environment by the entry, not here."""

from dataclasses import dataclass, field
from typing import Literal

CacheMode = Literal["auto", "on", "off"]


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Keys and addresses of the platform's own providers; keys never show in `repr`.

    `cache_mode`: `auto` remembers answers only of requests at temperature 0, `on` all, `off` none.
    `default_model` is what `auto` means when set (SPARKLABS_DEFAULT_MODEL).
    """

    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    anthropic_api_key: str | None = field(default=None, repr=False)
    anthropic_base_url: str | None = None
    google_api_key: str | None = field(default=None, repr=False)
    google_base_url: str | None = None
    default_model: str | None = None
    cache_mode: CacheMode = "auto"
    cache_ttl_seconds: float = 3600
    cache_max_bytes: int = 16 * 1024 * 1024
    max_attempts_per_model: int = 3
    first_byte_seconds: float = 30
    breaker_failures: int = 5
    breaker_open_seconds: float = 30
