"""The secrets of an event type, as an administrator keeps them and as tills use them."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import served, server_environment
from tests.shop import Shop

PATH = "/v1/event_types/PURCHASED_COFFEE/secrets/"
WRITTEN_SECONDS_MAX = 60.0


def make(shop: Shop, name: str = "North", **fields: Any) -> Any:
    """Create a secret."""
    return shop.done("POST", PATH, {"name": name, **fields})


def rotate(shop: Shop, secret: Any, **fields: Any) -> Any:
    """Rotate a secret."""
    return shop.done("POST", f"{PATH}{secret['id']}/rotate", fields)


def listed(shop: Shop, query: str = "") -> dict[str, Any]:
    """Return the secrets of the type by name; of one name, the youngest."""
    return {secret["name"]: secret for secret in shop.done("GET", f"{PATH}?{query}")}


def in_seconds(seconds: float) -> str:
    """Return an instant to come, or one that has been."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def outcome(shop: Shop, path: str, body: Any, method: str = "POST") -> tuple[int, str, list[str]]:
    """Return how a call is refused: status, code, and the pointers of its faults."""
    answer = shop.call(method, path, body)
    problem = answer.json()
    return answer.status_code, problem.get("code", ""), [fault["pointer"] for fault in problem.get("errors", [])]


# shown to whom, and how much -----------------------------------------------------------------------


def test_a_secret_is_shown_in_full_when_made_and_when_asked_for(shop: Shop) -> None:
    """A list has the first characters only; the type's own secret is there from the start, under its name."""
    shop.cafe()
    made = make(shop)
    answer = shop.call("GET", f"{PATH}{made['id']}")
    text = shop.call("GET", PATH).text

    assert answer.json()["data"] == made
    assert answer.headers["ETag"] == '"1"'
    assert set(listed(shop)) == {"default", "North"}
    assert made["secret"].startswith(made["hint"])
    assert len(made["hint"]) == 8
    assert made["secret"] not in text
    assert made["hint"] in text
    assert (made["expiresAt"], made["revokedAt"], made["lastUsedAt"], made["successorId"]) == (None, None, None, None)


def test_where_a_new_secret_is_stands_in_its_answer(shop: Shop) -> None:
    """Location leads to it."""
    shop.event_type()
    answer = shop.call("POST", PATH, {"name": "North"})
    assert shop.done("GET", answer.headers["Location"]) == answer.json()["data"]


async def test_a_repeat_by_its_key_has_the_same_secret_and_does_not_store_it(shop: Shop, db: Db) -> None:
    """The first answer comes again without the secret, which the database holds sealed only."""
    shop.event_type()
    for path, body in ((PATH, {"name": "North"}), (f"{PATH}{make(shop, 'South')['id']}/rotate", {})):
        first, again = (shop.call("POST", path, body, headers={"Idempotency-Key": path}) for _ in range(2))
        made, shown = first.json()["data"], again.json()["data"]
        assert again.headers["Idempotency-Replayed"] == "true"
        assert shown == {name: value for name, value in made.items() if name != "secret"}
        assert shop.done("GET", f"{PATH}{made['id']}")["secret"] == made["secret"]
        kept = await db.fetch("select body from idempotency_keys where tenant_id = $1", shop.tenant.tenant_id)
        assert [row for row in kept if made["secret"].encode() in row["body"]] == []


def test_the_newest_live_secret_is_the_types(shop: Shop) -> None:
    """The plain operation has the newest one that is valid, and 404 when none is."""
    shop.event_type()
    first = shop.secret()
    second = make(shop)
    assert shop.secret() == second["secret"]
    shop.done("DELETE", PATH + second["id"])
    assert shop.secret() == first
    shop.done("DELETE", PATH + listed(shop)["default"]["id"])
    assert shop.call("GET", "/v1/event_types/PURCHASED_COFFEE/secret").status_code == 404


