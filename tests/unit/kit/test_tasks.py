"""Tasks are ended for certain."""

import asyncio

from sparklabs.kit.tasks import end_tasks


async def test_a_task_that_swallows_its_first_cancellation_is_ended_all_the_same():
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if swallowed:
                    raise
                swallowed += 1

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await asyncio.wait_for(end_tasks(task, again_seconds=0.01), 5)
    assert swallowed == 1
    assert task.cancelled()


async def test_a_task_that_failed_and_one_that_never_was_are_no_trouble():
    async def failing() -> None:
        raise ValueError("told to nobody")

    task = asyncio.create_task(failing())
    await asyncio.sleep(0)
    await end_tasks(None, task)
    assert task.done()
