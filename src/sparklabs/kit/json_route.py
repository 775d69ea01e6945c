"""How JSON bodies are read: strictly, once, and with a clear refusal of what PostgreSQL or an answer could not hold."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any, ClassVar, cast

import orjson
from fastapi import Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from sparklabs.kit.errors import BadRequestError, InvalidError, SparkError

DEEPEST_NESTING = 64

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class MediaTypeError(SparkError):
    """The body is of a kind that this route does not read."""

    status: ClassVar[int] = 415
    code = "media_type_unsupported"
    title = "This kind of body is not taken"


class StrictRequest(Request):
    """A request whose JSON is read after RFC 8259 (no NaN, no lone surrogates), without NUL or endless nesting."""

    async def json(self) -> Any:
        body = await self.body()
        # Duplicate keys keep the last value, as everywhere in Python.
        value = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        if b"\\u0000" in body or body.count(b"[") + body.count(b"{") > DEEPEST_NESTING:
            _check(value)
        return value


class JsonRoute(APIRoute):
    """A route that reads its JSON body strictly."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle
        takes_json = not isinstance(self.body_field.field_info, Form)

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if takes_json and not _is_json(request.headers.get("content-type", "")) and await strict.body():
                raise MediaTypeError(
                    "The body is not declared as JSON.",
                    hint="Send JSON with Content-Type: application/json.",
                )
            try:
                return await handle(strict)
            except HTTPException as error:
                # FastAPI hides whatever happens while a body is read behind a 400 of its own.
                if isinstance(error.__cause__, SparkError):
                    raise error.__cause__ from None
                raise

        return handle_strictly


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _check(value: Any) -> None:
    """Looks at every value without recursion; raises for a NUL character and for nesting nobody means."""
    level = [value]
    for _ in range(DEEPEST_NESTING):
        if any("\x00" in text for each in level for text in _texts(each)):
            raise InvalidError(
                "The body has a NUL character (\\u0000).", code="nul_character", hint="Leave the character out."
            )
        level = [child for each in level for child in _children(each)]
        if not level:
            return
    raise BadRequestError(
        f"The body is nested deeper than {DEEPEST_NESTING} levels.", code="body_too_deep", hint="Flatten it."
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from cast("dict[str, Any]", value)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from cast("dict[str, Any]", value).values()
    elif isinstance(value, list):
        yield from cast("list[Any]", value)
