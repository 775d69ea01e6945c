"""The settings of the embedded server, sized for a laptop; what stands here is written anew at every start."""

from pathlib import Path

OURS = "sparklabs.conf"
LOCAL = "local.conf"
_INCLUDES = f"\n# The platform's settings, rewritten at every start; put your own into {LOCAL}.\n"

SETTINGS: dict[str, str] = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    # Short queries: compiling one costs more than running it.
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # One file for each day of the week, begun anew when its day comes round.
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_duration_statement": "1s",
    # Parameters are the tenants' data and have no place in a log.
    "log_parameter_max_length": "0",
}


def append_includes(data: Path) -> None:
    """Makes a fresh data folder read our file, then the person's own."""
    with (data / "postgresql.conf").open("a") as conf:
        conf.write(_INCLUDES + f"include_if_exists = '{OURS}'\ninclude_if_exists = '{LOCAL}'\n")
    (data / LOCAL).write_text("# Settings of your own; they win over the platform's. A restart applies them.\n")


def write_settings(data: Path) -> None:
    """Brings our file up to date; a file that is so already is left alone, so a full disk does not bar a restart."""
    text = "".join(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
    path = data / OURS
    if path.is_file() and path.read_text() == text:
        return
    path.write_text(text)
    path.chmod(0o644)
