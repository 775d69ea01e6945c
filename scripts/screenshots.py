"""Takes the pictures of the docs: `python -m scripts.screenshots`; `--all FOLDER` takes every page in every look.

A platform with the shipped agents is started on a temporary home and filled with made-up talks of the past weeks, a few
people talk to the agents over the API (so that every answer and trace in a picture is a real one), and the pages are
visited in Chromium.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
PORT = 8790
EMAIL, PASSWORD = "maria@acme.example", "a long pass phrase"
READY_SECONDS = 60
UNDER_WAY = "[role=status][aria-label$=Loading], [aria-busy=true], .animate-pulse"
LOOKS: dict[str, dict[str, Any]] = {
    "desktop-light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 360, "height": 780}, "color_scheme": "light", "has_touch": True},
    "phone-dark": {"viewport": {"width": 360, "height": 780}, "color_scheme": "dark", "has_touch": True},
}
NAME, WORKSPACE = "Maria Keller", "Acme Corporation"
TALKS = (
    ("acme-sales", "Elif Kaya", ("What plans do you have?", "What does Growth cost for 12 seats?")),
    ("acme-sales", "Noah Weber", ("Is my data encrypted?",)),
    ("acme-sales", "Mia Laurent", ("Which plan fits a team of five?", "I would like to speak to a person.")),
    ("support-desk", "Ravi Mehta", ("How do I reset my password?",)),
    ("support-desk", "Sofia Marino", ("The export stops at 10,000 rows.", "Please open a ticket.")),
    ("care-clinic", "Daniel Okafor", ("What are your opening hours?",)),
)
QUESTION = "What does Growth cost for 12 seats?"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: where to go, what shows that it is there, in which looks the docs show it, and how much of it."""

    name: str
    path: str
    there: str
    chosen: tuple[str, ...] = ()
    height: int | None = None


AGENT = "/agents/acme-sales"
SHOTS = (
    Shot("dashboard", "/?period=30d", "text=System health", ("desktop-light", "phone-dark"), height=1300),
    Shot("agents", "/agents", f"main a[href='{AGENT}'] >> visible=true"),
    Shot("agents-cards", "/agents?layout=cards", f"main a[href='{AGENT}'] >> visible=true"),
    Shot("agent", AGENT, "text=System prompt"),
    Shot("agent-configuration", f"{AGENT}/configuration", "text=No faults", ("desktop-light",)),
    Shot("agent-tools", f"{AGENT}/configuration?section=tools", "text=Add a tool"),
    Shot("agent-form", f"{AGENT}/configuration?view=form", "text=Name of the agent"),
    Shot("agent-yaml", f"{AGENT}/configuration?view=yaml", ".cm-line"),
    Shot("agent-versions", f"{AGENT}/versions", "text=Version 1"),
    Shot("agent-settings", f"{AGENT}/settings", "text=Script tag", height=1700),
    Shot("new-agent", "/new-agent", "text=No faults", height=1500),
    Shot("playground", "/playground?agent=acme-sales", "textarea"),
    Shot("conversations", "/conversations", "text=Elif Kaya >> visible=true", ("desktop-light",)),
    Shot("contacts", "/contacts", "text=Elif Kaya >> visible=true"),
    Shot("notifications", "/notifications", "text=A customer waits >> visible=true"),
    Shot("outbox", "/outbox", "h1"),
    Shot("health", "/health", "text=Background jobs", height=1300),
    Shot("tools", "/tools", "text=calculate"),
    Shot("tool", "/tools?tool=create_ticket", "text=Run it"),
    Shot("settings-profile", "/settings/profile", "text=Change password", height=1300),
    Shot("settings-workspace", "/settings/workspace", "text=Save workspace"),
    Shot("settings-secrets", "/settings/secrets", "text=New secret"),
    Shot("settings-api-keys", "/settings/api-keys", "text=New API key"),
    Shot("settings-appearance", "/settings/appearance", "text=As the system"),
    Shot("not-found", "/nowhere", "text=This page does not exist"),
)
TRACE = ("desktop-dark",)
CHAT = ("desktop-light",)


