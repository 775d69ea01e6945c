"""What agents lack, as GitHub issues: one for each missing thing, opened once, ever; `github` does the speaking."""

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from sparklabs.agents import repository
from sparklabs.agents.github import GitHub, GitHubError
from sparklabs.agents.repository import GapRow
from sparklabs.kit.clock import Clock, SystemClock
from sparklabs.kit.db import Database

logger = logging.getLogger(__name__)

LABEL = "sparklabs-gap"
RETRY_AFTER = timedelta(minutes=15)


class GapKeeper:
    """Opens the issues of a tenant's gaps; any number of processes may try at once."""

    def __init__(self, db: Database, *, github: GitHub, clock: Clock | None = None) -> None:
        self._db = db
        self._github = github
        self._clock = clock or SystemClock()

    async def open_issues(self, tenant_id: UUID) -> int:
        """Opens an issue for each missing tool or integration that has none; returns how many it settled.

        A failure is stored with its reason and tried again after a quarter of an hour, or when GitHub says so.
        """
        async with self._db.tenant(tenant_id) as conn:
            waiting = await repository.list_unopened_gaps(conn, retry_before=self._clock.now() - RETRY_AFTER)
        settled = 0
        for gap in waiting:
            try:
                settled += await self._open(tenant_id, gap)
            except GitHubError as error:
                if error.retry_after is not None:
                    break
        return settled

    async def aclose(self) -> None:
        await self._github.aclose()

    async def open_all(self) -> int:
        """The same for every tenant that has something waiting; for a timer."""
        async with self._db.system() as conn:
            tenants = await repository.list_tenants_with_gaps(conn, retry_before=self._clock.now() - RETRY_AFTER)
        return sum([await self.open_issues(tenant_id) for tenant_id in tenants])

    async def _open(self, tenant_id: UUID, gap: GapRow) -> bool:
        """Claims the gap, then looks for its issue before it opens one; False when another process has claimed it.

        The claim is committed first: who dies after it leaves `opening` behind, which is taken up a quarter of an hour
        later, longer than any call can take.
        """
        async with self._db.tenant(tenant_id) as conn:
            if not await repository.claim_gap(conn, gap, now=self._clock.now()):
                return False
        marker = make_marker(tenant_id, gap)
        try:
            issue = await self._github.find_issue(marker, label=LABEL)
            if issue is None:
                body = make_body(gap, marker=marker)
                issue = await self._github.open_issue(title=make_title(gap), body=body, labels=(LABEL,))
        except GitHubError as error:
            logger.warning("No issue for the missing %s %s: %s", gap.kind, gap.name, error.message)
            await self._settle(tenant_id, gap, error=error)
            raise
        await self._settle(tenant_id, gap, number=issue.number, url=issue.url)
        return True

    async def _settle(
        self,
        tenant_id: UUID,
        gap: GapRow,
        *,
        number: int | None = None,
        url: str | None = None,
        error: GitHubError | None = None,
    ) -> None:
        now = self._clock.now()
        if error is not None and error.retry_after is not None:
            now += error.retry_after - RETRY_AFTER
        async with self._db.tenant(tenant_id) as conn:
            await repository.settle_gap(
                conn, gap.id, number=number, url=url, error=error.message if error else None, now=now
            )


def make_marker(tenant_id: UUID, gap: GapRow) -> str:
    """A comment that readers do not see and that names the gap; the row's id stays the same for good."""
    return f"<!-- sparklabs-gap:{tenant_id}:{gap.kind}:{gap.id} -->"


def make_title(gap: GapRow) -> str:
    return f"Missing {gap.kind}: {_plain(gap.name)}"[:250]


def make_body(gap: GapRow, *, marker: str) -> str:
    """The issue: what is missing, for whom, the interface that is expected and when it is done."""
    needed = [_plain(each) for each in gap.interface.get("required_for", [])]
    parts = [
        marker,
        f"Agents name the {gap.kind} **{_plain(gap.name)}**, which this installation has not got. "
        "They run without it until it is there.",
        f"**What it shall do:** {_plain(gap.description)}" if gap.description else "",
        "**Needed by:** " + (", ".join(f"`{slug}`" for slug in gap.agents) or "no agent any more"),
        f"**Without it, this cannot be done:** {', '.join(needed)}" if needed else "",
        _interface(gap),
        _acceptance(gap),
    ]
    return "\n\n".join(part for part in parts if part)


def _interface(gap: GapRow) -> str:
    if gap.kind == "integration":
        return (
            "### Expected interface\n\n"
            f"A connector named `{_plain(gap.name)}` with a connection test, its credentials as secrets of the "
            "workspace, and the actions that the agents' tools call through `integration:`."
        )
    nothing: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
    arguments: dict[str, Any] = gap.interface.get("parameters") or nothing
    result: dict[str, Any] = gap.interface.get("result") or {"type": "object"}
    return (
        "### Expected interface\n\n"
        f"A tool named `{_plain(gap.name)}`, installed through the entry point group `sparklabs.tools`.\n\n"
        f"Arguments:\n\n{_schema(arguments)}\n\nResult:\n\n{_schema(result)}"
    )


def _acceptance(gap: GapRow) -> str:
    checks = {
        "tool": (
            f"`GET /api/v1/tools/{gap.name}` shows it with these schemas, its risk and its side effect.",
            "Wrong arguments are refused with the field that is wrong.",
            "A time-out, a refusal and an outage of what it calls each give a coded fault, never a crash.",
            "A call that is repeated with the same key has its effect once.",
            "Tests run it against a server that speaks the true protocol.",
        ),
        "integration": (
            "It can be connected, tested and disconnected in the console and over the API.",
            "Credentials are stored sealed and never shown again.",
            "An outage and an expired credential each give a coded fault that says what to do.",
            "Tests run it against a server that speaks the true protocol.",
        ),
    }.get(gap.kind, ())
    agents = ", ".join(f"`{slug}`" for slug in gap.agents)
    done = (*checks, f"These agents load without naming it as missing: {agents}.") if agents else checks
    return "### Done when\n\n" + "\n".join(f"- [ ] {check}" for check in done)


def _schema(schema: Any) -> str:
    return "```json\n" + json.dumps(schema, indent=2, ensure_ascii=False).replace("```", "'''") + "\n```"


def _plain(text: Any) -> str:
    """Words of an agent file as words: no mentions, markup or comments of their own."""
    return " ".join(str(text).replace("@", "@\u200b").replace("<", "&lt;").replace("`", "'").split())
