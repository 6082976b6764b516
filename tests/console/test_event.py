"""An event's page: why, what came of it, undoing it; and what the drawer says while somebody types."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from punchcard.access.roles import VIEWER
from punchcard.access.sessions import issue_link
from punchcard.db.connection import Db
from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.events.test_explain import AT, furnish
from tests.shop import Shop, fixed

Opener = Callable[..., Awaitable[Desk]]
MINUS = "\N{MINUS SIGN}"


async def test_why_and_what_came_of_it(town: Shop, open_desk: Opener) -> None:
    """Each reactor has its sentence and its parts; entries, what enhancers changed, the secret's name and the raw."""
    ada = cafe(town)
    town.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"enhancers": ["POINTS_ENHANCER"]})
    town.reactor(fixed(1), name="Dear", constraint='payload.total > 100 || payload.shop == "North"')
    webhook = {"type": "WEBHOOK", "url": "https://till.example.org/told?key=1", "headers": {"X-Till-Key": "sesame"}}
    town.reactor(reactions=[webhook], name="Tell the till")
    event = town.report(ada, 12, bearer=town.secret()).json()["data"]
    desk = await open_desk(f"/events/{event['id']}")
    told = desk.page.get_by_role("row").filter(has_text="till.example.org")
    await expect(told).to_contain_text("waits to be delivered")
    await expect(told).to_contain_text("X-Till-Key")
    await expect(told.get_by_role("link", name="Tell the till")).to_be_visible()
    assert "sesame" not in await desk.page.locator("main").inner_text()
    dear = desk.page.get_by_role("listitem").filter(has=desk.page.get_by_role("link", name="Dear", exact=True))
    await expect(dear).to_contain_text("Did not fire")
    await dear.get_by_text("Show what each part came to").click()
    trace = dear.get_by_role("list", name="What each part of Dear came to")
    await expect(trace).to_contain_text("payload.total is 12")
    await expect(trace).to_contain_text("payload.total > 100 is false")
    await expect(desk.page.get_by_role("cell", name="A point for each whole euro")).to_be_visible()
    await expect(desk.page.locator("dl").first).to_contain_text("the secret “")
    await desk.page.get_by_role("tab", name="As the rules saw it").click()
    seen = desk.page.get_by_role("region", name="Payload as the rules saw it")
    await expect(seen.locator("mark")).to_contain_text('"balance": 0')
    await expect(seen).to_contain_text('"total": 12')
    await desk.page.get_by_text("Raw", exact=True).click()
    await expect(desk.page.get_by_role("region", name="The event as JSON")).to_contain_text(event["id"])


REASONS = {
    "Budget": "It fired and changed the balance by 80 points", "Double": "It fired and changed the balance by 10",
    "Single": "“Double” (version 1) fired instead", "Dear": "120 is less than the minimum of 200",
    "Rule": "payload.total is 120", "Once": "It had already fired 1 of at most 1 time",
    "Over": "outside the time in which the reactor is effective", "Price": "does not cover a change of -9999",
    "Tip": "The points could not be worked out", "Draft": "It is a draft", "Halted": "It is paused",
    "Past": "It has ended", "Younger": "It was made after this event",
}  # fmt: skip


async def test_every_reactor_says_why(town: Shop, open_desk: Opener) -> None:
    """Each kind of reason is a sentence with its values; reactors that were not live are there, too, and say so."""
    furnish(town)
    town.reactor(name="Draft", state="DRAFT")
    halted, past = (town.reactor(name=name)["id"] for name in ("Halted", "Past"))
    town.done("POST", f"/v1/event_reactors/{halted}/pause")
    town.done("DELETE", f"/v1/event_reactors/{past}")
    ada = town.user("ada")
    town.report(ada, 420, occurredAt=AT)
    event = town.report(ada, 120, occurredAt=AT).json()["data"]
    town.reactor(name="Younger")
    desk = await open_desk(f"/events/{event['id']}")
    why = desk.page.locator("section", has=desk.page.get_by_role("heading", name="Why", exact=True))
    for name, told in REASONS.items():
        one = why.get_by_role("listitem").filter(has=desk.page.get_by_role("link", name=name, exact=True))
        await expect(one).to_contain_text(told)
    await expect(why.get_by_text("Not asked", exact=True)).to_have_count(4)
    await expect(why.locator(".pc-verdicts > li")).to_have_count(len(REASONS))
    await expect(why).to_contain_text("Net +90 points")


