"""What a call cost, in integer micro-units, from `data/prices.yaml`; no price means 0 and a mark."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, cast

import yaml

from sparklabs.models.schemas import Usage


@dataclass(frozen=True, slots=True)
class Price:
    """Micro-units of `currency` per million tokens, so that one token at 2.50 a million is 2.5 micro-units."""

    input: int
    cached_input: int
    cache_write: int
    output: int
    long_prompt_tokens: int | None = None
    long_prompt: "Price | None" = None

    def cost_micros(self, usage: Usage) -> int:
        """The whole call, rounded half up; the tier of long prompts holds for every token of the call."""
        if self.long_prompt and self.long_prompt_tokens and usage.input_tokens > self.long_prompt_tokens:
            return self.long_prompt.cost_micros(usage)
        fresh = max(0, usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens)
        total = (
            fresh * self.input
            + usage.cached_input_tokens * self.cached_input
            + usage.cache_write_tokens * self.cache_write
            + usage.output_tokens * self.output
        )
        return (total + 500_000) // 1_000_000


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The file, read; `checked_on` is the day the vendors' pages were last compared."""

    currency: str
    checked_on: str
    patterns: tuple[tuple[str, str, Price], ...]

    def find(self, provider: str, model: str) -> Price | None:
        """The price of a model, or None when the table has none."""
        return _find(self, provider, model)


@lru_cache(maxsize=512)
def _find(table: PriceTable, provider: str, model: str) -> Price | None:
    for owner, pattern, price in table.patterns:
        if owner == provider and fnmatchcase(model, pattern):
            return price
    return None


def _micros(value: Any) -> int:
    return int((Decimal(str(value)) * 1_000_000).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _price(entry: dict[str, Any]) -> Price:
    plain = _micros(entry["input"])
    long_prompt = cast("dict[str, Any] | None", entry.get("long_prompt"))
    return Price(
        input=plain,
        cached_input=_micros(entry["cached_input"]) if "cached_input" in entry else plain,
        cache_write=_micros(entry["cache_write"]) if "cache_write" in entry else plain,
        output=_micros(entry["output"]),
        long_prompt_tokens=long_prompt["above_tokens"] if long_prompt else None,
        long_prompt=_price(long_prompt) if long_prompt else None,
    )


@cache
def get_prices() -> PriceTable:
    """The shipped table, read once."""
    text = files("sparklabs.models").joinpath("data/prices.yaml").read_text(encoding="utf-8")
    raw = cast("dict[str, Any]", yaml.safe_load(text))
    patterns = [
        (provider, pattern, _price(entry))
        for provider, section in cast("dict[str, dict[str, Any]]", raw["providers"]).items()
        for pattern, entry in cast("dict[str, dict[str, Any]]", section["models"]).items()
    ]
    return PriceTable(currency=raw["currency"], checked_on=str(raw["checked_on"]), patterns=tuple(patterns))
