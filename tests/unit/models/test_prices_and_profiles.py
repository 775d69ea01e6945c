"""The shipped tables are whole, and costs are exact to the micro-unit."""

import subprocess
import sys

import pytest

from sparklabs.models.prices import Price, get_prices
from sparklabs.models.profiles import get_profiles
from sparklabs.models.schemas import Usage

HAIKU = Price(input=1_000_000, cached_input=100_000, cache_write=1_250_000, output=5_000_000)


def test_each_kind_of_token_is_billed_once_at_its_own_price() -> None:
    assert HAIKU.cost_micros(Usage(200, 15, cached_input_tokens=80, cache_write_tokens=100)) == 20 + 8 + 125 + 75


def test_a_cost_is_rounded_half_up_once_for_the_whole_call() -> None:
    assert HAIKU.cost_micros(Usage(5, 0, cached_input_tokens=5)) == 1
    assert HAIKU.cost_micros(Usage(4, 0, cached_input_tokens=4)) == 0


def test_a_long_prompt_is_billed_at_its_own_tier() -> None:
    price = get_prices().find("google", "gemini-2.5-pro")
    assert price is not None
    assert price.cost_micros(Usage(200_000, 10)) == 250_000 + 100
    assert price.cost_micros(Usage(200_001, 10)) == 500_003 + 150


@pytest.mark.parametrize(
    ("provider", "model", "output"),
    [
        ("openai", "gpt-4o-mini-2024-07-18", 600_000),
        ("openai", "gpt-5.4-mini", 4_500_000),
        ("anthropic", "claude-haiku-4-5-20251001", 5_000_000),
        ("anthropic", "claude-opus-4-20250514", 75_000_000),
        ("anthropic", "claude-opus-5-5", 20_000_000),
        ("google", "gemini-2.5-flash-lite", 400_000),
    ],
)
def test_the_most_particular_price_wins(provider: str, model: str, output: int) -> None:
    price = get_prices().find(provider, model)
    assert price is not None
    assert price.output == output


def test_every_default_model_has_a_profile_and_a_price() -> None:
    profiles, prices = get_profiles(), get_prices()
    for provider, model in profiles.default_models.items():
        assert profiles.get_profile(provider, model).known  # type: ignore[arg-type]
        assert prices.find(provider, model) is not None


def test_no_price_costs_more_from_the_cache_than_fresh() -> None:
    for _, pattern, price in get_prices().patterns:
        assert 0 < price.cached_input <= price.input <= price.output, pattern


def test_an_unknown_model_has_a_cautious_profile_and_no_price() -> None:
    profile = get_profiles().get_profile("openai", "qwen3")
    assert (profile.known, profile.max_tokens_field, profile.accepts_temperature) == (False, "max_tokens", True)
    assert get_prices().find("openai", "qwen3") is None


@pytest.mark.parametrize(
    ("model", "temperature"),
    [("claude-haiku-4-5", True), ("claude-sonnet-4-6", True), ("claude-opus-4-8", False), ("claude-sonnet-5-5", False)],
)
def test_claude_profiles_know_who_takes_a_temperature(model: str, *, temperature: bool) -> None:
    assert get_profiles().get_profile("anthropic", model).accepts_temperature is temperature


def test_vendors_clients_are_not_imported_before_they_are_asked() -> None:
    code = (
        "import sys, sparklabs.models.service as s; from sparklabs.models.settings import ProviderSettings as P;"
        "s.ChatModels(P(anthropic_api_key='k', google_api_key='k')).available();"
        "print([m for m in ('anthropic', 'openai', 'google.genai', 'langchain_anthropic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": "src"}, check=True
    )
    assert done.stdout.strip() == "[]"
