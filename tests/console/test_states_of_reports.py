"""The drawer and what becomes of a report, in each of their states: no accessibility violation, nothing cut off."""

import json
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from punchcard.db.connection import Db
from tests.console.axe import Inspection
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
Linker = Callable[[], Awaitable[str]]
END = "update console_sessions set idle_expires_at = clock_timestamp() where tenant_id = $1"
RICH = {
    "type": "object",
    "required": ["total", "kind"],
    "properties": {
        "total": {"type": "number", "description": "In euros"},
        "kind": {"const": "sale"},
        "size": {"enum": ["S", "M"]},
        "gift": {"type": "boolean"},
        "note": {"type": ["string", "null"]},
        "at": {"type": "string", "format": "date-time"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
        "pay": {
            "oneOf": [
                {"title": "Card", "required": ["last4"], "properties": {"last4": {"type": "string"}}},
                {"title": "Cash", "required": ["paid"], "properties": {"paid": {"type": "number"}}},
            ]
        },
        "free": {},
    },
}


async def look_at_the_drawer(inspection: Inspection, event_id: str) -> None:
    """Look at the drawer: refused, previewed, with a list open, as JSON, and with a duplicate."""
    desk = inspection.desk
    await desk.follow(f"/events?report={event_id}")
    await desk.button("Add to lines").click()
    await desk.field("Kind of pay").select_option(label="Card")
    await desk.field("last4").fill("4242")
    await desk.field("n").fill("x")
    await desk.button("Preview").click()
    await expect(desk.page.get_by_role("alert").first).to_be_visible()
    await inspection.look("the drawer, refused")
    await desk.field("n").fill("1")
    await desk.button("Preview").click()
    await desk.tell("What would happen")
    await desk.field("User").click()
    await expect(desk.page.get_by_role("listbox", name="Matches").get_by_role("option").first).to_be_visible()
    await inspection.look("the drawer, previewed")
    await desk.page.get_by_role("tab", name="JSON").click()
    await inspection.look("the drawer, JSON")
    payload = {"total": 3, "kind": "sale"}
    desk.shop.done("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": "ada", "payload": payload})
    await desk.payload().fill(json.dumps(payload))
    await desk.button("Preview").click()
    await desk.tell("It would be refused as a duplicate")
    await inspection.look("the drawer, a duplicate previewed")
    await desk.button("Report").click()
    await desk.tell("This event is already there")
    await inspection.look("the drawer, a duplicate")


async def look_at_dialogs(inspection: Inspection, user_id: str) -> None:
    """Look at the dialogs of the users' pages, and at the stream while something waits."""
    desk = inspection.desk
    await desk.follow("/users")
    await desk.button("Register a user").click()
    await expect(desk.field("Given name")).to_be_visible()
    await inspection.look("registering")
    await desk.follow(f"/users/{user_id}")
    await desk.button("Purchase a reward").click()
    await desk.tell("There are no rewards yet.")
    await inspection.look("purchasing")
    await desk.follow("/events")
    await desk.tell("Live")
    await desk.button("Pause").click()
    payload = {"total": 5, "kind": "sale"}
    desk.shop.done("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": "ada", "payload": payload})
    await expect(desk.button("1 new")).to_be_visible()
    await inspection.look("the stream, paused")


async def look_at_what_is_kept(inspection: Inspection) -> None:
    """Look at reports that would wait and that do, and at an event with all that may be known of it."""
    desk = inspection.desk
    settings = {"onInvalid": "quarantine", "nearDuplicatePointer": "/size"}
    changed = {"settings": settings, "enhancers": ["POINTS_ENHANCER"]}
    desk.shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", changed)
    payload = {"kind": "sale", "size": "S"}
    cloud_event = {"specversion": "1.0", "id": "1", "source": "/till", "type": "PURCHASED_COFFEE", "subject": "ada"}
    media = {"Content-Type": "application/cloudevents+json"}
    for number in ("1", "2"):
        sent = cloud_event | {"id": number, "data": payload | {"total": int(number)}}
        event = desk.shop.done("POST", "/v1/events", sent, headers=media)
    await desk.follow(f"/events/{event['id']}")
    for text in ("Added by enhancers", "Near-duplicate of", "/till"):
        await desk.tell(text)
    await inspection.look("an event with all that is known of it")
    await desk.follow(f"/events?report={event['id']}")
    await desk.field("total").fill("7")
    await desk.button("Preview").click()
    await desk.tell("It would be recorded as a near-duplicate")
    await inspection.look("the drawer, a near-duplicate previewed")
    await desk.page.get_by_role("tab", name="JSON").click()
    await desk.payload().fill('{"total": "x", "kind": "sale"}')
    await desk.button("Preview").click()
    await desk.tell("It would be kept in quarantine")
    await inspection.look("the drawer, previewed as to be kept")
    await desk.button("Report").click()
    await desk.tell("Kept in quarantine, not recorded")
    for summary in ("Resubmit it with this payload", "Discard it"):
        await desk.page.get_by_text(summary, exact=True).click()
    await inspection.look("the drawer, kept")
    await desk.page.get_by_role("link", name="Open what waits").click()
    await desk.tell("Why it was kept")
    await inspection.look("what waits")


async def look_at_the_door(inspection: Inspection, new_link: Linker) -> None:
    """Look at the page of a session that ended, sign in again, and leave."""
    desk = inspection.desk
    await desk.follow("/events?q=subject:ada")
    await desk.tell("Your session has ended")
    await inspection.look("signing in again")
    await desk.button("Sign in with a link").click()
    await desk.field("Sign-in link").fill(await new_link())
    await desk.button("Use the link").click()
    await expect(desk.page.get_by_text("Your session has ended")).to_be_hidden()
    await desk.button("Sign out").click()
    await expect(desk.heading("You are signed out")).to_be_visible()
    await inspection.look("the door")


async def test_no_state_of_a_report_violates(town: Shop, db: Db, open_desk: Opener, new_link: Linker) -> None:
    """axe-core finds nothing while somebody reports, is refused, and signs in again; wide or narrow, light or dark."""
    town.event_type(schema=RICH)
    ada = town.user("ada")
    payload = {"total": 21.50, "kind": "sale"}
    event = town.done("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": "ada", "payload": payload})
    desk = await open_desk("/users")
    inspection = Inspection(desk)
    await look_at_the_drawer(inspection, event["id"])
    await look_at_what_is_kept(inspection)
    await look_at_dialogs(inspection, ada["id"])
    await db.execute(END, town.tenant.tenant_id)
    await look_at_the_door(inspection, new_link)
    inspection.nothing_found()
