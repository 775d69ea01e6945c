"""GitHub issues over the REST API: find one by its hidden marker, open one; what is worth an issue stands in `gaps`.

Source: https://docs.github.com/en/rest/issues/issues and https://docs.github.com/en/rest/using-the-rest-api
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import aiohttp

API_VERSION = "2022-11-28"
TIMEOUT_SECONDS = 20
PAGE = 100
MOST_PAGES = 20
_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}")


class GitHubError(Exception):
    """GitHub did not do it; `message` says why, `retry_after` how long it wants to be left alone."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue of the repository."""

    number: int
    url: str
    state: str


class GitHub:
    """One repository. A session is opened at the first call; close it with `aclose`."""

    def __init__(self, repository: str, *, token: str, api_url: str = "https://api.github.com") -> None:
        if _REPOSITORY.fullmatch(repository) is None:
            raise ValueError(f"SPARKLABS_GITHUB_REPOSITORY must be owner/name, not {repository!r}.")
        self.repository = repository
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def find_issue(self, marker: str, *, label: str) -> Issue | None:
        """The issue, open or closed, whose text holds the marker.

        Lists by label rather than searching: the list is up to date at once, the search index is minutes behind.
        """
        for page in range(1, MOST_PAGES + 1):
            query = {"state": "all", "labels": label, "per_page": str(PAGE), "page": str(page), "sort": "created"}
            found = await self._call("GET", f"/repos/{self.repository}/issues", query=query)
            issues = cast("list[dict[str, Any]]", found if isinstance(found, list) else [])
            for issue in issues:
                if marker in str(issue.get("body") or "") and "pull_request" not in issue:
                    return _issue(issue)
            if len(issues) < PAGE:
                return None
        return None

    async def open_issue(self, *, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Opens an issue; labels that the repository has not got are made on the way by GitHub."""
        made = await self._call(
            "POST", f"/repos/{self.repository}/issues", body={"title": title, "body": body, "labels": list(labels)}
        )
        return _issue(cast("dict[str, Any]", made))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={
                    "Accept": "application/vnd.github+json",
                    "Authorization": f"Bearer {self._token}",
                    "X-GitHub-Api-Version": API_VERSION,
                    "User-Agent": "sparklabs",
                },
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            )
        try:
            async with self._session.request(
                method, self._api_url + path, params=query, json=body, allow_redirects=method == "GET"
            ) as response:
                if response.status >= 300:
                    raise _error(response.status, response.headers, await response.text())
                return await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise GitHubError(f"GitHub cannot be reached: {error or type(error).__name__}.") from error


def _issue(found: dict[str, Any]) -> Issue:
    try:
        return Issue(int(found["number"]), str(found["html_url"]), str(found.get("state", "open")))
    except (KeyError, TypeError, ValueError) as error:
        raise GitHubError("GitHub answered with something that is no issue.") from error


def _error(status: int, headers: Mapping[str, str], text: str) -> GitHubError:
    """What an answer means and what to do; rate limits come as 403 or 429 with the time to wait."""
    said = re.search(r'"message"\s*:\s*"([^"]{1,300})"', text)
    detail = said[1] if said else f"status {status}"
    if status in (403, 429) and (wait := _wait(headers, detail)) is not None:
        return GitHubError(f"GitHub's rate limit is reached ({detail}).", retry_after=wait)
    advice = {
        301: "The repository has moved: set SPARKLABS_GITHUB_REPOSITORY to its new name.",
        401: "The token is not valid: set SPARKLABS_GITHUB_TOKEN anew.",
        403: "The token may not open issues here: give it the right to write issues.",
        404: "There is no such repository, or the token cannot see it: check SPARKLABS_GITHUB_REPOSITORY.",
        410: "Issues are switched off in this repository.",
        422: "GitHub refuses the issue as it is written.",
    }.get(status, "GitHub has trouble; it is tried again later.")
    return GitHubError(f"{status}: {detail}. {advice}")


def _wait(headers: Mapping[str, str], detail: str) -> timedelta | None:
    """How long to wait, from Retry-After or the reset of the limit; None when no limit is meant."""
    after, reset = headers.get("Retry-After", ""), headers.get("X-RateLimit-Reset", "")
    if after.isdigit():
        return timedelta(seconds=int(after))
    if headers.get("X-RateLimit-Remaining") == "0" and reset.isdigit():
        from time import time

        return timedelta(seconds=max(int(reset) - time(), 1))
    return timedelta(minutes=1) if "rate limit" in detail.lower() else None
