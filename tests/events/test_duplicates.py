"""Duplicates: the window and the identity of a type, the log of what was refused, and its release."""

import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from punchcard.db.connection import Db
from punchcard.events import claims, duplicates, near_duplicates
from tests.shop import Shop, fixed

PURCHASES = "/v1/event_types/PURCHASED_COFFEE"
EARLIER = "2026-10-01T08:00:00.000Z"


def settle(shop: Shop, **settings: Any) -> None:
    """Set something of PURCHASED_COFFEE."""
    shop.done("PATCH", PURCHASES, {"settings": settings})


def report(shop: Shop, user: Any, payload: Any, **fields: Any) -> Any:
    """Report a purchase of coffee with this payload."""
    return shop.call(
        "POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": payload} | fields
    )


def log(shop: Shop, query: str = "") -> Any:
    """Return the refused duplicates."""
    return shop.done("GET", f"/v1/duplicates/{query}")


async def age(owner: Any, shop: Shop, seconds: float) -> None:
    """Make the shop's claims older."""
    sql = "update claims set reported_at = reported_at - $2::interval where tenant_id = $1"
    await owner.execute(sql, shop.tenant.tenant_id, timedelta(seconds=seconds))


# window and identity -----------------------------------------------------------------------------


async def test_the_window_is_the_types(shop: Shop, owner: Any) -> None:
    """A type with a window of an hour refuses the same content for an hour; the answer says how long."""
    user = shop.cafe()
    settle(shop, duplicateWindowSeconds=3_600)
    original = report(shop, user, {"total": 1}).json()["data"]
    await age(owner, shop, 3_000)

    refused = report(shop, user, {"total": 1})

    assert (refused.status_code, refused.json()["event"]["id"]) == (409, original["id"])
    assert 0 < refused.json()["secondsLeft"] <= 600
    assert 1 <= int(refused.headers["retry-after"]) <= 600
    assert "3600 s" in refused.json()["detail"]
    await age(owner, shop, 601)
    assert report(shop, user, {"total": 1}).status_code == 200


def test_a_window_of_nothing_refuses_nothing(shop: Shop) -> None:
    """0 switches the rule off, for one event, for twins in a batch, and in the preview."""
    user = shop.cafe()
    settle(shop, duplicateWindowSeconds=0)
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}

    assert [report(shop, user, {"total": 1}).status_code for _ in range(3)] == [200] * 3
    assert [one["status"] for one in shop.done("POST", "/v1/events/batch", [body, body])] == [200, 200]
    assert "duplicateOf" not in shop.done("POST", "/v1/events/test_reaction", body)
    assert shop.balance(user) == 5
    assert log(shop) == []


def test_types_with_other_windows_share_a_commit(shop: Shop) -> None:
    """In one batch every type's own window counts: a long one, the usual one, and none."""
    user = shop.cafe()
    shop.event_type("VISITED_SHOP", schema=None)
    shop.event_type("LEFT_SHOP", schema=None)
    settle(shop, duplicateWindowSeconds=7_200)
    shop.done("PATCH", "/v1/event_types/LEFT_SHOP", {"settings": {"duplicateWindowSeconds": 0}})
    names = ("PURCHASED_COFFEE", "VISITED_SHOP", "LEFT_SHOP")
    bodies = [{"type": name, "subject": user["id"], "payload": {"total": 1}} for name in (*names, *names)]

    verdicts = shop.done("POST", "/v1/events/batch", bodies)

    assert [one["status"] for one in verdicts] == [200, 200, 200, 409, 409, 200]
    left = [one["problem"]["secondsLeft"] for one in verdicts if one["status"] == 409]
    assert left == [7_200, 60]


