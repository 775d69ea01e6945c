"""Ending background tasks for certain; beginning them is their owner's matter."""

import asyncio
from typing import Any


async def end_tasks(*tasks: "asyncio.Task[Any] | None", again_seconds: float = 0.5) -> None:
    """Cancels tasks and waits until they have ended, asking again every `again_seconds`.

    Once is not enough: `asyncio.wait_for` of Python 3.11 swallows a cancellation that comes together with the result
    it waits for (github.com/python/cpython/issues/86296, mended in 3.12), and a loop then goes on forever.
    """
    given = [task for task in tasks if task is not None]
    pending = {task for task in given if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=again_seconds)
    # Their ends are looked at, so that none is told of as never retrieved.
    await asyncio.gather(*given, return_exceptions=True)
