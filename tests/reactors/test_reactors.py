"""Reactors: versions, limits, effectivity, and why they fired or not."""

from typing import Any
from uuid import UUID

import pytest

from tests.shop import ONE_PER_UNIT, Shop, fixed


def verdicts(shop: Shop, event: Any) -> list[Any]:
    """Return the verdicts on a reported event."""
    told = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
    assert isinstance(told, list)
    return told


def test_every_live_reactor_leaves_a_verdict(shop: Shop) -> None:
    """What fired, what did not, and the actual values that decided it."""
    user = shop.cafe()
    shop.reactor(fixed(25), name="big ones", constraint={"properties": {"total": {"minimum": 50}}})
    shop.reactor(fixed(-500), name="too dear")
    shop.reactor(fixed(1), name="next year", effectivity={"start": "2999-01-01"})

    event = shop.report(user, 12).json()["data"]

    told = {verdict["reactorName"]: (verdict["code"], verdict["reason"]) for verdict in verdicts(shop, event)}
    assert told["A reactor of a test"][0] == "FIRED"
    assert told["big ones"][0] == "CONSTRAINT_FALSE"
    assert "/total: 12 is less than the minimum of 50" in told["big ones"][1]
    assert told["too dear"][0] == "BALANCE_TOO_LOW"
    assert told["next year"][0] == "NOT_EFFECTIVE"
    assert event["points"] == shop.balance(user) == 12


def test_an_edit_is_a_new_version_and_keeps_the_count(shop: Shop) -> None:
    """The limit goes on where it was, and old events keep naming the version that judged them."""
    shop.event_type()
    reactor = shop.reactor(fixed(10), maxActivations=2)
    user = shop.user()
    first = shop.report(user, 1).json()["data"]
    edited = shop.done(
        "PATCH", f"/v1/event_reactors/{reactor['id']}", {"reactions": [{"type": "POINTS", "points": fixed(7)}]}
    )
    second = shop.report(user, 2).json()["data"]
    third = shop.report(user, 3).json()["data"]

    assert (edited["version"], edited["maxActivations"]) == (2, 2)
    assert [event["points"] for event in (first, second, third)] == [10, 7, 0]
    assert [verdicts(shop, event)[0]["reactorVersion"] for event in (first, second, third)] == [1, 2, 2]
    assert "2 of at most 2 times" in verdicts(shop, third)[0]["reason"]


@pytest.mark.parametrize(("context", "balances"), [("SUBJECT", (5, 5)), ("TENANT", (5, 0)), ("GLOBAL", (5, 0))])
def test_a_limit_counts_in_its_context(shop: Shop, context: str, balances: tuple[int, int]) -> None:
    """SUBJECT counts each user alone, TENANT and GLOBAL all users of the programme together."""
    shop.event_type()
    shop.reactor(fixed(5), maxActivations=1, activationContext=context)
    ada, ben = shop.user(), shop.user()
    for total, user in enumerate((ada, ada, ben, ben)):
        shop.report(user, total)

    assert (shop.balance(ada), shop.balance(ben)) == balances


def test_a_context_can_change_to_the_whole_tenant(shop: Shop) -> None:
    """A reactor that begins to count everybody has a count to lock, and keeps to its limit."""
    shop.event_type()
    reactor = shop.reactor(fixed(5), maxActivations=1)
    ada, ben = shop.user(), shop.user()
    shop.report(ada, 1)
    shop.done("PATCH", f"/v1/event_reactors/{reactor['id']}", {"activationContext": "TENANT"})
    shop.report(ben, 1)
    shop.report(ada, 2)

    assert (shop.balance(ada), shop.balance(ben)) == (5, 5)


def test_an_ended_reactor_reacts_no_more_and_stays_readable(shop: Shop) -> None:
    """Ending is final, and leaves no verdict on later events."""
    user = shop.cafe()
    reactor = shop.reactor(fixed(5), name="short")
    ended = shop.done("DELETE", f"/v1/event_reactors/{reactor['id']}")
    event = shop.report(user, 3).json()["data"]

    assert ended["endedAt"] is not None
    assert shop.done("GET", f"/v1/event_reactors/{reactor['id']}") == ended
    assert [verdict["reactorName"] for verdict in verdicts(shop, event)] == ["A reactor of a test"]
    assert shop.call("PATCH", f"/v1/event_reactors/{reactor['id']}", {"name": "again"}).status_code == 409


