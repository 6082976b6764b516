"""Every page while its code or its answer is on the way, and for somebody who may only look."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Page, Response, Route, expect

from punchcard.access.roles import VIEWER
from punchcard.access.sessions import issue_link
from punchcard.db.connection import Db
from tests.console.desk import NOWHERE, Desk
from tests.console.furnished import alarm, furnish
from tests.console.places import PLACES, filled
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
NAME = "Everything"
SKELETON = "[aria-busy=true] .mantine-Skeleton-root:visible"
SPINNER = ".mantine-Loader-root:visible"
FORMS = {"/event-types/new", "/reactors/new"}
"""Pages that are there at once, for they show what nobody has written yet."""
VISIT = """
    ([nowhere, path]) => new Promise(done => {
        const isShown = one => one.checkVisibility() && one.getBoundingClientRect().height > 0
        const some = sought => [...document.querySelectorAll(sought)].some(isShown)
        const heading = () => document.querySelector('h1')?.textContent ?? ''
        const until = (isTrue, then, left = 3600) =>
            isTrue() || left === 0 ? then() : requestAnimationFrame(() => until(isTrue, then, left - 1))
        const come = () => !heading().includes('no such page') && some('[aria-busy=true] .mantine-Skeleton-root')
        history.pushState({}, '', '/console' + nowhere)
        until(() => heading().includes('no such page'), () => {
            const began = performance.now()
            history.pushState({}, '', '/console' + path)
            until(come, () => done([come(), some('.mantine-Loader-root'), Math.round(performance.now() - began)]))
        })
    })
"""


LOOKS = re.compile(
    "(?s:Show as table: .*|Copy .*|Pause|Clear|Remove: .*|Compare version .*|Who has it.*|Try again|Close|Cancel"
    "|Sign out everywhere|Start over|Preview|Pick date and time)"
)
"""What buttons say that change nothing but what is shown, and the one that ends one's own sessions."""
BUTTONS = """
    [...document.querySelectorAll('main button, main [role=button], main input[type=file], [role=dialog] button')]
        .filter(one => one.checkVisibility() && one.role !== 'tab')
        .map(one => (one.getAttribute('aria-label') ?? one.innerText).trim())
"""


async def held(page: Page, pattern: str) -> list[Route]:
    """Let no answer to what matches come; return what is held, to be let go."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    await page.route(re.compile(pattern), hold)
    return routes


async def wait_on_every_page(desk: Desk, ids: dict[str, str]) -> None:
    """See that, while no answer comes, each page has a heading and a skeleton of what will stand there; no spinner."""
    # No question is given up before the walk is through, however long that takes. The next load forgets it.
    await desk.page.evaluate("() => { AbortSignal.timeout = () => new AbortController().signal }")
    # The API's answers, and the console's own of where somebody is signed in.
    await held(desk.page, "/v1/|/console/sessions")
    found = []
    for route in PLACES:
        path = next(iter(filled(NAME, ids, route)))
        if route in FORMS:
            continue
        has_form, spins, waited_ms = await desk.page.evaluate(VISIT, [NOWHERE, path])
        await expect(desk.page.locator("h1"), path).to_be_attached()
        if not has_form or spins:
            found.append(f"{path}: {has_form=} {spins=} {waited_ms=}")
    assert found == []
    await desk.page.unroute_all()


async def look_as_a_viewer(desk: Desk, db: Db, ids: dict[str, str]) -> None:
    """See that a viewer reads every page of the navigation without an error, and no button there changes anything."""
    token = await issue_link(db, desk.shop.tenant.tenant_id, 900, role=VIEWER)
    origin = {"Origin": desk.address}
    entered = await desk.context.request.post(f"{desk.address}/console/session", data={"token": token}, headers=origin)
    assert entered.ok
    refused: list[str] = []
    found: list[str] = []

    def heard(answer: Response) -> None:
        if answer.status in (401, 403) or answer.status >= 500:
            refused.append(f"{desk.page.url}: {answer.status} {answer.request.method} {answer.url}")

    desk.page.on("response", heard)
    await desk.go("/users")
    for route in PLACES:
        for path in filled(NAME, ids, route):
            await desk.follow(path)
            await expect(desk.page.locator("h1")).not_to_have_text("There is no such page")
            await expect(desk.page.locator("[aria-busy=true]"), path).to_have_count(0)
            found += [f"{path}: {name}" for name in await desk.page.evaluate(BUTTONS) if not LOOKS.fullmatch(name)]
    assert refused == []
    assert found == []


async def test_every_page_while_it_waits_and_for_who_may_only_look(town: Shop, db: Db, open_desk: Opener) -> None:
    """While no answer comes, each page has its form at once; a viewer reads each, and is offered nothing else there."""
    ids = furnish(town, NAME)
    await alarm(db, town, NAME, ids)
    desk = await open_desk(NOWHERE)
    await wait_on_every_page(desk, ids)
    await look_as_a_viewer(desk, db, ids)


async def follow_a_link_while_the_search_waits(desk: Desk) -> None:
    """Search, and follow a link before the search has begun: it does not lead back to the list."""
    await desk.page.get_by_role("searchbox").fill("ada")
    await desk.page.locator(".pc-table a").click()
    # The search's timer, which is shorter and began before, is over when this one is.
    await desk.page.evaluate("new Promise(over => setTimeout(over, 300))")
    await desk.page.wait_for_url(re.compile(r"/users/[^?/]+$"))


async def test_code_on_its_way_has_a_place(town: Shop, open_desk: Opener) -> None:
    """A page, a drawer and a dialog whose code is slow, and a session that is slow to be told, show their outline."""
    town.cafe()
    desk = await open_desk("/users")
    page = desk.page
    skeleton, spinner = page.locator(SKELETON), page.locator(SPINNER)
    await expect(page.get_by_role("searchbox")).to_be_visible()
    code = await held(page, r"/assets/.*\.js")
    await follow_a_link_while_the_search_waits(desk)
    await desk.button("Report Event").click()
    await expect(page.locator(f".pc-panel[data-side=right] {SKELETON}").first).to_be_visible()
    await page.keyboard.press("Control+k")
    await expect(page.locator(f".pc-panel[data-side=middle] {SKELETON}").first).to_be_visible()
    await expect(spinner).to_have_count(0)
    for route in code:
        await route.continue_()
    await page.unroute_all()
    await expect(desk.field("Event type")).to_be_visible()
    await held(page, "/console/session")
    await page.reload()
    await expect(page.locator(f".pc-main {SKELETON}").first).to_be_visible()
    await page.goto(f"{desk.address}/console/sign-in#token=x")
    await expect(desk.heading("Signing in")).to_be_visible()
    await expect(skeleton.first).to_be_visible()
    await expect(spinner).to_have_count(0)
