"""A whole platform for tests: its rooms wired in this process, or real `sparklabs` processes that can be killed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self
from uuid import UUID

import httpx

from sparklabs.agents.entities import Published
from sparklabs.agents.publishing import Publication
from sparklabs.conversations.schemas import ConversationOut
from sparklabs.conversations.shapes import Header
from sparklabs.entry.wiring import Role, Services
from sparklabs.kit.db import DatabaseAddresses
from sparklabs.kit.settings import Settings
from sparklabs.kit.web import Principal
from tests.conftest import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
OWNER_EMAIL, OWNER_PASSWORD = "owner@example.com", "correct horse battery"
_TAKEN_OUT = ("OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "SPARKLABS_")


# ── in this process ──────────────────────────────────────────────────────────────────────────────────────────────────
def make_settings(home: Path, *, openai_base_url: str | None = None, **given: Any) -> Settings:
    """Settings of a test's platform: nothing from the environment, short times, no remote provider but the named."""
    fields: dict[str, Any] = {
        "home": home,
        "port": 1,
        "agents": home / "agents",
        "lease_seconds": 2,
        "answer_seconds": 20,
        "stop_seconds": 0.5,
        "database_connections": 4,
        "owner_email": OWNER_EMAIL,
        "owner_password": OWNER_PASSWORD,
        "openai_api_key": "sk-test" if openai_base_url else None,
        "openai_base_url": openai_base_url,
        "anthropic_api_key": None,
        "google_api_key": None,
    }
    return Settings(**{**fields, **given})


@asynccontextmanager
async def running_services(
    addresses: DatabaseAddresses, settings: Settings, *, role: Role = "api", name: str | None = None
) -> AsyncGenerator[Services]:
    """One process's rooms, started and stopped. `name` tells several in one test apart, as their pids would."""
    services = Services(settings, addresses, secret_key=SECRET_KEY, role=role)
    if name is not None:
        services.notices.process_id = f"elsewhere/0/{name}/0"
    await services.start()
    try:
        yield services
    finally:
        await services.stop()


async def publish(services: Services, tenant_id: UUID, source: str, *, slug: str = "tester") -> Published:
    """Makes an agent file live."""
    return await services.agents.publish(
        tenant_id, Publication(source=source.encode(), slug=slug, author="test", file=f"{slug}.yaml")
    )


async def open_conversation(
    services: Services, tenant_id: UUID, *, agent: str = "tester", contact: Any = None
) -> ConversationOut:
    return await services.conversations.create(tenant_id, agent=agent, channel="api", contact=contact)


async def header_of(services: Services, tenant_id: UUID, conversation_id: UUID) -> Header:
    header = await services.conversations.find_header(tenant_id, conversation_id)
    assert header is not None
    return header


def principal_of(tenant_id: UUID, **given: Any) -> Principal:
    """An owner of the tenant, unless said otherwise."""
    fields: dict[str, Any] = {"kind": "account", "subject_id": tenant_id, "role": "owner", "scopes": frozenset({"*"})}
    return Principal(tenant_id=tenant_id, **{**fields, **given})


async def until(condition: Any, *, seconds: float = 15) -> Any:
    """Waits until `condition()`, awaited if need be, gives something true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


# ── as processes ─────────────────────────────────────────────────────────────────────────────────────────────────────
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(slots=True)
class PlatformProcess:
    """One `sparklabs up|serve|worker` process: started, waited for, killed, started again; its output kept in a file.

    Processes of one platform are given the same `home` and `database_url`. Without `database_url` it runs on its
    embedded server.
    """

    home: Path
    command: Literal["up", "serve", "worker"] = "up"
    database_url: str | None = None
    agents: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int = 0
    ready_seconds: float = 150
    process: "subprocess.Popen[bytes] | None" = None
    _token: str | None = None

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = self.port or free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        return self.home / f"{self.command}-{self.port}.log"

    @property
    def logs(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    @property
    def owner_token(self) -> str:
        """A bearer token of the first owner, who may do everything."""
        if self._token is None:
            body = {"email": OWNER_EMAIL, "password": OWNER_PASSWORD}
            answer = httpx.post(f"{self.url}/api/v1/auth/login", json=body, timeout=20)
            assert answer.status_code == 200, answer.text
            self._token = answer.json()["access_token"]
        assert self._token is not None
        return self._token

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.owner_token}"}

    def client(self, **given: Any) -> httpx.Client:
        """A client that is signed in as the owner."""
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=30, **given)

    def begin(self) -> None:
        """Starts the process and waits for nothing."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from sparklabs.entry.cli import main; main()", self.command],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=ROOT, env=self._environment(),
            )  # fmt: skip

    def start(self, *, wait_seconds: float | None = None) -> Self:
        """Starts the process and waits until it is ready."""
        self.begin()
        assert self.process is not None
        deadline = time.monotonic() + (wait_seconds or self.ready_seconds)
        while not self._is_ready():
            assert self.process.poll() is None, f"{self.command} ended:\n{self.logs[-4000:]}"
            assert time.monotonic() < deadline, f"{self.command} did not get ready:\n{self.logs[-4000:]}"
            time.sleep(0.03)
        return self

    def kill(self) -> None:
        """kill -9, if it runs at all."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def restart(self) -> Self:
        """Starts it again on the same port and home."""
        return self.start()

    def stop(self, *, wait_seconds: float = 15, signal_name: Literal["SIGINT", "SIGTERM"] = "SIGINT") -> float:
        """Ends it as Ctrl-C or a supervisor would; the seconds it took."""
        if self.process is None or self.process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(signal.Signals[signal_name])
        try:
            self.process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return time.monotonic() - began

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.kill()  # nobody else would: what fails on the way in is never left
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _is_ready(self) -> bool:
        if self.command == "worker":
            return True  # it has no port: whoever needs its work waits for that
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_TAKEN_OUT)}
        own = {
            "PYTHONPATH": str(ROOT / "src"),
            "SPARKLABS_HOME": str(self.home),
            "SPARKLABS_PORT": str(self.port),
            "SPARKLABS_OWNER_EMAIL": OWNER_EMAIL,
            "SPARKLABS_OWNER_PASSWORD": OWNER_PASSWORD,
            "SPARKLABS_AGENTS": str(self.agents or ROOT / "agents"),
            "SPARKLABS_DATABASE_CONNECTIONS": "4",
        }
        if self.database_url is not None:
            own["SPARKLABS_DATABASE_URL"] = self.database_url
        return {**kept, **own, **self.environment}
