"""`sparklabs up`, `serve`, `worker` and `migrate`: from settings to running processes."""

import gc
import signal
from contextlib import ExitStack
from types import FrameType
from typing import Any

from sparklabs.entry.ground import standing
from sparklabs.kit.db.migrate import Phase
from sparklabs.kit.db.migrate import migrate as apply_migrations
from sparklabs.kit.settings import Settings, load_settings
from sparklabs.kit.singleton import AlreadyRuns, acquire
from sparklabs.kit.telemetry import set_up_logging

# A turn leaves hardly a cycle behind; with Python's own 700 new objects the collector would look through all turns
# under way again and again, just when there are many.
GARBAGE_THRESHOLDS = (20_000, 20, 20)


def up() -> int:
    """Starts everything; returns the exit code."""
    settings = load_settings()
    held = acquire(settings.home)
    if isinstance(held, AlreadyRuns):
        print(f"SparkLabs already runs here (process {held.pid}) at {held.address or 'an address not yet known'}.")
        return 0
    with held:
        set_up_logging(level=settings.log_level, form=settings.log_format)
        print(f"Starting SparkLabs; its data is in {settings.home}.", flush=True)
        _run(settings, role="all", announce=held.publish)
    print("SparkLabs has stopped.")
    return 0


def serve(**given: Any) -> None:
    """Runs an api process alone."""
    settings = load_settings(**given)
    set_up_logging(level=settings.log_level, form=settings.log_format)
    _run(settings, role="api", announce=None)


def worker() -> None:
    """Runs a worker process alone."""
    settings = load_settings()
    set_up_logging(level=settings.log_level, form=settings.log_format)
    from sparklabs.entry.server import run, run_worker

    with _stoppable(), standing(settings) as ground:
        run(run_worker(settings, ground))


def migrate_database(phase: Phase) -> list[str]:
    """Applies the waiting migrations; returns their names."""
    settings = load_settings()
    with standing(settings, migrated=False) as ground:
        return apply_migrations(ground.addresses, secret_key=ground.secret_key, phase=phase)


def _run(settings: Settings, *, role: Any, announce: Any) -> None:
    # What is imported stays to the end: collecting garbage among it costs a sixth of the start, and pauses later.
    gc.disable()
    from sparklabs.entry.server import bound_socket, run, run_api

    with ExitStack() as stack:
        listening = stack.enter_context(bound_socket(settings))
        stack.enter_context(_stoppable())
        ground = stack.enter_context(standing(settings))

        def on_ready(owner: Any) -> None:
            gc.freeze()
            gc.set_threshold(*GARBAGE_THRESHOLDS)
            gc.enable()
            if announce is not None:
                announce(settings.url)
            _tell(settings, owner, role=role)

        run(
            run_api(
                settings,
                ground,
                role=role,
                listening=listening,
                on_owner=_tell_password,
                on_ready=on_ready,
                import_agents=role == "all",
            )
        )


def _tell_password(owner: Any) -> None:
    """At once after it was made: whatever fails later, the password has been told."""
    if owner.password is not None:
        print(f"The owner is {owner.email} with the password {owner.password} - printed this once.")
        print("`sparklabs owner reset-password` gives a new one.", flush=True)


def _tell(settings: Settings, owner: Any, *, role: str) -> None:
    lines = [f"SparkLabs is ready at {settings.url}"]
    if role == "all":
        lines.append(
            f"  chat    {settings.url}/chat/acme-sales" if _has_sample(settings) else f"  docs    {settings.url}/docs"
        )
        lines.append(f"  API     {settings.url}/docs")
        lines.append(f"  owner   {owner.email}")
        lines.append("  Ctrl-C stops it all; `make up` goes on from there.")
    print("\n".join(lines), flush=True)


def _has_sample(settings: Settings) -> bool:
    return (settings.agents / "acme-sales.yaml").is_file()


class _stoppable:
    """Until the server has its own handlers, SIGTERM ends the process like Ctrl-C, so that what was begun is undone."""

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGTERM, self._stop)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGTERM, self._before)

    @staticmethod
    def _stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt
