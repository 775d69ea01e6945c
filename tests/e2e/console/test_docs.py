"""The API's pages: Swagger UI from our own server, which works without the internet and under the strict policy."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from tests.e2e.console.conftest import Platform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_apis_pages_need_no_other_server_and_try_a_request(page: Page, platform: Platform) -> None:
    elsewhere: list[str] = []

    async def only_ours(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(platform.url).netloc:
            await route.continue_()
        else:
            elsewhere.append(route.request.url)
            await route.abort()

    await page.route("**/*", only_ours)
    await page.goto("/docs")
    await page.get_by_role("button", name="GET /livez").first.click()
    await page.get_by_role("button", name="Execute", exact=True).click()

    await expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    await expect(page.locator(".live-responses-table .highlight-code").first).to_contain_text('"status": "ok"')
    assert elsewhere == []
