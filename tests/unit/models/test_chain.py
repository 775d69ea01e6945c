"""Which models are asked, in which order, for the names an agent file gives."""

import pytest

from sparklabs.models.chain import Chain, ChainResolver
from sparklabs.models.profiles import get_profiles
from sparklabs.models.service import ChatModels
from sparklabs.models.settings import ProviderSettings


def chain(*models: str, credentials: dict[str, str] | None = None, **settings: str) -> Chain:
    return ChainResolver(ProviderSettings(**settings), get_profiles()).resolve(models, credentials or {})  # type: ignore[arg-type]


def targets(*models: str, credentials: dict[str, str] | None = None, **settings: str) -> list[tuple[str, str]]:
    return [(each.provider, each.model) for each in chain(*models, credentials=credentials, **settings).targets]


def default(provider: str) -> tuple[str, str]:
    return provider, get_profiles().default_models[provider]


def test_auto_is_the_best_configured_provider() -> None:
    assert targets("auto") == []
    assert targets("auto", openai_base_url="http://x") == [default("openai")]
    assert targets("auto", anthropic_api_key="k", google_api_key="k") == [default("anthropic")]
    assert targets("auto", google_api_key="k") == [default("google")]
    assert targets("auto", openai_api_key="k", default_model="gpt-4o") == [("openai", "gpt-4o")]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("gpt-4o", ("openai", "gpt-4o")),
        ("o3-mini", ("openai", "o3-mini")),
        ("claude-sonnet-4-6", ("anthropic", "claude-sonnet-4-6")),
        ("gemini-2.5-pro", ("google", "gemini-2.5-pro")),
        ("openai/gpt-x", ("openai", "gpt-x")),
        ("google/gemini-9", ("google", "gemini-9")),
    ],
)
def test_a_name_finds_its_vendor(name: str, found: tuple[str, str]) -> None:
    assert targets(name, openai_api_key="k", anthropic_api_key="k", google_api_key="k") == [found]


def test_an_unknown_vendors_model_goes_to_the_compatible_server_under_its_whole_name() -> None:
    assert targets("meta-llama/llama-4", openai_base_url="http://x") == [("openai", "meta-llama/llama-4")]
    assert targets("qwen3", openai_base_url="http://x") == [("openai", "qwen3")]
    assert chain("qwen3", openai_api_key="k").skipped[0].outcome == "not_configured"


def test_a_model_without_a_key_is_passed_over_and_said() -> None:
    found = chain("gemini-2.5-pro", "gpt-4o", openai_api_key="k")
    assert [each.model for each in found.targets] == ["gpt-4o"]
    assert [(each.outcome, each.detail) for each in found.skipped] == [("not_configured", "google has no key")]


def test_when_no_named_model_is_configured_the_best_provider_stands_in() -> None:
    assert targets("gemini-2.5-pro", openai_api_key="k") == [default("openai")]
    assert targets("gemini-2.5-pro", "offline", openai_api_key="k") == []


def test_offline_ends_the_chain_and_repeats_are_dropped() -> None:
    assert targets("offline", openai_api_key="k") == []
    assert targets("gpt-4o", "offline", "gpt-4.1", openai_api_key="k") == [("openai", "gpt-4o")]
    assert targets("gpt-4o", "openai/gpt-4o", openai_api_key="k") == [("openai", "gpt-4o")]


def test_a_tenants_own_key_stands_before_the_platforms_and_stays_with_that_tenant() -> None:
    resolver = ChainResolver(ProviderSettings(openai_api_key="platform"), get_profiles())
    assert resolver.resolve(("gpt-4o",), {"openai": "tenant"}).targets[0].api_key == "tenant"
    assert resolver.resolve(("gpt-4o",), {}).targets[0].api_key == "platform"
    assert targets("gemini-2.5-pro", credentials={"google": "tenant"}) == [("google", "gemini-2.5-pro")]


def test_what_is_available_is_what_is_configured() -> None:
    rows = ChatModels(ProviderSettings(anthropic_api_key="k", openai_base_url="http://x")).available()
    assert [row["provider"] for row in rows] == ["openai", "anthropic", "offline"]
    assert all(row["context_tokens"] for row in rows[:2])


def test_keys_never_show() -> None:
    found = chain("gpt-4o", openai_api_key="sk-secret", credentials={"openai": "sk-tenant"})
    assert "sk-" not in repr(found) + repr(ProviderSettings(openai_api_key="sk-secret", google_api_key="sk-g"))
