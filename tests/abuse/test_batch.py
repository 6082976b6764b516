"""Batches: three forms, a verdict an item, all or nothing on request (T29)."""

import json
import socket
from typing import Any

import pytest

from tests.abuse.raw import connect, post, read_answer
from tests.shop import Shop, fixed

LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    """Make a shop with coffee and a point for each."""
    shop.event_type()
    shop.reactor(fixed(1))
    return shop


def coffee(user: Any, total: Any = 1, **fields: Any) -> dict[str, Any]:
    """Return one event."""
    return {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}, **fields}


def statuses(verdicts: Any) -> list[int]:
    """Return the statuses of verdicts, which stand in the order of the items."""
    assert [verdict["index"] for verdict in verdicts] == list(range(len(verdicts)))
    return [verdict["status"] for verdict in verdicts]


def count(shop: Shop, user: Any) -> int:
    """Return how many coffees are recorded for a user."""
    return len(shop.done("GET", f"/v1/events/?type=PURCHASED_COFFEE&subject={user['id']}&limit=1000"))


def test_three_forms_are_one(cafe: Shop) -> None:
    """A JSON array, {"events": […]} and NDJSON are the same batch: an item as alone, in order."""
    user = cafe.user()
    for number, form in enumerate(("array", "object", "lines")):
        events = [coffee(user, number * 10 + place) for place in range(3)]
        if form == "lines":
            body: Any = "\r\n".join(["", *map(json.dumps, events), " ", ""]).encode()
        else:
            body = events if form == "array" else {"events": events}
        verdicts = cafe.done("POST", "/v1/events/batch", body, headers=LINES if form == "lines" else None)
        assert statuses(verdicts) == [200, 200, 200]
        shown = [verdict["event"] for verdict in verdicts]
        assert [event["payload"] for event in shown] == [event["payload"] for event in events]
        assert [cafe.done("GET", f"/v1/events/{event['id']}") for event in shown] == shown
        assert [event["id"] for event in shown] == sorted(event["id"] for event in shown)
    assert cafe.done("GET", f"/v1/users/{user['id']}/wallet")["balance"] == 9


def test_one_bad_of_a_thousand_harms_itself_only(cafe: Shop) -> None:
    """T29: of 1,000 events one bad one is 422 in its place, and 999 are recorded; atomic, none is."""
    user = cafe.user()
    events = [coffee(user, number) for number in range(1_000)]
    bad = [*events[:700], coffee(user, -1), *events[701:]]
    whole = cafe.call("POST", "/v1/events/batch?atomic=true", bad)
    assert (whole.status_code, whole.json()["code"]) == (422, "payload_invalid")
    assert [item["index"] for item in whole.json()["items"]] == [700]
    assert whole.json()["errors"][0]["pointer"] == "/700/payload/total"
    assert count(cafe, user) == 0
    verdicts = cafe.done("POST", "/v1/events/batch", bad)
    assert statuses(verdicts) == [200] * 700 + [422] + [200] * 299
    assert verdicts[700]["problem"]["errors"][0]["pointer"] == "/payload/total"
    assert "event" not in verdicts[700]
    assert count(cafe, user) == 999
    assert cafe.done("GET", f"/v1/users/{user['id']}/wallet")["balance"] == 999


