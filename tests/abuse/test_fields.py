"""Values out of bounds, instants that are none, and fields that nobody asked for: rows T22 to T24."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.shop import Shop, fixed

AMOUNT = {
    "type": "object",
    "required": ["amount"],
    "properties": {"amount": {"type": "number", "exclusiveMinimum": 0, "maximum": 10_000, "multipleOf": 0.01}},
}


def body(user: Any, amount: str) -> bytes:
    """Write an event with an amount, digit by digit."""
    return f'{{"type":"PURCHASED_COFFEE","subject":"{user["id"]}","payload":{{"amount":{amount}}}}}'.encode()


@pytest.mark.parametrize(
    "amount", ["-5", "0", '"5"', "true", "1e308", "null", "[5]", "{}", "10000.01", "0.001", "-0.0"]
)
def test_amounts_out_of_the_schema_are_422(shop: Shop, amount: str) -> None:
    """T22: an amount that the schema does not allow is 422, with a pointer at it, and gives no points."""
    shop.event_type(schema=AMOUNT)
    shop.reactor({"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "amount"}]})
    user = shop.user()
    answer = shop.call("POST", "/v1/events", body(user, amount))
    assert (answer.status_code, answer.json()["code"]) == (422, "payload_invalid")
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/payload/amount"}
    assert shop.done("GET", f"/v1/users/{user['id']}/wallet")["entries"] == []


@pytest.mark.parametrize(
    ("amount", "points"), [("19.99", 19), ("0.29", 0), ("10000", 10_000), ("1e2", 100), ("9999.99", 9999)]
)
def test_amounts_of_the_schema_are_exact(shop: Shop, amount: str, points: int) -> None:
    """T22: cents are cents: 19.99 is a multiple of 0.01, and no amount is a cent short."""
    shop.event_type(schema=AMOUNT)
    shop.reactor({"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "amount"}]})
    answer = shop.call("POST", "/v1/events", body(shop.user(), amount))
    assert (answer.status_code, answer.json()["data"]["points"]) == (200, points)


def cents(units: str) -> dict[str, Any]:
    """Return the derivation of so many times the amount."""
    return {
        "operation": "PRODUCT",
        "arguments": [{"type": "JSON_VALUE", "value": "amount"}, {"type": "NUMBER", "value": units}],
    }


@pytest.mark.parametrize(
    ("amount", "points"),
    [
        ("0.29", 29), ("1.15", 115), ("4.35", 435), ("0.1", 10), ("0.30000000000000004", 30),
        ("0.2999999999999999999999999999999999", 29), ("1e308", 0), ("1e10", 10**12), ("1e11", 0), ("-1", 0),
        ('"5"', 0), ("true", 0), ("null", 0), ("9" * 4_000, 0), ("1e-308", 0),
    ],
)  # fmt: skip
def test_where_the_schema_forgot_the_engine_has_bounds(shop: Shop, amount: str, points: int) -> None:
    """T22: without a schema the event is 200; points are exact, at most 10^12, and never taken below zero."""
    shop.event_type(schema=None)
    shop.reactor(cents("100"))
    user = shop.user()
    answer = shop.call("POST", "/v1/events", body(user, amount))
    assert (answer.status_code, answer.json()["data"]["points"]) == (200, points)
    (verdict,) = shop.done("GET", f"/v1/events/{answer.json()['data']['id']}/reactions")["verdicts"]
    assert verdict["reason"]
    assert shop.done("GET", f"/v1/users/{user['id']}/wallet")["balance"] == points


def test_thirty_digits_are_not_rounded_up(shop: Shop) -> None:
    """T22: an amount just below a whole number, by more digits than a decimal usually keeps, gives the number below."""
    shop.event_type(schema=None)
    shop.reactor({"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "amount"}]})
    answer = shop.call("POST", "/v1/events", body(shop.user(), "9." + "9" * 40))
    assert answer.json()["data"]["points"] == 9


def at(shop: Shop, user: Any, occurred_at: Any, number: int = 0) -> Any:
    """Report a visit that happened at some time."""
    event = {"type": "VISITED_SHOP", "subject": user["id"], "payload": {"number": number}, "occurredAt": occurred_at}
    return shop.call("POST", "/v1/events", event)


NO_INSTANTS = [
    "", "yesterday", "2026-03-01", "2026-03-01T", "2026-03-01 09:30:00Z", "2026-03-01T09:30Z", "20260301T093000Z",
    "2026-W10-1T09:30:00Z", "2026-060T09:30:00Z", "2026-03-01T24:00:00Z", "2026-03-01T23:59:60Z",
    "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-03-01T09:30:00+99:00", "2026-03-01T09:30:00+24:00",
    "2026-03-01T09:30:00+0100", "2026-03-01T09:30:00+1", "2026-03-01T09:30:00 Z", "2026-03-01T09:30:00,5Z",
    "2026-03-01T09:30:00.Z", "2026-03-01T09:30:00.1234567890Z", "\uff12\uff10\uff12\uff16-03-01T09:30:00Z",
    "2026-03-01T09:30:00Z\n", " 2026-03-01T09:30:00Z", "+2026-03-01T09:30:00Z", "-2026-03-01T09:30:00Z",
    "12026-03-01T09:30:00Z", "2026-03-01T09:30:00Europe/Zurich", "0000-01-01T00:00:00Z", 1_772_357_400, 1.5, True,
    ["2026-03-01T09:30:00Z"], {},
]  # fmt: skip


def test_what_is_no_instant_is_422(door: Shop) -> None:
    """T23: whatever is not an RFC 3339 instant is 422 with the pointer /occurredAt, in reports and in previews."""
    user = door.user()
    for occurred_at in NO_INSTANTS:
        preview = {"type": "VISITED_SHOP", "subject": user["id"], "occurredAt": occurred_at}
        for answer in (at(door, user, occurred_at), door.call("POST", "/v1/events/test_reaction", preview)):
            assert answer.status_code == 422, occurred_at
            assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/occurredAt"], occurred_at


@pytest.mark.parametrize(
    "occurred_at",
    ["9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
     "1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"],
)  # fmt: skip
def test_instants_out_of_reach_are_422(door: Shop, occurred_at: str) -> None:
    """T23, T47: what lies further back or ahead than the settings allow is 422, in reports and in previews."""
    user = door.user()
    preview = {"type": "VISITED_SHOP", "subject": user["id"], "occurredAt": occurred_at}
    for answer in (at(door, user, occurred_at), door.call("POST", "/v1/events/test_reaction", preview)):
        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/occurredAt"]


@pytest.mark.parametrize(
    ("occurred_at", "shown"),
    [
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00.000Z"),
        ("2026-03-01t09:30:00z", "2026-03-01T09:30:00.000Z"),
        ("2026-03-01T09:30:00.5Z", "2026-03-01T09:30:00.500Z"),
        ("2026-03-01T09:30:00.123456789Z", "2026-03-01T09:30:00.123Z"),
        ("2026-03-01T09:30:00.123", "2026-03-01T09:30:00.123Z"),
        ("2026-03-01T09:30:00", "2026-03-01T09:30:00.000Z"),
        ("2026-03-01T09:30:00+01:00", "2026-03-01T08:30:00.000Z"),
        ("2026-03-01T00:15:00+13:45", "2026-02-28T10:30:00.000Z"),
        ("2026-03-01T09:30:00-00:00", "2026-03-01T09:30:00.000Z"),
        ("2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999Z"),
    ],
)
def test_instants_are_kept_in_utc(door: Shop, occurred_at: str, shown: str) -> None:
    """T23: every RFC 3339 instant is taken and shown in UTC to the millisecond; without a zone it is read as UTC."""
    user = door.user()
    preview = {"type": "VISITED_SHOP", "subject": user["id"], "occurredAt": occurred_at}
    assert door.done("POST", "/v1/events/test_reaction", preview)["occurredAt"] == shown
    event = at(door, user, occurred_at).json()["data"]
    assert event["occurredAt"] == shown
    assert event["reportedAt"] > "2026"
    assert event["reportedAt"] <= event["reactedAt"]


def test_an_event_that_is_not_dated_happens_now(door: Shop) -> None:
    """T23: without occurredAt, or with null, an event occurred when it was reported; a minute ahead is still taken."""
    user = door.user()
    for number, occurred_at in enumerate((None, (datetime.now(UTC) + timedelta(minutes=1)).isoformat())):
        event = at(door, user, occurred_at, number).json()["data"]
        assert (event["occurredAt"] == event["reportedAt"]) is (occurred_at is None)


FOREIGN = {
    "points": 1_000_000, "tenant_id": "00000000-0000-4000-8000-000000000000", "tenantId": "x", "balance": 5,
    "id": "00000000-0000-4000-8000-000000000000", "receivedAt": "2026-03-01T09:30:00Z", "reportedAt": None,
    "reactedAt": None, "reporter": "admin:x", "verdicts": [], "randomId": 1, "Type": "x", "type ": "x", "__proto__": {},
}  # fmt: skip


def test_fields_that_nobody_asked_for_are_422(door: Shop) -> None:
    """T24: an unknown field beside the payload is 422, in reports, batches and previews; all are named at once."""
    user = door.user()
    good = {"type": "VISITED_SHOP", "subject": user["id"]}
    for path in ("/v1/events", "/v1/events/test_reaction"):
        answer = door.call("POST", path, good | FOREIGN)
        assert answer.status_code == 422
        assert {fault["pointer"] for fault in answer.json()["errors"]} == {f"/{name}" for name in FOREIGN}
    (verdict,) = door.done("POST", "/v1/events/batch", [good | FOREIGN])
    assert verdict["status"] == 422
    assert door.done("GET", f"/v1/events/?subject={user['id']}&type=VISITED_SHOP") == []


def test_the_same_fields_in_a_payload_are_only_a_payload(shop: Shop) -> None:
    """T24: inside the payload they are data: stored as sent, and never applied."""
    shop.event_type(schema=None)
    shop.reactor(fixed(3))
    user = shop.user()
    event = shop.done(
        "POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": dict(FOREIGN)}
    )
    assert event["payload"] == FOREIGN
    assert (event["points"], event["id"] == FOREIGN["id"]) == (3, False)
    assert shop.done("GET", f"/v1/users/{user['id']}/wallet")["balance"] == 3


CREATED: dict[str, dict[str, Any]] = {
    "/v1/users/": {"profile": {"givenName": "A", "familyName": "B", "emailAddress": "a@example.org"}},
    "/v1/event_types/": {"name": "ANOTHER_TYPE", "description": "Another", "isPrivate": False},
    "/v1/event_reactors/": {"name": "Another", "eventType": "VISITED_SHOP", "reactions": []},
    "/v1/rewards/": {
        "type": "VOUCHER", "name": "A cup", "price": 1, "purchasable": True, "availability": {"start": "2020-01-01"},
    },
}  # fmt: skip
SLIPPED = (
    "id",
    "tenantId",
    "tenant_id",
    "version",
    "createdAt",
    "balance",
    "status",
    "stockConsumed",
    "isIntrinsic",
    "role",
)


@pytest.mark.parametrize("path", CREATED)
def test_nothing_slips_into_what_is_created(door: Shop, path: str) -> None:
    """T24: a field that a definition does not have is 422 everywhere, on creation and on change."""
    for name in SLIPPED:
        answer = door.call("POST", path, CREATED[path] | {name: 1})
        assert answer.status_code == 422, name
        assert f"/{name}" in {fault["pointer"] for fault in answer.json()["errors"]}
    made = door.done("POST", path, CREATED[path])
    for name in SLIPPED:
        assert door.call("PATCH", f"{path}{made['id']}", {name: 1}).status_code == 422, name
    assert door.done("GET", f"{path}{made['id']}") == made


@pytest.mark.parametrize(
    "changed",
    [
        {"type": None}, {"type": ""}, {"type": "x" * 129}, {"type": 5}, {"type": ["A"]}, {"subject": ""},
        {"subject": "x" * 129}, {"subject": 5}, {"subject": {"id": "x"}}, {"executor": ""}, {"executor": True},
        {"payload": []}, {"payload": "x"}, {"payload": 0}, {"payload": False},
    ],
)  # fmt: skip
def test_fields_of_the_wrong_form_are_422(door: Shop, changed: dict[str, Any]) -> None:
    """T22: a field of an event that has another form than the document says is 422, in reports and previews alike."""
    good = {"type": "VISITED_SHOP", "subject": door.user()["id"]}
    for path in ("/v1/events", "/v1/events/test_reaction"):
        answer = door.call("POST", path, good | changed)
        assert answer.status_code == 422
        (name,) = changed
        assert all(fault["pointer"].startswith(f"/{name}") for fault in answer.json()["errors"])


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"5", b"null", b"true", b"[[]]", b"{}"])
def test_an_event_is_an_object(door: Shop, body: bytes) -> None:
    """T22: JSON that is no object, or an empty one, is 422 and not a crash."""
    for path in ("/v1/events", "/v1/events/test_reaction", "/v1/users/", "/v1/rewards/", "/v1/token_issuers/"):
        assert door.call("POST", path, body).status_code == 422
