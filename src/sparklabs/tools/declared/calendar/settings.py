"""The settings of a declared `calendar` tool."""

from typing import Any, Literal

from pydantic import Field

from sparklabs.tools.settings import ToolSettings


class CalendarSettings(ToolSettings):
    """`config` of a `calendar` tool; tools over one table should share hours, slots and capacity."""

    table: str = Field(description="The table that holds the bookings.")
    operation: Literal["find", "book", "cancel", "list"] = "find"
    hours: str | dict[str, Any] = Field(
        "Mon-Fri 09:00-17:00", description="Opening hours, or the name of a table with day, opens and closes."
    )
    slot_minutes: int = Field(30, ge=5, le=1440)
    capacity: int = Field(1, ge=1, le=1000)
    days_ahead: int = Field(14, ge=0, le=366)
    notice_minutes: int = Field(0, ge=0, le=100_000)
    closed: tuple[Any, ...] = Field((), description="Days off, YYYY-MM-DD.")
    timezone: str | None = None
    resources: tuple[str, ...] = Field((), description="Separate calendars, such as rooms or doctors.")
    resource_name: str = Field("resource", pattern=r"^[a-zA-Z_]\w{0,40}$")
    fields: tuple[str, ...] = Field((), description="Further arguments that are written into the booking.")
    required: tuple[str, ...] = ()
    match: tuple[str, ...] = Field(("id",), description="Cancelling, listing: arguments that must all fit.")
    set: dict[str, Any] = Field({}, description="Fixed values of a booking.")
    id_prefix: str = Field("", max_length=12, pattern=r"^[A-Za-z0-9_-]*$")
    limit: int = Field(8, ge=1, le=50)
