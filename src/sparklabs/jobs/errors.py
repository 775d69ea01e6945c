"""Coded errors of background jobs."""

from sparklabs.kit.errors import ConflictError, NotFoundError


class JobNotFoundError(NotFoundError):
    """No such job, or none of this workspace; a job that succeeded is not kept."""

    code = "job_not_found"


class JobStateError(ConflictError):
    """The job is in a state in which this cannot be done, perhaps since a moment ago."""

    code = "job_state"
    title = "The job's state does not allow this"


class JobWaitsAlreadyError(ConflictError):
    """Another job that does the same waits already."""

    code = "job_waits_already"


class JobOfPlatformError(ConflictError):
    """The platform's own jobs are shown and run by themselves."""

    code = "job_of_platform"
