"""Members who bring others: campaigns, what can be reached in them, codes, and referrals that wait."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.console.axe import violations
from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]


async def add_campaign(desk: Desk) -> list[str]:
    """Add a campaign: what the server says of a link stands at its field."""
    await desk.tell("There are no campaigns yet.")
    found = await violations(desk)
    await desk.page.locator("main").get_by_role("button", name="Add a campaign").first.click()
    await desk.field("Name").fill("Friends")
    await desk.field("Registrations by one code in an hour").fill("1")
    await desk.field("Title").fill("Tea with me")
    await desk.field("Description").fill("For both of us")
    await desk.field("Where it leads").fill("shop.example")
    await desk.button("Create").click()
    await expect(desk.page.get_by_role("alert")).to_be_visible()
    await expect(desk.field("Where it leads")).to_have_attribute("aria-invalid", "true")
    found += await violations(desk)
    await desk.field("Where it leads").fill("https://shop.example/join")
    await desk.field("Tags").fill("tea, friends")
    await desk.button("Create").click()
    await desk.tell("It was created.")
    return found


async def add_tranche(desk: Desk) -> list[str]:
    """Add a tranche that gives both sides points, then nothing to whoever invited."""
    await desk.page.get_by_role("link", name="Friends").click()
    await desk.tell("Without a tranche nothing follows")
    await desk.button("Add a tranche").click()
    dialog = desk.page.get_by_role("dialog")
    await desk.field("Name").fill("First cup")
    await desk.field("An event of this type about the member who was invited").select_option(label="PURCHASED_COFFEE")
    await desk.field("How often one member can reach it").fill("1")
    found = await violations(desk)
    await dialog.get_by_role("button", name="Create").click()
    row = desk.page.get_by_role("row").filter(has_text="First cup")
    await expect(row).to_contain_text("1 to the member, 1 to whoever invited")
    await expect(row).to_contain_text("once")
    await desk.button("Edit First cup").click()
    referrer = dialog.get_by_role("group", name="What whoever has invited gets")
    await referrer.get_by_role("button", name="Remove reaction 1").click()
    await dialog.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("1 to the member, 0 to whoever invited")
    return found


async def change_code(desk: Desk) -> None:
    """Give a member's code another text."""
    await desk.page.reload()
    row = desk.page.get_by_role("row").filter(has_text="Ada Byron")
    await expect(row).to_be_visible()
    await row.get_by_role("button", name="Edit").click()
    await desk.page.get_by_role("dialog").get_by_label("Code", exact=True).fill("TEA-WITH-ADA")
    await desk.button("Save").click()
    await expect(row).to_contain_text("TEA-WITH-ADA")


async def test_a_campaign_from_its_link_to_a_decision(town: Shop, open_desk: Opener) -> None:
    """A campaign and its tranche are made and changed; a code gets another text; what came too fast is let count."""
    ada = cafe(town)
    desk = await open_desk("/campaigns")
    found = await add_campaign(desk)
    found += await add_tranche(desk)
    (campaign,) = town.done("GET", "/v1/campaigns/")
    assert campaign["linkConfig"]["tags"] == ["tea", "friends"]
    (tranche,) = town.done("GET", f"/v1/campaigns/{campaign['id']}/tranches/")
    assert (tranche["maxActivations"], tranche["referrerReactions"]) == (1, [])
    town.done("POST", f"/v1/users/{ada['id']}/referral_code", {})
    await change_code(desk)
    for name in ("one", "two"):
        town.user(name, referralInviteCode="tea-with-ada")
    found += await violations(desk)
    await desk.page.get_by_role("link", name="Referrals that wait for a decision").click()
    row = desk.page.get_by_role("row").filter(has_text="the code brought many in an hour")
    await expect(row).to_contain_text("Ada Byron")
    await row.get_by_role("button", name="Let it count").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Let it count").click()
    await desk.tell("It counts from now on.")
    await desk.be_in_front()
    await desk.field("State").select_option(label="Counts")
    await expect(desk.page.get_by_role("row")).to_have_count(3)
    found += await violations(desk)
    await desk.be_narrow()
    for path in ("/referrals", f"/campaigns/{campaign['id']}", "/campaigns"):
        await desk.follow(path)
        await expect(desk.page.get_by_role("row").first).to_be_attached()
        assert await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0, path
    assert {one["status"] for one in town.done("GET", "/v1/referrals/")} == {"COUNTED"}
    assert found == []
