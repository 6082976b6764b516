"""What the pages of event types and reactors say: settings, enhancers, secrets, versions; states, limits, groups."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Locator, Route, expect

from tests.console.cafe import BASKET, cafe
from tests.console.desk import Desk
from tests.shop import Shop, fixed

Opener = Callable[..., Awaitable[Desk]]
TYPE = "/v1/event_types/PURCHASED_COFFEE"
WRITTEN_SECONDS_MAX = 60
SETTINGS = {
    "allowUnknown": False, "onInvalid": "quarantine", "latePolicy": "hold", "lateAfterDays": 30,
    "occurredPastDays": 400, "duplicateWindowSeconds": 7200, "duplicateInclude": ["/shop", "/total"],
    "nearDuplicatePointer": "/shop",
}  # fmt: skip
LIMITS = [
    {"activations": 3, "per": "DAY"},
    {"points": 100, "per": "MONTH", "context": "TENANT"},
    {"activations": 1, "per": "P7D"},
]
ROWS = {
    "all": [
        {"fact": "payload.total", "operator": ">=", "value": 20},
        {"any": [
            {"fact": "payload.shop", "operator": "in", "value": ["Old Town", "Station"]},
            {"fact": "payload.coupon", "operator": "exists"},
        ]},
    ]
}  # fmt: skip


def section(desk: Desk, title: str) -> Locator:
    """Return a section of the page by its heading."""
    heading = desk.page.get_by_role("heading", level=2, name=title, exact=True)
    return desk.page.locator("section").filter(has=heading)


def fact(where: Locator | Any, name: str) -> Locator:
    """Return what stands beside a name in a list of facts."""
    found: Locator = where.locator("dl > div").filter(has_text=re.compile(f"^{name}")).locator("dd")
    return found


async def test_settings_in_words(town: Shop, open_desk: Opener) -> None:
    """Each setting is a sentence, none is the engine's own; enhancers say what follows from them."""
    cafe(town)
    desk = await open_desk("/event-types/PURCHASED_COFFEE")
    settings = section(desk, "Settings")
    await expect(fact(settings, "Duplicate")).to_have_text("refused for 1 minute")
    await expect(fact(settings, "Broken payload")).to_have_text("refused")
    await expect(section(desk, "Enhancers")).to_contain_text("It has none.")
    town.done("PATCH", TYPE, {"settings": SETTINGS})
    await desk.page.reload()
    for name, words in {
        "Unknown fields": "refused: the schema has to name them",
        "Broken payload": "kept in quarantine",
        "Late event": "kept in quarantine, when more than 30 days old",
        "Earliest time": "400 days back",
        "Latest time": "as far ahead as the engine allows",
        "Duplicate": "refused for 2 hours",
        "Same content": "the same /shop, /total, whatever else differs",
        "Near-duplicate": "recorded and flagged, where /shop says the same again",
    }.items():
        await expect(fact(settings, name)).to_have_text(words)
    # The enhancers stand in the order in which they run, with the notice that the API gives.
    changed = town.done("PATCH", TYPE, {"enhancers": ["RANDOM_NUMBER", "POINTS_ENHANCER"]})
    await desk.page.reload()
    enhancers = section(desk, "Enhancers")
    await expect(enhancers.get_by_role("listitem")).to_have_text(
        [re.compile("^RANDOM_NUMBER adds"), re.compile("^POINTS_ENHANCER adds points")]
    )
    (notice,) = changed["notices"]
    await expect(enhancers.get_by_role("note")).to_contain_text(notice)
    await expect(fact(settings, "Duplicate")).to_contain_text("RANDOM_NUMBER makes every event another")


