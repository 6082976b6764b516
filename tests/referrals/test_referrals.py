"""Referrals through the API: codes, who comes by them, tranches, and what both sides get."""

from typing import Any
from uuid import UUID, uuid4

from punchcard.db.connection import Db
from punchcard.db.queue import Job
from punchcard.jobs import tell_referrer
from tests.jobs.conftest import ended
from tests.jobs.process import workplace
from tests.points.books import require_right
from tests.shop import Shop, fixed

LINK = {"title": "Come along", "description": "Coffee for both", "desktopUrl": "https://shop.example/join?from=app"}
ACTIVATIONS = "select id from tranche_activations where tenant_id = $1 order by id"
JOB = "select id from jobs where kind = 'tell_referrer' and tenant_id = $1"


def gives(points: int) -> Any:
    """Return reactions that give points."""
    return [{"type": "POINTS", "points": fixed(points)}]


def campaign(shop: Shop, **fields: Any) -> Any:
    """Create a campaign."""
    answer = shop.call("POST", "/v1/campaigns/", {"name": "Friends", "linkConfig": LINK, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def tranche(shop: Shop, campaign: Any, **fields: Any) -> Any:
    """Create a tranche: 5 points for a member's first purchase of 10 and more, and 20 for whoever invited him."""
    body = {
        "name": "First coffee", "eventType": "PURCHASED_COFFEE", "reactions": gives(5), "maxActivations": 1,
        "constraint": "payload.total >= 10", "referrerReactions": gives(20), **fields,
    }  # fmt: skip
    answer = shop.call("POST", f"/v1/campaigns/{campaign['id']}/tranches/", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def code_of(shop: Shop, user: Any) -> Any:
    """Return the member's code in the active campaign."""
    return shop.done("POST", f"/v1/users/{user['id']}/referral_code", {})


def register(shop: Shop, code: str, email: str, **fields: Any) -> Any:
    """Register somebody by a code; return the answer."""
    profile = {"givenName": "Bob", "familyName": "Member", "emailAddress": email}
    return shop.call("POST", "/v1/users/", {"profile": profile, "referralInviteCode": code, **fields})


async def tell_all(db: Db, tenant_id: UUID) -> None:
    """Tell all that was reached, twice: what was told is not told again, by whomever."""
    place = workplace(db)
    for _ in range(2):
        for row in await db.fetch(ACTIVATIONS, tenant_id):
            job = Job(tenant_id, uuid4(), "a", {"activationId": str(row["id"])}, None, 0, None, 0, 1, uuid4())
            progress = await db.run(lambda tx, job=job: tell_referrer.step(tx, job, place))  # type: ignore[misc]
            assert progress.cursor is None


async def test_both_sides_get_what_the_tranche_says_once(shop: Shop, db: Db) -> None:
    """The whole walk: code, click, registration, purchase; five for the one, twenty for the other, however often."""
    shop.event_type()
    ada = shop.user("ada")
    assert shop.done("GET", f"/v1/users/{ada['id']}/active_campaign") is None
    friends = campaign(shop)
    first = tranche(shop, friends)
    assert shop.done("GET", f"/v1/users/{ada['id']}/active_campaign")["id"] == friends["id"]
    code = code_of(shop, ada)
    assert code_of(shop, ada) == code
    assert code["inviteLink"] == f"https://shop.example/join?from=app&code={code['inviteCode']}"
    click = {"source": "EMAIL", "sourceUserId": "x", "activityType": "CLICK", "ipAddress": "203.0.113.9"}
    assert (
        shop.done("POST", f"/v1/referral_codes/{code['inviteCode'].lower()}/referral/activity", click)["clickCount"]
        == 1
    )
    more = {"clickCount": 4, "source": "OTHER", "sourceUserId": "x"}
    path = f"/v1/campaigns/{friends['id']}/referral_codes/{code['id']}"
    assert shop.done("POST", f"{path}/referral", more)["clickCount"] == 5
    bob = register(shop, code["inviteCode"], "bob@example.org").json()["data"]
    assert shop.done("GET", path)["registerCount"] == 1
    (referral,) = shop.done("GET", f"/v1/referrals/?referrerId={ada['id']}")
    assert (referral["user"]["id"], referral["status"]) == (bob["id"], "COUNTED")

    asked = {"type": "PURCHASED_COFFEE", "subject": bob["id"], "payload": {"total": 10}}
    (status,) = shop.done("POST", "/v1/referral_codes/referral/tranche_status", asked)
    assert (status["tranche"]["id"], status["isReached"], status["activations"]) == (first["id"], True, 0)
    assert shop.report(bob, 9).status_code == 200  # too little
    assert shop.report(ada, 30).status_code == 200  # nobody invited her
    assert shop.report(bob, 10).status_code == 200
    assert shop.report(bob, 10).status_code == 409  # the same once more
    assert shop.report(bob, 50).status_code == 200  # reached before
    await tell_all(db, shop.tenant.tenant_id)
    assert (shop.balance(bob), shop.balance(ada)) == (5, 20)
    (told,) = shop.done("GET", f"/v1/events?type=REFERRAL_TRANCHE_ACTIVATION&subject={ada['id']}")
    assert (told["payload"]["trancheId"], told["payload"]["refereeId"]) == (first["id"], bob["id"])
    (status,) = shop.done("POST", "/v1/referral_codes/referral/tranche_status", asked)
    assert (status["isReached"], status["activations"]) == (False, 1)
    await require_right(db, shop.tenant.tenant_id)


async def test_the_worker_tells_whoever_invited(shop: Shop, db: Db) -> None:
    """A tranche of the registration itself, with an expression over nothing: the server's own worker does the rest."""
    friends = campaign(shop)
    tranche(shop, friends, eventType="REGISTERED_ACCOUNT", constraint=None)
    ada = shop.user()
    bob = register(shop, code_of(shop, ada)["inviteCode"], "bob@example.org").json()["data"]
    assert shop.balance(bob) == 5
    await ended(db, await db.fetchval(JOB, shop.tenant.tenant_id))
    assert shop.balance(ada) == 20


def test_nobody_brings_himself(shop: Shop) -> None:
    """T46: the same address (tagged or not) or telephone number, an unknown code, or one of somebody who left."""
    campaign(shop)
    profile = {"givenName": "Ada", "familyName": "B", "emailAddress": "ada@example.org", "telephoneNumber": "+44 1"}
    ada = shop.done("POST", "/v1/users/", {"profile": profile})
    code = code_of(shop, ada)["inviteCode"]

    def refusal(code: str, email: str, **more: Any) -> tuple[int, str, str]:
        body = {"profile": {**profile, "telephoneNumber": "+49 2", "emailAddress": email, **more}}
        answer = shop.call("POST", "/v1/users/", {**body, "referralInviteCode": code})
        (fault,) = answer.json()["errors"]
        return answer.status_code, fault["pointer"], fault["code"]

    shop.done("PATCH", "/v1/tenant/", {"configuration": {"allowDuplicateEmailAddress": True}})
    pointer = "/referralInviteCode"
    assert refusal(code, "ADA+again@example.org") == (422, pointer, "self_referral")
    assert refusal(code, "other@example.org", telephoneNumber="0044-1") == (422, pointer, "self_referral")
    assert refusal("NOBODYS", "other@example.org") == (422, pointer, "referral_code_unknown")
    shop.done("DELETE", f"/v1/users/{ada['id']}")
    assert refusal(code, "other@example.org") == (422, pointer, "referrer_closed")
    assert len(shop.done("GET", "/v1/users/")) == 1
    assert shop.done("GET", "/v1/referrals/") == []


async def test_too_many_of_one_code_or_device_wait_for_somebody_to_look(shop: Shop, db: Db) -> None:
    """T46: what comes too fast is linked, counts for no tranche, and does from the approval on."""
    shop.event_type()
    friends = campaign(shop, registrationsPerHourMax=2)
    tranche(shop, friends)
    code = code_of(shop, shop.user())["inviteCode"]
    users = [register(shop, code, f"bob{number}@example.org").json()["data"] for number in range(3)]
    (waiting,) = shop.done("GET", "/v1/referrals/?status=FLAGGED")
    assert (waiting["user"]["id"], waiting["flag"]) == (users[2]["id"], "CODE_VELOCITY")
    assert shop.report(users[2], 20).status_code == 200
    assert shop.balance(users[2]) == 0
    assert shop.done("POST", f"/v1/referrals/{waiting['id']}/approve")["status"] == "COUNTED"
    assert shop.report(users[2], 21).status_code == 200
    assert shop.balance(users[2]) == 5
    assert shop.done("POST", f"/v1/referrals/{waiting['id']}/reject")["status"] == "REJECTED"

    shop.done("PATCH", f"/v1/campaigns/{friends['id']}", {"registrationsPerHourMax": 1000})
    activity = {"source": "OTHER", "sourceUserId": "x", "activityType": "REGISTER", "ipAddress": "203.0.113.7"}
    for number in range(6):
        assert register(shop, code, f"farm{number}@example.org", referralActivity=activity).status_code == 200
    (waiting,) = shop.done("GET", "/v1/referrals/?status=FLAGGED")
    assert waiting["flag"] == "DEVICE_VELOCITY"
    assert await db.fetchval("select count(*) from referrals where referrals::text like '%203.0.113%'") == 0


def test_who_has_registered_is_linked_afterwards_once(shop: Shop) -> None:
    """REGISTER names a user of the last day; a second time, by oneself, or unknown is refused."""
    campaign(shop)
    ada, bob = shop.user("ada"), shop.user("bob")
    path = f"/v1/referral_codes/{code_of(shop, ada)['inviteCode']}/referral/activity"

    def activity(name: str) -> int:
        body = {
            "source": "OTHER",
            "sourceUserId": "x",
            "activityType": "REGISTER",
            "registeredUserAuthIdentifier": name,
        }
        return shop.call("POST", path, body).status_code

    assert [activity(name) for name in ("bob", "bob", "ada", "nobody")] == [200, 409, 422, 422]
    (referral,) = shop.done("GET", f"/v1/referrals/?userId={bob['id']}")
    assert referral["referrer"]["id"] == ada["id"]


def test_a_code_can_be_chosen_and_belongs_to_one(shop: Shop) -> None:
    """A vanity code moves the link along; no two read alike, in letters of any case; a deleted one brings nobody."""
    friends = campaign(shop)
    ada, bob = code_of(shop, shop.user()), code_of(shop, shop.user())
    path = f"/v1/campaigns/{friends['id']}/referral_codes/"
    changed = shop.done("PATCH", path + ada["id"], {"inviteCode": "ADA 2026"})
    assert changed["inviteLink"].endswith("code=ADA+2026")
    answer = shop.call("PATCH", path + bob["id"], {"inviteCode": "ada 2026"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert [one["id"] for one in shop.done("GET", path)] == [ada["id"], bob["id"]]
    shop.done("DELETE", path + ada["id"])
    assert register(shop, "ADA 2026", "new@example.org").status_code == 422
    assert shop.call("GET", path + ada["id"]).status_code == 404


def test_the_reactors_of_a_tranche_change_with_it_alone(shop: Shop) -> None:
    """They are locked; a change of the tranche changes them, and its end ends the one that lets it be reached."""
    shop.event_type()
    friends = campaign(shop)
    made = tranche(shop, friends)
    path = f"/v1/campaigns/{friends['id']}/tranches/{made['id']}"
    reactor = f"/v1/event_reactors/{made['reactor']['id']}"
    shown = shop.done("GET", reactor)
    assert (shown["isLocked"], shown["ownerType"], shown["ownerId"]) == (True, "TRANCHE", made["id"])
    for method, where, body in (
        ("PATCH", reactor, {"name": "Mine"}), ("DELETE", reactor, None), ("POST", f"{reactor}/pause", None),
        ("POST", f"{reactor}/clone", {"name": "Mine"}),
    ):  # fmt: skip
        assert shop.call(method, where, body).status_code == 409, where
    changed = shop.done("PATCH", path, {"reactions": gives(7), "maxActivations": 3, "deleteReferrerReactions": True})
    assert (changed["maxActivations"], changed["referrerReactions"]) == (3, [])
    assert changed["constraint"] == "payload.total >= 10"
    assert shop.done("GET", reactor)["maxActivations"] == 3
    shop.done("PATCH", path, {"referrerReactions": gives(1)})
    bob = register(shop, code_of(shop, shop.user())["inviteCode"], "bob@example.org").json()["data"]
    shop.report(bob, 10)
    assert shop.balance(bob) == 7
    shop.done("DELETE", path)
    shop.report(bob, 11)
    assert (shop.balance(bob), shop.call("GET", path).status_code) == (7, 404)
    own = {"name": "x2", "eventType": "REFERRAL_TRANCHE_ACTIVATION", "reactions": []}
    assert shop.call("POST", f"/v1/campaigns/{friends['id']}/tranches/", own).status_code == 422


async def test_a_merge_takes_whoever_was_invited_along(shop: Shop, db: Db) -> None:
    """The survivor is told of what whom the merged one brought does; who turns out to have brought himself has not."""
    shop.event_type()
    tranche(shop, campaign(shop), maxActivations=None)
    ada, eve = shop.user(), shop.user()
    code = code_of(shop, ada)["inviteCode"]
    bob = register(shop, code, "bob@example.org").json()["data"]
    carl = register(shop, code, "carl@example.org").json()["data"]
    shop.report(bob, 10)
    shop.done("POST", f"/v1/users/{ada['id']}/merge", {"into": eve["id"]})
    await tell_all(db, shop.tenant.tenant_id)
    assert shop.balance(eve) == 20
    shop.done("POST", f"/v1/users/{carl['id']}/merge", {"into": eve["id"]})
    (referral,) = shop.done("GET", "/v1/referrals/?status=REJECTED")
    assert referral["flag"] == "SAME_PERSON"


def test_an_inactive_campaign_rests(shop: Shop) -> None:
    """It gives out no codes, brings nobody, and its tranches are not reached; a member's audience must be eligible."""
    shop.event_type()
    friends = campaign(shop)
    tranche(shop, friends)
    ada = shop.user()
    code = code_of(shop, ada)["inviteCode"]
    bob = register(shop, code, "bob@example.org").json()["data"]
    shop.done("PATCH", f"/v1/campaigns/{friends['id']}", {"isActive": False})
    assert shop.call("POST", f"/v1/users/{ada['id']}/referral_code", {}).status_code == 409
    assert register(shop, code, "carl@example.org").status_code == 422
    shop.report(bob, 10)
    assert shop.balance(bob) == 0
    unknown = {"name": "Some", "linkConfig": LINK, "eligibleAudiences": [{"id": str(uuid4())}]}
    assert shop.call("POST", "/v1/campaigns/", unknown).status_code == 422


async def done_jobs(db: Db, tenant_id: UUID) -> None:
    """Wait until no job about referrals is open."""
    for row in await db.fetch("select id from jobs where tenant_id = $1 and kind like '%referr%'", tenant_id):
        await ended(db, row["id"])


async def test_undoing_the_event_takes_back_what_the_referrer_got(shop: Shop, db: Db) -> None:
    """Half of an event leaves it; the whole takes it back, once; a further purchase reaches the tranche again."""
    shop.event_type()
    tranche(shop, campaign(shop))
    ada = shop.user("ada")
    bob = register(shop, code_of(shop, ada)["inviteCode"], "bob@example.org").json()["data"]
    event = shop.report(bob, 10).json()["data"]
    await done_jobs(db, shop.tenant.tenant_id)
    assert (shop.balance(bob), shop.balance(ada)) == (5, 20)
    path = f"/v1/events/{event['id']}/reverse"
    shop.done("POST", path, {"share": 0.5})
    assert shop.balance(ada) == 20
    view = shop.done("POST", path, {"policy": "refuse"})
    assert "tranche First coffee" in view["undone"]
    await done_jobs(db, shop.tenant.tenant_id)
    assert (shop.balance(bob), shop.balance(ada)) == (0, 0)
    (undone,) = shop.done("GET", f"/v1/events?type=EVENT_REVERSED&subject={ada['id']}")
    assert undone["payload"]["eventType"] == "REFERRAL_TRANCHE_ACTIVATION"
    assert view["event"]["id"] in undone["payload"]["comment"]
    asked = {"type": "PURCHASED_COFFEE", "subject": bob["id"], "payload": {"total": 11}}
    (status,) = shop.done("POST", "/v1/referral_codes/referral/tranche_status", asked)
    assert (status["isReached"], status["activations"]) == (True, 0)
    assert shop.report(bob, 11).status_code == 200
    await done_jobs(db, shop.tenant.tenant_id)
    assert (shop.balance(bob), shop.balance(ada)) == (5, 20)
    await require_right(db, shop.tenant.tenant_id)


async def test_an_event_undone_before_the_referrer_is_told_gives_him_nothing(shop: Shop, db: Db) -> None:
    """Whichever comes first, the job or the reversal: in the end whoever invited has nothing of it; debts are debts."""
    shop.event_type()
    tranche(shop, campaign(shop), maxActivations=None)
    ada = shop.user("ada")
    bob = register(shop, code_of(shop, ada)["inviteCode"], "bob@example.org").json()["data"]
    for total in range(10, 14):
        event = shop.report(bob, total).json()["data"]
        shop.done("POST", f"/v1/events/{event['id']}/reverse", {})
    await done_jobs(db, shop.tenant.tenant_id)
    await done_jobs(db, shop.tenant.tenant_id)
    assert (shop.balance(bob), shop.balance(ada)) == (0, 0)
    event = shop.report(bob, 20).json()["data"]
    await done_jobs(db, shop.tenant.tenant_id)
    shop.done("POST", "/v1/commands/adjust_points", {"actorId": ada["id"], "points": -20, "comment": "Spent"})
    shop.done("POST", f"/v1/events/{event['id']}/reverse", {"policy": "debt"})
    await done_jobs(db, shop.tenant.tenant_id)
    assert shop.done("GET", f"/v1/users/{ada['id']}/wallet")["debt"] == 20
    await require_right(db, shop.tenant.tenant_id)


def test_referral_details_are_added_for_rules(shop: Shop) -> None:
    """REFERRAL_DETAILS tells by whom a member was brought, in ids, and null of who came by himself."""
    shop.event_type()
    friends = campaign(shop)
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"enhancers": ["REFERRAL_DETAILS"]})
    brought = {"properties": {"referral": {"type": "object"}}, "required": ["referral"]}
    shop.reactor(fixed(7), constraint=brought)
    ada = shop.user("ada")
    bob = register(shop, code_of(shop, ada)["inviteCode"], "bob@example.org").json()["data"]
    alone, event = (shop.report(user, 1).json()["data"] for user in (ada, bob))
    assert (alone["points"], alone["enhanced"]) == (0, {"REFERRAL_DETAILS": {"referral": None}})
    told = event["enhanced"]["REFERRAL_DETAILS"]["referral"]
    (referral,) = shop.done("GET", f"/v1/referrals/?userId={bob['id']}")
    assert told == {
        "id": referral["id"], "campaignId": friends["id"], "referrerId": ada["id"], "status": "COUNTED",
        "registeredAt": referral["createdAt"],
    }  # fmt: skip
    assert event["points"] == 7
