"""A programme's rules at the console: a reactor is changed, tried on one event and on the past, and saved."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from playwright.async_api import Locator, Request, expect

from punchcard.db.connection import Db
from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.events.past import ended
from tests.shop import Shop, fixed

Opener = Callable[..., Awaitable[Desk]]
XSS = "<img src=x onerror=alert(1)>"


def fact(desk: Desk, name: str) -> Locator:
    """Return a field that offers facts; its list goes by the same name."""
    return desk.page.get_by_role("combobox", name=name, exact=True)


async def look_at_the_past(desk: Desk) -> None:
    """Test what is written on past events, look at the result, and go back to the editor."""
    await desk.button("Test on past events").click()
    await expect(desk.heading("15 more: test on past events")).to_be_visible()
    await desk.tell("15 points more than were given then.")
    await desk.page.get_by_role("button", name=re.compile("^Show as table")).click()
    await expect(desk.page.get_by_role("region", name="Points a day").get_by_role("cell", name="30")).to_be_visible()
    await expect(desk.page.get_by_role("link", name="Ada Byron")).to_be_visible()
    await desk.page.get_by_role("link", name="Back to the editor").click()


async def save_once_the_question_is_gone(desk: Desk) -> None:
    """Save, after being asked; what is opened then waits for the way back, which would lead away from it again."""
    await desk.button("Save as a new version").click()
    await desk.tell("Events from now on are judged by the new version.")
    await desk.hold_back()
    sent: list[str] = []

    def heard(request: Request) -> None:
        sent.append(request.method)

    desk.page.on("request", heard)
    await desk.page.get_by_role("dialog").get_by_role("button", name="Save as a new version").click()
    await desk.want_back()
    assert "PATCH" not in sent
    desk.page.remove_listener("request", heard)
    await desk.let_back()
    await expect(desk.heading("15 more")).to_be_visible()


async def test_a_reactor_is_changed_and_the_change_is_backtested(town: Shop, open_desk: Opener) -> None:
    """Rows, an expression and back; one event with the reason; the past with the difference; saved as a new version."""
    ada = cafe(town)
    for total in (5, 12, 30):
        assert town.report(ada, total).status_code == 200
    reactor = next(one for one in town.done("GET", "/v1/event_reactors/") if one["name"] == "15 more")
    rows = {"all": [{"fact": "payload.total", "operator": ">=", "value": 20}]}
    town.done("PATCH", f"/v1/event_reactors/{reactor['id']}", {"constraint": rows, "description": XSS})
    desk = await open_desk("/reactors")
    await desk.field("Search reactors").fill("more")
    await expect(desk.page.get_by_text("1 of 2")).to_be_visible()
    await desk.page.get_by_role("link", name="15 more").click()
    await desk.tell(XSS)
    await desk.page.get_by_role("link", name="Edit", exact=True).click()
    await expect(desk.heading("Edit 15 more")).to_be_visible()
    await expect(desk.button("Save as a new version")).to_be_disabled()
    # rows and the expression are the same thing
    await desk.field("Value of condition 1").fill("10")
    await desk.tell("It can be used.")
    await desk.field("Written as").select_option(label="Expression")
    expression = desk.page.get_by_role("textbox", name="Expression", exact=True)
    await expect(expression).to_contain_text("payload.total >= 10")
    await expression.fill("payload.total >= 10 + ")
    await desk.tell("Line 1, column")
    await expression.fill("payload.total > size(payload.items)")
    await desk.tell("It can be used.")
    await desk.field("Written as").select_option(label="Rows")
    await desk.tell("Rows cannot say this")
    await expression.fill("payload.total >= 10 && event.channel != 'user'")
    await desk.tell("It can be used.")
    await desk.field("Written as").select_option(label="Rows")
    await expect(fact(desk, "Fact of condition 2")).to_have_value("event.channel")
    # a reload loses nothing
    await desk.page.reload()
    await desk.tell("You had begun this before")
    await expect(desk.field("Value of condition 1")).to_have_value("10")
    # one event
    await desk.field("Start from").select_option(index=3)
    await desk.button("Test on this event").click()
    await desk.tell("It would fire.")
    trace = desk.page.locator(".pc-trace")
    await expect(trace).to_contain_text("payload.total >= 10 → true")
    await look_at_the_past(desk)
    # saved, after being asked
    await expect(desk.field("Value of condition 1")).to_have_value("10")
    await save_once_the_question_is_gone(desk)
    await desk.button("Compare version 3 with the one before").click()
    await desk.tell("/constraint/all")
    saved = town.done("GET", f"/v1/event_reactors/{reactor['id']}")
    assert saved["version"] == 3
    assert [row["fact"] for row in saved["constraint"]["all"]] == ["payload.total", "event.channel"]
    assert town.report(ada, 11).json()["data"]["points"] == 26
    await expect(desk.page.get_by_role("row").filter(has_text="with changes")).to_contain_text("+15")


UNDER_WAY = """
    update jobs set state = 'RUNNING', lease = gen_random_uuid(), due_at = statement_timestamp() + interval '1 hour',
                    done = 40, total = 100, ended_at = null, result = null
    where id = $1 and state = 'DONE'
    returning true
