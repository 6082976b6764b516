"""What goes wrong: refusals, a slow or failing server, a session that ends, addresses that lead nowhere."""

import json
import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Browser, Route, expect

from punchcard.db.connection import Db
from tests.console.conftest import PATIENCE_MS
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
Linker = Callable[[], Awaitable[str]]
STRICT = {
    "type": "object",
    "required": ["total", "lines"],
    "properties": {
        "total": {"type": "number", "minimum": 1},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    },
}
END = "update console_sessions set idle_expires_at = clock_timestamp() where tenant_id = $1"


async def test_errors_stand_at_their_fields(town: Shop, open_desk: Opener) -> None:
    """Each fault that the server finds is told at its field, in the server's words, and in full at the end."""
    town.event_type(schema=STRICT)
    town.user("ada")
    desk = await open_desk()
    await desk.begin("Ada")
    await desk.field("total").fill("0.50")
    await desk.button("Add to lines").click()
    await desk.field("n").fill("x")
    await desk.button("Report").click()
    await expect(desk.field("total")).to_have_accessible_description(re.compile("less than the minimum of 1"))
    await expect(desk.field("n")).to_have_accessible_description(re.compile('"x" is not of type "integer"'))
    await expect(desk.field("total")).to_have_attribute("aria-invalid", "true")
    await desk.field("total").fill("2")
    await desk.field("n").fill("2")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()


async def test_refusals_stand_at_their_fields(town: Shop, open_desk: Opener) -> None:
    """A type, a user or a time that is none or that the server refuses is told at that field; nothing is reported."""
    town.cafe()
    desk = await open_desk()
    await desk.begin("Ada")
    await desk.field("total").fill("2")
    # A time that cannot be read, or one that the zone's clocks skip, is not even sent.
    for text, told in {"tomorrow": "Write a date and a time", "2026-03-29 02:30": "skip this time"}.items():
        await desk.field("Occurred at").fill(text)
        await expect(desk.field("Occurred at")).to_have_accessible_description(re.compile(told))
        await expect(desk.button("Report")).to_be_disabled()
    for field, text, told in (
        ("Occurred at", "1999-01-01 00:00", "occurredAt lies more than"),
        ("User", "", "Say whom the event is about"),
        ("Event type", "", "This field is required."),
    ):
        await desk.field(field).fill(text)
        await desk.button("Report").click()
        await expect(desk.field(field)).to_have_accessible_description(re.compile(re.escape(told)))
    assert town.done("GET", "/v1/events/?type=PURCHASED_COFFEE") == []


REPORTING = re.compile(r"/v1/events/?$")


async def lose_the_answer(desk: Desk) -> None:
    """See that, when the answer is lost, pressing Report again opens the event that was recorded the first time."""

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await desk.page.route(REPORTING, lose, times=1)
    await desk.button("Report").click()
    await desk.tell("The server cannot be reached.")
    await desk.tell("it is the same call, and counts once")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    assert len(desk.shop.done("GET", "/v1/events/?type=PURCHASED_COFFEE")) == 1


async def lead_nowhere(desk: Desk) -> None:
    """See that what is not there says so, and where to go on."""
    await desk.tell("There is no such page")
    await desk.follow("/events/01a20bb2-0000-7000-8000-000000000000")
    await desk.tell("There is no such event.")
    await desk.follow("/users/not-an-id")
    await expect(desk.page.get_by_role("alert")).to_be_visible()
    await desk.follow("/event-types/NOPE")
    await desk.tell("There is no event type NOPE.")


