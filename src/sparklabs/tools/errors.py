"""The coded errors of the tools room; inside a tool any SparkError may be raised, `execution` turns it into a fault."""

from collections.abc import Iterable

from rapidfuzz import process

from sparklabs.kit.errors import ConflictError, InvalidError, NotFoundError, SparkError, TooLargeError


class ToolNotFoundError(NotFoundError):
    """There is no tool of that name."""

    code = "tool_not_found"

    def __init__(self, name: str, *, known: Iterable[str]) -> None:
        near = nearest(name, known)
        super().__init__(
            f"There is no tool named {name!r}.",
            field="name",
            hint=f"Did you mean {near!r}?" if near else "GET /api/v1/tools lists those that are there.",
        )


class ToolBrokenError(InvalidError):
    """A tool's file or its declaration cannot be used."""

    code = "tool_broken"


class ArgumentsInvalidError(InvalidError):
    """The arguments do not fit the tool's schema."""

    code = "tool_arguments_invalid"


class RecordNotFoundError(NotFoundError):
    """No row fits."""

    code = "record_not_found"


class RecordNotAvailableError(ConflictError):
    """The row is there, but not in a state in which this may be done."""

    code = "record_not_available"


class RecordAmbiguousError(ConflictError):
    """More than one row fits."""

    code = "record_ambiguous"


class RecordExistsError(ConflictError):
    """A row with the same unique values is there already."""

    code = "record_exists"


class AddressForbiddenError(SparkError):
    """The address is one that tools must not reach."""

    status = 403
    code = "address_forbidden"
    title = "This address may not be reached"


class ResponseTooLargeError(TooLargeError):
    """The other side sent more than the limit."""

    code = "response_too_large"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, when one is alike enough."""
    match = process.extractOne(name, list(known), score_cutoff=65)
    return match[0] if match else None
