"""The database goes away in mid-turn and comes back: what was accepted is answered."""

from pathlib import Path
from uuid import UUID

from sparklabs.kit.db import DatabaseAddresses
from sparklabs.kit.db.migrate import migrate
from sparklabs.kit.errors import SparkError
from sparklabs.kit.postgres import EmbeddedPostgres
from tests.conftest import SECRET_KEY
from tests.factories.platform import (
    header_of,
    make_settings,
    open_conversation,
    publish,
    running_services,
    until,
)
from tests.factories.talking import agent_file
from tests.fakes.counting_service import CountingService
from tests.fakes.openai_server import FakeOpenAI
from tests.integration.conversations.conftest import Talk


async def test_a_turn_during_which_the_server_was_stopped_and_started_is_answered(
    tmp_path: Path, model: FakeOpenAI, service: CountingService
) -> None:
    postgres = EmbeddedPostgres(tmp_path / "postgres-home")
    addresses = DatabaseAddresses.derive(postgres.start().admin_dsn, secret_key=SECRET_KEY)
    try:
        migrate(addresses, secret_key=SECRET_KEY)
        given = {"openai_base_url": model.base_url, "tools_allowed_hosts": [service.address]}
        async with running_services(addresses, make_settings(tmp_path, **given), role="all", name="all") as services:
            tenant_id: UUID = (await services.ensure_owner()).tenant_id
            await publish(services, tenant_id, agent_file(service_url=service.url))
            opened = await open_conversation(services, tenant_id)
            talk = Talk(tenant_id, await header_of(services, tenant_id, opened.id), services.db)
            service.free.clear()
            await services.turns.accept(talk.header, content="order lamp; charge desk")
            await until(lambda: service.calls)
            postgres.stop()
            service.free.set()
            await until(lambda: services.worker.turns_running == 0, seconds=20)
            postgres.start()

            async def answered() -> bool:
                try:
                    return await talk.open_runs() == 0
                except SparkError:
                    return False

            await until(answered, seconds=30)
            assert await talk.said() == [
                ("user", "order lamp; charge desk"),
                ("assistant", "answer to order lamp; charge desk"),
            ]
            assert (await talk.orders(), len(service.calls)) == (["lamp"], 1)
            assert await talk.state_of_calls() == [("create_order", "done"), ("charge", "outcome_unknown")]
            assert await talk.say(services, "hello") == "answer to hello"
    finally:
        postgres.stop()
