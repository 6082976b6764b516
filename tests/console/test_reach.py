"""Whoever uses the console: by keyboard alone, on a phone, by a link from somebody else, with nothing there yet."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
Linker = Callable[[], Awaitable[str]]
STOPS_MAX = 40
IS_FOCUSED = "element => element === document.activeElement"


async def tab_to(desk: Desk, wanted: Locator) -> None:
    """Press Tab until something has the focus."""
    await expect(wanted).to_be_visible()
    for _ in range(STOPS_MAX):
        await desk.page.keyboard.press("Tab")
        if await wanted.evaluate(IS_FOCUSED):
            return
    pytest.fail(f"Tab does not reach {wanted}")


async def look_into_dialogs(desk: Desk, opener: Locator) -> None:
    """Open what keys open: Tab stays within it, and Escape leads back to where the focus was."""
    dialog = desk.page.get_by_role("dialog")
    for key in ("Control+k", "?"):
        await desk.page.keyboard.press(key)
        await expect(dialog).to_be_visible()
        # It takes the focus a moment after it is there.
        await expect(desk.page.locator("[role=dialog]:focus, [role=dialog] :focus")).to_have_count(1)
        for _ in range(4):
            await desk.page.keyboard.press("Tab")
            assert await dialog.evaluate("one => one.contains(document.activeElement)")
        await desk.page.keyboard.press("Escape")
        await expect(opener).to_be_focused()


async def test_the_walk_by_keyboard(town: Shop, open_desk: Opener) -> None:
    """The whole walk takes Tab, Enter, arrows and letters: no mouse, and no focus that a script has set."""
    cafe(town)
    desk = await open_desk()
    keys = desk.page.keyboard
    await tab_to(desk, desk.page.get_by_role("link", name="Skip to the page"))
    await keys.press("Enter")
    await expect(desk.page.locator("#main")).to_be_focused()
    await tab_to(desk, desk.button("Report Event"))
    await keys.press("Enter")
    await expect(desk.field("Event type")).to_be_visible()
    await keys.press("Escape")
    await expect(desk.field("Event type")).to_be_hidden()
    await expect(desk.button("Report Event")).to_be_focused()
    await keys.press("Enter")
    await expect(desk.field("Event type")).to_be_focused()
    await keys.type("coffee")
    await expect(desk.page.get_by_role("option")).to_have_count(1)
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(desk.field("Event type")).to_have_value("PURCHASED_COFFEE")
    await tab_to(desk, desk.field("User"))
    await keys.type("ada")
    await expect(desk.page.get_by_role("option", name="Ada Byron")).to_be_visible()
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await tab_to(desk, desk.page.get_by_role("tab", name="Form"))
    await keys.press("ArrowRight")
    await tab_to(desk, desk.payload())
    await keys.type('{"total": 6}')
    await tab_to(desk, desk.page.get_by_text("The same with curl"))
    await keys.press("Enter")
    await expect(desk.page.get_by_role("region", name="curl")).to_be_visible()
    await tab_to(desk, desk.button("Preview"))
    await keys.press("Enter")
    await desk.tell("What would happen")
    # What is disabled while the answer is on its way is passed over by Tab.
    await expect(desk.button("Report")).to_be_enabled()
    await tab_to(desk, desk.button("Report"))
    await keys.press("Enter")
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_focused()
    await tab_to(desk, desk.button("Copy JSON"))
    await desk.go("/events")
    await tab_to(desk, desk.rows().first.get_by_role("link"))
    await keys.press("ArrowDown")
    second = desk.rows().nth(1).get_by_role("link")
    await expect(second).to_be_focused()
    await look_into_dialogs(desk, second)
    await keys.press("Enter")
    await expect(desk.heading("REGISTERED_ACCOUNT")).to_be_visible()


async def test_the_walk_on_a_phone(town: Shop, open_desk: Opener) -> None:
    """On 390 pixels everything is in reach: the menu, the drawer, its buttons, and the event."""
    cafe(town)
    desk = await open_desk("/users", width=390)
    await desk.button("Menu").click()
    await desk.page.get_by_role("link", name="Event Stream").click()
    await expect(desk.page.get_by_role("link", name="Event Stream")).to_be_hidden()
    await expect(desk.rows().first.locator(".pc-ago")).to_be_in_viewport(ratio=1)
    await expect(desk.page.get_by_role("link", name="Export JSON Lines")).to_be_in_viewport(ratio=1)
    await desk.begin("Ada")
    await desk.field("total").fill("21")
    await desk.button("Add to items").click()
    await desk.field("product").fill("tea")
    for name in ("Start over", "Preview", "Report"):
        await expect(desk.button(name)).to_be_in_viewport(ratio=1)
    await desk.button("Preview").click()
    await expect(desk.page.get_by_text("balance after: 36 points")).to_be_in_viewport(ratio=1)
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_in_viewport(ratio=1)
    assert await desk.page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_links_lead_through_the_door(town: Shop, open_desk: Opener, new_link: Linker) -> None:
    """A page that somebody passed on asks to sign in first, and then is that page."""
    ada = cafe(town)
    event = town.report(ada, 21).json()["data"]
    reactor = town.done("GET", "/v1/event_reactors/")[0]
    pages = {
        f"/events/{event['id']}": "PURCHASED_COFFEE", f"/users/{ada['id']}": "Ada Byron",
        "/event-types/PURCHASED_COFFEE": "PURCHASED_COFFEE", f"/reactors/{reactor['id']}": reactor["name"],
        "/events?report=new&q=type%3APURCHASED_COFFEE": "Event Stream",
    }  # fmt: skip
    desk = await open_desk()
    for path, title in pages.items():
        # Of the same origin, and no page: from elsewhere, the browser would begin another process for the console.
        await desk.page.goto(f"{desk.address}/livez")
        await desk.context.clear_cookies()
        await desk.go(path)
        await desk.button("Sign in with a link").click()
        await desk.field("Sign-in link").fill(await new_link())
        await desk.button("Use the link").click()
        await expect(desk.page.locator("h1")).to_have_text(title)
        assert desk.page.url == f"{desk.address}/console{path}"
    await expect(desk.field("Event type")).to_be_visible()
    await expect(desk.field("Search events")).to_have_value("type:PURCHASED_COFFEE")


async def test_what_can_be_copied(town: Shop, open_desk: Opener) -> None:
    """An event's id, JSON and curl go to the clipboard, the numbers as they were reported."""
    ada = cafe(town)
    body = f'{{"type":"PURCHASED_COFFEE","subject":"{ada["id"]}","payload":{{"total":12.50}}}}'
    event = town.done("POST", "/v1/events", body.encode())
    desk = await open_desk(f"/events/{event['id']}")
    await desk.context.grant_permissions(["clipboard-read", "clipboard-write"])

    async def copied(button: str) -> Any:
        await desk.page.evaluate("navigator.clipboard.writeText('')")
        await desk.button(button).click()
        while not (text := await desk.page.evaluate("navigator.clipboard.readText()")):
            await desk.page.wait_for_timeout(20)
        return text

    assert await copied("Copy id") == event["id"]
    told = await copied("Copy JSON")
    assert '"total": 12.50' in told
    assert json.loads(told) == town.done("GET", f"/v1/events/{event['id']}")
    assert f"-d '{body}'" in await copied("Copy curl")


