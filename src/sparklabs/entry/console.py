"""Serves the console's built files: its page under `/`, the API's under `/docs`, and nothing from elsewhere."""

import gzip
import html
import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sparklabs.kit.settings import clone_folder

RESERVED = ("api", "chat", "docs", "widget", "openapi.json", ".well-known", "metrics", "livez", "readyz", "healthz")
"""First parts of addresses that belong to the API, whether or not something stands there."""

_FOR_A_YEAR = "public, max-age=31536000, immutable"
_PAGES = ("index.html", "docs.html")
_NONCE = "__CSP_NONCE__"
_COMPRESSED = frozenset({".js", ".css", ".svg", ".json", ".webmanifest"})
_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>SparkLabs</title>
<meta name="viewport" content="width=device-width"><h1>The pages were not built</h1>
<p>Run <code>make install</code> in the clone, then load this page again.</p>
<p>The API answers meanwhile: <a href="/openapi.json">/openapi.json</a> describes it.</p></html>"""


def console_folder() -> Path:
    """Where the console's bundle lies: in the clone, or beside the installed package."""
    clone = clone_folder()
    return clone / "console" / "dist" if clone else Path(__file__).resolve().parents[1] / "bundles" / "console"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    compressed: bytes | None
    media_type: str
    modified_ns: int


class Console:
    """What answers where no route does: files of the bundle, its one page for any other address, else `otherwise`."""

    def __init__(self, folder: Path, *, otherwise: ASGIApp) -> None:
        self._folder = folder.resolve()
        self._otherwise = otherwise
        self._files: dict[Path, _File] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = None
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            answer = self._answer(Request(scope))
        await (answer or self._otherwise)(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        path = PurePosixPath(request.url.path)
        parts = path.parts[1:]
        if parts == ("docs",):
            return self._page("docs.html")
        if parts and parts[0] in RESERVED:
            return None
        if not path.suffix:
            return self._page("index.html")
        return self._asset(request, parts)

    def _page(self, name: str) -> HTMLResponse:
        """A page of the bundle; its nonce lets in the style sheets that the console's editor and dialogs make."""
        file = self._find(self._folder / name)
        headers = {"Cache-Control": "no-cache", "X-Frame-Options": "DENY"}
        if file is None:
            policy = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
            return HTMLResponse(_MISSING, 503, headers | policy)
        nonce = secrets.token_urlsafe(16)
        body = file.body.decode().replace(_NONCE, html.escape(nonce))
        return HTMLResponse(body, headers=headers | {"Content-Security-Policy": content_policy(nonce)})

    def _asset(self, request: Request, parts: tuple[str, ...]) -> Response | None:
        path = self._folder.joinpath(*parts).resolve()
        if not path.is_relative_to(self._folder) or path.name.startswith((".", *_PAGES)):
            return None
        file = self._find(path)
        if file is None:
            return None
        hashed = parts[0] == "assets"
        headers = {"Cache-Control": _FOR_A_YEAR if hashed else "no-cache", "Vary": "Accept-Encoding"}
        body = file.body
        if file.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = file.compressed
        return Response(body, headers=headers, media_type=file.media_type)

    def _find(self, path: Path) -> _File | None:
        """A file of the bundle, held in memory until a new build changes it."""
        try:
            modified_ns = path.stat().st_mtime_ns
            known = self._files.get(path)
            if known is None or known.modified_ns != modified_ns:
                known = self._files[path] = _read(path, modified_ns=modified_ns)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        return known


def content_policy(nonce: str) -> str:
    """Only the console's own scripts run, and it speaks to its own server alone (CSP 3)."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _read(path: Path, *, modified_ns: int) -> _File:
    body = path.read_bytes()
    compressed = gzip.compress(body, 6, mtime=0) if path.suffix in _COMPRESSED else None
    media_type = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    return _File(body, compressed, media_type or "application/octet-stream", modified_ns)
