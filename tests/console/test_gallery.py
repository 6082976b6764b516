"""The pictures of README that need a programme with a history: the demo's, where PUNCHCARD_PICTURES names a folder."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.pictures import keep

QUERY = "type:PURCHASED_COFFEE payload.total>10 after:7d"
SIGN_IN = "/console/sign-in#token="


@pytest.fixture
async def demo(browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """Run the demo, and follow the link that it prints."""
    command = [str(Path(sys.executable).parent / "punchcard"), "demo", "--no-trickle", "--data", str(tmp_path / "demo")]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    try:
        assert running.stdout is not None
        link = next(line for line in running.stdout if SIGN_IN in line).strip()
        page = await context.new_page()
        await page.goto(link)
        yield page
    finally:
        await context.close()
        running.terminate()
        running.communicate()


if os.environ.get("PUNCHCARD_PICTURES"):

    async def test_the_demo_is_seen(demo: Page) -> None:
        """The link of the demo leads to sums and charts, and from there to a stream that is searched."""
        await expect(demo.locator(".recharts-surface")).to_have_count(2)
        await keep(demo, "overview")
        await demo.get_by_role("link", name="Event Stream").click()
        await demo.get_by_label("Search events").fill(QUERY)
        await demo.get_by_label("Search events").press("Enter")
        await expect(demo.get_by_role("list", name="Conditions").get_by_role("listitem")).to_have_count(3)
        await expect(demo.get_by_text("Live", exact=True)).to_be_visible()
        await keep(demo, "event-stream")
