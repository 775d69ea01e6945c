"""`remember`: a named fact about the person, known in their later conversations too."""

from dataclasses import dataclass
from typing import Any

from sparklabs.kit.errors import InvalidError
from sparklabs.models.embeddings import EmbeddingsMissingError
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.builtin import repository
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec

_OWN_NAME = frozenset({"name", "full_name", "contact_name", "customer_name", "user_name"})
_PARAMETERS = {
    "type": "object",
    "properties": {
        "name": {
            "type": "string", "minLength": 1, "maxLength": 80,
            "description": "What kind of fact, such as name, company or preferred_time.",
        },
        "fact": {"type": "string", "minLength": 1, "maxLength": 500, "description": "The fact in one sentence."},
    },
    "required": ["name", "fact"],
    "additionalProperties": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remember:
    """Writes the fact; the same name again replaces it. The person's own name is sealed with the contact instead."""

    spec: ToolSpec
    rooms: Rooms

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        if context.contact_id is None:
            raise InvalidError("There is no person to remember this of.", code="contact_missing")
        name, fact = "_".join(arguments["name"].lower().split()), arguments["fact"].strip()
        if name in _OWN_NAME and self.rooms.people is not None:
            if await self.rooms.people.learn_name(context.tenant_id, context.contact_id, fact):
                return ToolResult(ok=True, content={"name": "name", "fact": fact})
            # Another name is on file, perhaps from a system of record: this one is kept beside it.
            name = "preferred_name"
        row = await repository.upsert_memory(context, name=name, content=fact, embedding=await self._embed(fact))
        return ToolResult(ok=True, content={"id": str(row["id"]), "name": row["name"], "fact": row["content"]})

    async def _embed(self, fact: str) -> Any:
        """The fact's vector, for later search by meaning; without the model's files the fact is kept all the same."""
        try:
            return (await self.rooms.embedder().aembed([fact]))[0]
        except EmbeddingsMissingError:
            return None


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001 - the agent plays no part
    """The tool."""
    spec = make_spec(
        declaration,
        description="Remember a fact about this person for later conversations.",
        parameters=_PARAMETERS, side_effect="idempotent", category="memory", role="memory", timeout_seconds=10,
        say="I will remember that.", source="builtin",
    )  # fmt: skip
    return Remember(spec, rooms)
