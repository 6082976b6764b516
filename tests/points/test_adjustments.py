"""Adjusting points: what is given and taken and what it counts as, two administrators where it is much, once."""

import asyncio
import functools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest

from punchcard.access.clients import insert_client
from punchcard.access.roles import Role
from punchcard.db.connection import Db
from punchcard.points.integrity import check_slice
from tests.http.browser import Browser, link_for
from tests.shop import Shop, fixed

COMMAND = "/v1/commands/adjust_points"
CROWD = 16


def asked(user: Any, points: Any, **fields: Any) -> dict[str, Any]:
    """Return a command."""
    return {"actorId": user["id"], "points": points, "comment": "The till was down", **fields}


async def second(shop: Shop, db: Db) -> str:
    """Return the token of another administrator."""
    client_id, secret = await db.run(lambda tx: insert_client(tx, shop.tenant.tenant_id, "second", Role.OWNER))
    body = {"client_id": client_id, "client_secret": secret, "grant_type": "client_credentials"}
    return str(shop.http.post("/oauth/token", json=body).json()["access_token"])


def told(answer: httpx.Response) -> tuple[int, Any]:
    """Return a refusal's status and code."""
    return answer.status_code, answer.json()["code"]


async def at_once(calls: Iterable[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """Make calls side by side, each in a thread of its own."""
    return await asyncio.gather(*(asyncio.to_thread(call) for call in calls))


def totals(shop: Shop, user: Any) -> tuple[int, int, int]:
    """Return balance, earned and spent of a user."""
    wallet = shop.done("GET", f"/v1/users/{user['id']}/wallet")
    return wallet["balance"], wallet["earned"], wallet["spent"]


# what is given and taken -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "impact", "change", "kind", "account", "sums"),
    [
        (30, "EARN", 30, "EARN", "ISSUE", (130, 130, 0)),
        (30, "SPEND", -30, "SPEND", "REDEMPTION", (70, 100, 30)),
        (-30, "SPEND", -30, "SPEND", "REDEMPTION", (70, 100, 30)),
        (30, "NONE", 30, "NONE", "ADJUSTMENT", (130, 100, 0)),
        (-30, "NONE", -30, "NONE", "ADJUSTMENT", (70, 100, 0)),
        (30, None, 30, "EARN", "ISSUE", (130, 130, 0)),
        (-30, None, -30, "SPEND", "REDEMPTION", (70, 100, 30)),
        (30.0, "EARN", 30, "EARN", "ISSUE", (130, 130, 0)),
    ],
    ids=["earn", "spend", "spend below zero", "correct up", "correct down", "given", "taken", "a number with a point"],
)
def test_what_an_adjustment_does(
    shop: Shop, points: Any, impact: str | None, change: int, kind: str, account: str, sums: tuple[int, int, int]
) -> None:
    """The balance moves, the right sum counts it, the event says who, why and how much, and the entry why."""
    user = shop.cafe()
    shop.report(user, 100)
    more = {} if impact is None else {"impactType": impact}

    event = shop.done("POST", COMMAND, asked(user, points, **more))

    who = f"admin:{shop.tenant.client_id}"
    assert event["payload"] == {
        "points": change, "kind": kind, "reason": "The till was down", "liabilityHandlingPolicy": "REJECT_EVENT",
        "requestedBy": who,
    }  # fmt: skip
    assert (event["type"], event["points"], event["subject"], event["reporter"]) == (
        "POINTS_ADJUSTED", change, user["id"], who,
    )  # fmt: skip
    assert totals(shop, user) == sums
    entry = shop.done("GET", f"/v1/users/{user['id']}/wallet")["entries"][0]
    assert (entry["points"], entry["account"], entry["reason"], entry["eventId"]) == (
        change, account, "The till was down", event["id"],
    )  # fmt: skip
    assert "reactor" not in entry


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"points": 0}, ""), ({"points": 1.5}, "/points"), ({"points": "5"}, "/points"), ({"points": True}, "/points"),
        ({"points": 10**15 + 1}, "/points"), ({"points": None}, "/points"), ({"points": -5, "impactType": "EARN"}, ""),
        ({"comment": " "}, "/comment"), ({"comment": "x" * 1025}, "/comment"), ({"comment": None}, "/comment"),
        ({"impactType": "GIVE"}, "/impactType"), ({"liabilityHandlingPolicy": "NO"}, "/liabilityHandlingPolicy"),
        ({"actorId": "nobody"}, "/actorId"), ({"actorId": ""}, "/actorId"), ({"balance": 5}, "/balance"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_is_refused(shop: Shop, changed: dict[str, Any], pointer: str) -> None:
    """What cannot be is 422 with a pointer, and changes nothing."""
    user = shop.cafe()
    shop.report(user, 100)
    answer = shop.call("POST", COMMAND, asked(user, 5) | changed)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert totals(shop, user) == (100, 100, 0)


def test_a_reason_is_required(shop: Shop) -> None:
    """Nobody adjusts points without saying why."""
    answer = shop.call("POST", COMMAND, {"actorId": shop.user()["id"], "points": 5})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/comment")


@pytest.mark.parametrize("impact", ["SPEND", "NONE"])
@pytest.mark.parametrize("handling", ["BYPASS", "REJECT_EVENT"])
def test_never_below_zero(shop: Shop, impact: str, handling: str) -> None:
    """Neither kind, under neither policy, takes more than there is; all that there is can be taken."""
    user = shop.cafe()
    shop.report(user, 100)
    more = {"impactType": impact, "liabilityHandlingPolicy": handling}
    answer = shop.call("POST", COMMAND, asked(user, -101, **more))
    assert told(answer) == (409, "insufficient_points")
    assert answer.json()["balance"] == 100
    assert shop.done("POST", COMMAND, asked(user, -100, **more))["points"] == -100
    assert shop.balance(user) == 0


def test_never_more_than_a_wallet_holds(shop: Shop) -> None:
    """The most that a wallet holds is the most that can be given."""
    user = shop.user()
    assert shop.done("POST", COMMAND, asked(user, 10**15))["points"] == 10**15
    assert told(shop.call("POST", COMMAND, asked(user, 1))) == (409, "conflict")


@pytest.mark.parametrize("name", ["id", "accountNumber", "authIdentifier"])
def test_the_user_goes_by_every_name(shop: Shop, name: str) -> None:
    """`actorId` is any of the names that a subject goes by."""
    user = shop.user("ada")
    shop.done("POST", COMMAND, {"actorId": user[name], "points": 5, "comment": "A gift"})
    assert shop.balance(user) == 5


def test_a_restricted_user_and_a_closed_account(shop: Shop) -> None:
    """What keeps a user from acting does not keep an administrator; a closed account is left alone."""
    user = shop.user(isRestricted=True)
    assert shop.done("POST", COMMAND, asked(user, 5))["points"] == 5
    shop.done("DELETE", f"/v1/users/{user['id']}")
    assert told(shop.call("POST", COMMAND, asked(user, 5))) == (409, "conflict")


def test_reactors_react(shop: Shop) -> None:
    """An adjustment is an event as any other: a reactor sees its payload, and its points come on top."""
    user = shop.user()
    shop.reactor(fixed(7), "POINTS_ADJUSTED", constraint={"properties": {"kind": {"const": "EARN"}}})
    event = shop.done("POST", COMMAND, asked(user, 10))
    assert event["points"] == 17
    shop.done("POST", COMMAND, asked(user, -3))
    assert totals(shop, user) == (14, 17, 3)
    assert [entry["points"] for entry in shop.done("GET", f"/v1/users/{user['id']}/wallet")["entries"]] == [-3, 7, 10]


def test_nobody_reports_it(shop: Shop) -> None:
    """POINTS_ADJUSTED is the engine's: a report of it names the command."""
    body = {"type": "POINTS_ADJUSTED", "subject": shop.user()["id"], "payload": {"points": 5}}
    answer = shop.call("POST", "/v1/events", body)
    assert told(answer) == (403, "intrinsic_type")
    assert COMMAND in answer.json()["detail"]


def test_for_administrators_alone(shop: Shop) -> None:
    """A member adjusts no points, the own neither, and sees no adjustment."""
    user = shop.cafe()
    for method, path, body in (("POST", COMMAND, asked(user, 5)), ("GET", "/v1/adjustments/", None)):
        for bearer in (shop.user_token(user), shop.secret()):
            assert told(shop.call(method, path, body, bearer=bearer)) == (403, "forbidden")


# points policies ---------------------------------------------------------------------------------


def policy(shop: Shop, kind: str, **config: Any) -> None:
    """Put a points policy in force."""
    shop.done("POST", "/v1/points_liability_criteria/", {"name": kind, "type": kind, "config": config})


@pytest.mark.parametrize(
    ("kind", "impact", "code"),
    [
        ("MAXIMUM_POINTS_EARN_CAP", "EARN", "policy_exceeded"), ("MAXIMUM_POINTS_EARN_CAP", "NONE", None),
        ("MAXIMUM_POINTS_BALANCE_CAP", "EARN", "policy_exceeded"),
        ("MAXIMUM_POINTS_BALANCE_CAP", "NONE", "policy_exceeded"),
        ("MAXIMUM_POINTS_SPEND_CAP", "SPEND", "spend_cap_reached"), ("MAXIMUM_POINTS_SPEND_CAP", "NONE", None),
    ],
)  # fmt: skip
def test_a_cap_refuses_or_is_bypassed(shop: Shop, kind: str, impact: str, code: str | None) -> None:
    """What a cap would cut is refused whole, and counts up to it; BYPASS goes past it and counts for nothing."""
    user = shop.user()
    sign = -1 if "SPEND" in kind else 1
    if sign < 0:
        shop.done("POST", COMMAND, asked(user, 1_000))
    policy(shop, kind, points=100)
    before = shop.balance(user)

    def adjust(points: int, handling: str) -> httpx.Response:
        more = {"impactType": impact, "liabilityHandlingPolicy": handling}
        return shop.call("POST", COMMAND, asked(user, sign * points, **more))

    assert adjust(60, "REJECT_EVENT").status_code == 200
    refused = adjust(41, "REJECT_EVENT")
    if code is None:
        assert refused.status_code == 200
        return
    assert told(refused) == (409, code)
    assert refused.json()["room"] == 40
    assert shop.balance(user) == before + sign * 60, "nothing was recorded"
    if "BALANCE" not in kind:
        assert adjust(500, "BYPASS").status_code == 200
    assert adjust(40, "REJECT_EVENT").status_code == 200
    assert told(adjust(1, "REJECT_EVENT")) == (409, code)
    assert adjust(1, "BYPASS").status_code == 200
    assert told(adjust(1, "REJECT_EVENT")) == (409, code)


def test_a_reaction_shares_the_cap(shop: Shop) -> None:
    """What was given by hand leaves less of a cap to the reactors, its own event's too."""
    user = shop.cafe()
    shop.reactor(fixed(30), "POINTS_ADJUSTED", name="On top")
    policy(shop, "MAXIMUM_POINTS_EARN_CAP", points=100, per="DAY")
    assert shop.done("POST", COMMAND, asked(user, 80))["points"] == 100
    assert shop.report(user, 50).json()["data"]["points"] == 0
    assert shop.balance(user) == 100


@pytest.mark.parametrize("impact", ["EARN", "NONE"])
async def test_what_is_given_runs_out_unless_policies_are_bypassed(shop: Shop, db: Db, impact: str) -> None:
    """Given under the policies, points lie in a lot that ends; given past them, they never run out."""
    user = shop.user()
    policy(shop, "SIMPLE_EXPIRY", after="P1Y")
    for handling in ("REJECT_EVENT", "BYPASS"):
        shop.done("POST", COMMAND, asked(user, 10, impactType=impact, liabilityHandlingPolicy=handling))
    shop.done("POST", COMMAND, asked(user, -4))
    lots = await db.fetch("select * from lots where tenant_id = $1", shop.tenant.tenant_id)
    assert [(lot["number"], lot["points"], lot["remaining"]) for lot in lots] == [(1, 10, 6)]
    assert lots[0]["expires_at"] > lots[0]["earned_at"]
    assert totals(shop, user) == (16, 20 if impact == "EARN" else 0, 4)
    assert (await check_slice(db, shop.tenant.tenant_id, UUID(int=0))).differences == []


async def test_policies_are_asked_when_it_is_approved(shop: Shop, db: Db) -> None:
    """A cap that came after the request is obeyed; the adjustment waits on."""
    user, other = shop.user(), await second(shop, db)
    limited(shop)
    path = f"/v1/adjustments/{waiting(shop, user)['id']}"
    policy(shop, "MAXIMUM_POINTS_BALANCE_CAP", points=100)
    assert told(shop.call("POST", f"{path}/approve", bearer=other)) == (409, "policy_exceeded")
    assert shop.done("GET", path)["status"] == "PENDING"


# once --------------------------------------------------------------------------------------------


async def test_a_key_adjusts_once(shop: Shop) -> None:
    """One Idempotency-Key sent by many at once is one adjustment; the same key for another is refused."""
    user = shop.user()
    headers = {"Idempotency-Key": "gift-1"}
    calls = [lambda: shop.call("POST", COMMAND, asked(user, 5), headers=headers)] * CROWD
    answers = await at_once(calls)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.json()["data"]["id"] for answer in answers if answer.status_code == 200}) == 1
    again = shop.call("POST", COMMAND, asked(user, 5), headers=headers)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    assert told(shop.call("POST", COMMAND, asked(user, 6), headers=headers)) == (422, "idempotency_key_reused")
    assert shop.balance(user) == 5


