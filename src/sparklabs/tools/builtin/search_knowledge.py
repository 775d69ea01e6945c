"""`search_knowledge`: the passages of the agent's documents that answer a question, with their sources."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from sparklabs.knowledge.schemas import Passage
from sparklabs.knowledge.service import Knowledge
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.schemas import Citation, Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec
from sparklabs.tools.settings import ToolSettings, read_settings

_PARAMETERS = {
    "type": "object",
    "properties": {
        "query": {"type": "string", "description": "The question, in full.", "minLength": 1, "maxLength": 1000}
    },
    "required": ["query"],
    "additionalProperties": False,
}  # fmt: skip


class KnowledgeSettings(ToolSettings):
    """`config` of `search_knowledge`."""

    collections: tuple[str, ...] = Field((), description="Collections to search; default the agent's own.")
    limit: int = Field(4, ge=1, le=20, description="Most passages given back.")


@dataclass(frozen=True, slots=True)
class SearchKnowledge:
    """Hybrid retrieval over the collections."""

    spec: ToolSpec
    knowledge: Knowledge
    collections: tuple[str, ...]
    limit: int

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        collections = self.collections or (context.agent_slug,)
        found = await self.knowledge.search(context.tenant_id, collections, arguments["query"], limit=self.limit)
        return ToolResult(
            ok=True,
            content={"count": len(found), "passages": [_shown(passage) for passage in found]},
            citations=tuple(
                Citation(passage.title, passage.source, passage.content, passage.similarity) for passage in found
            ),
        )


def _shown(passage: Passage) -> dict[str, Any]:
    return {
        "title": passage.title,
        "heading": passage.heading,
        "source": passage.source,
        "content": passage.content,
        "similarity": round(passage.similarity, 4),
        "text_rank": round(passage.text_rank, 4),
        "score": round(passage.score, 5),
    }


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:
    """The tool over the named collections, else over the agent's own."""
    settings = read_settings(KnowledgeSettings, declaration)
    return make(declaration, rooms, collections=settings.collections or agent.collections, limit=settings.limit)


def make(declaration: ToolDeclaration, rooms: Rooms, *, collections: tuple[str, ...], limit: int) -> Tool:
    """The tool over exactly these collections."""
    spec = make_spec(
        declaration,
        description="Find what our documents say about a question: policies, instructions, facts.",
        parameters=_PARAMETERS, side_effect="none", category="knowledge", role="knowledge", timeout_seconds=15,
        source="builtin" if declaration.type is None else "declared",
    )  # fmt: skip
    return SearchKnowledge(spec, rooms.knowledge, collections, limit)
