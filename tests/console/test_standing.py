"""How members stand: tiers, badges, audiences and consents, made, seen and changed by hand."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]


async def add_tier(desk: Desk) -> None:
    """Add a tier in two languages, and let it count otherwise."""
    await desk.page.locator("main").get_by_role("button", name="Add a tier").first.click()
    await desk.field("Name (English)").fill("Gold")
    await desk.field("Add a language").select_option(label="German")
    await desk.field("Name (German)").fill("Gold!")
    await desk.field("Points to earn").fill("20")
    await desk.field("Priority").fill("2")
    await desk.field("Which points count").select_option(label="Those of a year or a month")
    await desk.field("Period").select_option(label="A calendar month")
    await desk.button("Create").click()
    row = desk.page.get_by_role("row").filter(has_text="Gold")
    await expect(row).to_contain_text("points of a calendar month")
    await desk.page.get_by_role("button", name="Edit Gold").click()
    await desk.field("Which points count").select_option(label="All that were ever earned")
    await desk.button("Save").click()
    await expect(row).to_contain_text("all points ever earned")
    (tier,) = desk.shop.done("GET", "/v1/tiers/")
    assert (tier["accumulationPeriod"], tier["details"]["de"]) == (None, {"name": "Gold!"})


async def award(desk: Desk, name: str) -> None:
    """Add a badge, and give it to a member."""
    await desk.follow("/badges?edit=new")
    await desk.field("Name among administrators").fill("Early bird")
    await desk.field("Name (English)").fill("Early!")
    await desk.button("Create").click()
    await desk.page.get_by_role("button", name="Who has it Early bird").click()
    await desk.tell("Nobody has it yet.")
    await desk.button("Award").click()
    await desk.choose("Member", "Ada", "Ada Byron")
    await desk.button("Award").click()
    await expect(desk.page.get_by_role("dialog").get_by_role("link", name=name)).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await desk.be_in_front()


async def gather(desk: Desk, name: str) -> None:
    """Add an audience, which tells whom it means as it is written; refresh it, and delete it."""
    await desk.follow("/audiences?edit=new")
    await desk.field("Name").fill("Early and good")
    await desk.field("Description").fill("Who has the badge, and earns")
    await expect(desk.button("Create")).to_be_disabled()
    await desk.field("What is looked at").select_option(label="How often a badge was earned, by its name or id")
    await desk.field("Which").select_option(label="Early bird")
    await desk.field("How it is compared").select_option(label="is at least")
    await desk.field("Value").fill("1")
    await desk.tell("1 member now.")
    await desk.button("Add a row").click()
    second = desk.page.get_by_role("group", name="Row 2")
    await second.get_by_label("What is looked at").select_option(label="Points ever earned")
    await second.get_by_label("How it is compared").select_option(label="is more than")
    await second.get_by_label("Value").fill("1000")
    await desk.tell("0 members now.")
    await second.get_by_label("Value").fill("40")
    await desk.tell("1 member now.")
    await desk.field("Members join and leave").select_option(label="When somebody refreshes it")
    await desk.button("Create").click()
    await desk.page.get_by_role("link", name="Early and good").click()
    await desk.tell("Nobody is in it.")
    await desk.button("Refresh now").click()
    await expect(desk.page.get_by_role("link", name=name)).to_be_visible()
    await desk.page.get_by_role("button", name="Delete Early and good").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(desk.heading("Audiences")).to_be_visible()
    await desk.tell("There are no audiences yet.")
    await expect(desk.heading("Audiences")).to_be_focused()


async def test_a_tier_a_badge_an_audience_and_a_consent(town: Shop, open_desk: Opener) -> None:
    """Each is made, seen in its list, and changed or deleted."""
    ada = cafe(town)
    town.report(ada, 50)
    desk = await open_desk("/tiers")
    await add_tier(desk)
    await award(desk, "Ada Byron")
    await gather(desk, "Ada Byron")
    await desk.follow("/consent-types?edit=new")
    await desk.field("Name").fill("Newsletter")
    await desk.page.get_by_role("switch", name="Required").click()
    await desk.button("Create").click()
    await expect(desk.page.get_by_role("row").filter(has_text="Newsletter")).to_contain_text("yes")
