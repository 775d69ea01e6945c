"""Stands for GitHub's REST API as far as issues go: lists by label, makes issues, limits, refuses and breaks off."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web


@dataclass
class Trouble:
    """What the next call meets: an error answer, or `vanish`: the call takes effect and its answer is lost."""

    status: int = 0
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    vanish: bool = False
    method: Literal["GET", "POST"] = "POST"


@dataclass
class FakeGitHub:
    """One repository, `house/tools`, for one token, `ghp-test`."""

    issues: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    calls: list[str] = field(default_factory=list[str])
    troubles: list[Trouble] = field(default_factory=list[Trouble])
    pause_seconds: float = 0
    url: str = ""

    async def list_issues(self, request: web.Request) -> web.Response:
        if (trouble := await self._meet(request)) is not None:
            return trouble
        label, state = request.query.get("labels"), request.query.get("state", "open")
        number, size = int(request.query.get("page", "1")), int(request.query.get("per_page", "30"))
        assert 1 <= size <= 100
        found = [
            issue
            for issue in reversed(self.issues)
            if state in ("all", issue["state"]) and (not label or label in [each["name"] for each in issue["labels"]])
        ]
        return web.json_response(found[(number - 1) * size : number * size])

    async def make_issue(self, request: web.Request) -> web.Response:
        if (trouble := await self._meet(request)) is not None:
            return trouble
        body = await request.json()
        if not body.get("title"):
            return _refuse(422, "Validation Failed")
        issue = self.add(body["title"], body.get("body", ""), labels=body.get("labels", []))
        if self.troubles and self.troubles[0].vanish:
            self.troubles.pop(0)
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(issue, status=201, headers={"Location": issue["url"]})

    def add(self, title: str, body: str, *, labels: list[str]) -> dict[str, Any]:
        """An issue as GitHub shows it."""
        number = len(self.issues) + 1
        issue = {
            "number": number,
            "title": title,
            "body": body,
            "state": "open",
            "labels": [{"name": name} for name in labels],
            "url": f"{self.url}/repos/house/tools/issues/{number}",
            "html_url": f"https://github.com/house/tools/issues/{number}",
        }
        self.issues.append(issue)
        return issue

    async def _meet(self, request: web.Request) -> web.Response | None:
        self.calls.append(request.method)
        await asyncio.sleep(self.pause_seconds)
        if request.headers.get("Authorization") != "Bearer ghp-test":
            return _refuse(401, "Bad credentials")
        assert request.headers["Accept"] == "application/vnd.github+json"
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", request.headers["X-GitHub-Api-Version"])
        assert request.headers["User-Agent"]
        if (request.match_info["owner"], request.match_info["name"]) != ("house", "tools"):
            return _refuse(404, "Not Found")
        if self.troubles and self.troubles[0].method == request.method and not self.troubles[0].vanish:
            trouble = self.troubles.pop(0)
            return _refuse(trouble.status, trouble.message, trouble.headers)
        return None


def _refuse(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return web.json_response(body, status=status, headers=headers)


@asynccontextmanager
async def serving() -> AsyncIterator[FakeGitHub]:
    """The server on a free port of this machine, until the block ends."""
    fake = FakeGitHub()
    app = web.Application()
    app.router.add_get("/repos/{owner}/{name}/issues", fake.list_issues)
    app.router.add_post("/repos/{owner}/{name}/issues", fake.make_issue)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
