"""The agents room's coded errors; how they look on the wire is the edge's matter."""

from collections.abc import Sequence

from sparklabs.kit.errors import ConflictError, InvalidError, NotFoundError, PreconditionFailedError


class AgentNotFoundError(NotFoundError):
    """No agent has this slug or id in the tenant."""

    code = "agent_not_found"
    title = "No such agent"

    def __init__(self, reference: str, *, near: Sequence[str] = ()) -> None:
        hint = f"Did you mean {' or '.join(near)}?" if near else "GET /api/v1/agents lists what there is."
        super().__init__(f"There is no agent {reference!r}.", field="agent_id", hint=hint)


class VersionNotFoundError(NotFoundError):
    """The agent has no version of this number."""

    code = "agent_version_not_found"
    title = "No such version"

    def __init__(self, slug: str, wanted: object, *, latest: int) -> None:
        known = f"Its versions go from 1 to {latest}." if latest else "It has no version yet."
        super().__init__(f"The agent {slug!r} has no version {wanted}.", field="version", hint=known)


class AgentInvalidError(InvalidError):
    """The agent file has faults; `faults` carries every one of them."""

    code = "agent_invalid"
    title = "The agent file has faults"


class SlugInvalidError(InvalidError):
    """The slug cannot be used, or none can be made from the name."""

    code = "agent_slug_invalid"
    title = "The agent's slug cannot be used"


class AgentChangedError(PreconditionFailedError):
    """Somebody else changed the agent since the caller read it."""

    code = "agent_changed"
    title = "The agent was changed by somebody else"

    def __init__(self, slug: str, *, expected: str, present: int) -> None:
        super().__init__(
            f"The agent {slug!r} stands at revision {present}, not {expected}.",
            hint="Read the agent again, look at what changed, and send your change with the new ETag in If-Match.",
            headers={"ETag": f'"{present}"'},
        )


class AgentExistsError(ConflictError):
    """Another agent already has this slug."""

    code = "agent_exists"
    title = "The agent exists already"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"There is an agent {slug!r} already, with other content.",
            field="slug",
            hint=f"Change it with PUT /api/v1/agents/{slug}, or send ?slug=another-name.",
        )


class AgentStateError(ConflictError):
    """The agent's state does not allow this."""

    code = "agent_state"
    title = "Not possible in the agent's present state"


class AgentArchivedError(AgentStateError):
    """The agent is archived and can only be restored."""

    code = "agent_archived"

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"The agent {slug!r} is archived.",
            hint=f"Restore it with POST /api/v1/agents/{slug}/restore, or use another slug.",
        )


class AgentNotActiveError(AgentStateError):
    """The agent takes no messages just now."""

    code = "agent_not_active"
    title = "The agent takes no messages just now"

    def __init__(self, slug: str, status: str) -> None:
        super().__init__(
            f"The agent {slug!r} is {status} and takes no messages.",
            code=f"agent_{status}",
            hint=f"Make it active with POST /api/v1/agents/{slug}/activate.",
        )
