"""The Event Stream: its query, any number of events, and what happens while somebody looks."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Route, expect

from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
SCROLLED_SECONDS_MAX = 300
HOLD_FRAMES = """
    () => {
        const [real, held] = [window.requestAnimationFrame, []]
        window.requestAnimationFrame = then => held.push(then)
        window.letFrames = () => {
            window.requestAnimationFrame = real
            for (const then of held) then(performance.now())
        }
    }
"""


def report(shop: Shop, user: Any, totals: range) -> None:
    """Report purchases of so many euros, in one batch."""
    batch = [{"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}} for total in totals]
    assert shop.call("POST", "/v1/events/batch", batch).status_code == 200


async def test_new_events_appear(town: Shop, open_desk: Opener) -> None:
    """What is reported anywhere stands there at once; a pause holds the list still; a broken line loses nothing."""
    ada = town.cafe()
    desk = await open_desk()
    await desk.tell("Live")
    report(town, ada, range(1, 4))
    await expect(desk.rows()).to_have_count(4)
    await expect(desk.rows().first).to_contain_text("+3")
    await expect(desk.rows().last).to_contain_text("REGISTERED_ACCOUNT")
    # A chip counts what waits, and shows it.
    await desk.button("Pause").click()
    report(town, ada, range(4, 7))
    await desk.button("3 new").click()
    await expect(desk.rows()).to_have_count(7)
    report(town, ada, range(7, 8))
    await expect(desk.button("1 new")).to_be_visible()
    await desk.button("Resume").click()
    await expect(desk.rows()).to_have_count(8)
    # That the live connection breaks is said. Leave and come back without a line: the page itself stays.
    await desk.page.route("**/v1/events/stream*", lambda route: route.abort())
    await desk.search("type:PURCHASED_COFFEE")
    await desk.tell("Interrupted, trying again")
    report(town, ada, range(8, 11))
    await desk.page.unroute("**/v1/events/stream*")
    await expect(desk.rows()).to_have_count(10)
    await desk.tell("Live")


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
    """Scrolling or Page Down reads page after page to the first event; only the rows in sight are in the page."""
    ada = town.cafe()
    report(town, ada, range(1, 351))
    desk = await open_desk()
    await expect(desk.rows().first).to_contain_text("+350")
    first = desk.rows().filter(has_text="REGISTERED_ACCOUNT")
    deadline = time.monotonic() + SCROLLED_SECONDS_MAX
    while not await first.count():
        assert time.monotonic() < deadline, await desk.page.locator(".pc-stream").inner_text()
        await desk.page.evaluate("document.querySelector('.pc-stream-scroll').scrollTo(0, 1e7)")
        await desk.page.wait_for_timeout(100)
    await expect(first).to_be_visible()
    assert await desk.rows().count() < 60
    await first.get_by_role("link").focus()
    keys, focused = desk.page.keyboard, desk.page.locator(".pc-row:focus")
    for key, text in {"Home": "+350", "ArrowDown": "+349", "End": "REGISTERED", "ArrowUp": "+1"}.items():
        await keys.press(key)
        await expect(focused).to_contain_text(text)
    # What has the focus stays where it is, however far somebody scrolls.
    await desk.page.evaluate("document.querySelector('.pc-stream-scroll').scrollTo(0, 0)")
    await expect(desk.rows().first).to_contain_text("+350")
    await keys.press("Home")
    await expect(focused).to_contain_text("+350")
    await keys.press("PageDown")
    await expect(focused).not_to_contain_text("+350")
    page = 351 - int(await focused.locator(".pc-row-points").inner_text())
    assert 5 < page < 30
    await keys.press("PageUp")
    await expect(focused).to_contain_text("+350")
    # Whoever opens an event and comes back is where he was.
    await keys.press("End")
    await expect(focused).to_contain_text("REGISTERED")
    # The list is there, and moves, until the page of the event has come.
    wanted = asyncio.Event()

    async def hold(route: Route) -> None:
        await wanted.wait()
        await route.continue_()

    await desk.page.route("**/assets/EventPage-*.js", hold)
    await focused.evaluate("link => { link.click(); link.closest('.pc-stream-scroll').scrollBy(0, -44 * 3) }")
    await desk.tell("Loading")
    wanted.set()
    await expect(desk.heading("REGISTERED_ACCOUNT")).to_be_visible()
    await desk.page.go_back()
    await expect(first).to_be_in_viewport()


async def test_what_came_late_moves_nothing(town: Shop, open_desk: Opener) -> None:
    """An event that appears below others, because theirs were quicker to commit, moves no row that somebody reads."""
    ada = town.cafe()
    report(town, ada, range(1, 90))
    neighbour = town.done("GET", "/v1/events/?limit=5")[4]
    late = neighbour | {"id": neighbour["id"][:-1] + ("1" if neighbour["id"][-1] == "0" else "0"), "points": 7777}
    body = f"retry: 600000\nevent: event\nid: x\ndata: {json.dumps(late)}\n\n"
    desk = await open_desk()
    await desk.tell("Live")
    await desk.be_seen(seen=False)
    await desk.page.evaluate("document.querySelector('.pc-stream-scroll').scrollTo(0, 44 * 30)")
    row = desk.rows().filter(has_text="+55")
    await expect(row).to_be_visible()
    before = await row.bounding_box()
    told: list[int] = []

    async def answer(route: Route) -> None:
        told.append(1)
        await route.fulfill(content_type="text/event-stream", body=body)

    await desk.page.route("**/v1/events/stream*", answer)
    await desk.be_seen()
    await expect(desk.rows().first).to_have_attribute("aria-setsize", "91")
    assert (told, await row.bounding_box()) == ([1], before)
    await desk.page.evaluate("document.querySelector('.pc-stream-scroll').scrollTo(0, 0)")
    await expect(desk.rows().filter(has_text="+7,777")).to_be_visible()


async def test_a_query_narrows_the_stream(town: Shop, open_desk: Opener) -> None:
    """Type, user by name, payload and time narrow the list and what comes live; chips and the address say the same."""
    ada, bob = town.cafe(), town.user("bob")
    desk = await open_desk()
    report(town, ada, range(1, 3))
    report(town, bob, range(3, 6))
    box = desk.field("Search events")
    await box.press_sequentially("ty")
    # What is typed right after a choice stands behind it, however late the next frame is.
    await desk.page.evaluate(HOLD_FRAMES)
    await desk.page.get_by_role("option", name="type").click()
    await box.press_sequentially("co")
    await desk.page.evaluate("letFrames()")
    await box.press_sequentially("ff")
    await expect(box).to_have_value("type:coff")
    await desk.page.get_by_role("option", name="PURCHASED_COFFEE").click()
    await expect(desk.rows()).to_have_count(5)
    await box.press_sequentially('subject:"Member 2')
    await desk.page.get_by_role("option", name="Ada Member 2").click()
    await expect(desk.rows()).to_have_count(3)
    await box.press_sequentially("payload.total>3")
    await box.press("Enter")
    await expect(desk.rows()).to_have_count(2)
    chips = desk.page.get_by_role("list", name="Conditions").get_by_role("listitem")
    await expect(chips).to_have_text(["Type is PURCHASED_COFFEE", "User is Ada Member 2", "total > 3"])
    await desk.tell("Live")
    await desk.page.mouse.move(0, 0)
    report(town, ada, range(6, 7))
    report(town, bob, range(2, 3))
    report(town, bob, range(7, 8))
    await expect(desk.rows()).to_have_count(3)
    await expect(desk.rows().first).to_contain_text("total 7")
    await desk.field("Time").select_option(label="Last hour")
    await expect(chips).to_have_count(4)
    await expect(desk.rows()).to_have_count(3)
    other = await open_desk(desk.page.url.removeprefix(f"{desk.address}/console"))
    await expect(other.rows()).to_have_count(3)
    await expect(other.field("Time")).to_have_value("1h")
    await desk.button("Remove: total > 3").click()
    await expect(desk.rows()).to_have_count(5)
    await desk.page.go_back()
    await expect(chips).to_have_count(4)
    await expect(desk.rows()).to_have_count(3)
    await desk.page.go_forward()
    await expect(desk.rows()).to_have_count(5)
    await desk.field("Time").select_option(label="Custom range")
    await desk.field("From").fill("")
    await desk.field("Until").fill("2020-01-01 00:00")
    await desk.button("Apply").click()
    await desk.tell("No event matches.")
    await desk.tell("The past: nothing new comes")
    assert "before%3A%222020-01-01+00%3A00%3A00%22" in desk.page.url


async def test_what_cannot_be_searched_is_told(town: Shop, open_desk: Opener) -> None:
    """A query that cannot be read says where and why at its box, and the list stays; so does a name of several."""
    ada, _ = town.cafe(), town.user("bob")
    report(town, ada, range(1, 3))
    desk = await open_desk()
    await expect(desk.rows()).to_have_count(4)
    box = desk.field("Search events")
    for query, told in {
        "type:A ada": "“ada” is no condition", "payload.total>": "A value is missing after “payload.total>”",
        "after:soon": "“soon” is no time", "subject:Nobody": "Nobody goes by “Nobody”",
    }.items():  # fmt: skip
        await desk.search(query)
        await expect(box).to_have_accessible_description(re.compile(told))
        if query.startswith("type"):
            assert await box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "ada"
            await expect(desk.rows()).to_have_count(4)
    await desk.search("subject:Member")
    await expect(box).to_have_accessible_description(re.compile("2 users or more match “Member”"))
    await desk.button(f"Ada Member 1 · {ada['accountNumber']}").click()
    await expect(desk.rows()).to_have_count(3)
    await desk.search("subject:ada -type:PURCHASED_COFFEE")
    await expect(desk.rows()).to_have_count(1)


async def test_the_whole_filter_is_exported(town: Shop, open_desk: Opener) -> None:
    """Both files have every event that the query lets through, by the browser's own download."""
    ada = town.cafe()
    report(town, ada, range(1, 131))
    desk = await open_desk("/events?q=payload.total>5")
    await expect(desk.rows().first).to_contain_text("+130")
    for name, lines in {"Export CSV": 126, "Export JSON Lines": 125}.items():
        async with desk.page.expect_download() as download:
            await desk.page.get_by_role("link", name=name).click()
        path = await (await download.value).path()
        assert len(path.read_text().splitlines()) == lines


