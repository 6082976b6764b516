"""Texts that want to be code: whatever the console shows, it shows as text."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from playwright.async_api import expect

from punchcard.db.embedded import Urls
from tests.console.cafe import MUG
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
EVIL = "<img src=x onerror=alert(1)>"
SCHEMA = {
    "type": "object",
    "properties": {
        EVIL: {"type": "string", "title": EVIL, "description": EVIL, "default": EVIL, "examples": [EVIL]},
        "enumerated": {"enum": [EVIL, "other"]},
        "constant": {"const": EVIL},
        "several": {"oneOf": [{"title": EVIL, "type": "string"}, {"title": "other", "type": "number"}]},
        "number": {"type": "integer"},
    },
}


async def evil_town(shop: Shop, urls: Urls) -> tuple[Any, Any, Any]:
    """Give everything that can have a text that one; return a reactor, a user and an event."""
    owner = await asyncpg.connect(urls.owner)
    try:
        await owner.execute("update tenants set name = $2 where id = $1", shop.tenant.tenant_id, EVIL)
    finally:
        await owner.close()
    definition = {"name": "EVIL", "description": EVIL, "isPrivate": True, "schema": SCHEMA}
    shop.done("POST", "/v1/event_types/", definition)
    constraint = {"description": EVIL, "properties": {EVIL: {"const": EVIL}}}
    reactor = shop.reactor(None, "EVIL", name=EVIL, description=EVIL, constraint=constraint)
    shop.reactor({"operation": "SUM", "arguments": [{"type": "NUMBER", "value": "7"}]}, "EVIL", name=f"{EVIL} too")
    profile = {"givenName": EVIL, "familyName": "x", "emailAddress": f"{EVIL.replace(' ', '')}@x", "city": EVIL}
    user = shop.user(EVIL, profile=profile, externalIdentifier=EVIL)
    body = {"type": "EVIL", "subject": user["id"], "executor": EVIL, "payload": {EVIL: f"{EVIL}!"}}
    return reactor, user, shop.done("POST", "/v1/events", body)


async def test_nothing_that_is_shown_is_run(town: Shop, urls: Urls, open_desk: Opener) -> None:
    """Markup in a schema, an address, an error and a preview is text; test_pages.py sees to what pages show."""
    _, _, event = await evil_town(town, urls)
    desk = await open_desk()

    async def look() -> None:
        assert await desk.page.locator("img[src=x]").count() == 0, desk.page.url

    await expect(desk.page.locator(".pc-tenant")).to_have_text(EVIL)
    await desk.go(f"/{EVIL}")
    await expect(desk.heading("There is no such page")).to_be_visible()
    await look()
    await desk.follow(f"/events?report={event['id']}")
    await expect(desk.field(EVIL)).to_have_value(f"{EVIL}!")
    await desk.field("enumerated").select_option(label=EVIL)
    await desk.field("Kind of several").select_option(label=EVIL)
    await desk.button("Preview").click()
    await desk.tell("What would happen")
    await desk.tell(f'"{EVIL}" was expected')
    await look()
    await desk.field("number").fill(EVIL)
    await desk.button("Report").click()
    await expect(desk.field("number")).to_have_accessible_description(f'"{EVIL}" is not of type "integer".')
    await desk.page.get_by_text("The same with curl").click()
    await look()


async def test_nothing_of_a_reward_is_run(town: Shop, urls: Urls, open_desk: Opener) -> None:
    """Markup in a reward's name and in a comment is text, in the choice and in the event that buying it is."""
    _, user, event = await evil_town(town, urls)
    assert event["points"] == 7
    town.done("POST", "/v1/rewards/", MUG | {"name": EVIL})
    desk = await open_desk(f"/users/{user['id']}")
    await desk.button("Purchase a reward").click()
    await desk.choose("Reward", EVIL, EVIL)
    await desk.field("Comment").fill(EVIL)
    await desk.button("Purchase").click()
    await expect(desk.heading("PURCHASED_REWARD")).to_be_visible()
    await expect(desk.page.get_by_role("region", name="Payload of the event")).to_contain_text(f'"comment": "{EVIL}"')
    assert await desk.page.locator("img[src=x]").count() == 0
