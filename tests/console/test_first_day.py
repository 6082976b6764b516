"""A first day at the console: what one can do from the one link that the demo prints, without the command line."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import PATIENCE_MS
from tests.console.desk import Desk
from tests.console.pictures import keep
from tests.shop import Shop

QUERY = "type:PURCHASED_COFFEE payload.total>10 after:7d"
SIGN_IN = "/console/sign-in#token="
REACTOR = "A point for each whole euro"
LONG_MS = 180_000


@pytest.fixture
def link(copy_demo: Callable[[Path], None], tmp_path: Path) -> Iterator[str]:
    """Run the demo; yield the link that it prints."""
    copy_demo(tmp_path / "demo")
    options = ["--no-trickle", "--port", "0", "--data", str(tmp_path / "demo")]
    command = [str(Path(sys.executable).parent / "punchcard"), "demo", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield next(line for line in running.stdout if SIGN_IN in line).strip()
        running.terminate()
        running.communicate()


async def test_a_first_day(browser: Browser, link: str, town: Shop) -> None:
    """An event by hand, its arrival, why each reactor did or did not fire, a change that is backtested, a reward."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    desk = Desk(context, await context.new_page(), "{0.scheme}://{0.netloc}".format(urlsplit(link)), town)
    desk.watch()
    await desk.page.goto(link)
    await expect(desk.page.locator(".recharts-surface")).to_have_count(2)
    await keep(desk.page, "overview")
    watching = await context.new_page()
    desk.watch(watching)
    await watch_the_stream(desk, watching)
    await report(desk)
    stream = watching.get_by_role("list", name="Events, the newest first")
    await expect(stream.get_by_role("listitem").first).to_contain_text("by hand")
    await expect(stream.get_by_role("listitem").first).to_contain_text("+12")
    await change_a_reactor(desk)
    await buy_a_reward(desk)
    assert desk.complaints == []
    await context.close()


async def watch_the_stream(desk: Desk, page: Page) -> None:
    """Search the stream in a window beside, and leave it open."""
    await page.goto(f"{desk.address}/console/events")
    await page.get_by_label("Search events").fill(QUERY)
    await page.get_by_label("Search events").press("Enter")
    await expect(page.get_by_role("list", name="Conditions").get_by_role("listitem")).to_have_count(3)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await keep(page, "event-stream")


async def report(desk: Desk) -> None:
    """Report a purchase, and read what came of it."""
    await desk.begin("Ada Byron")
    await desk.write('{"total": 12.50, "shop": "Old Town", "receiptId": "by hand"}')
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await expect(desk.page.get_by_text("Net +12 points")).to_be_visible()
    why = desk.page.get_by_role("listitem")
    await expect(why.filter(has_text="15 more from 20 euros on").first).to_contain_text("Did not fire")
    await desk.tell("12.50 is less than the minimum of 20")


async def change_a_reactor(desk: Desk) -> None:
    """Give points from ten euros on, look at what that would have been, and save it."""
    await desk.page.get_by_role("link", name="Reactors", exact=True).click()
    await expect(desk.heading("Reactors")).to_be_visible()
    await desk.page.get_by_role("table").get_by_role("link", name=REACTOR).click()
    await desk.page.get_by_role("link", name="Edit", exact=True).click()
    await desk.field("Written as").select_option(label="Rows")
    await desk.page.get_by_role("combobox", name="Fact of condition 1").fill("payload.total")
    await desk.page.get_by_role("option", name="payload.total", exact=True).click()
    await desk.field("Operator of condition 1").select_option(label="is at least")
    await desk.field("Value of condition 1").fill("10")
    await desk.tell("It can be used.")
    await desk.button("Test on past events").click()
    await expect(desk.heading(f"{REACTOR}: test on past events")).to_be_visible(timeout=LONG_MS)
    await expect(desk.page.get_by_text(re.compile("points less than were given then"))).to_be_visible(timeout=LONG_MS)
    await desk.page.get_by_role("link", name="Back to the editor").click()
    await desk.button("Save as a new version").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Save as a new version").click()
    await expect(desk.heading(REACTOR)).to_be_visible()
    await expect(desk.page.get_by_role("region", name="Constraint")).to_contain_text("10")


async def buy_a_reward(desk: Desk) -> None:
    """Buy a reward for Ada, and read that it was bought."""
    await desk.page.get_by_role("link", name="Users", exact=True).click()
    await expect(desk.heading("Users")).to_be_visible()
    await desk.page.get_by_role("searchbox").or_(desk.page.get_by_label("Search users")).first.fill("Ada Byron")
    await desk.page.get_by_role("link", name="Ada Byron").click()
    await desk.button("Purchase a reward").click()
    await desk.choose("Reward", "coffee", "A coffee of your choice 60 points")
    await desk.button("Purchase").click()
    await expect(desk.heading("PURCHASED_REWARD")).to_be_visible()
    await expect(desk.page.get_by_role("row").filter(has_text="Something back for each reward").first).to_be_visible()
