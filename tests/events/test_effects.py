"""What reactions do beside points: what is recorded, what is told, and that a preview says the same."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from punchcard.db.connection import Db
from tests.shop import ONE_PER_UNIT, Shop, fixed

FOREVER = {"start": "2020-01-01"}
LARGE = {"properties": {"total": {"minimum": 50}}}


def badge(shop: Shop, name: str = "Early bird") -> Any:
    """Create a badge."""
    return shop.done("POST", "/v1/badges/", {"internalName": name})


def reward(shop: Shop, **fields: Any) -> Any:
    """Put a reward into the catalogue, which is not for sale."""
    body = {"type": "VOUCHER", "name": "A cup", "price": 30, "availability": FOREVER, "purchasable": False}
    return shop.done("POST", "/v1/rewards/", body | fields)


def reacting(shop: Shop, *reactions: Any, **fields: Any) -> Any:
    """Create a reactor with these reactions."""
    return shop.reactor(reactions=list(reactions), **fields)


def reported(shop: Shop, user: Any, total: Any = 10, **fields: Any) -> Any:
    """Report a purchase that must be recorded; return it with what came of it."""
    event = shop.report(user, total, **fields).json()["data"]
    return event | {"came": shop.done("GET", f"/v1/events/{event['id']}/reactions")}


def preview(shop: Shop, user: Any, total: Any = 10, **fields: Any) -> Any:
    """Preview a purchase."""
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}, **fields}
    return shop.done("POST", "/v1/events/test_reaction", body)


def types(shop: Shop, user: Any) -> list[str]:
    """Return the types of a user's events, the first one first."""
    return [one["type"] for one in shop.done("GET", f"/v1/events/?order=ASC&filter=subject:{user['id']}")]


@pytest.fixture
def user(shop: Shop) -> Any:
    """Return a member of a shop that has an event type, and no reactor yet."""
    shop.event_type()
    return shop.user()


def test_badge(shop: Shop, user: Any) -> None:
    """A BADGE reaction lets the member earn the badge, and BADGE_EARNED follows, which names its cause."""
    bird = badge(shop)
    reacting(shop, {"type": "BADGE", "badge": {"id": bird["id"]}}, {"type": "POINTS", "points": fixed(3)})

    event = reported(shop, user)

    (verdict,) = event["came"]["verdicts"]
    assert (verdict["fired"], event["points"]) == (True, 3)
    assert verdict["reactions"] == [
        {"number": 0, "type": "BADGE", "points": 0, "id": bird["id"]}, {"number": 1, "type": "POINTS", "points": 3},
    ]  # fmt: skip
    (followed,) = event["came"]["followUps"]
    earned = shop.done("GET", f"/v1/events/{followed['id']}")
    assert (earned["type"], earned["reporter"]) == ("BADGE_EARNED", "engine")
    assert earned["payload"] == {"badgeId": bird["id"], "badgeName": "Early bird"}
    assert earned["context"] == {"causedBy": {"eventId": event["id"], "type": "PURCHASED_COFFEE", "depth": 1}}
    told = shop.done("GET", f"/v1/events/{event['id']}/explain")["text"]
    assert any("It awarded the badge “Early bird”." in sentence for sentence in told)
    mine = shop.done("GET", f"/v1/events/{event['id']}/explain", bearer=shop.user_token(user))["text"]
    assert mine == ["You got 3 points.", "You earned a badge."]


def test_a_badge_that_is_not_active_keeps_the_reactor_from_firing(shop: Shop, user: Any) -> None:
    """A reactor fires as a whole or not at all: of an archived badge nothing is earned, and no points either."""
    bird = badge(shop)
    reacting(shop, {"type": "POINTS", "points": fixed(3)}, {"type": "BADGE", "badge": bird["id"]})
    shop.done("PATCH", f"/v1/badges/{bird['id']}", {"status": "ARCHIVED"})

    event = reported(shop, user)

    (verdict,) = event["came"]["verdicts"]
    assert (event["points"], verdict["code"]) == (0, "UNAVAILABLE")
    assert "“Early bird” could not be had then" in verdict["reason"]