async def test_what_is_empty_says_what_would_fill_it(town: Shop, open_desk: Opener) -> None:
    """A programme in which nothing is there yet tells, on each page, what would change that."""
    desk = await open_desk()
    await desk.tell("Nothing has happened yet.")
    await desk.tell("An application reports by POST /v1/events")
    await desk.button("Report Event").click()
    await desk.tell("There is nothing to report yet: add an event type first, under Event types.")
    for path, texts in {
        "/users": ("There are no users yet.", "POST /v1/users/"),
        "/event-types": ("There are no event types of your own yet.", "by POST /v1/event_types/"),
        "/reactors": (
            "There are no reactors yet.",
            "A reactor gives points, badges or vouchers",
            "Make the usual first ones",
        ),
    }.items():
        await desk.follow(path)
        for text in texts:
            await desk.tell(text)
    town.event_type("VISITED_SHOP", schema=None)
    ada = town.user("ada")
    await desk.follow(f"/users/{ada['id']}")
    await desk.tell("No points have moved yet.")
    await desk.button("Purchase a reward").click()
    await desk.tell("The page of rewards makes one.")
    await desk.go("/event-types/VISITED_SHOP")
    await desk.tell("No reactor listens to it.")
    await desk.tell("It has no schema.")
    await desk.follow("/events?report=new")
    await desk.tell("Choose an event type: the form is made from its schema.")
    await desk.choose("Event type", "VISITED_SHOP", "VISITED_SHOP")
    await desk.tell("This event type has no schema: any JSON object is a payload.")
