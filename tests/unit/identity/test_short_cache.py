"""The short cache: one load however many wait, and nothing stale after a drop."""

import asyncio

import pytest

from sparklabs.identity.short_cache import ShortCache


class Source:
    """Counts its loads; each waits until it is let go."""

    def __init__(self, *values: object) -> None:
        self.values = list(values)
        self.loads = 0
        self.gate = asyncio.Event()

    async def load(self) -> object:
        value = self.values[min(self.loads, len(self.values) - 1)]
        self.loads += 1
        await self.gate.wait()
        if isinstance(value, Exception):
            raise value
        return value


async def test_those_who_wait_share_one_load() -> None:
    cache, source = ShortCache[str, object](ttl_seconds=5), Source("a")
    waiting = [asyncio.create_task(cache.get("k", source.load)) for _ in range(20)]
    await asyncio.sleep(0)
    source.gate.set()
    assert set(await asyncio.gather(*waiting)) == {"a"}
    assert source.loads == 1


async def test_a_value_is_loaded_anew_after_its_time() -> None:
    moment = [100.0]
    cache, source = ShortCache[str, object](ttl_seconds=5, now=lambda: moment[0]), Source("a", "b")
    source.gate.set()
    assert await cache.get("k", source.load) == "a"
    moment[0] = 104.9
    assert await cache.get("k", source.load) == "a"
    moment[0] = 105
    assert await cache.get("k", source.load) == "b"


async def test_what_was_being_loaded_when_its_key_was_dropped_is_not_kept() -> None:
    cache, source = ShortCache[str, object](ttl_seconds=5), Source("old", "new")
    waiting = asyncio.create_task(cache.get("k", source.load))
    await asyncio.sleep(0.001)
    cache.drop("k")
    source.gate.set()
    assert await waiting == "old"
    assert await cache.get("k", source.load) == "new"


async def test_an_error_reaches_all_who_wait_and_is_not_kept() -> None:
    cache, source = ShortCache[str, object](ttl_seconds=5), Source(OSError("gone"), "back")
    waiting = [asyncio.create_task(cache.get("k", source.load)) for _ in range(3)]
    await asyncio.sleep(0)
    source.gate.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(answer, OSError) for answer in answers)
    assert await cache.get("k", source.load) == "back"


async def test_one_who_gives_up_does_not_stop_the_load_of_the_others() -> None:
    cache, source = ShortCache[str, object](ttl_seconds=5), Source("a")
    first, second = (asyncio.create_task(cache.get("k", source.load)) for _ in range(2))
    await asyncio.sleep(0.001)
    first.cancel()
    source.gate.set()
    assert await second == "a"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_the_cache_keeps_the_newest_within_its_size() -> None:
    cache = ShortCache[int, object](ttl_seconds=5, size=2)
    source = Source("a")
    source.gate.set()
    for key in range(3):
        await cache.get(key, source.load)
    loads = source.loads
    await cache.get(2, source.load)
    assert source.loads == loads
    await cache.get(0, source.load)
    assert source.loads == loads + 1
