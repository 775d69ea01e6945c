"""The life of the embedded server: started once for all platform processes of a home, stopped by the last to leave.

The server is a child in a session of its own, so neither Ctrl-C on the platform nor `kill -9` of it reaches the server:
- Ctrl-C: the platform ends its work and calls `stop()`, which ends the server in order when nobody else uses it.
- `kill -9` of the platform: the server runs on; the next `start()` finds and adopts it.
- `kill -9` of the server: the next `start()`, by whichever process, starts it again on the same port.
"""

import os
import secrets
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sparklabs.kit.postgres.addresses import LOOPBACK, choose_port, prepare_socket_dir
from sparklabs.kit.postgres.binaries import locate_binaries
from sparklabs.kit.postgres.child import launch, reap
from sparklabs.kit.postgres.cluster import SUPERUSER, check_data, make_data, read_or_make_password, reset_password
from sparklabs.kit.postgres.configuration import write_settings
from sparklabs.kit.postgres.diagnosis import translate
from sparklabs.kit.postgres.errors import StartFailedError, StopFailedError
from sparklabs.kit.postgres.postmaster import Postmaster, answers, discard_stale_pidfile, find_postmaster
from sparklabs.kit.postgres.privileges import choose_privileges
from sparklabs.kit.postgres.programs import Programs
from sparklabs.kit.postgres.serving import claimed
from sparklabs.kit.postgres.users import User, UserRegistry, locked
from sparklabs.kit.processes import find_identity, is_same_process, own_identity

_POLL_SECONDS = 0.01
_LAUNCH_ATTEMPTS = 5
_FAST_STOP_SECONDS = 8.0
_HARD_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that takes connections now. `repr` leaves the password out."""

    host: str
    port: int
    socket_dir: str | None
    pid: int
    started_by_us: bool
    version: int
    password: str

    @property
    def admin_dsn(self) -> str:
        """The superuser's address, over TCP: `postgresql://postgres:...@127.0.0.1:<port>/postgres`."""
        return self.url(user=SUPERUSER, password=self.password)

    def url(self, *, user: str, password: str, database: str = "postgres") -> str:
        """An address over TCP that every PostgreSQL client understands."""
        return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{self.host}:{self.port}/{database}"

    def local_url(self, *, user: str, password: str, database: str = "postgres") -> str:
        """An address over the Unix socket where there is one, which saves a tenth or so of each round trip."""
        if self.socket_dir is None:
            return self.url(user=user, password=password, database=database)
        where = f"host={quote(self.socket_dir, safe='')}&port={self.port}"
        return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@/{database}?{where}"

    def __repr__(self) -> str:
        return f"Server(port={self.port}, pid={self.pid}, version={self.version}, started_by_us={self.started_by_us})"


@dataclass(frozen=True, slots=True)
class Status:
    """What a look from outside finds; nothing is started or locked for it."""

    data: Path
    initialised: bool
    running: bool
    pid: int | None
    port: int | None
    user_pids: tuple[int, ...]


