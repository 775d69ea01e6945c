"""`sparklabs doctor`: looks at everything the platform stands on and says what to mend."""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict

from sparklabs import __version__
from sparklabs.entry.ground import Ground, standing
from sparklabs.kit.db.migrate import pending
from sparklabs.kit.errors import SparkError
from sparklabs.kit.settings import Settings, load_settings
from sparklabs.kit.singleton import find_running

LEAST_FREE_BYTES = 500 * 1024 * 1024


class Finding(NamedTuple):
    """One line of the examination; `cure` is empty when all is well."""

    name: str
    good: bool
    told: str
    cure: str = ""


def database_url() -> str:
    """The application role's address: the role that stands behind row-level security."""
    settings = load_settings()
    with standing(settings) as ground:
        return _as_url(ground.addresses.app)


def examine() -> int:
    """Prints the findings; 1 when one is bad."""
    findings: list[Finding] = []

    def look(name: str, check: Callable[[], Finding]) -> None:
        try:
            finding = check()
        except SparkError as error:
            finding = Finding(name, False, error.detail, error.hint or "")
        findings.append(finding)
        print(f"{'ok ' if finding.good else 'BAD'}  {finding.name:12} {finding.told}", flush=True)
        if finding.cure:
            print(f"     {'':12} {finding.cure}")

    print(f"SparkLabs {__version__}")
    look("python", _python)
    try:
        settings = load_settings()
    except SparkError as error:
        bad = Finding("settings", False, error.detail, error.hint or "")
        look("settings", lambda: bad)
        return 1
    look("settings", lambda: Finding("settings", True, f"home {settings.home}, port {settings.port}"))
    look("home", lambda: _home(settings.home))
    look("port", lambda: _port(settings))
    look("models", lambda: _models(settings))
    look("agents", lambda: _agents(settings.agents))
    look("widget", _widget)
    try:
        with standing(settings, migrated=False) as ground:
            look("database", lambda: _database(ground))
            look("walls", lambda: _walls(ground))
    except SparkError as error:
        unusable = Finding("database", False, error.detail, error.hint or "")
        look("database", lambda: unusable)
    return 0 if all(finding.good for finding in findings) else 1


def _python() -> Finding:
    version = sys.version.split()[0]
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding("python", good, version, "" if good else "Use Python 3.11, 3.12 or 3.13.")


def _home(home: Path) -> Finding:
    existing = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        return Finding("home", False, f"{existing} cannot be written", "Set SPARKLABS_HOME to a folder of yours.")
    free = shutil.disk_usage(existing).free
    good = free > LEAST_FREE_BYTES
    return Finding("home", good, f"{free // 2**20:,} MiB free", "" if good else "Make room on the disk.")


def _port(settings: Settings) -> Finding:
    running = find_running(settings.home)
    if running is not None:
        return Finding("port", True, f"the platform runs (process {running.pid}) at {running.address}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return Finding("port", False, f"{settings.port}: {error.strerror}", "Set SPARKLABS_PORT to a free port.")
    return Finding("port", True, f"{settings.port} is free")


def _models(settings: Settings) -> Finding:
    keys = {
        "openai": settings.openai_api_key or settings.openai_base_url,
        "anthropic": settings.anthropic_api_key,
        "google": settings.google_api_key,
    }
    named = [name for name, key in keys.items() if key]
    return Finding("models", True, ", ".join([*named, "offline"]) + " configured")


def _agents(folder: Path) -> Finding:
    from sparklabs.agents.reading import read_agent

    if not folder.is_dir():
        return Finding("agents", False, f"{folder} is no folder", "Set SPARKLABS_AGENTS to the folder of agent files.")
    files = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml", ".json"))
    broken = [path.name for path in files if read_agent(path.read_bytes(), file=path.name).spec is None]
    if broken:
        return Finding("agents", False, f"not valid: {', '.join(broken)}", "Run `sparklabs agent validate` on them.")
    return Finding("agents", True, f"{len(files)} files, all valid")


def _widget() -> Finding:
    from sparklabs.entry.wiring import widget_folder

    bundle = widget_folder() / "widget.js"
    good = bundle.is_file()
    return Finding("widget", good, "bundle built" if good else "bundle missing", "" if good else "Run `make install`.")


def _database(ground: Ground) -> Finding:
    with psycopg.connect(ground.addresses.owner, connect_timeout=10) as conn:
        version = conn.info.server_version // 10000
        waiting = pending(conn)
    kind = "external" if ground.embedded is None else "embedded"
    if waiting:
        return Finding("database", False, f"{len(waiting)} migrations wait", "Run `sparklabs migrate`.")
    return Finding("database", True, f"PostgreSQL {version}, {kind}, migrated")


def _walls(ground: Ground) -> Finding:
    with psycopg.connect(ground.addresses.app, connect_timeout=10) as conn:
        seen = conn.execute("SELECT count(*) FROM tenants").fetchone()
        powers = conn.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    good = seen == (0,) and powers == (False,)
    return Finding("walls", good, "row-level security holds" if good else "the application role sees too much")


def _as_url(conninfo: str) -> str:
    from urllib.parse import quote

    parts: dict[str, Any] = conninfo_to_dict(conninfo)
    host = str(parts.get("host", "localhost"))
    port = parts.get("port", 5432)
    user, password = quote(str(parts["user"])), quote(str(parts["password"]))
    database = quote(str(parts["dbname"]))
    if host.startswith("/"):
        return f"postgresql://{user}:{password}@/{database}?host={quote(host, safe='')}&port={port}"
    return f"postgresql://{user}:{password}@{host}:{port}/{database}"
