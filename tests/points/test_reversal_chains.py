"""What followed from an event is undone with it, by the same share and once; what stays is named, and all is told."""

from typing import Any

from punchcard.db.connection import Db
from punchcard.events.replay import replay
from tests.points.test_pending import order_shop, tell
from tests.points.test_reversal import buy, require_books, spend, stand, undo
from tests.shop import Shop, fixed
from tests.users.test_tiers import tier


def with_badge(shop: Shop) -> tuple[Any, Any]:
    """Let a purchase of 50 or more earn a badge, the badge 40 points and a second badge, and that one 7."""
    user = shop.cafe()
    first, second = (shop.done("POST", "/v1/badges/", {"internalName": name}) for name in ("First", "Second"))
    shop.reactor(name="A badge", constraint="payload.total >= 50", reactions=[{"type": "BADGE", "badge": first["id"]}])
    on = "payload.badgeId == '{}'"
    reactions = [{"type": "POINTS", "points": fixed(40)}, {"type": "BADGE", "badge": second["id"]}]
    shop.reactor(event_type="BADGE_EARNED", name="Forty", reactions=reactions, constraint=on.format(first["id"]))
    shop.reactor(fixed(7), "BADGE_EARNED", name="Seven", constraint=on.format(second["id"]))
    shop.done("POST", "/v1/counters/", {"name": "badges", "eventType": "BADGE_EARNED", "what": "COUNT"})
    return user, buy(shop, user, 50)


async def require_replayed(shop: Shop, db: Db) -> None:
    """Compare the books with themselves, and with what the events come to."""
    await require_books(shop, db)
    assert (await replay(db, shop.tenant.tenant_id)).differences == []


async def test_what_followed_is_undone_with_it(shop: Shop, db: Db) -> None:
    """By the same share, the last first, and once; a preview shows it; each has an EVENT_REVERSED of its own."""
    user, event = with_badge(shop)
    assert stand(shop, user)[0] == 97
    half = shop.done("POST", f"/v1/events/{event['id']}/reverse?dryRun=true", {"share": 0.5})
    assert [(one["eventType"], one["takenBack"]) for one in half["followUps"]] == [
        ("BADGE_EARNED", 3), ("BADGE_EARNED", 20),
    ]  # fmt: skip
    told = undo(shop, event, share=0.5)
    assert all("event" in one for one in told["followUps"])
    bare = [{name: value for name, value in one.items() if name != "event"} for one in told["followUps"]]
    assert {**told, "event": None, "followUps": bare} == {**half, "event": None}
    assert (told["takenBack"], told["balanceAfter"], stand(shop, user)[0]) == (25, 49, 49)

    followed = half["followUps"][0]["eventId"]
    assert undo(shop, {"id": followed})["takenBack"] == 4
    last = undo(shop, event)
    assert [(one["takenBack"], one["undone"][-1]) for one in last["followUps"]] == [(20, "counter badges")]
    assert (last["left"], stand(shop, user)) == ([], (0, 0, 0, 0, 0, 0))
    answer = shop.call("POST", f"/v1/events/{followed}/reverse", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "event_reversed")
    reversed_ = [
        one["payload"].get("followedFrom") for one in shop.done("GET", "/v1/events/?filter=type:EVENT_REVERSED")
    ]
    assert sorted(reversed_, key=str) == [event["id"]] * 3 + [None] * 3
    tenant_id = shop.tenant.tenant_id
    assert await db.fetchval("select sum(change) from earned_badges where tenant_id = $1", tenant_id) == 0
    assert await db.fetchval("select max(count) from counter_values where tenant_id = $1", tenant_id) == 0
    await require_replayed(shop, db)


async def test_what_followed_is_listed_where_that_is_asked_for(shop: Shop, db: Db) -> None:
    """followUps: list undoes the event alone, and names what reactors reacted to; refuse refuses all of it."""
    user, event = with_badge(shop)
    spend(shop, user, 60)
    answer = shop.call("POST", f"/v1/events/{event['id']}/reverse", {"policy": "refuse"})
    assert (answer.status_code, stand(shop, user)[0]) == (409, 37)
    told = undo(shop, event, policy="debt", followUps="list")
    assert [(one["what"], one["detail"].split(":")[0]) for one in told["left"]] == [
        ("event", "BADGE_EARNED followed from it, and reactors reacted to it"),
    ] * 2
    assert (told.get("followUps", []), stand(shop, user)[:3]) == ([], (0, 0, 13))
    await require_replayed(shop, db)


