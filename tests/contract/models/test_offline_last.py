"""The offline model stands at the end of every chain and needs nothing."""

from sparklabs.models.settings import ProviderSettings
from tests.contract.models.asking import hear, patient
from tests.fakes.openai_server import FakeOpenAI, Reply


async def test_without_any_key_the_offline_model_answers_at_no_cost() -> None:
    service = patient(ProviderSettings())
    heard = await hear(service, models=("auto",))
    assert (heard.done.provider, heard.done.model, heard.done.cost_micros) == ("offline", "offline", 0)
    assert heard.text
    assert heard.outcomes == ["not_configured", "ok"]
    assert [row["provider"] for row in service.available()] == ["offline"]
    await service.aclose()


async def test_when_every_provider_is_down_offline_answers_and_the_attempts_say_why() -> None:
    async with FakeOpenAI([Reply(status=500, error={"message": "down"})]) as server:
        service = patient(ProviderSettings(openai_base_url=server.base_url))
        heard = await hear(service, models=("gpt-4o", "gemini-2.5-pro"))
        await service.aclose()
    assert heard.done.provider == "offline"
    assert heard.outcomes == ["not_configured", "model_server_error", "model_server_error", "ok"]
    assert [attempt.provider for attempt in heard.done.attempts][-1] == "offline"


async def test_offline_by_name_asks_nobody_else() -> None:
    async with FakeOpenAI() as server:
        service = patient(ProviderSettings(openai_base_url=server.base_url))
        heard = await hear(service, models=("offline",))
        await service.aclose()
        assert server.requests == []
    assert heard.outcomes == ["ok"]