def test_included_fields_identify_and_no_others(shop: Shop) -> None:
    """With `duplicateInclude` an order's number is the identity: another total is a duplicate, another number not."""
    user = shop.cafe()
    settle(shop, duplicateInclude=["/order"])
    original = report(shop, user, {"order": 17, "total": 1}).json()["data"]

    again = report(shop, user, {"order": 17, "total": 2})

    assert (again.status_code, again.json()["event"]["id"]) == (409, original["id"])
    assert report(shop, user, {"order": 18, "total": 1}).status_code == 200
    without = [report(shop, user, {"total": total}).status_code for total in (1, 2, 2)]
    assert without == [200, 200, 409], "none of the fields: the whole payload identifies it"


def test_excluded_fields_do_not_identify(shop: Shop) -> None:
    """With `duplicateExclude` what a till adds to each sending makes no other event."""
    user = shop.cafe()
    settle(shop, duplicateExclude=["/sentAt", "/till/try"])
    assert report(shop, user, {"total": 1, "sentAt": 1, "till": {"id": 4, "try": 1}}).status_code == 200
    assert report(shop, user, {"total": 1, "sentAt": 2, "till": {"id": 4, "try": 2}}).status_code == 409
    assert report(shop, user, {"total": 1, "sentAt": 2, "till": {"id": 5, "try": 1}}).status_code == 200


def test_another_rule_makes_no_false_original(shop: Shop) -> None:
    """What was reported under one rule is nobody's original under another, and is again once the rule is back."""
    user = shop.cafe()
    original = report(shop, user, {"order": 1, "total": 1}).json()["data"]
    settle(shop, duplicateInclude=["/order"])
    assert report(shop, user, {"order": 1, "total": 1}).status_code == 200
    settle(shop, duplicateInclude=["/total"])
    assert report(shop, user, {"order": 2, "total": 1}).status_code == 200
    settle(shop, duplicateInclude=[])
    refused = report(shop, user, {"order": 1, "total": 1})
    assert (refused.status_code, refused.json()["event"]["id"]) == (409, original["id"])


async def test_claims_are_kept_as_long_as_they_refuse(shop: Shop, owner: Any, db: Db) -> None:
    """The sweep leaves a claim with a window of a day alone, and drops one of 60 s after ten minutes."""
    user = shop.cafe()
    assert report(shop, user, {"total": 1}).status_code == 200
    settle(shop, duplicateWindowSeconds=86_400)
    assert report(shop, user, {"total": 2}).status_code == 200
    await age(owner, shop, 86_000)
    await claims.forget(db)
    sql = "select window_seconds from claims where tenant_id = $1"
    assert [row[0] for row in await owner.fetch(sql, shop.tenant.tenant_id)] == [86_400]
    assert report(shop, user, {"total": 2}).status_code == 409


# the log -----------------------------------------------------------------------------------------


def test_a_refused_duplicate_is_in_the_log_beside_its_original(shop: Shop) -> None:
    """The log tells what was refused, who sent it, what it was taken for, and how long after that it came."""
    user = shop.cafe()
    original = report(shop, user, {"total": 10}).json()["data"]
    shop.report(user, 10.0, bearer=shop.secret(), occurredAt=EARLIER, executor="till 4")

    (entry,) = log(shop)

    assert entry["type"] == "PURCHASED_COFFEE"
    assert entry["subject"] == user["id"]
    assert entry["reporter"].startswith("secret:")
    assert entry["executor"] == "till 4"
    assert entry["payload"] == {"total": 10}
    assert entry["occurredAt"] == EARLIER
    assert 0 <= entry["secondsBetween"] < 60
    assert entry["original"] == {
        "id": original["id"], "reportedAt": original["reportedAt"], "reporter": original["reporter"],
        "occurredAt": original["occurredAt"], "payload": {"total": 10},
    }  # fmt: skip
    assert shop.done("GET", f"/v1/duplicates/{entry['id']}") == entry


def test_where_the_two_may_differ_both_payloads_are_shown(shop: Shop) -> None:
    """Under an identity of its own the log shows what was refused, and what stands recorded."""
    user = shop.cafe()
    settle(shop, duplicateInclude=["/order"])
    report(shop, user, {"order": 1, "total": 10})
    report(shop, user, {"order": 1, "total": 12})

    (entry,) = log(shop)

    assert entry["payload"] == {"order": 1, "total": 12}
    assert entry["original"]["payload"] == {"order": 1, "total": 10}


