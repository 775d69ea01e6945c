"""Gaps: what agents lack is listed, and one GitHub issue for each is opened once, ever, whatever breaks in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from sparklabs.agents.entities import AgentStatus
from sparklabs.agents.gaps import RETRY_AFTER, GapKeeper
from sparklabs.agents.github import GitHub
from sparklabs.agents.repository import GapRow
from sparklabs.agents.service import AgentService
from sparklabs.kit.db import Database
from tests.fakes.github_server import FakeGitHub, Trouble, serving
from tests.integration.agents.conftest import ANNA, Publish, agent_yaml

LACKING = """tools:
  - name: tax_lookup
    description: Finds the tax rate.
  - name: pay
    type: api
    config: {endpoint: https://pay.example.com, auth: "${PAY_TOKEN}"}
integrations: [{name: salesforce, type: crm}]
missing:
  tools:
    - name: symptom_checker
      description: "Asks for symptoms. <!-- @everyone -->"
      required_for: [triage]
      parameters: {type: object, properties: {age: {type: integer}}}
"""


class Hand:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with serving() as fake:
        yield fake


@pytest.fixture
def clock() -> Hand:
    return Hand()


MakeKeeper = Callable[..., GapKeeper]


@pytest.fixture
async def make_keeper(db: Database, github: FakeGitHub, clock: Hand) -> AsyncIterator[MakeKeeper]:
    made: list[GapKeeper] = []

    def make(repository: str = "house/tools", token: str = "ghp-test") -> GapKeeper:
        made.append(GapKeeper(db, github=GitHub(repository, token=token, api_url=github.url), clock=clock))
        return made[-1]

    yield make
    await asyncio.gather(*(each.aclose() for each in made))


async def gaps_by_name(service: AgentService, tenant_id: UUID) -> dict[str, GapRow]:
    return {gap.name: gap for gap in await service.gaps(tenant_id)}


async def test_the_agent_loads_and_says_what_it_lacks(publish: Publish, service: AgentService, tenant_id: UUID) -> None:
    done = await publish(agent_yaml(more=LACKING))
    assert done.agent.status is AgentStatus.ACTIVE
    assert {warning["level"] for warning in done.version.warnings} == {"availability"}
    gaps = await gaps_by_name(service, tenant_id)
    assert {(gap.kind, gap.name) for gap in gaps.values()} == {
        ("tool", "tax_lookup"),
        ("tool", "symptom_checker"),
        ("integration", "salesforce"),
        ("secret", "PAY_TOKEN"),
    }


async def test_a_gap_names_every_agent_that_has_it_and_goes_with_the_last(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    await publish(agent_yaml(more=LACKING), slug="iris")
    await publish(agent_yaml(more="tools: [tax_lookup]\n"), slug="rose")
    assert (await gaps_by_name(service, tenant_id))["tax_lookup"].agents == ["iris", "rose"]
    await publish(agent_yaml(), slug="iris")
    gaps = await gaps_by_name(service, tenant_id)
    assert {name: gap.agents for name, gap in gaps.items()} == {"tax_lookup": ["rose"]}
    await service.rollback(tenant_id, "iris", ANNA, number=1)
    assert (await gaps_by_name(service, tenant_id))["tax_lookup"].agents == ["iris", "rose"]


async def test_each_missing_tool_and_integration_gets_one_issue_and_secrets_none(
    publish: Publish, service: AgentService, tenant_id: UUID, make_keeper: MakeKeeper, github: FakeGitHub
) -> None:
    await publish(agent_yaml(more=LACKING))
    keeper = make_keeper()
    assert await keeper.open_issues(tenant_id) == 3
    assert await keeper.open_issues(tenant_id) == 0
    assert {issue["title"] for issue in github.issues} == {
        "Missing tool: tax_lookup",
        "Missing tool: symptom_checker",
        "Missing integration: salesforce",
    }
    gap = (await gaps_by_name(service, tenant_id))["tax_lookup"]
    assert (gap.issue_state, gap.issue_url) == ("open", f"https://github.com/house/tools/issues/{gap.issue_number}")


async def test_an_issue_says_what_is_expected_and_carries_no_markup_of_the_file(
    publish: Publish, tenant_id: UUID, make_keeper: MakeKeeper, github: FakeGitHub
) -> None:
    await publish(agent_yaml(more=LACKING))
    await make_keeper().open_issues(tenant_id)
    body = next(issue["body"] for issue in github.issues if "symptom" in issue["title"])
    for piece in ('"age": {', "### Expected interface", "- [ ] ", "`iris`", "triage", "sparklabs.tools"):
        assert piece in body
    assert body.count("<!--") == 1
    assert "@everyone" not in body


async def test_closed_issues_and_later_versions_open_nothing_anew(
    publish: Publish, tenant_id: UUID, make_keeper: MakeKeeper, github: FakeGitHub, clock: Hand
) -> None:
    await publish(agent_yaml(more=LACKING))
    keeper = make_keeper()
    await keeper.open_issues(tenant_id)
    for issue in github.issues:
        issue["state"] = "closed"
    await publish(agent_yaml("Rose", more=LACKING))
    clock.time += timedelta(days=1)
    assert await keeper.open_issues(tenant_id) == 0
    assert len(github.issues) == 3


async def test_many_processes_at_once_open_each_issue_once(
    publish: Publish, tenant_id: UUID, make_keeper: MakeKeeper, github: FakeGitHub
) -> None:
    await publish(agent_yaml(more=LACKING))
    github.pause_seconds = 0.05
    settled = await asyncio.gather(*(make_keeper().open_issues(tenant_id) for _ in range(4)))
    assert (sum(settled), len(github.issues)) == (3, 3)


async def test_an_answer_that_is_lost_does_not_double_the_issue(
    publish: Publish, service: AgentService, tenant_id: UUID, make_keeper: MakeKeeper, github: FakeGitHub, clock: Hand
) -> None:
    await publish(agent_yaml(more="tools: [tax_lookup]\n"))
    github.troubles = [Trouble(vanish=True)]
    keeper = make_keeper()
    assert await keeper.open_issues(tenant_id) == 0
    assert len(github.issues) == 1
    assert (await gaps_by_name(service, tenant_id))["tax_lookup"].issue_state == "failed"
    clock.time += RETRY_AFTER + timedelta(seconds=1)
    assert await keeper.open_issues(tenant_id) == 1
    assert len(github.issues) == 1
    assert (await gaps_by_name(service, tenant_id))["tax_lookup"].issue_number == 1


async def test_a_process_that_dies_between_answer_and_row_does_not_double_the_issue(
    publish: Publish, tenant_id: UUID, make_keeper: MakeKeeper, github: FakeGitHub, clock: Hand
) -> None:
    await publish(agent_yaml(more="tools: [tax_lookup]\n"))
    dying = make_keeper()

    async def die(*args: object, **more: object) -> None:
        raise asyncio.CancelledError

    dying._settle = die  # pyright: ignore
    with pytest.raises(asyncio.CancelledError):
        await dying.open_issues(tenant_id)
    for _ in range(120):
        github.add("Something else", "", labels=["sparklabs-gap"])
    assert await make_keeper().open_issues(tenant_id) == 0, "it may still be at work"
    clock.time += RETRY_AFTER + timedelta(seconds=1)
    assert await make_keeper().open_all() == 1
    assert sum("tax_lookup" in issue["title"] for issue in github.issues) == 1


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble(422, "Validation Failed"), "refuses"),
        (Trouble(403, "Resource not accessible by personal access token"), "right to write issues"),
        (Trouble(410, "Issues are disabled for this repo"), "switched off"),
        (Trouble(502, "Server Error"), "tried again"),
        (Trouble(401, "Bad credentials"), "SPARKLABS_GITHUB_TOKEN"),
    ],
)
async def test_a_refusal_is_stored_with_its_cure_and_tried_again_later(
    publish: Publish,
    service: AgentService,
    tenant_id: UUID,
    make_keeper: MakeKeeper,
    github: FakeGitHub,
    clock: Hand,
    trouble: Trouble,
    words: str,
) -> None:
    await publish(agent_yaml(more="tools: [tax_lookup]\n"))
    github.troubles = [trouble]
    keeper = make_keeper()
    assert await keeper.open_issues(tenant_id) == 0
    gap = (await gaps_by_name(service, tenant_id))["tax_lookup"]
    assert gap.issue_state == "failed" and words in (gap.issue_error or "")
    assert await keeper.open_issues(tenant_id) == 0
    clock.time += RETRY_AFTER + timedelta(seconds=1)
    assert await keeper.open_issues(tenant_id) == 1


@pytest.mark.parametrize(
    ("repository", "token", "words"),
    [("house/tools", "wrong", "token is not valid"), ("house/other", "ghp-test", "SPARKLABS_GITHUB_REPOSITORY")],
)
async def test_wrong_settings_are_named(
    publish: Publish,
    service: AgentService,
    tenant_id: UUID,
    make_keeper: MakeKeeper,
    repository: str,
    token: str,
    words: str,
) -> None:
    await publish(agent_yaml(more="tools: [tax_lookup]\n"))
    await make_keeper(repository, token).open_issues(tenant_id)
    assert words in ((await gaps_by_name(service, tenant_id))["tax_lookup"].issue_error or "")


async def test_a_rate_limit_ends_the_round_and_is_waited_for(
    publish: Publish, tenant_id: UUID, make_keeper: MakeKeeper, github: FakeGitHub, clock: Hand
) -> None:
    await publish(agent_yaml(more=LACKING))
    github.troubles = [Trouble(403, "You have exceeded a secondary rate limit", {"Retry-After": "60"}, method="GET")]
    keeper = make_keeper()
    assert await keeper.open_issues(tenant_id) == 0
    assert len(github.calls) == 1, "the round ends at the limit"
    clock.time += timedelta(seconds=61)
    assert await keeper.open_issues(tenant_id) == 3


async def test_an_unreachable_server_is_a_stored_failure(
    publish: Publish, service: AgentService, tenant_id: UUID, db: Database, clock: Hand
) -> None:
    await publish(agent_yaml(more="tools: [tax_lookup]\n"))
    keeper = GapKeeper(db, github=GitHub("house/tools", token="x", api_url="http://127.0.0.1:9"), clock=clock)
    await keeper.open_issues(tenant_id)
    await keeper.aclose()
    assert "cannot be reached" in ((await gaps_by_name(service, tenant_id))["tax_lookup"].issue_error or "")


def test_a_repository_that_is_no_name_is_refused() -> None:
    for name in ("tools", "a/b/c", "https://github.com/a/b", "a b/c"):
        with pytest.raises(ValueError, match="owner/name"):
            GitHub(name, token="x")