class Camera:
    """Takes pictures of one look into a folder: all of them, or those that the docs show."""

    def __init__(self, page: Page, *, look: str, folder: Path, everything: bool) -> None:
        self.page = page
        self._look = look
        self._folder = folder
        self._everything = everything

    def wants(self, chosen: Sequence[str]) -> bool:
        return self._everything or self._look in chosen

    async def take(self, name: str) -> None:
        """When nothing of the page is under way any more."""
        # Not until the network is idle: the page listens to the server's events as long as it is open.
        await expect(self.page.locator(UNDER_WAY)).to_have_count(0)
        await self.page.evaluate("document.fonts.ready.then(() => true)")
        await self.page.screenshot(path=self._folder / f"{name}-{self._look}.png", animations="disabled")

    async def visit(self, shot: Shot, address: str) -> None:
        """One page, in a window that is as high as the picture shall be."""
        window = LOOKS[self._look]["viewport"]
        await self.page.set_viewport_size({**window, "height": shot.height or window["height"]})
        await self.page.goto(f"{address}{shot.path}")
        await self.page.locator(shot.there).first.wait_for()
        await self.take(f"console-{shot.name}")
        await self.page.set_viewport_size(window)


async def take_console(context: BrowserContext, camera: Camera, address: str) -> None:
    """The pages of the console, for somebody who is signed in."""
    page = camera.page
    if camera.wants(()):
        await page.goto(address)
        await page.get_by_role("button", name="Sign in", exact=True).wait_for()
        await camera.take("console-sign-in")
    who = {"email": EMAIL, "password": PASSWORD, "keep_in": "cookie"}
    answer = await context.request.post(f"{address}/api/v1/auth/login", data=who)
    if not answer.ok:
        raise SystemExit(f"Signing in failed: {await answer.text()}")
    await context.add_init_script("localStorage.setItem('sparklabs.signed-in', '1')")
    for shot in SHOTS:
        if camera.wants(shot.chosen):
            await camera.visit(shot, address)
    if camera.wants(TRACE):
        await _take_trace(camera, address)
    if camera.wants(()):
        await _take_open_parts(camera, address)


async def _take_trace(camera: Camera, address: str) -> None:
    page = camera.page
    await page.goto(f"{address}/playground?agent=acme-sales")
    await page.get_by_label("Message").fill(QUESTION)
    await page.keyboard.press("Enter")
    await page.get_by_label("Turn 1").wait_for(state="attached")
    await page.get_by_label("Turn 1").get_by_text("Completed").wait_for(state="attached")
    switch = page.get_by_role("button", name="Trace")
    if await switch.is_visible():
        await switch.click()
    await page.get_by_label("Turn 1").locator("summary").filter(has_text="Tool").first.click()
    await camera.take("console-trace")


async def _take_open_parts(camera: Camera, address: str) -> None:
    """What opens over a page."""
    page = camera.page
    await page.goto(f"{address}/conversations")
    await page.get_by_role("link", name=TALKS[0][1]).locator("visible=true").first.click()
    await page.get_by_label("Transcript").get_by_text(TALKS[0][2][0]).wait_for()
    await camera.take("console-conversation")
    await page.keyboard.press("Control+k")
    await page.get_by_role("option", name="Agents").wait_for()
    await camera.take("console-palette")
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog").wait_for(state="detached")
    await page.keyboard.press("?")
    await page.get_by_role("dialog").wait_for()
    await camera.take("console-shortcuts")
    await page.keyboard.press("Escape")
    menu = page.get_by_role("button", name="Open menu")
    if await menu.is_visible():
        await menu.click()
        await page.get_by_role("dialog").wait_for()
        await camera.take("console-drawer")
    await page.goto(f"{address}/settings/api-keys")
    await page.get_by_role("button", name="New API key").first.click()
    await page.get_by_role("button", name="Make key").click()
    await camera.take("console-dialog")
    await page.route("**/api/v1/agents?*", lambda route: route.fulfill(status=500, json={"code": "internal_error"}))
    await page.goto(f"{address}/agents")
    await page.get_by_role("alert").wait_for()
    await camera.take("console-failed")