# names and limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/name"]),
        ({"name": ""}, ["/name"]),
        ({"name": " North"}, ["/name"]),
        ({"name": "N\north"}, ["/name"]),
        ({"name": "N" * 65}, ["/name"]),
        ({"name": "North", "expiresAt": "tomorrow"}, ["/expiresAt"]),
        ({"name": "North", "expiresAt": "2020-01-01"}, ["/expiresAt"]),
        ({"name": "North", "secret": "mine"}, ["/secret"]),
    ],
    ids=["no name", "empty", "space", "line break", "long", "no instant", "past", "own secret"],
)
def test_what_no_secret_can_be(shop: Shop, body: Any, pointers: list[str]) -> None:
    """422 with the field."""
    shop.event_type()
    assert outcome(shop, PATH, body) == (422, "invalid", pointers)


def test_a_name_stands_for_one_secret(shop: Shop) -> None:
    """A name that a live secret has is taken; a revoked one's is free again."""
    shop.event_type()
    made = make(shop, "N" * 64)
    assert outcome(shop, PATH, {"name": "N" * 64}) == (409, "name_taken", ["/name"])
    assert outcome(shop, PATH + made["id"], {"name": "default"}, "PATCH") == (409, "name_taken", ["/name"])
    shop.done("DELETE", PATH + made["id"])
    assert make(shop, "N" * 64)["id"] != made["id"]


def test_fifty_secrets_are_enough(shop: Shop) -> None:
    """The fifty-first is refused in words that say what to do."""
    shop.event_type()
    for number in range(49):
        make(shop, f"Till {number}")
    refused = shop.call("POST", PATH, {"name": "One more"})
    assert refused.status_code == 409
    assert "50" in refused.json()["detail"]
    assert len(shop.done("GET", f"{PATH}?isLive=true&limit=100")) == 50


def test_only_private_types_have_secrets(shop: Shop) -> None:
    """A public type and one of the engine's own take none; an unknown type is 404."""
    shop.event_type("VISITED_SHOP", private=False)
    for name in ("VISITED_SHOP", "PURCHASED_REWARD"):
        assert outcome(shop, f"/v1/event_types/{name}/secrets/", {"name": "North"}) == (409, "conflict", [])
        assert shop.done("GET", f"/v1/event_types/{name}/secrets/") == []
    assert outcome(shop, "/v1/event_types/NOTHING/secrets/", {"name": "North"})[:2] == (404, "event_type_unknown")


def test_a_secret_belongs_to_its_type(shop: Shop) -> None:
    """Under another type its id is unknown to every operation."""
    shop.event_type()
    shop.event_type("SOLD_TEA")
    made = make(shop)
    path = f"/v1/event_types/SOLD_TEA/secrets/{made['id']}"
    for method, body, end in (("GET", None, ""), ("PATCH", {"name": "x"}, ""), ("DELETE", None, ""),
                              ("POST", {}, "/rotate")):  # fmt: skip
        assert shop.call(method, path + end, body).status_code == 404


def test_a_type_is_named_by_its_id_in_any_case(shop: Shop) -> None:
    """An id in capitals is the same id, as in the other operations of a type."""
    path = f"/v1/event_types/{shop.event_type()['id'].upper()}"
    assert shop.done("GET", f"{path}/secret")["secret"] == shop.secret()
    assert [secret["name"] for secret in shop.done("GET", f"{path}/secrets/")] == ["default"]


# rotation, expiry, revocation ----------------------------------------------------------------------


