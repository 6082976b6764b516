"""Reports that are answered without a task (http/direct.py) beside those that go the way of all requests.

A path with a query goes the usual way, so the same request is sent with one and without.
"""

import json
from typing import Any

import pytest

from tests.abuse.raw import Answered, connect, exchange, post, read_answer
from tests.shop import Shop

DIRECT, USUAL = "/v1/events", "/v1/events?way=usual"
GOOD: dict[str, Any] = {"type": "PURCHASED_COFFEE", "subject": "ada", "payload": {"total": 12.50, "note": "a:b"}}


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    """Set a cafe up."""
    shop.cafe()
    return shop


def told(answer: Answered) -> tuple[int, dict[str, str], Any]:
    """Return what an answer says, but for what is another with each."""
    body = answer.json()
    for name in ("requestId", "detail", "message", "secondsLeft", "event"):
        body.pop(name, None)
    for fault in body.get("errors", []):
        fault.pop("detail")
    for name in ("id", "occurredAt", "reportedAt", "reactedAt", "payload"):
        body.get("data", {}).pop(name, None)
    changing = {"x-request-id", "content-length", "retry-after"}
    return answer.status, {name: value for name, value in answer.headers.items() if name not in changing}, body


def another(body: bytes, number: str) -> bytes:
    """Make another event of one, if it has a payload."""
    return body.replace(b'"payload": {', b'"payload": {"number": "%b", ' % number.encode())