async def test_a_balance_is_taken_once(shop: Shop) -> None:
    """Of many who take 30 of 100 points at once, three do."""
    user = shop.cafe()
    shop.report(user, 100)
    answers = await at_once([lambda: shop.call("POST", COMMAND, asked(user, -30))] * CROWD)
    assert Counter(answer.status_code for answer in answers) == {200: 3, 409: CROWD - 3}
    assert totals(shop, user) == (10, 100, 90)


# four eyes ---------------------------------------------------------------------------------------


def limited(shop: Shop, limit: int | None = 100) -> None:
    """Set the most points that one administrator adjusts alone."""
    assert shop.done("PATCH", "/v1/tenant/", {"adjustmentLimit": limit})["adjustmentLimit"] == limit


def waiting(shop: Shop, user: Any, points: int = 101, **fields: Any) -> Any:
    """Ask for an adjustment that has to be approved."""
    answer = shop.call("POST", COMMAND, asked(user, points, **fields))
    assert answer.status_code == 202, answer.text
    return answer.json()["data"]


def test_the_limit(shop: Shop) -> None:
    """Up to the limit one administrator adjusts alone, beyond it nothing happens yet, in both directions."""
    user = shop.user()
    limited(shop)
    assert shop.done("POST", COMMAND, asked(user, 100))["points"] == 100
    assert waiting(shop, user)["status"] == "PENDING"
    assert waiting(shop, user, -101)["impactType"] == "SPEND"
    assert shop.balance(user) == 100
    assert shop.done("PATCH", "/v1/tenant/", {"rateLimit": 100})["adjustmentLimit"] == 100
    limited(shop, 0)
    assert waiting(shop, user, 1)["points"] == 1
    limited(shop, None)
    assert shop.done("POST", COMMAND, asked(user, 10_000))["points"] == 10_000


