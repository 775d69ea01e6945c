"""How events are packed for the way between processes: in order, within a notice's size, text never lost."""

import asyncio
from typing import Any
from uuid import uuid4

import orjson

from sparklabs.kit.notices import LARGEST_PAYLOAD_BYTES
from sparklabs.runtime.events import TurnEvent, TurnEventType
from sparklabs.runtime.hub import StreamHub, _batches

ID = uuid4()


def _delta(text: str) -> dict[str, Any]:
    return TurnEvent(TurnEventType.TEXT_DELTA, ID, {"text": text}).as_json()


def test_every_batch_fits_a_notice_whatever_the_text() -> None:
    for text in ("x" * 30_000, "ö" * 20_000, "\x01" * 9_000, "🙂" * 9_000, '"' * 20_000):
        batches = _batches([_delta(text), _delta("end")])
        assert all(len(orjson.dumps(batch)) < LARGEST_PAYLOAD_BYTES for batch in batches)
        assert "".join(event["text"] for batch in batches for event in batch) == text + "end"


def test_an_event_too_large_for_a_notice_is_told_without_its_contents() -> None:
    event = TurnEvent(TurnEventType.TOOL_FINISHED, ID, {"result": "x" * 9_000}).as_json()
    assert _batches([event]) == [[{"type": "tool.finished", "message_id": str(ID), "truncated": True}]]


class _SlowNotices:
    """Keeps what is published, slowly, as a busy database would."""

    process_id = "me"

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def publish(self, kind: str, data: dict[str, Any]) -> None:
        await asyncio.sleep(0.02 if len(self.texts) % 2 == 0 else 0)
        self.texts += [event.get("text") or event["type"] for event in data["e"]]


async def test_a_later_batch_never_overtakes_an_earlier_one() -> None:
    notices = _SlowNotices()
    hub = StreamHub(notices)  # pyright: ignore[reportArgumentType]
    hub._on_interest({"c": [str(ID)], "p": "other"})
    for number in range(10):
        hub.publish(ID, TurnEvent(TurnEventType.TEXT_DELTA, ID, {"text": f"{number}" * 9_000}))
        await asyncio.sleep(0.03)
    hub.publish(ID, TurnEvent(TurnEventType.TURN_COMPLETED, ID, {}))
    while hub._tasks:
        await asyncio.gather(*hub._tasks)
    assert notices.texts[-1] == "turn.completed"
    assert "".join(notices.texts[:-1]) == "".join(f"{number}" * 9_000 for number in range(10))
    assert hub._outgoing == {}


async def test_nothing_is_sent_to_other_processes_unless_one_asked() -> None:
    notices = _SlowNotices()
    hub = StreamHub(notices)  # pyright: ignore[reportArgumentType]
    hub._on_interest({"c": [str(ID)], "p": "me"})
    hub.publish(ID, TurnEvent(TurnEventType.TURN_COMPLETED, ID, {}))
    await asyncio.sleep(0.05)
    assert notices.texts == []
