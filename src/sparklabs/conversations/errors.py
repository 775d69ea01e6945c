"""Coded errors of conversations and messages."""

from sparklabs.kit.errors import ConflictError, InvalidError, NotFoundError


class ConversationNotFoundError(NotFoundError):
    """No such conversation, or not one the caller may see."""

    code = "conversation_not_found"


class ContactNotFoundError(NotFoundError):
    """No such contact in this workspace."""

    code = "contact_not_found"


class MessageNotFoundError(NotFoundError):
    """No such message in this conversation."""

    code = "message_not_found"


class ConversationClosedError(ConflictError):
    """A closed conversation takes no more messages."""

    code = "conversation_closed"


class ConversationBusyError(ConflictError):
    """A turn is running and the agent's policy is to reject meanwhile."""

    code = "conversation_busy"


class IdempotencyMismatchError(InvalidError):
    """The same Idempotency-Key came with another body."""

    code = "idempotency_key_reused"


class AgentNotRunningError(ConflictError):
    """The agent is paused, archived or has no published version."""

    code = "agent_not_running"


class ContactInvalidError(InvalidError):
    """The contact names an address that cannot be one."""

    code = "contact_invalid"