@pytest.mark.parametrize("limit", [-1, 1.5, "100", 10**15 + 1])
def test_what_is_no_limit(shop: Shop, limit: Any) -> None:
    """A limit is a whole number of points."""
    answer = shop.call("PATCH", "/v1/tenant/", {"adjustmentLimit": limit})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/adjustmentLimit")


async def test_another_administrator_approves(shop: Shop, db: Db) -> None:
    """Who asked may not approve; another does, once, and the event names both."""
    user = shop.user()
    limited(shop)
    pending = waiting(shop, user, 500, liabilityHandlingPolicy="BYPASS")
    path = f"/v1/adjustments/{pending['id']}"
    assert told(shop.call("POST", f"{path}/approve")) == (403, "same_principal")
    assert shop.balance(user) == 0

    other = await second(shop, db)
    approved = shop.done("POST", f"{path}/approve", bearer=other)

    assert (approved["status"], approved["requestedBy"]) == ("APPROVED", f"admin:{shop.tenant.client_id}")
    assert approved["resolvedBy"] not in (approved["requestedBy"], None)
    event = shop.done("GET", f"/v1/events/{approved['eventId']}")
    assert event["payload"] == {
        "points": 500, "kind": "EARN", "reason": "The till was down",
        "liabilityHandlingPolicy": "BYPASS", "requestedBy": approved["requestedBy"],
        "approvedBy": approved["resolvedBy"], "adjustmentId": pending["id"],
    }  # fmt: skip
    assert event["reporter"] == approved["resolvedBy"]
    assert shop.balance(user) == 500
    for verb in ("approve", "reject"):
        again = shop.call("POST", f"{path}/{verb}", bearer=other)
        assert (*told(again), again.json()["eventId"]) == (409, "adjustment_resolved", approved["eventId"])
    assert shop.done("GET", path) == approved


