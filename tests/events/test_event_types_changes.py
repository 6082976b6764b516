"""What a change of an event type means, before it is made and after: compatibility, rehearsals, recent events."""

from typing import Any

import pytest

from punchcard.db.connection import Db
from tests.shop import COFFEE_SCHEMA, Shop

PATH = "/v1/event_types/PURCHASED_COFFEE"
STRICTER = COFFEE_SCHEMA | {"required": ["total", "store"]}
WIDER = COFFEE_SCHEMA | {"required": []}


@pytest.mark.parametrize(
    ("change", "level", "pointers"),
    [
        ({"description": "In other words"}, "compatible", []),
        ({"schema": WIDER}, "widening", ["/required"]),
        ({"schema": STRICTER}, "breaking", ["/required"]),
        ({"settings": {"allowUnknown": False}}, "breaking", ["/additionalProperties"]),
        ({"settings": {"occurredPastDays": 30}}, "breaking", ["/settings/occurredPastDays"]),
    ],
    ids=["compatible", "widening", "breaking", "closing", "less far back"],
)
@pytest.mark.parametrize("query", ["", "?dryRun=false", "?dryRun=true"], ids=["done", "not rehearsed", "rehearsed"])
def test_a_change_says_what_it_means(shop: Shop, change: Any, level: str, pointers: list[str], query: str) -> None:
    """The answer to PATCH judges the change, with pointers and sentences, whether it is made or only rehearsed."""
    shop.event_type()

    found = shop.done("PATCH", f"{PATH}{query}", change)["compatibility"]

    assert (found["level"], [finding["pointer"] for finding in found["findings"]]) == (level, pointers)
    assert all(finding["detail"].endswith(" now.") for finding in found["findings"])
    assert shop.done("GET", PATH)["version"] == (1 if query == "?dryRun=true" else 2)


@pytest.mark.parametrize(
    ("former", "following", "level", "pointers"),
    [
        ({"occurredPastDays": 3}, {"occurredPastDays": None}, "widening", ["/settings/occurredPastDays"]),
        ({"occurredPastDays": 3}, {"occurredPastDays": 2}, "breaking", ["/settings/occurredPastDays"]),
        ({"occurredPastDays": 3}, {"latePolicy": "reject", "lateAfterDays": 5}, "compatible", []),
        ({"occurredPastDays": 9}, {"latePolicy": "reject", "lateAfterDays": 5},
         "breaking", ["/settings/lateAfterDays"]),
        ({}, {"latePolicy": "hold", "lateAfterDays": 5}, "compatible", []),
        ({"latePolicy": "reject", "lateAfterDays": 5}, {"latePolicy": "hold"}, "widening", ["/settings/lateAfterDays"]),
        ({}, {"occurredFutureSeconds": 0}, "breaking", ["/settings/occurredFutureSeconds"]),
        ({"occurredFutureSeconds": 5, "occurredPastDays": 1}, {"occurredFutureSeconds": 9, "occurredPastDays": 0},
         "breaking", ["/settings/occurredPastDays", "/settings/occurredFutureSeconds"]),
    ],
)  # fmt: skip
def test_how_far_from_now_is_judged_too(
    shop: Shop, former: Any, following: Any, level: str, pointers: list[str]
) -> None:
    """A till that reports late is broken by a shorter reach as by a schema: the report says so."""
    shop.event_type()
    shop.done("PATCH", PATH, {"settings": former})
    found = shop.done("PATCH", f"{PATH}?dryRun=true", {"settings": following})["compatibility"]
    assert (found["level"], [finding["pointer"] for finding in found["findings"]]) == (level, pointers)


