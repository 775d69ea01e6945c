"""What each model can do and whose it is, from `data/profiles.yaml`: facts about vendors are data, not branches."""

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

import yaml

ProviderName = Literal["openai", "anthropic", "google", "offline"]


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """One model's abilities; the defaults describe an unknown model behind a compatible URL."""

    provider: ProviderName
    model: str
    known: bool = False
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    accepts_temperature: bool = True
    prompt_caching: bool = False
    first_byte_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ProfileTable:
    """The file, read: defaults per provider, aliases, patterns in the order of trying, and what to offer."""

    default_models: dict[ProviderName, str]
    prefixes: dict[str, ProviderName]
    patterns: tuple[tuple[str, ModelProfile], ...]
    offered: dict[ProviderName, tuple[str, ...]] = field(default_factory=dict["ProviderName", tuple[str, ...]])

    def find_provider(self, name: str) -> tuple[ProviderName, str] | None:
        """Whose model `name` is, and its name without a vendor's prefix; None for an unknown vendor."""
        if name == "offline":
            return "offline", "offline"
        vendor, slash, rest = name.partition("/")
        if slash and vendor in self.prefixes:
            return self.prefixes[vendor], rest
        if slash:
            return None
        for pattern, profile in self.patterns:
            if fnmatchcase(name, pattern):
                return profile.provider, name
        return None

    def get_profile(self, provider: ProviderName, model: str) -> ModelProfile:
        """The profile of a model; an unknown one gets cautious defaults and `known=False`."""
        for pattern, profile in self.patterns:
            if profile.provider == provider and fnmatchcase(model, pattern):
                return replace(profile, model=model)
        return ModelProfile(provider=provider, model=model)


@cache
def get_profiles() -> ProfileTable:
    """The shipped table, read once."""
    text = files("sparklabs.models").joinpath("data/profiles.yaml").read_text(encoding="utf-8")
    raw = cast("dict[str, Any]", yaml.safe_load(text))
    prefixes: dict[str, ProviderName] = {}
    defaults: dict[ProviderName, str] = {}
    offered: dict[ProviderName, tuple[str, ...]] = {}
    patterns: list[tuple[str, ModelProfile]] = []
    for provider, entry in cast("dict[ProviderName, dict[str, Any]]", raw["providers"]).items():
        defaults[provider] = entry["default_model"]
        offered[provider] = tuple(entry["offered"])
        prefixes |= dict.fromkeys(cast("list[str]", entry["prefixes"]), provider)
        for pattern, facts in cast("dict[str, dict[str, Any]]", entry["models"]).items():
            known: dict[str, Any] = {"known": True, **cast("dict[str, Any]", entry.get("every", {})), **(facts or {})}
            patterns.append((pattern, ModelProfile(provider=provider, model=pattern, **known)))
    return ProfileTable(default_models=defaults, prefixes=prefixes, patterns=tuple(patterns), offered=offered)