async def test_two_people_at_the_console(shop: Shop, db: Db) -> None:
    """At the console one session is one administrator: another session may approve, the same one may not."""
    user = shop.user()
    limited(shop)
    with Browser(shop.address) as ann, Browser(shop.address) as ben:
        for browser in (ann, ben):
            assert browser.sign_in(await link_for(db, shop)).status_code == 200
        pending = ann.call("POST", COMMAND, asked(user, 101)).json()["data"]
        path = f"/v1/adjustments/{pending['id']}/approve"
        assert told(ann.call("POST", path)) == (403, "same_principal")
        approved = ben.call("POST", path).json()["data"]
    assert approved["status"] == "APPROVED"
    assert approved["requestedBy"] != approved["resolvedBy"]
    assert {approved[by].partition("/")[0] for by in ("requestedBy", "resolvedBy")} == {"admin:console"}
    assert shop.balance(user) == 101


async def test_rejected_and_withdrawn(shop: Shop, db: Db) -> None:
    """Another administrator rejects, whoever asked withdraws; nothing was recorded, and nothing comes of it later."""
    user, other = shop.user(), await second(shop, db)
    limited(shop)
    for bearer in (other, None):
        pending = waiting(shop, user)
        rejected = shop.done("POST", f"/v1/adjustments/{pending['id']}/reject", bearer=bearer)
        assert rejected["status"] == "REJECTED"
        assert "eventId" not in rejected
        answer = shop.call("POST", f"/v1/adjustments/{pending['id']}/approve", bearer=other)
        assert told(answer) == (409, "adjustment_resolved")
    assert shop.done("GET", f"/v1/users/{user['id']}/wallet")["entries"] == []


