"""Reading the `config` of a declared tool: unknown keys are let through unless they look like a slip of the pen."""

from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sparklabs.tools.binding import AgentBinding, DataTable
from sparklabs.tools.errors import ToolBrokenError, nearest
from sparklabs.tools.hours import local_now
from sparklabs.tools.schemas import ToolContext, ToolDeclaration


class ToolSettings(BaseModel):
    """Base of all `config` models. Seeds carry keys for later steps, so what is unknown is kept, not refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", frozen=True)


S = TypeVar("S", bound=ToolSettings)


def read_settings(model: type[S], declaration: ToolDeclaration) -> S:
    """The declaration's config; raises `tool_broken` naming the key and the cure."""
    for key in declaration.config:
        near = None if key in model.model_fields else nearest(key, model.model_fields)
        if near and near not in declaration.config and abs(len(near) - len(key)) <= 2:
            raise ToolBrokenError(
                f"The tool {declaration.name!r} has an unknown setting {key!r}.", field=f"config/{key}",
                hint=f"Did you mean {near!r}?",
            )  # fmt: skip
    try:
        return model.model_validate(declaration.config)
    except ValidationError as error:
        first = error.errors()[0]
        path = "/".join(str(part) for part in first["loc"])
        raise ToolBrokenError(
            f"The tool {declaration.name!r} cannot be set up: {path}: {first['msg']}.", field=f"config/{path}",
            hint="See the tool's page in the reference for its settings.",
        ) from error  # fmt: skip


def get_table(name: str, declaration: ToolDeclaration, agent: AgentBinding) -> DataTable:
    """The agent's table of that name; raises `tool_broken` saying how to declare it."""
    table = agent.find_table(name)
    if table is None:
        near = nearest(name, [each.name for each in agent.tables])
        raise ToolBrokenError(
            f"The tool {declaration.name!r} needs the data table {name!r}, which the agent does not have.",
            field="config/table",
            hint=f"Did you mean {near!r}?" if near else f"Declare it: `data: [{{name: {name}, file: ...}}]`.",
        )
    return table


def filled(value: Any, context: ToolContext) -> Any:
    """A fixed value with `{contact_id}`, `{conversation_id}`, `{agent}`, `{today}` and `{now}` filled in."""
    if not isinstance(value, str) or "{" not in value:
        return value
    facts = {
        "contact_id": str(context.contact_id or ""),
        "conversation_id": str(context.conversation_id or ""),
        "agent": context.agent_slug,
        "today": local_now(context).date().isoformat(),
        "now": local_now(context).isoformat(timespec="seconds"),
    }
    for name, fact in facts.items():
        value = value.replace("{" + name + "}", fact)
    return value