def test_every_refused_duplicate_is_kept_and_can_be_found(shop: Shop) -> None:
    """Singles, twins in a batch and an atomic batch all leave their entries; filters and cursors find them."""
    user, other = shop.cafe(), shop.user("bob")
    shop.event_type("VISITED_SHOP", schema=None)
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}
    visit = {"type": "VISITED_SHOP", "subject": "bob"}
    shop.done("POST", "/v1/events/batch", [body, body, visit, visit])
    assert shop.call("POST", "/v1/events", body).status_code == 409
    whole = [body | {"payload": {"total": 2}}, body, body | {"payload": {"total": 2}}]
    assert shop.call("POST", "/v1/events/batch?atomic=true", whole).status_code == 409

    entries = log(shop)

    assert [entry["type"] for entry in entries] == [
        "PURCHASED_COFFEE",
        "PURCHASED_COFFEE",
        "VISITED_SHOP",
        "PURCHASED_COFFEE",
    ]
    assert {entry["payload"].get("total") for entry in entries} == {1, None}, "the twin of what was rolled back is none"
    assert len(log(shop, "?type=VISITED_SHOP")) == 1
    assert len(log(shop, "?subject=bob")) == len(log(shop, f"?subject={other['id']}")) == 1
    assert len(log(shop, f"?reportedFrom={entries[1]['reportedAt']}")) >= 2
    assert log(shop, "?reportedTo=2020-01-01T00:00:00Z") == []
    first = shop.call("GET", "/v1/duplicates/?limit=3").json()
    rest = shop.call("GET", f"/v1/duplicates/?limit=3&cursor={first['page']['next']}").json()
    assert first["data"] + rest["data"] == entries


def test_a_known_request_is_no_duplicate(shop: Shop) -> None:
    """What an Idempotency-Key answers again is not in the log."""
    user = shop.cafe()
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}
    for _ in range(2):
        assert shop.call("POST", "/v1/events", body, headers={"Idempotency-Key": "one"}).status_code == 200
    assert log(shop) == []


async def test_the_log_is_bounded(shop: Shop, db: Db) -> None:
    """The sweep leaves the newest entries of a tenant, as many as may be, and none that is too old."""
    user = shop.cafe()
    for _ in range(6):
        report(shop, user, {"total": 1})
    assert len(log(shop)) == 5
    newest = log(shop)[:3]
    await duplicates.forget(db, 3, 30)
    assert log(shop) == newest
    await duplicates.forget(db, 3, 0)
    assert log(shop) == []


# release -----------------------------------------------------------------------------------------


def released(shop: Shop, entry: Any, **options: Any) -> Any:
    """Release a refused duplicate."""
    return shop.call("POST", f"/v1/duplicates/{entry['id']}/release", **options)


def test_a_released_duplicate_is_a_new_event(shop: Shop) -> None:
    """An administrator's word makes an event of it: points, occurredAt as reported, and what it was in its context."""
    user = shop.cafe()
    original = report(shop, user, {"total": 10}).json()["data"]
    shop.report(user, 10, bearer=shop.secret(), occurredAt=EARLIER)
    (entry,) = log(shop)

    event = released(shop, entry).json()["data"]

    assert event["id"] not in (original["id"], entry["id"])
    assert (event["occurredAt"], event["payload"], event["points"]) == (EARLIER, {"total": 10}, 10)
    assert event["reporter"].startswith("admin:")
    assert event["executor"] == entry["reporter"]
    assert event["context"] == {"releasedFrom": entry["id"], "duplicateOf": original["id"]}
    assert shop.done("GET", f"/v1/events/{event['id']}") == event
    assert shop.balance(user) == 20
    after = shop.done("GET", f"/v1/duplicates/{entry['id']}")
    assert after["eventId"] == event["id"]
    assert after["releasedBy"] == event["reporter"]


