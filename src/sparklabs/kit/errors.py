"""The tree of coded errors that every room raises; how they look on the wire is the edge's matter.

SparkError
├── BadRequestError 400      ├── ConflictError 409
├── UnauthenticatedError 401 ├── PreconditionFailedError 412
├── ForbiddenError 403       ├── TooLargeError 413
├── NotFoundError 404        ├── InvalidError 422
├── RateLimitedError 429     └── UnavailableError 503
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class SparkError(Exception):
    """An error with a stable code, a sentence that says what happened and a hint that says what to do next."""

    status: ClassVar[int] = 500
    code: str = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        field: str | None = None,
        hint: str | None = None,
        faults: Sequence[Mapping[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.field = field
        self.hint = hint
        self.faults = tuple(faults or ())
        self.headers = dict(headers or {})


class BadRequestError(SparkError):
    """The request itself cannot be read."""

    status = 400
    code = "bad_request"
    title = "The request cannot be read"


class UnauthenticatedError(SparkError):
    """Nobody is known to be asking."""

    status = 401
    code = "unauthenticated"
    title = "Sign in first"


class ForbiddenError(SparkError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFoundError(SparkError):
    """There is no such thing, or none the caller may see."""

    status = 404
    code = "not_found"
    title = "Not found"


class ConflictError(SparkError):
    """The thing is in a state in which this cannot be done."""

    status = 409
    code = "conflict"
    title = "Conflict with the present state"


class PreconditionFailedError(SparkError):
    """Somebody else changed the thing since the caller read it."""

    status = 412
    code = "precondition_failed"
    title = "Changed by somebody else"


class TooLargeError(SparkError):
    """The content is larger than the stated limit."""

    status = 413
    code = "too_large"
    title = "Too large"


class InvalidError(SparkError):
    """The content was understood and breaks a rule."""

    status = 422
    code = "invalid"
    title = "Some values are not valid"


class RateLimitedError(SparkError):
    """The caller asked too often."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"


class UnavailableError(SparkError):
    """Something this needs is not there just now."""

    status = 503
    code = "unavailable"
    title = "Not available just now"