async def test_approved_once(shop: Shop, db: Db) -> None:
    """Of many who approve and reject at once, one decides; the points are given once or not at all."""
    user = shop.user()
    limited(shop)
    tokens = [await second(shop, db) for _ in range(4)]
    given = 0
    for _ in range(10):
        path = f"/v1/adjustments/{waiting(shop, user)['id']}"
        calls = [
            functools.partial(shop.call, "POST", f"{path}/{verb}", bearer=token)
            for token in tokens
            for verb in ("approve", "approve", "approve", "reject")
        ]
        answers = await at_once(calls)
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: CROWD - 1}
        (decided,) = (answer.json()["data"] for answer in answers if answer.status_code == 200)
        given += decided["status"] == "APPROVED"
    assert totals(shop, user) == (101 * given, 101 * given, 0)
    assert len(shop.done("GET", "/v1/events/?type=POINTS_ADJUSTED")) == given


async def test_the_balance_counts_when_it_is_approved(shop: Shop, db: Db) -> None:
    """What the balance does not cover waits on, and is approved once it does."""
    user, other = shop.cafe(), await second(shop, db)
    limited(shop)
    path = f"/v1/adjustments/{waiting(shop, user, -150)['id']}"
    assert told(shop.call("POST", f"{path}/approve", bearer=other)) == (409, "insufficient_points")
    assert shop.done("GET", path)["status"] == "PENDING"
    shop.report(user, 200)
    assert shop.done("POST", f"{path}/approve", bearer=other)["status"] == "APPROVED"
    assert totals(shop, user) == (50, 200, 150)