def test_it_is_released_once(shop: Shop) -> None:
    """The second release is a 409 that names the event; a repeated request with its key is the first answer."""
    user = shop.cafe()
    for _ in range(2):
        report(shop, user, {"total": 10})
    (entry,) = log(shop)
    key = {"Idempotency-Key": "release"}

    first = released(shop, entry, headers=key)
    again = released(shop, entry, headers=key)
    other = released(shop, entry)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert other.json()["eventId"] == first.json()["data"]["id"]
    assert shop.balance(user) == 20


def test_two_administrators_at_once_release_one_event(shop: Shop) -> None:
    """Of eight releases at once one makes the event, and seven are told of it; ten times."""
    user = shop.cafe()
    with ThreadPoolExecutor(8) as pool:
        for number in range(10):
            for _ in range(2):
                report(shop, user, {"total": 1, "items": [number]})
            entry = log(shop)[0]
            answers = list(pool.map(lambda _, entry=entry: released(shop, entry), range(8)))
            (made,) = [answer.json()["data"]["id"] for answer in answers if answer.status_code == 200]
            assert {answer.json()["eventId"] for answer in answers if answer.status_code == 409} == {made}
            assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert shop.balance(user) == 20


def test_a_released_event_is_the_next_ones_original(shop: Shop) -> None:
    """Whoever repeats it within the window is the released event's duplicate."""
    user = shop.cafe()
    for _ in range(2):
        report(shop, user, {"total": 10})
    event = released(shop, log(shop)[0]).json()["data"]
    refused = report(shop, user, {"total": 10})
    assert (refused.status_code, refused.json()["event"]["id"]) == (409, event["id"])


def test_it_is_judged_by_what_holds_now(shop: Shop) -> None:
    """A released event meets the reactors, the schema and the state of type and subject as they are now."""
    user = shop.cafe()
    for _ in range(2):
        report(shop, user, {"total": 10})
    (entry,) = log(shop)
    strict = {"type": "object", "required": ["order"]}
    shop.done("PATCH", PURCHASES, {"schema": strict})
    broken = released(shop, entry)
    assert (broken.status_code, broken.json()["errors"][0]["pointer"]) == (422, "/payload/order")
    shop.done("PATCH", PURCHASES, {"schema": None, "isActive": False})
    assert released(shop, entry).json()["code"] == "event_type_archived"
    shop.done("PATCH", PURCHASES, {"isActive": True, "name": "BOUGHT_COFFEE"})
    shop.reactor(fixed(100), "BOUGHT_COFFEE")
    event = released(shop, entry).json()["data"]
    assert (event["type"], event["points"]) == ("BOUGHT_COFFEE", 110)


def test_nothing_is_released_for_a_closed_account(shop: Shop) -> None:
    """A member who has left gets nothing any more."""
    user = shop.cafe()
    for _ in range(2):
        report(shop, user, {"total": 10})
    shop.done("DELETE", f"/v1/users/{user['id']}")
    answer = released(shop, log(shop)[0])
    assert (answer.status_code, answer.json()["code"]) == (422, "subject_closed")


