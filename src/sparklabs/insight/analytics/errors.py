"""Coded errors of analytics."""

from sparklabs.kit.errors import InvalidError


class TimezoneInvalidError(InvalidError):
    """The name is no zone of the IANA time zone database."""

    code = "timezone_invalid"


class RangeInvalidError(InvalidError):
    """A range of days that ends before it begins, or is longer than a year."""

    code = "range_invalid"
