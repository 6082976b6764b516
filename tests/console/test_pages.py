"""Every page, with something on it: no accessibility violation, nothing cut off, and markup is text everywhere."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from punchcard.db.connection import Db
from tests.console.axe import AXE, Inspection
from tests.console.desk import Desk
from tests.console.furnished import alarm, furnish
from tests.console.needs import missing
from tests.console.places import AT_THE_DOOR, PLACES, filled, routes
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
EVIL = "<img src=x onerror=alert(1)>"


def test_no_page_is_left_out() -> None:
    """The pages that are looked at are those that the router knows."""
    assert set(PLACES) | AT_THE_DOOR == routes()


async def test_every_page_holds(town: Shop, db: Db, open_desk: Opener) -> None:
    """axe-core finds nothing on any page, wide or narrow, light or dark; texts that want to be code are text (T55)."""
    if not AXE.exists():
        missing("axe-core comes with the console's packages: ./dev setup installs them.")
    ids = furnish(town, EVIL)
    await alarm(db, town, EVIL, ids)
    desk = await open_desk("/settings")
    inspection = Inspection(desk)
    await expect(desk.page.locator(".pc-tenant")).to_have_text(EVIL)
    for route in PLACES:
        for path, text in filled(EVIL, ids, route).items():
            await inspection.visit(path, text)
            if await desk.page.locator("img[src=x]").count():
                inspection.found.append(f"{path}: a text has become an image")
    inspection.nothing_found()
