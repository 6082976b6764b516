"""The walk: an administrator reports an event by hand, and sees what came of it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

from playwright.async_api import expect

from tests.console.cafe import MUG, cafe
from tests.console.desk import Desk
from tests.console.pictures import keep
from tests.shop import Shop

MINUS = "\N{MINUS SIGN}"
Opener = Callable[..., Awaitable[Desk]]


def events(shop: Shop, *, event_type: str = "PURCHASED_COFFEE") -> list[Any]:
    """Return the events of a type, the newest first."""
    return list(shop.done("GET", f"/v1/events/?type={event_type}"))


async def test_the_walk(town: Shop, open_desk: Opener) -> None:
    """From the sign-in link to the recorded event: form, preview, curl, report, and why there are points."""
    ada = cafe(town)
    desk = await open_desk()
    await keep(desk.page, "event-stream-empty")
    assert "token" not in desk.page.url
    await desk.button("Report Event").click()
    await desk.field("Event type").fill("register")
    intrinsic = desk.page.get_by_role("option", name="REGISTERED_ACCOUNT")
    await expect(intrinsic).to_contain_text("call POST /v1/users/ instead")
    await expect(intrinsic).to_have_attribute("aria-disabled", "true")
    await desk.choose("Event type", "coffee", "PURCHASED_COFFEE")
    await desk.choose("User", "ada@example", "Ada Byron")
    await desk.field("total").fill("12.50")
    await desk.button("Add to items").click()
    await desk.field("product").fill("tea")
    await desk.button("Preview").click()
    await desk.tell("It fired and changed the balance by 12 points.")
    await desk.tell("12.50 is less than the minimum of 20")
    assert events(town) == []
    await keep(desk.page, "report-event")
    await desk.page.get_by_text("The same with curl").click()
    payload = '"payload":{"total":12.50,"items":[{"product":"tea"}]}'
    body = f'{{"type":"PURCHASED_COFFEE","subject":"{ada["id"]}",{payload}}}'
    await expect(desk.page.get_by_role("region", name="curl")).to_contain_text(body)
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    (event,) = events(town)
    assert desk.page.url == f"{desk.address}/console/events/{event['id']}"
    assert payload in town.call("GET", f"/v1/events/{event['id']}").text
    await expect(desk.page.get_by_text("Net +12 points")).to_be_visible()
    await expect(desk.page.get_by_role("listitem").filter(has_text="15 more")).to_contain_text("Did not fire")
    await expect(desk.page.get_by_role("row").filter(has_text="A point for each")).to_contain_text("12 points")
    await keep(desk.page, "event")
    assert town.balance(ada) == 12
    await desk.page.go_back()
    await expect(desk.heading("Event Stream")).to_be_visible()
    await expect(desk.field("Event type")).to_be_hidden()
    await desk.button("Report Event").click()
    await expect(desk.field("Event type")).to_be_visible()
    await desk.page.go_back()
    await expect(desk.field("Event type")).to_be_hidden()


async def test_ledger_entries_of_an_event(town: Shop, open_desk: Opener) -> None:
    """An event's page has every entry that it made, however many have followed, and says so when there are none."""
    ada = cafe(town)
    event = town.report(ada, 21).json()["data"]
    purchase = {"type": "PURCHASED_COFFEE", "subject": ada["id"]}
    later = [purchase | {"payload": {"total": total}} for total in range(300, 700)]
    assert town.call("POST", "/v1/events/batch", later).status_code == 200
    desk = await open_desk(f"/events/{event['id']}")
    rows = desk.page.get_by_role("row").filter(has=desk.page.get_by_role("link"))
    await expect(rows).to_have_text([re.compile(r"1A point for.*\+2121 points"), re.compile(r"215 more\+1536 points")])
    nothing = town.report(ada, 0).json()["data"]
    await desk.follow(f"/events/{nothing['id']}")
    await desk.tell("It has not changed the balance.")


async def write_in_both(desk: Desk) -> None:
    """See that what is typed in the form stands in the JSON and the other way round; nothing else is sent."""
    await desk.field("total").fill("3.10")
    await desk.page.get_by_role("tab", name="JSON").click()
    await expect(desk.payload()).to_have_value('{\n  "total": 3.10\n}')
    await desk.payload().fill('{"total": 4.00, "more": {"x": 9007199254740993}}')
    await desk.page.get_by_role("tab", name="Form").click()
    await expect(desk.field("total")).to_have_value("4.00")
    await desk.field("shop").fill("Old Town")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    sent = desk.shop.call("GET", "/v1/events/?type=PURCHASED_COFFEE").text
    assert '"payload":{"total":4.00,"more":{"x":9007199254740993},"shop":"Old Town"}' in sent


