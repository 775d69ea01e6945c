"""Coded errors of web chat."""

from sparklabs.kit.errors import ForbiddenError, InvalidError, NotFoundError, RateLimitedError, UnavailableError


class EmbedKeyNotFoundError(NotFoundError):
    """No chat belongs to this public key, or it was revoked."""

    code = "widget_key_not_found"


class OriginNotAllowedError(ForbiddenError):
    """The page that carries the widget is not on the agent's list."""

    code = "widget_origin_not_allowed"


class ChatPageNotFoundError(NotFoundError):
    """No active agent of this name has a public chat page."""

    code = "chat_page_not_found"


class TooManyVisitorsError(RateLimitedError):
    """One address opens new chats faster than people do."""

    code = "widget_too_many_sessions"


class BundleMissingError(UnavailableError):
    """The widget's files were not built."""

    code = "widget_not_built"


class OriginInvalidError(InvalidError):
    """What should be an origin is none."""

    code = "widget_origin_invalid"
