"""Tiers and audiences as rules and enhancers see them: as they were before the event, and kept with it."""

from typing import Any

from tests.shop import Shop, fixed
from tests.users.test_audiences import audience, rule
from tests.users.test_tiers import tier, told


def report(shop: Shop, user: Any, total: int) -> Any:
    """Report a purchase of coffee."""
    return shop.report(user, total).json()["data"]


def test_rules_see_the_tier_as_it_was_before_the_event(shop: Shop) -> None:
    """By name, id and priority; the event that brings a member into a tier does not count as one in it."""
    user = shop.cafe()
    silver, gold = tier(shop, 50, "Silver", 1), tier(shop, 100, "Gold", 2)
    shop.reactor(fixed(7), name="For silver", constraint="user.tier == 'Silver'")
    shop.reactor(fixed(1_000), name="For gold", constraint=f"user.tierPriority >= 2 && user.tierId == '{gold['id']}'")
    shop.reactor(fixed(3), name="For nobodies", constraint="user.tier == null && user.tierPriority < 0")

    events = [report(shop, user, total) for total in (50, 40, 10)]

    assert [event["points"] for event in events] == [53, 47, 1_010]
    kept = [event.get("context", {}).get("facts", {}).get("user") for event in events]
    assert kept == [
        {"tier": None, "tierId": None, "tierPriority": -1},
        {"tier": "Silver", "tierId": silver["id"], "tierPriority": 1},
        {"tier": "Gold", "tierId": gold["id"], "tierPriority": 2},
    ]


def test_a_batch_sees_what_its_events_have_brought(shop: Shop) -> None:
    """The second event of a batch is one of a member in the tier that the first brought."""
    user = shop.cafe()
    tier(shop, 50, "Silver", 1)
    shop.reactor(fixed(7), name="For silver", constraint="user.tier == 'Silver'")
    body = [
        {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 50, "items": [number]}}
        for number in range(2)
    ]
    assert shop.call("POST", "/v1/events/batch", body).status_code == 200
    assert shop.balance(user) == 107
    assert len(told(shop, "TIER_REACHED")) == 1


def test_rules_see_audiences(shop: Shop) -> None:
    """By name and by id, from the event after the one that brought the member in."""
    user = shop.cafe()
    rich = audience(shop, rule("points.balance", "greater_or_equal", 50), frequency="REACTIVE", name="The rich")
    shop.reactor(fixed(5), name="By name", constraint="'The rich' in user.audiences")
    shop.reactor(fixed(2), name="By id", constraint=f"'{rich['id']}' in user.audienceIds")
    assert [report(shop, user, 50)["points"], report(shop, user, 1)["points"]] == [50, 8]
    shop.done("DELETE", f"/v1/audiences/{rich['id']}")
    assert report(shop, user, 2)["points"] == 2


def test_enhancers_tell_of_them(shop: Shop) -> None:
    """What AUDIENCE_ENHANCER and TIER add is kept with the event, and rules by JSON Schema see it."""
    user = shop.cafe()
    gold = tier(shop, 50, "Gold", 2)
    rich = audience(shop, rule("points.balance", "greater_or_equal", 50), frequency="REACTIVE", name="The rich")
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"enhancers": ["TIER", "AUDIENCE_ENHANCER"]})
    schema = {"properties": {"tier": {"required": ["name"], "properties": {"name": {"const": "Gold"}}}}}
    shop.reactor(fixed(9), name="For gold", constraint=schema)

    first, second = report(shop, user, 50), report(shop, user, 1)

    assert first["enhanced"] == {"AUDIENCE_ENHANCER": {"audiences": []}, "TIER": {"tier": None}}
    assert second["enhanced"] == {
        "AUDIENCE_ENHANCER": {"audiences": [{"id": rich["id"], "name": "The rich"}]},
        "TIER": {"tier": {"id": gold["id"], "name": "Gold", "priority": 2}},
    }
    assert second["points"] == 10


def test_an_event_that_is_undone_takes_its_points_out_of_the_tier(shop: Shop) -> None:
    """Whoever has fewer points than it takes is out of it at once, and told why."""
    user = shop.cafe()
    tier(shop, 50, "Gold")
    event = report(shop, user, 50)
    shop.done("POST", f"/v1/events/{event['id']}/reverse", {"comment": "The coffee was cold"})
    assert [one["why"] for one in told(shop, "TIER_LOST")] == ["POINTS"]