def test_both_secrets_report_while_the_overlap_lasts(shop: Shop) -> None:
    """Left to itself it lasts a day; the answer says until when, and the old one knows its successor (T04)."""
    ada = shop.cafe()
    old = make(shop)
    new = rotate(shop, old)
    ends = datetime.fromisoformat(new["bothValidUntil"]) - datetime.fromisoformat(new["createdAt"])

    assert abs(ends - timedelta(days=1)) < timedelta(minutes=1)
    assert (new["name"], new["rotatedFrom"], new["expiresAt"]) == ("North", old["id"], None)
    assert [shop.report(ada, n, bearer=one["secret"]).status_code for n, one in enumerate((old, new))] == [200, 200]
    before = shop.done("GET", PATH + old["id"])
    assert (before["successorId"], before["expiresAt"]) == (new["id"], new["bothValidUntil"])
    assert shop.call("POST", f"{PATH}{old['id']}/rotate", {}).status_code == 409


def test_a_rotation_without_overlap_ends_the_old_one_now(shop: Shop) -> None:
    """With 0 seconds the old secret is revoked in the same moment."""
    ada = shop.cafe()
    old = make(shop)
    new = rotate(shop, old, overlapSeconds=0)
    refused = shop.report(ada, 1, bearer=old["secret"])
    assert (refused.status_code, "revoked" in refused.json()["detail"]) == (401, True)
    assert shop.report(ada, 1, bearer=new["secret"]).status_code == 200


def test_a_report_repeated_after_a_rotation_counts_once(shop: Shop) -> None:
    """A till that got no answer, and then a new secret, gets the first answer; another chain's key is another key."""
    ada = shop.cafe()
    old, other = make(shop), make(shop, "South")
    new = rotate(shop, rotate(shop, old))

    def report(secret: Any, key: str = "receipt 1") -> Any:
        body = {"type": "PURCHASED_COFFEE", "subject": ada["id"], "payload": {"total": 10}}
        return shop.call("POST", "/v1/events", body, bearer=secret["secret"], headers={"Idempotency-Key": key})

    first, again = report(old), report(new)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert report(other).json()["code"] == "event_already_exists"
    assert shop.balance(ada) == 10


@pytest.mark.parametrize("seconds", [-1, 2_592_001, 0.5, "60", True])
def test_the_overlap_is_at_most_thirty_days(shop: Shop, seconds: object) -> None:
    """Whole seconds from 0 to 30 days."""
    shop.event_type()
    body = {"overlapSeconds": seconds}
    assert outcome(shop, f"{PATH}{make(shop)['id']}/rotate", body) == (422, "invalid", ["/overlapSeconds"])


def test_an_expired_secret_is_refused_in_a_sentence_of_its_own(shop: Shop) -> None:
    """From that instant on it is 401, says since when, and can be made valid again; nothing is recorded meanwhile."""
    ada = shop.cafe()
    for seconds in (1.5, 6, 24):  # a machine that is busy may need more until the secret has been used
        made = make(shop, expiresAt=in_seconds(seconds))
        if shop.report(ada, 1, bearer=made["secret"]).status_code == 200:
            break
    while datetime.now(UTC) <= datetime.fromisoformat(made["expiresAt"]):
        time.sleep(0.05)
    refused = shop.report(ada, 2, bearer=made["secret"])
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert f"expired at {made['expiresAt']}" in refused.json()["detail"]

    shop.done("PATCH", PATH + made["id"], {"expiresAt": None})
    assert shop.report(ada, 2, bearer=made["secret"]).status_code == 200
    assert shop.balance(ada) == 3


def test_a_change_is_one_of_what_was_seen(shop: Shop) -> None:
    """Name and expiry change, nothing else does; If-Match guards it."""
    shop.event_type()
    made, end = make(shop), in_seconds(3600)
    changed = shop.call("PATCH", PATH + made["id"], {"name": "South", "expiresAt": end}, headers={"If-Match": '"1"'})
    again = shop.call("PATCH", PATH + made["id"], {"name": "East"}, headers={"If-Match": '"1"'})

    assert (changed.status_code, changed.headers["ETag"], again.status_code) == (200, '"2"', 412)
    kept = shop.done("GET", PATH + made["id"])
    assert (kept["name"], kept["secret"], kept["version"]) == ("South", made["secret"], 2)
    assert shop.done("PATCH", PATH + made["id"], {"name": "East"})["expiresAt"] == kept["expiresAt"]
    assert outcome(shop, PATH + made["id"], {"expiresAt": "2020-01-01"}, "PATCH") == (422, "invalid", ["/expiresAt"])


