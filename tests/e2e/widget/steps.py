"""What visitors do and see, said once for every test of the widget."""

from urllib.parse import urlencode

from playwright.async_api import Locator, Page, expect

from tests.e2e.widget.conftest import Site


async def visit(page: Page, site: Site) -> None:
    await page.goto(site.page)
    await expect(field(page)).to_be_visible()


async def visit_shop(page: Page, shop: str, site: Site, **attributes: str) -> None:
    await page.goto(f"{shop}/?{urlencode({'src': site.url, 'key': site.key(), **attributes})}")
    await expect(launcher(page)).to_be_visible()


def field(page: Page) -> Locator:
    return page.locator("textarea")


def launcher(page: Page) -> Locator:
    return page.locator("button.launcher")


def own(page: Page) -> Locator:
    return page.locator(".message.own")


def answers(page: Page) -> Locator:
    """Finished answers, without the greeting and the one that still streams."""
    return page.locator(".list .message.theirs")


async def say(page: Page, text: str) -> None:
    await field(page).fill(text)
    await field(page).press("Enter")
