"""What holds for every page: no accessibility violation, nothing cut off, little to load, nothing from elsewhere."""

import gzip
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Response, expect

from punchcard.db.connection import Db
from tests.console.cafe import MUG
from tests.console.desk import Desk
from tests.console.needs import missing
from tests.shop import Shop, fixed

Opener = Callable[..., Awaitable[Desk]]
Linker = Callable[[], Awaitable[str]]
Look = Callable[[str], Awaitable[None]]
END = "update console_sessions set idle_expires_at = clock_timestamp() where tenant_id = $1"
AXE = Path(__file__).resolve().parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCRIPT_KILOBYTES_MAX = 220
SMALL_BYTES = 1024  # what is smaller is not compressed
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


SCHEMES = {"dark": {"type": "rule", "values": ["color-contrast"]}, "light": {"type": "tag", "values": RULES}}
"""What axe-core looks for in each scheme, the page's own last: in the other only what colours can change."""
VIOLATIONS = """
    async sought => {
        const transitions = document.getAnimations().filter(one => one instanceof CSSTransition)
        await Promise.allSettled(transitions.map(one => one.finished))
        const found = await axe.run(document, {runOnly: sought, resultTypes: ['violations']})
        return found.violations.map(one => one.id + ': ' + one.nodes.map(
            node => node.target + ' ' + (node.any[0]?.message ?? '')).join('; '))
    }
"""


async def violations(desk: Desk) -> list[str]:
    """Return what axe-core finds on the page as it is, in either scheme."""
    # By evaluate, which the page's policy does not concern.
    if await desk.page.evaluate("typeof axe === 'undefined'"):
        await desk.page.evaluate(AXE.read_text())
    found = []
    for scheme, sought in SCHEMES.items():
        await desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        found += [f"{desk.page.url} ({scheme}): {one}" for one in await desk.page.evaluate(VIOLATIONS, sought)]
    return found


async def look_at_pages(desk: Desk, look: Look, ids: dict[str, str]) -> None:
    """Look at every page: full, empty, and at an address that leads nowhere."""
    pages = {
        "/events": "REGISTERED_ACCOUNT", "/events?tab=quarantine": "Nothing waits",
        "/events?tab=duplicates": "No report was",
        "/events?q=type:NOPE subject:Zoe x": "is no condition", "/events?q=payload.total>1": "total > 1",
        f"/events/{ids['event']}": "A reactor of a test", "/users": "Ada Member 1",
        f"/users/{ids['user']}": "Registered", "/users?search=zzz": "Nobody matches", "/event-types": "VISITED_SHOP",
        "/event-types/PURCHASED_COFFEE": "In euros", f"/reactors/{ids['reactor']}": "Constraint",
        "/reactors": "At most", "/nowhere": "no such page", "/events/nothing": "Try again",
        "/event-types/NOPE": "no event type NOPE", "/reactors/nothing": "no such reactor",
        "/event-types/REGISTERED_ACCOUNT": "Call instead",
    }  # fmt: skip
    for path, text in pages.items():
        await desk.go(path)
        await expect(desk.page.locator("main").get_by_text(text).first).to_be_attached()
        await look(path)


async def look_at_the_drawer(desk: Desk, look: Look, event_id: str) -> None:
    """Look at the drawer: refused, previewed, with a list open, as JSON, and with a duplicate."""
    await desk.go(f"/events?report={event_id}")
    await desk.button("Add to lines").click()
    await desk.field("Kind of pay").select_option(label="Card")
    await desk.field("last4").fill("4242")
    await desk.field("n").fill("x")
    await desk.button("Preview").click()
    await expect(desk.page.get_by_role("alert").first).to_be_visible()
    await look("the drawer, refused")
    await desk.field("n").fill("1")
    await desk.button("Preview").click()
    await desk.tell("What would happen")
    await desk.field("User").click()
    await expect(desk.page.get_by_role("listbox", name="Matches").get_by_role("option").first).to_be_visible()
    await look("the drawer, previewed")
    await desk.page.get_by_role("tab", name="JSON").click()
    await look("the drawer, JSON")
    payload = {"total": 3, "kind": "sale"}
    desk.shop.done("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": "ada", "payload": payload})
    await desk.payload().fill(json.dumps(payload))
    await desk.button("Preview").click()
    await desk.tell("It would be refused as a duplicate")
    await look("the drawer, a duplicate previewed")
    await desk.button("Report").click()
    await desk.tell("This event is already there")
    await look("the drawer, a duplicate")


async def look_at_dialogs(desk: Desk, look: Look, user_id: str) -> None:
    """Look at the dialogs of the users' pages, and at the stream while something waits."""
    await desk.go("/users")
    await desk.button("Register a user").click()
    await expect(desk.field("Given name")).to_be_visible()
    await look("registering")
    await desk.go(f"/users/{user_id}")
    await desk.button("Purchase a reward").click()
    await desk.tell("There are no rewards yet.")
    await look("purchasing")
    await desk.go("/events")
    await desk.tell("Live")
    await desk.button("Pause").click()
    payload = {"total": 5, "kind": "sale"}
    desk.shop.done("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": "ada", "payload": payload})
    await expect(desk.button("1 new")).to_be_visible()
    await look("the stream, paused")


