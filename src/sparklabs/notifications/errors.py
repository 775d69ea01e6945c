"""Coded errors of notifications."""

from sparklabs.kit.errors import InvalidError


class NotificationKindInvalidError(InvalidError):
    """There is no notification of this kind."""

    code = "notification_kind_invalid"
