"""The three forms of a constraint, from the API to the verdict."""

from typing import Any

import pytest

from tests.shop import Shop, fixed

ROWS = {
    "all": [
        {"fact": "payload.total", "operator": ">=", "value": 10},
        {"none": [{"fact": "payload.total", "operator": "in", "value": [13, 14]}]},
    ]
}


@pytest.mark.parametrize(
    ("constraint", "fires", "reason"),
    [
        ("payload.total >= 10 && payload.total < 20.5", True, "It fired"),
        ("payload.total > 12", False, "does not hold: payload.total > 12 is false: payload.total is 12."),
        ("payload.voucher == 'A'", False, 'payload.voucher == "A" cannot be told: payload.voucher is missing.'),
        (ROWS, True, "It fired"),
        ({"any": [{"fact": "payload.total", "operator": "<", "value": 5}]}, False, "payload.total < 5 is false"),
        ({"properties": {"total": {"minimum": 50}}}, False, "/total: 12 is less than the minimum of 50"),
    ],
    ids=["expression", "false", "missing", "rows", "rows false", "schema"],
)
def test_a_constraint_of_any_form_decides_and_says_why(shop: Shop, constraint: Any, fires: bool, reason: str) -> None:  # noqa: FBT001
    """It is kept as it was given, decides when an event is reported, and is told with the actual values."""
    shop.event_type()
    reactor = shop.reactor(fixed(5), constraint=constraint)
    event = shop.report(shop.user(), 12).json()["data"]
    (verdict,) = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]

    assert shop.done("GET", f"/v1/event_reactors/{reactor['id']}")["constraint"] == constraint
    assert (event["points"], verdict["code"]) == ((5, "FIRED") if fires else (0, "CONSTRAINT_FALSE"))
    assert reason in verdict["reason"]


@pytest.mark.parametrize(
    ("constraint", "detail"),
    [
        ("payload.total = 3", "Line 1, column 15: The character '=' has no meaning here; to compare, write ==."),
        ("user.shoe == 'GOLD'", "Line 1, column 6: user has no shoe; there are attributes, profile"),
        ({"all": [{"fact": "payload.a", "operator": "~"}]}, "/all/0/operator: Write one of =="),
        ({"all": [], "properties": {}}, "The constraint: Write one of all, any and none, with a list of rows."),
        ("", "Line 1, column 1: Here stands the end of the expression; write a value"),
        ({"any": [{"fact": "payload.a", "operator": "matches", "value": "("}]}, "/any/0/value: The pattern is not one"),
        ({"all": [{"fact": "payloa.a", "operator": "==", "value": 1}]}, "/all/0/fact: There is no fact payloa"),
        (
            {"all": [{"any": [{"fact": "payload.a", "operator": "before", "value": "noon"}]}]},
            "/all/0/any/0/value: 'noon' is no instant",
        ),
    ],
    ids=["syntax", "fact", "operator", "mixed", "empty", "pattern in rows", "fact in rows", "instant in rows"],
)
def test_a_constraint_that_cannot_be_used_is_refused(shop: Shop, constraint: Any, detail: str) -> None:
    """On creation and on change, with the place."""
    type_id = shop.event_type()["id"]
    reactor = shop.reactor(fixed(5))
    wanted = {"name": "A reactor", "eventType": type_id, "constraint": constraint}
    for method, path, body in (
        ("POST", "/v1/event_reactors", wanted),
        ("PATCH", f"/v1/event_reactors/{reactor['id']}", {"constraint": constraint}),
    ):
        answer = shop.call(method, path, body)
        (fault,) = answer.json()["errors"]

        assert answer.status_code == 422
        assert fault["pointer"] == "/constraint"
        assert detail in fault["detail"]


def test_a_check_tells_what_a_rule_is(shop: Shop) -> None:
    """Of a rule: its text, its rows and its cost; of a schema that it is one."""
    rows = shop.done("POST", "/v1/event_reactors/check", {"constraint": ROWS})
    text = shop.done("POST", "/v1/event_reactors/check", {"constraint": rows["expression"]})
    schema = shop.done("POST", "/v1/event_reactors/check", {"constraint": {"required": ["total"]}})

    assert (rows["isValid"], rows["form"]) == (True, "ROWS")
    assert rows["expression"] == "payload.total >= 10 && !(payload.total in [13, 14])"
    assert text == {**rows, "form": "EXPRESSION"}
    assert text["rows"]["all"][1] == {"fact": "payload.total", "operator": "notIn", "value": [13, 14]}
    assert text["cost"] > 0
    assert schema == {"isValid": True, "form": "SCHEMA"}


@pytest.mark.parametrize(
    ("constraint", "fault"),
    [
        (
            "payload.a &&\n payload.b = 1",
            {
                "detail": "The character '=' has no meaning here; to compare, write ==.",
                "offset": 24,
                "line": 2,
                "column": 12,
            },
        ),
        ({"any": []}, {"detail": "Write a list of at least one row.", "pointer": "/any"}),
        (
            {"all": [{"fact": "counters.visits", "operator": ">", "value": 1}]},
            {"detail": "There is no counter visits; create it first, at /v1/counters/.", "pointer": "/all/0/fact"},
        ),
    ],
    ids=["expression", "rows", "fact"],
)
def test_a_check_tells_where_a_constraint_is_wrong(shop: Shop, constraint: Any, fault: dict[str, Any]) -> None:
    """A constraint that cannot be used is an answer, not an error."""
    told = shop.done("POST", "/v1/event_reactors/check", {"constraint": constraint})

    assert told["isValid"] is False
    assert told["fault"] == fault


def test_a_check_of_a_schema_points_into_it(shop: Shop) -> None:
    """As a schema's own faults do."""
    told = shop.done("POST", "/v1/event_reactors/check", {"constraint": {"properties": {"a": {"type": "nothing"}}}})

    assert told["isValid"] is False
    assert told["fault"]["pointer"] == "/properties/a/type"