def test_reward(shop: Shop, user: Any) -> None:
    """A REWARD reaction gives a voucher that costs nothing, out of stock, and VOUCHER_GIVEN names it."""
    cup = reward(shop, stockCapacity=1)
    reacting(shop, {"type": "REWARD", "reward": cup["id"]})

    first, second = reported(shop, user, 1), reported(shop, user, 2)

    (voucher,) = shop.done("GET", "/v1/vouchers/")
    assert (voucher["eventId"], voucher["origin"], voucher["price"]) == (first["id"], "GIVEN", 0)
    assert shop.done("GET", f"/v1/rewards/{cup['id']}")["stockConsumed"] == 1
    given = shop.done("GET", f"/v1/events/{first['came']['followUps'][0]['id']}")
    assert given["payload"] == {"rewardId": cup["id"], "rewardName": "A cup", "voucherId": voucher["id"]}
    (verdict,) = second["came"]["verdicts"]
    assert (verdict["fired"], verdict["code"]) == (False, "OUT_OF_STOCK")
    assert "“A cup” was out of stock" in verdict["reason"]
    assert second["came"].get("followUps", []) == []


def test_a_deleted_reward_is_not_given(shop: Shop, user: Any) -> None:
    """Of a reward that was taken out of the catalogue since, nothing is given."""
    cup = reward(shop)
    reacting(shop, {"type": "REWARD", "reward": cup["id"]})
    shop.done("DELETE", f"/v1/rewards/{cup['id']}")

    assert reported(shop, user)["came"]["verdicts"][0]["code"] == "UNAVAILABLE"
    assert shop.done("GET", "/v1/vouchers/") == []


