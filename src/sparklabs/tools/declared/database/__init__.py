"""Declared tools of type `database`: one operation over one of the agent's data tables."""

from sparklabs.models.schemas import SideEffect, ToolRole
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.declared.database.reading import RowGetter, RowReader, get_parameters, read_parameters
from sparklabs.tools.declared.database.settings import DatabaseSettings, check_columns, get_operation
from sparklabs.tools.declared.database.writing import RowChanger, RowMaker, write_parameters
from sparklabs.tools.schemas import Tool, ToolDeclaration
from sparklabs.tools.settings import get_table, read_settings

_VERB = {"search": "Search", "list": "List", "get": "Look up one entry of", "create": "Add an entry to"}


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool; raises `tool_broken` when its settings do not fit the table."""
    settings = read_settings(DatabaseSettings, declaration)
    table = get_table(settings.table, declaration, agent)
    operation = get_operation(settings, tool=declaration.name)
    check_columns(settings, table, tool=declaration.name)
    default = f"{_VERB.get(operation, 'Change an entry of')} {table.name.replace('_', ' ')}."
    description = declaration.description or " ".join(filter(None, (default, table.description)))
    searched = settings.search or tuple(field.name for field in table.fields if field.type == "string")

    def spec(parameters: dict[str, object], side_effect: SideEffect, role: ToolRole = "action"):
        return make_spec(
            declaration, description=description, parameters=parameters, side_effect=side_effect, role=role,
            category="data", risk="low" if side_effect == "none" else "medium", timeout_seconds=10,
        )  # fmt: skip

    match operation:
        case "search" | "list":
            searched = searched if operation == "search" else ()
            return RowReader(
                spec(read_parameters(settings, table, searched=searched), "none"), table, settings, searched
            )
        case "get":
            return RowGetter(spec(get_parameters(settings, table), "none"), table, settings)
        case "create":
            return RowMaker(spec(write_parameters(settings, table, update=False), "idempotent"), table, settings)
        case "update":
            return RowChanger(spec(write_parameters(settings, table, update=True), "idempotent"), table, settings)