async def test_an_event_says_that_it_was_undone(shop: Shop) -> None:
    """It is shown and explained with the events that undid it, and how much; to its member without those."""
    user = shop.cafe()
    event = buy(shop, user, 10)
    assert "reversals" not in shop.done("GET", f"/v1/events/{event['id']}")
    first, second = undo(shop, event, share=0.1), undo(shop, event)
    shown = shop.done("GET", f"/v1/events/{event['id']}")
    assert [(one["eventId"], one["share"], one["shareInAll"], one["takenBack"]) for one in shown["reversals"]] == [
        (first["event"]["id"], 0.1, 0.1, 1), (second["event"]["id"], 0.9, 1, 9),
    ]  # fmt: skip
    told = shop.done("GET", f"/v1/events/{event['id']}/explain")
    assert (told["reversals"], told["text"][-1].endswith("which makes 1 in all, was undone on "
        f"{shown['reversals'][1]['reversedAt'][:10]} by the event {second['event']['id']}: 9 points were taken back."
    )) == (shown["reversals"], True), told["text"]  # fmt: skip
    mine = shop.done("GET", f"/v1/events/{event['id']}/explain", bearer=shop.user_token(user))
    assert mine["text"] == ["You got 10 points.", "This was undone.", "10 points were taken back."]


async def test_what_a_tier_brought_goes_with_the_tier(shop: Shop, db: Db) -> None:
    """Whoever loses the tier as the event is undone loses what it brought, though that would keep it; others do not."""
    user, other = shop.cafe(), shop.user("bob")
    tier(shop, 100)
    shop.reactor(fixed(80), "TIER_REACHED", name="Welcome to Gold")
    for one in (user, other):
        buy(shop, one, 70)
    events = [buy(shop, one, 30) for one in (user, other)]
    buy(shop, other, 30)
    assert [stand(shop, one)[0] for one in (user, other)] == [180, 210]

    told = undo(shop, events[0])
    assert ([(one["eventType"], one["takenBack"], one["share"]) for one in told["followUps"]], told["left"]) == (
        [("TIER_REACHED", 80, 1)], [],
    )  # fmt: skip
    assert stand(shop, user)[0] == 70
    (lost,) = shop.done("GET", "/v1/events/?filter=type:TIER_LOST")
    assert (lost["subject"], lost["payload"]["why"]) == (user["id"], "POINTS")

    told = undo(shop, events[1])
    assert told.get("followUps", []) == []
    assert [one["detail"].split(":")[0] for one in told["left"]] == [
        "TIER_REACHED followed from it, and the member is in the tier still, or was until it ended",
    ]
    assert stand(shop, other)[0] == 180
    await require_replayed(shop, db)


async def test_points_that_a_reactor_releases_are_reported(shop: Shop, db: Db) -> None:
    """POINTS_ACTIVATED and POINTS_CANCELLED follow, with the lots and what they waited for; reactors react to them."""
    user = order_shop(shop)
    shop.reactor(fixed(3), "POINTS_ACTIVATED", name="Thanks", constraint="payload.points > 5")
    shop.reactor(fixed(-1), "POINTS_CANCELLED", name="A fee")
    for order, total in (("A1", 10), ("A2", 20), ("A3", 5)):
        tell(shop, user, "ORDERED", order, total)
    done, back, small = (
        tell(shop, user, name, order) for name, order in (("DELIVERED", "A1"), ("RETURNED", "A2"), ("DELIVERED", "A3"))
    )
    assert [tell(shop, user, "DELIVERED", order)["points"] for order in ("A2", "A9")] == [0, 0]
    listed = shop.done("GET", f"/v1/events/?order=ASC&filter=subject:{user['id']}")
    released = [one for one in listed if one["type"].startswith("POINTS_")]
    assert [(one["type"], one["points"], one["payload"]["points"], one["payload"]["awaits"]) for one in released] == [
        ("POINTS_ACTIVATED", 3, 10, "A1"), ("POINTS_CANCELLED", -1, 20, "A2"), ("POINTS_ACTIVATED", 0, 5, "A3"),
    ]  # fmt: skip
    assert [one["context"]["causedBy"]["eventId"] for one in released] == [done["id"], back["id"], small["id"]]
    assert [one["payload"]["lots"][0]["number"] for one in released] == [1, 2, 3]
    assert stand(shop, user)[:2] == (17, 0)
    told = undo(shop, done)
    assert [(one["eventType"], one["takenBack"]) for one in told["followUps"]] == [("POINTS_ACTIVATED", 3)]
    await require_replayed(shop, db)
