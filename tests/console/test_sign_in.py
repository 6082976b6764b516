"""People of the staff at the door: a link that sets a password, the password, and the organisation's own sign-in."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, expect

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import served, server_environment
from tests.console import pictures
from tests.console.axe import violations
from tests.console.conftest import PATIENCE_MS
from tests.console.desk import Desk
from tests.http.identity_provider import CLIENT, SECRET, IdentityProvider
from tests.shop import Shop

PASSWORD = "seven quiet coffee cups"
HELD = "update sign_in_attempts set next_at = last_at + interval '1 hour' where failures = 5"
Opener = Callable[..., Awaitable[Desk]]


async def stranger(browser: Browser, address: str, shop: Shop) -> Desk:
    """Open a browser that has not signed in."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    desk = Desk(context, await context.new_page(), address, shop)
    desk.watch()
    return desk


async def test_somebody_sets_a_password_and_comes_back(browser: Browser, server: str, town: Shop, db: Db) -> None:
    """A link leads to a page that sets a password and signs in; later the door takes it, and what is wrong is said.

    A viewer sees no button that would be refused; nothing of the door breaks a rule of accessibility.
    """
    town.cafe()
    email = f"ada.{uuid4().hex[:8]}@cafe.example"
    token = town.done("POST", "/v1/staff/", {"email": email, "role": "VIEWER"})["passwordToken"]
    desk = await stranger(browser, server, town)
    await desk.go("/set-password")
    await desk.tell("This address is not complete")
    await desk.go(f"/set-password#token={token}")
    await expect(desk.heading("Choose your password")).to_be_visible()
    await expect(desk.page).to_have_url(f"{server}/console/set-password")
    await desk.field("New password").fill("short")
    await desk.field("The same again").fill("shorter")
    await desk.tell("The two are not the same.")
    await desk.field("The same again").fill("short")
    await desk.button("Set the password and sign in").click()
    await desk.tell("12 to 200 characters")
    found = await violations(desk)
    for name in ("New password", "The same again"):
        await desk.field(name).fill(PASSWORD)
    await desk.button("Set the password and sign in").click()
    await expect(desk.button("Sign out")).to_be_visible()
    await desk.go("/events")
    await expect(desk.heading("Event Stream")).to_be_visible()
    await desk.button("Sign out").click()
    await expect(desk.heading("You are signed out")).to_be_visible()
    await desk.go("/users")
    await expect(desk.heading("Sign in to Punchcard")).to_be_visible()
    found += await violations(desk)
    await pictures.keep(desk.page, "sign-in")
    await desk.field("E-mail").fill(email)
    await desk.field("Password").fill("not this one at all")
    await desk.button("Sign in").click()
    await desk.tell("Nobody signs in with this e-mail address and this password.")
    await desk.field("Password").fill(PASSWORD)
    await desk.field("Password").press("Enter")
    await expect(desk.heading("Users")).to_be_visible()
    await leave_everywhere(browser, desk, email, db)
    assert found == []
    assert desk.complaints == []
    await desk.context.close()


async def leave_everywhere(browser: Browser, desk: Desk, email: str, db: Db) -> None:
    """End one's sessions in two browsers: the other's next call leads to the door, which slows guesses."""
    other = await stranger(browser, desk.address, desk.shop)
    await other.go("/settings/sessions")
    await other.field("E-mail").fill(email)
    await other.field("Password").fill(PASSWORD)
    await other.button("Sign in").click()
    await other.tell("this one")
    await expect(other.page.get_by_role("row")).to_have_count(3)
    await other.button("Sign out everywhere").click()
    await other.page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    await expect(other.heading("You are signed out")).to_be_visible()
    async with desk.page.expect_response(lambda answer: "/v1/" in answer.url) as refused:
        await desk.page.get_by_role("link", name="Reactors", exact=True).click()
    assert (await refused.value).status == 401
    await desk.tell("Your session has ended")
    for guess in range(6):
        await db.execute(HELD)
        async with desk.page.expect_response("**/console/session") as answer:
            await desk.field("E-mail").fill(email)
            await desk.field("Password").fill(f"a guess, number {guess}")
            await desk.button("Sign in").click()
        assert (await answer.value).status == (401 if guess < 5 else 429)
    await desk.tell("Too many attempts to sign in")
    await expect(desk.page.get_by_text(re.compile(r"^\d+ s\.?$"))).to_be_visible()
    await expect(desk.field("Password")).to_have_value("a guess, number 5")
    assert other.complaints == []
    await other.context.close()


async def test_somebody_signs_in_by_the_provider(browser: Browser, urls: Urls, db: Db) -> None:
    """The button leads to the provider, which leads back to the page that was asked for."""
    provider, tenant = IdentityProvider(), await create_tenant(db, "A shop")
    settings = {
        "PUNCHCARD_OIDC_ISSUER": provider.issuer, "PUNCHCARD_OIDC_CLIENT_ID": CLIENT,
        "PUNCHCARD_OIDC_CLIENT_SECRET": SECRET, "PUNCHCARD_OIDC_NAME": "Cafe login",
        "PUNCHCARD_OIDC_ROLES": "cafe.example=MANAGER", "PUNCHCARD_OIDC_TENANT": str(tenant.tenant_id),
    }  # fmt: skip
    with served(server_environment(urls, **settings)) as (address, _), Shop(address, tenant) as shop:
        desk = await stranger(browser, address, shop)

        async def agreed(route: Any) -> None:
            back = provider.agree(route.request.url)
            where = f"{address}/console/sign-in/oidc?code={back['code']}&state={back['state']}"
            await route.fulfill(status=302, headers={"Location": where})

        await desk.page.route(f"{provider.issuer}/authorize**", agreed)
        provider.claims = {"email": f"{uuid4().hex[:8]}@cafe.example"}
        await desk.go("/event-types")
        await desk.button("Continue with Cafe login").click()
        await expect(desk.heading("Event types")).to_be_visible()
        await expect(desk.page).to_have_url(f"{address}/console/event-types")
        await desk.go("/sign-in/oidc?code=x&state=y")
        await desk.tell("The sign-in could not be completed")
        assert desk.complaints == []
        await desk.context.close()
    provider.stop()
