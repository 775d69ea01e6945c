"""Ingest and search over a real PostgreSQL with pgvector."""

from uuid import UUID

import pytest

from sparklabs.kit.db import Database
from sparklabs.kit.errors import SparkError
from sparklabs.knowledge.schemas import Document, IngestReport
from sparklabs.knowledge.service import Knowledge
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.execution import execute
from sparklabs.tools.registry import ToolRegistry
from sparklabs.tools.schemas import ToolDeclaration
from sparklabs.tools.service import Toolbox
from tests.factories.tool_contexts import make_context, make_rooms
from tests.fakes.word_embedder import WordEmbedder

RETURNS = Document(
    "returns.md", "# Returns\n\nGoods come back within 30 days.\n\n## Refunds\n\nMoney is back on your card in 5 days."
)
HOURS = Document("hours.txt", "We are open from nine to five on workdays.")  # fmt: skip


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def knowledge(db: Database, embedder: WordEmbedder) -> Knowledge:
    return Knowledge(db, embedder=lambda: embedder)


async def test_the_passage_that_answers_comes_first_with_its_source_and_scores(
    knowledge: Knowledge, tenant_id: UUID
) -> None:
    report = await knowledge.ingest(tenant_id, "shop", [RETURNS, HOURS])
    assert report == IngestReport(added=2, passages=3)
    found = await knowledge.search(tenant_id, ["shop"], "when is my money back on the card?")
    best = found[0]
    assert (best.title, best.source, best.heading) == ("Returns", "returns.md", "Returns > Refunds")
    assert best.content == "Money is back on your card in 5 days."
    assert best.score == pytest.approx(2 / 61)
    assert best.similarity > 0.4
    assert best.text_rank > 0
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)


async def test_unchanged_documents_are_not_embedded_again_and_vanished_ones_go(
    knowledge: Knowledge, tenant_id: UUID, embedder: WordEmbedder
) -> None:
    await knowledge.ingest(tenant_id, "shop", [RETURNS, HOURS])
    count = len(embedder.embedded)
    assert await knowledge.ingest(tenant_id, "shop", [RETURNS, HOURS]) == IngestReport(unchanged=2)
    assert len(embedder.embedded) == count
    changed = Document("hours.txt", "We never close.")
    assert await knowledge.ingest(tenant_id, "shop", [changed]) == IngestReport(changed=1, removed=1, passages=1)
    found = await knowledge.search(tenant_id, ["shop"], "money card open close")
    assert [passage.content for passage in found] == ["We never close."]


async def test_collections_and_tenants_are_walled(knowledge: Knowledge, tenant_id: UUID, other_tenant_id: UUID) -> None:
    await knowledge.ingest(tenant_id, "shop", [RETURNS])
    await knowledge.ingest(tenant_id, "clinic", [HOURS])
    assert {each.source for each in await knowledge.search(tenant_id, ["clinic"], "money open")} == {"hours.txt"}
    assert len(await knowledge.search(tenant_id, ["clinic", "shop"], "money open")) == 3
    assert await knowledge.search(other_tenant_id, ["shop", "clinic"], "money open") == []
    await knowledge.ingest(other_tenant_id, "shop", [])
    assert await knowledge.search(tenant_id, ["shop"], "money")


@pytest.mark.parametrize("query", ["", "   ", "'; DROP TABLE x; --", "& | ! :* <->", "the of and", "😀", "a" * 5000])
async def test_no_question_breaks_the_search(knowledge: Knowledge, tenant_id: UUID, query: str) -> None:
    await knowledge.ingest(tenant_id, "shop", [RETURNS])
    found = await knowledge.search(tenant_id, ["shop"], query)
    assert bool(found) == bool(query.strip())


async def test_a_document_with_zero_bytes_is_refused(knowledge: Knowledge, tenant_id: UUID) -> None:
    with pytest.raises(SparkError) as caught:
        await knowledge.ingest(tenant_id, "shop", [Document("x.md", "a\x00b")])
    assert (caught.value.code, caught.value.field) == ("document_invalid", "x.md")


async def test_search_knowledge_gives_passages_and_citations_of_the_agents_own_collection(
    db: Database, tenant_id: UUID
) -> None:
    rooms = make_rooms(db)
    await rooms.knowledge.ingest(tenant_id, "acme-sales", [RETURNS])
    box = Toolbox(ToolRegistry(rooms), rooms, db=db)
    tools = await box.bind(tenant_id, [ToolDeclaration("search_knowledge")], agent=AgentBinding("acme-sales"))
    result = await execute(tools.get("search_knowledge"), {"query": "refund to card"}, make_context(db, tenant_id))
    assert result.content["passages"][0]["heading"] == "Returns > Refunds"
    assert result.citations[0].source == "returns.md"
    assert tools.schemas[0].role == "knowledge"
