"""What is done now and then: types as a file, two at one type, points that wait, links that are old."""

import json
from collections.abc import Awaitable, Callable
from uuid import uuid4

from playwright.async_api import expect

from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop, fixed

Opener = Callable[..., Awaitable[Desk]]
TYPE = "/v1/event_types/PURCHASED_COFFEE"
NOBODY = str(uuid4())
OLD_LINKS = {
    f"/users/{NOBODY}": "Back to the users", f"/rewards/{NOBODY}": "All rewards",
    f"/audiences/{NOBODY}": "All audiences",
    f"/campaigns/{NOBODY}": "All campaigns", f"/code-pools/{NOBODY}": "All code pools",
    f"/reactors/{NOBODY}": "All reactors", f"/reactors/{NOBODY}/edit": "All reactors",
    f"/backtests/{NOBODY}": "All reactors", "/event-types/NOPE": "All event types",
    "/event-types/NOPE/edit": "All event types",
}  # fmt: skip
LISTS = (
    "/rewards", "/tiers", "/badges", "/audiences", "/consent-types", "/reward-categories", "/code-pools", "/venues",
    "/campaigns", "/points-policies", "/counters", "/settings/keys", "/settings/staff", "/settings/issuers",
)  # fmt: skip


async def test_event_types_travel_as_a_file(town: Shop, open_desk: Opener) -> None:
    """Taken out, changed and brought in again: what becomes of each is told first, and a broken file is named so."""
    cafe(town)
    desk = await open_desk("/event-types")
    async with desk.page.expect_download() as coming:
        await desk.page.get_by_role("link", name="Take out as a file").click()
    taken = json.loads((await (await coming.value).path()).read_text())
    (coffee,) = taken["data"]["eventTypes"]
    assert coffee["name"] == "PURCHASED_COFFEE"
    await desk.button("Bring in a file").click()
    chooser = desk.page.locator("input[type=file]")
    bring_in = desk.button("Bring them in")

    async def choose(text: str) -> None:
        await chooser.set_input_files({"name": "types.json", "mimeType": "application/json", "buffer": text.encode()})

    await choose("{")
    await desk.tell("This file is no JSON.")
    await choose(json.dumps(taken))
    await desk.tell("The file says what is there already.")
    await expect(bring_in).to_be_disabled()
    tea = coffee | {"name": "DRANK_TEA", "description": "<img src=x onerror=alert(1)>"}
    # An answer that comes late says nothing of the file that was chosen since.
    held = await desk.hold_one("**/v1/event_types/import?*")
    await choose(json.dumps(taken))
    late = await held
    await choose(json.dumps({"eventTypes": [coffee, tea | {"schema": {"type": "intger"}}]}))
    await expect(desk.page.get_by_role("row").filter(has_text="DRANK_TEA")).to_contain_text("is refused")
    async with desk.page.expect_response(lambda answer: answer.request == late.request):
        await late.continue_()
    await expect(desk.page.get_by_role("row").filter(has_text="DRANK_TEA")).to_contain_text("is refused")
    await expect(bring_in).to_be_disabled()
    await choose(json.dumps({"eventTypes": [coffee | {"description": "Another"}, tea]}))
    await expect(desk.page.get_by_role("row").filter(has_text="DRANK_TEA")).to_contain_text("is made")
    await expect(desk.page.get_by_role("dialog").get_by_role("row").filter(has_text="COFFEE")).to_contain_text(
        "is changed"
    )
    await bring_in.click()
    await desk.tell("The event types were brought in.")
    await expect(desk.page.get_by_role("link", name="DRANK_TEA")).to_be_visible()
    assert town.done("GET", TYPE)["description"] == "Another"


async def test_two_change_one_event_type(town: Shop, open_desk: Opener) -> None:
    """Who saves second is told so, and nothing of the first is lost where the second did not touch it."""
    cafe(town)
    desk = await open_desk("/event-types/PURCHASED_COFFEE/edit")
    await desk.field("Refused for seconds").fill("90")
    town.done("PATCH", TYPE, {"description": "Changed by another"})
    await desk.button("See what it means, and save").click()
    await desk.tell("Somebody else has changed it since you began.")
    assert town.done("GET", TYPE)["settings"].get("duplicateWindowSeconds") != 90
    await desk.button("Save over it").click()
    await desk.button("See what it means, and save").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    saved = town.done("GET", TYPE)
    assert (saved["settings"]["duplicateWindowSeconds"], saved["description"]) == (90, "Changed by another")