def test_stock_within_a_batch(shop: Shop, user: Any) -> None:
    """Of two events of one batch, the first gets the last one."""
    cup = reward(shop, stockCapacity=1)
    reacting(shop, {"type": "REWARD", "reward": cup["id"]})
    events = [{"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}} for total in (1, 2)]

    answer = shop.done("POST", "/v1/events/batch", events)

    ids = [one["event"]["id"] for one in answer]
    codes = [shop.done("GET", f"/v1/events/{one}/reactions")["verdicts"][0]["code"] for one in ids]
    assert codes == ["FIRED", "OUT_OF_STOCK"]


def test_attributes_are_facts_of_the_next_event_of_the_batch(shop: Shop, user: Any) -> None:
    """What an ATTRIBUTE reaction sets, the rules over the next event see, in one batch as in two reports."""
    pair = {"key": "size", "value": "L", "isEnabled": True}
    reacting(shop, {"type": "ATTRIBUTE", "attributes": [pair]}, constraint="payload.total == 1")
    reacting(shop, {"type": "POINTS", "points": fixed(5)}, name="Large", constraint="user.attributes.size == 'L'")
    event = {"type": "PURCHASED_COFFEE", "subject": user["id"]}
    batch = [event | {"payload": {"total": total}} for total in (2, 1, 3)]
    shop.done("POST", "/v1/events/batch", batch)

    assert shop.balance(user) == 5
    assert reported(shop, user, 4)["points"] == 5


def test_badges_are_facts(shop: Shop, user: Any) -> None:
    """Whether the member has a badge is a fact, from the event after the one that it was earned by."""
    bird = badge(shop)
    reacting(shop, {"type": "BADGE", "badge": bird["id"]}, constraint=f"!('{bird['id']}' in user.badges)")
    reacting(shop, {"type": "POINTS", "points": fixed(5)}, name="Bird", constraint=f"'{bird['id']}' in user.badges")
    event = {"type": "PURCHASED_COFFEE", "subject": user["id"]}
    shop.done("POST", "/v1/events/batch", [event | {"payload": {"total": total}} for total in (1, 2)])
    assert shop.balance(user) == 5
    assert reported(shop, user, 3)["points"] == 5
    assert types(shop, user).count("BADGE_EARNED") == 1


async def test_webhook(shop: Shop, db: Db, user: Any) -> None:
    """A WEBHOOK reaction writes a call into the outbox, with the event as it is shown, and calls nobody yet."""
    reactor = reacting(
        shop, {"type": "WEBHOOK", "url": "https://example.org/points?a=1", "headers": {"Authorization": "Bearer x"}}
    )
    event = reported(shop, user)

    (row,) = await db.fetch("select * from outbox where tenant_id = $1", shop.tenant.tenant_id)
    assert (row["url"], json.loads(row["headers"])) == (
        "https://example.org/points?a=1", {"Authorization": "Bearer x"},
    )  # fmt: skip
    body = json.loads(row["body"])
    assert (row["event_id"], row["state"], row["reaction"]) == (UUID(event["id"]), "QUEUED", 0)
    shown = shop.done("GET", f"/v1/events/{event['id']}")
    assert body == {"type": "PURCHASED_COFFEE", "timestamp": shown["reportedAt"], "data": shown}
    (verdict,) = event["came"]["verdicts"]
    assert (verdict["reactorId"], verdict["reactions"][0]["type"]) == (reactor["id"], "WEBHOOK")
    assert "It has example.org called." in verdict["reason"]
    told = shop.done("GET", f"/v1/events/{event['id']}/webhooks")
    (call,) = told["calls"]
    by = {"id": reactor["id"], "version": 1, "name": reactor["name"]}
    assert call | {"reactor": by} == {
        "id": str(row["id"]), "host": "example.org", "headers": ["Authorization"], "state": "QUEUED",
        "createdAt": shown["reportedAt"], "reactor": call["reactor"], "reaction": 0,
    }  # fmt: skip
    assert not any(secret in json.dumps(told) for secret in ("Bearer", "a=1", "points?"))


async def test_webhooks_of_events_that_have_none(shop: Shop, open_shop: Callable[..., Any], user: Any) -> None:
    """An event without calls has an empty list; another tenant's event, and an unknown one, are not there."""
    event = reported(shop, user)
    assert shop.done("GET", f"/v1/events/{event['id']}/webhooks") == {"eventId": event["id"], "calls": []}
    other = await open_shop()
    assert other.call("GET", f"/v1/events/{event['id']}/webhooks").status_code == 404


def test_example(shop: Shop, user: Any) -> None:
    """The handler EXAMPLE does nothing, and leaves its trace."""
    reacting(shop, {"type": "HANDLER", "handler": "EXAMPLE"})
    (verdict,) = reported(shop, user)["came"]["verdicts"]
    assert (verdict["fired"], verdict["reactions"]) == (True, [{"number": 0, "type": "HANDLER", "points": 0}])
    assert verdict["reason"] == "It fired. It ran EXAMPLE."


@pytest.mark.parametrize(("totals", "balance"), [((30,), 30), ((30, 90), 100), ((300,), 100), ((100, 1), 100)])
def test_points_cap(shop: Shop, user: Any, totals: tuple[int, ...], balance: int) -> None:
    """POINTS_CAP takes what the balance has above it, after what the same reactor gives; below it nothing happens."""
    cap = {"type": "POINTS_CAP", "points": fixed(100)}
    reacting(shop, {"type": "POINTS", "points": ONE_PER_UNIT}, cap)
    for total in totals:
        reported(shop, user, total)
    assert shop.balance(user) == balance


def test_points_cap_below_zero_takes_all(shop: Shop, user: Any) -> None:
    """A cap below zero is one of zero: no balance is below it."""
    reacting(shop, {"type": "POINTS", "points": fixed(7)})
    reported(shop, user, 1)
    reacting(shop, {"type": "POINTS_CAP", "points": fixed(-5)}, name="Nothing")
    event = reported(shop, user, 2)
    assert (event["points"], shop.balance(user)) == (-7, 0)


@pytest.mark.parametrize("kind", ["POINTS", "POINTS_CAP"])
def test_what_cannot_be_derived_is_told_and_harms_nobody(shop: Shop, user: Any, kind: str) -> None:
    """T35, T37: an amount whose field is missing is a verdict; nothing of the reactor is done, the event is kept."""
    bird = badge(shop)
    missing = {"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "weight"}]}
    reacting(shop, {"type": "BADGE", "badge": bird["id"]}, {"type": kind, "points": missing})
    event = reported(shop, user)
    assert (event["points"], event["came"]["verdicts"][0]["code"]) == (0, "NOT_DERIVABLE")
    assert types(shop, user) == ["REGISTERED_ACCOUNT", "PURCHASED_COFFEE"]


def test_for_failure(shop: Shop, user: Any) -> None:
    """A reaction forFailure follows an event for which the reactor does not fire, and no other."""
    consolation = {"type": "POINTS", "points": fixed(1), "forFailure": True}
    reacting(shop, {"type": "POINTS", "points": fixed(10)}, consolation, constraint=LARGE)

    small, large = reported(shop, user, 10), reported(shop, user, 60)

    assert (small["points"], large["points"]) == (1, 10)
    (verdict,) = small["came"]["verdicts"]
    assert (verdict["fired"], verdict["code"]) == (False, "FAILED")
    assert verdict["reactions"] == [{"number": 1, "type": "POINTS", "points": 1}]
    assert verdict["reason"] == (
        "The constraint does not hold: /total: 10 is less than the minimum of 50. "
        "It did what it does then and changed the balance by 1 point."
    )
    assert small["came"]["entries"][0]["reaction"] == 1
    told = shop.done("GET", f"/v1/events/{small['id']}/explain")
    assert told["reactors"][0]["points"] == 1


def test_for_failure_where_a_reward_is_out_of_stock(shop: Shop, user: Any) -> None:
    """Points instead, where nothing is left of the reward."""
    cup = reward(shop, stockCapacity=0)
    reacting(shop, {"type": "REWARD", "reward": cup["id"]}, {"type": "POINTS", "points": fixed(4), "forFailure": True})
    assert reported(shop, user)["points"] == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"maxActivations": 1}, {"limits": [{"activations": 1}]}, {"limits": [{"points": 10}]},
        {"effectivity": {"start": "2020-01-01", "end": "2020-01-02"}},
    ],
)  # fmt: skip
def test_for_failure_ends_with_the_offer(shop: Shop, user: Any, fields: dict[str, Any]) -> None:
    """Who has used an offer up, or comes too late for it, gets nothing for failing it."""
    reacting(
        shop, {"type": "POINTS", "points": fixed(10)}, {"type": "POINTS", "points": fixed(1), "forFailure": True},
        constraint=LARGE, **fields,
    )  # fmt: skip
    reported(shop, user, 60)
    assert reported(shop, user, 1)["points"] == 0


