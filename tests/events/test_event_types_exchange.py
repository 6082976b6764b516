"""Event types as one document: out of one shop, into another, and once more without effect."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.shop import COFFEE_SCHEMA, Shop

IMPORT = "/v1/event_types/import"


def outcomes(imported: Any) -> dict[str, str]:
    """Return what became of each type."""
    return {one["name"]: one["outcome"] for one in imported["eventTypes"]}


def plain(name: str, **fields: Any) -> dict[str, Any]:
    """Return an event type with the least that it needs."""
    return {"name": name, "description": "Plain", "isPrivate": False, **fields}


async def test_what_is_exported_can_be_imported_elsewhere(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """Everything but ids, versions and secrets arrives; the same document again changes nothing."""
    shop.event_type()
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    change = {"settings": {"duplicateExclude": ["/a"], "allowUnknown": False}, "enhancers": ["POINTS_ENHANCER"],
              "isActive": False,
              "metaTypeMappings": [{"metaType": "TRANSACTION"}], "omitFromUserActivity": True}  # fmt: skip
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", change)
    exported, secret = shop.done("GET", "/v1/event_types/export"), shop.secret()
    other = await open_shop()

    first, again = other.done("POST", IMPORT, exported), other.done("POST", IMPORT, exported)

    assert [one["name"] for one in exported["eventTypes"]] == ["PURCHASED_COFFEE", "VISITED_SHOP"]
    assert set(outcomes(first).values()) == {"created"}
    assert set(outcomes(again).values()) == {"unchanged"}
    assert other.done("GET", "/v1/event_types/export") == exported
    assert other.secret() != secret
    assert secret not in str(exported)


def test_what_is_there_is_made_to_say_what_the_document_says(shop: Shop) -> None:
    """A changed type gets a version and is judged; what the document leaves out goes back to its default."""
    made = shop.event_type(private=False)
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"enhancers": ["POINTS_ENHANCER"]})
    wanted = plain("PURCHASED_COFFEE", isPrivate=True, schema=COFFEE_SCHEMA | {"required": ["store"]})

    (imported,) = shop.done("POST", IMPORT, {"eventTypes": [wanted]})["eventTypes"]

    after = shop.done("GET", "/v1/event_types/PURCHASED_COFFEE")
    assert (imported["outcome"], imported["compatibility"]["level"]) == ("changed", "breaking")
    assert (after["id"], after["version"], after["enhancers"], after["isPrivate"]) == (made["id"], 3, [], True)
    assert shop.secret()


def test_one_refusal_refuses_all_unless_asked_otherwise(shop: Shop) -> None:
    """By default nothing is taken and every fault is pointed at; `atomic=false` takes the others."""
    body = {"eventTypes": [
        plain("GOOD_ONE"), plain("BAD_SCHEMA", schema={"type": "money"}), plain("CLOSED_ACCOUNT"),
        plain("BAD_SETTING", settings={"latePolicy": "hold"}), plain("GOOD_ONE"),
    ]}  # fmt: skip

    refused = shop.call("POST", IMPORT, body)
    assert shop.call("GET", "/v1/event_types/GOOD_ONE").status_code == 404
    taken = shop.done("POST", f"{IMPORT}?atomic=false", body)["eventTypes"]

    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [
        "/eventTypes/1/schema/type", "/eventTypes/2/name", "/eventTypes/3/settings/lateAfterDays",
        "/eventTypes/4/name",
    ]  # fmt: skip
    assert [one["outcome"] for one in taken] == ["created", "refused", "refused", "refused", "refused"]
    assert all(one["detail"] for one in taken[1:])
    assert shop.done("GET", "/v1/event_types/GOOD_ONE")["version"] == 1
    assert shop.call("GET", "/v1/event_types/BAD_SETTING").status_code == 404


def test_a_rehearsal_says_what_would_become_of_each(shop: Shop) -> None:
    """DryRun tells the outcomes, refusals among them, and leaves everything as it is."""
    shop.event_type()
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    before = shop.done("GET", "/v1/event_types/export")
    visited = next(one for one in before["eventTypes"] if one["name"] == "VISITED_SHOP")
    body = {"eventTypes": [
        plain("PURCHASED_COFFEE"), visited, plain("NEW_ONE"), plain("REGISTERED_ACCOUNT"),
    ]}  # fmt: skip

    rehearsed = shop.done("POST", f"{IMPORT}?dryRun=true", body)

    assert outcomes(rehearsed) == {
        "PURCHASED_COFFEE": "changed", "VISITED_SHOP": "unchanged", "NEW_ONE": "created",
        "REGISTERED_ACCOUNT": "refused",
    }  # fmt: skip
    assert shop.done("GET", "/v1/event_types/export") == before


def test_an_import_happens_once_under_a_key(shop: Shop) -> None:
    """The Idempotency-Key of an import is that of any POST: the same answer again, and nothing done twice."""
    body = {"eventTypes": [plain("NEW_ONE")]}
    headers = {"Idempotency-Key": "import-1"}

    first, again = (shop.call("POST", IMPORT, body, headers=headers) for _ in range(2))

    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_document_may_be_large_and_has_a_bound(shop: Shop) -> None:
    """Hundreds of types with their schemas fit, beyond the size of other bodies; more than 1,000 types do not."""
    words = [f"{a}{b}{c}" for a in "ABCDEFGHIJ" for b in "KLMNOPQRST" for c in "UVWXYZ"]
    schema = {"properties": {f"field{number}": {"type": "string"} for number in range(40)}}
    many = [plain(f"TYPE_{word}", schema=schema) for word in words[:300]]

    assert set(outcomes(shop.done("POST", IMPORT, {"eventTypes": many})).values()) == {"created"}
    assert set(outcomes(shop.done("POST", IMPORT, {"eventTypes": many})).values()) == {"unchanged"}
    too_many = shop.call("POST", IMPORT, {"eventTypes": [plain("TYPE_A")] * 1_001})
    assert (too_many.status_code, too_many.json()["errors"][0]["pointer"]) == (422, "/eventTypes")


def test_a_document_is_read_as_strictly_as_a_definition(shop: Shop) -> None:
    """Unknown fields and bad names are pointed at with their place in the document."""
    body = {"eventTypes": [plain("FINE"), plain("not fine", version=3)]}

    faults = shop.call("POST", IMPORT, body).json()["errors"]

    assert {fault["pointer"] for fault in faults} == {"/eventTypes/1/name", "/eventTypes/1/version"}
