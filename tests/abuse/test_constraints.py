"""Constraints and amounts that mean harm: refused when they are saved, or a reason in a verdict; no event is lost."""

from typing import Any

import pytest

from tests.shop import Shop, fixed

EXPONENTIAL = "payload.text.matches('^(a+)+$') && payload.text.matches('(x|xx)*y')"
ENDLESS = ".".join(["payload.items", *["map(a, payload.items.map(b, payload.items.map(c, a)))"] * 4])


@pytest.mark.parametrize(
    ("constraint", "status"),
    [
        ("payload.total == '" + "a" * 9_000 + "'", 422),
        ("payload.total == '" + "a" * 10_000_000 + "'", 413),
        ("payload.__class__.__init__.__globals__['os'].system('true') == 0", 422),
        ("__import__('os') == 1", 422),
        ("payload.items.exists(a, payload.items.exists(b, payload.items.exists(c, a == b + c)))", 422),
        ("while (true) {}", 422),
        ("(" * 500 + "true" + ")" * 500, 422),
        ("payload.text.matches('" + "(a{1,1000}){1,1000}" + "')", 422),
        ({"properties": {"text": {"pattern": "(?=a)b"}}}, 422),
        ({"$ref": "http://169.254.169.254/latest"}, 422),
    ],
    ids=["long", "huge", "python", "import", "cubic", "loop", "deep", "pattern", "lookahead", "reference"],
)
def test_a_hostile_constraint_is_not_saved(shop: Shop, constraint: Any, status: int) -> None:
    """T35: too long, too deep, too dear, or what is no part of the language is refused, with the place."""
    type_id = shop.event_type(schema=None)["id"]
    reactions = [{"type": "POINTS", "points": fixed(1)}]
    body = {"name": "Harm", "eventType": type_id, "constraint": constraint, "reactions": reactions}
    answer = shop.call("POST", "/v1/event_reactors/", body)
    assert (answer.status_code, shop.done("GET", "/v1/event_reactors/")) == (status, [])
    if status == 422:
        (fault,) = answer.json()["errors"]
        assert fault["pointer"].startswith("/constraint")
        assert fault["detail"]


def test_a_constraint_that_cannot_be_judged_is_a_reason(shop: Shop) -> None:
    """T35: a division by zero, a missing field and too many steps are verdicts that name the node; others give points.

    Patterns that take other engines for ever are judged at once.
    """
    shop.event_type(schema=None)
    dear = "payload.items.exists(a, payload.items.exists(b, a == b + 1))"
    judged = {"1 / payload.zero > 0": "1 / payload.zero", "payload.nothing > 1": "payload.nothing", dear: "steps"}
    for number, constraint in enumerate([*judged, EXPONENTIAL]):
        shop.reactor(fixed(1), name=f"Harm {number}", constraint=constraint)
    shop.reactor(fixed(7), name="Harmless")
    payload = {"zero": 0, "text": "a" * 50_000 + "!", "items": [2 * number for number in range(1_000)]}
    event = shop.report(shop.user(), payload=payload).json()["data"]
    verdicts = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
    assert event["points"] == 7
    for place, named in enumerate(judged.values()):
        assert (verdicts[place]["code"], named in verdicts[place]["reason"]) == ("CONSTRAINT_FALSE", True), verdicts
    assert [verdict["code"] for verdict in verdicts[len(judged) :]] == ["CONSTRAINT_FALSE", "FIRED"]


def test_amounts_are_whole_within_bounds_and_never_below_zero(shop: Shop) -> None:
    """T37: fractions are rounded, and what is too much, more than there is, or no number, is told and gives nothing."""
    shop.event_type(schema=None)
    user = shop.user()
    for number, points in enumerate(("10", "payload.total / payload.zero", "payload.total / 3", "1e13 * 1",
                                     "payload.text", "0 - payload.total * 1000")):  # fmt: skip
        expression = {"operation": "SUM", "arguments": [{"type": "EXPRESSION", "value": points}]}
        shop.reactor(expression, name=f"Amount {number}", priority=100 - number)
    event = shop.report(user, payload={"total": 20, "zero": 0, "text": "7"}).json()["data"]
    verdicts = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
    entries = shop.done("GET", f"/v1/users/{user['id']}/wallet")["entries"]
    assert [verdict["code"] for verdict in verdicts] == [
        "FIRED", "NOT_DERIVABLE", "FIRED", "NOT_DERIVABLE", "NOT_DERIVABLE", "BALANCE_TOO_LOW",
    ]  # fmt: skip
    assert sorted(entry["points"] for entry in entries) == [6, 10]
    assert (event["points"], shop.balance(user)) == (16, 16)
    assert all(verdict["reason"] for verdict in verdicts)
