"""What every page owes to those who cannot see, point or wait: the checks that test_pages runs on each of them."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).resolve().parents[3] / "console" / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST_TARGET_PX = 44
NARROWEST_PX = 320

FIND_FAULTS = """async () => (await axe.run()).violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => [id, ...nodes.map((node) => node.html.slice(0, 200))])"""

TOO_WIDE = """() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const held = (each) => each && each !== document.body && (getComputedStyle(each).overflowX !== "visible" || held(each.parentElement));
    const beyond = [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !held(each.parentElement));
    return beyond.slice(0, 5).map((each) => each.outerHTML.slice(0, 160)).concat(`${document.documentElement.scrollWidth} px`);
}"""

# A point that belongs to a control may be its own, its label's, or that of an overlay which it stretches over a row.
# Left out, as WCAG 2.5.5 does: links within a sentence; and what is not there to be touched: parts of the code editor,
# the skip link (it is for the keyboard and off the screen), and whatever is inert or hidden.
TOO_SMALL = """(smallest) => {
    const controls = "a[href], button, summary, input:not([type=hidden]), select, textarea, [role=button], [role=tab]," +
        "[role=menuitem], [role=option], [role=switch], [role=checkbox], [role=radio], [role=combobox]";
    const shown = (each) => each.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
        !each.closest("[inert], [aria-hidden=true]");
    const inSentence = (each) => each.matches("a") && getComputedStyle(each).display === "inline" &&
        each.parentElement.matches("p, li, dd, figcaption, label") &&
        each.parentElement.textContent.trim() !== each.textContent.trim();
    const overlay = (each) => {
        const style = getComputedStyle(each, "::after");
        if (style.content === "none" || style.position !== "absolute") return null;
        let place = each.parentElement;
        if (getComputedStyle(each).position !== "static") place = each;
        while (place && getComputedStyle(place).position === "static") place = place.parentElement;
        return place && place.getBoundingClientRect();
    };
    const boxes = (each) => [each.getBoundingClientRect(), overlay(each),
        ...[each.closest("label"), ...(each.labels ?? [])].filter(Boolean).map((label) => label.getBoundingClientRect())];
    return [...document.querySelectorAll(controls)]
        .filter((each) => shown(each) && !each.closest(".cm-editor") && each.getAttribute("href") !== "#content")
        .filter((each) => !inSentence(each))
        .filter((each) => !boxes(each).some((box) => box && box.width >= smallest - 0.5 && box.height >= smallest - 0.5))
        .map((each) => {
            const {width, height} = each.getBoundingClientRect();
            return `${Math.round(width)}x${Math.round(height)} ${each.outerHTML.slice(0, 160)}`;
        });
}"""

HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((each) => each.checkVisibility() && !each.closest("[aria-hidden=true], [role=dialog]"))
    .map((each) => [Number(each.tagName[1]), each.textContent.trim()])"""

# What draws the eye may be on the focused element, on its overlay, or on the box around it. The keyboard was used
# last, so that focus given by the script shows as it does for a person who tabs.
UNRINGED = """() => {
    const reached = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
        .filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({visibilityProperty: true}))
        .filter((each) => !each.closest("[inert], [aria-hidden=true]"));
    const drawn = (each, part) => {
        const {outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, transform} = getComputedStyle(each, part);
        return [outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, transform].join();
    };
    const look = (each) => [each, each.parentElement, each.closest("label"), each.closest(".cm-editor")]
        .filter(Boolean).map((one) => drawn(one)).join() + drawn(each, "::after");
    const plain = reached.filter((each) => {
        document.activeElement?.blur();
        const before = look(each);
        each.focus({preventScroll: true});
        return document.activeElement === each && look(each) === before;
    });
    return {reached: reached.length, plain: plain.map((each) => each.outerHTML.slice(0, 160))};
}"""


async def find_faults(page: Page) -> list[Any]:
    """What axe-core calls serious or critical, with the elements."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE.read_text())
    return await page.evaluate(FIND_FAULTS)


async def find_overflow(page: Page, *, width: int | None = None) -> list[str]:
    """The elements that make the page scroll sideways, at the window's width or at another."""
    before = page.viewport_size
    if width is None or before is None:
        return await page.evaluate(TOO_WIDE)
    await page.set_viewport_size({"width": width, "height": before["height"]})
    found = await page.evaluate(TOO_WIDE)
    await page.set_viewport_size(before)
    return found


async def find_small_targets(page: Page) -> list[str]:
    """Controls that a finger misses: none of their boxes measures 44 x 44 px."""
    return await page.evaluate(TOO_SMALL, SMALLEST_TARGET_PX)


async def find_heading_faults(page: Page) -> list[str]:
    """More or fewer than one h1, and levels that are skipped."""
    headings: list[tuple[int, str]] = [(level, text) for level, text in await page.evaluate(HEADINGS)]
    faults = [] if sum(level == 1 for level, _ in headings) == 1 else [f"not one h1: {headings}"]
    levels = [0, *(level for level, _ in headings)]
    for (level, text), before in zip(headings, levels, strict=False):
        if level > before + 1:
            faults.append(f"h{level} {text!r} follows h{before}")
    return faults


async def find_unringed(page: Page) -> list[str]:
    """What looks the same with the focus as without it."""
    await page.keyboard.press("Tab")
    told = await page.evaluate(UNRINGED)
    return told["plain"] if told["reached"] else ["nothing can be focused"]


async def find_everything(page: Page, *, touch: bool) -> dict[str, list[Any]]:
    """All of it, by kind; empty when nothing is wrong. Sizes of targets count where fingers point."""
    found = {
        "axe": await find_faults(page),
        "too wide": await find_overflow(page),
        f"too wide at {NARROWEST_PX} px": await find_overflow(page, width=NARROWEST_PX),
        "too small": await find_small_targets(page) if touch else [],
        "headings": await find_heading_faults(page),
        "no ring": await find_unringed(page),
    }
    return {kind: faults for kind, faults in found.items() if faults}
