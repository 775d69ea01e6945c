"""From the names an agent file gives to the targets that will be asked, in order; nothing is asked here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sparklabs.models.profiles import ModelProfile, ProfileTable, ProviderName
from sparklabs.models.schemas import Attempt
from sparklabs.models.settings import ProviderSettings

NOT_CONFIGURED = "not_configured"
MAX_CHAINS = 1024


@dataclass(frozen=True, slots=True)
class Target:
    """One model at one address with one key."""

    provider: ProviderName
    model: str
    profile: ModelProfile
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """The targets before `offline`, which always follows, and the names that were passed over."""

    targets: tuple[Target, ...]
    skipped: tuple[Attempt, ...]


class ChainResolver:
    """Knows which providers are configured; a tenant's own keys stand before the platform's."""

    def __init__(self, settings: ProviderSettings, profiles: ProfileTable) -> None:
        self._settings = settings
        self._profiles = profiles
        self._base_urls: dict[ProviderName, str | None] = {
            "openai": settings.openai_base_url,
            "anthropic": settings.anthropic_base_url,
            "google": settings.google_base_url,
        }
        self._keys: dict[ProviderName, str | None] = {
            "openai": settings.openai_api_key,
            "anthropic": settings.anthropic_api_key,
            "google": settings.google_api_key,
        }
        self._platform_chains: dict[tuple[str, ...], Chain] = {}

    def resolve(self, models: Sequence[str], credentials: Mapping[str, str]) -> Chain:
        """Names in order to targets; `auto` is the best configured provider, `offline` ends the chain.

        When none of the names given has a configured provider, `auto` stands in for them before `offline` does.
        """
        if credentials:
            return self._build(models, credentials)
        names = tuple(models)
        if (known := self._platform_chains.get(names)) is None:
            if len(self._platform_chains) >= MAX_CHAINS:
                self._platform_chains.clear()
            known = self._platform_chains[names] = self._build(names, credentials)
        return known

    def is_configured(self, provider: ProviderName, credentials: Mapping[str, str] | None = None) -> bool:
        """Whether the provider can be asked at all; a compatible URL needs no key."""
        if provider == "offline" or (credentials or {}).get(provider) or self._keys[provider]:
            return True
        return provider == "openai" and bool(self._base_urls["openai"])

    def why_not(self, name: str) -> str | None:
        """Why a model cannot be asked with the platform's keys, or None; `offline` and `auto` always can be asked."""
        if name in ("auto", "offline"):
            return None
        target, why = self._target(name, {})
        return why if target is None else None

    def _build(self, models: Sequence[str], credentials: Mapping[str, str]) -> Chain:
        targets: list[Target] = []
        skipped: list[Attempt] = []
        names = list(models) or ["auto"]
        while names:
            name = names.pop(0).strip()
            if name == "offline":
                break
            target, why = self._target(name, credentials)
            if target is None:
                skipped.append(_skip(name, why))
            elif target not in targets:
                targets.append(target)
            if not names and not targets and name != "auto":
                names.append("auto")
        return Chain(tuple(targets), tuple(skipped))

    def _target(self, name: str, credentials: Mapping[str, str]) -> tuple[Target | None, str]:
        if name == "auto":
            name = self._best(credentials) or ""
            if not name:
                return None, "no provider is configured"
        owner = self._profiles.find_provider(name)
        if owner is None:
            # Whatever an own server calls its models: only the server can know.
            if not self._base_urls["openai"]:
                return None, f"nobody is known to offer {name}, and OPENAI_BASE_URL names no server to ask"
            owner = ("openai", name)
        provider, model = owner
        if not self.is_configured(provider, credentials):
            return None, f"{provider} has no key"
        own_key = credentials.get(provider)
        return (
            Target(
                provider=provider,
                model=model,
                profile=self._profiles.get_profile(provider, model),
                api_key=own_key or self._keys[provider],
                base_url=self._base_urls[provider],
            ),
            "",
        )

    def _best(self, credentials: Mapping[str, str]) -> str | None:
        if self._settings.default_model and self._settings.default_model != "auto":
            return self._settings.default_model
        order: tuple[ProviderName, ...] = ("openai", "anthropic", "google")
        chosen: ProviderName | None = next(
            (provider for provider in order if self.is_configured(provider, credentials)), None
        )
        return f"{chosen}/{self._profiles.default_models[chosen]}" if chosen else None


def _skip(name: str, why: str) -> Attempt:
    provider, _, model = name.rpartition("/")
    return Attempt(provider=provider or name, model=model, outcome=NOT_CONFIGURED, duration_ms=0, detail=why)
