"""What can keep the embedded server from running, each with a stable code and the way out."""

from sparklabs.kit.errors import UnavailableError

USE_ANOTHER_DATABASE = (
    "Set SPARKLABS_DATABASE_URL to any PostgreSQL 16 or newer with pgvector; then nothing is embedded."
)


class PostgresError(UnavailableError):
    """The embedded server cannot serve; `log` holds the server's last words where there are some."""

    code = "postgres_unavailable"
    title = "The embedded database is not available"

    def __init__(self, detail: str, *, hint: str | None = None, log: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.log = log


class BinariesMissingError(PostgresError):
    """No server for this platform is installed."""

    code = "postgres_binaries_missing"


class DiskFullError(PostgresError):
    """The disk, or a quota on it, has no room."""

    code = "postgres_disk_full"


class FolderNotWritableError(PostgresError):
    """The data folder belongs to somebody else or lies on a read-only disk."""

    code = "postgres_folder_not_writable"


class DataVersionError(PostgresError):
    """The data folder was written by another major version."""

    code = "postgres_data_version"


class DataCorruptError(PostgresError):
    """The data folder is not a whole one; nothing is deleted."""

    code = "postgres_data_corrupt"


class PrivilegesError(PostgresError):
    """Started as root on a machine that lets us neither map nor drop the user."""

    code = "postgres_needs_plain_user"


class StartFailedError(PostgresError):
    """The server ended or never became ready."""

    code = "postgres_start_failed"


class StopFailedError(PostgresError):
    """The server did not stop in time."""

    code = "postgres_stop_failed"
