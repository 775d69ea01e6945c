"""Writes the server's OpenAPI document to console/openapi.json, where the console's types come from."""

import json
import sys
import tempfile
from pathlib import Path

from sparklabs.entry.api import make_app
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import DatabaseAddresses, RoleNames
from sparklabs.kit.settings import Settings

FILE = Path(__file__).resolve().parents[1] / "console" / "openapi.json"


def document() -> str:
    """The document of an api process that is wired but never started: nothing is opened for it."""
    unreached = "postgresql://unreached.invalid/none"
    addresses = DatabaseAddresses(owner=unreached, app=unreached, system=unreached, roles=RoleNames.of("none"))
    with tempfile.TemporaryDirectory() as home:
        services = Services(Settings(home=Path(home)), addresses, secret_key=bytes(32), role="api")
        told = make_app(services).openapi()
    # The release number is no part of what the console is built on.
    told["info"]["version"] = "1"
    return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes the document; with `--check` it only says whether the committed one is still right."""
    wanted = document()
    if "--check" not in sys.argv[1:]:
        FILE.write_text(wanted)
        return 0
    if FILE.is_file() and FILE.read_text() == wanted:
        return 0
    print("console/openapi.json is not what the server says: run `python -m scripts.openapi`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