async def fail(desk: Desk) -> None:
    """See that a list that cannot be read says why, and reads again when asked to."""
    lists = {
        "/events": "events/?", "/users": "users/", "/event-types": "event_types/", "/reactors": "event_reactors/",
    }  # fmt: skip
    broken = {"status": 503, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"}
    for path, read in lists.items():
        failing = re.compile(re.escape(f"/v1/{read}"))
        await desk.page.route(failing, lambda route: route.fulfill(**broken))
        await desk.go(path)
        await desk.tell("The server answered 503 without saying why")
        await desk.page.unroute_all()
        await desk.button("Try again").click()
        await expect(desk.page.get_by_role("alert"), path).to_have_count(0)


async def be_slow(desk: Desk) -> None:
    """See that, while an answer is awaited, the page has its form already, and says that something comes."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    await desk.page.route("**/v1/users/*", hold)
    await desk.go("/users")
    await expect(desk.page.get_by_role("status").filter(has_text="Loading")).to_be_visible()
    await expect(desk.heading("Users")).to_be_visible()
    await let_go(desk, held)
    await expect(desk.page.get_by_role("link", name="Ada Member 1")).to_be_visible()


async def let_go(desk: Desk, held: list[Route]) -> None:
    """Let what is held go on, once something is: a page may say that it waits before it has asked."""
    while not held:
        await desk.page.wait_for_timeout(20)
    for route in held:
        await route.continue_()


async def test_what_cannot_be_read_is_told(town: Shop, open_desk: Opener) -> None:
    """An address that leads nowhere, a server that fails, and one that is slow: the page says so, and goes on."""
    town.cafe()
    desk = await open_desk("/nowhere")
    for step in (lead_nowhere, fail, be_slow):
        await step(desk)


async def wait_for_a_slow_one(desk: Desk) -> None:
    """See that, while a report is on its way, its button says so and takes no second press, nor does the Enter key."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    await desk.page.route(REPORTING, hold)
    await desk.button("Report").click()
    await expect(desk.button("Report")).to_be_disabled()
    await expect(desk.button("Preview")).to_be_disabled()
    await desk.field("total").press("Enter")
    await expect(desk.button("Report")).to_have_attribute("data-loading", "true")
    await let_go(desk, held)
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    assert len(held) == 1
    await desk.page.unroute(REPORTING)


async def be_refused_once(desk: Desk) -> None:
    """See that a 503 is told in the server's words, what was typed stays, and the next press reports."""
    problem = {"status": 503, "code": "unavailable", "title": "Unavailable", "detail": "The queue is full; try again."}
    answer = {"status": 503, "content_type": "application/problem+json", "body": json.dumps(problem)}
    await desk.page.route(REPORTING, lambda route: route.fulfill(**answer), times=1)
    await desk.button("Report").click()
    await desk.tell("The queue is full; try again.")
    await expect(desk.field("total")).to_have_value("7")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()


async def test_a_report_that_gets_no_answer_or_a_late_one_is_sent_once(town: Shop, open_desk: Opener) -> None:
    """An answer that is lost, one that is late, and a refusal by a server that fails: each report counts once."""
    town.cafe()
    desk = await open_desk()
    await desk.begin("Ada")
    for total, step in (("5", lose_the_answer), ("6", wait_for_a_slow_one), ("7", be_refused_once)):
        await desk.field("total").fill(total)
        await step(desk)
        if total != "7":
            await desk.button("Report again with changes").click()
    assert len(town.done("GET", "/v1/events/?type=PURCHASED_COFFEE")) == 3


async def sign_in_again(desk: Desk, link: str) -> None:
    """Sign in with a link, in front of the page whose session has ended."""
    await desk.tell("Your session has ended")
    await desk.button("Sign in with a link").click()
    await desk.field("Sign-in link").fill(link)
    await desk.button("Use the link").click()
    await expect(desk.page.get_by_text("Your session has ended")).to_be_hidden()


async def test_an_ended_session_loses_nothing(town: Shop, db: Db, open_desk: Opener, new_link: Linker) -> None:
    """Who signs in again goes on where it was: in a form; in a list that could not be read, and is live again."""
    ada = town.cafe()
    # Where no line is open: its end, which comes by itself within seconds, would be told before anything is pressed.
    desk = await open_desk("/users")
    await desk.begin("Ada")
    await desk.field("total").fill("14.50")
    await db.execute(END, town.tenant.tenant_id)
    await desk.button("Report").click()
    await sign_in_again(desk, await new_link())
    await expect(desk.field("total")).to_have_value("14.50")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    assert town.done("GET", "/v1/events/?type=PURCHASED_COFFEE")[0]["points"] == 14
    await desk.follow("/events")
    await desk.tell("Live")
    await db.execute(END, town.tenant.tenant_id)
    await desk.search("subject:ada")
    await sign_in_again(desk, await new_link())
    await expect(desk.page.get_by_role("alert")).to_have_count(0)
    await expect(desk.rows()).to_have_count(2)
    await desk.tell("Live")
    await desk.page.mouse.move(0, 0)
    town.report(ada, 33)
    await expect(desk.rows().first).to_contain_text("+33")


async def test_a_draft_outlives_the_page(town: Shop, open_desk: Opener) -> None:
    """A reloaded page, or a drawer closed by mistake, has the draft still; Start over takes it away."""
    town.cafe()
    desk = await open_desk()
    await desk.begin("Ada")
    await desk.field("total").fill("14.50")
    await desk.page.reload()
    await expect(desk.field("total")).to_have_value("14.50")
    await expect(desk.field("User")).to_have_value("Ada Member 1")
    await desk.button("Close").click()
    await desk.button("Report Event").click()
    await expect(desk.field("total")).to_have_value("14.50")
    await desk.button("Start over").click()
    await expect(desk.field("User")).to_have_value("")
    await expect(desk.field("Event type")).to_have_value("")


async def test_a_link_works_once(browser: Browser, desk: Desk, new_link: Linker) -> None:
    """A used link says so and how to get another; a pasted link signs in."""
    link = await new_link()
    stranger = Desk(await browser.new_context(), desk.page, desk.address, desk.shop)
    stranger.context.set_default_timeout(PATIENCE_MS)
    stranger.page = await stranger.context.new_page()
    await stranger.page.goto(f"{desk.address}/console/users")
    await expect(stranger.heading("Sign in to Punchcard")).to_be_visible()
    await stranger.button("Sign in with a link").click()
    await stranger.field("Sign-in link").fill(link)
    await stranger.button("Use the link").click()
    await expect(stranger.heading("Users")).to_be_visible()
    await stranger.button("Sign out").click()
    await expect(stranger.heading("You are signed out")).to_be_visible()
    await stranger.page.goto(f"{desk.address}/livez")
    await stranger.page.goto(link)
    await stranger.tell("This link was used already")
    await stranger.tell("punchcard console link")
    await stranger.context.close()