def test_for_failure_counts_against_a_budget_of_points_alone(shop: Shop, user: Any) -> None:
    """Points given for failure use a budget of points up, and are no activations."""
    reacting(
        shop, {"type": "POINTS", "points": fixed(10)}, {"type": "POINTS", "points": fixed(3), "forFailure": True},
        constraint=LARGE, limits=[{"activations": 1}, {"points": 5}],
    )  # fmt: skip
    assert [reported(shop, user, total)["points"] for total in (1, 2, 3, 60)] == [3, 2, 0, 0]


def test_for_failure_in_a_group(shop: Shop, user: Any) -> None:
    """In a group of which one fired, the others did not fail."""
    group = {"name": "offers", "mode": "FIRST_MATCH"}
    failing = {"type": "POINTS", "points": fixed(1), "forFailure": True}
    reacting(shop, {"type": "POINTS", "points": fixed(10)}, failing, constraint=LARGE, group=group)
    reacting(shop, {"type": "POINTS", "points": fixed(5)}, name="Any", constraint="payload.total > 20", group=group)
    assert [reported(shop, user, total)["points"] for total in (60, 30, 10)] == [10, 5, 1]


REACTIONS: dict[str, Any] = {
    "POINTS": {"type": "POINTS", "points": ONE_PER_UNIT},
    "POINTS_CAP": {"type": "POINTS_CAP", "points": fixed(12)},
    "ATTRIBUTE": {"type": "ATTRIBUTE", "attributes": [{"key": "size", "value": [1, "L"], "isEnabled": True}]},
    "BADGE": {"type": "BADGE"},
    "REWARD": {"type": "REWARD"},
    "WEBHOOK": {"type": "WEBHOOK", "url": "https://example.org"},
    "HANDLER": {"type": "HANDLER", "handler": "EXAMPLE"},
}


@pytest.mark.parametrize("kind", REACTIONS)
def test_preview_equals_report(shop: Shop, user: Any, kind: str) -> None:
    """For every type of reaction a preview says what the report then does, twice, and writes nothing itself."""
    reaction = REACTIONS[kind] | ({"badge": badge(shop)["id"]} if kind == "BADGE" else {})
    reaction |= {"reward": reward(shop, stockCapacity=1)["id"]} if kind == "REWARD" else {}
    failing = {"type": "POINTS", "points": fixed(2), "forFailure": True}
    reacting(shop, {"type": "POINTS", "points": fixed(8)}, reaction, failing, constraint="payload.total != 3")
    shop.reactor(fixed(1), "BADGE_EARNED", name="On badges")
    shop.reactor(fixed(1), "VOUCHER_GIVEN", name="On vouchers")
    for total in (1, 2, 3):
        before = types(shop, user)
        said = preview(shop, user, total)
        assert types(shop, user) == before
        event = reported(shop, user, total)
        assert said["points"] == event["points"]
        assert said["balanceAfter"] == shop.balance(user)
        assert said["verdicts"] == event["came"]["verdicts"]
        followed = [(one["type"], one["points"]) for one in event["came"].get("followUps", [])]
        assert [(one["type"], one["points"]) for one in said.get("followUps", [])] == followed