async def test_points_that_wait_are_released_by_hand(town: Shop, open_desk: Opener) -> None:
    """Pending points are made usable, or taken back, each after a question; the chart's span stands in the address."""
    ada = cafe(town)
    waiting = {"type": "POINTS", "points": fixed(40), "usableAfter": "P14D"}
    town.reactor(name="Later", reactions=[waiting])
    for total in (1, 2):
        assert town.report(ada, total).status_code == 200
    desk = await open_desk(f"/users/{ada['id']}?tab=wallet", width=390)
    assert town.balance(ada) == 3
    for waiting_lots, verb in ((2, "Make usable"), (1, "Take back")):
        await expect(desk.button(verb)).to_have_count(waiting_lots)
        await desk.button(verb).first.click()
        await desk.page.get_by_role("dialog").get_by_role("button", name=verb).click()
        await expect(desk.page.get_by_role("dialog")).to_have_count(0)
    await expect(desk.button("Make usable")).to_have_count(0)
    lots = desk.page.locator("section").filter(has=desk.page.get_by_role("heading", name="Lots", exact=True))
    await expect(lots.locator("tbody tr")).to_have_count(1)
    await expect(lots.locator("tbody tr")).to_contain_text("never")
    assert town.balance(ada) == 43
    await desk.field("Shown").select_option(label="The last 30 weeks")
    await expect(desk.page).to_have_url(f"{desk.address}/console/users/{ada['id']}?tab=wallet&interval=WEEK")
    await desk.page.reload()
    await expect(desk.field("Shown")).to_have_value("WEEK")


async def test_old_links_lead_on(town: Shop, open_desk: Opener) -> None:
    """A page of something that is not there says so, with a way to what is; so does a dialog for what was deleted."""
    desk = await open_desk("/jobs")
    for path, way in OLD_LINKS.items():
        await desk.follow(path)
        await expect(desk.page.locator("main").get_by_role("link", name=way), path).to_be_visible()
    for path in LISTS:
        await desk.follow(f"{path}?edit={NOBODY}")
        dialog = desk.page.get_by_role("dialog")
        await expect(dialog, path).to_contain_text("It is not here any more")
        await dialog.get_by_role("button", name="Close").click()
        await expect(desk.page).to_have_url(f"{desk.address}/console{path}")
    await desk.follow("/reactors")
    await desk.button("Make the usual first ones").click()
    await desk.tell("reactors were made, as drafts.")
    assert {reactor["state"] for reactor in town.done("GET", "/v1/event_reactors/")} == {"DRAFT"}


async def test_accounts_are_merged_and_closed_and_a_secret_is_renamed(town: Shop, open_desk: Opener) -> None:
    """Two accounts become one, which is closed after a question; a secret gets another name; each is told."""
    ada = cafe(town)
    other = town.user("ada2", profile={"givenName": "Ada", "familyName": "Again", "emailAddress": "again@example.org"})
    assert town.report(other, 7).status_code == 200
    desk = await open_desk(f"/users/{ada['id']}")
    await desk.button("More").click()
    await desk.page.get_by_role("menuitem", name="Take over another account").click()
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_role("combobox").fill("Again")
    await desk.page.get_by_role("option", name="Ada Again").click()
    await dialog.get_by_role("button", name="Merge").click()
    await expect(dialog).to_have_count(0)
    assert town.balance(ada) == 7
    await desk.button("More").click()
    await desk.page.get_by_role("menuitem", name="Close the account").click()
    await dialog.get_by_role("button", name="Close the account").click()
    await expect(dialog).to_have_count(0)
    await expect(desk.button("Adjust points")).to_have_count(0)
    assert town.done("GET", f"/v1/users/{ada['id']}")["status"] == "CLOSED"
    await desk.follow("/event-types/PURCHASED_COFFEE")
    await desk.button("Edit default").click()
    await desk.field("Name of the secret").fill("North")
    await desk.button("Save").click()
    await desk.tell("default is changed.")
    await expect(desk.page.get_by_role("cell", name="North", exact=True)).to_be_visible()