"""


async def test_a_backtest_under_way_is_found_and_cancelled(town: Shop, db: Db, open_desk: Opener) -> None:
    """Its reactor and the list of jobs lead to its page, which says how far it has come; cancelling asks first.

    The question is in the address: a reload asks it again, and the way back closes it.
    """
    cafe(town)
    asked = {"reactorId": town.done("GET", "/v1/event_reactors/")[0]["id"], "from": "2026-01-01"}
    job = town.done("POST", "/v1/event_reactors/backtest", asked)["id"]
    ended(town, job)
    assert await db.fetchval(UNDER_WAY, UUID(job))
    desk = await open_desk(f"/reactors/{asked['reactorId']}", width=390)
    await desk.tell("40 of 100 events looked at.")
    question = desk.page.get_by_role("dialog")
    await desk.button("Cancel the test").click()
    await expect(question).to_contain_text("What it has found so far is given up.")
    await desk.page.reload()
    await expect(question).to_contain_text("What it has found so far is given up.")
    await desk.page.go_back()
    await expect(question).to_have_count(0)
    await desk.follow("/jobs?state=RUNNING")
    await desk.page.get_by_role("link", name="backtest").click()
    await expect(desk.heading("A point for each whole euro: test on past events")).to_be_visible()
    await desk.tell("40 of 100 events looked at.")
    await expect(desk.page.get_by_role("progressbar", name="Progress of the test")).to_have_attribute(
        "aria-valuenow", "40"
    )
    await desk.button("Cancel the test").click()
    await desk.tell("What it has found so far is given up.")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Cancel the test").click()
    await expect(desk.page.get_by_role("heading", name="It was cancelled.")).to_be_visible()
    await expect(desk.button("Cancel the test")).to_have_count(0)
    assert town.done("GET", f"/v1/jobs/{job}")["state"] == "CANCELLED"


async def meet_a_conflict(desk: Desk, reactor_id: str) -> None:
    """Change a reactor while somebody else does, see what that was, and save over it."""
    await desk.page.get_by_role("link", name="Edit", exact=True).click()
    await desk.field("Priority").fill("7")
    await desk.button("Cancel").click()
    await desk.button("Undo").click()
    await desk.tell("You had begun this before.")
    desk.shop.done("PATCH", f"/v1/event_reactors/{reactor_id}", {"description": "Changed by another"})
    await desk.button("Save as a new version").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Save as a new version").click()
    await desk.tell("Somebody else has changed this reactor since you began")
    await desk.tell("Changed by another")
    await desk.be_in_front()
    # The draft outlives the page, which then knows the other's version: what was not touched is not written over.
    await desk.page.reload()
    await desk.tell("You had begun this before.")
    await desk.button("Save as a new version").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Save as a new version").click()
    await desk.button("Save over it").click()
    await desk.button("Save as a new version").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Save as a new version").click()
    await expect(desk.heading("Third visit")).to_be_visible()


async def test_a_reactor_is_made_and_lives_its_life(town: Shop, open_desk: Opener) -> None:
    """Made from the form alone; what the server refuses stands at its field; a change of somebody else is told."""
    cafe(town)
    town.done("POST", "/v1/counters/", {"name": "visits", "eventType": "PURCHASED_COFFEE"})
    desk = await open_desk("/reactors/new")
    await desk.choose("Event type", "PURCHASED_COFFEE", "PURCHASED_COFFEE")
    await desk.field("Name").fill("N")
    await desk.field("Written as").select_option(label="Rows")
    await fact(desk, "Fact of condition 1").fill("counters.visits.count")
    await desk.page.get_by_role("option", name="counters.visits.count", exact=True).click()
    await desk.field("Operator of condition 1").select_option(label="is at least")
    await desk.field("Value of condition 1").fill("3")
    await desk.button("Add a group").click()
    await fact(desk, "Fact of condition 2.1").fill("payload.shop")
    await desk.field("Operator of condition 2.1").select_option(label="is one of")
    await desk.field("Value of condition 2.1").fill("Old Town, Station")
    await desk.field("Kind of part 1").select_option(label="Expression")
    await desk.field("Value of part 1").fill("payload.total * 2")
    await desk.field("At most").fill("50")
    await desk.button("Add a limit").click()
    await desk.button("Save as a draft").click()
    await expect(desk.page.get_by_role("alert").first).to_be_visible()
    await expect(desk.field("Name")).to_have_attribute("aria-invalid", "true")
    await desk.field("Name").fill("Third visit")
    await desk.button("Save as a draft").click()
    await expect(desk.heading("Third visit")).to_be_visible()
    made = next(one for one in town.done("GET", "/v1/event_reactors/") if one["name"] == "Third visit")
    assert made["state"] == "DRAFT"
    assert made["constraint"] == {"all": [
        {"fact": "counters.visits.count", "operator": ">=", "value": 3},
        {"any": [{"fact": "payload.shop", "operator": "in", "value": ["Old Town", "Station"]}]},
    ]}  # fmt: skip
    assert made["limits"] == [{"activations": 1, "per": "DAY"}]
    assert made["reactions"][0]["points"]["max"] == 50
    for action, state in (("Publish", "live"), ("Pause", "paused"), ("Resume", "live")):
        await desk.button(action).click()
        await desk.page.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()
        await expect(desk.page.locator("dd").get_by_text(state, exact=True)).to_be_visible()
    await meet_a_conflict(desk, made["id"])
    saved = town.done("GET", f"/v1/event_reactors/{made['id']}")
    assert (saved["priority"], saved["description"], saved["version"]) == (7, "Changed by another", 3)
    await desk.button("Clone").click()
    await desk.button("Clone").last.click()
    await expect(desk.heading("Third visit (copy)")).to_be_visible()
    await desk.button("End").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
    await expect(desk.page.locator("dd").get_by_text("ended", exact=True)).to_be_visible()


async def test_an_event_type_is_made_and_changed(town: Shop, open_desk: Opener) -> None:
    """Its schema from a form, tried while written; a change says what it means first; secrets, and the archive."""
    desk = await open_desk("/event-types/new")
    await desk.field("Name").fill("VISITED_SHOP")
    await desk.field("Description").first.fill("Somebody came in")
    await desk.button("Add a property").click()
    await desk.field("Name of property").fill("minutes")
    await desk.field("Type of minutes").select_option(label="whole number")
    await desk.field("At least: minutes").fill("1")
    await desk.page.get_by_label("minutes is required").check()
    await desk.tell("The schema can be used.")
    payload = desk.page.get_by_role("textbox", name="Example payload", exact=True)
    await payload.fill('{"minutes": 0}')
    await desk.tell("This payload would be refused.")
    # Coloured lines typed over: the browser would keep their colour as an inline style, which the policy refuses.
    await payload.fill('"minutes",\n"hours"')
    await payload.press("ControlOrMeta+a")
    await payload.press("7")
    await expect(payload).to_have_text("7")
    await desk.button("Make an example").click()
    await desk.tell("This payload would be taken.")
    await desk.button("Create").click()
    await expect(desk.heading("VISITED_SHOP")).to_be_visible()
    made = town.done("GET", "/v1/event_types/VISITED_SHOP")
    assert made["schema"]["properties"] == {"minutes": {"type": "integer", "minimum": 1}}
    assert made["schema"]["required"] == ["minutes"]
    await look_after_secrets(desk)
    await desk.page.get_by_role("link", name="Edit", exact=True).click()
    await desk.page.get_by_text("JSON", exact=True).click()
    schema = desk.page.get_by_role("textbox", name="JSON Schema", exact=True)
    await schema.fill('{"type": "object", "properties": {"minutes": {"type": "intger"}}}')
    await desk.tell("/schema/properties/minutes/type")
    await schema.fill('{"type": "object", "required": ["minutes"], "properties": {"minutes": {"type": "integer"}}}')
    await desk.tell("The schema can be used.")
    await save_and_archive(desk)
    assert town.done("GET", "/v1/event_types/VISITED_SHOP")["isActive"]


async def look_after_secrets(desk: Desk) -> None:
    """Show, rotate and revoke a secret."""
    await desk.button("Add a secret").click()
    await desk.field("Name of the secret").fill(XSS)
    await desk.page.get_by_role("dialog").get_by_role("button", name="Add a secret").click()
    await expect(desk.page.get_by_label("Secret", exact=True)).not_to_have_value("")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    await desk.button("Rotate default").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Rotate", exact=True).click()
    await expect(desk.page.get_by_label("Secret", exact=True)).not_to_have_value("")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    await desk.tell("being replaced")
    await desk.button(f"Revoke {XSS}").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    await desk.tell(f"{XSS} is revoked.")


async def save_and_archive(desk: Desk) -> None:
    """Save a change once its meaning is told, compare the versions, archive the type and take it up again."""
    await desk.button("See what it means, and save").click()
    await desk.tell("Widening")
    # What it means has an address, as the draft outlives the page.
    await desk.page.reload()
    await desk.tell("Widening")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    await expect(desk.heading("VISITED_SHOP")).to_be_visible()
    await desk.button("Compare version 2 with the one before").click()
    await desk.tell("/schema/properties/minutes/minimum")
    await desk.button("Archive").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Archive", exact=True).click()
    await desk.tell("archived: it takes no events")
    await desk.button("Take up again").click()
    await expect(desk.button("Archive")).to_be_visible()


async def test_policies_and_counters(town: Shop, open_desk: Opener) -> None:
    """A policy is made, put out of force and deleted; a counter is made, and says which reactor names it."""
    cafe(town)
    desk = await open_desk("/points-policies")
    await desk.tell("There are no points policies.")
    await desk.button("Add a policy").first.click()
    await desk.field("Name").fill(XSS)
    await desk.field("After").fill("1 year")
    await desk.button("Create").click()
    await expect(desk.field("After")).to_have_attribute("aria-invalid", "true")
    await desk.field("After").fill("P1Y")
    await desk.field("At the end of").select_option(label="year")
    await desk.button("Create").click()
    await desk.tell("1 year after they were earned, at the end of the year")
    await desk.button(f"Put out of force: {XSS}").click()
    await expect(desk.page.get_by_role("cell").get_by_text("out of force", exact=True)).to_be_visible()
    await desk.button(f"Edit {XSS}").click()
    await desk.field("What it does").select_option(label="Cap on earning")
    await desk.field("Points").fill("120")
    await desk.field("In each").select_option(label="month")
    await desk.button("Save").click()
    await desk.tell("120 points in each month")
    await desk.button(f"Delete {XSS}").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    await desk.tell("There are no points policies.")
    await expect(desk.heading("Points policies")).to_be_focused()
    await desk.follow("/counters?edit=new")
    await desk.field("Name").fill("spent")
    await desk.field("Event type").select_option(label="PURCHASED_COFFEE")
    await desk.field("What it counts").select_option(label="A sum")
    await desk.field("What an event adds").fill("payload.")
    await desk.field("In each").select_option(label="month")
    await desk.button("Create").click()
    await expect(desk.field("What an event adds")).to_have_attribute("aria-invalid", "true")
    await desk.field("What an event adds").fill("payload.total")
    await desk.button("Create").click()
    await desk.tell("A sum of payload.total, each month")
    await desk.be_in_front()
    town.reactor(fixed(5), name="Big spender", constraint="counters.spent.sum >= 100")
    await desk.page.reload()
    await expect(desk.page.get_by_role("link", name="Big spender")).to_be_visible()