def test_effectivity_goes_by_when_the_event_happened(shop: Shop) -> None:
    """A backdated event gets what was effective then; a date is its first moment in UTC."""
    shop.event_type()
    shop.reactor(fixed(5), effectivity={"start": "2026-01-01", "end": "2026-02-01"})
    user = shop.user()
    instants = ["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-31T23:59:59.999Z", "2026-02-01T00:00:00Z"]

    points = [
        shop.report(user, total, occurredAt=instant).json()["data"]["points"] for total, instant in enumerate(instants)
    ]

    assert points == [0, 5, 5, 0]


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("reactions", [{"type": "COUPON"}], "/reactions/0/type"),
        ("reactions", [{"type": "BADGE"}], "/reactions/0/badge"),
        ("reactions", [{"type": "BADGE", "badge": "gold"}], "/reactions/0/badge"),
        ("reactions", [{"type": "BADGE", "badge": str(UUID(int=1))}], "/reactions/0/badge"),
        ("reactions", [{"type": "REWARD", "reward": {"id": str(UUID(int=1))}}], "/reactions/0/reward"),
        ("reactions", [{"type": "ATTRIBUTE", "attributes": []}], "/reactions/0/attributes"),
        ("reactions", [{"type": "ATTRIBUTE", "attributes": [{"key": "a", "value": 1}]}], "/reactions/0/attributes/0"),
        ("reactions", [{"type": "WEBHOOK", "url": "http://169.254.169.254/"}], "/reactions/0/url"),
        ("reactions", [{"type": "WEBHOOK", "url": "https://example.org", "headers": {"Host": "x"}}], "/reactions/0/h"),
        ("reactions", [{"type": "HANDLER"}], "/reactions/0/handler"),
        ("reactions", [{"type": "HANDLER", "handler": "REFERRAL_TRANCHE_STATUS"}], "/reactions/0/handler"),
        ("reactions", [{"type": "POINTS_CAP"}], "/reactions/0/points"),
        ("reactions", [{"type": "POINTS", "points": ONE_PER_UNIT, "url": "https://example.org"}], "/reactions/0/url"),
        ("reactions", [{"type": "POINTS"}], "/reactions/0/points"),
        (
            "reactions",
            [{"type": "POINTS", "points": {"operation": "SUM", "arguments": []}}],
            "/reactions/0/points/arguments",
        ),
        ("constraint", {"type": "money"}, "/constraint"),
        ("constraint", {"$ref": "http://127.0.0.1:9/"}, "/constraint"),
        ("maxActivations", 0, "/maxActivations"),
        ("activationContext", "MOON", "/activationContext"),
        ("effectivity", {"start": "2026-02-01", "end": "2026-01-01"}, "/effectivity"),
        ("eventType", "NOWHERE", "/eventType"),
        ("name", "Caf\u00e9", "/name"),
        ("owner", 1, "/owner"),
    ],
)
def test_a_reactor_that_cannot_be_is_refused_with_the_place(shop: Shop, field: str, value: Any, pointer: str) -> None:
    """Each fault is pointed at."""
    shop.event_type()
    body = {"name": "A reactor", "eventType": "PURCHASED_COFFEE", "reactions": [], field: value}

    answer = shop.call("POST", "/v1/event_reactors/", body)

    assert answer.status_code == 422
    assert any(error["pointer"].startswith(pointer) for error in answer.json()["errors"]), answer.text


@pytest.mark.parametrize(
    ("argument", "place", "detail"),
    [
        ({"type": "EXPRESSION", "value": "payload.a +"}, "/value", "Line 1, column 12: Here stands the end"),
        ({"type": "PAYLOAD_QUERY", "value": "payloa.a"}, "/value", "Line 1, column 1: There is no fact payloa"),
        ({"type": "NUMBER", "value": True}, "/value", "Write text. Or: Write a whole number. Or: Write a number."),
        ({"operation": "SUM", "arguments": []}, "/arguments", "Write at least 1."),
        ({"type": "MONEY", "value": "1"}, "", "Write a type (NUMBER, JSON_VALUE, EXPRESSION, PAYLOAD_QUERY)"),
        ({"type": "JSON_VALUE"}, "/value", "Field required."),
        ("payload.a", "", "Write a type (NUMBER"),
    ],
)
def test_a_fault_in_an_argument_is_told_of_what_it_is(shop: Shop, argument: Any, place: str, detail: str) -> None:
    """One fault, with a pointer that leads to it, and not one for each thing that an argument could have been."""
    shop.event_type()
    points = {"operation": "SUM", "arguments": [{"type": "NUMBER", "value": "1"}, argument]}
    body = {"name": "A reactor", "eventType": "PURCHASED_COFFEE", "reactions": [{"type": "POINTS", "points": points}]}
    (fault,) = shop.call("POST", "/v1/event_reactors/", body).json()["errors"]
    assert fault["pointer"] == f"/reactions/0/points/arguments/1{place}"
    assert fault["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("derivation", "points"),
    [
        (ONE_PER_UNIT, 12),
        (ONE_PER_UNIT | {"roundingDirection": "UP"}, 13),
        (ONE_PER_UNIT | {"roundingUnit": 5}, 10),
        (ONE_PER_UNIT | {"roundingDirection": "UP", "roundingUnit": 5}, 15),
        (ONE_PER_UNIT | {"max": 7}, 7),
        (
            {
                "operation": "PRODUCT",
                "arguments": [{"type": "JSON_VALUE", "value": "/total"}, {"type": "NUMBER", "value": 2}],
            },
            25,
        ),
        ({"operation": "SUM", "arguments": [ONE_PER_UNIT, {"type": "NUMBER", "value": "0.5"}]}, 13),
        ({"operation": "SUM", "arguments": [{"type": "NUMBER", "value": "+3"}]}, 3),
        ({"operation": "SUM", "arguments": [{"type": "PAYLOAD_QUERY", "value": "payload.total * 2"}]}, 25),
    ],
)
def test_points_are_worked_out_exactly(shop: Shop, derivation: Any, points: int) -> None:
    """Sums, products, rounding, units and maxima of a total of 12.50."""
    shop.event_type()
    shop.reactor(derivation)

    assert shop.report(shop.user(), 12.50).json()["data"]["points"] == points


def test_a_missing_number_is_a_verdict_and_no_error(shop: Shop) -> None:
    """T37: what the payload does not have gives no points, uses no activation, and is told."""
    shop.event_type(schema=None)
    shop.reactor(maxActivations=1)
    user = shop.user()
    event = shop.report(user, payload={"sum": 3}).json()["data"]
    shop.report(user, 3)

    assert verdicts(shop, event)[0]["code"] == "NOT_DERIVABLE"
    assert shop.balance(user) == 3
