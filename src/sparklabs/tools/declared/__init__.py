"""Tools that an agent file declares without code, by `type`; those that cannot run yet say what they wait for."""

from sparklabs.tools.building import Builder
from sparklabs.tools.declared import api, calendar, database, messaging, price, rag, ticketing
from sparklabs.tools.declared.calendar.settings import CalendarSettings
from sparklabs.tools.declared.database.settings import DatabaseSettings
from sparklabs.tools.declared.waiting import missing_interface, waiting
from sparklabs.tools.settings import ToolSettings

__all__ = ["BUILDERS", "SETTINGS", "missing_interface"]

BUILDERS: dict[str, Builder] = {
    "ai_vision": waiting("vision"),
    "api": api.build,
    "calendar": calendar.build,
    "database": database.build,
    "mcp": waiting("mcp"),
    "messaging": messaging.build,
    "price": price.build,
    "python": waiting("python"),
    "rag": rag.build,
    "ticketing": ticketing.build,
    "vision": waiting("vision"),
    "workflow": waiting("workflow"),
}

SETTINGS: dict[str, type[ToolSettings]] = {
    "api": api.ApiSettings,
    "calendar": CalendarSettings,
    "database": DatabaseSettings,
    "price": price.PriceSettings,
    "rag": rag.RagSettings,
}
"""What `config` holds, for the types that check it."""
