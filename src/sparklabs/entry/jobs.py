"""The background jobs of the platform, each a load and a call; when they run stands here too."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sparklabs.jobs.service import ENDED_KEPT
from sparklabs.kit.jobs import forget_ended

JOBS = SimpleNamespace(
    drain="conversations.drain",
    summarise="conversations.summarise",
    index_names="contacts.index_names",
    sweep_erased="contacts.sweep_erased",
    gaps="agents.gaps",
    gaps_again="agents.gaps_again",
    maintain="kit.maintain",
)
PARTITIONS_AHEAD = timedelta(days=70)
# Longer than any one call of a tool may take.
SWEEP_AFTER_SECONDS = 300
IDEMPOTENCY_KEPT = timedelta(days=1)


def register_jobs(services: Any) -> None:
    """Names the jobs in the process's job app."""
    app = services.job_app

    @app.task(name=JOBS.drain)
    async def drain(*, tenant_id: str, conversation_id: str) -> None:
        header = await services.conversations.find_header(UUID(tenant_id), UUID(conversation_id))
        if header is not None:
            await services.worker.drain(header)

    @app.task(name=JOBS.summarise)
    async def summarise(*, tenant_id: str, conversation_id: str) -> None:
        header = await services.conversations.find_header(UUID(tenant_id), UUID(conversation_id))
        if header is not None:
            await services.summaries.summarise(header)

    @app.task(name=JOBS.index_names)
    async def index_names() -> None:
        """At every start: names that an earlier release stored, or read in another way, become findable."""
        await services.contacts.index_names()

    @app.task(name=JOBS.sweep_erased)
    async def sweep_erased(*, tenant_id: str, contact_id: str, conversation_ids: list[str], run_ids: list[str]) -> None:
        """What a tool that was under way during an erasure wrote after it."""
        await services.erasures.sweep(
            UUID(tenant_id),
            contact_id=UUID(contact_id),
            conversation_ids=[UUID(each) for each in conversation_ids],
            run_ids=[UUID(each) for each in run_ids],
        )

    @app.task(name=JOBS.gaps)
    async def gaps(*, tenant_id: str) -> None:
        if services.gaps is not None:
            await services.gaps.open_issues(UUID(tenant_id))

    @app.periodic(cron="*/15 * * * *")
    @app.task(name=JOBS.gaps_again, queueing_lock=JOBS.gaps_again)
    async def gaps_again(timestamp: int) -> None:
        """Tries again what GitHub refused or what a crash left half done."""
        del timestamp
        if services.gaps is not None:
            await services.gaps.open_all()

    @app.periodic(cron="17 * * * *")
    @app.task(name=JOBS.maintain, queueing_lock=JOBS.maintain)
    async def maintain(timestamp: int) -> None:
        """Hourly: months of the big tables ahead; old idempotency keys, notifications and ended jobs gone."""
        del timestamp
        now = services.clock.now()
        await services.make_partitions()
        async with services.db.system() as conn:
            await conn.execute("DELETE FROM idempotency_keys WHERE created_at < %s", (now - IDEMPOTENCY_KEPT,))
            await conn.execute("DELETE FROM socket_tickets WHERE expires_at < %s", (now,))
        await services.notifications.forget_old()
        await forget_ended(app, after=ENDED_KEPT)

    del drain, summarise, index_names, sweep_erased, gaps, gaps_again, maintain
