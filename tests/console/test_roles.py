"""What somebody who may only look sees: every page, and no button that the server would refuse."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Response, expect

from punchcard.access.roles import VIEWER
from punchcard.access.sessions import issue_link
from punchcard.db.connection import Db
from tests.console.desk import Desk
from tests.console.furnished import alarm, furnish
from tests.console.places import PLACES, filled
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
NAME = "Everything"
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


async def test_who_may_only_look_is_offered_nothing_else(town: Shop, db: Db, open_desk: Opener) -> None:
    """A viewer reads every page that the navigation offers without an error, and no button there changes anything."""
    ids = furnish(town, NAME)
    await alarm(db, town, NAME, ids)
    desk = await open_desk("/users")
    token = await issue_link(db, town.tenant.tenant_id, 900, role=VIEWER)
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
