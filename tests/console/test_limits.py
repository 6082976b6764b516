"""The page of limits: how many requests keys may make and have left, and which speeds raise an alert."""

import re
from collections.abc import Awaitable, Callable
from functools import partial

from playwright.async_api import Route, expect

from tests.console.axe import violations
from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]


async def change_the_rate(desk: Desk) -> None:
    """Ask for more than the server allows, which stands at the field; set a rate, and take it back."""
    await desk.button("Change the rate").click()
    await desk.field("Requests a second of one key").fill("5000000")
    await desk.button("Save").click()
    field = desk.field("Requests a second of one key")
    await expect(field).to_have_accessible_description(
        re.compile("from 1 to 1000; the server lets no tenant have more")
    )
    await field.fill("70")
    await desk.field("Requests at once of one key").fill("140")
    await desk.button("Save").click()
    await desk.tell("70 a second, 140 at once, the programme")
    await expect(desk.page.get_by_role("row").filter(has_text="Everybody with a link")).to_contain_text("of 140")
    await desk.button("Undo").click()
    await desk.tell("settings say")
    assert desk.shop.done("GET", "/v1/tenant/")["rateLimit"] is None


async def after_another_save(desk: Desk, route: Route) -> None:
    """Let somebody else save a limit in the same instant: after the list was read, and before it is sent."""
    limits = desk.shop.done("GET", "/v1/tenant/")["velocityLimits"]
    if route.request.method == "PATCH" and len(limits) == 1:
        others = [{"name": "Other till", "eventsMax": 5}, *limits]
        desk.shop.done("PATCH", "/v1/tenant/", {"velocityLimits": others})
    await route.continue_()


async def say_what_is_usual(desk: Desk) -> None:
    """Add a speed, which says too little at first; change it, after and while somebody else does; delete it."""
    await desk.button("Add a limit").click()
    await desk.field("Name").fill("Own card")
    await desk.button("Create").click()
    await desk.tell("Say how many events (eventsMax) or points (pointsMax) are usual.")
    await desk.field("Events, at most").fill("12")
    await desk.field("Event type").select_option(label="PURCHASED_COFFEE")
    await desk.button("Create").click()
    row = desk.page.get_by_role("row").filter(has_text="Own card")
    await expect(row).to_contain_text("12 events")
    await desk.button("Edit Own card").click()
    (limit,) = desk.shop.done("GET", "/v1/tenant/")["velocityLimits"]
    desk.shop.done("PATCH", "/v1/tenant/", {"velocityLimits": [limit | {"eventsMax": 13}]})
    await desk.field("Within so many minutes").fill("30")
    await desk.button("Save").click()
    await desk.tell("Somebody else has changed or deleted this limit")
    await desk.button("Cancel").click()
    await desk.be_in_front()
    assert desk.shop.done("GET", "/v1/tenant/")["velocityLimits"] == [limit | {"eventsMax": 13}]
    await desk.page.reload()
    await desk.button("Edit Own card").click()
    await desk.field("Within so many minutes").fill("30")
    await desk.page.route("**/v1/tenant/", partial(after_another_save, desk))
    await desk.button("Save").click()
    await expect(row).to_contain_text("30 min")
    other, own = desk.shop.done("GET", "/v1/tenant/")["velocityLimits"]
    assert (other["name"], own) == ("Other till", limit | {"eventsMax": 13, "windowMinutes": 30})
    await desk.page.unroute("**/v1/tenant/")
    desk.shop.done("PATCH", "/v1/tenant/", {"velocityLimits": [own]})
    await desk.button("Delete Own card").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await desk.tell("There is no such limit yet.")


async def test_limits_are_seen_and_changed(town: Shop, open_desk: Opener) -> None:
    """A rate is refused at its field, changed and undone; a speed is made, not written over, changed and deleted."""
    cafe(town)
    town.done("PATCH", "/v1/tenant/", {"rateLimit": 500})
    town.done("PATCH", "/v1/tenant/", {"rateLimit": None})
    desk = await open_desk("/settings/limits", width=390)
    await desk.tell("settings say")
    await change_the_rate(desk)
    await say_what_is_usual(desk)
    assert await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert await violations(desk) == []