async def test_what_was_not_recorded_has_tabs(town: Shop, open_desk: Opener) -> None:
    """A refused duplicate stands beside its original and is released, once asked; what waits leads to its page."""
    ada = town.cafe()
    settings = {"onInvalid": "quarantine"}
    town.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"settings": settings})
    assert [town.report(ada, total).status_code for total in (4, 4, -1)] == [200, 409, 202]
    desk = await open_desk("/events?q=type:PURCHASED_COFFEE")
    await desk.page.get_by_role("tab", name="Refused duplicates").click()
    await expect(desk.page).to_have_url(re.compile("tab=duplicates"))
    await expect(desk.page.get_by_role("link", name="Open the original")).to_be_visible()
    await desk.button("Release").click()
    await expect(desk.page.get_by_role("dialog")).to_contain_text("Record it after all?")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Release").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await desk.tell("Released from")
    await desk.follow("/events?tab=quarantine&q=payload.total>1")
    await desk.tell("Conditions on payload, source and occurrence")
    await desk.page.get_by_role("row").get_by_role("link", name="PURCHASED_COFFEE").click()
    await desk.tell("Why it was kept")


async def test_any_number_of_rows(town: Shop, open_desk: Opener) -> None:
    """Of an answer of very many pages the rows in sight are in the page, and those let go come back by their cursor."""
    ada = town.cafe()
    desk = await open_desk()
    template = town.done("GET", "/v1/events/?limit=1")[0]
    asked: list[str] = []

    async def answer(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        cursor = query.get("cursor", ["0"])[0]
        asked.append(cursor)
        ids = [f"01a20bb2-0000-7000-8000-{999_999 - int(cursor) - n:012d}" for n in range(100)]
        rows = [template | {"id": id_, "subject": ada["id"], "points": int(id_[-6:])} for id_ in ids]
        page = {"limit": 100, "skip": 0, "next": str(int(cursor) + 100)}
        await route.fulfill(json={"status": "success", "data": rows, "page": page})

    await desk.page.route("**/v1/events/?*", answer)
    await desk.go("/events?q=type:REGISTERED_ACCOUNT")
    await expect(desk.rows().first).to_contain_text("+999,999")
    scroll = "document.querySelector('.pc-stream-scroll')"
    deadline = time.monotonic() + SCROLLED_SECONDS_MAX
    while len(asked) < 66:
        assert time.monotonic() < deadline, await desk.page.locator(".pc-stream").inner_text()
        await desk.page.evaluate(f"{scroll}.scrollTo(0, 1e9)")
        await desk.page.wait_for_timeout(5)
    assert await desk.rows().count() < 60
    # The newest twenty pages stay, and the last forty that were looked at: the one after those was let go.
    await desk.page.evaluate(f"{scroll}.scrollTo(0, 44 * 2050)")
    await expect(desk.rows().filter(has_text="+997,949")).to_be_visible()
    assert asked.count("2000") == 2
    await desk.page.evaluate(f"{scroll}.scrollTo(0, 0)")
    await expect(desk.rows().first).to_contain_text("+999,999")


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
    # Where no line is open: its end, which comes by itself within seconds, would be told before anything is pressed.
    await second.get_by_role("link", name="Users", exact=True).click()
    await expect(second.get_by_role("heading", level=1, name="Users")).to_be_visible()
    await desk.button("Sign out").click()
    await expect(desk.heading("You are signed out")).to_be_visible()
    await second.get_by_role("link", name="Reactors", exact=True).click()
    await expect(second.get_by_text("Your session has ended")).to_be_visible()
