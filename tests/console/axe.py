"""What axe-core finds on a page, in both schemes, at both widths; and pages that are opened without loading again.

The first run after a load costs seconds, for the browser has to compile axe-core: so it is given to the page once, and
pages change as they do when somebody follows a link.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import expect

from tests.console.desk import Desk

AXE = Path(__file__).resolve().parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"type": "tag", "values": RULES}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
"""What axe-core looks for; and of that what colours can change."""
OTHER = {"light": "dark", "dark": "light"}
SCHEME = "document.documentElement.getAttribute('data-mantine-color-scheme')"
NARROW, WIDE = 390, 1280
HEIGHT = 800
FAULT_MAX = 2_000
VIOLATIONS = """
    async ([rules, wanted]) => {
        if (typeof axe === 'undefined') return null
        const scheme = () => document.documentElement.getAttribute('data-mantine-color-scheme')
        // What follows from another width or scheme is there a frame later; where none is drawn, a little later.
        const frame = () => new Promise(over => { requestAnimationFrame(over); setTimeout(over, 100) })
        do await frame(); while (scheme() !== wanted)
        await frame()
        // A dialog is named a moment after it is drawn; one that never is, is found.
        const isUnnamed = () => document.querySelector('[role=dialog]:not([aria-labelledby], [aria-label])') !== null
        for (const late = performance.now() + 10_000; isUnnamed() && performance.now() < late; ) await frame()
        // Not awaited, for the same reason as frames.
        for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish()
        // What a drawer's foot covers after a change of width can be scrolled to.
        for (const one of document.querySelectorAll('[role=dialog], [role=dialog] *')) one.scrollTop = 0
        // Sheets and media would be read again before each run, for rules of screens that are turned and of sounds.
        const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})
        const told = found.violations.map(one => one.id + ': ' + one.nodes.map(
            node => node.target + ' ' + (node.any[0]?.message ?? '')).join('; '))
        return [told, document.documentElement.scrollWidth - innerWidth]
    }
"""


async def violations(desk: Desk) -> list[str]:
    """Return what axe-core finds on the page as it is, in either scheme: last in the page's own."""
    own = await desk.page.evaluate(SCHEME)
    other, _ = await sought(desk, COLOURS, scheme=OTHER[own])
    found, _ = await sought(desk, ALL, scheme=own)
    return other + found


async def sought(desk: Desk, rules: Mapping[str, object], *, scheme: str) -> tuple[list[str], int]:
    """Return what axe-core finds by some rules, in a scheme; and how many pixels the page is too wide."""
    await desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    told = await desk.page.evaluate(VIOLATIONS, [rules, scheme])
    if told is None:
        # By evaluate, which the page's policy does not concern.
        await desk.page.evaluate(AXE.read_text())
        told = await desk.page.evaluate(VIOLATIONS, [rules, scheme])
    found, too_wide = told
    return [f"{desk.page.url} ({scheme}): {one}" for one in found], int(too_wide)


@dataclass
class Inspection:
    """What was found on the pages that were looked at, narrow in one scheme and wide in the other."""

    desk: Desk
    found: list[str] = field(default_factory=list)

    async def look(self, name: str) -> None:
        """Look at the page as it is, which is wide in the end; in which scheme it is wide takes turns."""
        scheme = await self.desk.page.evaluate(SCHEME)
        # Begun in the scheme that is there: each change of it draws all of the page anew.
        for width, worn in ((NARROW, scheme), (WIDE, OTHER[scheme])):
            await self.desk.page.set_viewport_size({"width": width, "height": HEIGHT})
            found, too_wide = await sought(self.desk, ALL, scheme=worn)
            self.found += [f"{name}, {width}: {one}" for one in found]
            if too_wide > 0:
                self.found.append(f"{name}, {width}: {too_wide} pixels too wide")

    async def visit(self, path: str, text: str) -> None:
        """Open a page, and look at it."""
        await self.desk.follow(path)
        # Not all of the page: the frame around it names the programme.
        shown = self.desk.page.locator("main, [role=dialog]").get_by_text(text)
        try:
            await expect(shown.first, path).to_be_attached()
            await expect(self.desk.page.locator("[aria-busy=true]"), path).to_have_count(0)
        except AssertionError as fault:
            self.found.append(f"{text!r} or an end of loading is wanting: {fault}"[:FAULT_MAX])
        else:
            await self.look(path)

    def nothing_found(self) -> None:
        """Fail with everything that was found. Raises: AssertionError."""
        assert not self.found, "\n".join(self.found)
