"""How much there is of each: event types with their volume, reactors with their activations."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.console.axe import violations
from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]


async def test_volumes_and_activations(town: Shop, open_desk: Opener) -> None:
    """Lists say how often, pages say when: as a chart and as a table, for a period that stands in the address."""
    user = cafe(town)
    for total in (10, 21, 30):
        town.report(user, total)
    desk = await open_desk("/event-types")
    page, found = desk.page, []
    row = page.get_by_role("row").filter(has_text="PURCHASED_COFFEE")
    await expect(row.get_by_role("cell").last).to_have_text("3")
    found += await violations(desk)
    await page.get_by_role("link", name="PURCHASED_COFFEE").click()
    await desk.tell("3 events in 30 days.")
    await expect(page.locator(".recharts-surface").first).to_be_visible()
    await page.get_by_text("24 hours", exact=True).click()
    await expect(page).to_have_url(f"{desk.address}/console/event-types/PURCHASED_COFFEE?period=24h")
    await desk.button("Show as table: Events by the hour, as they occurred").click()
    await expect(page.get_by_role("cell", name="3", exact=True).first).to_be_attached()
    found += await violations(desk)
    await desk.follow("/reactors")
    await expect(page.get_by_role("row").filter(has_text="15 more").get_by_role("cell").last).to_have_text("2")
    found += await violations(desk)
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.get_by_role("link", name="15 more").click()
    await desk.tell("2 activations in 30 days.")
    await page.get_by_role("figure").scroll_into_view_if_needed()  # a chart is drawn where somebody looks
    await expect(page.locator(".recharts-surface").first).to_be_visible()
    found += await violations(desk)
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    await desk.button("Show as table: Activations by the day, as what they answer occurred").click()
    await expect(page.get_by_role("cell", name="Activations 2", exact=True).first).to_be_attached()
    assert found == []
