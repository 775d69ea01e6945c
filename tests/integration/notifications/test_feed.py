"""The stream of events: nothing is missed, nothing is told twice, nothing crosses a wall."""

import asyncio
import random
from uuid import UUID

import pytest

from sparklabs.kit.db import Database
from sparklabs.kit.errors import InvalidError
from sparklabs.notifications.feed import service
from sparklabs.notifications.feed.position import MOST_TOLD, Position, decode, encode
from sparklabs.notifications.feed.service import EventFeed
from tests.factories.platform import until
from tests.integration.notifications.conftest import Hearing, an_event, id_of, name_of, open_transaction


async def test_an_event_that_commits_after_a_later_number_is_still_told(
    feed: EventFeed, db: Database, tenant_id: UUID
) -> None:
    hearing = await Hearing(feed, tenant_id).connect()
    async with open_transaction(db, tenant_id, an_event(tenant_id, "early number")):
        await db.run(tenant_id, an_event(tenant_id, "late number"))
        assert await hearing.until(1) == ["late number"]

    assert await hearing.until(2) == ["late number", "early number"]


async def test_what_was_under_way_before_anybody_listened_is_told_when_it_commits(
    feed: EventFeed, db: Database, tenant_id: UUID
) -> None:
    async with open_transaction(db, tenant_id, an_event(tenant_id, "under way")):
        await db.run(tenant_id, an_event(tenant_id, "before"))
        hearing = await Hearing(feed, tenant_id).connect()

    assert await hearing.until(1) == ["under way"]


async def test_a_hundred_events_that_commit_in_any_order_are_each_told_once(
    feed: EventFeed, db: Database, tenant_id: UUID
) -> None:
    hearing = await Hearing(feed, tenant_id).connect()
    chance = random.Random(7)

    async def write(name: str) -> None:
        async with open_transaction(db, tenant_id, an_event(tenant_id, name)):
            await asyncio.sleep(chance.random() / 5)

    names = [f"event {number}" for number in range(100)]
    for start in range(0, 100, 20):
        await asyncio.gather(*(write(name) for name in names[start : start + 20]))
    await hearing.until(100)
    await db.run(tenant_id, an_event(tenant_id, "last"))

    assert sorted(await hearing.until(101)) == sorted([*names, "last"])


async def test_events_of_one_writer_come_in_their_order(feed: EventFeed, db: Database, tenant_id: UUID) -> None:
    hearing = await Hearing(feed, tenant_id).connect()
    for number in range(30):
        await db.run(tenant_id, an_event(tenant_id, str(number)))

    assert await hearing.until(30) == [str(number) for number in range(30)]


async def test_the_floor_rises_only_over_what_has_ended(feed: EventFeed, db: Database, tenant_id: UUID) -> None:
    hearing = await Hearing(feed, tenant_id).connect()
    await db.run(tenant_id, an_event(tenant_id, "first"))
    await hearing.until(1)
    reader = feed._readers[tenant_id]
    await until(lambda: not reader.position.told)

    async with open_transaction(db, tenant_id, an_event(tenant_id, "open")):
        await db.run(tenant_id, an_event(tenant_id, "second"))
        await hearing.until(2)
        looks = 0
        while looks < 6:  # a mark needs two looks to be settled, were nothing open
            await reader.look()
            looks += 1
        assert len(reader.position.told) == 1
    await hearing.until(3)
    await until(lambda: not reader.position.told)


async def test_whoever_comes_back_hears_what_was_missed_and_nothing_twice(
    feed: EventFeed, db: Database, tenant_id: UUID
) -> None:
    first = await Hearing(feed, tenant_id).connect()
    async with open_transaction(db, tenant_id, an_event(tenant_id, "early number")):
        await db.run(tenant_id, an_event(tenant_id, "late number"))
        await first.until(1)
        first.leave()
        await db.run(tenant_id, an_event(tenant_id, "while away"))
        again = await Hearing(feed, tenant_id).connect(after=first.position)
        await again.until(1)
    await again.until(2)
    await db.run(tenant_id, an_event(tenant_id, "after"))

    assert sorted(await again.until(3)) == ["after", "early number", "while away"]


async def test_another_process_goes_on_where_the_first_left_off(feed: EventFeed, db: Database, tenant_id: UUID) -> None:
    other = EventFeed(db, poll_seconds=0.02)
    first = await Hearing(feed, tenant_id).connect()
    # The other process listens already, has not looked since and so does not know yet what the first told.
    waiting = await Hearing(other, tenant_id).connect()
    reader = other._readers[tenant_id]
    look, reader.look = reader.look, lambda: asyncio.sleep(0, result=False)  # type: ignore[method-assign]
    await db.run(tenant_id, an_event(tenant_id, "told by the first"))
    await first.until(1)
    again = await Hearing(other, tenant_id).connect(after=first.position)
    await db.run(tenant_id, an_event(tenant_id, "after"))
    reader.look = look  # type: ignore[method-assign]

    assert await again.until(1) == ["after"]
    assert await waiting.until(2) == ["told by the first", "after"]
    await other.stop()


