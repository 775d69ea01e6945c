"""What stands around every request: its id, its log line and metrics, its size limit and the security headers."""

import asyncio
import logging
import re
import time
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sparklabs.kit import telemetry
from sparklabs.kit.errors import InvalidError, SparkError, TooLargeError, UnavailableError
from sparklabs.kit.ids import new_id
from sparklabs.kit.json_route import MediaTypeError
from sparklabs.kit.problems import problem_json, response_of

logger = logging.getLogger("sparklabs.requests")

LARGEST_BODY_BYTES = 2 * 1024 * 1024
LARGEST_UPLOAD_BYTES = 52 * 1024 * 1024
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,128}$")
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


class RequestEdge:
    """The outermost layer; plain ASGI, for it runs on every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        with telemetry.context(request_id=request_id):
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
            else:
                await self._http(scope, receive, send, request_id)

    async def _http(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began = time.perf_counter()
        method = scope["method"]
        answer = _Answer(send, request_id, has_body=method != "HEAD")
        if method == "HEAD":
            # Whatever can be got can be asked for without its body (RFC 9110, 9.3.2); routes need not know.
            scope = {**scope, "method": "GET"}
        body = _BoundedBody(scope, receive)
        try:
            await self._run(scope, body, answer)
        except (TooLargeError, InvalidError, MediaTypeError) as error:
            await response_of(problem_json(error))(scope, receive, answer.send)
        except asyncio.CancelledError:
            # The server cancels what still runs when its time for stopping is over.
            if not answer.begun:
                await response_of(problem_json(_stopping()), {"Retry-After": "2"})(scope, receive, answer.send)
            raise
        except Exception:
            logger.exception("A request failed in a way nobody foresaw.", extra={"path": scope["path"]})
            if answer.begun:
                raise
            told = SparkError(
                "Something went wrong on our side; it has been logged.", hint="Quote the request id when you report it."
            )
            await response_of(problem_json(told))(scope, receive, answer.send)
        finally:
            _note(scope, method, answer.status, time.perf_counter() - began)

    async def _run(self, scope: Scope, body: "_BoundedBody", answer: "_Answer") -> None:
        _check(scope)

        async def send_unless_cut(message: Message) -> None:
            # What the app makes of a body that was cut off is not the answer.
            if not body.exceeded:
                await answer.send(message)

        if not body.is_told_too_large:
            await self._app(scope, body.receive, send_unless_cut)
        if body.exceeded or body.is_told_too_large:
            raise body.error()


class _Answer:
    """What goes out: marked with the request's id and the security headers, and remembered for the log."""

    def __init__(self, send: Send, request_id: str, *, has_body: bool) -> None:
        self._send = send
        self._request_id = request_id
        self._has_body = has_body
        self._ended = False
        self.status = 500
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.begun = message["status"], True
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._request_id
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        elif not self._has_body:
            if self._ended:
                return
            # The end comes with the first piece: a stream that has none would keep the connection for ever.
            self._ended, message = True, {"type": "http.response.body", "body": b""}
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """The caller's X-Request-Id when it is a sane one, else a fresh one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            if _REQUEST_ID.match(text):
                return text
    return str(new_id())


def _check(scope: Scope) -> None:
    """Refuses what no route reads: compressed bodies, and NUL in the query, which no column holds."""
    if b"%00" in scope.get("query_string", b""):
        raise InvalidError("The query has a NUL character (%00).", code="nul_character", hint="Leave it out.")
    for name, value in scope["headers"]:
        if name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            raise MediaTypeError(
                "A compressed body is not taken.", hint="Send the body as it is, without Content-Encoding."
            )


def _stopping() -> UnavailableError:
    return UnavailableError(
        "This process stops; what it had accepted is finished by another.",
        code="stopping",
        hint="Send the request again with the same Idempotency-Key; nothing is done twice.",
    )


class _BoundedBody:
    """Refuses bodies over the limit, whether their length is told or found."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._limit = LARGEST_UPLOAD_BYTES if scope["path"].endswith("/files") else LARGEST_BODY_BYTES
        self._size = 0
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        self.is_told_too_large = told.isdigit() and int(told) > self._limit
        self.exceeded = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            if self._size > self._limit:
                self.exceeded = True
                raise self.error()
        return message

    def error(self) -> TooLargeError:
        return TooLargeError(
            f"The request is larger than {self._limit:,} bytes.", code="request_too_large", hint="Send less."
        )


def _note(scope: Scope, method: str, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    path = getattr(route, "path", None) or "unmatched"
    telemetry.http_requests.labels(method, path, str(status)).inc()
    telemetry.http_seconds.labels(method, path).observe(seconds)
    if scope["path"] in _QUIET and status < 500:
        return
    extra = {"method": method, "path": scope["path"], "status": status, "ms": round(seconds * 1000, 1)}
    if "conversation_id" in (parameters := scope.get("path_params", {})):
        extra["conversation_id"] = str(parameters["conversation_id"])
    logger.log(logging.ERROR if status >= 500 else logging.INFO, "request", extra=extra)
