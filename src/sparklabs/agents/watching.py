"""Watches the folder of agent files and has it loaded: at once after a change, and now and then in any case."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

logger = logging.getLogger(__name__)

DEBOUNCE_MS = 200
STEP_MS = 50
POLL_MS = 400
STARTED_SECONDS = 0.5
RESCAN_SECONDS = 30.0


async def watch(folder: Path, load: Callable[[], Awaitable[object]], *, rescan_seconds: float = RESCAN_SECONDS) -> None:
    """Runs until it is cancelled; a load that fails is logged and the next one tries again.

    Where the system has no watches left (or the file system knows none), the folder is polled instead.
    """
    changed = asyncio.Event()
    listener = asyncio.create_task(_listen(folder, changed), name="agent-folder-watch")
    try:
        while True:
            try:
                await asyncio.wait_for(changed.wait(), rescan_seconds)
            except TimeoutError:
                logger.debug("Looking at the agent folder without a change.")
            changed.clear()
            try:
                await load()
            except Exception:
                logger.exception("The agent folder could not be loaded; the next change or pause tries again.")
    finally:
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)


async def _listen(folder: Path, changed: asyncio.Event) -> None:
    from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]  its optional trio is not installed

    # What changed between the first load and the start of the watch is caught by a load soon after.
    asyncio.get_running_loop().call_later(STARTED_SECONDS, changed.set)
    polling = False
    while True:
        try:
            async for _ in awatch(
                folder,
                watch_filter=None,
                debounce=DEBOUNCE_MS,
                step=STEP_MS,
                force_polling=polling,
                poll_delay_ms=POLL_MS,
                ignore_permission_denied=True,
            ):
                changed.set()
        except (OSError, RuntimeError) as error:
            # Out of inotify watches, a network file system, or the folder itself was replaced.
            logger.warning("The agent folder cannot be watched and is polled: %s", error)
            polling = True
        changed.set()
        await asyncio.sleep(POLL_MS / 1000)