async def test_the_first_id_of_a_stream_lets_one_come_back_before_anything_happened(
    feed: EventFeed, db: Database, tenant_id: UUID
) -> None:
    quiet = await Hearing(feed, tenant_id).connect()
    quiet.leave()
    await db.run(tenant_id, an_event(tenant_id, "while away"))

    again = await Hearing(feed, tenant_id).connect(after=quiet.position)
    assert await again.until(1) == ["while away"]


async def test_every_event_of_a_replay_can_be_resumed_from(feed: EventFeed, db: Database, tenant_id: UUID) -> None:
    start = await Hearing(feed, tenant_id).connect()
    for number in range(5):
        await db.run(tenant_id, an_event(tenant_id, str(number)))
    await start.until(5)
    replay = await Hearing(feed, tenant_id).connect(after=id_of(start.told[0]))
    assert await replay.until(5) == [str(number) for number in range(5)]

    for told in replay.told[1:]:
        later = await Hearing(feed, tenant_id).connect(after=id_of(told))
        assert later.names == [str(number) for number in range(int(name_of(told)) + 1, 5)]


async def test_whoever_was_away_too_long_is_told_to_read_anew(
    feed: EventFeed, db: Database, tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_REPLAYED", 3)
    start = await Hearing(feed, tenant_id).connect()
    for number in range(4):
        await db.run(tenant_id, an_event(tenant_id, str(number)))
    await start.until(4)
    again = await Hearing(feed, tenant_id).connect(after=id_of(start.told[0]))
    await db.run(tenant_id, an_event(tenant_id, "live"))

    assert await again.until(1) == ["live"]
    assert name_of(again.told[0]) == "stream.lagged"


async def test_whoever_reads_too_slowly_loses_the_backlog_is_told_so_and_goes_on(
    feed: EventFeed, db: Database, tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LONGEST_BACKLOG", 3)
    slow, quick = await Hearing(feed, tenant_id).connect(), await Hearing(feed, tenant_id).connect()
    for number in range(6):
        await db.run(tenant_id, an_event(tenant_id, str(number)))
        await quick.until(number + 1)
    names = await slow.until(2)
    assert names == ["4", "5"]
    assert [name_of(told) for told in slow.told] == ["stream.opened", "stream.lagged", "4", "5"]

    again = await Hearing(feed, tenant_id).connect(after=id_of(slow.told[1]))
    assert again.names == ["4", "5"]


async def test_another_tenant_hears_nothing(
    feed: EventFeed, db: Database, tenant_id: UUID, other_tenant_id: UUID
) -> None:
    stranger = await Hearing(feed, other_tenant_id).connect(after="0")
    mine = await Hearing(feed, tenant_id).connect()
    await db.run(tenant_id, an_event(tenant_id, "mine"))
    await mine.until(1)
    await db.run(other_tenant_id, an_event(other_tenant_id, "theirs"))

    assert await stranger.until(1) == ["theirs"]


async def test_when_the_last_listener_leaves_nothing_is_left_behind(
    feed: EventFeed, tenant_id: UUID, other_tenant_id: UUID
) -> None:
    hearings = [await Hearing(feed, tenant).connect() for tenant in (tenant_id, tenant_id, other_tenant_id)]
    assert (feed.listening, len(feed._tasks)) == (3, 2)
    for hearing in hearings:
        hearing.leave()

    assert (feed.listening, feed._readers) == (0, {})
    await until(lambda: not feed._tasks)


async def test_a_stop_ends_every_stream(feed: EventFeed, tenant_id: UUID) -> None:
    hearing = await Hearing(feed, tenant_id).connect()
    feed.stopping = True

    assert hearing.listener is not None
    assert await hearing.listener.next(seconds=15) is None


def test_a_position_is_read_as_it_was_written() -> None:
    place = Position(1000, frozenset({1003, 1004, 1100}))
    assert (str(place), decode(str(place))) == ("1000.3.4.100", place)
    assert decode("42") == Position(42)


def test_a_position_stays_short_and_keeps_the_newest() -> None:
    place = decode(encode(10, range(11, 500)))
    assert (len(place.told), max(place.told)) == (MOST_TOLD, 499)


@pytest.mark.parametrize("text", ["", "x", "1.", "-1", "1.-2", "1e5", "9" * 30, ".".join(["1"] * 100), "٣"])
def test_a_position_of_somebody_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        decode(text)
    assert caught.value.code == "event_id_invalid"
