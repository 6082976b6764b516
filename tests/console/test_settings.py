"""The pages of the settings and the system: people, keys, issuers, the audit log, sessions, the books, jobs."""

import re
from collections.abc import Awaitable, Callable
from uuid import uuid4

from playwright.async_api import expect

from tests.console.axe import violations
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
XSS = "<img src=x onerror=alert(1)>"


async def test_an_owner_sees_to_people_keys_and_issuers(desk: Desk) -> None:
    """Somebody is added, changed with undo, and removed; a key is made and revoked; an issuer is refused, then taken.

    All of it stands in the audit log, member by member; what people are called is text and nothing else (T55).
    """
    found = [*await see_to_people(desk), *await see_to_keys(desk), *await see_to_issuers(desk)]
    await desk.follow("/settings/audit?kind=staff")
    await desk.button("Details of what patch_staff changed").first.click()
    await expect(desk.page.get_by_role("dialog").get_by_text("MANAGER")).to_be_visible()
    found += await violations(desk)
    await desk.page.keyboard.press("Escape")
    await desk.be_in_front()
    await desk.field("Kind of object").select_option("token_issuers")
    await expect(desk.page.get_by_text("create_issuer")).to_be_visible()
    await expect(desk.page).to_have_url(re.compile("kind=token_issuers"))
    assert found == []


async def see_to_people(desk: Desk) -> list[str]:
    """Add somebody, change and change back, and remove; return what breaks a rule of accessibility."""
    page, email, found = desk.page, f"{uuid4().hex[:8]}@cafe.example", []
    await desk.follow("/settings/staff")
    await desk.tell("Nobody signs in by a password yet.")
    await desk.button("Add somebody").first.click()
    await desk.field("E-mail").fill("nobody")
    await desk.button("Create").click()
    await expect(desk.field("E-mail")).to_have_attribute("aria-invalid", "true")
    await desk.field("E-mail").fill(email)
    await desk.field("Name").fill(XSS)
    found += await violations(desk)
    await desk.button("Create").click()
    await expect(page.get_by_role("region", name="The link for setting a password")).to_contain_text("#token=pcn_")
    await desk.button("Close").last.click()
    await desk.button(f"Edit {XSS}").click()
    await desk.field("Role").select_option("MANAGER")
    await desk.button("Save").click()
    await expect(page.get_by_role("cell", name="Manager")).to_be_visible()
    await desk.button("Undo").click()
    await desk.tell("Undone.")
    await expect(page.get_by_role("cell", name="Viewer")).to_be_visible()
    found += await violations(desk)
    await desk.button(f"Remove {XSS}").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await desk.tell("Nobody signs in by a password yet.")
    await desk.be_in_front()
    return found


async def see_to_keys(desk: Desk) -> list[str]:
    """Make a key, and revoke it; return what breaks a rule of accessibility."""
    page = desk.page
    await desk.follow("/settings/keys")
    await desk.button("Add a key").first.click()
    await desk.field("Name").fill("Till 3")
    await desk.button("Create").click()
    await expect(page.get_by_role("region", name="Client secret")).to_contain_text("pcc_")
    await desk.button("Close").last.click()
    found = await violations(desk)
    await desk.button("Revoke first").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await desk.tell("make another client an owner first")
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await desk.button("Rotate Till 3").click()
    await desk.field("The former secret stays good for").select_option(label="an hour")
    await desk.button("Make another secret").click()
    await expect(page.get_by_role("region", name="Client secret")).to_contain_text("pcc_")
    await desk.button("Close").last.click()
    await desk.tell("the former secret is good too, until")
    await desk.button("Revoke Till 3").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(page.get_by_role("cell", name="revoked")).to_be_visible()
    return found


async def see_to_issuers(desk: Desk) -> list[str]:
    """Add an issuer, refused at first; return what breaks a rule of accessibility."""
    page = desk.page
    await desk.follow("/settings/issuers")
    await desk.button("Add an issuer").first.click()
    await desk.field("Issuer").fill("https://login.cafe.example")
    await desk.field("Audience").fill("loyalty")
    await page.get_by_role("textbox", name="Key set").fill('{"keys": []}')
    await desk.button("Create").click()
    await desk.tell("A key set holds a list")
    found = await violations(desk)
    await desk.field("Algorithm").select_option("HS256")
    await desk.field("Shared secret").fill("s" * 32)
    await desk.button("Create").click()
    await expect(page.get_by_role("cell", name="HS256")).to_be_visible()
    await desk.button("Edit https://login.cafe.example").click()
    await expect(desk.button("Save")).to_be_disabled()
    await desk.field("Audience").fill("members")
    await desk.button("Save").click()
    await expect(page.get_by_role("cell", name="members")).to_be_visible()
    return found


async def test_a_programme_its_books_and_its_jobs(town: Shop, open_desk: Opener) -> None:
    """The zone is refused in the server's words and then changed; the books are checked; jobs show; sessions end."""
    town.report(town.cafe(), 7)
    desk = await open_desk("/settings", width=390, scheme="dark")
    page, found = desk.page, []
    await desk.field("Time zone").fill("Mars/Olympus")
    await desk.button("Save").click()
    await desk.tell("There is no such time zone")
    await desk.field("Time zone").fill("Europe/Zurich")
    await desk.field("Name").fill("The corner")
    await desk.button("Save").click()
    await desk.tell("Saved.")
    # In the frame, too, though there is no room for it on a phone.
    await expect(page.locator(".pc-tenant")).to_have_text("The corner")
    found += await violations(desk)
    await desk.follow("/integrity")
    await desk.button("Check now").click()
    await expect(page.get_by_role("alert").filter(has_text="The books agree")).to_be_visible()
    await desk.tell("What the accounts come to")
    found += await violations(desk)
    await desk.follow("/jobs")
    await desk.tell("check_integrity")
    await desk.field("State").select_option("DONE")
    await page.get_by_text("Result", exact=True).last.click()
    found += await violations(desk)
    await desk.follow("/settings/sessions")
    await desk.tell("this one")
    await desk.tell("You came by a link, and have no password here.")
    found += await violations(desk)
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    await desk.button("Sign out everywhere").click()
    await page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    await expect(desk.heading("You are signed out")).to_be_visible()
    assert (found, wide) == ([], 0)