async def take_chat(camera: Camera, address: str) -> None:
    """The public chat page with a short talk on it."""
    page = camera.page
    await page.goto(f"{address}/chat/acme-sales")
    for number, text in enumerate(("What plans do you have?", "Is my data encrypted?"), start=1):
        box = page.get_by_role("textbox")
        await box.fill(text)
        await box.press("Enter")
        await page.locator(".list .message.theirs").nth(number - 1).wait_for()
    await camera.take("chat")


async def take_all(address: str, folder: Path, *, everything: bool) -> None:
    """Every picture that is asked for, into the folder."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=list(FLAGS))
        for look, window in LOOKS.items():
            await _take_look(browser, address, folder, look, window, everything=everything)
        await browser.close()


async def _take_look(
    browser: Browser, address: str, folder: Path, look: str, window: dict[str, Any], *, everything: bool
) -> None:
    context = await browser.new_context(locale="en-US", reduced_motion="reduce", **window)
    context.set_default_timeout(30_000)
    camera = Camera(await context.new_page(), look=look, folder=folder, everything=everything)
    await take_console(context, camera, address)
    if camera.wants(CHAT):
        await take_chat(camera, address)
    await context.close()


async def talk(address: str) -> None:
    """Lets people talk to the shipped agents, so that lists, transcripts and traces have something true to show."""
    async with httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=60) as http:
        signed_in = await http.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        signed_in.raise_for_status()
        http.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"
        (await http.patch("/auth/me", json={"name": NAME})).raise_for_status()
        (await http.patch("/workspace", json={"name": WORKSPACE})).raise_for_status()
        (await http.put("/me/preferences", json={"values": {"tour": {"put_away": True}}})).raise_for_status()
        for agent, name, said in TALKS:
            contact = {"name": name, "email": f"{name.split()[0].lower()}@example.com"}
            body = {"agent_id": agent, "channel": "web_chat", "contact": contact}
            opened = await http.post("/conversations", json=body)
            opened.raise_for_status()
            for content in said:
                answer = await http.post(f"/conversations/{opened.json()['id']}/messages", json={"content": content})
                answer.raise_for_status()


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("The pictures need Chromium: put a program named chromium or google-chrome on PATH.")
    return found


def _take_own(folder: Path, *, everything: bool) -> None:
    with tempfile.TemporaryDirectory() as home:
        own = {
            "SPARKLABS_HOME": home,
            "SPARKLABS_PORT": str(PORT),
            "SPARKLABS_OWNER_EMAIL": EMAIL,
            "SPARKLABS_OWNER_PASSWORD": PASSWORD,
            "SPARKLABS_LOG_LEVEL": "error",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SPARKLABS_")}
        command = [Path(sys.executable).with_name("sparklabs"), "up"]
        platform = subprocess.Popen(command, env={**kept, **own}, stdout=subprocess.DEVNULL)
        try:
            address = f"http://localhost:{PORT}"
            asyncio.run(_wait(address))
            subprocess.run([sys.executable, "-m", "scripts.demo_data"], env={**kept, **own}, check=True)
            asyncio.run(_fill_and_take(address, folder, everything=everything))
        finally:
            platform.terminate()
            platform.wait(20)


async def _fill_and_take(address: str, folder: Path, *, everything: bool) -> None:
    await talk(address)
    await take_all(address, folder, everything=everything)


async def _wait(address: str) -> None:
    async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient() as http:
        while True:
            try:
                (await http.get(f"{address}/readyz")).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
            else:
                return


def main() -> int:
    """Takes the pictures of the docs, or with `--all FOLDER` every page in every look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page in every look, into this folder")
    given: Path | None = parser.parse_args().all
    folder = given or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    _take_own(folder, everything=given is not None)
    for path in sorted(folder.glob("*.png")):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
