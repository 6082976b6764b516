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
"""What axe-core looks for in one scheme, and in the other: there, only what colours can change."""
OTHER = {"light": "dark", "dark": "light"}
SCHEME = "document.documentElement.getAttribute('data-mantine-color-scheme')"
NARROW, WIDE = 390, 1280
HEIGHT = 800
FAULT_MAX = 2_000
VIOLATIONS = """
    async ([sought, colours]) => {
        // Not awaited: a browser that draws no frames would never come to their end.
        for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish()
        // What a drawer's foot covers after a change of width can be scrolled to.
        for (const one of document.querySelectorAll('[role=dialog], [role=dialog] *')) one.scrollTop = 0
        const rules = {'color-contrast': {enabled: colours}}
        const found = await axe.run(document, {runOnly: sought, rules, resultTypes: ['violations']})
        return found.violations.map(one => one.id + ': ' + one.nodes.map(
            node => node.target + ' ' + (node.any[0]?.message ?? '')).join('; '))
    }
"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


async def violations(desk: Desk) -> list[str]:
    """Return what axe-core finds on the page as it is, in either scheme: last in the page's own."""
    own = await desk.page.evaluate(SCHEME)
    return await sought(desk, COLOURS, scheme=OTHER[own]) + await sought(desk, ALL, scheme=own)


async def sought(desk: Desk, rules: Mapping[str, object], *, scheme: str, colours: bool = True) -> list[str]:
    """Return what axe-core finds by some rules, in a scheme; or by all but those of colours, which cost most."""
    # By evaluate, which the page's policy does not concern.
    if await desk.page.evaluate("typeof axe === 'undefined'"):
        await desk.page.evaluate(AXE.read_text())
    await desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
    return [f"{desk.page.url} ({scheme}): {one}" for one in await desk.page.evaluate(VIOLATIONS, [rules, colours])]


@dataclass
class Inspection:
    """What was found on the pages that were looked at, wide, light and dark, and narrow."""

    desk: Desk
    found: list[str] = field(default_factory=list)

    async def look(self, name: str) -> None:
        """Look at the page as it is, which is wide in the end."""
        await self._at(name, NARROW)
        await self._at(name, WIDE)

    async def _at(self, name: str, width: int) -> None:
        """Look at the page at a width."""
        await self.desk.page.set_viewport_size({"width": width, "height": HEIGHT})
        # Begun in the scheme that is there: each change of it draws all of the page anew.
        scheme = await self.desk.page.evaluate(SCHEME)
        found = await sought(self.desk, ALL, scheme=scheme, colours=width == WIDE)
        if width == WIDE:
            found += await sought(self.desk, COLOURS, scheme=OTHER[scheme])
        self.found += [f"{name}, {width}: {one}" for one in found]
        wide = await self.desk.page.evaluate(TOO_WIDE)
        if wide > 0:
            self.found.append(f"{name}, {width}: {wide} pixels too wide")

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
