"""Points that wait for something: usable by what happens or by hand, taken back, and told as pending meanwhile."""

from typing import Any
from uuid import UUID

import pytest

from punchcard.db.connection import Db
from punchcard.points import integrity
from tests.points.books import let_pass, require_right
from tests.shop import Shop, fixed

TOTAL = {"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "total"}]}
NOBODY = UUID(int=0)


def order_shop(shop: Shop, **awarded: Any) -> Any:
    """Let an order give points that wait for its delivery, and its return take them back; return a member."""
    for name in ("ORDERED", "DELIVERED", "RETURNED"):
        shop.event_type(name, schema=None)
    given = {"type": "POINTS", "points": TOTAL, "awaits": "payload.orderId", **awarded}
    shop.reactor(event_type="ORDERED", name="For an order", reactions=[given])
    for name, what in (("DELIVERED", "activates"), ("RETURNED", "cancels")):
        shop.reactor(event_type=name, reactions=[{"type": "POINTS", what: "payload.orderId"}])
    return shop.user()


def tell(shop: Shop, user: Any, name: str, order: Any, total: int = 0) -> Any:
    """Report an order, its delivery or its return; return the event."""
    body = {"type": name, "subject": user["id"], "payload": {"orderId": order, "total": total}}
    return shop.done("POST", "/v1/events", body)


def wallet(shop: Shop, user: Any) -> Any:
    """Return a member's wallet."""
    return shop.done("GET", f"/v1/users/{user['id']}/wallet")


async def require_books(shop: Shop, db: Db) -> None:
    """Compare the books with themselves, by both checks."""
    await require_right(db, shop.tenant.tenant_id)
    assert (await integrity.check_slice(db, shop.tenant.tenant_id, NOBODY)).differences == []


async def test_points_become_usable_by_what_they_wait_for(shop: Shop, db: Db) -> None:
    """Each order's points by its own delivery, told in the verdict, the wallet and the explanation as what they are."""
    user = order_shop(shop)
    first = tell(shop, user, "ORDERED", "A1", 120)
    tell(shop, user, "ORDERED", 7, 30)

    assert (first["points"], wallet(shop, user)["balance"], wallet(shop, user)["pending"]) == (0, 0, 150)
    assert [(lot["points"], lot["awaits"]) for lot in wallet(shop, user)["pendingLots"]] == [(120, "A1"), (30, "7")]
    (verdict,) = shop.done("GET", f"/v1/events/{first['id']}/reactions")["verdicts"]
    assert verdict["reactions"] == [{"number": 0, "type": "POINTS", "points": 120, "side": "PENDING"}]
    assert verdict["reason"] == "It fired and gave 120 points that cannot be spent yet."

    done = tell(shop, user, "DELIVERED", "A1")
    assert (done["points"], tell(shop, user, "DELIVERED", "A2")["points"]) == (120, 0)
    (told,) = shop.done("GET", f"/v1/events/{done['id']}/explain")["reactors"]
    assert told["text"] == "It fired and made 120 pending points usable."
    assert (wallet(shop, user)["balance"], wallet(shop, user)["pending"]) == (120, 30)
    assert tell(shop, user, "DELIVERED", 7)["points"] == 30
    await require_books(shop, db)


async def test_points_are_taken_back_while_they_are_pending(shop: Shop, db: Db) -> None:
    """A return takes its order's points, which then count as never earned; after the delivery it finds none."""
    user = order_shop(shop)
    tell(shop, user, "ORDERED", "A1", 120)
    tell(shop, user, "ORDERED", "A2", 30)
    gone = tell(shop, user, "RETURNED", "A1")
    assert gone["points"] == 0
    (told,) = shop.done("GET", f"/v1/events/{gone['id']}/explain")["reactors"]
    assert told["text"] == "It fired and took 120 pending points back."
    member = shop.done("GET", f"/v1/events/{gone['id']}/explain", bearer=shop.user_token(user))["text"]
    assert member == ["120 points that you could have used later were taken back."]
    tell(shop, user, "DELIVERED", "A2")
    tell(shop, user, "RETURNED", "A2")
    shown = wallet(shop, user)
    assert (shown["balance"], shown["pending"], shown["earned"], shown["spent"]) == (30, 0, 30, 0)
    assert [entry.get("undoes", False) for entry in shown["entries"]] == [False, True, False, False]
    await require_books(shop, db)


async def test_whichever_comes_first(shop: Shop, db: Db) -> None:
    """With usableAfter they become usable by time if nothing happens before, and run out while they wait."""
    user = order_shop(shop, usableAfter="P14D", expiresAfter="P30D")
    tell(shop, user, "ORDERED", "A1", 120)
    tell(shop, user, "ORDERED", "A2", 30)
    tell(shop, user, "DELIVERED", "A2")
    assert wallet(shop, user)["balance"] == 30
    await let_pass(db, shop.tenant.tenant_id, 15)
    assert tell(shop, user, "RETURNED", "A1")["points"] == 0
    assert (wallet(shop, user)["balance"], wallet(shop, user)["pending"]) == (150, 0)
    await let_pass(db, shop.tenant.tenant_id, 16)
    tell(shop, user, "DELIVERED", "A3")
    assert (wallet(shop, user)["balance"], wallet(shop, user)["expired"]) == (0, 150)
    await require_books(shop, db)


async def test_in_one_batch_and_one_reactor(shop: Shop, db: Db) -> None:
    """What was given a moment ago in the same transaction is found; a reaction does not find its own reactor's."""
    user = order_shop(shop)
    both = [{"type": "POINTS", "points": fixed(5), "awaits": "payload.orderId"}]
    both += [{"type": "POINTS", "activates": "payload.orderId"}] * 2
    shop.reactor(event_type="ORDERED", name="Both at once", reactions=both, priority=-1)
    events = [
        {"type": name, "subject": user["id"], "payload": {"orderId": "A1", "total": 10}}
        for name in ("ORDERED", "DELIVERED")
    ]
    answers = shop.call("POST", "/v1/events/batch", {"events": events}).json()["data"]
    assert [one["event"]["points"] for one in answers] == [10, 5], answers
    await require_books(shop, db)


def test_a_name_that_is_none_is_told(shop: Shop) -> None:
    """Where the payload names nothing, nothing is given, and the verdict says why."""
    user = order_shop(shop)
    event = shop.done("POST", "/v1/events", {"type": "ORDERED", "subject": user["id"], "payload": {"total": 3}})
    (verdict,) = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
    assert (verdict["code"], "orderId" in verdict["reason"]) == ("NOT_DERIVABLE", True)
    event = tell(shop, user, "ORDERED", {"a": 1}, 3)
    (verdict,) = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
    assert "has to be a text" in verdict["reason"]


async def test_by_hand(shop: Shop, db: Db) -> None:
    """An administrator names what they wait for, or their entries; each is reported, and nothing pending is refused."""
    user, other = order_shop(shop), shop.user("bob")
    for order, total in (("A1", 10), ("A2", 20), ("A3", 30)):
        tell(shop, user, "ORDERED", order, total)
    event = shop.done(
        "POST", "/v1/commands/activate_points", {"actorId": user["id"], "awaits": "A1", "comment": "Post"}
    )
    assert (event["type"], event["points"], event["payload"]["reason"]) == ("POINTS_ACTIVATED", 10, "Post")
    event = shop.done("POST", "/v1/commands/cancel_points", {"actorId": user["id"], "entries": [3]})
    assert (event["type"], event["points"], event["payload"]["points"]) == ("POINTS_CANCELLED", 0, 30)
    for body in ({"awaits": "A1"}, {"entries": [1, 3, 77]}):
        answer = shop.call("POST", "/v1/commands/cancel_points", {"actorId": user["id"], **body})
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_pending")
    answer = shop.call("POST", "/v1/commands/activate_points", {"actorId": other["id"], "awaits": "A2"})
    assert answer.json()["code"] == "nothing_pending"
    assert shop.call("POST", "/v1/commands/activate_points", {"actorId": user["id"]}).status_code == 422
    assert (wallet(shop, user)["balance"], wallet(shop, user)["pending"]) == (10, 20)
    await require_books(shop, db)


@pytest.mark.parametrize(
    "reaction",
    [
        {},
        {"points": fixed(1), "activates": "payload.a"},
        {"activates": "payload.a", "cancels": "payload.a"},
        {"cancels": "payload.a", "usableAfter": "P1D"},
        {"points": fixed(1), "awaits": "payload."},
    ],
)
def test_a_reaction_says_one_thing(shop: Shop, reaction: Any) -> None:
    """What contradicts itself, or does not compile, is refused when it is saved."""
    shop.event_type()
    body = {"name": "A reactor", "eventType": "PURCHASED_COFFEE", "reactions": [{"type": "POINTS", **reaction}]}
    assert shop.call("POST", "/v1/event_reactors/", body).status_code == 422


def test_a_preview_says_what_a_report_does(shop: Shop) -> None:
    """Pending, activated and taken back points are previewed as they are reported."""
    user = order_shop(shop)
    for name, order in (("ORDERED", "A1"), ("DELIVERED", "A1"), ("ORDERED", "A2"), ("RETURNED", "A2")):
        body = {"type": name, "subject": user["id"], "payload": {"orderId": order, "total": 9}}
        shown = shop.done("POST", "/v1/events/test_reaction", body)
        event = shop.done("POST", "/v1/events", body)
        verdicts = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
        assert (shown["points"], shown["verdicts"]) == (event["points"], verdicts)
