"""What the drawer and an event's page tell beside the usual: reports that wait, limits, enhancers, origins."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from playwright.async_api import Route, expect

from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
TYPE = "/v1/event_types/PURCHASED_COFFEE"
REPORTING = re.compile(r"/v1/events/?$")
LATE_DAYS = 10


def settle(shop: Shop, **settings: Any) -> None:
    """Change the settings of the café's event type."""
    shop.done("PATCH", TYPE, {"settings": settings})


def days_ago(user: Any, days: int) -> str:
    """Return an instant so many days before a user was registered."""
    return (datetime.fromisoformat(user["createdAt"]) - timedelta(days=days)).isoformat()


async def test_a_broken_payload_is_kept_and_said_to_be(town: Shop, open_desk: Opener) -> None:
    """A 202 is no event: the drawer tells the id, each fault at its field, and what puts it right; it has a page."""
    ada = cafe(town)
    settle(town, onInvalid="quarantine")
    desk = await open_desk()
    await desk.begin()
    await desk.field("total").fill("-3.50")
    await desk.button("Add to items").click()
    await desk.field("price").fill("x")
    await desk.button("Report").click()
    await desk.tell("Kept in quarantine, not recorded")
    (entry,) = town.done("GET", "/v1/quarantine/")
    notice = desk.page.get_by_role("alert").filter(has_text="Kept in quarantine")
    await expect(notice).to_contain_text(entry["id"])
    await expect(notice).to_contain_text("Its payload breaks the schema")
    await expect(desk.field("total")).to_have_accessible_description(re.compile("less than the minimum of 0"))
    await expect(desk.field("price")).to_have_accessible_description(re.compile('not of type "number"'))
    assert town.done("GET", "/v1/events/?type=PURCHASED_COFFEE") == []
    await desk.field("total").fill("3.50")
    await desk.button("Remove items 1").click()
    await notice.get_by_text("Resubmit it with this payload").click()
    told = await desk.page.get_by_role("region", name="The call that resubmits it").inner_text()
    assert f"/v1/quarantine/{entry['id']}/resubmit" in told
    (body,) = re.findall(r"-d '(.*)'", told)
    assert '"total":3.50' in body
    event = town.done("POST", f"/v1/quarantine/{entry['id']}/resubmit", body.encode())
    assert town.balance(ada) == 3
    await desk.follow(f"/events/{event['id']}")
    await expect(desk.page.locator("dl", has_text="Resubmitted from")).to_contain_text(entry["id"])
    await open_what_waits(desk)


async def open_what_waits(desk: Desk) -> None:
    """See that its id leads to what was reported and why it waits; the same again is refused with a way there."""
    await desk.button("Report again with changes").click()
    await desk.field("total").fill("-1")
    await desk.button("Report").click()
    await desk.tell("Kept in quarantine, not recorded")
    await desk.button("Report").click()
    await desk.tell("This event is already there")
    await desk.page.get_by_role("link", name="Open the original").click()
    await desk.tell("It is no event: nothing has followed from it.")
    await expect(desk.page.get_by_role("region", name="Payload of the report")).to_contain_text('"total": -1')
    await expect(desk.page.locator("section", has_text="Why it was kept")).to_contain_text("/payload/total")
    await expect(desk.page.get_by_text("Discard it", exact=True)).to_be_visible()
    entry_id = desk.page.url.rpartition("/")[2]
    desk.shop.done("POST", f"/v1/quarantine/{entry_id}/discard", {"reason": "A test of the till"})
    await desk.page.reload()
    await expect(desk.page.locator("dl")).to_contain_text("discarded")
    await expect(desk.page.locator("dl")).to_contain_text("A test of the till")
    await expect(desk.page.get_by_text("Discard it", exact=True)).to_be_hidden()


async def test_a_late_event_is_kept_as_it_is(town: Shop, open_desk: Opener) -> None:
    """The preview says that it would wait, and since when it is too old; reported, it is resubmitted unchanged."""
    ada = cafe(town)
    settle(town, latePolicy="hold", lateAfterDays=LATE_DAYS)
    desk = await open_desk()
    await desk.begin()
    await desk.field("total").fill("5")
    await desk.field("Occurred at").fill(days_ago(ada, LATE_DAYS + 2)[:10])
    await desk.button("Preview").click()
    await desk.tell("It would be kept in quarantine, not recorded")
    await expect(desk.page.get_by_text("No reactor listens")).to_be_hidden()
    await expect(desk.page.get_by_text("balance after")).to_be_hidden()
    await expect(desk.field("Occurred at")).to_have_accessible_description(re.compile(f"{LATE_DAYS} days"))
    assert town.done("GET", "/v1/quarantine/") == []
    await desk.button("Report").click()
    await desk.tell("Kept in quarantine, not recorded")
    await desk.tell("It happened longer ago than its event type takes")
    await desk.page.get_by_text("Resubmit it as it is", exact=True).click()
    call = desk.page.get_by_role("region", name="The call that resubmits it")
    await expect(call).to_contain_text("-d '{}'")


