"""Logs as JSON lines with correlation ids, and the process's metrics; what is worth logging is each room's matter."""

import contextvars
import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_context: contextvars.ContextVar[dict[str, str]] = contextvars.ContextVar("log_context")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

registry = CollectorRegistry()

http_requests = Counter(
    "sparklabs_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=registry
)
http_seconds = Histogram(
    "sparklabs_http_request_seconds",
    "Time to the last byte of an answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60),
    registry=registry,
)
turns = Counter("sparklabs_turns_total", "Turns ended.", ["outcome"], registry=registry)
turn_seconds = Histogram(
    "sparklabs_turn_seconds",
    "Time of a turn from lease to answer.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
    registry=registry,
)
model_calls = Counter(
    "sparklabs_model_calls_total", "Attempts at chat models.", ["provider", "model", "outcome"], registry=registry
)
model_tokens = Counter("sparklabs_model_tokens_total", "Tokens.", ["provider", "model", "direction"], registry=registry)
model_cost_micros = Counter(
    "sparklabs_model_cost_micros_total", "Cost in micro-units.", ["provider", "model", "currency"], registry=registry
)
tool_calls = Counter("sparklabs_tool_calls_total", "Tool calls ended.", ["tool", "status"], registry=registry)
open_sockets = Gauge("sparklabs_open_sockets", "Open WebSockets.", registry=registry)


def bind_context(**ids: str) -> None:
    """Adds ids (request_id, tenant_id, conversation_id, run_id) to every log line of the present task."""
    _context.set({**_context.get({}), **ids})


@contextmanager
def context(**ids: str) -> Generator[None]:
    """The same for a block; the ids before it come back after it."""
    token = _context.set({**_context.get({}), **ids})
    try:
        yield
    finally:
        _context.reset(token)


def current_context() -> dict[str, str]:
    """The ids bound so far."""
    return _context.get({})


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the bound ids and the record's extras."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **current_context(),
        }
        line |= _extras(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class PlainLines(logging.Formatter):
    """For a person at a terminal: time, what happened, what it concerns; ids of requests stay with the JSON."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        extras = _extras(record)
        if extras.keys() >= {"method", "path", "status", "ms"}:
            told = "{method} {path} {status} in {ms:.0f} ms".format(**extras)
        else:
            told = " ".join((record.getMessage(), *(f"{key}={value}" for key, value in extras.items())))
        line = f"{time}  {level}{told}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _STANDARD and not key.startswith("_")}


def set_up_logging(*, level: str = "info", form: Literal["auto", "json", "plain"] = "json") -> None:
    """Sends every log line of the process to standard error in one form; `auto` is plain in a terminal, else JSON."""
    handler = logging.StreamHandler(sys.stderr)
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn", "uvicorn.error", "uvicorn.access", "procrastinate", "httpx", "psycopg.pool", "watchfiles"):
        logger = logging.getLogger(noisy)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel("WARNING")
