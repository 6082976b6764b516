"""The first page, and the ways to everywhere: sums and charts with their tables, the palette, the keys."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.console import pictures
from tests.console.axe import violations
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]


async def test_the_programme_at_a_glance(town: Shop, open_desk: Opener) -> None:
    """Sums are of what occurred, or was reported; charts have their numbers as tables; both stand in the address."""
    user = town.cafe()
    town.report(user, 5_000, occurredAt=(datetime.now(UTC) - timedelta(days=20)).isoformat())
    for total in (1_200, 34):
        town.report(user, total)
    desk = await open_desk("/")
    for width, scheme in ((1280, "light"), (390, "dark")):
        await desk.page.set_viewport_size({"width": width, "height": 800})
        await desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await desk.follow("/")
        await expect(desk.heading("Overview")).to_be_visible()
        await desk.tell("6,234")
        await expect(desk.page.locator(".recharts-surface").first).to_be_visible()
        found = await violations(desk)
        await pictures.keep(desk.page, f"overview-{scheme}")
        await desk.page.get_by_text("7 days", exact=True).click()
        await expect(desk.page).to_have_url(f"{desk.address}/console/?period=7d")
        await desk.button("Show as table: Points by the day, as they occurred").click()
        await expect(desk.page.get_by_role("cell", name="1,234").first).to_be_attached()
        await desk.page.get_by_text("As they were reported", exact=True).click()
        await expect(desk.page).to_have_url(f"{desk.address}/console/?period=7d&time=reported")
        await desk.button("Show as chart: Points by the day, as they were reported").click()
        await desk.tell("6,234")
        found += await violations(desk)
        assert found == []
        assert await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    await desk.page.get_by_role("link", name="A reactor of a test").click()
    await expect(desk.heading("A reactor of a test")).to_be_visible()


async def test_everything_is_reached_by_keys(town: Shop, open_desk: Opener) -> None:
    """Ctrl+K finds pages, members and events; `g` and a letter go to a page, `/` to its search, `?` lists the keys."""
    user = town.cafe()
    event = town.report(user, 7).json()["data"]
    desk = await open_desk("/")
    page, found = desk.page, []
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("byron")
    found += await violations(desk)
    await page.get_by_role("combobox").fill("ada")
    members = page.get_by_role("option").filter(has_text="member")
    await expect(members.first).to_be_visible()
    # While the answer for another text is on its way, nobody of before is offered.
    await page.route("**/v1/users/?*", lambda _: None)
    await page.get_by_role("combobox").fill("nobody at all")
    await expect(members).to_have_count(0)
    await page.unroute_all()
    await page.get_by_role("combobox").fill("ada")
    await expect(members.first).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{desk.address}/console/users/{user['id']}")
    await desk.button("Go to anything").click()
    await page.get_by_role("combobox").fill(event["id"])
    await page.keyboard.press("Enter")
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await expect(page).to_have_url(f"{desk.address}/console/events/{event['id']}")
    for letter, heading in (("u", "Users"), ("i", "Integrity"), ("o", "Overview")):
        await page.keyboard.press("g")
        await page.keyboard.press(letter)
        await expect(desk.heading(heading)).to_be_visible()
    await page.keyboard.press("g")
    await page.keyboard.press("u")
    await expect(desk.heading("Users")).to_be_visible()
    await expect(page.get_by_role("searchbox")).to_be_visible()
    await page.keyboard.press("/")
    await expect(page.locator("#main input").first).to_be_focused()
    await page.keyboard.type("g?k")
    await expect(page.locator("#main input").first).to_have_value("g?k")
    await page.locator("h1").click()
    await page.keyboard.press("?")
    await desk.tell("goes to Event Stream")
    found += await violations(desk)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    assert found == []
