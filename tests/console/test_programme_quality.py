"""No page of a programme's rules violates."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.console.test_quality import violations
from tests.shop import Shop, fixed

Opener = Callable[..., Awaitable[Desk]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_no_page_of_rules_violates(town: Shop, open_desk: Opener, scheme: str, width: int) -> None:
    """axe-core finds nothing on the editors, the result of a backtest, policies and counters; nothing is too wide."""
    ada = cafe(town)
    town.report(ada, 21)
    rows = {"all": [{"fact": "payload.total", "operator": ">=", "value": 20}, {"none": [
        {"fact": "payload.shop", "operator": "in", "value": ["A", "B"]}]}]}  # fmt: skip
    attributes = [{"key": "a", "value": 1, "isEnabled": True}]
    more = [
        {"type": "WEBHOOK", "url": "https://example.org/x"},
        {"type": "ATTRIBUTE", "attributes": attributes},
        {"type": "POINTS", "points": fixed(3), "usableAfter": "P1D"},
    ]
    reactor = town.reactor(
        name="Rows", constraint=rows, limits=[{"coolDown": "PT2H"}, {"activations": 1, "per": "P7D"}]
    )
    town.done(
        "PATCH", f"/v1/event_reactors/{reactor['id']}", {"reactions": more, "group": {"name": "g", "mode": "BEST"}}
    )
    town.done("POST", "/v1/counters/", {"name": "visits", "eventType": "PURCHASED_COFFEE"})
    policy = {"name": "A year", "type": "SIMPLE_EXPIRY", "config": {"after": "P1Y"}}
    town.done("POST", "/v1/points_liability_criteria/", policy)
    job = town.done("POST", "/v1/event_reactors/backtest", {"reactorId": reactor["id"], "from": "2026-01-01"})
    desk = await open_desk(width=width, scheme=scheme)
    found = []

    async def look(path: str, text: str) -> None:
        await desk.go(path)
        await expect(desk.page.get_by_text(text).first).to_be_attached(timeout=30_000)
        await expect(desk.page.locator("[aria-busy=true]")).to_have_count(0)
        found.extend(await violations(desk))
        wide = await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{path} is {wide} pixels too wide")

    await look(f"/reactors/{reactor['id']}/edit", "It can be used.")
    await look(f"/reactors/{reactor['id']}?version=2&beside=1", "In version 1")
    await look(f"/backtests/{job['id']}", "What is assumed")
    await look("/reactors/new", "It fires for every event")
    await look("/event-types/new", "Try a payload")
    await look("/event-types/PURCHASED_COFFEE/edit", "The schema can be used.")
    await look("/points-policies", "A year")
    await look("/points-policies?edit=new", "At the end of")
    await look("/counters?edit=new", "Of which events")
    await look("/counters", "counters.visits")
    assert not found, "\n".join(found)
