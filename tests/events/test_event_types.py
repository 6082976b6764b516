"""Event types: create, change, archive."""

import pytest

from punchcard.events.intrinsic_types import BY_NAME
from tests.shop import COFFEE_SCHEMA, Shop


def test_a_type_is_found_by_name_and_id(shop: Shop) -> None:
    """GET takes either, and shows the schema as it was written."""
    made = shop.event_type()

    assert shop.done("GET", f"/v1/event_types/{made['id']}") == shop.done("GET", "/v1/event_types/PURCHASED_COFFEE")
    assert made["schema"] == COFFEE_SCHEMA


def test_a_new_schema_is_a_new_version_and_events_name_theirs(shop: Shop) -> None:
    """An event keeps the version that judged it; the next one names the next."""
    user = shop.cafe()
    first = shop.report(user, 1).json()["data"]
    stricter = COFFEE_SCHEMA | {"required": ["total", "store"]}
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"schema": stricter})

    refused = shop.report(user, 2)
    second = shop.report(user, 2, payload={"total": 2, "store": "a"}).json()["data"]

    assert refused.json()["errors"][0]["pointer"] == "/payload/store"
    assert (first["typeVersion"], second["typeVersion"]) == (1, 2)
    assert shop.done("GET", f"/v1/events/{first['id']}")["typeVersion"] == 1


def test_an_archived_type_takes_no_events_until_it_is_taken_up_again(shop: Shop) -> None:
    """IsActive switches reporting off and on; nothing is lost by it."""
    user = shop.cafe()
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"isActive": False})
    refused = shop.report(user)
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"isActive": True})

    assert (refused.status_code, refused.json()["code"]) == (422, "event_type_archived")
    assert shop.report(user).status_code == 200


def test_a_type_without_a_schema_takes_no_payload_too(shop: Shop) -> None:
    """The payload may be left out, and is then empty."""
    shop.event_type("VISITED_SHOP", schema=None)
    user = shop.user()

    answer = shop.call("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": user["id"]})

    assert answer.json()["data"]["payload"] == {}


def test_a_schema_can_be_taken_away(shop: Shop) -> None:
    """A null schema makes a version without one; a description alone keeps it."""
    shop.event_type()

    kept = shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"description": "Another one"})
    without = shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"schema": None})

    assert (kept["version"], kept["schema"]) == (2, COFFEE_SCHEMA)
    assert (without["version"], without["schema"]) == (3, None)


def test_intrinsic_types_are_listed_and_cannot_be_changed(shop: Shop) -> None:
    """The engine's own types are there from the start, marked, and nobody's to change."""
    listed = shop.done("GET", "/v1/event_types/?isIntrinsic=true")

    assert {t["name"] for t in listed} == set(BY_NAME)
    assert {t["name"]: t["command"] for t in listed}["CLOSED_ACCOUNT"] == "DELETE /v1/users/{id}"
    assert shop.call("PATCH", "/v1/event_types/PURCHASED_REWARD", {"isActive": False}).status_code == 403


def test_if_match_guards_against_overwriting(shop: Shop) -> None:
    """A change that names an old version is refused; the ETag of an answer names the current one."""
    shop.event_type()
    etag = shop.call("GET", "/v1/event_types/PURCHASED_COFFEE").headers["ETag"]
    change = {"description": "Changed"}

    first = shop.call("PATCH", "/v1/event_types/PURCHASED_COFFEE", change, headers={"If-Match": etag})
    second = shop.call("PATCH", "/v1/event_types/PURCHASED_COFFEE", change, headers={"If-Match": etag})

    assert (first.status_code, second.status_code) == (200, 412)


def test_a_name_is_taken_once(shop: Shop) -> None:
    """Two types of a tenant never share a name."""
    shop.event_type()

    answer = shop.call(
        "POST", "/v1/event_types/", {"name": "PURCHASED_COFFEE", "description": "Again", "isPrivate": True}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


@pytest.mark.parametrize("name", ["purchased", "A", "A__B", "_A", "A_", "A1", "A B", "X" * 65, "ÄB", 5, None])
def test_a_name_has_the_references_form(shop: Shop, name: object) -> None:
    """Names are capital words and single underscores, 2 to 64 characters."""
    answer = shop.call("POST", "/v1/event_types/", {"name": name, "description": "A type", "isPrivate": True})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/name"


def test_a_type_that_becomes_private_gets_a_secret(shop: Shop) -> None:
    """A public type has no secret to show; made private, it has one that reports."""
    shop.event_type(private=False)
    shop.reactor()
    user = shop.user()
    none = shop.call("GET", "/v1/event_types/PURCHASED_COFFEE/secret")
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"isPrivate": True})

    assert none.status_code == 409
    assert shop.report(user, bearer=shop.secret()).status_code == 200


def test_the_list_is_filtered_by_activity(shop: Shop) -> None:
    """`isActive` and `archived` say the same, the other way round."""
    shop.event_type()
    shop.event_type("VISITED_SHOP", schema=None)
    shop.done("PATCH", "/v1/event_types/VISITED_SHOP", {"isActive": False})

    archived, inactive, active = (
        {listed["name"] for listed in shop.done("GET", f"/v1/event_types/?isIntrinsic=false&{query}")}
        for query in ("archived=true", "filter=isActive:false", "archived=false")
    )

    assert (archived, inactive, active) == ({"VISITED_SHOP"}, {"VISITED_SHOP"}, {"PURCHASED_COFFEE"})


def test_a_change_is_made_by_id_or_name(shop: Shop) -> None:
    """PATCH takes the id, in capitals too, and the name."""
    made = shop.event_type()

    first = shop.done("PATCH", f"/v1/event_types/{made['id'].upper()}", {"description": "By id"})
    second = shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"description": "By name"})

    assert (first["version"], second["version"]) == (2, 3)
    assert "command" not in second


def test_what_is_omitted_from_user_activity_is_not_listed_for_users(shop: Shop) -> None:
    """An end user's list is without it, from the moment that its type says so; administrators see it as ever."""
    user = shop.cafe()
    token = shop.user_token(user)
    event = shop.report(user).json()["data"]
    shop.event_type("VISITED_SHOP", private=False)
    visit = shop.done("POST", "/v1/events", {"type": "VISITED_SHOP", "payload": {"total": 1}}, bearer=token)

    def listed(bearer: str | None = None) -> list[str]:
        return [one["id"] for one in shop.done("GET", f"/v1/events/?subject={user['id']}", bearer=bearer)]

    before = listed(token)
    shop.done("PATCH", "/v1/event_types/VISITED_SHOP", {"omitFromUserActivity": True})

    assert before[:2] == [visit["id"], event["id"]]
    assert listed(token) == before[1:]
    assert listed() == before
    assert shop.done("GET", f"/v1/events/{visit['id']}", bearer=token)["id"] == visit["id"]
    shop.done("PATCH", "/v1/event_types/VISITED_SHOP", {"omitFromUserActivity": False})
    assert listed(token) == before
