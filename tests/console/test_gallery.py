"""The pictures of README that need a programme with a history: the demo's, where PUNCHCARD_PICTURES names a folder."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.console.pictures import keep

QUERY = "type:PURCHASED_COFFEE payload.total>10 after:7d"
SIGN_IN = "/console/sign-in#token="


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """Run the demo; yield the link that it prints."""
    command = [str(Path(sys.executable).parent / "punchcard"), "demo", "--no-trickle", "--data", str(tmp_path / "demo")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield next(line for line in running.stdout if SIGN_IN in line).strip()
        running.terminate()
        running.communicate()


if os.environ.get("PUNCHCARD_PICTURES"):

    async def test_the_demo_is_seen(browser: Browser, link: str) -> None:
        """The link of the demo leads to sums and charts, and from there to a stream that is searched."""
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page = await context.new_page()
        await page.goto(link)
        await expect(page.locator(".recharts-surface")).to_have_count(2)
        await keep(page, "overview")
        await page.get_by_role("link", name="Event Stream").click()
        await page.get_by_label("Search events").fill(QUERY)
        await page.get_by_label("Search events").press("Enter")
        await expect(page.get_by_role("list", name="Conditions").get_by_role("listitem")).to_have_count(3)
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        await keep(page, "event-stream")
        await context.close()