async def test_an_event_is_reversed(town: Shop, open_desk: Opener) -> None:
    """What reversing would come to follows the fields; both events then show it, and nothing is left to reverse."""
    ada = cafe(town)
    event = town.report(ada, 24).json()["data"]
    desk = await open_desk(f"/events/{event['id']}")
    await desk.button("Reverse").click()
    dialog = desk.page.get_by_role("dialog")
    would = dialog.get_by_role("region", name="What it would come to")
    await expect(would).to_contain_text("39 points")
    await desk.field("Share in percent").fill("0")
    await expect(desk.field("Share in percent")).to_have_accessible_description(re.compile("above 0 and up to 100"))
    await expect(dialog.get_by_role("button", name="Reverse")).to_be_disabled()
    await desk.field("Share in percent").fill("50")
    await expect(would).to_contain_text("19 points")
    await desk.field("Comment").fill("Half of it came back")
    assert town.balance(ada) == 39
    await dialog.get_by_role("button", name="Reverse").click()
    await expect(desk.heading("EVENT_REVERSED")).to_be_visible()
    await expect(desk.button("Reverse")).to_be_hidden()
    await desk.page.get_by_role("link", name=event["id"]).click()
    await desk.tell("50 % of it was undone")
    await desk.button("Reverse").click()
    await expect(would).to_contain_text("Taken back20 points")
    await dialog.get_by_role("button", name="Reverse").click()
    await expect(desk.heading("EVENT_REVERSED")).to_be_visible()
    await desk.follow(f"/events/{event['id']}")
    await desk.tell("All of it was undone")
    await expect(desk.page.get_by_role("link", name="Open the reversal")).to_have_count(2)
    await expect(desk.button("Reverse")).to_be_hidden()
    assert town.balance(ada) == 0


async def test_what_would_happen_is_told_while_one_types(town: Shop, open_desk: Opener) -> None:
    """Without a press of a button: points, why not, and what is wrong at its field; a duplicate shows its original."""
    cafe(town)
    # Longer than any machine takes to report twice.
    town.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"settings": {"duplicateWindowSeconds": 600}})
    desk = await open_desk()
    await desk.begin()
    would = desk.page.get_by_role("region", name="What would happen")
    await expect(would).to_contain_text("It could not be reported as it is")
    await expect(desk.field("total")).not_to_have_attribute("aria-invalid", "true")
    await desk.field("total").fill("-3")
    await expect(desk.field("total")).to_have_accessible_description(re.compile("less than the minimum of 0"))
    await desk.field("total").fill("21")
    await expect(would).to_contain_text("+36")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await desk.button("Report again with changes").click()
    await desk.tell("It would be refused as a duplicate")
    await desk.button("Report").click()
    await desk.tell("This event is already there")
    await expect(desk.page.get_by_role("region", name="Payload of the original")).to_contain_text('"total": 21')
    await expect(desk.page.get_by_role("region", name="Payload of this report")).to_contain_text('"total": 21')
    left = desk.page.get_by_text(re.compile(r"^\d+ s$"))
    first = await left.inner_text()
    await expect(left).not_to_have_text(first)
    await desk.field("total").fill("22")
    await expect(would).to_contain_text("+37")
    assert len(town.done("GET", "/v1/events/?type=PURCHASED_COFFEE")) == 1


async def test_what_waits_is_ended(town: Shop, open_desk: Opener) -> None:
    """A report in quarantine is corrected and becomes an event, or is discarded for a reason."""
    ada = cafe(town)
    town.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"settings": {"onInvalid": "quarantine"}})
    first, second = (town.report(ada, total).json()["data"] for total in (-1, -2))
    desk = await open_desk(f"/events/{first['id']}")
    await desk.button("Resubmit").click()
    await desk.field("Payload").fill('{"total": ')
    await expect(desk.page.get_by_role("dialog").get_by_role("button", name="Resubmit")).to_be_disabled()
    await desk.field("Payload").fill(json.dumps({"total": 4}))
    await desk.page.get_by_role("dialog").get_by_role("button", name="Resubmit").click()
    await expect(desk.page.get_by_text("Net +4 points")).to_be_visible()
    await desk.follow(f"/events/{second['id']}")
    await desk.button("Discard").click()
    await desk.field("Reason").fill("A test of the till")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    await expect(desk.page.locator("dl")).to_contain_text("A test of the till")


async def test_a_viewer_is_offered_nothing_that_is_refused(town: Shop, db: Db, open_desk: Opener) -> None:
    """A viewer reads, searches and exports; no button reports, reverses, releases or ends anything."""
    ada = cafe(town)
    town.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"settings": {"onInvalid": "quarantine"}})
    answers: list[Any] = [town.report(ada, total).json() for total in (4, 4, -1)]
    desk = await open_desk()
    await desk.button("Sign out").click()
    token = await issue_link(db, town.tenant.tenant_id, 900, role=VIEWER)
    await expect(desk.heading("You are signed out")).to_be_visible()
    await desk.page.goto(f"{desk.address}/console/sign-in#token={token}")
    await expect(desk.heading("Overview")).to_be_visible()
    await desk.follow("/events")
    await expect(desk.rows()).to_have_count(2)
    await expect(desk.page.get_by_role("link", name="Export CSV")).to_be_visible()
    await expect(desk.button("Report Event")).to_have_count(0)
    await desk.page.get_by_role("tab", name="Refused duplicates").click()
    await expect(desk.page.get_by_role("link", name="Open the original")).to_be_visible()
    await expect(desk.button("Release")).to_have_count(0)
    for answer, text in ((answers[0], "Net +4 points"), (answers[2], "What to do next")):
        await desk.follow(f"/events/{answer['data']['id']}")
        await desk.tell(text)
        for name in ("Reverse", "Report again with changes", "Resubmit", "Discard"):
            await expect(desk.button(name)).to_have_count(0)
