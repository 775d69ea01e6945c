"""HTTP of web chat: the script, the public page and the widget's own part of the API, public by intent."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.middleware.cors import CORSMiddleware

from sparklabs.channels.web.bundle import WidgetBundle
from sparklabs.channels.web.errors import ChatPageNotFoundError
from sparklabs.channels.web.page import ChatPage, chat_page, missing_page
from sparklabs.channels.web.schemas import SessionIn, SessionOut, WidgetConfig
from sparklabs.channels.web.service import WebChat
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import service

router = APIRouter(
    tags=["web chat"], responses={status: PROBLEMS[status] for status in (401, 403, 404, 422)}, route_class=JsonRoute
)
Chat = Annotated[WebChat, Depends(service(WebChat, "web_chat"))]
Bundle = Annotated[WidgetBundle, Depends(service(WidgetBundle, "widget_bundle"))]

_SCRIPT_CACHE = "public, max-age=300, stale-while-revalidate=86400"


def add_cors(app: FastAPI) -> None:
    """Lets pages of other origins call the API with a token; no cookie goes along, sessions check the origin."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
        expose_headers=["Retry-After", "X-Request-Id"],
        max_age=7200,
    )


@router.get("/widget.js", include_in_schema=False)
@router.head("/widget.js", include_in_schema=False)
async def get_script(request: Request, bundle: Bundle) -> Response:
    return _asset(request, bundle, "widget.js")


@router.get("/widget/page.css", include_in_schema=False)
async def get_page_styles(request: Request, bundle: Bundle) -> Response:
    return _asset(request, bundle, "page.css")


@router.get("/widget/mark.svg", include_in_schema=False)
async def get_mark(request: Request, bundle: Bundle) -> Response:
    return _asset(request, bundle, "mark.svg")


@router.get("/chat/{agent}", include_in_schema=False)
async def get_chat_page(agent: str, request: Request, chat: Chat) -> Response:
    return await _page(request, chat, agent, tenant_slug=None)


@router.get("/chat/{tenant}/{agent}", include_in_schema=False)
async def get_chat_page_of_tenant(tenant: str, agent: str, request: Request, chat: Chat) -> Response:
    return await _page(request, chat, agent, tenant_slug=tenant)


@router.get("/api/v1/widget/config", summary="What a chat shows before anybody speaks")
async def get_config(
    request: Request, response: Response, chat: Chat, key: Annotated[str, Query(min_length=1, max_length=100)]
) -> WidgetConfig:
    response.headers["Cache-Control"] = "no-store"
    return await chat.get_config(key, origin=request.headers.get("origin"), host=request.headers.get("host"))


@router.post("/api/v1/widget/sessions", summary="Open or resume a visitor's chat")
async def post_session(wish: SessionIn, request: Request, response: Response, chat: Chat) -> SessionOut:
    response.headers["Cache-Control"] = "no-store"
    return await chat.open_session(
        wish,
        origin=request.headers.get("origin"),
        host=request.headers.get("host"),
        address=request.client.host if request.client else "",
    )


async def _page(request: Request, chat: WebChat, agent: str, *, tenant_slug: str | None) -> Response:
    accept_language = request.headers.get("accept-language")
    try:
        embed, card = await chat.get_page(agent, tenant_slug=tenant_slug)
    except ChatPageNotFoundError:
        return _html(missing_page(accept_language), status=404)
    return _html(chat_page(card, key=embed.key, accept_language=accept_language), status=200)


def _html(page: ChatPage, *, status: int) -> HTMLResponse:
    return HTMLResponse(page.html, status_code=status, headers=page.headers)


def _asset(request: Request, bundle: WidgetBundle, name: str) -> Response:
    asset = bundle.get(name)
    headers = {
        "ETag": asset.etag,
        "Cache-Control": _SCRIPT_CACHE,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    wanted = request.headers.get("if-none-match", "")
    if asset.etag in (each.strip().removeprefix("W/") for each in wanted.split(",")):
        return Response(status_code=304, headers=headers)
    compressed = "gzip" in request.headers.get("accept-encoding", "")
    if compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.compressed if compressed else asset.body, media_type=asset.media_type, headers=headers)