def test_a_thousand_and_one_are_too_many(cafe: Shop) -> None:
    """T29: 1,000 events are taken and 1,001 are 413 with nothing recorded, in each of the three forms."""
    user = cafe.user()
    events = [coffee(user, number) for number in range(1_001)]
    lines = "\n".join(map(json.dumps, events)).encode()
    refused = [
        cafe.call("POST", "/v1/events/batch", events),
        cafe.call("POST", "/v1/events/batch", {"events": events}),
        cafe.call("POST", "/v1/events/batch", lines, headers=LINES),
        cafe.call("POST", "/v1/events/batch?atomic=true", events),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(413, "too_large")] * 4
    assert count(cafe, user) == 0
    verdicts = cafe.done("POST", "/v1/events/batch?atomic=true", events[:1_000])
    assert statuses(verdicts) == [200] * 1_000


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
def test_a_batch_that_is_half_sent_is_not_recorded(cafe: Shop, media: str) -> None:
    """T29: of a batch whose end is missing nothing is recorded: cut off on its way, or written to half only (400)."""
    user = cafe.user()
    events = [coffee(user, number) for number in range(10)]
    whole = json.dumps(events).encode() if media == "application/json" else b"\n".join(
        json.dumps(event).encode() for event in events
    )  # fmt: skip
    half = whole[: len(whole) // 2 + 7]  # within a line
    headers = cafe.headers() | {"Content-Type": media}
    written = cafe.call("POST", "/v1/events/batch", half, headers={"Content-Type": media})
    assert (written.status_code, written.json()["code"]) == (400, "malformed")
    framing = b"Content-Length: %d\r\n" % len(whole)
    with connect(cafe.address) as wire:
        wire.sendall(post("/v1/events/batch", headers, half, framing=framing))
        wire.shutdown(socket.SHUT_WR)
        assert read_answer(wire).status in (0, 400)
    assert count(cafe, user) == 0


def test_twins_within_a_batch(cafe: Shop) -> None:
    """T29: of twins in one batch the first is recorded and the others are 409 that name it; atomic, none is."""
    user = cafe.user()
    events = [coffee(user, 1), coffee(user, 2), coffee(user, 1.0), coffee(user, 1)]
    whole = cafe.call("POST", "/v1/events/batch?atomic=true", events)
    assert (whole.status_code, whole.json()["code"]) == (409, "event_already_exists")
    assert count(cafe, user) == 0
    verdicts = cafe.done("POST", "/v1/events/batch", events)
    assert statuses(verdicts) == [200, 200, 409, 409]
    for twin in verdicts[2:]:
        assert twin["problem"]["event"]["id"] == verdicts[0]["event"]["id"]
    assert statuses(cafe.done("POST", "/v1/events/batch", events)) == [409] * 4
    assert count(cafe, user) == 2


def test_every_kind_of_refusal_is_told_in_its_place(cafe: Shop) -> None:
    """A batch tells each item what it would have been told alone."""
    user = cafe.user()
    items: list[Any] = [
        coffee(user), 5, None, [], {}, {"type": "NO_SUCH", "subject": user["id"]}, coffee({"id": "nobody"}),
        coffee(user, 2, points=1), {"type": "PURCHASED_COFFEE", "payload": {"total": 1}},
        coffee(user, 3, occurredAt="9999-01-01T00:00:00Z"), {"type": "CLOSED_ACCOUNT", "subject": user["id"]},
        coffee(user, 4, occurredAt="yesterday"), coffee(user, "5"),
    ]  # fmt: skip
    verdicts = cafe.done("POST", "/v1/events/batch", items)
    alone = [cafe.call("POST", "/v1/events", b"null" if item is None else item) for item in items[1:]]
    assert statuses(verdicts)[0] == 200
    assert [(verdict["status"], verdict["problem"]["code"]) for verdict in verdicts[1:]] == [
        (answer.status_code, answer.json()["code"]) for answer in alone
    ]
    assert {answer.status_code for answer in alone} == {403, 404, 422}


def test_the_caller_is_the_same_for_all(cafe: Shop) -> None:
    """A secret reports its own type only, and a member public types for himself only, in a batch as alone."""
    cafe.event_type("VISITED_SHOP", private=False, schema=None)
    ada, bob = cafe.user(), cafe.user()
    items = [coffee(ada), {"type": "VISITED_SHOP"}, {"type": "VISITED_SHOP", "subject": bob["id"]}]
    by_secret = cafe.done("POST", "/v1/events/batch", items, bearer=cafe.secret())
    assert statuses(by_secret) == [200, 403, 403]
    by_member = cafe.done("POST", "/v1/events/batch", items, bearer=cafe.user_token(ada))
    assert statuses(by_member) == [403, 200, 403]
    assert [verdict["problem"]["code"] for verdict in by_member if verdict["status"] == 403] == [
        "type_not_for_caller", "subject_mismatch",
    ]  # fmt: skip


def test_an_atomic_batch_lets_reactors_see_each_other(cafe: Shop) -> None:
    """The items of a batch are judged in their order: a limit of activations counts from the first on."""
    cafe.reactor(fixed(100), name="Twice only", maxActivations=2)
    user = cafe.user()
    verdicts = cafe.done("POST", "/v1/events/batch?atomic=true", [coffee(user, number) for number in range(4)])
    assert [verdict["event"]["points"] for verdict in verdicts] == [101, 101, 1, 1]


@pytest.mark.parametrize("body", [{"events": 5}, {"events": [], "more": 1}, {"event": []}, {}, 5, "x", True])
def test_what_is_no_batch_is_422(cafe: Shop, body: Any) -> None:
    """A body that is neither an array nor {"events": […]} is 422 as a whole."""
    assert cafe.call("POST", "/v1/events/batch", json.dumps(body).encode()).status_code == 422


def test_an_empty_batch_is_empty(cafe: Shop) -> None:
    """No event is recorded for none, in any form, atomic or not."""
    for query in ("", "?atomic=true", "?atomic=false"):
        assert cafe.done("POST", f"/v1/events/batch{query}", b"[]") == []
        assert cafe.done("POST", f"/v1/events/batch{query}", {"events": []}) == []
        assert cafe.done("POST", f"/v1/events/batch{query}", b"\n\n", headers=LINES) == []


@pytest.mark.parametrize("query", ["atomic=1", "atomic=", "atomic=TRUE", "atomic=true&atomic=false", "atomic=yes"])
def test_atomic_is_true_or_false(cafe: Shop, query: str) -> None:
    """Anything but true and false for `atomic` is 400, and nothing is recorded."""
    user = cafe.user()
    assert cafe.call("POST", f"/v1/events/batch?{query}", [coffee(user)]).status_code == 400
    assert count(cafe, user) == 0


def test_a_batch_of_five_mebibytes_and_one_byte(cafe: Shop) -> None:
    """T29: a batch of exactly 5 MiB is taken, and one byte more is 413."""
    user = cafe.user()
    event = json.dumps([coffee(user)]).encode()
    most = 5 * 1024 * 1024
    assert statuses(cafe.done("POST", "/v1/events/batch", event + b" " * (most - len(event)))) == [200]
    assert cafe.call("POST", "/v1/events/batch", event + b" " * (most - len(event) + 1)).status_code == 413
