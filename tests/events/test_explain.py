"""Why an event gave what it gave, over the API: to support, and to the member."""

from typing import Any
from uuid import uuid4

from punchcard.db.connection import Db
from tests.shop import ONE_PER_UNIT, Shop, fixed

AT = "2026-03-02T12:00:00Z"


def explained(shop: Shop, event: Any, bearer: str | None = None) -> Any:
    """Ask why."""
    return shop.done("GET", f"/v1/events/{event['id']}/explain", bearer=bearer)


def furnish(shop: Shop) -> dict[str, Any]:
    """Set up reactors of which each has another reason on a purchase of 120; return them by name."""
    shop.event_type()
    group = {"name": "weekend", "mode": "FIRST_MATCH"}
    made = [
        shop.reactor(ONE_PER_UNIT, name="Budget", limits=[{"points": 500, "per": "DAY"}], priority=9),
        shop.reactor(fixed(10), name="Double", group=group, priority=8),
        shop.reactor(fixed(5), name="Single", group=group, priority=7),
        shop.reactor(fixed(1), name="Dear", constraint={"properties": {"total": {"minimum": 200}}}, priority=6),
        shop.reactor(fixed(1), name="Rule", constraint="payload.total > 1000", priority=5),
        shop.reactor(fixed(1), name="Once", maxActivations=1, priority=4),
        shop.reactor(fixed(1), name="Over", effectivity={"start": "2020-01-01", "end": "2021-01-01"}, priority=3),
        shop.reactor(fixed(-9_999), name="Price", priority=2),
        shop.reactor({"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "tip"}]}, name="Tip"),
    ]
    return {reactor["name"]: reactor for reactor in made}


def test_a_trace_has_every_part(shop: Shop) -> None:
    """With trace=true each constraint that was looked at says what its parts came to; members are not told."""
    furnish(shop)
    ada = shop.user("ada")
    event = shop.report(ada, 120, occurredAt=AT).json()["data"]
    path = f"/v1/events/{event['id']}/explain?trace=true"
    traces = {one["name"]: one.get("trace") for one in shop.done("GET", path)["reactors"]}
    assert {name for name, trace in traces.items() if trace} == {"Dear", "Rule"}
    assert traces["Rule"] == {
        "text": "payload.total > 1000", "value": False, "operands": [{"text": "payload.total", "value": 120}],
    }  # fmt: skip
    fault = {"text": "/total", "reason": "minimum", "detail": "120 is less than the minimum of 200."}
    assert traces["Dear"] == {"text": "the payload fits the JSON Schema", "value": False, "operands": [fault]}
    assert "reactors" not in shop.done("GET", path, bearer=shop.user_token(ada))
    assert all("trace" not in one for one in explained(shop, event)["reactors"])


def test_support_is_told_every_reason(shop: Shop) -> None:
    """Every reactor that was live, in a sentence with the actual values, what was cut off, and who fired instead."""
    made = furnish(shop)
    ada = shop.user("ada")
    shop.report(ada, 420, occurredAt=AT)
    event = shop.report(ada, 120, occurredAt=AT).json()["data"]

    told = explained(shop, event)

    reasons = {reactor["name"]: reactor for reactor in told["reactors"]}
    assert {name: (one["code"], one["points"]) for name, one in reasons.items()} == {
        "Budget": ("FIRED", 80), "Double": ("FIRED", 10), "Single": ("SUPPRESSED", 0), "Dear": ("CONSTRAINT_FALSE", 0),
        "Rule": ("CONSTRAINT_FALSE", 0), "Once": ("LIMIT_REACHED", 0), "Over": ("NOT_EFFECTIVE", 0),
        "Price": ("BALANCE_TOO_LOW", 0), "Tip": ("NOT_DERIVABLE", 0),
    }  # fmt: skip
    assert reasons["Budget"]["asked"] == 120
    assert reasons["Single"]["firedInstead"] == {"id": made["Double"]["id"], "version": 1, "name": "Double"}
    assert "“Double” (version 1) fired instead" in reasons["Single"]["text"]
    assert "120 is less than the minimum of 200" in reasons["Dear"]["text"]
    assert "120" in reasons["Rule"]["text"]
    assert "1 of at most 1 time" in reasons["Once"]["text"]
    assert "does not cover a change of -9999" in reasons["Price"]["text"]
    text = told["text"]
    assert text[0] == "The event changed the balance by 90 points. 2 of 9 reactors that were live fired."
    assert set(text[1:10]) == {f"“{name}” (version 1): {one['text']}" for name, one in reasons.items()}
    assert text[10:] == [
        "Entry 5 of the wallet: 80 points by “Budget” (version 1); the balance was then 512.",
        "Entry 6 of the wallet: 10 points by “Double” (version 1); the balance was then 522.",
    ]
    assert (told["eventId"], told["eventType"], told["occurredAt"], told["points"]) == (
        event["id"], "PURCHASED_COFFEE", "2026-03-02T12:00:00.000Z", 90,
    )  # fmt: skip


def test_the_member_is_told_what_concerns_the_member(shop: Shop) -> None:
    """Points and the own limits; neither a name of a reactor nor what one asks for."""
    made = furnish(shop)
    ada = shop.user("ada")
    shop.report(ada, 420, occurredAt=AT)
    event = shop.report(ada, 120, occurredAt=AT).json()["data"]
    told = explained(shop, event, shop.user_token(ada))
    assert told["text"] == [
        "You got 90 points.",
        "You earned 80 of 120: the limit of an offer.",
        "An offer can be had 1 time, and you have had it.",
        "Your balance of 522 points did not cover a change of -9999.",
    ]
    assert "reactors" not in told
    assert not any(name in str(told) for name in made)


def test_a_member_is_told_of_own_events_only(shop: Shop) -> None:
    """Another member's event is as unknown as none, and one's own is told though nothing came of it."""
    shop.event_type()
    ada, bob = shop.user("ada"), shop.user("bob")
    event = shop.report(ada, 1).json()["data"]
    token = shop.user_token(bob)
    foreign = shop.call("GET", f"/v1/events/{event['id']}/explain", bearer=token)
    unknown = shop.call("GET", f"/v1/events/{uuid4()}/explain", bearer=token)
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json()["detail"] == unknown.json()["detail"]
    assert explained(shop, event, shop.user_token(ada))["text"] == ["Nothing in this changes your points."]
    assert explained(shop, event)["text"] == ["The event did not change the balance. No reactor was live for it."]


def test_it_is_told_as_it_was(shop: Shop) -> None:
    """A reactor that was changed since is told by the version that judged."""
    shop.event_type()
    reactor = shop.reactor(name="Before", constraint={"properties": {"total": {"minimum": 50}}})
    event = shop.report(shop.user(), 3).json()["data"]
    before = explained(shop, event)
    shop.done("PATCH", f"/v1/event_reactors/{reactor['id']}", {"name": "After", "constraint": None})
    assert explained(shop, event) == before
    assert "“Before” (version 1)" in before["text"][1]


def test_what_a_command_did(shop: Shop) -> None:
    """The price of a reward is told though no reactor took it."""
    ada = shop.cafe()
    shop.report(ada, 10)
    event = shop.buy(ada, shop.reward(4, "A mug"))
    assert explained(shop, event)["text"] == [
        "The event changed the balance by -4 points. No reactor was live for it.",
        "Entry 2 of the wallet: -4 points, for a reward; the balance was then 6.",
    ]
    assert explained(shop, event, shop.user_token(ada))["text"] == ["4 points were taken from your balance."]


async def test_a_hundred_reactors_cost_less_than_a_kilobyte(shop: Shop, db: Db) -> None:
    """A hundred live reactors, none of which fires, leave less than 1 KB with the event, and all are told."""
    shop.event_type()
    for number in range(100):
        shop.reactor(name=f"Reactor {number}", constraint={"properties": {"total": {"minimum": 50 + number}}})
    event = shop.report(shop.user(), 3).json()["data"]
    stored = await db.fetchval("select octet_length(verdicts::text) from events where id = $1", event["id"])
    assert stored <= 1_000
    told = explained(shop, event)
    assert [one["code"] for one in told["reactors"]] == ["CONSTRAINT_FALSE"] * 100
    assert all("3 is less than the minimum of" in one["text"] for one in told["reactors"])
