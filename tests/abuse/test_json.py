"""Bodies that are no JSON, or JSON that could be read in two ways: rows T14, T15 and T18."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.shop import Shop

MALFORMED = {
    "nothing": b"",
    "white space": b" \n\t ",
    "cut off": b'{"type": "A',
    "trailing garbage": b'{"type": "VISITED_SHOP"} x',
    "two documents": b"{}{}",
    "trailing comma": b'{"type": "VISITED_SHOP",}',
    "single quotes": b"{'type': 'VISITED_SHOP'}",
    "a comment": b'{"type": /* here */ "VISITED_SHOP"}',
    "no quotes": b"{type: 1}",
    "BOM": b'\xef\xbb\xbf{"type": "VISITED_SHOP"}',
    "UTF-16": '{"type": "VISITED_SHOP"}'.encode("utf-16"),
    "UTF-16 without BOM": '{"type": "VISITED_SHOP"}'.encode("utf-16-le"),
    "UTF-32": '{"type": "VISITED_SHOP"}'.encode("utf-32"),
    "Latin-1": '{"type": "é"}'.encode("latin-1"),
    "NUL": b'{"type": "VISITED\x00SHOP"}',
    "NUL after": b'{"type": "VISITED_SHOP"}\x00',
    "escaped NUL": b'{"type": "VISITED_SHOP", "payload": {"a": "\\u0000"}}',
    "escaped NUL in a key": b'{"type": "VISITED_SHOP", "payload": {"\\u0000": 1}}',
    "lone surrogate": b'{"type": "VISITED_SHOP", "payload": {"a": "\\ud800"}}',
    "lone low surrogate in a key": b'{"type": "VISITED_SHOP", "payload": {"\\udc00": 1}}',
    "surrogates in the wrong order": b'{"type": "VISITED_SHOP", "payload": {"a": "\\udc00\\ud800"}}',
    "surrogate in UTF-8": b'{"type": "VISITED_SHOP", "payload": {"a": "\xed\xa0\x80"}}',
    "overlong UTF-8": b'{"type": "VISITED_SHOP", "payload": {"a": "\xc0\xaf"}}',
    "beyond Unicode": b'{"type": "VISITED_SHOP", "payload": {"a": "\xf4\x90\x80\x80"}}',
    "raw control": b'{"type": "VISITED_SHOP", "payload": {"a": "\x1f"}}',
    "raw line feed": b'{"type": "VISITED_SHOP", "payload": {"a": "\n"}}',
    "bad escape": b'{"type": "VISITED_SHOP", "payload": {"a": "\\x41"}}',
    "cut escape": b'{"type": "VISITED_SHOP", "payload": {"a": "\\u12"}}',
    "twin keys": b'{"type": "VISITED_SHOP", "type": "B"}',
    "twin keys below": b'{"type": "VISITED_SHOP", "payload": {"a": 1, "b": {"c": 1, "c": 2}}}',
    "twin keys, one escaped": b'{"type": "VISITED_SHOP", "payload": {"a": 1, "\\u0061": 2}}',
    "twin keys behind colons": b'{"type": "VISITED_SHOP", "payload": {"a": ":", "a" : ":::"}}',
    "NaN": b'{"type": "VISITED_SHOP", "payload": {"a": NaN}}',
    "Infinity": b'{"type": "VISITED_SHOP", "payload": {"a": Infinity}}',
    "-Infinity": b'{"type": "VISITED_SHOP", "payload": {"a": -Infinity}}',
    "1e400": b'{"type": "VISITED_SHOP", "payload": {"a": 1e400}}',
    "-1e400": b'{"type": "VISITED_SHOP", "payload": {"a": -1e400}}',
    "1e-400": b'{"type": "VISITED_SHOP", "payload": {"a": 1e-400}}',
    "1e999999999999": b'{"type": "VISITED_SHOP", "payload": {"a": 1e999999999999}}',
    "5,000 digits": b'{"type": "VISITED_SHOP", "payload": {"a": %s}}' % (b"9" * 5_000),
    "leading zero": b'{"type": "VISITED_SHOP", "payload": {"a": 01}}',
    "plus": b'{"type": "VISITED_SHOP", "payload": {"a": +1}}',
    "no digit after the point": b'{"type": "VISITED_SHOP", "payload": {"a": 1.}}',
    "no digit before the point": b'{"type": "VISITED_SHOP", "payload": {"a": .5}}',
    "hexadecimal": b'{"type": "VISITED_SHOP", "payload": {"a": 0x10}}',
    "fullwidth digit": '{"type": "VISITED_SHOP", "payload": {"a": \uff11}}'.encode(),
    "33 levels": b'{"type": "VISITED_SHOP", "payload": {"a": %s%s}}' % (b"[" * 31, b"]" * 31),
    "100,000 levels": b"[" * 100_000,
    "100,000 objects": b'{"a":' * 40_000,
}
PATHS = ("/v1/events", "/v1/events/batch", "/v1/users/", "/v1/events/test_reaction", "/v1/event_types/")


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_json_is_400(door: Shop, body: bytes) -> None:
    """T14, T15: what is not exactly one unambiguous JSON text is 400, on every way in."""
    for path in PATHS:
        answer = door.call("POST", path, body)
        assert (answer.status_code, answer.json()["status"]) == (400, 400), path
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_line_that_is_not_json_spoils_the_batch(door: Shop) -> None:
    """T14, T15: a line of NDJSON that cannot be read makes the whole batch 400, and nothing of it is recorded."""
    user = door.user()
    for number, (name, body) in enumerate(MALFORMED.items()):
        if not body.strip() or b"\n" in body:
            continue  # no line, or two
        good = json.dumps({"type": "VISITED_SHOP", "subject": user["id"], "payload": {"number": number}}).encode()
        lines = {"Content-Type": "application/x-ndjson"}
        answer = door.call("POST", "/v1/events/batch", good + b"\n" + body + b"\n", headers=lines)
        assert answer.status_code == 400, name
        assert "Line 2" in answer.json()["detail"]
        assert door.call("POST", "/v1/events", good).status_code == 200, name


def test_the_deepest_json_that_is_taken(door: Shop) -> None:
    """T16: 32 levels are taken, and come back as they were."""
    payload: Any = 1
    for _ in range(30):
        payload = [payload]
    event = door.done("POST", "/v1/events", {**visit(door), "payload": {"a": payload}})
    assert event["payload"] == {"a": payload}


NUMBERS = (
    "9007199254740993", "9007199254740992", "18446744073709551616", "-9223372036854775809", "9" * 4_000, "0.1",
    "1e308", "-1e-308", "100.00", "0.30000000000000004", "1E+2", "-0.0", "1." + "1" * 1_000,
)  # fmt: skip


def test_numbers_keep_every_digit(door: Shop) -> None:
    """T15, T18: no number is rounded on its way to the database and back; equal ones may change their form."""
    for written in NUMBERS:
        user = door.user()
        body = f'{{"type":"VISITED_SHOP","subject":"{user["id"]}","payload":{{"amount":{written}}}}}'.encode()
        answer = door.call("POST", "/v1/events", body)
        assert answer.status_code == 200, answer.text
        again = door.call("GET", f"/v1/events/{answer.json()['data']['id']}")
        for text in (answer.text, again.text):
            shown = text.split('"amount":')[1].split("}")[0]
            assert Decimal(shown) == Decimal(written)


def test_neighbouring_large_numbers_are_two_events(door: Shop) -> None:
    """T18: 9007199254740993 and …992, one double apart from nothing, are two events within the same minute."""
    first = door.done("POST", "/v1/events", {**visit(door), "payload": {"amount": 9007199254740993}})
    other = {**visit(door), "subject": first["subject"], "payload": {"amount": 9007199254740992}}
    assert door.call("POST", "/v1/events", other).status_code == 200
    assert door.call("POST", "/v1/events", other).status_code == 409


def visit(shop: Shop) -> dict[str, Any]:
    """Return an event about a new user."""
    return {"type": "VISITED_SHOP", "subject": shop.user()["id"]}
