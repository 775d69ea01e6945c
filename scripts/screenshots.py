"""Takes the pictures of README and docs from a running platform: `python -m scripts.screenshots [address]`."""

import asyncio
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
PORT = 8790
TALK = ("What plans do you have?", "Is my data encrypted?")


async def take(address: str) -> list[Path]:
    """The chat page with a short talk on it: desktop light and phone dark."""
    from playwright.async_api import async_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for name, scheme, size in (
            ("chat-desktop-light", "light", (1280, 800)),
            ("chat-phone-dark", "dark", (390, 844)),
        ):
            context = await browser.new_context(
                color_scheme=scheme,  # pyright: ignore[reportArgumentType]
                viewport={"width": size[0], "height": size[1]},
                device_scale_factor=1,
            )
            page = await context.new_page()
            await page.goto(f"{address}/chat/acme-sales")
            for number, text in enumerate(TALK, start=1):
                box = page.get_by_role("textbox")
                await box.fill(text)
                await box.press("Enter")
                await page.locator(".list .message.theirs").nth(number - 1).wait_for(timeout=20_000)
                await page.wait_for_timeout(1200)
            path = FOLDER / f"{name}.png"
            await page.screenshot(path=path)
            made.append(path)
        await browser.close()
    return made


def main() -> int:
    """Uses the platform at the given address, else starts one of its own for the occasion."""
    if len(sys.argv) > 1:
        for path in asyncio.run(take(sys.argv[1].rstrip("/"))):
            print(path)
        return 0
    with tempfile.TemporaryDirectory() as home:
        own = {"SPARKLABS_HOME": home, "SPARKLABS_PORT": str(PORT), "SPARKLABS_LOG_LEVEL": "error"}
        environment = {**os.environ, **own}
        platform = subprocess.Popen([Path(sys.executable).with_name("sparklabs"), "up"], env=environment)
        try:
            address = f"http://localhost:{PORT}"
            asyncio.run(_wait(address))
            for path in asyncio.run(take(address)):
                print(path)
        finally:
            platform.terminate()
            platform.wait(15)
    return 0


async def _wait(address: str) -> None:
    for _ in range(300):
        try:
            await asyncio.to_thread(urllib.request.urlopen, f"{address}/readyz", timeout=2)
        except (urllib.error.URLError, OSError):
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{address} did not become ready.")


if __name__ == "__main__":
    sys.exit(main())