async def test_another_tenants_duplicates_are_not_there(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """An entry of another tenant can be neither read nor released."""
    user = shop.cafe()
    for _ in range(2):
        report(shop, user, {"total": 10})
    (entry,) = log(shop)
    other = await open_shop()
    assert log(other) == []
    assert other.call("GET", f"/v1/duplicates/{entry['id']}").status_code == 404
    assert released(other, entry).status_code == 404
    assert shop.balance(user) == 10


async def test_a_released_cloud_event_is_known_by_its_id(shop: Shop, owner: Any) -> None:
    """A CloudEvent that was refused for its content and released is recorded: sent again, it is that event."""
    user = shop.cafe()
    report(shop, user, {"total": 10})
    body = {
        "specversion": "1.0", "id": "17", "source": "/till/4", "type": "PURCHASED_COFFEE", "subject": user["id"],
        "data": {"total": 10},
    }  # fmt: skip

    def sent() -> Any:
        return shop.call(
            "POST", "/v1/events", json.dumps(body).encode(), headers={"Content-Type": "application/cloudevents+json"}
        )

    assert sent().status_code == 409
    event = released(shop, log(shop)[0]).json()["data"]
    await age(owner, shop, 3_600)
    again = sent()
    assert (again.status_code, again.json()["data"]["id"]) == (200, event["id"])
    assert again.headers["idempotency-replayed"] == "true"
    assert shop.balance(user) == 20


# near-duplicates ---------------------------------------------------------------------------------


def test_the_same_order_again_is_flagged(shop: Shop) -> None:
    """A field that the type names, again with other content: recorded as any other, and it names the first."""
    user = shop.cafe()
    settle(shop, nearDuplicatePointer="/order")
    first = report(shop, user, {"order": "A-17", "total": 10}).json()["data"]
    assert "context" not in first

    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"order": "A-17", "total": 12}}
    assert shop.done("POST", "/v1/events/test_reaction", body)["nearDuplicateOf"] == first["id"]
    second = shop.call("POST", "/v1/events", body).json()["data"]
    third = report(shop, user, {"order": "A-17", "total": 13}).json()["data"]

    assert second["context"] == third["context"] == {"nearDuplicateOf": first["id"]}
    assert second["points"] == 12
    assert shop.done("GET", f"/v1/events/{second['id']}") == second
    assert shop.balance(user) == 35


@pytest.mark.parametrize("payload", [{"order": "A-18"}, {"order": None}, {}, {"order": 17}])
def test_another_order_is_not_flagged(shop: Shop, payload: Any) -> None:
    """Another value, null and no value at all repeat nothing."""
    user = shop.cafe()
    settle(shop, nearDuplicatePointer="/order")
    for earlier in ({"order": "17"}, {"order": None}, {}):
        report(shop, user, {"total": 1, **earlier})
    assert "context" not in report(shop, user, {"total": 2, **payload}).json()["data"]


def test_another_members_order_is_not_flagged(shop: Shop) -> None:
    """What another member reported is nobody's business: no event of his is named."""
    user, other = shop.cafe(), shop.user()
    settle(shop, nearDuplicatePointer="/order")
    report(shop, user, {"order": 1, "total": 1})
    assert "context" not in report(shop, other, {"order": 1, "total": 2}).json()["data"]


def test_near_twins_in_one_batch(shop: Shop) -> None:
    """Within a commit the first is the one that the others name; one that was refused is none."""
    user = shop.cafe()
    settle(shop, nearDuplicatePointer="/order")
    totals = (1, 2, 2, 3)
    bodies = [
        {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"order": 5, "total": total}} for total in totals
    ]
    verdicts = shop.done("POST", "/v1/events/batch", bodies)
    assert [one["status"] for one in verdicts] == [200, 200, 409, 200]
    first = verdicts[0]["event"]["id"]
    named = [one["event"].get("context") for one in verdicts if one["status"] == 200]
    assert named == [None, {"nearDuplicateOf": first}, {"nearDuplicateOf": first}]


async def test_a_value_is_watched_for_thirty_days(shop: Shop, owner: Any, db: Db) -> None:
    """After 30 days a value is as good as new, and is forgotten."""
    user = shop.cafe()
    settle(shop, nearDuplicatePointer="/order")
    report(shop, user, {"order": 1, "total": 1})
    sql = "update near_values set reported_at = reported_at - interval '30 days' where tenant_id = $1"
    await owner.execute(sql, shop.tenant.tenant_id)
    again = report(shop, user, {"order": 1, "total": 2}).json()["data"]
    assert "context" not in again
    assert report(shop, user, {"order": 1, "total": 3}).json()["data"]["context"] == {"nearDuplicateOf": again["id"]}
    await owner.execute(sql, shop.tenant.tenant_id)
    await near_duplicates.forget(db)
    assert await owner.fetchval("select count(*) from near_values where tenant_id = $1", shop.tenant.tenant_id) == 0