async def look_at_what_is_kept(desk: Desk, look: Look) -> None:
    """Look at reports that would wait and that do, and at an event with all that may be known of it."""
    settings = {"onInvalid": "quarantine", "nearDuplicatePointer": "/size"}
    changed = {"settings": settings, "enhancers": ["POINTS_ENHANCER"]}
    desk.shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", changed)
    payload = {"kind": "sale", "size": "S"}
    cloud_event = {"specversion": "1.0", "id": "1", "source": "/till", "type": "PURCHASED_COFFEE", "subject": "ada"}
    media = {"Content-Type": "application/cloudevents+json"}
    for number in ("1", "2"):
        sent = cloud_event | {"id": number, "data": payload | {"total": int(number)}}
        event = desk.shop.done("POST", "/v1/events", sent, headers=media)
    await desk.go(f"/events/{event['id']}")
    for text in ("Added by enhancers", "Near-duplicate of", "/till"):
        await desk.tell(text)
    await look("an event with all that is known of it")
    await desk.go(f"/events?report={event['id']}")
    await desk.field("total").fill("7")
    await desk.button("Preview").click()
    await desk.tell("It would be recorded as a near-duplicate")
    await look("the drawer, a near-duplicate previewed")
    await desk.page.get_by_role("tab", name="JSON").click()
    await desk.payload().fill('{"total": "x", "kind": "sale"}')
    await desk.button("Preview").click()
    await desk.tell("It would be kept in quarantine")
    await look("the drawer, previewed as to be kept")
    await desk.button("Report").click()
    await desk.tell("Kept in quarantine, not recorded")
    for summary in ("Resubmit it with this payload", "Discard it"):
        await desk.page.get_by_text(summary, exact=True).click()
    await look("the drawer, kept")
    await desk.page.get_by_role("link", name="Open what waits").click()
    await desk.tell("Why it was kept")
    await look("what waits")


async def look_at_definitions(desk: Desk, look: Look) -> None:
    """Look at an event type and reactors that have all that they may have."""
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
    await desk.go("/event-types/PURCHASED_COFFEE")
    await desk.page.get_by_text("Schema of version 1", exact=True).click()
    await expect(desk.page.get_by_role("region", name="Schema in version 1")).to_be_visible()
    for text in ("What follows from that", "revoked", "paused"):
        await desk.tell(text)
    await look("an event type with all that it may have")
    await desk.go("/reactors")
    await expect(desk.page.get_by_role("cell").get_by_text("scheduled").first).to_be_visible()
    await look("reactors in all states")
    for reactor_id, text in zip(ids, ("draft", "At least one of these holds:", "An expression"), strict=True):
        await desk.go(f"/reactors/{reactor_id}")
        await desk.tell(text)
        await look(f"a reactor: {text}")


async def look_at_what_is_offered(desk: Desk, look: Look, user_id: str) -> None:
    """Look at the lists of what members reach and buy, empty, full, with their editors and one by one."""
    shop = desk.shop
    pages = {
        "/tiers": "New tier", "/badges": "New badge", "/audiences": "New audience", "/consent-types": "New consent",
        "/reward-categories": "New category", "/code-pools": "New pool", "/rewards": "New reward",
    }  # fmt: skip
    for path, add in pages.items():
        await desk.go(path)
        await desk.page.locator("main .pc-empty").get_by_role("button", name=add).click()
        await expect(desk.page.get_by_role("dialog").get_by_role("button", name="Create")).to_be_visible()
        await look(f"{path}, empty, with its editor")
    await desk.go("/vouchers")
    await desk.tell("There are no vouchers.")
    await look("vouchers")
    tier = {"pointsRequirement": 9, "calculation": "LIFETIME_EARN", "priority": 1, "defaultLocale": "en"}
    shop.done("POST", "/v1/tiers/", tier | {"details": {"en": {"name": "Gold"}}})
    shop.done("POST", "/v1/badges/", {"internalName": "Bird"})
    pool = shop.done("POST", "/v1/code_pools/", {"name": "Supplier"})
    shop.done("POST", f"/v1/code_pools/{pool['id']}/codes/", {"value": "MUG-1"})
    reward = shop.done("POST", "/v1/rewards/", MUG | {"price": 1, "codeType": "POOL", "code": {"pool": pool["id"]}})
    rule = {"type": "rule", "properties": {"field": "points.earned", "operator": "greater", "value": [1]}}
    criteria = {"triggerFrequency": "MANUAL", "criteriaTree": {"type": "group", "children1": [rule]}}
    body = {"name": "Good", "description": "Earns", "isActive": True, "criteriaDefinition": criteria}
    audience = shop.done("POST", "/v1/audiences/", body)
    shop.done("POST", "/v1/commands/purchase_reward", {"rewardId": reward["id"], "beneficiaryId": user_id})
    await desk.go(f"/audiences?edit={audience['id']}")
    await desk.tell("now.")
    await look("an audience in its editor")
    for path, text in {
        "/tiers": "Edit", "/badges": "Who has it", f"/code-pools/{pool['id']}": "MUG-1", "/vouchers": "Refund",
        f"/audiences/{audience['id']}": "Nobody is in it",
        f"/rewards/{reward['id']}": "Purchased", "/rewards": "for sale", "/code-pools/nothing": "All code pools",
    }.items():  # fmt: skip
        await desk.go(path)
        await expect(desk.page.locator("main").get_by_text(text).first).to_be_attached()
        await look(path)