async def test_it_expires(shop: Shop, db: Db) -> None:
    """After seven days nobody approves or rejects any more; the list says EXPIRED, and filters by it."""
    user, other = shop.user(), await second(shop, db)
    limited(shop)
    old, new = waiting(shop, user), waiting(shop, user)
    shown = await db.fetchval(
        "select expires_at - requested_at = interval '7 days' from adjustments where id = $1", old["id"]
    )
    assert shown is True
    await db.execute(
        "update adjustments set requested_at = requested_at - interval '7 days',"
        " expires_at = expires_at - interval '7 days' where id = $1",
        old["id"],
    )
    for verb in ("approve", "reject"):
        answer = shop.call("POST", f"/v1/adjustments/{old['id']}/{verb}", bearer=other)
        assert told(answer) == (409, "adjustment_resolved")
        assert "expired" in answer.json()["detail"]
    listed = [(one["id"], one["status"]) for one in shop.done("GET", "/v1/adjustments/")]
    assert listed == [(new["id"], "PENDING"), (old["id"], "EXPIRED")]
    for status, expected in (("EXPIRED", [old]), ("PENDING", [new]), ("APPROVED", [])):
        found = shop.done("GET", f"/v1/adjustments/?status={status}")
        assert [one["id"] for one in found] == [one["id"] for one in expected]
    assert shop.balance(user) == 0


async def test_a_key_asks_once(shop: Shop, db: Db) -> None:
    """The same key asks for one adjustment, and is answered 202 again; approving under a key is done once."""
    user, other = shop.user(), await second(shop, db)
    limited(shop)
    headers = {"Idempotency-Key": "big-1"}
    first, again = (shop.call("POST", COMMAND, asked(user, 101), headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again.headers["idempotency-replayed"]) == (202, 202, "true")
    assert first.json() == again.json()
    path = f"/v1/adjustments/{first.json()['data']['id']}/approve"
    answers = [shop.call("POST", path, bearer=other, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert shop.balance(user) == 101


async def test_each_tenant_for_itself(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """Another tenant's adjustments are neither seen, approved nor rejected, and its limit is its own."""
    other = await open_shop()
    user = shop.user()
    limited(shop)
    pending = waiting(shop, user)
    for method, end in (("GET", ""), ("POST", "/approve"), ("POST", "/reject")):
        assert told(other.call(method, f"/v1/adjustments/{pending['id']}{end}")) == (404, "not_found")
    assert other.done("GET", "/v1/adjustments/") == []
    assert told(other.call("POST", COMMAND, asked(user, 5))) == (422, "invalid")
    assert other.done("POST", COMMAND, asked(other.user(), 500))["points"] == 500
    assert shop.done("GET", f"/v1/adjustments/?user={user['id']}")[0]["id"] == pending["id"]


async def test_the_schema_wants_two(shop: Shop, db: Db) -> None:
    """The database itself refuses an adjustment that one principal both asked for and approved."""
    user = shop.user()
    limited(shop)
    pending, event = waiting(shop, user), shop.done("POST", COMMAND, asked(user, 5))
    with pytest.raises(Exception, match="adjustments_check"):
        await db.execute(
            "update adjustments set status = 'APPROVED', resolved_by = requested_by,"
            " resolved_at = statement_timestamp(), event_id = $2 where id = $1",
            pending["id"], event["id"],
        )  # fmt: skip