async def test_too_many_requests_say_when_to_try_again(town: Shop, open_desk: Opener) -> None:
    """A 429 counts the seconds down to when there is one request again; then the same report goes through."""
    cafe(town)
    desk = await open_desk()
    await desk.begin()
    await desk.field("total").fill("5")
    detail = "A key may make 100 requests a second, 400 at once; try again in 3 s."
    problem = {"status": 429, "code": "too_many_requests", "title": "Too many requests", "detail": detail}

    # The first for long enough to be looked at, and the second for as short as can be.
    waits = ["600", "1"]

    async def refuse(route: Route) -> None:
        headers = {"Retry-After": waits.pop(0)}
        await route.fulfill(status=429, json=problem, content_type="application/problem+json", headers=headers)

    await desk.page.route(REPORTING, refuse, times=2)
    await desk.button("Report").click()
    left = desk.page.get_by_text(re.compile(r"^\d+ s$"))
    first = await left.inner_text()
    await expect(left).not_to_have_text(first)
    await desk.tell("Too many requests")
    await expect(desk.page.get_by_text("Whether it was recorded is not known")).to_be_hidden()
    await desk.button("Report").click()
    await desk.tell("It can be tried again now.")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    assert len(town.done("GET", "/v1/events/?type=PURCHASED_COFFEE")) == 1


async def test_a_near_duplicate_and_what_enhancers_add(town: Shop, open_desk: Opener) -> None:
    """The preview and the event's page lead to the event that had the value first, and show what was added apart."""
    ada = cafe(town)
    settle(town, nearDuplicatePointer="/shop")
    first = town.done(
        "POST",
        "/v1/events",
        {"type": "PURCHASED_COFFEE", "subject": ada["id"], "payload": {"total": 1, "shop": "order 7"}},
    )
    desk = await open_desk()
    await desk.begin()
    await desk.write('{"total": 2, "shop": "order 7"}')
    await desk.button("Preview").click()
    await desk.tell("It would be recorded as a near-duplicate")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await expect(desk.page.locator("dl", has_text="Near-duplicate of")).to_be_visible()
    await desk.page.get_by_role("link", name=first["id"]).click()
    await expect(desk.page.get_by_text("Net +1 point", exact=True)).to_be_visible()
    # What was reported and what was added stand each by itself.
    town.done("PATCH", TYPE, {"enhancers": ["RANDOM_NUMBER", "POINTS_ENHANCER"]})
    town.report(ada, 21)
    await desk.button("Report again with changes").click()
    await desk.write('{"total": 2}')
    await desk.button("Preview").click()
    would = desk.page.get_by_role("region", name="What enhancers would add")
    await expect(would).to_contain_text('"balance": 39')
    await expect(would).to_contain_text('"randomNumber": 0.')
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await expect(desk.page.get_by_role("region", name="What enhancers added")).to_contain_text('"earned": 39')
    await expect(desk.page.get_by_role("region", name="Payload of the event")).to_have_text('{\n  "total": 2\n}')


async def test_where_an_event_comes_from(town: Shop, open_desk: Opener) -> None:
    """A released duplicate names its original and the log; a CloudEvent has its attributes, as they came."""
    ada = cafe(town)
    original = town.report(ada, 4).json()["data"]
    assert town.report(ada, 4).status_code == 409
    (refused,) = town.done("GET", "/v1/duplicates/")
    released = town.done("POST", f"/v1/duplicates/{refused['id']}/release")
    desk = await open_desk(f"/events/{released['id']}")
    origin = desk.page.locator("section", has=desk.page.get_by_role("heading", name="Where it comes from"))
    await expect(origin).to_contain_text(refused["id"])
    await expect(origin.get_by_role("link", name=original["id"])).to_be_visible()
    cloud_event = {
        "specversion": "1.0", "id": "7-1", "source": "/tills/7", "type": "org.example.PURCHASED_COFFEE",
        "subject": "ada", "loyaltyday": "sunday", "round": 3, "data": {"total": 9},
    }  # fmt: skip
    media = {"Content-Type": "application/cloudevents+json"}
    recorded = town.done("POST", "/v1/events", cloud_event, headers=media)
    await desk.follow(f"/events/{recorded['id']}")
    attributes = desk.page.locator("section", has=desk.page.get_by_role("heading", name="CloudEvent attributes"))
    for text in ("source/tills/7", "id7-1", "loyaltydaysunday", "round3"):
        await expect(attributes.locator("dl")).to_contain_text(text)


async def test_a_kept_report_is_reached_by_keyboard(town: Shop, open_desk: Opener) -> None:
    """From the notice Tab leads to the link, the id, and both calls; a summary opens with Enter; wide and narrow."""
    cafe(town)
    settle(town, onInvalid="quarantine")
    desk = await open_desk()
    for width in (1280, 390):
        await desk.page.set_viewport_size({"width": width, "height": 800})
        await desk.begin()
        await desk.field("total").fill(f"-{width}")
        await desk.button("Report").click()
        link = desk.page.get_by_role("link", name="Open what waits")
        await expect(link).to_be_visible()
        await link.focus()
        keys = desk.page.keyboard
        await keys.press("Tab")
        await expect(desk.button("Copy quarantine id")).to_be_focused()
        await keys.press("Tab")
        await keys.press("Enter")
        await expect(desk.page.get_by_role("region", name="The call that resubmits it")).to_be_visible()
        await keys.press("Tab")
        await expect(desk.page.get_by_role("region", name="The call that resubmits it")).to_be_focused()
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= width
        await desk.button("Close").click()
        await expect(link).to_be_hidden()
