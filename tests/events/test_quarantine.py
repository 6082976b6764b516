"""Quarantine: what breaks a schema is kept for somebody to look at, corrected and reported, or discarded."""

import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.events import quarantine
from tests.conftest import served, server_environment
from tests.shop import Shop, fixed

PURCHASES = "/v1/event_types/PURCHASED_COFFEE"
EARLIER = "2026-10-01T08:00:00.000Z"
BROKEN = {"total": -1, "items": 3}


@pytest.fixture
def user(shop: Shop) -> Any:
    """Make the usual things; broken purchases go into quarantine."""
    member = shop.cafe()
    shop.done("PATCH", PURCHASES, {"settings": {"onInvalid": "quarantine"}})
    return member


def purchase(user: Any, payload: Any, **fields: Any) -> dict[str, Any]:
    """Return a purchase of coffee with this payload."""
    return {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": payload, **fields}


def kept(shop: Shop, user: Any, payload: Any = BROKEN, **fields: Any) -> Any:
    """Report a purchase that goes into quarantine; return what the reporter is told."""
    answer = shop.call("POST", "/v1/events", purchase(user, payload, **fields))
    assert answer.status_code == 202, answer.text
    return answer.json()["data"]


def as_cloud_event(user: Any, id: str, payload: Any) -> dict[str, Any]:
    """Return a purchase of coffee as a CloudEvent."""
    return {
        "specversion": "1.0", "id": id, "source": "/till/4", "type": "PURCHASED_COFFEE", "subject": user["id"],
        "data": payload,
    }  # fmt: skip


def send(shop: Shop, sent: Any, path: str = "/v1/events", **options: Any) -> Any:
    """Send one CloudEvent, or several."""
    media = "application/cloudevents-batch+json" if isinstance(sent, list) else "application/cloudevents+json"
    return shop.call("POST", path, json.dumps(sent).encode(), headers={"Content-Type": media}, **options)


def waiting(shop: Shop, query: str = "?status=OPEN") -> Any:
    """Return what is in quarantine."""
    return shop.done("GET", f"/v1/quarantine/{query}")


def resubmitted(shop: Shop, id: str, payload: Any = None, **options: Any) -> Any:
    """Resubmit an entry, with another payload or as it is."""
    return shop.call(
        "POST", f"/v1/quarantine/{id}/resubmit", {} if payload is None else {"payload": payload}, **options
    )


def test_without_the_setting_a_broken_payload_is_refused(shop: Shop) -> None:
    """By default a payload that breaks the schema is a 422, and nothing is kept."""
    user = shop.cafe()
    assert shop.call("POST", "/v1/events", purchase(user, BROKEN)).status_code == 422
    assert waiting(shop, "") == []


def test_a_broken_payload_is_kept_with_its_faults(shop: Shop, user: Any) -> None:
    """202 names the id and every fault; the entry has all that was reported; nothing has happened yet."""
    answer = shop.call("POST", "/v1/events", purchase(user, BROKEN, occurredAt=EARLIER, executor="till 4"))

    assert answer.status_code == 202
    told = answer.json()["data"]
    assert answer.json()["status"] == "success"
    assert told["reason"] == "INVALID"
    assert {fault["pointer"] for fault in told["faults"]} == {"/payload/total", "/payload/items"}
    (entry,) = waiting(shop)
    assert entry == shop.done("GET", f"/v1/quarantine/{told['id']}")
    assert (entry["id"], entry["reportedAt"], entry["faults"]) == (told["id"], told["reportedAt"], told["faults"])
    assert (entry["payload"], entry["occurredAt"], entry["executor"]) == (BROKEN, EARLIER, "till 4")
    assert (entry["type"], entry["typeVersion"], entry["subject"]) == ("PURCHASED_COFFEE", 2, user["id"])
    assert shop.balance(user) == 0
    assert shop.call("GET", f"/v1/events/{told['id']}").status_code == 404


def test_who_and_about_whom_come_first(shop: Shop, user: Any) -> None:
    """Nobody fills the quarantine without authority, for nobody, for closed accounts, or outside of time."""
    shop.event_type("VISITED_SHOP")
    closed = shop.user()
    shop.done("DELETE", f"/v1/users/{closed['id']}")
    tries = [
        shop.call("POST", "/v1/events", purchase(user, BROKEN), bearer=shop.secret("VISITED_SHOP")),
        shop.call("POST", "/v1/events", purchase(user, BROKEN), bearer=shop.user_token(user)),
        shop.call("POST", "/v1/events", purchase({"id": "nobody"}, BROKEN)),
        shop.call("POST", "/v1/events", purchase(closed, BROKEN)),
        shop.call("POST", "/v1/events", purchase(user, BROKEN, occurredAt="1969-01-01T00:00:00Z")),
        shop.call("POST", "/v1/events", purchase(user, [])),
    ]
    assert [answer.status_code for answer in tries] == [403, 403, 422, 422, 422, 422]
    assert waiting(shop, "") == []


def test_the_same_again_is_a_duplicate(shop: Shop, user: Any) -> None:
    """A till that sends its broken payload again is told of the first one, and leaves no second entry."""
    told = kept(shop, user)
    again = shop.call("POST", "/v1/events", purchase(user, BROKEN))
    assert (again.status_code, again.json()["event"]["id"]) == (409, told["id"])
    assert len(waiting(shop)) == 1
    (entry,) = shop.done("GET", "/v1/duplicates/")
    assert entry["payload"] == BROKEN
    assert entry["original"]["isInQuarantine"] is True
    assert shop.call("POST", f"/v1/duplicates/{entry['id']}/release").json()["code"] == "payload_invalid"


def test_a_key_gets_the_first_answer_again(shop: Shop, user: Any) -> None:
    """The 202 is remembered under its Idempotency-Key, and still is after the entry became an event."""
    key = {"Idempotency-Key": "broken"}
    first = shop.call("POST", "/v1/events", purchase(user, BROKEN), headers=key)
    again = shop.call("POST", "/v1/events", purchase(user, BROKEN), headers=key)
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(waiting(shop)) == 1


def test_in_a_batch_each_has_its_verdict(shop: Shop, user: Any) -> None:
    """Sound ones are recorded, broken ones wait, twins of either are refused."""
    bodies = [purchase(user, payload) for payload in ({"total": 5}, BROKEN, {"total": 5}, BROKEN, {"total": 6})]

    verdicts = shop.done("POST", "/v1/events/batch", bodies)

    assert [one["status"] for one in verdicts] == [200, 202, 409, 409, 200]
    (entry,) = waiting(shop)
    told = verdicts[1]["quarantined"]
    assert (told["id"], told["faults"]) == (entry["id"], entry["faults"])
    assert verdicts[3]["problem"]["event"]["id"] == entry["id"]
    assert shop.balance(user) == 11


def test_an_atomic_batch_keeps_nothing(shop: Shop, user: Any) -> None:
    """All or nothing: one that would wait is refused like the others, and so is the batch."""
    whole = shop.call("POST", "/v1/events/batch?atomic=true", [purchase(user, {"total": 5}), purchase(user, BROKEN)])
    assert (whole.status_code, whole.json()["code"]) == (422, "payload_invalid")
    assert whole.json()["errors"][0]["pointer"].startswith("/1/payload/")
    assert waiting(shop, "") == []
    assert shop.balance(user) == 0
    assert shop.call("POST", "/v1/events", purchase(user, {"total": 5})).status_code == 200


def test_the_preview_tells(shop: Shop, user: Any) -> None:
    """A preview says that the event would wait and why, or that it would be a duplicate of one that does."""
    previewed = shop.done("POST", "/v1/events/test_reaction", purchase(user, BROKEN))
    assert previewed["quarantined"]["reason"] == "INVALID"
    assert (previewed["verdicts"], previewed["points"], previewed["balanceAfter"]) == ([], 0, 0)
    assert waiting(shop, "") == []
    told = kept(shop, user)
    assert previewed["quarantined"]["faults"] == told["faults"]
    again = shop.done("POST", "/v1/events/test_reaction", purchase(user, BROKEN))
    assert again["duplicateOf"]["id"] == told["id"]


# resubmit ----------------------------------------------------------------------------------------


def test_a_corrected_payload_is_an_event(shop: Shop, user: Any) -> None:
    """It is judged and gives points; it keeps occurredAt, and its first id leads to it."""
    told = kept(shop, user, occurredAt=EARLIER)

    event = resubmitted(shop, told["id"], {"total": 7}).json()["data"]

    assert (event["payload"], event["occurredAt"], event["points"]) == ({"total": 7}, EARLIER, 7)
    assert event["id"] > told["id"], "ids are in the order of reporting"
    assert event["context"] == {"resubmittedFrom": told["id"]}
    assert shop.done("GET", f"/v1/events/{told['id']}") == event == shop.done("GET", f"/v1/events/{event['id']}")
    assert shop.done("GET", f"/v1/events/{told['id']}/reactions")["points"] == 7
    entry = shop.done("GET", f"/v1/quarantine/{told['id']}")
    assert (entry["status"], entry["eventId"], entry["resolvedBy"]) == ("RESUBMITTED", event["id"], event["reporter"])
    assert shop.balance(user) == 7


def test_it_can_be_resubmitted_as_it_is(shop: Shop, user: Any) -> None:
    """Once the schema takes it, the payload goes in as it was reported; its own claim does not stand in the way."""
    told = kept(shop, user, {"items": []})
    still = resubmitted(shop, told["id"])
    assert (still.status_code, still.json()["errors"][0]["pointer"]) == (422, "/payload/total")
    shop.done("PATCH", PURCHASES, {"schema": None})
    shop.reactor(fixed(3))
    event = resubmitted(shop, told["id"]).json()["data"]
    assert (event["payload"], event["points"]) == ({"items": []}, 3)
    again = shop.call("POST", "/v1/events", purchase(user, {"items": []}))
    assert (again.status_code, again.json()["event"]["id"]) == (409, event["id"])


def test_it_is_resubmitted_once(shop: Shop, user: Any) -> None:
    """The second time is a 409 that names the event; a repeated request with its key is the first answer."""
    told = kept(shop, user)
    key = {"Idempotency-Key": "correct"}
    first = resubmitted(shop, told["id"], {"total": 7}, headers=key)
    again = resubmitted(shop, told["id"], {"total": 7}, headers=key)
    other = resubmitted(shop, told["id"], {"total": 8})
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert again.json() == first.json()
    assert other.json()["eventId"] == first.json()["data"]["id"]
    assert shop.call("POST", f"/v1/quarantine/{told['id']}/discard", {"reason": "late"}).status_code == 409
    assert shop.balance(user) == 7


def test_two_administrators_at_once_make_one_event(shop: Shop, user: Any) -> None:
    """Of eight that resubmit or discard at once one succeeds; ten times, with points once for each event."""
    events = 0
    with ThreadPoolExecutor(8) as pool:
        for number in range(10):
            told = kept(shop, user, {"total": -1, "items": [number]})
            path = f"/v1/quarantine/{told['id']}"
            calls: list[tuple[str, Any]] = [
                (f"{path}/resubmit", {"payload": {"total": 1, "items": [number, turn]}}) for turn in range(6)
            ]
            calls += [(f"{path}/discard", {"reason": "nonsense"})] * 2
            answers = list(pool.map(lambda call: shop.call("POST", *call), calls))
            assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
            events += shop.done("GET", path)["status"] == "RESUBMITTED"
    assert shop.balance(user) == events


def test_what_was_reported_meanwhile_is_not_reported_twice(shop: Shop, user: Any) -> None:
    """A correction that equals an event of the last minute is its duplicate; the entry stays open."""
    told = kept(shop, user)
    event = shop.call("POST", "/v1/events", purchase(user, {"total": 7})).json()["data"]
    refused = resubmitted(shop, told["id"], {"total": 7})
    assert (refused.status_code, refused.json()["event"]["id"]) == (409, event["id"])
    assert len(waiting(shop)) == 1
    assert shop.balance(user) == 7


def test_a_correction_with_nothing_else(shop: Shop, user: Any) -> None:
    """The body names a payload or nothing."""
    told = kept(shop, user)
    path = f"/v1/quarantine/{told['id']}/resubmit"
    bodies: tuple[dict[str, Any], ...] = ({"payload": 3}, {"payload": []}, {"subject": "bob"}, {"occurredAt": EARLIER})
    for body in bodies:
        assert shop.call("POST", path, body).status_code == 422
    assert shop.call("POST", "/v1/quarantine/nobody/resubmit", {}).status_code == 404


async def test_a_cloud_event_becomes_an_event_once(shop: Shop, user: Any, owner: "asyncpg.Connection[Any]") -> None:
    """One that waited and was resubmitted is known by its id and source: its sender gets the event back, for ever."""

    def sent() -> Any:
        return send(shop, as_cloud_event(user, "17", BROKEN))

    first = sent()
    assert first.status_code == 202
    tenant = shop.tenant.tenant_id
    await owner.execute("delete from claims where tenant_id = $1", tenant)  # as the window and the sweep do
    second = sent()
    assert (second.status_code, second.headers["idempotency-replayed"]) == (202, "true")
    assert second.json() == first.json()
    event = resubmitted(shop, first.json()["data"]["id"], {"total": 7}).json()["data"]
    assert event["context"]["cloudEvent"]["id"] == "17"
    shop.done("PATCH", PURCHASES, {"schema": None})
    await owner.execute("delete from claims where tenant_id = $1", tenant)

    again, other = sent(), resubmitted(shop, first.json()["data"]["id"], {"total": 8})

    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    assert again.json()["data"]["id"] == event["id"]
    assert (other.status_code, other.json()["eventId"]) == (409, event["id"])
    assert shop.balance(user) == 7


def test_a_cloud_event_waits_once(shop: Shop, user: Any) -> None:
    """Sent again while it waits it gets the first 202, alone and in batches, with pointers in its own words."""
    sound, broken = as_cloud_event(user, "18", {"total": 3}), as_cloud_event(user, "19", BROKEN)
    first = send(shop, broken)
    assert first.status_code == 202
    assert {fault["pointer"] for fault in first.json()["data"]["faults"]} == {"/data/total", "/data/items"}
    again = send(shop, broken)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (202, "true")
    assert again.json() == first.json()
    for _ in range(2):
        verdicts = send(shop, [broken, sound, broken]).json()["data"]
        assert [verdict["status"] for verdict in verdicts] == [202, 200, 202]
        assert verdicts[0] == {"index": 0, "status": 202, "quarantined": first.json()["data"], "replayed": True}
        assert verdicts[2] == {**verdicts[0], "index": 2}
    whole = send(shop, [broken], "/v1/events/batch?atomic=true")
    assert (whole.status_code, whole.json()["code"]) == (422, "payload_invalid")
    assert len(waiting(shop)) == 1
    assert shop.done("GET", "/v1/duplicates/") == []


def test_another_cloud_event_waits_beside_it(shop: Shop, user: Any) -> None:
    """Another id or source, and the same of an end user, is not what waits; what is put right is an event."""
    shop.event_type("VISITED_SHOP", private=False)
    shop.done("PATCH", "/v1/event_types/VISITED_SHOP", {"settings": {"onInvalid": "quarantine"}})
    visit = {**as_cloud_event(user, "20", {"total": -1}), "type": "VISITED_SHOP"}
    others = [
        visit, {**visit, "id": "21", "data": {"total": -2}}, {**visit, "source": "/till/5", "data": {"total": -3}},
    ]  # fmt: skip
    ids = [send(shop, other).json()["data"]["id"] for other in others]
    own = send(shop, {**visit, "data": {"total": -4}}, bearer=shop.user_token(user))
    assert own.status_code == 202
    assert len({*ids, own.json()["data"]["id"]}) == 4
    put_right = send(shop, {**visit, "data": {"total": 5}})
    assert put_right.status_code == 200
    assert send(shop, visit).json()["data"]["id"] == put_right.json()["data"]["id"]


# discard -----------------------------------------------------------------------------------------


def test_what_is_discarded_comes_to_nothing(shop: Shop, user: Any) -> None:
    """With a reason, which is kept; it cannot be taken up again."""
    told = kept(shop, user)
    path = f"/v1/quarantine/{told['id']}"
    assert shop.call("POST", f"{path}/discard", {}).status_code == 422
    assert shop.call("POST", f"{path}/discard", {"reason": ""}).status_code == 422

    entry = shop.done("POST", f"{path}/discard", {"reason": "A test of the till"})

    assert (entry["status"], entry["discardReason"]) == ("DISCARDED", "A test of the till")
    assert entry["resolvedBy"].startswith("admin:")
    assert shop.done("GET", path) == entry
    assert resubmitted(shop, told["id"], {"total": 1}).status_code == 409
    assert shop.call("POST", f"{path}/discard", {"reason": "Again"}).status_code == 409
    assert (waiting(shop), len(waiting(shop, "?status=DISCARDED"))) == ([], 1)


def test_what_was_discarded_is_nobodys_original(shop: Shop, user: Any) -> None:
    """T28: the same content after it is no duplicate: it waits anew, as an event of our own or as a CloudEvent."""
    shop.done("PATCH", PURCHASES, {"settings": {"duplicateWindowSeconds": 86_400}})
    for send_it in (
        lambda: shop.call("POST", "/v1/events", purchase(user, BROKEN)),
        lambda: send(shop, as_cloud_event(user, "22", {"total": -2})),
    ):
        first = send_it().json()["data"]["id"]
        shop.done("POST", f"/v1/quarantine/{first}/discard", {"reason": "Send it again"})
        again = send_it()
        assert (again.status_code, "idempotency-replayed" in again.headers) == (202, False)
        assert again.json()["data"]["id"] != first


async def test_only_what_was_discarded_long_ago_is_forgotten(
    shop: Shop, user: Any, owner: "asyncpg.Connection[Any]", db: Db
) -> None:
    """Open entries stay for ever, those of events too; discarded ones go after 100 days."""
    told = [kept(shop, user, {"items": [number]}) for number in range(3)]
    shop.done("POST", f"/v1/quarantine/{told[0]['id']}/discard", {"reason": "Old"})
    resubmitted(shop, told[1]["id"], {"total": 1})
    sql = "update quarantine set resolved_at = resolved_at - $2::interval where tenant_id = $1"
    await owner.execute(sql, shop.tenant.tenant_id, quarantine.DISCARDED_KEPT)
    await quarantine.forget(db)
    assert {entry["status"] for entry in waiting(shop, "")} == {"OPEN", "RESUBMITTED"}


# lists and bounds --------------------------------------------------------------------------------


def test_entries_can_be_found(shop: Shop, user: Any) -> None:
    """By type, subject, status, reason and time, and page by page."""
    other = shop.user("bob")
    told = [kept(shop, one, {"items": [number]}) for number, one in enumerate([user, user, other])]
    newest_first = [one["id"] for one in reversed(told)]
    assert [entry["id"] for entry in waiting(shop, "")] == newest_first
    for query, count in (
        ("type=PURCHASED_COFFEE", 3), ("type=OTHER", 0), ("subject=bob", 1), (f"subject={user['id']}", 2),
        ("status=OPEN", 3), ("status=DISCARDED", 0), ("reason=INVALID", 3), ("reason=LATE", 0),
        ("reportedTo=2020-01-01T00:00:00Z", 0), ("reportedFrom=2020-01-01T00:00:00Z", 3),
    ):  # fmt: skip
        assert len(waiting(shop, f"?{query}")) == count, query
    assert shop.call("GET", "/v1/quarantine/?status=LOST").status_code == 422
    first = shop.call("GET", "/v1/quarantine/?limit=2").json()
    rest = shop.call("GET", f"/v1/quarantine/?limit=2&cursor={first['page']['next']}").json()
    assert [entry["id"] for entry in first["data"] + rest["data"]] == newest_first


async def test_another_tenants_entries_are_not_there(
    shop: Shop, user: Any, open_shop: Callable[[], Awaitable[Shop]]
) -> None:
    """An entry of another tenant can be neither read, resubmitted nor discarded."""
    told = kept(shop, user)
    other = await open_shop()
    path = f"/v1/quarantine/{told['id']}"
    assert waiting(other, "") == []
    assert other.call("GET", path).status_code == 404
    assert resubmitted(other, told["id"], {"total": 1}).status_code == 404
    assert other.call("POST", f"{path}/discard", {"reason": "Mine"}).status_code == 404


def test_a_full_quarantine_refuses(urls: Urls, shop: Shop, user: Any, tmp_path: Path) -> None:
    """Beyond the bound a broken payload is refused with its faults; sound ones are recorded as ever."""
    environment = server_environment(urls, PUNCHCARD_QUARANTINE_MAX="2")
    with served(environment, log=tmp_path / "log") as (address, _), Shop(address, shop.tenant) as small:
        verdicts = small.done("POST", "/v1/events/batch", [purchase(user, {"items": [number]}) for number in range(4)])
        assert [one["status"] for one in verdicts] == [202, 202, 422, 422]
        assert verdicts[2]["problem"]["code"] == "payload_invalid"
        assert verdicts[2]["problem"]["errors"][0]["pointer"] == "/payload/total"
        full = small.call("POST", "/v1/events", purchase(user, {"items": [2]}))
        assert full.status_code == 422, "what was refused for want of room claimed nothing"
        assert small.call("POST", "/v1/events", purchase(user, {"total": 1})).status_code == 200
        small.done("POST", f"/v1/quarantine/{verdicts[0]['quarantined']['id']}/discard", {"reason": "Room"})
        assert small.call("POST", "/v1/events", purchase(user, {"items": [2]})).status_code == 202