def test_a_rehearsal_changes_nothing(shop: Shop) -> None:
    """The answer shows what would be; the type, its versions and its ETag stay."""
    before = shop.event_type(private=False)
    change = {"name": "BOUGHT_COFFEE", "isPrivate": True, "isActive": False, "schema": None}

    rehearsed = shop.call("PATCH", f"{PATH}?dryRun=true", change)

    shown = rehearsed.json()["data"]
    assert (shown["name"], shown["isPrivate"], shown["schema"], shown["version"]) == ("BOUGHT_COFFEE", True, None, 1)
    assert rehearsed.headers["ETag"] == '"1"'
    assert shop.done("GET", PATH) == before
    assert [version["version"] for version in shop.done("GET", f"{PATH}/versions/")] == [1]
    assert shop.call("GET", f"{PATH}/secret").status_code == 409


def test_a_rehearsal_is_refused_as_the_change_would_be(shop: Shop) -> None:
    """Names taken, old versions, bad schemas, intrinsic types: the same refusals."""
    shop.event_type()
    shop.event_type("VISITED_SHOP", schema=None)

    refused = [
        shop.call("PATCH", f"{PATH}?dryRun=true", {"name": "VISITED_SHOP"}),
        shop.call("PATCH", f"{PATH}?dryRun=true", {"schema": {"type": "money"}}),
        shop.call("PATCH", f"{PATH}?dryRun=true", {}, headers={"If-Match": '"7"'}),
        shop.call("PATCH", "/v1/event_types/CLOSED_ACCOUNT?dryRun=true", {"isActive": False}),
        shop.call("PATCH", f"{PATH}?dryRun=perhaps", {}),
    ]

    assert [answer.status_code for answer in refused] == [409, 422, 412, 403, 422]


def test_recent_events_that_would_fail_are_counted(shop: Shop) -> None:
    """Stored payloads are judged by what would be in force; those of other types are not counted."""
    user = shop.cafe()
    shop.event_type("VISITED_SHOP", schema=None)
    for total in range(5):
        extra = {"store": "a"} if total < 2 else {}
        assert shop.report(user, total, payload={"total": total, **extra}).status_code == 200
    shop.done("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": user["id"]})

    rehearsed = shop.done("PATCH", f"{PATH}?dryRun=true&countFailing=true", {"schema": STRICTER})
    closing = shop.done("PATCH", f"{PATH}?countFailing=true", {"settings": {"allowUnknown": False}})
    without = shop.done("PATCH", f"{PATH}?countFailing=true", {"schema": None})

    counts = {"days": 30, "checkedEvents": 5, "isComplete": True}
    assert rehearsed["compatibility"]["recent"] == counts | {"failingEvents": 3}
    assert closing["compatibility"]["recent"] == counts | {"failingEvents": 2}
    assert without["compatibility"]["recent"] == counts | {"failingEvents": 0}


async def test_the_newest_events_are_counted_up_to_a_cap(shop: Shop, db: Db) -> None:
    """Of 10,600 events of which some are older than 30 days, the newest 10,000 are looked at, and that is said."""
    user = shop.cafe()
    made = shop.report(user, 1).json()["data"]
    copies = """
        insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, payload, occurred_at,
                            reported_at, reacted_at, points, verdicts)
        select tenant_id, user_id, overlay(hex placing lpad(to_hex(milliseconds - $3::bigint - number), 12, '0')
               from 1 for 12)::uuid,
               event_type_id, 1, reporter, '{"total": -1}', occurred_at, reported_at, reacted_at, 0, '[]'
        from events, generate_series(1, $4::int) as number, replace(id::text, '-', '') as hex,
             cast(('x' || left(hex, 12))::bit(48) as bigint) as milliseconds
        where tenant_id = $1 and id = $2
    """
    tenant_id = shop.tenant.tenant_id
    await db.execute(copies, tenant_id, made["id"], 0, 400)
    await db.execute(copies, tenant_id, made["id"], 31 * 86_400_000, 400)
    few = shop.done("PATCH", f"{PATH}?dryRun=true&countFailing=true", {})["compatibility"]["recent"]
    await db.execute(copies, tenant_id, made["id"], 86_400_000, 9_800)
    many = shop.done("PATCH", f"{PATH}?dryRun=true&countFailing=true", {})["compatibility"]["recent"]

    assert few == {"days": 30, "checkedEvents": 401, "failingEvents": 400, "isComplete": True}
    assert many == {"days": 30, "checkedEvents": 10_000, "failingEvents": 9_999, "isComplete": False}


