"""The door of the models room: asks a chain of models until one answers, and accounts for what that took."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage

from sparklabs.models.answer import usage_of
from sparklabs.models.attempt import Answered, ask
from sparklabs.models.breaker import Breakers, BreakerSnapshot, Permit
from sparklabs.models.cache import AnswerCache
from sparklabs.models.chain import ChainResolver, Target
from sparklabs.models.errors import ModelError, ModelMalformedAnswerError
from sparklabs.models.offers import Offer, offers
from sparklabs.models.prices import PriceTable, get_prices
from sparklabs.models.profiles import ModelProfile, ProfileTable, ProviderName, get_profiles
from sparklabs.models.providers.base import Provider
from sparklabs.models.providers.offline import OfflineProvider
from sparklabs.models.providers.openai import OpenAiProvider
from sparklabs.models.retry import RetryPlan
from sparklabs.models.schemas import Attempt, ChatRequest, Completion, ModelEvent, Restarted, TextDelta, Usage
from sparklabs.models.settings import ProviderSettings

CIRCUIT_OPEN = "circuit_open"
OUT_OF_TIME = "out_of_time"
# No new attempt at a remote model begins after this many time-outs' worth of waiting in one request.
CHAIN_TIMEOUTS = 2
_OFFLINE = Target(provider="offline", model="offline", profile=ModelProfile(provider="offline", model="offline"))


@dataclass(slots=True)
class _Course:
    """What has happened so far in one request."""

    started: float
    give_up_at: float
    attempts: list[Attempt]
    text_is_out: bool = False
    malformed: int = 0
    """How many answers in a row of the present target were malformed."""


class ChatModels:
    """Every chat model there is, behind one call; one object per process: breakers, cache and connections live here."""

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        profiles: ProfileTable | None = None,
        prices: PriceTable | None = None,
        retry: RetryPlan | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._profiles = profiles or get_profiles()
        self._prices = prices or get_prices()
        self._retry = retry or RetryPlan(max_attempts=settings.max_attempts_per_model)
        self._chain = ChainResolver(settings, self._profiles)
        self._breakers = Breakers(
            failures=settings.breaker_failures, open_seconds=settings.breaker_open_seconds, clock=clock
        )
        self._cache = AnswerCache(
            mode=settings.cache_mode,
            ttl_seconds=settings.cache_ttl_seconds,
            max_bytes=settings.cache_max_bytes,
            clock=clock,
        )
        self._providers: dict[ProviderName, Provider] = {}

    async def stream(self, request: ChatRequest) -> AsyncIterator[ModelEvent]:
        """Text as it comes and, last, exactly one `Completion`; `offline` answers when nobody else does.

        A `Restarted` in between voids all text before it. Raises a `SparkError` only when `offline` itself fails.
        Closing the iterator early closes the connection to the vendor.
        """
        chain = self._chain.resolve(request.models, request.credentials)
        now = time.monotonic()
        course = _Course(now, now + CHAIN_TIMEOUTS * request.timeout_seconds, list(chain.skipped))
        for target in chain.targets:
            if time.monotonic() >= course.give_up_at:
                course.attempts.append(_attempt(target, OUT_OF_TIME))
                continue
            async with aclosing(self._ask_with_retries(target, request, course)) as events:
                async for event in events:
                    yield event
                    if isinstance(event, Completion):
                        return
        async with aclosing(self._ask_once(_OFFLINE, request, course)) as events:
            async for event in events:
                yield event

    def available(self) -> list[dict[str, Any]]:
        """The providers that can be asked, each with its default model and that model's window; `offline` always."""
        rows: list[dict[str, Any]] = [
            {
                "provider": provider,
                "default_model": model,
                "context_tokens": self._profiles.get_profile(provider, model).context_tokens,
            }
            for provider, model in self._profiles.default_models.items()
            if self._chain.is_configured(provider)
        ]
        return [*rows, {"provider": "offline", "default_model": "offline", "context_tokens": None}]

    def why_not(self, model: str) -> str | None:
        """Why a model cannot be asked here; None when it can."""
        return self._chain.why_not(model)

    def offered(self) -> tuple[Offer, ...]:
        """The models that stand ready here, with their prices: those of configured providers, and `offline`."""
        return offers(self._profiles, self._prices, is_configured=self._chain.is_configured)

    @property
    def is_open_ended(self) -> bool:
        """Whether a server of the operator's own is asked, which may know models that we do not."""
        return bool(self._settings.openai_base_url)

    def is_offline(self, models: Sequence[str]) -> bool:
        """Whether a chain comes down to the offline model, since nothing else in it is configured."""
        return not self._chain.resolve(models, {}).targets

    def breaker_states(self) -> dict[tuple[str, str], BreakerSnapshot]:
        """Every breaker used so far, by provider and model."""
        return self._breakers.snapshots()

    def health(self) -> dict[str, Any]:
        """Per provider whether it is configured and how its models' breakers stand."""
        rows: dict[str, Any] = {
            provider: {"configured": self._chain.is_configured(provider), "models": {}}
            for provider in ("openai", "anthropic", "google", "offline")
        }
        for (provider, model), state in self.breaker_states().items():
            rows[provider]["models"][model] = {
                "breaker": state.state.value,
                "failures_in_a_row": state.failures_in_a_row,
                "retry_in_seconds": round(state.retry_in_seconds, 1),
            }
        return rows

    async def aclose(self) -> None:
        """Close all connections."""
        for provider in self._providers.values():
            await provider.aclose()

    async def _ask_with_retries(
        self, target: Target, request: ChatRequest, course: _Course
    ) -> AsyncGenerator[ModelEvent, None]:
        """Ask one target until it answers or is not to be asked again; failures stand in the course."""
        key = self._cache.find_key(target, request)
        if key is not None and (message := self._cache.find(key)) is not None:
            for event in self._cached(target, message, course):
                yield event
            return
        course.malformed = 0
        for number in range(1, self._retry.max_attempts + 1):
            permit = self._breakers.get(target.provider, target.model).find_permit()
            if permit is None:
                course.attempts.append(_attempt(target, CIRCUIT_OPEN))
                return
            try:
                async with aclosing(self._ask_once(target, request, course, permit)) as events:
                    async for event in events:
                        if key is not None and isinstance(event, Completion):
                            self._cache.put(key, event.message)
                        yield event
            except ModelError as error:
                failure = error
            else:
                return
            if course.text_is_out:
                course.text_is_out = False
                yield Restarted(failure.code)
            remaining = course.give_up_at - time.monotonic()
            wait = self._retry.find_wait(failure, attempt=number, remaining_seconds=remaining)
            if wait is None:
                return
            await asyncio.sleep(wait)

    async def _ask_once(
        self, target: Target, request: ChatRequest, course: _Course, permit: Permit | None = None
    ) -> AsyncGenerator[ModelEvent, None]:
        started = time.monotonic()
        first_byte_seconds = target.profile.first_byte_seconds or self._settings.first_byte_seconds
        try:
            answer = ask(self._provider(target), target, request, first_byte_seconds=first_byte_seconds)
            async with aclosing(answer) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        course.text_is_out = True
                        yield event
                    else:
                        if permit:
                            permit.succeeded()
                        course.attempts.append(_attempt(target, "ok", started=started))
                        yield self._completion(target, event, course)
        except ModelError as error:
            course.attempts.append(_attempt(target, error.code, started=started, detail=error.detail))
            if permit and self._speaks_against_health(error, course):
                permit.failed()
            raise
        finally:
            if permit:
                permit.released()

    def _speaks_against_health(self, error: ModelError, course: _Course) -> bool:
        if not isinstance(error, ModelMalformedAnswerError):
            return error.counts_against_health
        course.malformed += 1
        return error.counts_against_health and course.malformed >= self._retry.max_attempts

    def _completion(self, target: Target, answered: Answered, course: _Course) -> Completion:
        usage = usage_of(answered.message, answered.asked)
        price = self._prices.find(target.provider, target.model)
        if price is None and target.provider != "offline":
            answered.message.response_metadata["unpriced"] = True
        return Completion(
            message=answered.message,
            provider=target.provider,
            model=target.model,
            usage=usage,
            cost_micros=price.cost_micros(usage) if price else 0,
            currency=self._prices.currency,
            duration_ms=_since(course.started),
            attempts=tuple(course.attempts),
        )

    def _cached(self, target: Target, message: AIMessage, course: _Course) -> list[ModelEvent]:
        course.attempts.append(_attempt(target, "ok", detail="from the cache"))
        done = Completion(
            message=message,
            provider=target.provider,
            model=target.model,
            usage=Usage(),
            cost_micros=0,
            currency=self._prices.currency,
            duration_ms=_since(course.started),
            cache_hit=True,
            attempts=tuple(course.attempts),
        )
        return [TextDelta(message.text), done] if message.text else [done]

    def _provider(self, target: Target) -> Provider:
        if (known := self._providers.get(target.provider)) is None:
            known = self._providers[target.provider] = _make_provider(target.provider)
        return known


def _make_provider(name: ProviderName) -> Provider:
    """Vendors' modules are imported when they are first asked: their SDKs cost seconds and megabytes."""
    if name == "openai":
        return OpenAiProvider()
    if name == "anthropic":
        from sparklabs.models.providers.anthropic import AnthropicProvider

        return AnthropicProvider()
    if name == "google":
        from sparklabs.models.providers.google import GoogleProvider

        return GoogleProvider()
    return OfflineProvider()


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _attempt(target: Target, outcome: str, *, started: float | None = None, detail: str = "") -> Attempt:
    duration_ms = _since(started) if started is not None else 0
    if target.api_key:
        # Some servers repeat the key that they refuse; attempts are stored and shown.
        detail = detail.replace(target.api_key, "***")
    return Attempt(target.provider, target.model, outcome, duration_ms, detail)
