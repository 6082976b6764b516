"""A member's life at the console: registered, given points, a reward bought and taken back, and erased."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.console.cafe import MUG, cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
ROWS = "authIdentifier,givenName,familyName,emailAddress\nbob,Bob,Brown,bob@example.org\n,No,Body,no@example.org\n"


async def bring_in(desk: Desk) -> None:
    """Import a file of two rows, one of them refused, and register one member by hand."""
    await desk.follow("/users")
    await desk.button("Import a file").click()
    await desk.page.locator("input[type=file]").set_input_files(
        {"name": "users.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    )
    await desk.button("Import").click()
    await desk.tell("1 registered, 0 known already, 1 refused.")
    await expect(desk.page.get_by_role("dialog").get_by_role("row").nth(1)).to_contain_text("2")
    await desk.page.keyboard.press("Escape")
    await expect(desk.page.get_by_role("link", name="Bob Brown")).to_be_visible()
    await desk.button("Register a user").click()
    for label, text in {"Given name": "Grace", "Family name": "Hopper", "E-mail address": "grace@example.org"}.items():
        await desk.field(label).fill(text)
    await desk.page.get_by_role("combobox", name="Agrees to").click()
    await desk.page.get_by_role("option", name="Newsletter").click()
    await desk.page.keyboard.press("Escape")
    await desk.button("Register").click()
    await expect(desk.heading("Grace Hopper")).to_be_visible()


async def adjust(desk: Desk) -> None:
    """Give 40 points for a reason, and ask for more than one administrator may give alone."""
    await desk.button("Adjust points").click()
    await desk.field("Points").fill("40")
    await desk.field("Reason").fill("A spilled coffee")
    await desk.hold_back()
    await desk.button("Adjust").click()
    await desk.tell("The points were adjusted.")
    # Until the dialog is gone, its button gives no more.
    await desk.want_back()
    await expect(desk.button("Adjust")).to_be_disabled()
    await desk.let_back()
    await expect(desk.page.get_by_role("row").filter(has_text="A spilled coffee")).to_contain_text("+40")
    desk.shop.done("PATCH", "/v1/tenant/", {"adjustmentLimit": 50})
    await desk.button("Adjust points").click()
    await desk.field("Points").fill("60")
    await desk.field("Reason").fill("Much more")
    await desk.button("Adjust").click()
    await desk.tell("It waits for somebody else")
    await desk.page.get_by_role("link", name="What waits for approval").click()
    row = desk.page.get_by_role("row").filter(has_text="Much more")
    await row.get_by_role("button", name="Approve").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    await desk.tell("Somebody else has to approve this")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await row.get_by_role("button", name="Reject").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    await desk.tell("The adjustment was rejected.")
    await desk.tell("Nothing waits.")
    await desk.be_in_front()


async def look_round(desk: Desk, user_id: str) -> None:
    """Look at each tab of the member, and change what can be changed there."""
    await desk.follow(f"/users/{user_id}?tab=wallet")
    await desk.button("Show as table: Balance").click()
    await expect(desk.page.get_by_role("region", name="Balance").get_by_role("row").last).to_contain_text("40")
    await desk.page.get_by_role("tab", name="Standing").click()
    await desk.tell("There are no tiers.")
    await desk.page.get_by_role("tab", name="Profile").click()
    await desk.page.get_by_role("button", name="Revoke Newsletter").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await desk.tell("The consent was revoked.")
    await desk.button("Set an attribute").click()
    await desk.field("Name").fill("shoeSize")
    await desk.page.get_by_role("textbox", name="Value").fill("42.50")
    await desk.button("Create").click()
    await expect(desk.page.get_by_role("row").filter(has_text="shoeSize")).to_contain_text("42.5")
    await desk.button("Edit").click()
    await desk.field("City").fill("Basel")
    await desk.button("Save").click()
    await desk.tell("The profile was saved.")
    await desk.be_in_front()
    assert desk.shop.done("GET", f"/v1/users/{user_id}")["profile"]["city"] == "Basel"


async def buy_and_give_back(desk: Desk, user_id: str) -> None:
    """Buy a reward for the member, and refund its voucher."""
    await desk.button("Purchase a reward").click()
    await desk.choose("Reward", "mug", "A mug 5 points")
    await desk.button("Purchase").click()
    await expect(desk.heading("PURCHASED_REWARD")).to_be_visible()
    await desk.follow(f"/users/{user_id}?tab=vouchers")
    await desk.button("Refund").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Refund").click()
    await desk.tell("The voucher was refunded.")
    await expect(desk.page.get_by_role("row").filter(has_text="A mug")).to_contain_text("Refunded")


async def test_a_members_life(town: Shop, open_desk: Opener) -> None:
    """Imported, registered, adjusted with four eyes, changed, bought for, refunded, and erased by a typed number."""
    cafe(town)
    town.done("POST", "/v1/rewards/", MUG)
    town.done("POST", "/v1/consent_types/", {"name": "Newsletter", "required": False})
    desk = await open_desk()
    await bring_in(desk)
    user_id = desk.page.url.rpartition("/")[2]
    user = town.done("GET", f"/v1/users/{user_id}")
    await adjust(desk)
    await look_round(desk, user_id)
    await buy_and_give_back(desk, user_id)
    await desk.button("More").click()
    await desk.page.get_by_role("menuitem", name="Erase the person").click()
    erase = desk.page.get_by_role("dialog").get_by_role("button", name="Erase the person")
    await expect(erase).to_be_disabled()
    await desk.page.get_by_role("dialog").get_by_role("textbox").fill(user["accountNumber"])
    await erase.click()
    await desk.tell("The person was erased.")
    await expect(desk.heading(user["accountNumber"])).to_be_visible()
    assert town.done("GET", f"/v1/users/{user_id}")["profile"] == {}
    assert town.balance(user) == 40
