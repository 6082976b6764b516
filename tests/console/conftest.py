"""A real Chromium, and in it the console of a real server."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from punchcard.access.sessions import issue_link
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.console import chromium
from tests.console.desk import REFUSALS, Desk
from tests.console.needs import missing
from tests.shop import Shop

BUILT = Path(__file__).resolve().parents[2] / "src" / "punchcard" / "console" / "index.html"
ZONE = "Europe/Vienna"
PATIENCE_MS = 60_000
SIGN_IN_SECONDS = 900
VIEWPORT: ViewportSize = {"width": 1280, "height": 800}

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start one Chromium for all tests of this process."""
    if not BUILT.exists():
        missing("The console has not been built: ./dev setup does it.")
    try:
        found = chromium.find()
    except chromium.NoChromium as fault:
        missing(str(fault))
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=found.path, args=found.arguments, env={**os.environ, **found.environment}
        )
        yield opened
        await opened.close()


@pytest.fixture
async def town(shop: Shop, urls: Urls) -> Shop:
    """Make a shop whose people read times in Vienna."""
    owner = await asyncpg.connect(urls.owner)
    try:
        await owner.execute("update tenants set time_zone = $2 where id = $1", shop.tenant.tenant_id, ZONE)
    finally:
        await owner.close()
    return shop


@pytest.fixture
def new_token(db: Db, town: Shop) -> Callable[[], Awaitable[str]]:
    """Return a function that makes what a sign-in link carries."""

    async def made() -> str:
        return await issue_link(db, town.tenant.tenant_id, SIGN_IN_SECONDS)

    return made


@pytest.fixture
def new_link(server: str, new_token: Callable[[], Awaitable[str]]) -> Callable[[], Awaitable[str]]:
    """Return a function that makes a sign-in link."""

    async def made() -> str:
        return f"{server}/console/sign-in#token={await new_token()}"

    return made


@pytest.fixture(scope="session")
async def window(browser: Browser) -> AsyncIterator[Page]:
    """Open the page in which the tests of this process look at the console, one after another.

    In a browser or a page of its own each would load and compile the whole console anew, which costs more than what
    most of them do there.
    """
    context = await browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(REFUSALS)
    yield await context.new_page()
    await context.close()


async def leave(window: Page, server: str) -> None:
    """Leave the console, and nothing behind for who comes next: pages, routes, storage, cookies, rights, the mouse."""
    context = window.context
    for page in context.pages:
        if page is not window:
            await page.close()
    await window.unroute_all()
    # An answer of the same origin that is no page of the console.
    await window.goto(f"{server}/livez")
    await window.evaluate("localStorage.clear(), sessionStorage.clear()")
    await window.mouse.move(-1, -1)
    await context.clear_cookies()
    await context.clear_permissions()


@pytest.fixture
async def open_desk(
    window: Page, server: str, town: Shop, new_token: Callable[[], Awaitable[str]]
) -> AsyncIterator[Callable[..., Awaitable[Desk]]]:
    """Return a function that signs in to the console of a new shop; no page may have complained when the test ends."""
    desks: list[Desk] = []

    async def opened(path: str | None = None, *, width: int = 1280, scheme: str = "light") -> Desk:
        page = await window.context.new_page() if desks else window
        if page.viewport_size != VIEWPORT | {"width": width}:
            await page.set_viewport_size({"width": width, "height": VIEWPORT["height"]})
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        desk = Desk(page.context, page, server, town)
        desks.append(desk)
        desk.watch()
        # As the sign-in page does, whose own tests open it: loading that page and the next costs a second each time.
        entered = await page.context.request.post(
            f"{server}/console/session", data={"token": await new_token()}, headers={"Origin": server}
        )
        assert entered.ok, await entered.text()
        await desk.go(path or "/events")
        # Not by its role: a drawer that opens with the page hides what is behind it from assistive technology.
        await expect(desk.page.locator("h1")).to_be_visible()
        return desk

    yield opened
    if desks:
        await leave(window, server)
        desks[0].look_away()
    assert [complaint for desk in desks for complaint in desk.complaints] == []


@pytest.fixture
async def desk(open_desk: Callable[..., Awaitable[Desk]]) -> Desk:
    """Sign in to the console of a new shop."""
    return await open_desk()
