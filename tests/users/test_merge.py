"""Two accounts made one: nothing is lost, nothing counts twice, and both names lead to the survivor."""

from typing import Any

import pytest

from punchcard.db.connection import Db
from punchcard.points import integrity
from tests.shop import Shop, fixed


async def differences(db: Db, shop: Shop) -> list[Any]:
    """Check the books of a shop."""
    from uuid import UUID  # noqa: PLC0415 - this function alone names nobody

    looked = await integrity.check_slice(db, shop.tenant.tenant_id, UUID(int=0))
    return looked.differences


def merge(shop: Shop, user: Any, into: Any) -> Any:
    """Make one of two users; return the survivor."""
    return shop.done("POST", f"/v1/users/{user['id']}/merge", {"into": into["id"]})


def wallet(shop: Shop, user: Any, query: str = "") -> Any:
    """Return a user's wallet."""
    return shop.done("GET", f"/v1/users/{user['id']}/wallet{query}")


async def test_points_lots_and_history_go_over(shop: Shop, db: Db) -> None:
    """Open-ended, expiring and pending points keep their terms; sums and entries are of both; the books agree."""
    policy = {"name": "A year", "type": "SIMPLE_EXPIRY", "config": {"after": "P1Y"}}
    old, new = shop.cafe("old"), shop.user("new")
    shop.report(old, 30)
    shop.done("POST", "/v1/points_liability_criteria/", policy)
    shop.report(old, 12)
    shop.event_type("WAITED", schema=None)
    later = {"points": fixed(7), "type": "POINTS", "usableAfter": "P30D"}
    shop.done("POST", "/v1/event_reactors/", {"name": "Later", "eventType": "WAITED", "reactions": [later]})
    shop.done("POST", "/v1/events", {"type": "WAITED", "subject": "old", "payload": {}})
    shop.report(new, 5)
    before = wallet(shop, old)

    survivor = merge(shop, old, new)

    assert survivor["id"] == new["id"]
    after = wallet(shop, new)
    assert (after["balance"], after["pending"], after["earned"], after["spent"]) == (47, 7, 54, 0)
    assert [lot["points"] for lot in after["pendingLots"]] == [lot["points"] for lot in before["pendingLots"]] == [7]
    assert sum(month["points"] for month in after["expiring"]) == 12 + 5 + 7
    assert wallet(shop, old) == after
    accounts = [(entry["points"], entry["account"]) for entry in after["entries"] if entry.get("userId") is None]
    assert sorted(accounts) == sorted([(5, "ISSUE"), (12, "MERGE"), (7, "MERGE"), (30, "MERGE")])
    theirs = [entry["points"] for entry in after["entries"] if entry.get("userId") == old["id"]]
    assert sorted(theirs) == sorted([30, 12, 7, -42, -7])
    assert await differences(db, shop) == []
    purchase = shop.report(new, 2).json()["data"]
    assert purchase["points"] == 2
    assert shop.buy(old, shop.reward(49))["subject"] == new["id"]
    assert (wallet(shop, new)["balance"], await differences(db, shop)) == (0, [])


def test_pages_of_entries_go_through_both_histories(shop: Shop) -> None:
    """`nextBefore` leads through the entries of both, the newest first, each once."""
    old, new = shop.cafe("old"), shop.user("new")
    for total in range(1, 5):
        shop.report(old if total % 2 else new, total)
    merge(shop, old, new)

    seen, query = [], "?limit=2"
    while query:
        page = wallet(shop, new, query)
        seen += [entry["points"] for entry in page["entries"]]
        query = f"?limit=2&before={page['nextBefore']}" if "nextBefore" in page else ""

    assert len(seen) == 6
    assert seen[2:] == [4, 3, 2, 1]
    assert sorted(seen[:2]) == [-4, 4]


def test_both_names_lead_to_the_survivor(shop: Shop) -> None:
    """Ids, account numbers and authIdentifiers of both read, report and call for the one that is left."""
    old, new = shop.cafe("old"), shop.user("new", externalIdentifier="crm-1")
    token = shop.user_token(old)
    first = shop.report(old, 3).json()["data"]
    merge(shop, old, new)

    assert shop.done("GET", f"/v1/users/{old['id']}")["id"] == new["id"]
    for name, total in (("old", 4), (old["id"], 5), (old["accountNumber"], 6), ("new", 7)):
        event = shop.done(
            "POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": name, "payload": {"total": total}}
        )
        assert (event["subject"], event["points"]) == (new["id"], total)
    assert wallet(shop, new)["balance"] == 25
    assert shop.done("GET", f"/v1/users/{old['id']}/wallet", bearer=token)["balance"] == 25
    assert shop.done("GET", f"/v1/events/{first['id']}", bearer=token)["subject"] == old["id"]
    assert first["id"] in [event["id"] for event in shop.done("GET", "/v1/events/?subject=old")]
    assert first["id"] in [event["id"] for event in shop.done("GET", "/v1/events/", bearer=token)]
    assert [user["id"] for user in shop.done("GET", "/v1/users/")] == [new["id"]]
    patched = shop.done("PATCH", f"/v1/users/{old['id']}", {"profile": {"city": "Bern"}})
    assert (patched["id"], patched["profile"]["city"]) == (new["id"], "Bern")
    adjusted = {"actorId": old["id"], "points": 5, "comment": "sorry"}
    assert shop.done("POST", "/v1/commands/adjust_points", adjusted)["subject"] == new["id"]