class EmbeddedPostgres:
    """The server under one home folder. All calls are synchronous; several processes and launchers may share a home."""

    def __init__(self, home: Path, *, port: int | None = None, major: int = 18) -> None:
        """`port` is preferred over the one kept from last time; a port that is taken gives way to a free one."""
        self._folder = home.absolute() / "postgres"
        self._data = self._folder / str(major)
        self._port_wanted = port
        self._major = major
        self._token = secrets.token_hex(8)
        self._users = UserRegistry(self._folder / f"{major}.users.json")
        self._port_file = self._folder / f"{major}.port"

    def start(self, timeout_seconds: float = 30) -> Server:
        """Starts the server or joins the one that runs. Calling it again is cheap and revives a server that died.

        Raises:
            PostgresError: one of its kinds, with what happened in `detail` and what to do in `hint`.
        """
        deadline = time.monotonic() + timeout_seconds
        binaries = locate_binaries(self._major)
        with self._translated():
            self._prepare_folder()
            with locked(self._folder / "launcher.lock", timeout_seconds=timeout_seconds):
                privileges = choose_privileges(self._data)
                password, is_new = read_or_make_password(self._folder / "password")
                running = self._find_running(deadline)
                if running is not None and is_new:
                    self._halt(running)
                    running = None
                launched = running is None
                if running is None:
                    with claimed(self._folder / f"{self._major}.serving", self._data, deadline=deadline) as claim:
                        programs = Programs(binaries, privileges, inherited=claim)
                        self._prepare_data(programs, password, is_new=is_new)
                        running = self._launch(programs, deadline)
                self._users.add(User(os.getpid(), own_identity(), self._token))
        return Server(LOOPBACK, running.port, running.socket_dir, running.pid, launched, self._major, password)

    def stop(self) -> None:
        """Leaves; ends the server when no other live process uses it. Calling it twice, or without a start, is fine.

        Raises:
            StopFailedError: the server did not end, not even when told to drop everything.
        """
        if not self._folder.is_dir():
            return
        with (
            self._translated(),
            locked(self._folder / "launcher.lock", timeout_seconds=_FAST_STOP_SECONDS + _HARD_STOP_SECONDS),
        ):
            if self._users.remove(self._token):
                return
            running = find_postmaster(self._data)
            if running is not None:
                self._halt(running)
                self._remove_short_socket_dir(running)

    def status(self) -> Status:
        """How things stand: a look, for `doctor`."""
        running = find_postmaster(self._data)
        return Status(
            data=self._data,
            initialised=(self._data / "PG_VERSION").is_file(),
            running=running is not None and answers(running),
            pid=running.pid if running else None,
            port=running.port if running else None,
            user_pids=tuple(user.pid for user in self._users.live()),
        )

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except OSError as fault:
            raise translate(fault, self._folder) from fault

    def _prepare_folder(self) -> None:
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self._folder.stat().st_mode & 0o777 != 0o700:
            self._folder.chmod(0o700)

    def _find_running(self, deadline: float) -> Postmaster | None:
        """The live server once it answers; None when there is none (any more)."""
        while (running := find_postmaster(self._data)) is not None:
            if answers(running):
                return running
            if time.monotonic() > deadline:
                raise StartFailedError(
                    f"A server (pid {running.pid}) holds {self._data} and does not answer.",
                    hint=f"It may still be recovering: wait and try again, or end it with `kill {running.pid}`.",
                )
            time.sleep(_POLL_SECONDS)
        return None

    def _prepare_data(self, programs: Programs, password: str, *, is_new: bool) -> None:
        """A whole data folder that nobody stands in, owned by whoever runs the server, with this password."""
        is_there = check_data(self._data, major=self._major)
        if not is_there:
            make_data(self._data, programs=programs, password=password)
        programs.privileges.give(self._data)
        discard_stale_pidfile(self._data)
        write_settings(self._data)
        if is_there and is_new:
            reset_password(self._data, programs=programs, password=password)

    def _launch(self, programs: Programs, deadline: float) -> Postmaster:
        socket_dir = prepare_socket_dir(self._folder / f"run-{self._major}", programs.privileges)
        _discard_stale_sockets(socket_dir)
        wanted = self._port_wanted or self._kept_port()
        for _ in range(_LAUNCH_ATTEMPTS):
            port = choose_port(wanted)
            launched = launch(programs, data=self._data, port=port, socket_dir=socket_dir, deadline=deadline)
            if launched is not None:
                self._port_file.write_text(f"{port}\n")
                return launched
            wanted = None
        raise StartFailedError("Every port tried was taken in the moment of starting.", hint="Try again.")

    def _kept_port(self) -> int | None:
        try:
            return int(self._port_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _halt(self, running: Postmaster) -> None:
        # The pid file goes some moments before the process does.
        identity = find_identity(running.pid)
        for how, seconds in ((signal.SIGINT, _FAST_STOP_SECONDS), (signal.SIGQUIT, _HARD_STOP_SECONDS)):
            if not _signal(running.pid, how) or _wait(lambda: _is_gone(running.pid, identity), seconds):
                return
        raise StopFailedError(
            f"The embedded database (pid {running.pid}) does not stop.",
            hint=f"End it with `kill -9 {running.pid}`; the next start recovers everything that was committed.",
        )

    def _remove_short_socket_dir(self, stopped: Postmaster) -> None:
        """What a long home path made us put into the temporary folder."""
        if stopped.socket_dir and not Path(stopped.socket_dir).is_relative_to(self._folder):
            with suppress(OSError):
                Path(stopped.socket_dir).rmdir()


def _discard_stale_sockets(socket_dir: Path | None) -> None:
    """A killed server leaves its socket and a lock file with its pid, which a process of ours may bear by now."""
    for leftover in socket_dir.glob(".s.PGSQL.*") if socket_dir else ():
        leftover.unlink()


def _is_gone(pid: int, identity: str | None) -> bool:
    reap(pid)
    return identity is None or not is_same_process(pid, identity)


def _signal(pid: int, how: signal.Signals) -> bool:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return False
    return True


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