async def test_secrets_are_told_and_not_shown(town: Shop, open_desk: Opener) -> None:
    """Names, first characters, states and last use; no secret goes to the browser."""
    ada = cafe(town)
    north = town.done("POST", f"{TYPE}/secrets/", {"name": "North", "expiresAt": "2999-01-01T00:00:00Z"})
    gone = town.done("POST", f"{TYPE}/secrets/", {"name": "Closed"})
    town.done("DELETE", f"{TYPE}/secrets/{gone['id']}")
    assert town.report(ada, 5, bearer=north["secret"]).status_code == 200
    deadline = time.monotonic() + WRITTEN_SECONDS_MAX
    while town.done("GET", f"{TYPE}/secrets/{north['id']}")["lastUsedAt"] is None:
        assert time.monotonic() < deadline, "the last use was not written"
    desk = await open_desk()
    bodies: list[str] = []

    async def note(route: Route) -> None:
        answer = await route.fetch()
        bodies.append(await answer.text())
        await route.fulfill(response=answer)

    await desk.page.route("**/v1/event_types/**", note)
    await desk.go("/event-types/PURCHASED_COFFEE")
    rows = section(desk, "Secrets").get_by_role("row")
    await expect(rows.filter(has_text="North")).to_contain_text(f"{north['hint']}…valid")
    await expect(rows.filter(has_text="North")).to_contain_text("2999-01-01")
    await expect(rows.filter(has_text="Closed")).to_contain_text("revoked")
    await expect(rows.filter(has_text="default")).to_contain_text("never by itself")
    used = "td[data-label='Last used']"
    await expect(rows.filter(has_text="North").locator(used).locator("time")).to_have_count(1)
    await expect(rows.filter(has_text="default").locator(used)).to_have_text("never")
    told = "".join(bodies)
    assert north["hint"] in told
    assert [secret for secret in (north["secret"], gone["secret"], town.secret()) if secret in told] == []


async def test_secrets_are_of_private_types_alone(town: Shop, open_desk: Opener) -> None:
    """A public type has no such section, and an intrinsic one has neither settings nor versions."""
    town.event_type("VISITED_SHOP", private=False, schema=None)
    desk = await open_desk("/event-types/VISITED_SHOP")
    await expect(section(desk, "Versions").get_by_role("row").nth(1)).to_contain_text("the first one")
    await expect(section(desk, "Secrets")).to_have_count(0)
    await desk.follow("/event-types/REGISTERED_ACCOUNT")
    await expect(section(desk, "Schema of the payload")).to_be_visible()
    for title in ("Secrets", "Settings", "Enhancers", "Versions"):
        await expect(section(desk, title)).to_have_count(0)


async def test_versions_say_what_changed(town: Shop, open_desk: Opener) -> None:
    """Every version has its time, what it says otherwise than the one before, and its schema, opened by keyboard."""
    cafe(town)
    town.done("PATCH", TYPE, {"settings": {"allowUnknown": False}, "description": "Coffee at the bar"})
    town.done("PATCH", TYPE, {"schema": {**BASKET, "required": ["total", "shop"]}})
    desk = await open_desk("/event-types/PURCHASED_COFFEE")
    rows = section(desk, "Versions").get_by_role("row")
    await expect(rows).to_have_count(4)
    changed = "td[data-label='What changed']"
    await expect(rows.nth(1).locator(changed)).to_have_text("schema")
    await expect(rows.nth(2)).to_contain_text("description, settings")
    await expect(rows.nth(3)).to_contain_text("the first one")
    summary = desk.page.get_by_text("Schema of version 1", exact=True)
    await summary.focus()
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("region", name="Schema in version 1")).to_contain_text('"total"')
    await expect(desk.page.get_by_role("region", name="Schema in version 1")).not_to_contain_text('"total",')


STATES = {
    "DRAFT": "does not react until it is published", "SCHEDULED": "reacts once its time has come",
    "LIVE": "reacts to events", "PAUSED": "rests: nothing fires", "ENDED": "reacts no longer",
}  # fmt: skip


