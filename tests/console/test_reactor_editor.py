"""The editor of a reactor: every kind of reaction, part, limit and bound that the API has, made and changed by hand."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from tests.console.cafe import MUG, cafe
from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
CONSTRAINT = {"properties": {"total": {"minimum": 2.50}}, "not": {"required": ["coupon"]}}


async def add_reaction(desk: Desk, number: int, kind: str) -> Any:
    """Add a reaction of a kind; return where it stands."""
    if number > 1:
        await desk.button("Add a reaction").click()
    reaction = desk.page.locator("fieldset").filter(has=desk.button(f"Remove Reaction {number}")).last
    await reaction.get_by_label("Type", exact=True).select_option(label=kind)
    return reaction


async def give_points(reaction: Any) -> None:
    """Say points of all four kinds of parts, with all that may be said of them."""
    await reaction.get_by_label("Kind of part 1", exact=True).select_option(label="Number")
    await reaction.get_by_label("Value of part 1", exact=True).fill("2.5")
    for part, (kind, text) in enumerate((("Field of the payload", "total"), ("Expression", "payload.total * 2")), 2):
        await reaction.get_by_role("button", name="Add a part").last.click()
        await reaction.get_by_label(f"Kind of part {part}", exact=True).select_option(label=kind)
        await reaction.get_by_label(f"Value of part {part}", exact=True).fill(text)
    await reaction.get_by_role("button", name="Add a part").last.click()
    await reaction.get_by_label("Value of part 4", exact=True).fill("3")
    await reaction.get_by_label("Kind of part 4", exact=True).select_option(label="Sum or product")
    await reaction.get_by_role("button", name="Add a part: Part 4").click()
    await reaction.get_by_label("Value of part 4.2", exact=True).fill("4")
    for name, text in {
        "At most": "500",
        "To multiples of": "5",
        "Usable after": "P1D",
        "Running out after": "P1Y",
    }.items():
        await reaction.get_by_label(name, exact=True).fill(text)
    await reaction.get_by_label("Rounded", exact=True).select_option(label="up")
    await reaction.get_by_label("Pending until released, by key", exact=True).fill("payload.orderId")


async def add_all_reactions(desk: Desk) -> None:
    """Add one reaction of each kind, and of points one of each deal."""
    await give_points(await add_reaction(desk, 1, "Points"))
    for number, (deal, key) in enumerate((("Makes pending points usable", "a"), ("Takes pending points back", "b")), 2):
        reaction = await add_reaction(desk, number, "Points")
        await reaction.get_by_label("What it does with points").select_option(label=deal)
        await reaction.get_by_label("Key of what waits").fill(f"payload.{key}")
    await (await add_reaction(desk, 4, "Cap on the balance")).get_by_label("Value of part 1").fill("1000")
    await (await add_reaction(desk, 5, "Badge")).get_by_label("Badge", exact=True).fill("regu")
    await desk.page.get_by_role("option", name="Regular").click()
    await (await add_reaction(desk, 6, "Voucher of a reward")).get_by_label("Reward", exact=True).fill("mug")
    await desk.page.get_by_role("option", name="A mug").click()
    attributes = await add_reaction(desk, 7, "Attributes")
    await attributes.get_by_role("button", name="Add an attribute").click()
    for number, (key, text) in enumerate((("size", "42.50"), ("drink", "oat, please")), 1):
        await attributes.get_by_label(f"Key of attribute {number}").fill(key)
        await attributes.get_by_label(f"Value of attribute {number}").fill(text)
    for number in (8, 9):
        hook = await add_reaction(desk, number, "Webhook")
        await hook.get_by_label("Address").fill(f"https://example.org/{number}")
        await hook.get_by_label("Headers").fill(f"X-Number: {number}")
        await hook.get_by_label("Where it does not fire though it is in play").check()
    await add_reaction(desk, 10, "Handler (a trace, nothing else)")


async def add_all_bounds(desk: Desk) -> None:
    """Add a limit of each kind, a schedule, a priority and a group."""
    await desk.field("Fires at most so many times, ever").fill("9")
    await desk.field("Counted").select_option(label="in the programme")
    for number in range(1, 4):
        await desk.button("Add a limit").click()
        await desk.field(f"Number of limit {number}").fill(str(number))
    await desk.field("Period of limit 1").select_option(label="within any …")
    await desk.field("Length of limit 1").fill("P7D")
    await desk.field("Kind of limit 2").select_option(label="Gives at most so many points")
    await desk.field("Number of limit 2").fill("200")
    await desk.field("Period of limit 2").select_option(label="a month")
    await desk.field("Whose limit 2 is").select_option(label="in the programme")
    await desk.field("Kind of limit 3").select_option(label="Rests once it has fired for")
    await desk.field("Length of limit 3").fill("PT2H")
    await desk.field("Effective from").fill("2030-01-01 00:00")
    await desk.field("Effective until").fill("2030-02-01 00:00")
    await desk.field("Priority").fill("5")
    await desk.field("Group").fill("Welcome")
    await desk.field("Of the group fires").select_option(label="the best for the member")


async def test_all_that_a_reactor_may_say_is_made_by_hand(town: Shop, open_desk: Opener) -> None:
    """Each kind of reaction, part, limit and bound is sent as it was written; what is removed takes no other along."""
    cafe(town)
    badge = town.done(
        "POST", "/v1/badges/", {"internalName": "Regular", "details": [{"locale": "en", "name": "Regular"}]}
    )
    reward = town.done("POST", "/v1/rewards/", MUG)
    desk = await open_desk("/reactors/new?type=PURCHASED_COFFEE")
    await desk.field("Name").fill("Everything")
    await add_all_reactions(desk)
    await add_all_bounds(desk)
    await desk.button("Save as a draft").click()
    await expect(desk.heading("Everything")).to_be_visible()
    made = next(one for one in town.done("GET", "/v1/event_reactors/") if one["name"] == "Everything")
    first, *others = made["reactions"]
    assert first["points"] == {
        "operation": "SUM",
        "arguments": [
            {"type": "NUMBER", "value": "2.5"},
            {"type": "JSON_VALUE", "value": "total"},
            {"type": "EXPRESSION", "value": "payload.total * 2"},
            {"operation": "PRODUCT", "arguments": [{"type": "NUMBER", "value": "3"}, {"type": "NUMBER", "value": "4"}]},
        ],
        "max": 500, "roundingDirection": "UP", "roundingUnit": 5,
    }  # fmt: skip
    assert (first["usableAfter"], first["expiresAfter"], first["awaits"]) == ("P1D", "P1Y", "payload.orderId")
    assert [others[0]["activates"], others[1]["cancels"]] == ["payload.a", "payload.b"]
    assert others[2]["type"] == "POINTS_CAP"
    assert (others[3]["badge"], others[4]["reward"]) == (badge["id"], reward["id"])
    assert [(one["key"], one["value"]) for one in others[5]["attributes"]] == [("size", 42.5), ("drink", "oat, please")]
    assert [(one["url"], one["headers"], one["forFailure"]) for one in others[6:8]] == [
        ("https://example.org/8", {"X-Number": "8"}, True), ("https://example.org/9", {"X-Number": "9"}, True),
    ]  # fmt: skip
    assert others[8]["handler"] == "EXAMPLE"
    assert (made["maxActivations"], made["activationContext"], made["priority"]) == (9, "TENANT", 5)
    assert made["limits"] == [
        {"activations": 1, "per": "P7D"}, {"points": 200, "per": "MONTH", "context": "TENANT"}, {"coolDown": "PT2H"},
    ]  # fmt: skip
    assert made["group"] == {"name": "Welcome", "mode": "BEST"}
    # Midnight of Vienna.
    assert made["effectivity"] == {"start": "2029-12-31T23:00:00.000Z", "end": "2030-01-31T23:00:00.000Z"}
    await take_some_away(desk, made["id"])


async def take_some_away(desk: Desk, reactor_id: str) -> None:
    """Remove the first of two webhooks, and of two attributes: the second keeps its own text."""
    await desk.follow(f"/reactors/{reactor_id}/edit")
    await expect(desk.button("Save as a new version")).to_be_disabled()
    await desk.button("Remove Reaction 8").click()
    await expect(desk.field("Headers")).to_have_value("X-Number: 9")
    await desk.button("Remove Attribute 1").click()
    await expect(desk.field("Value of attribute 1")).to_have_value("oat, please")
    await desk.button("Move Reaction 8 up").click()
    await desk.field("Headers").fill("X-Number: 7\nx-number: 8")
    await desk.tell("The header x-number stands here twice")
    await desk.field("Headers").fill("X-Number: 7")
    await desk.button("Save as a new version").click()
    await expect(desk.heading("Everything")).to_be_visible()
    kept = desk.shop.done("GET", f"/v1/event_reactors/{reactor_id}")["reactions"]
    assert [one["type"] for one in kept[6:]] == ["WEBHOOK", "ATTRIBUTE", "HANDLER"]
    assert kept[6]["headers"] == {"X-Number": "7"}
    assert [one["key"] for one in kept[7]["attributes"]] == ["drink"]


async def test_a_schema_and_rows_stay_apart_and_nothing_is_lost(town: Shop, open_desk: Opener) -> None:
    """A JSON Schema is said to be turned into no other form; back from rows it is as it was, numbers to the letter."""
    cafe(town)
    reactor = town.reactor(name="By schema", constraint=CONSTRAINT)
    desk = await open_desk(f"/reactors/{reactor['id']}/edit")
    await desk.tell("A JSON Schema is not turned into another form.")
    await desk.field("Written as").select_option(label="Rows")
    await desk.field("Written as").select_option(label="JSON Schema")
    await expect(desk.page.get_by_role("textbox", name="JSON Schema", exact=True)).to_contain_text('"coupon"')
    await desk.tell("It can be used.")
    await expect(desk.button("Save as a new version")).to_be_disabled()
    await desk.field("Priority").fill("1")
    await desk.button("Save as a new version").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Save as a new version").click()
    await expect(desk.heading("By schema")).to_be_visible()
    saved = town.done("GET", f"/v1/event_reactors/{reactor['id']}")
    assert (saved["constraint"], saved["priority"]) == (CONSTRAINT, 1)