@pytest.mark.parametrize("width", [1280, 390])
async def test_no_page_violates(town: Shop, db: Db, open_desk: Opener, new_link: Linker, width: int) -> None:
    """axe-core finds nothing on any page, in either scheme, wide or narrow; nothing is wider than the screen."""
    if not AXE.exists():
        missing("axe-core comes with the console's packages: ./dev setup installs them.")
    town.event_type(schema=RICH)
    town.event_type("VISITED_SHOP", private=False, schema=None)
    reactor = town.reactor(constraint={"properties": {"total": {"minimum": 20}}})
    ada = town.user("ada")
    payload = {"total": 21.50, "kind": "sale"}
    event = town.done("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": "ada", "payload": payload})
    desk = await open_desk(width=width)
    found = []

    async def look(name: str) -> None:
        found.extend(await violations(desk))
        wide = await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name} is {wide} pixels too wide")

    await look_at_pages(desk, look, {"event": event["id"], "user": ada["id"], "reactor": reactor["id"]})
    await look_at_the_drawer(desk, look, event["id"])
    await look_at_what_is_kept(desk, look)
    await look_at_definitions(desk, look)
    await look_at_dialogs(desk, look, ada["id"])
    await look_at_what_is_offered(desk, look, ada["id"])
    await desk.go("/events")
    await desk.tell("Live")
    await desk.button("Pause").click()
    await db.execute(END, town.tenant.tenant_id)
    await desk.search("subject:ada")
    await desk.tell("Your session has ended")
    await look("signing in again")
    await desk.button("Sign in with a link").click()
    await desk.field("Sign-in link").fill(await new_link())
    await desk.button("Use the link").click()
    await expect(desk.page.get_by_text("Your session has ended")).to_be_hidden()
    await desk.button("Sign out").click()
    await expect(desk.heading("You are signed out")).to_be_visible()
    await look("the door")
    assert not found, "\n".join(found)


SHOWN_AT = """
    selector => new MutationObserver((_, self) => {
        if (!document.querySelector(selector)) return
        self.disconnect()
        window.shownAt = performance.now()
    }).observe(document, {attributes: true, childList: true, subtree: true})
"""
BEFORE = "performance.getEntriesByType('resource').filter(one => one.startTime < shownAt).map(one => one.name)"


@pytest.mark.parametrize(("path", "shown"), [("/", ".pc-figures"), ("/events", ".pc-live[data-state=live]")])
async def test_little_is_loaded_and_nothing_from_elsewhere(desk: Desk, path: str, shown: str) -> None:
    """A page shows what it is for after at most 220 kB of compressed script, all of it from the server itself."""
    answers: list[Response] = []
    page = await desk.context.new_page()
    desk.watch(page)
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - playwright wants a function of Python
    await page.add_init_script(f"({SHOWN_AT})({json.dumps(shown)})")
    await page.goto(f"{desk.address}/console{path}")
    await expect(page.locator(shown)).to_be_visible()
    before = await page.evaluate(BEFORE)
    if path == "/":
        # The library of charts comes after the numbers.
        await expect(page.locator(".recharts-surface").first).to_be_visible()
    assert [answer.url for answer in answers if not answer.url.startswith(desk.address)] == []
    scripts = [answer for answer in answers if answer.url.endswith(".js")]
    first = [len(gzip.compress(await answer.body(), 9)) for answer in scripts if answer.url in before]
    assert 50 < sum(first) / 1000 <= SCRIPT_KILOBYTES_MAX
    for answer in scripts:
        if len(await answer.body()) > SMALL_BYTES:
            assert answer.headers.get("content-encoding") in ("br", "gzip", "zstd")
        assert "immutable" in answer.headers["cache-control"]
    policy = answers[0].headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


async def test_the_scheme_is_kept(town: Shop, open_desk: Opener) -> None:
    """The colours follow the system until somebody switches, and stay switched after that."""
    town.cafe()
    desk = await open_desk(scheme="dark")
    await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    await desk.button("Switch to light colours").click()
    await desk.page.reload()
    await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