def test_a_duplicate_stays_one_after_the_merge(shop: Shop) -> None:
    """What was reported of one within the window is a duplicate when it is reported of the other."""
    old, new = shop.cafe("old"), shop.user("new")
    shop.report(old, 3)
    merge(shop, old, new)

    assert shop.report(new, 3).json()["code"] == "event_already_exists"
    assert shop.report(old, 3).json()["code"] == "event_already_exists"


def test_counts_of_reactors_are_those_of_both(shop: Shop) -> None:
    """A limit of two is used up by one firing on each account."""
    shop.event_type()
    shop.reactor(fixed(10), maxActivations=2, limits=[{"per": "DAY", "activations": 2}])
    old, new = shop.user("old"), shop.user("new")
    shop.report(old, 1)
    shop.report(new, 2)

    merge(shop, old, new)

    assert shop.report(new, 3).json()["data"]["points"] == 0


def test_consents_vouchers_and_attributes_go_over(shop: Shop) -> None:
    """What one has agreed to and bought is the other's, and each consent is given once."""
    kinds = [shop.done("POST", "/v1/consent_types/", {"name": name, "required": False}) for name in "AB"]
    old, new = shop.cafe("old"), shop.user("new")
    for kind, user in ((kinds[0], old), (kinds[0], new), (kinds[1], old)):
        shop.done("POST", "/v1/consents/", {"type": {"id": kind["id"]}, "user": {"id": user["id"]}})
    shop.report(old, 10)
    voucher = shop.buy(old, shop.reward(1))["payload"]["voucherId"]

    merge(shop, old, new)

    given = shop.done("GET", f"/v1/consents/?user={new['id']}&isGiven=true")
    assert sorted(consent["type"]["name"] for consent in given) == ["A", "B"]
    token = shop.user_token(new)
    assert [found["id"] for found in shop.done("GET", "/v1/vouchers/", bearer=token)] == [voucher]


def test_a_merge_is_an_event_that_reactors_answer_once(shop: Shop) -> None:
    """ACCOUNTS_MERGED is reported of both accounts; a reactor gives its points to the survivor."""
    shop.reactor(fixed(9), event_type="ACCOUNTS_MERGED")
    old, new = shop.cafe("old"), shop.user("new")
    shop.report(old, 4)

    merge(shop, old, new)

    events = shop.done("GET", "/v1/events/?type=ACCOUNTS_MERGED")
    assert {(event["subject"], event["points"]) for event in events} == {(old["id"], -4), (new["id"], 13)}
    assert events[0]["payload"] == {"survivorId": new["id"], "mergedId": old["id"], "points": 4, "pending": 0}
    assert wallet(shop, new)["balance"] == 13


async def test_merges_follow_each_other(shop: Shop, db: Db) -> None:
    """Of three accounts made one after the other, the last has everything, and all ids lead there."""
    one, two, three = shop.cafe("one"), shop.user("two"), shop.user("three")
    for user, total in ((one, 1), (two, 2), (three, 4)):
        shop.report(user, total)
    merge(shop, one, two)
    shop.done("POST", f"/v1/users/{three['id']}/merge", {"from": one["id"]})

    for user in (one, two, three):
        assert wallet(shop, user)["earned"] == wallet(shop, user)["balance"] == 7
    assert len(shop.done("GET", f"/v1/events/?subject={one['id']}&type=PURCHASED_COFFEE")) == 3
    assert await differences(db, shop) == []
    refused = shop.call("POST", f"/v1/users/{one['id']}/merge", {"into": two["id"]})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "same_user")


@pytest.mark.parametrize("body", [{}, {"into": "x"}, {"into": "0" * 36}])
def test_a_body_that_names_nobody_is_refused(shop: Shop, body: Any) -> None:
    """One other user is named, by id."""
    assert shop.call("POST", f"/v1/users/{shop.user()['id']}/merge", body).status_code == 422


async def test_what_cannot_be_made_one_is_refused(shop: Shop, open_shop: Any) -> None:
    """T31: itself, a closed account, an unknown user, and another tenant's, which is as unknown."""
    user, closed = shop.user(), shop.user()
    shop.done("DELETE", f"/v1/users/{closed['id']}")
    foreign = (await open_shop()).user()
    path = f"/v1/users/{user['id']}/merge"

    assert shop.call("POST", path, {"into": user["id"]}).json()["errors"][0]["code"] == "same_user"
    assert shop.call("POST", path, {"from": closed["id"]}).status_code == 409
    unknown = "01234567-89ab-7def-8123-456789abcdef"
    told = [shop.call("POST", path, {"into": other}).json()["errors"] for other in (foreign["id"], unknown)]
    assert told[0] == told[1]
    assert shop.call("POST", f"/v1/users/{foreign['id']}/merge", {"into": user["id"]}).status_code == 404
