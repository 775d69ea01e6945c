"""Coded errors of working with contacts."""

from datetime import datetime

from sparklabs.kit.errors import ConflictError, NotFoundError, PreconditionFailedError


class ContactHandleTakenError(ConflictError):
    """Another contact of the workspace has this handle."""

    code = "contact_handle_taken"


class ContactExternalIdTakenError(ConflictError):
    """Another contact of the workspace has this external id."""

    code = "contact_external_id_taken"


class ContactChangedError(PreconditionFailedError):
    """The contact was changed since the caller read it."""

    code = "contact_changed"

    def __init__(self, present: datetime) -> None:
        super().__init__(
            "Somebody else changed this contact meanwhile.",
            hint="Read it again, look at what changed, and send your change with the new ETag in If-Match.",
            headers={"ETag": etag_of(present)},
        )


class MemoryNotFoundError(NotFoundError):
    """The contact has no such memory."""

    code = "memory_not_found"


def etag_of(updated_at: datetime) -> str:
    """A contact's entity tag: the moment of its last change, to the microsecond (RFC 9110, 8.8.3)."""
    return f'"{int(updated_at.timestamp())}{updated_at.microsecond:06d}"'