async def write_what_cannot_be_read(desk: Desk) -> None:
    """See that a fault in the JSON is told with its place; the text stays, and nothing can be reported."""
    await desk.write('{"total": 4,}')
    await desk.tell("Line 1, column 13")
    await expect(desk.button("Report")).to_be_disabled()
    await desk.page.get_by_role("tab", name="Form").click()
    await desk.tell("The JSON cannot be read.")
    await desk.page.get_by_role("tab", name="JSON").click()
    await expect(desk.payload()).to_have_value('{"total": 4,}')


async def copy_curl(desk: Desk) -> None:
    """See that what the drawer shows as curl is the call: run in a shell, it reports the same event."""
    payload = """{"total": 11, "shop": "Rosie's $HOME \\"quoted\\" `id`\\n!x\\\\", "n": [0.10, 1152921504606846976]}"""
    await desk.payload().fill(payload)
    await desk.page.get_by_text("The same with curl").click()
    region = desk.page.get_by_role("region", name="curl")
    await expect(region).to_contain_text("1152921504606846976")
    command = await region.inner_text()
    # The words as a shell reads them, without curl: what it would send, and where.
    script = f"curl() {{ for word; do printf '%s\\0' \"$word\"; done; }}; PUNCHCARD_TOKEN={desk.shop.token}; {command}"
    process = await asyncio.create_subprocess_exec("sh", "-c", script, stdout=asyncio.subprocess.PIPE)
    words = (await process.communicate())[0].decode().split("\0")
    assert words[words.index("-X") + 1 : words.index("-X") + 3] == ["POST", f"{desk.address}/v1/events"]
    headers = dict(word.split(": ", 1) for before, word in pairwise(words) if before == "-H")
    body = words[words.index("-d") + 1]
    assert desk.shop.http.post("/v1/events", content=body, headers=headers).status_code == 200
    assert json.loads(body)["payload"]["shop"] == 'Rosie\'s $HOME "quoted" `id`\n!x\\'
    assert '"n":[0.10,1152921504606846976]' in body


async def say_when(desk: Desk) -> None:
    """See that a chosen time is the programme's own, wherever the browser is; none is now."""
    await desk.payload().fill('{"total": 5}')
    first = desk.shop.done("GET", "/v1/users/")[0]["createdAt"][:8] + "01 00:30"
    await desk.field("Occurred at").fill(first)
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await desk.tell(f"{first}:00")
    (event,) = [event for event in events(desk.shop) if event["payload"]["total"] == 5]
    assert event["occurredAt"][10:] in ("T23:30:00.000Z", "T22:30:00.000Z")


async def test_what_is_written_is_what_is_sent(town: Shop, open_desk: Opener) -> None:
    """Form and JSON are one state; what cannot be read is not sent; curl is the same; a time is the programme's."""
    cafe(town)
    desk = await open_desk()
    await desk.begin()
    await write_in_both(desk)
    await desk.button("Report again with changes").click()
    for step in (write_what_cannot_be_read, copy_curl, say_when):
        await step(desk)


async def test_a_duplicate_shows_the_original(town: Shop, open_desk: Opener) -> None:
    """The same event again is refused with a link to the first one and the seconds left, which count down."""
    cafe(town)
    # Longer than any machine takes to report twice.
    town.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"settings": {"duplicateWindowSeconds": 600}})
    desk = await open_desk()
    await desk.begin()
    await desk.field("total").fill("7")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    original = desk.page.url
    await desk.button("Report again with changes").click()
    await expect(desk.field("total")).to_have_value("7")
    await desk.button("Preview").click()
    await desk.tell("It would be refused as a duplicate")
    await desk.button("Report").click()
    await desk.tell("This event is already there")
    left = desk.page.get_by_text(re.compile(r"^\d+ s$"))
    before = await left.inner_text()
    await expect(left).not_to_have_text(before)
    assert 0 < int((await left.inner_text()).split()[0]) < int(before.split()[0])
    await desk.field("total").fill("8")
    await desk.button("Report").click()
    await expect(desk.page.get_by_text("Net +8 points")).to_be_visible()
    await desk.page.goto(original)
    await expect(desk.page.get_by_text("Net +7 points")).to_be_visible()
    assert len(events(town)) == 2


