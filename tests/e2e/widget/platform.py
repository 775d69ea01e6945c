"""The real platform as a process of its own, with two small agents: one for every page, one for a single origin."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[3]
OWNER, PASSWORD = "owner@example.com", "a-long-test-password-1"
START_SECONDS = 60
AGENT = """version: "1.0"
client: {{name: Acme Software}}
agent:
  name: Maya
  system_prompt: You help visitors of {{client_name}}.
  greeting: Hi, I am Maya.
conversation: {{attachments: {{accept: false}}}}
widget: {{allowed_origins: ["{origin}"]}}
"""


@dataclass(frozen=True)
class Platform:
    """A running server; `chat_agent` may be embedded anywhere, `strict_agent` on one page of the world only."""

    url: str
    chat_agent: str = "shop-talk"
    strict_agent: str = "members-only"

    def owner(self) -> httpx.Client:
        """A client that is signed in as the owner."""
        base = f"{self.url}/api/v1"
        answer = httpx.post(f"{base}/auth/login", json={"email": OWNER, "password": PASSWORD}).raise_for_status()
        return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {answer.json()['access_token']}"})


@contextmanager
def running_platform(folder: Path) -> Iterator[Platform]:
    """Starts `sparklabs up` in a folder of its own and ends it by its process id."""
    agents = folder / "agents"
    agents.mkdir()
    platform = Platform(f"http://127.0.0.1:{_free_port()}")
    (agents / f"{platform.chat_agent}.yaml").write_text(AGENT.format(origin="*"))
    (agents / f"{platform.strict_agent}.yaml").write_text(AGENT.format(origin="https://members.example"))
    settings = {
        "SPARKLABS_HOME": str(folder / "home"),
        "SPARKLABS_PORT": platform.url.rpartition(":")[2],
        "SPARKLABS_AGENTS": str(agents),
        "SPARKLABS_OWNER_EMAIL": OWNER,
        "SPARKLABS_OWNER_PASSWORD": PASSWORD,
        "PYTHONPATH": str(ROOT / "src"),
    }
    inherited = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "from sparklabs.entry.cli import main; main()", "up"],
            cwd=ROOT,
            env=inherited | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(platform.url, process, log)
        yield platform
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"The platform did not start:\n{log.read_text()[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
