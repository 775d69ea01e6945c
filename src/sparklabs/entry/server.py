"""Runs the platform's processes: the api under uvicorn, the worker alone, or both in one."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Generator
from types import FrameType
from typing import Any, TypeVar

import uvicorn

from sparklabs.entry.api import make_app
from sparklabs.entry.ground import Ground, keep_alive
from sparklabs.entry.wiring import Role, Services
from sparklabs.identity.accounts import FirstOwner
from sparklabs.kit.errors import UnavailableError
from sparklabs.kit.settings import Settings
from sparklabs.kit.tasks import end_tasks

T = TypeVar("T")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Of the time for stopping, this much is for open answers to end; in the rest turns are handed on.
ANSWERS_SHARE = 0.75


class _Server(uvicorn.Server):
    """Stops taking turns the moment a stop is asked for, while open answers still end."""

    def __init__(self, config: uvicorn.Config, services: Services, *, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._services = services
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
            self._services.on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """In place of uvicorn's, which raises the signals anew at its end and so would cut our own stop short."""
        loop = asyncio.get_running_loop()
        for each in STOP_SIGNALS:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._services.begin_stop()
        super().handle_exit(sig, frame)


class StopSignals:
    """Ctrl-C and SIGTERM as an event of the loop, from the first moment of a start.

    An exception raised in the midst of whatever runs, which is Python's own way, may be swallowed there, and a single
    cancellation too (see kit.tasks): a process stopped while it starts would then run on.
    """

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in STOP_SIGNALS:
            loop.add_signal_handler(each, self.asked.set)

    async def unless_asked(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What the work gives; None when a stop was asked for first, which ends it."""
        doing = asyncio.create_task(work)
        asking = asyncio.create_task(self.asked.wait())
        try:
            await asyncio.wait({doing, asking}, return_when=asyncio.FIRST_COMPLETED)
            return None if self.asked.is_set() else doing.result()
        finally:
            await end_tasks(doing, asking)


def bound_socket(settings: Settings) -> socket.socket:
    """The listening socket, taken before anything slow starts; raises `port_taken`."""
    taken = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
        taken.listen(2048)
    except OSError as error:
        taken.close()
        raise UnavailableError(
            f"Port {settings.port} on {settings.host} cannot be used: {error.strerror}.",
            code="port_taken",
            hint="Set SPARKLABS_PORT to a free port, or stop what uses this one.",
        ) from error
    return taken


async def run_api(
    settings: Settings,
    ground: Ground,
    *,
    role: Role,
    listening: socket.socket,
    on_owner: Callable[[FirstOwner], None],
    on_ready: Callable[[FirstOwner], None],
    import_agents: bool,
) -> None:
    """Serves until told to stop."""
    services = Services(settings, ground.addresses, secret_key=ground.secret_key, role=role)
    reviving = asyncio.create_task(keep_alive(ground), name="database-keeper")

    async def start() -> FirstOwner:
        await services.start()
        owner = await services.ensure_owner()
        on_owner(owner)
        if import_agents:
            await services.start_importing(owner.tenant_id)
        return owner

    try:
        owner = await StopSignals().unless_asked(start())
        if owner is not None:
            server = _Server(_serving(services), services, on_ready=lambda: on_ready(owner))
            await server.serve(sockets=[listening])
    finally:
        reviving.cancel()
        await services.stop()


def _serving(services: Services) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(services),
        loop="none",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=512 * 1024,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        backlog=2048,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=max(1, round(services.settings.stop_seconds * ANSWERS_SHARE)),
        lifespan="off",
    )


async def run_worker(settings: Settings, ground: Ground) -> None:
    """Works on jobs and abandoned conversations until told to stop."""
    services = Services(settings, ground.addresses, secret_key=ground.secret_key, role="worker")
    reviving = asyncio.create_task(keep_alive(ground), name="database-keeper")
    stop = StopSignals()
    try:
        await stop.unless_asked(services.start())
        await stop.asked.wait()
    finally:
        reviving.cancel()
        await services.stop()


def run(main: Any) -> None:
    """Runs a process's coroutine on uvloop; Ctrl-C is not an error."""
    import uvloop

    with contextlib.suppress(KeyboardInterrupt):
        if sys.version_info >= (3, 12):
            asyncio.run(main, loop_factory=uvloop.new_event_loop)
        else:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(main)
