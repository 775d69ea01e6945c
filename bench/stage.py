"""Where scenarios play: one home, one agent folder, the platform over it and the fake model server beside it."""

import asyncio
import contextlib
import resource
import secrets
import shutil
import signal
import tempfile
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg

from bench.http_client import HttpClient
from bench.processes import ROOT, SPARKLABS, FakeMode, Started, fake_openai, free_port, spawn, until_ready

EMAIL = "owner@example.com"
AGENT = "bench-desk"
ASK_TO_READ = "Please lookup_product for me: what does number 1 cost, and is it in stock?"
ASK_TO_WRITE = "Please create_ticket for me: my parcel has not come and I need it this week."


@dataclass(slots=True)
class Stage:
    """A temporary home; every process started through it ends with it."""

    home: Path
    agents: Path
    quick: bool
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    _started: list[Started] = field(default_factory=list)
    _platform: Started | None = None
    _model: Started | None = None

    # ── processes ────────────────────────────────────────────────────────────────────────────────────────────────
    def settings(self, port: int, *, model: Started | None) -> dict[str, str]:
        told = {
            "SPARKLABS_HOME": str(self.home),
            "SPARKLABS_AGENTS": str(self.agents),
            "SPARKLABS_PORT": str(port),
            "SPARKLABS_OWNER_EMAIL": EMAIL,
            "SPARKLABS_OWNER_PASSWORD": self.password,
            "SPARKLABS_RESPONSE_CACHE": "off",
        }
        return {**told, "OPENAI_BASE_URL": f"http://127.0.0.1:{model.port}/v1"} if model else told

    def launch(self, command: str, *, model: Started | None, given: dict[str, str] | None = None) -> Started:
        """`sparklabs COMMAND`, not yet ready."""
        port = free_port()
        log = self.home.parent / f"{command}-{port}.log"
        settings = {**self.settings(port, model=model), **(given or {})}
        return self.keep(spawn((*SPARKLABS, command), log=log, port=port, given=settings))

    def keep(self, started: Started) -> Started:
        self._started.append(started)
        return started

    async def fake(self, *, stream_seconds: float = 0, mode: FakeMode = "tool-then-text") -> Started:
        started = self.keep(fake_openai(self.home.parent, stream_seconds=stream_seconds, mode=mode))
        while not started.log.read_text().startswith("http"):
            if started.process.poll() is not None:
                raise RuntimeError(started.tail())
            await asyncio.sleep(0.01)
        return started

    async def model(self) -> Started:
        """The fake server that answers at once; one for all scenarios."""
        if self._model is None or self._model.process.poll() is not None:
            self._model = await self.fake()
        return self._model

    async def platform(self) -> Started:
        """`sparklabs up` over the fake server; one for all scenarios that do not need their own."""
        if self._platform is None or self._platform.process.poll() is not None:
            self._platform = self.launch("up", model=await self.model())
            await until_ready(self._platform)
        return self._platform

    def tidy(self) -> None:
        """Ends what a scenario that failed left running, so that the next ones measure alone."""
        for started in reversed(self._started):
            if started is not self._platform and started is not self._model:
                started.stop()

    def close(self) -> None:
        for started in reversed(self._started):
            started.stop()

    # ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────
    def admin_address(self) -> str:
        """The embedded server's superuser, for VACUUM and sizes."""
        password = (self.home / "postgres" / "password").read_text().strip()
        pid_file = next((self.home / "postgres").glob("*/postmaster.pid")).read_text().splitlines()
        return f"postgresql://postgres:{password}@127.0.0.1:{pid_file[3]}/sparklabs"

    def postgres(self) -> psutil.Process:
        """The embedded server's first process; its children serve the connections."""
        pid_file = next((self.home / "postgres").glob("*/postmaster.pid")).read_text().splitlines()
        return psutil.Process(int(pid_file[0]))

    def postgres_cpu(self) -> dict[int, float]:
        """CPU seconds of each process of the server by pid."""
        server = self.postgres()
        return {each.pid: seconds for each in [server, *server.children(recursive=True)] if (seconds := _cpu(each))}

    def query(self, *statements: str) -> list[dict[str, Any]]:
        """Runs statements as the superuser, outside any transaction; the rows of the last."""
        with psycopg.connect(self.admin_address(), autocommit=True, row_factory=psycopg.rows.dict_row) as conn:
            cursor = None
            for statement in statements:
                cursor = conn.execute(statement)
            return cursor.fetchall() if cursor and cursor.description else []


@asynccontextmanager
async def standing(*, quick: bool) -> AsyncGenerator[Stage]:
    """A stage in a temporary folder, gone at the end with all that ran on it."""
    # A stop must end what was started, and Python's own answer to SIGTERM ends nothing in order.
    running = asyncio.current_task()
    if running is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 16_384)), hard))
    with tempfile.TemporaryDirectory(prefix="sparklabs-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the embedded server runs as another user when we are root
        shutil.copytree(ROOT / "bench" / "agents", folder / "agents")
        stage = Stage(home=folder / "home", agents=folder / "agents", quick=quick)
        try:
            yield stage
        finally:
            stage.close()


def _cpu(process: psutil.Process) -> float | None:
    with contextlib.suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.user + times.system
    return None


# ── a caller of the platform ─────────────────────────────────────────────────────────────────────────────────────────
async def sign_in(stage: Stage, port: int) -> str:
    """The owner's bearer token."""
    client = await HttpClient.connect(port)
    answer = await client.expect(200, "POST", "/api/v1/auth/login", {"email": EMAIL, "password": stage.password})
    client.close()
    return str(answer.json()["access_token"])


@dataclass(slots=True)
class Caller:
    """One contact with one conversation on one connection."""

    http: HttpClient
    conversation_id: str

    @classmethod
    async def open(cls, port: int, token: str, *, agent: str = AGENT) -> "Caller":
        http = await HttpClient.connect(port, token=token)
        contact = {"name": "Bench Caller", "external_id": f"bench-{uuid4()}"}
        body = {"agent_id": agent, "channel": "api", "contact": contact}
        answer = await http.expect(201, "POST", "/api/v1/conversations", body)
        return cls(http, answer.json()["id"])

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.conversation_id}"

    async def say(self, content: str = ASK_TO_READ) -> dict[str, Any]:
        """One turn; raises unless it was answered."""
        return (await self.http.expect(200, "POST", f"{self.path}/messages", {"content": content})).json()

    def close(self) -> None:
        self.http.close()


def close_all(callers: Iterable[Caller]) -> None:
    for caller in callers:
        caller.close()
