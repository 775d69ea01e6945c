"""Runs the platform's processes: the api under uvicorn, the worker alone, or both in one."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Generator
from types import FrameType
from typing import Any

import uvicorn

from sparklabs.entry.api import make_app
from sparklabs.entry.ground import Ground, keep_alive
from sparklabs.entry.wiring import Role, Services
from sparklabs.identity.accounts import FirstOwner
from sparklabs.kit.errors import UnavailableError
from sparklabs.kit.settings import Settings

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

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Without uvicorn's last step, which raises the signals anew and so would cut our own stop short."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._services.begin_stop()
        super().handle_exit(sig, frame)


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
    await services.start()
    reviving = asyncio.create_task(keep_alive(ground), name="database-keeper")
    try:
        owner = await services.ensure_owner()
        on_owner(owner)
        if import_agents:
            await services.start_importing(owner.tenant_id)
        config = uvicorn.Config(
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
            timeout_graceful_shutdown=max(1, round(settings.stop_seconds * ANSWERS_SHARE)),
            lifespan="off",
        )
        await _Server(config, services, on_ready=lambda: on_ready(owner)).serve(sockets=[listening])
    finally:
        reviving.cancel()
        await services.stop()


async def run_worker(settings: Settings, ground: Ground) -> None:
    """Works on jobs and abandoned conversations until told to stop."""
    services = Services(settings, ground.addresses, secret_key=ground.secret_key, role="worker")
    await services.start()
    reviving = asyncio.create_task(keep_alive(ground), name="database-keeper")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        await stop.wait()
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
