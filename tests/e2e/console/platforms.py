"""A whole platform for the tests of the pages, started as people start it; it can be stopped and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx

ROOT = Path(__file__).resolve().parents[3]
START = "import sys; from sparklabs.entry.cli import main; sys.exit(main())"
START_SECONDS = 60
STOP_SECONDS = 20
AGENT = """version: "1.0"
client:
  name: Corner Shop
agent:
  name: Ada
  objectives:
    - Help with sums.
  system_prompt: |
    You are {agent_name} of {client_name}. You work sums out.
tools:
  - calculate
"""


@dataclass(frozen=True)
class Platform:
    """A running platform and its owner."""

    url: str
    email: str = "owner@example.com"
    password: str = "correct-horse-battery"
    agent_file: str = AGENT


class RunningPlatform:
    """`sparklabs up` on a free port, with a home and a folder of agents under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._home = folder / "home"
        self._agents = folder / "agents"
        self._agents.mkdir()
        self._home.mkdir()
        (self._agents / "ada.yaml").write_text(AGENT)
        self._log = folder / "up.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.place = Platform(f"http://localhost:{_free_port()}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when it is ready.

        Raises:
            RuntimeError: it ended, or was not ready within a minute; with what it said.
        """
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", START, "up"], env=self._environment(), stdout=output, stderr=output
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if self._is_ready():
                return
            time.sleep(0.1)
        raise RuntimeError(f"The platform did not start:\n{self._log.read_text()}")

    def stop(self) -> None:
        """Ends it as an administrator would, and waits until it is gone."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(STOP_SECONDS)
        self._process = None

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.place.url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SPARKLABS_")}
        return {
            **kept,
            "PYTHONPATH": str(ROOT / "src"),
            "SPARKLABS_HOME": str(self._home),
            "SPARKLABS_AGENTS": str(self._agents),
            "SPARKLABS_PORT": self.place.url.rpartition(":")[2],
            "SPARKLABS_OWNER_EMAIL": self.place.email,
            "SPARKLABS_OWNER_PASSWORD": self.place.password,
            "SPARKLABS_LOG_LEVEL": "error",
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
