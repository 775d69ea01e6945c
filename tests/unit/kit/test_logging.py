"""Log lines as a machine and as a person reads them."""

import json
import logging

import pytest

from sparklabs.kit.telemetry import JsonLines, PlainLines, context, set_up_logging


def _record(message: str, **extra: object) -> logging.LogRecord:
    return logging.getLogger("test").makeRecord("test", logging.INFO, __file__, 1, message, (), None, extra=extra)


def test_a_json_line_carries_the_bound_ids_and_the_extras():
    with context(request_id="r-1", tenant_id="t-1"):
        line = json.loads(JsonLines().format(_record("request", conversation_id="c-1")))
    assert (line["request_id"], line["tenant_id"], line["conversation_id"]) == ("r-1", "t-1", "c-1")


def test_a_plain_line_tells_a_request_in_words():
    line = PlainLines().format(_record("request", method="GET", path="/", status=200, ms=12.3))
    assert line.endswith("  GET / 200 in 12 ms")


@pytest.mark.parametrize(("in_terminal", "form"), [(True, PlainLines), (False, JsonLines)])
def test_auto_is_plain_in_a_terminal_and_json_elsewhere(
    in_terminal: bool, form: type[logging.Formatter], monkeypatch: pytest.MonkeyPatch
):
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr.isatty", lambda: in_terminal)
    try:
        set_up_logging(form="auto")
        assert isinstance(root.handlers[0].formatter, form)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