async def test_a_text_that_names_one_is_a_choice(town: Shop, open_desk: Opener) -> None:
    """Typing a type's whole name, or a user's address, account number or id, chooses it; nobody else in haste."""
    ada = cafe(town)
    desk = await open_desk()
    for name in ("ada@example.org", ada["accountNumber"], ada["id"], "ada"):
        await desk.follow("/events?report=new")
        await desk.field("Event type").fill("PURCHASED_COFFEE")
        await desk.field("User").fill(name)
        await desk.field("total").click()
        await expect(desk.field("User")).to_have_value("Ada Byron")
        await desk.button("Start over").click()
    await desk.field("User").fill("nobody at all")
    await desk.field("Occurred at").click()
    await desk.tell("Choose one of the list.")
    await desk.button("Start over").click()
    # While the search for a name is on its way, users who do not match it cannot be chosen.
    town.user("bob", profile={"givenName": "Bob", "familyName": "Marsh", "emailAddress": "bob@example.org"})
    await desk.go("/events?report=new")
    await desk.field("User").click()
    await expect(desk.page.get_by_role("option")).to_have_count(2)
    await desk.page.route("**/v1/users/?*search=*", lambda _: None)
    await desk.field("User").fill("bob")
    await expect(desk.page.get_by_role("option")).to_have_count(1)
    await desk.page.keyboard.press("ArrowDown")
    await desk.page.keyboard.press("Enter")
    await expect(desk.field("User")).to_have_value("Bob Marsh")


async def test_users(town: Shop, open_desk: Opener) -> None:
    """A user is registered, found, given points by hand, and buys a reward; the wallet says why, line by line."""
    cafe(town)
    town.done("POST", "/v1/rewards/", MUG)
    desk = await open_desk("/users")
    await desk.button("Register a user").click()
    await desk.button("Register").click()
    await expect(desk.page.get_by_text("Field required.").first).to_be_visible()
    for label, text in {"Given name": "Grace", "Family name": "Hopper", "E-mail address": "grace@example.org"}.items():
        await desk.field(label).fill(text)
    await desk.button("Register").click()
    await expect(desk.heading("Grace Hopper")).to_be_visible()
    await desk.tell("No points have moved yet.")
    await desk.button("Report Event").click()
    await expect(desk.field("User")).to_have_value("Grace Hopper")
    await desk.choose("Event type", "coffee", "PURCHASED_COFFEE")
    await desk.field("total").fill("9")
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await desk.follow("/users?search=hop")
    await desk.page.get_by_role("link", name="Grace Hopper").click()
    await desk.tell("9 points")
    await desk.button("Purchase a reward").click()
    await desk.choose("Reward", "mug", "A mug 5 points")
    await desk.button("Purchase").click()
    await expect(desk.heading("PURCHASED_REWARD")).to_be_visible()
    await desk.tell(f"Net {MINUS}5 points")
    await expect(desk.page.get_by_role("row").filter(has_text="spent")).to_contain_text("4 points")
    await expect(desk.button("Report again with changes")).to_be_hidden()
    await desk.page.go_back()
    await expect(desk.page.get_by_text("4 points", exact=True)).to_be_visible()
    await expect(desk.page.get_by_role("row").filter(has_text="spent")).to_contain_text(f"{MINUS}5")
    await keep(desk.page, "user")
    await desk.button("Purchase a reward").click()
    await desk.choose("Reward", "mug", "A mug 5 points")
    await desk.button("Purchase").click()
    await desk.tell("The reward costs 5 points, and the balance is 4.")


async def test_types_and_reactors_can_be_read(town: Shop, open_desk: Opener) -> None:
    """Lists and pages of event types and reactors say what is reported, by whom, and what follows from it."""
    cafe(town)
    desk = await open_desk()
    await desk.page.get_by_role("link", name="Event types", exact=True).click()
    await desk.page.get_by_role("link", name="PURCHASED_COFFEE").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    await expect(desk.page.get_by_role("region", name="Schema of the payload")).to_contain_text('"minimum": 0')
    await desk.page.get_by_role("link", name="15 more").click()
    await expect(desk.heading("15 more")).to_be_visible()
    await expect(desk.page.get_by_role("region", name="Constraint")).to_contain_text('"minimum": 20')
    await desk.page.get_by_role("link", name="Reactors", exact=True).click()
    await expect(desk.page.get_by_role("row").filter(has_text="15 more")).to_contain_text("15 points")
    for intrinsic in town.done("GET", "/v1/event_types/?isIntrinsic=true"):
        await desk.follow(f"/event-types/{intrinsic['name']}")
        await expect(desk.page.locator("dl")).to_contain_text(f"Call instead{intrinsic['command']}")
