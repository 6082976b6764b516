"""Texts come back as they came, byte for byte: row T17."""

from typing import Any

import pytest

from tests.abuse.strings import corpus
from tests.shop import Shop


def chunks(items: list[str], size: int) -> list[list[str]]:
    """Cut a list into pieces."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def test_the_corpus_is_large_enough() -> None:
    """T17: there are at least 300 different texts, from every category of Unicode but the surrogates."""
    assert len(corpus()) == len(set(corpus())) >= 300


def test_payloads_come_back_byte_for_byte(door: Shop) -> None:
    """T17: every text, as a value and as a key of a payload, is answered, stored and listed exactly as it was sent."""
    user = door.user()
    for texts in chunks(corpus(), 60):
        payload = {"values": texts, "keys": {text: number for number, text in enumerate(texts)}}
        event = door.done("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": user["id"], "payload": payload})
        again = door.done("GET", f"/v1/events/{event['id']}")
        (listed,) = door.done("GET", f"/v1/events/?subject={user['id']}&type=VISITED_SHOP&limit=1")
        for shown in (event, again, listed):
            assert shown["payload"] == payload
            assert list(shown["payload"]["keys"]) == list(payload["keys"])


def test_each_text_makes_an_event_of_its_own(door: Shop) -> None:
    """T17: no two texts are taken for the same one by duplicate detection, and each again is a duplicate."""
    user = door.user()
    events = [{"type": "VISITED_SHOP", "subject": user["id"], "payload": {"text": text}} for text in corpus()]
    for wanted in (200, 409):
        verdicts = door.done("POST", "/v1/events/batch", events)
        assert {verdict["status"] for verdict in verdicts} == {wanted}


def test_profiles_come_back_byte_for_byte(door: Shop) -> None:
    """T17: a text in a profile's fields and attributes comes back exactly, and is found again where one can filter."""
    fitting = [text for text in corpus() if 1 <= len(text) <= 64]
    assert len(fitting) >= 300
    for texts in chunks(fitting, 8):
        names = (*texts, *["x"] * (8 - len(texts)))
        profile: dict[str, Any] = dict(
            zip(("givenName", "familyName", "city", "postcode", "streetAddress", "region"), names, strict=False)
        )
        profile |= {"emailAddress": "a@example.org", "attributes": {names[6]: names[7]}}
        user = door.done("POST", "/v1/users/", {"profile": profile})
        assert user["profile"] == profile
        assert door.done("GET", f"/v1/users/{user['id']}")["profile"] == profile
        swapped = {"givenName": names[1], "familyName": names[0]}
        patched = door.done("PATCH", f"/v1/users/{user['id']}", {"profile": swapped})
        assert patched["profile"] == profile | swapped


def test_names_of_users_come_back_byte_for_byte(door: Shop) -> None:
    """T17: any text is an authIdentifier and an externalIdentifier, a subject, and a value to filter by."""
    for text in [text for text in corpus() if 1 <= len(text) <= 64][::5]:
        user = door.user(text, externalIdentifier=text)
        assert (user["authIdentifier"], user["externalIdentifier"]) == (text, text)
        event = door.done("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": text})
        assert event["subject"] == user["id"]
        for name in ("authIdentifier", "externalIdentifier"):
            found = door.http.get("/v1/users/", params={name: text}, headers=door.headers())
            assert [one["id"] for one in found.json()["data"]] == [user["id"]]


def test_rewards_come_back_byte_for_byte(door: Shop) -> None:
    """T17: any text is the name, description and detail of a reward."""
    for text in [text for text in corpus() if 2 <= len(text) <= 200][::5]:
        body = {
            "type": "VOUCHER", "name": text, "price": 1, "purchasable": True, "description": text,
            "availability": {"start": "2020-01-01"}, "details": {"en": {"name": text, "description": text}},
        }  # fmt: skip
        reward = door.done("POST", "/v1/rewards/", body)
        again = door.done("GET", f"/v1/rewards/{reward['id']}")
        for shown in (reward, again):
            assert {name: shown[name] for name in ("name", "description", "details")} == {
                "name": text, "description": text, "details": {"en": {"name": text, "description": text}},
            }  # fmt: skip


@pytest.mark.parametrize("text", ["a\u0000b", "\ud800", "a\udfffb"])
def test_what_cannot_be_stored_is_refused(door: Shop, text: str) -> None:
    """T17: NUL and lone surrogates are 400, in a payload, a profile and a key."""
    escaped = text.encode("unicode_escape").replace(b"\\x00", b"\\u0000")
    for place in (
        b'{"type": "VISITED_SHOP", "payload": {"a": "%s"}}',
        b'{"profile": {"givenName": "%s"}}',
        b'{"%s": 1}',
    ):
        assert door.call("POST", "/v1/events", place % escaped).status_code == 400
        assert door.call("POST", "/v1/users/", place % escaped).status_code == 400


def test_faults_point_at_any_key(door: Shop) -> None:
    """T17: whatever a field is called, the refusal is 422 and its pointer (RFC 6901) leads there."""
    for texts in chunks(corpus(), 100):
        answer = door.call("POST", "/v1/events", {"type": "VISITED_SHOP", **dict.fromkeys(texts, 1)})
        assert answer.status_code == 422
        pointed = {fault["pointer"] for fault in answer.json()["errors"]}
        assert pointed == {"/" + text.replace("~", "~0").replace("/", "~1") for text in texts}
