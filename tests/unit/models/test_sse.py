"""Server-sent events are read right however the network cuts them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparklabs.models.errors import ModelMalformedAnswerError
from sparklabs.models.providers import sse
from sparklabs.models.providers.sse import SseDecoder

STREAM = (
    ": hello\n\nevent: x\ndata: one\n\ndata:two\ndata: lines\nid: 3\n\n"
    "data: नमस्ते 🎉\n\ndata\n\ndata:\n\nretry: 5\n\ndata: a\ndata\n\n"
)
EVENTS = [b"one", b"two\nlines", "नमस्ते 🎉".encode(), b"a\n"]


def decode(pieces: list[bytes]) -> list[bytes]:
    decoder = SseDecoder()
    events = [data for piece in pieces for data in decoder.feed(piece)]
    return events + decoder.finish()


@given(st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.integers(0, 140), max_size=8))
def test_any_cut_of_any_line_ending_gives_the_same_events(ending: str, cuts: list[int]) -> None:
    whole = STREAM.replace("\n", ending).encode()
    marks = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[start:end] for start, end in itertools.pairwise(marks)]
    assert decode(pieces) == EVENTS


def test_a_last_event_without_its_blank_line_still_counts() -> None:
    assert decode([b"data: a\n\ndata: b"]) == [b"a", b"b"]


def test_only_one_space_after_the_colon_is_dropped() -> None:
    assert decode([b"data:  a \n\n"]) == [b" a "]


def test_an_endless_event_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MAX_EVENT_BYTES", 10)
    with pytest.raises(ModelMalformedAnswerError):
        SseDecoder().feed(b"data: far too long")