def test_unknown_fields_are_refused_where_the_type_says_so(shop: Shop) -> None:
    """AllowUnknown false: the fault points at the field, at each level that the schema describes."""
    schema = {"properties": {"lines": {"items": {"properties": {"sku": {}}}}, "extra": {"type": "object"}}}
    shop.event_type(schema=schema)
    user = shop.user()
    taken = shop.report(user, payload={"lines": [{"sku": 1, "size": 2}], "note": 3})
    shop.done("PATCH", PATH, {"settings": {"allowUnknown": False}})

    refused = shop.report(user, payload={"lines": [{"sku": 2, "size": 2}], "note": 3, "extra": {"any": 1}})

    assert (taken.status_code, refused.status_code, refused.json()["code"]) == (200, 422, "payload_invalid")
    pointers = {fault["pointer"] for fault in refused.json()["errors"]}
    assert pointers == {"/payload/note", "/payload/lines/0/size"}
    assert shop.report(user, payload={"lines": [{"sku": 3}], "extra": {"any": 1}}).status_code == 200


def test_a_schema_that_cannot_be_closed_is_refused_when_it_is_saved(shop: Shop) -> None:
    """What could not be enforced is never stored: neither by the schema nor by the setting."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "allOf": [{"properties": {"a": {"contentEncoding": "base64"}}}],
    }
    shop.event_type(schema=schema)

    closing = shop.call("PATCH", PATH, {"settings": {"allowUnknown": False}})
    shop.done("PATCH", PATH, {"schema": None, "settings": {"allowUnknown": False}})
    saving = shop.call("PATCH", PATH, {"schema": schema})

    for refused in (closing, saving):
        assert (refused.status_code, refused.json()["code"]) == (422, "schema_refused")
        assert refused.json()["errors"][0]["pointer"] == "/settings/allowUnknown"


def test_an_example_can_be_reported(shop: Shop) -> None:
    """What `example` shows is a payload that the type takes, of the current version or another."""
    user = shop.cafe()
    shop.done("PATCH", PATH, {"schema": STRICTER, "settings": {"allowUnknown": False}})

    current, first = shop.done("GET", f"{PATH}/example"), shop.done("GET", f"{PATH}/example?version=1")

    assert (current["version"], first["version"]) == (2, 1)
    assert (set(current["payload"]), set(first["payload"])) == ({"store", "total", "items"}, {"total", "items"})
    assert shop.report(user, payload=first["payload"]).status_code == 422
    shop.done("PATCH", PATH, {"settings": {"allowUnknown": True}})
    example = shop.done("GET", f"{PATH}/example")["payload"]
    assert shop.report(user, payload=example).status_code == 200


def test_it_is_said_when_there_is_no_example(shop: Shop) -> None:
    """A schema that nothing satisfies has none, and the answer says so; so does 404 for a version that is not."""
    shop.event_type(schema={"type": "string"})

    none = shop.done("GET", f"{PATH}/example")

    assert none == {"version": 1, "payload": None, "detail": "No payload could be made that the schema takes."}
    assert shop.call("GET", f"{PATH}/example?version=2").status_code == 404
    assert shop.call("GET", f"{PATH}/example?version=one").status_code == 422


@pytest.mark.parametrize("name", ["REGISTERED_ACCOUNT", "PROFILE_UPDATED", "CLOSED_ACCOUNT", "PURCHASED_REWARD"])
def test_intrinsic_types_document_their_payloads(shop: Shop, name: str) -> None:
    """Each has a schema whose fields are described, an example, and versions like any other."""
    schema = shop.call("GET", f"/v1/event_types/{name}/versions/1/schema").json()

    assert all(field["description"] for field in schema["properties"].values())
    example = shop.done("GET", f"/v1/event_types/{name}/example")["payload"]
    assert set(schema["required"]) <= set(example)
    assert shop.call("PATCH", f"/v1/event_types/{name}", {"description": "Ours"}).status_code == 403
