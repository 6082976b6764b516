"""Pages that are empty, lead nowhere, or have all that they may have: no accessibility violation, nothing cut off."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from tests.console.axe import Inspection
from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop, fixed

Opener = Callable[..., Awaitable[Desk]]
EMPTY = {
    "/": "Nothing has occurred", "/events?tab=quarantine": "Nothing waits",
    "/events?tab=duplicates": "No report was", "/users?search=zzz": "Nobody matches",
    "/vouchers": "There are no vouchers.",
    "/reactors": "no reactors", "/adjustments": "Nothing waits", "/jobs": "There are no jobs.",
    "/integrity": "have not been checked", "/nowhere": "no such page", "/events/nothing": "Try again",
    "/event-types/NOPE": "no event type NOPE", "/reactors/nothing": "no such reactor",
    "/code-pools/nothing": "All code pools", "/event-types/REGISTERED_ACCOUNT": "Call instead",
    "/points-policies?edit=new": "At the end of", "/counters?edit=new": "Of which events",
    "/settings/keys": "API keys", "/settings/issuers": "There are no token issuers.",
    "/settings/staff": "Nobody signs in by a password yet.",
}  # fmt: skip


async def look_at_empty_lists(inspection: Inspection) -> None:
    """Look at the lists of what members reach and buy, empty and with their editors."""
    desk = inspection.desk
    pages = {
        "/tiers": "Add a tier", "/badges": "Add a badge", "/audiences": "Add an audience",
        "/consent-types": "Add a consent", "/reward-categories": "Add a category", "/code-pools": "Add a pool",
        "/rewards": "Add a reward",
    }  # fmt: skip
    for path, add in pages.items():
        await desk.follow(path)
        await desk.page.locator("main .pc-empty").get_by_role("button", name=add).click()
        await expect(desk.page.get_by_role("dialog").get_by_role("button", name="Create")).to_be_visible()
        await inspection.look(f"{path}, empty, with its editor")
    await desk.follow("/vouchers")
    await desk.tell("There are no vouchers.")
    await inspection.look("vouchers")


async def look_at_definitions(inspection: Inspection) -> None:
    """Look at an event type and reactors that have all that they may have."""
    desk = inspection.desk
    shop, group = desk.shop, {"name": "Welcome", "mode": "FIRST_MATCH"}
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"enhancers": ["RANDOM_NUMBER", "POINTS_ENHANCER"]})
    made = shop.done("POST", "/v1/event_types/PURCHASED_COFFEE/secrets/", {"name": "North"})
    shop.done("DELETE", f"/v1/event_types/PURCHASED_COFFEE/secrets/{made['id']}")
    rows = {"any": [{"fact": "payload.total", "operator": ">", "value": 5}, {"none": [
        {"fact": "payload.note", "operator": "exists"}]}]}  # fmt: skip
    limits = [{"points": 100, "per": "MONTH"}, {"activations": 1, "per": "P7D"}]
    scheduled = {"effectivity": {"start": "2999-01-01"}, "constraint": rows, "limits": limits, "maxActivations": 9}
    more: list[dict[str, Any]] = [{"state": "DRAFT"}, scheduled]
    ids = [shop.reactor(fixed(5), name=f"Number {n}", group=group, **one)["id"] for n, one in enumerate(more)]
    ids.append(shop.reactor(name="Text", constraint='payload.total > 5 || payload.size == "M"')["id"])
    shop.done("POST", f"/v1/event_reactors/{ids[-1]}/pause")
    await desk.follow("/event-types/PURCHASED_COFFEE")
    await desk.page.get_by_text("Schema of version 1", exact=True).click()
    await expect(desk.page.get_by_role("region", name="Schema in version 1")).to_be_visible()
    for text in ("What follows from that", "revoked", "paused"):
        await desk.tell(text)
    await inspection.look("an event type with all that it may have")
    await desk.follow("/reactors")
    await expect(desk.page.get_by_role("cell").get_by_text("scheduled").first).to_be_visible()
    await inspection.look("reactors in all states")
    for reactor_id, text in zip(ids, ("draft", "At least one of these holds:", "An expression"), strict=True):
        await desk.follow(f"/reactors/{reactor_id}")
        await desk.tell(text)
        await inspection.look(f"a reactor: {text}")


async def look_at_a_full_editor(inspection: Inspection) -> None:
    """Look at the editor of a reactor that does all there is to do."""
    shop = inspection.desk.shop
    attributes = [{"key": "a", "value": 1, "isEnabled": True}]
    reactions = [
        {"type": "WEBHOOK", "url": "https://example.org/x"},
        {"type": "ATTRIBUTE", "attributes": attributes},
        {"type": "POINTS", "points": fixed(3), "usableAfter": "P1D"},
    ]
    rows = {"all": [{"fact": "payload.total", "operator": ">=", "value": 20}, {"none": [
        {"fact": "payload.shop", "operator": "in", "value": ["A", "B"]}]}]}  # fmt: skip
    limits = [{"coolDown": "PT2H"}, {"activations": 1, "per": "P7D"}]
    reactor = shop.reactor(name="Rows", constraint=rows, limits=limits)
    change = {"reactions": reactions, "group": {"name": "g", "mode": "BEST"}}
    shop.done("PATCH", f"/v1/event_reactors/{reactor['id']}", change)
    await inspection.visit(f"/reactors/{reactor['id']}/edit", "It can be used.")


async def test_no_empty_page_and_no_full_one_violates(town: Shop, open_desk: Opener) -> None:
    """axe-core finds nothing on pages without and with all that they may show; wide or narrow, light or dark."""
    desk = await open_desk("/settings")
    inspection = Inspection(desk)
    for path, text in EMPTY.items():
        await inspection.visit(path, text)
    await look_at_empty_lists(inspection)
    cafe(town)
    await look_at_definitions(inspection)
    await look_at_a_full_editor(inspection)
    inspection.nothing_found()