BODIES: dict[str, Any] = {
    "good": GOOD,
    "no payload": {"type": "PURCHASED_COFFEE", "subject": "ada"},
    "payload null": GOOD | {"payload": None},
    "payload a list": GOOD | {"payload": []},
    "does not fit": GOOD | {"payload": {"total": "12"}},
    "no subject": {"type": "PURCHASED_COFFEE", "payload": {"total": 1}},
    "nobody": GOOD | {"subject": "nobody"},
    "unknown type": GOOD | {"type": "NOTHING"},
    "long name": GOOD | {"subject": "a" * 129},
    "unknown field": GOOD | {"colour": "red"},
    "several faults": {"subject": 1, "occurredAt": "yesterday", "payload": 7},
    "occurred": GOOD | {"occurredAt": "2026-03-01T09:30:00+01:00", "payload": {"total": 3}},
    "occurred long ago": GOOD | {"occurredAt": "1926-03-01T09:30:00Z", "payload": {"total": 4}},
    "not an object": [GOOD],
    "not JSON": b"{",
    "a key twice": b'{"type": "PURCHASED_COFFEE", "subject": "ada", "subject": "bob", "payload": {"total": 1}}',
    "a key twice, hidden": b'{"type": "PURCHASED_COFFEE", "subject": "a:b", "type": "X", "payload": {"total": 1}}',
    "a key twice below": b'{"type": "PURCHASED_COFFEE", "subject": "ada", "payload": {"total": 1, "total": 2}}',
    "an escape": b'{"type": "PURCHASED_COFFEE", "subject": "ad\\u0061", "payload": {"total": 5, "note": "\\u003a"}}',
    "a NUL": b'{"type": "PURCHASED_COFFEE", "subject": "ada", "payload": {"total": 1, "note": "\\u0000"}}',
    "no UTF-8": b'{"type": "PURCHASED_COFFEE", "subject": "ada", "payload": {"total": 1, "note": "\xff"}}',
    "a number out of range": b'{"type": "PURCHASED_COFFEE", "subject": "ada", "payload": {"total": 1e400}}',
    "too deep": b'{"type": "PURCHASED_COFFEE", "subject": "ada", "payload": {"total": %b1%b}}' % (b"[" * 40, b"]" * 40),
    "empty": b"",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_report_is_answered_alike_either_way(cafe: Shop, body: Any) -> None:
    """Status, head and body are those of the usual way, for each kind of caller."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    for bearer in (cafe.secret(), cafe.token):
        usual, direct = (
            exchange(cafe.address, post(path, cafe.headers(bearer), another(sent, path + bearer)))
            for path in (USUAL, DIRECT)
        )
        assert told(direct) == told(usual)


HEADERS: dict[str, dict[str, str]] = {
    "no credentials": {"Authorization": ""},
    "no bearer": {"Authorization": "Basic YTpi"},
    "an unknown secret": {"Authorization": "Bearer pcs_" + "0" * 49},
    "no token": {"Authorization": "Bearer abc.def.ghi"},
    "no key": {"X-Api-Key": "nothing"},
    "another media type": {"Content-Type": "text/plain"},
    "an encoding": {"Content-Encoding": "gzip"},
    "a key that cannot be": {"Idempotency-Key": "a" * 256},
    "a cookie beside": {"Cookie": "a=b"},
    "a CloudEvent that is none": {"Content-Type": "application/cloudevents+json"},
    "binary without an id": {"Ce-SpecVersion": "1.0"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_a_head_is_answered_alike_either_way(cafe: Shop, headers: dict[str, str]) -> None:
    """The same of what the head says, in the same order of checks."""
    for body in (GOOD, GOOD | {"colour": "red"}):
        usual, direct = (
            exchange(cafe.address, post(path, cafe.headers() | headers, json.dumps(body).encode()))
            for path in (USUAL, DIRECT)
        )
        assert told(direct) == told(usual) or (direct.status, usual.status) == (409, 200)


def test_a_repetition_is_answered_alike_either_way(cafe: Shop) -> None:
    """A duplicate is refused, and an Idempotency-Key recalls the first answer, whichever way either came."""
    body = json.dumps(GOOD).encode()
    keyed = cafe.headers() | {"Idempotency-Key": "once"}
    first = exchange(cafe.address, post(DIRECT, keyed, body))
    assert first.status == 200
    again = exchange(cafe.address, post(DIRECT, keyed, body))
    assert (again.status, again.body, again.headers["idempotency-replayed"]) == (200, first.body, "true")
    refused = [exchange(cafe.address, post(path, cafe.headers(), body)) for path in (USUAL, DIRECT)]
    assert told(refused[0]) == told(refused[1])
    assert refused[1].json()["event"]["id"] == first.json()["data"]["id"]


def test_requests_that_do_not_wait_are_answered_in_turn(cafe: Shop) -> None:
    """Reports and others, sent at once on one connection, are answered in their order; `close` ends it."""
    bodies = [json.dumps(GOOD | {"payload": {"total": total}}).encode() for total in range(1, 7)]
    sent = [
        post(path, cafe.headers(), body)
        for path, body in zip((DIRECT, DIRECT, USUAL, DIRECT, "/v1/nothing", DIRECT), bodies, strict=True)
    ]
    last = post(DIRECT, cafe.headers() | {"Connection": "close"}, json.dumps(GOOD).encode())
    with connect(cafe.address) as wire:
        wire.sendall(b"".join(sent) + last)
        answers = [read_answer(wire) for _ in range(7)]
        assert wire.recv(1) == b""
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 404, 200, 200]
    totals = [answer.json()["data"]["payload"]["total"] for answer in answers if answer.status == 200]
    assert totals == [1, 2, 3, 4, 6, 12.5]
    assert answers[-1].headers["connection"] == "close"


def test_a_body_that_comes_late_is_taken(cafe: Shop) -> None:
    """A report whose body follows its head, in two parts, is answered like one that is here at once."""
    request = post(DIRECT, cafe.headers(), json.dumps(GOOD).encode())
    with connect(cafe.address) as wire:
        for part in (request[:-40], request[-40:-20], request[-20:]):
            wire.sendall(part)
            cafe.call("GET", "/livez")  # by then the server has read it
        assert read_answer(wire).status == 200
        wire.sendall(post(DIRECT, cafe.headers(), json.dumps(GOOD | {"payload": {"total": 2}}).encode()))
        assert read_answer(wire).status == 200