def test_a_revoked_secret_stays_revoked(shop: Shop) -> None:
    """Revoking twice is one revocation; nothing brings the secret back, and it stays in the list."""
    ada = shop.cafe()
    made = make(shop)
    first, second = (shop.done("DELETE", PATH + made["id"]) for _ in range(2))

    assert first == second
    assert first["revokedAt"] is not None
    refused = shop.report(ada, bearer=made["secret"])
    assert (refused.status_code, "revoked" in refused.json()["detail"]) == (401, True)
    assert shop.call("PATCH", PATH + made["id"], {"expiresAt": None}).status_code == 409
    assert shop.call("POST", f"{PATH}{made['id']}/rotate", {}).status_code == 409
    assert listed(shop, "isLive=false")["North"]["revokedAt"] == first["revokedAt"]
    assert set(listed(shop, "isLive=true")) == {"default"}
    assert set(listed(shop, "filter=name:North")) == {"North"}


# what an event tells -------------------------------------------------------------------------------


def test_every_event_names_the_secret_that_reported_it(shop: Shop) -> None:
    """T48: one event, each of a batch and of an atomic one; the list can be narrowed to a secret's events."""
    ada = shop.cafe()
    north, south = make(shop, "North"), make(shop, "South")

    def bodies(*totals: int) -> list[dict[str, Any]]:
        return [{"type": "PURCHASED_COFFEE", "subject": ada["id"], "payload": {"total": total}} for total in totals]

    shop.done("POST", "/v1/events", bodies(1)[0], bearer=north["secret"])
    told = shop.done("POST", "/v1/events/batch", bodies(2, 3), bearer=north["secret"])
    told += shop.done("POST", "/v1/events/batch?atomic=true", bodies(4, 5), bearer=south["secret"])
    shop.done("POST", "/v1/events", bodies(6)[0])

    for verdict in told:
        event = shop.done("GET", f"/v1/events/{verdict['event']['id']}")
        secret = north if event["payload"]["total"] < 4 else south
        assert event["reporter"] == verdict["event"]["reporter"] == f"secret:{secret['id']}"
    for secret, totals in ((north, [3, 2, 1]), (south, [5, 4])):
        found = shop.done("GET", f"/v1/events/?filter=secret:{secret['id']}")
        assert [event["payload"]["total"] for event in found] == totals
    assert outcome(shop, "/v1/events/?secret=x", None, "GET") == (422, "invalid", ["/secret"])


def test_last_use_is_told_and_survives_a_stop(shop: Shop, urls: Urls, tmp_path: Path) -> None:
    """A running server writes it every few seconds, and one that is stopped writes it before it ends."""
    ada = shop.cafe()
    stays, stops = make(shop, "Stays"), make(shop, "Stops")
    began = datetime.now(UTC)
    with served(server_environment(urls), log=tmp_path / "log") as (address, _), Shop(address, shop.tenant) as branch:
        assert branch.report(ada, 1, bearer=stops["secret"]).status_code == 200
    written = shop.done("GET", PATH + stops["id"])["lastUsedAt"]
    assert began - timedelta(seconds=1) <= datetime.fromisoformat(written) <= datetime.now(UTC)

    assert shop.report(ada, 2, bearer=stays["secret"]).status_code == 200
    deadline = time.monotonic() + WRITTEN_SECONDS_MAX
    while listed(shop)["Stays"]["lastUsedAt"] is None:
        assert time.monotonic() < deadline, "the last use was not written"
        time.sleep(0.1)
    assert listed(shop)["default"]["lastUsedAt"] is None
