"""Rules over more than the payload: what they see, what is kept of it, and that the reason can be told later."""

from typing import Any

import pytest

from tests.shop import Shop, fixed


def told(shop: Shop, event: Any) -> dict[str, tuple[str, str]]:
    """Return each reactor's code and reason on a recorded event."""
    verdicts = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
    return {verdict["reactorName"]: (verdict["code"], verdict["reason"]) for verdict in verdicts}


def test_members_attributes_decide_and_are_pinned(shop: Shop) -> None:
    """What the rule looked at is kept, so the reason stays true when the member changes."""
    shop.event_type()
    shop.reactor(fixed(7), name="vips", constraint='user.attributes.tier == "gold" && payload.total > 5')
    profile = {"givenName": "A", "familyName": "B", "emailAddress": "a@example.org"}
    gold = shop.user(profile=profile | {"attributes": {"tier": "gold", "secret": "x"}})
    plain = shop.user(profile=profile | {"attributes": {"tier": "silver"}})
    events = [shop.report(user, 6).json()["data"] for user in (gold, plain)]
    assert [event["points"] for event in events] == [7, 0]
    assert events[0]["context"] == {"facts": {"user": {"attributes": {"tier": "gold"}}}}
    shop.done("PATCH", f"/v1/users/{plain['id']}", {"profile": {"attributes": {"tier": "gold"}}})
    code, reason = told(shop, events[1])["vips"]
    assert code == "CONSTRAINT_FALSE"
    assert "silver" in reason


def test_a_missing_fact_is_a_reason(shop: Shop) -> None:
    """A member without the attribute gets no points, and support can say why."""
    shop.event_type()
    shop.reactor(fixed(7), name="vips", constraint='user.attributes.tier == "gold"')
    event = shop.report(shop.user(), 6).json()["data"]
    assert event["points"] == 0
    assert "missing" in told(shop, event)["vips"][1]


@pytest.mark.parametrize(
    ("constraint", "points"),
    [
        ("event.weekday == 'SUNDAY' && event.hour == 9", 5),
        ("event.weekday == 'SATURDAY'", 0),
        ('event.type == "PURCHASED_COFFEE" && event.channel == "admin"', 5),
        ("wallet.balance == 0 && wallet.pending == 0", 5),
        ("user.accountAgeDays == 0", 5),
        ({"all": [{"fact": "event.hour", "operator": "<", "value": 12}]}, 5),
    ],
    ids=["sunday-at-nine", "saturday", "type-and-channel", "wallet", "age", "rows"],
)
def test_event_and_wallet(shop: Shop, constraint: Any, points: int) -> None:
    """The hour and the day are those of the tenant's zone; the wallet is as before the event."""
    shop.event_type()
    shop.reactor(fixed(5), constraint=constraint)
    shop.reactor(fixed(1), name="another")
    event = shop.report(shop.user(), 6, occurredAt="2026-03-01T09:59:00Z", bearer=shop.token).json()["data"]
    assert event["points"] == points + 1


def test_points_by_an_expression(shop: Shop) -> None:
    """A sum over items, and more for those who have more; rounding and max are the derivation's."""
    shop.event_type(schema=None)
    price = {"type": "EXPRESSION", "value": "payload.items.map(item, item.price * item.quantity).sum()"}
    factor = {"type": "EXPRESSION", "value": "wallet.balance >= 10 ? 2 : 1"}
    shop.reactor({"operation": "PRODUCT", "arguments": [price, factor], "max": 30})
    user = shop.user()
    items = [{"price": 3.75, "quantity": 2}, {"price": 2.8, "quantity": 1}]
    points = [
        shop.report(user, receipt, payload={"items": items, "receipt": receipt}).json()["data"]["points"]
        for receipt in range(4)
    ]
    assert points == [10, 20, 20, 20]
    assert shop.report(user, 1, payload={"receipt": 9}).json()["data"]["points"] == 0


def test_preview_sees_the_same(shop: Shop) -> None:
    """What the preview says is what happens then."""
    shop.event_type()
    shop.reactor(fixed(5), name="rich", constraint="wallet.balance > 3 && user.accountAgeDays < 1")
    shop.reactor(fixed(4), name="all")
    user = shop.user()
    for total in (1, 2):
        body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}}
        preview = shop.done("POST", "/v1/events/test_reaction", body)
        event = shop.report(user, total).json()["data"]
        reasons = {verdict["reactorName"]: (verdict["code"], verdict["reason"]) for verdict in preview["verdicts"]}
        assert (preview["points"], reasons) == (event["points"], told(shop, event))
    assert event["points"] == 9


@pytest.mark.parametrize("constraint", ["user.profile.emailAddress == 'x'", "counters.x == 1", "user.shoeSize == 42"])
def test_what_is_not_gathered_is_refused(shop: Shop, constraint: str) -> None:
    """A fact that nobody gathers, a name or an address among them, would silently never hold: the rule is refused."""
    shop.event_type()
    body = {"name": "a rule", "eventType": "PURCHASED_COFFEE", "constraint": constraint}
    assert shop.call("POST", "/v1/event_reactors/", body).status_code == 422
