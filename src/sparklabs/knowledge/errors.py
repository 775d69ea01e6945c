"""The coded errors of the knowledge room."""

from sparklabs.kit.errors import InvalidError


class DocumentInvalidError(InvalidError):
    """A document cannot be read."""

    code = "document_invalid"
