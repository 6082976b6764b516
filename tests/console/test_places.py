"""Where vouchers are honoured and what they take off; codes of one reward; what somebody should look at."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from punchcard.access.roles import VIEWER
from punchcard.access.sessions import issue_link
from punchcard.db.connection import Db
from punchcard.events.alerts import CODE_POOL_LOW, VELOCITY, Found, raise_alerts
from tests.console.axe import violations
from tests.console.cafe import MUG, cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]


async def add_venue(desk: Desk) -> list[str]:
    """Add a venue with its opening times, and change how it is reached, which leaves those as they are."""
    await desk.tell("There are no venues yet.")
    found = await violations(desk)
    await desk.page.locator("main").get_by_role("button", name="Add a venue").first.click()
    fields = {
        "Name": "North", "Address": "High Street 7", "Latitude": "48.2100", "Longitude": "-16.37",
        "Opening times (JSON)": '{"mon": "9-17"}',
    }  # fmt: skip
    for name, text in fields.items():
        await desk.field(name).fill(text)
    found += await violations(desk)
    await desk.button("Create").click()
    await expect(desk.page.get_by_role("row").filter(has_text="High Street 7")).to_contain_text("now")
    await desk.button("Edit North").click()
    await desk.field("Telephone number").fill("+43 1 234")
    await desk.button("Save").click()
    await desk.tell("“North” was saved.")
    await desk.be_in_front()
    return found


async def add_discount(desk: Desk) -> list[str]:
    """Add a discount at one venue to a reward, and change its value."""
    await desk.tell("There is no discount.")
    await desk.button("Add a discount").click()
    dialog = desk.page.get_by_role("dialog")
    await expect(dialog).to_have_count(1)
    await desk.field("Value").fill("12.5")
    await desk.page.get_by_role("combobox", name="Where").click()
    await desk.page.get_by_role("option", name="North").click()
    await desk.page.keyboard.press("Tab")
    found = await violations(desk)
    await dialog.get_by_role("button", name="Create").click()
    row = desk.page.get_by_role("row").filter(has_text="12.5 % off")
    await expect(row).to_contain_text("North")
    await desk.button("Edit 12.5 % off").click()
    await desk.field("Value").fill("15")
    await desk.button("Save").click()
    await expect(desk.page.get_by_role("row").filter(has_text="15 % off")).to_be_visible()
    return found


async def add_codes(desk: Desk) -> list[str]:
    """Add codes to a reward, one of which it has already, and delete one."""
    await desk.button("Add codes").click()
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_label("Own codes").fill("MUG-1\nMUG-2\n")
    await dialog.get_by_role("button", name="Add codes").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("/codes/0")
    await dialog.get_by_label("Own codes").fill("\nMUG-2\n MUG-3\n")
    await dialog.get_by_role("button", name="Add codes").click()
    await desk.tell("2 codes were added.")
    await expect(desk.page.get_by_role("cell", name="MUG-3", exact=True)).to_be_visible()
    found = await violations(desk)
    await desk.button("Delete MUG-1").click()
    await dialog.get_by_role("button", name="Delete").click()
    await desk.be_in_front()
    await expect(desk.page.get_by_role("cell", name="MUG-1", exact=True)).to_have_count(0)
    return found


async def test_where_vouchers_are_honoured(town: Shop, open_desk: Opener) -> None:
    """A venue, a discount of a reward there, and the reward's own codes are made, changed and deleted by hand."""
    cafe(town)
    reward = town.done("POST", "/v1/rewards/", MUG | {"codeType": "POOL", "codes": ["MUG-1"]})
    desk = await open_desk("/venues")
    found = await add_venue(desk)
    (venue,) = town.done("GET", "/v1/venues/")
    assert (venue["coordinates"]["latitude"], venue["coordinates"]["longitude"]) == (48.21, -16.37)
    assert venue["attributes"] == {"telephoneNumber": "+43 1 234", "openingTimes": {"mon": "9-17"}}
    await desk.follow(f"/rewards/{reward['id']}")
    found += await add_discount(desk)
    (discount,) = town.done("GET", f"/v1/rewards/{reward['id']}/discounts")
    assert (discount["value"], [one["id"] for one in discount["venues"]]) == (15, [venue["id"]])
    found += await add_codes(desk)
    await desk.be_narrow()
    assert await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert found == []


async def test_what_somebody_should_look_at(town: Shop, db: Db, open_desk: Opener) -> None:
    """Alerts say what was found of whom; whoever may acknowledges one with a comment, others have no button."""
    ada = cafe(town)
    event = town.report(ada, 12).json()["data"]
    pool = town.done("POST", "/v1/code_pools/", {"name": "Supplier", "lowMark": 10})
    tenant_id = town.tenant.tenant_id
    fast = {"events": 1_200, "points": 36, "lastEventId": event["id"], "executors": ["<img src=x onerror=alert(1)>"]}
    alerts = [
        Found(tenant_id, VELOCITY, "Own card", fast, user_id=ada["id"], reporter="secret:1"),
        Found(tenant_id, CODE_POOL_LOW, "Supplier", {"codesAvailable": 3, "lowMark": 10}, code_pool_id=pool["id"]),
    ]
    async with db.transaction() as tx:
        await raise_alerts(tx, alerts)
    desk = await open_desk("/alerts")
    row = desk.page.get_by_role("row").filter(has_text="Own card")
    await expect(row).to_contain_text("1,200 events, 36 points, caused by <img src=x onerror=alert(1)>")
    await expect(row.get_by_role("link", name="Ada Byron")).to_be_visible()
    await desk.tell("3 codes are left, of 10 that should be")
    found = await violations(desk)
    await row.get_by_role("button", name="Acknowledge").click()
    await desk.field("What came of it").fill("It was the fair")
    found += await violations(desk)
    await desk.page.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    # What is behind a dialog is hidden, too.
    await desk.be_in_front()
    await expect(row).to_be_hidden()
    await desk.field("State").select_option(label="Looked at")
    await expect(row).to_contain_text("It was the fair")
    await expect(desk.page).to_have_url(f"{desk.address}/console/alerts?status=ACKNOWLEDGED")
    await desk.be_narrow()
    assert await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    token = await issue_link(db, tenant_id, 900, role=VIEWER)
    origin = {"Origin": desk.address}
    entered = await desk.context.request.post(f"{desk.address}/console/session", data={"token": token}, headers=origin)
    assert entered.ok
    await desk.go("/alerts")
    await desk.tell("3 codes are left")
    await expect(desk.page.get_by_role("button", name="Acknowledge")).to_have_count(0)
    assert found == []
