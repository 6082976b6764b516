"""What members buy: from an empty catalogue to a voucher that was used up at the till, all by hand."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.console.cafe import cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]


async def add_category(desk: Desk) -> None:
    """Add a category; what the server says of its name stands at the field."""
    await desk.tell("There are no categories yet.")
    await desk.page.locator("main").get_by_role("button", name="Add a category").first.click()
    await desk.field("Name").fill("C")
    await desk.button("Create").click()
    await expect(desk.field("Name")).to_have_accessible_description("String should have at least 2 characters.")
    await desk.field("Name").fill("Cups")
    await desk.button("Create").click()
    await desk.tell("It was created.")
    await expect(desk.page.get_by_role("row").filter(has_text="Cups")).to_be_visible()


async def fill_pool(desk: Desk) -> None:
    """Add a pool, and upload a file to it in which one code stands twice."""
    await desk.follow("/code-pools?edit=new")
    await desk.field("Name").fill("Supplier")
    await desk.field("Alert with fewer codes than").fill("20")
    await desk.button("Create").click()
    await desk.page.get_by_role("link", name="Supplier").click()
    await desk.tell("It is empty")
    codes = "code\n" + "".join(f"MUG-{number:03}\n" for number in range(1, 121)) + "mug 001\n\n"
    await desk.button("Upload codes").click()
    await desk.page.locator("input[type=file]").set_input_files(
        {"name": "codes.csv", "mimeType": "text/csv", "buffer": codes.encode()}
    )
    await desk.button("Upload").click()
    await desk.tell("120 codes were added, 1 were not.")
    await expect(desk.page.get_by_role("dialog").get_by_role("row").nth(1)).to_contain_text("mug 001")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    await expect(desk.page.get_by_text("MUG-001")).to_be_visible()
    await desk.be_in_front()


async def sell(desk: Desk) -> None:
    """Add a reward for who has earned 10 points, and change its price."""
    await desk.follow("/rewards?edit=new")
    await desk.field("Name").first.fill("A mug")
    await desk.page.keyboard.press("Escape")
    await desk.button("Add a reward").first.click()
    await desk.tell("You had begun this before.")
    await expect(desk.field("Name").first).to_have_value("A mug")
    await desk.choose("Category", "cup", "Cups")
    await desk.field("Price in points").fill("30")
    await desk.field("Stock").fill("3")
    await desk.field("Where codes come from").select_option(label="Taken from a pool")
    await desk.choose("Pool", "supp", "Supplier")
    await desk.field("Number").fill("2")
    await desk.button("Restrict it").click()
    await desk.field("What is looked at").select_option(label="Points ever earned")
    await desk.field("How it is compared").select_option(label="is at least")
    await desk.field("Value").fill("10")
    await desk.tell("1 member now.")
    await desk.button("Create").click()
    await desk.tell("It was created.")
    await desk.page.get_by_role("link", name="A mug").click()
    await desk.tell("2 in all, ever")
    await desk.page.get_by_role("button", name="Edit A mug").click()
    await expect(desk.button("Save")).to_be_disabled()
    await desk.field("Price in points").fill("20")
    await desk.button("Save").click()
    await desk.tell("“A mug” was saved.")
    await desk.be_in_front()


async def look_at_another_too_soon(desk: Desk) -> None:
    """Write another code while the answer for one is on its way: it says nothing of the other."""
    held = await desk.hold_one("**/v1/commands/validate_voucher")
    await desk.button("Look at it").click()
    late = await held
    await desk.field("Code").fill("mug002")
    async with desk.page.expect_response(lambda answer: answer.request == late.request):
        await late.continue_()
    await expect(desk.button("Look at it")).to_be_enabled()
    await expect(desk.page.get_by_text("The voucher is good.")).to_have_count(0)


async def test_a_reward_from_its_category_to_the_till(town: Shop, open_desk: Opener) -> None:
    """A category, a pool filled from a file whose doubles are told, a reward of both, a purchase, and the till."""
    ada = cafe(town)
    town.report(ada, 50)
    desk = await open_desk("/reward-categories")
    await add_category(desk)
    await fill_pool(desk)
    await sell(desk)
    (reward,) = town.done("GET", "/v1/rewards/")
    assert (reward["price"], reward["limitPerUser"]) == (20, {"count": 2, "per": "EVER"})
    await desk.follow(f"/users/{ada['id']}")
    await desk.button("Purchase a reward").click()
    await desk.choose("Reward", "mug", "A mug 20 points, 3 left")
    await desk.button("Purchase").click()
    await expect(desk.heading("PURCHASED_REWARD")).to_be_visible()
    await desk.page.get_by_role("link", name="Show the voucher, with its code").click()
    row = desk.page.get_by_role("row").nth(1)
    await expect(row).to_contain_text("Purchased")
    await row.get_by_role("button", name="Redeem").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Redeem").click()
    await expect(row).to_contain_text("MUG-001")
    await desk.button("At the till").click()
    await desk.field("Code").fill("mug001")
    await expect(desk.button("Use it up")).to_be_disabled()
    await look_at_another_too_soon(desk)
    await desk.field("Code").fill("mug001")
    await desk.button("Look at it").click()
    await desk.tell("The voucher is good.")
    await desk.button("Use it up").click()
    await desk.tell("The voucher was used up.")
    await desk.page.keyboard.press("Escape")
    await expect(row).to_contain_text("Used up")
    await desk.follow("/rewards?search=teapot")
    await desk.tell("None of them has this in its name.")
    await desk.field("Search rewards").fill("mug")
    await expect(desk.page).to_have_url(f"{desk.address}/console/rewards?search=mug")
    await expect(desk.page.get_by_role("link", name="A mug")).to_be_visible()
