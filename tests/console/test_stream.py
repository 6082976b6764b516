"""The Event Stream: filters, any number of events, and what happens while somebody looks."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Route, expect

from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]


def report(shop: Shop, user: Any, totals: range) -> None:
    """Report purchases of so many euros, in one batch."""
    batch = [{"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}} for total in totals]
    assert shop.call("POST", "/v1/events/batch", batch).status_code == 200


async def test_new_events_appear(town: Shop, open_desk: Opener) -> None:
    """What is reported anywhere stands in the stream at once, the newest first."""
    ada = town.cafe()
    desk = await open_desk()
    await desk.tell("Live")
    report(town, ada, range(1, 4))
    await expect(desk.rows()).to_have_count(4)
    await expect(desk.rows().first).to_contain_text("+3")
    await expect(desk.rows().last).to_contain_text("REGISTERED_ACCOUNT")


async def test_a_pause_holds_the_list_still(town: Shop, open_desk: Opener) -> None:
    """While it is paused nothing is added; a chip counts what waits, and shows it."""
    ada = town.cafe()
    desk = await open_desk()
    await desk.tell("Live")
    await desk.button("Pause").click()
    report(town, ada, range(1, 4))
    await desk.button("3 new").click()
    await expect(desk.rows()).to_have_count(4)
    report(town, ada, range(4, 5))
    await expect(desk.button("1 new")).to_be_visible()
    await desk.button("Resume").click()
    await expect(desk.rows()).to_have_count(5)


async def test_the_list_never_jumps(town: Shop, open_desk: Opener) -> None:
    """Whoever has scrolled or points at a row keeps it under the eye when events arrive."""
    ada = town.cafe()
    report(town, ada, range(1, 60))
    desk = await open_desk()
    await desk.tell("Live")
    row = desk.page.get_by_role("listitem").filter(has_text="+50")
    await row.hover()
    before = await row.bounding_box()
    report(town, ada, range(100, 103))
    await expect(desk.button("3 new")).to_be_visible()
    assert await row.bounding_box() == before
    await desk.page.mouse.wheel(0, 600)
    await expect(desk.page.get_by_role("listitem").filter(has_text="+30")).to_be_visible()
    report(town, ada, range(103, 105))
    await expect(desk.button("5 new")).to_be_visible()
    await desk.button("5 new").click()
    await expect(desk.page.get_by_role("listitem").filter(has_text="+104")).to_be_visible()


async def test_old_events_come_by_pages(town: Shop, open_desk: Opener) -> None:
    """Scrolling reads page after page to the first event, and only the rows in sight are in the page."""
    ada = town.cafe()
    report(town, ada, range(1, 351))
    desk = await open_desk()
    await expect(desk.rows().first).to_contain_text("+350")
    first = desk.rows().filter(has_text="REGISTERED_ACCOUNT")
    for _ in range(40):
        await desk.page.evaluate("document.querySelector('.pc-stream-scroll').scrollTo(0, 1e7)")
        if await first.count():
            break
        await desk.page.wait_for_timeout(100)
    await expect(first).to_be_visible()
    assert await desk.rows().count() < 60


async def test_filters_are_in_the_address(town: Shop, open_desk: Opener) -> None:
    """Type, subject and times narrow the stream, live events too; the address shows the same to somebody else."""
    ada, bob = town.cafe(), town.user("bob")
    desk = await open_desk()
    report(town, ada, range(1, 3))
    report(town, bob, range(3, 5))
    await desk.choose("Type", "COFFEE", "PURCHASED_COFFEE")
    await desk.choose("Subject", bob["accountNumber"], "Ada Member 2")
    await expect(desk.rows()).to_have_count(2)
    assert f"type=PURCHASED_COFFEE&subject={bob['id']}" in desk.page.url
    await desk.page.mouse.move(0, 0)
    report(town, ada, range(5, 6))
    report(town, bob, range(6, 7))
    await expect(desk.rows()).to_have_count(3)
    await desk.field("Until").fill("2020-01-01 00:00")
    await desk.tell("No event matches.")
    assert "until=2020-01-01+00%3A00%3A00" in desk.page.url
    await desk.field("Until").fill("")
    await desk.field("From").fill("2020-01-01")
    await expect(desk.rows()).to_have_count(3)
    other = await open_desk(desk.page.url.removeprefix(f"{desk.address}/console"))
    await expect(other.rows()).to_have_count(3)
    await expect(other.field("Type")).to_have_value("PURCHASED_COFFEE")
    await expect(other.field("Subject")).to_have_value("Ada Member 2")


async def test_a_broken_line_loses_nothing(town: Shop, open_desk: Opener) -> None:
    """When the live connection breaks, that is said, and what happened meanwhile is there when it is back."""
    ada = town.cafe()
    desk = await open_desk()
    await desk.tell("Live")
    await expect(desk.rows()).to_have_count(1)
    # Leave and come back without a line: the page itself stays.
    await desk.page.route("**/v1/events/stream*", lambda route: route.abort())
    await desk.choose("Type", "COFFEE", "PURCHASED_COFFEE")
    await desk.tell("Interrupted, trying again")
    report(town, ada, range(1, 4))
    await desk.page.unroute("**/v1/events/stream*")
    await expect(desk.rows()).to_have_count(3)
    await desk.tell("Live")


async def test_a_tab_that_nobody_sees_rests(town: Shop, open_desk: Opener) -> None:
    """A hidden tab keeps no connection; shown again, it has all that happened meanwhile, however much, each once."""
    ada = town.cafe()
    desk = await open_desk()
    await desk.tell("Live")
    async with desk.page.expect_event("requestfailed", lambda request: "/v1/events/stream" in request.url):
        await desk.be_seen(seen=False)
    report(town, ada, range(1, 251))
    await expect(desk.rows()).to_have_count(1)
    await desk.be_seen()
    await expect(desk.rows().first).to_contain_text("+250")
    await expect(desk.rows().first).to_have_attribute("aria-setsize", "251")
    report(town, ada, range(251, 252))
    await expect(desk.rows().first).to_contain_text("+251")
    # This time it goes on after the last that the line has brought.
    async with desk.page.expect_event("requestfailed", lambda request: "/v1/events/stream" in request.url):
        await desk.be_seen(seen=False)
    report(town, ada, range(252, 502))
    async with desk.page.expect_request(lambda request: "lastEventId=" in request.url):
        await desk.be_seen()
    await expect(desk.rows().first).to_have_attribute("aria-setsize", "502")


async def test_a_reset_is_a_place_to_go_on_from(town: Shop, open_desk: Opener) -> None:
    """After a reset the list is read again, and a line that breaks then is taken up from the reset on."""
    ada = town.cafe()
    desk = await open_desk()
    await desk.tell("Live")
    reset = "retry: 10\nevent: reset\nid: here\ndata: {}\n\n"
    answers: list[dict[str, Any]] = [{"content_type": "text/event-stream", "body": reset}, {"status": 503}]

    async def answer(route: Route) -> None:
        if answers:
            await route.fulfill(**answers.pop(0))
        else:
            await route.continue_()

    await desk.be_seen(seen=False)
    report(town, ada, range(1, 4))
    await desk.page.route("**/v1/events/stream*", answer)
    async with desk.page.expect_request(lambda request: "lastEventId=here" in request.url):
        await desk.be_seen()
        await expect(desk.rows()).to_have_count(4)
    await desk.tell("Live")
    report(town, ada, range(4, 6))
    await expect(desk.rows()).to_have_count(6)


async def test_two_tabs(town: Shop, open_desk: Opener) -> None:
    """Two tabs share the session; each keeps its own draft, and both see what either reports."""
    town.cafe()
    desk = await open_desk()
    second = await desk.context.new_page()
    desk.watch(second)
    await second.goto(f"{desk.address}/console/events")
    await expect(second.get_by_role("link", name="REGISTERED_ACCOUNT")).to_be_visible()
    await expect(second.get_by_text("Live", exact=True)).to_be_visible()
    await desk.begin("Ada")
    await desk.write(json.dumps({"total": 21}))
    await second.get_by_role("button", name="Report Event", exact=True).click()
    await expect(second.get_by_label("Event type", exact=True)).to_have_value("")
    await second.get_by_role("button", name="Close").click()
    await desk.button("Report").click()
    await expect(second.get_by_role("listitem").filter(has_text="+21")).to_be_visible()
    await desk.button("Sign out").click()
    await expect(desk.heading("You are signed out")).to_be_visible()
    await second.get_by_role("link", name="Reactors", exact=True).click()
    await expect(second.get_by_text("Your session has ended")).to_be_visible()