async def read_states(desk: Desk, town: Shop) -> None:
    """See that the list, a reactor's page and its event type's say in which state it is, and what that means."""
    for state in STATES:
        later = {"start": "2999-01-01"} if state == "SCHEDULED" else None
        reactor = town.reactor(name=f"Number {state}", state="DRAFT" if state == "DRAFT" else "LIVE", effectivity=later)
        path = f"/v1/event_reactors/{reactor['id']}"
        if state == "PAUSED":
            town.done("POST", f"{path}/pause")
        if state == "ENDED":
            town.done("DELETE", path)
        assert town.done("GET", path)["state"] == state
    await desk.follow("/reactors")
    for state, meaning in STATES.items():
        row = desk.page.get_by_role("row").filter(has_text=f"Number {state}")
        await expect(row.locator("td[data-label=State]")).to_have_text(state.lower())
        await row.get_by_role("link", name=f"Number {state}").click()
        await expect(fact(desk.page, "State")).to_contain_text(re.compile(f"^{state.lower()} It {meaning}"))
        await desk.page.go_back()
    await desk.follow("/event-types/PURCHASED_COFFEE")
    listed = section(desk, "Reactors").get_by_role("listitem")
    await expect(listed).to_have_count(len(STATES))
    for state in STATES:
        await expect(listed.filter(has_text=f"Number {state}")).to_have_text(f"Number {state} {state.lower()}")


async def read_limits(desk: Desk, town: Shop) -> None:
    """See that every limit is a sentence; a group says which of its reactors fires, and leads to the others."""
    group = {"name": "Welcome", "mode": "BEST"}
    reactor = town.reactor(
        fixed(5), name="First visit", maxActivations=1, limits=LIMITS, group=group, priority=20
    )  # fmt: skip
    town.reactor(fixed(9), name="Birthday", group=group, state="DRAFT")
    await desk.go("/reactors")
    row = desk.page.get_by_role("row").filter(has_text="First visit")
    await expect(row).to_contain_text("once for each user; 3 times a day for each user; 100 points a month")
    await expect(row.locator("td[data-label=Priority]")).to_have_text("20")
    await expect(row.locator("td[data-label=Group]")).to_have_text("Welcome")
    await desk.follow(f"/reactors/{reactor['id']}")
    await expect(fact(desk.page, "At most").get_by_role("listitem")).to_have_text(
        [
            "once for each user",
            "3 times a day for each user",
            "100 points a month in the programme",
            "once within any 7 days for each user",
        ]
    )
    await expect(fact(desk.page, "Group")).to_contain_text(
        "Welcome: of its reactors the one that gives the most points"
    )
    await desk.page.get_by_role("link", name="Birthday").click()
    await expect(desk.heading("Birthday")).to_be_visible()
    await expect(fact(desk.page, "At most")).to_have_text("no limit")
    await expect(fact(desk.page, "Group").get_by_role("link", name="First visit")).to_be_visible()


async def read_constraints(desk: Desk, town: Shop) -> None:
    """See that a JSON Schema is JSON, an expression its own text, and rows are sentences, one in another."""
    expression = 'payload.total >= 20 && "tea" in payload.items'
    schema = {"properties": {"total": {"minimum": 20}}}
    made = {
        name: town.reactor(name=name, constraint=constraint)["id"]
        for name, constraint in {"Text": expression, "Rows": ROWS, "Schema": schema, "Nothing": None}.items()
    }
    await desk.go(f"/reactors/{made['Text']}")
    constraint = desk.page.get_by_role("region", name="Constraint")
    await expect(constraint).to_have_text(expression)
    await desk.tell("An expression that has to be true.")
    await desk.follow(f"/reactors/{made['Schema']}")
    await expect(constraint).to_contain_text('"minimum": 20')
    await desk.follow(f"/reactors/{made['Nothing']}")
    await desk.tell("It fires for every event of its type.")
    await desk.follow(f"/reactors/{made['Rows']}")
    await expect(constraint).to_contain_text("All of these hold:payload.total is at least 20")
    inner = constraint.locator("li li")
    await expect(inner).to_have_text(
        ['payload.shop is one of ["Old Town","Station"]', re.compile(r"^payload\.coupon is there\s*$")]
    )
    await expect(constraint.get_by_text("At least one of these holds:")).to_be_visible()


async def test_reactors_in_words(town: Shop, open_desk: Opener) -> None:
    """The pages of reactors say in which state they are, how often and beside whom they fire, and on what condition."""
    town.event_type()
    desk = await open_desk("/event-types")
    for step in (read_states, read_limits, read_constraints):
        await step(desk, town)
