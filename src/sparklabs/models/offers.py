"""Which models one may choose here: what configured providers are known to have, and `offline`, with their prices."""

from collections.abc import Callable
from dataclasses import dataclass

from sparklabs.models.prices import PriceTable
from sparklabs.models.profiles import ProfileTable, ProviderName


@dataclass(frozen=True, slots=True)
class Offer:
    """A model to choose; prices are micro-units of `currency` per million tokens, None where the table has none."""

    model: str
    provider: ProviderName
    is_default: bool
    context_tokens: int | None
    currency: str
    input_micros: int | None
    output_micros: int | None


def offers(
    profiles: ProfileTable, prices: PriceTable, *, is_configured: Callable[[ProviderName], bool]
) -> tuple[Offer, ...]:
    """Each provider's default model first, `offline` last, for it is worse than any."""
    found: list[Offer] = []
    for provider, default in profiles.default_models.items():
        if is_configured(provider):
            names = dict.fromkeys((default, *profiles.offered.get(provider, ())))
            found += [_offer(profiles, prices, provider, name, is_default=name == default) for name in names]
    return (*found, Offer("offline", "offline", not found, None, prices.currency, 0, 0))


def _offer(profiles: ProfileTable, prices: PriceTable, provider: ProviderName, name: str, *, is_default: bool) -> Offer:
    price = prices.find(provider, name)
    return Offer(
        model=name,
        provider=provider,
        is_default=is_default,
        context_tokens=profiles.get_profile(provider, name).context_tokens,
        currency=prices.currency,
        input_micros=price.input if price else None,
        output_micros=price.output if price else None,
    )
