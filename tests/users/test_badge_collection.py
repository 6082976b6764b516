"""Badges as members see them, and the command that gives one."""

import asyncio
from typing import Any

from punchcard.db.connection import Db
from tests.shop import Shop, fixed

BIRD = {
    "internalName": "Early bird 2026",
    "internalDescription": "Ten coffees before eight",
    "details": [
        {
            "name": "Early bird",
            "locale": "en",
            "artworkUrl": "https://example.org/bird.png",
            "description": "Well done",
        },
        {"name": "Frühaufsteher", "locale": "de"},
    ],
    "priority": 1,
}
OWL = {"internalName": "Night owl", "details": [{"name": "Nachteule", "locale": "de"}], "priority": 5}


def badge(shop: Shop, body: dict[str, Any]) -> Any:
    """Create a badge."""
    return shop.done("POST", "/v1/badges/", body)


def award(shop: Shop, one: Any, user: Any, **more: Any) -> Any:
    """Give a user a badge."""
    return shop.done("POST", "/v1/commands/award_badge", {"badgeId": one["id"], "beneficiaryId": user["id"], **more})


def test_a_member_sees_badges_and_what_he_has_of_them(shop: Shop) -> None:
    """How often and since when; in the language asked for, else in English, else in the first; no internal texts."""
    bird, owl = badge(shop, BIRD), badge(shop, OWL)
    user = shop.user()
    token = shop.user_token(user)
    award(shop, bird, user)
    last = award(shop, bird, user)["reportedAt"]

    seen = shop.done("GET", "/v1/badges/?locale=de", bearer=token)
    assert [(one["name"], one.get("description"), one["count"]) for one in seen] == [
        ("Frühaufsteher", "Well done", 2), ("Nachteule", None, 0),
    ]  # fmt: skip
    assert "internalDescription" not in seen[0]
    (earned,) = shop.done("GET", "/v1/badges/earned", bearer=token)
    assert (earned["id"], earned["name"], earned["count"], earned["lastEarnedAt"]) == (
        bird["id"],
        "Early bird",
        2,
        last,
    )

    award(shop, owl, user)
    mine = shop.done("GET", "/v1/badges/earned?locale=fr", bearer=token)
    assert [one["name"] for one in mine] == ["Nachteule", "Early bird"]
    assert [one["count"] for one in shop.done("GET", f"/v1/badges/earned?filter=user:{user['id']}")] == [1, 2]
    assert shop.done("GET", f"/v1/badges/{bird['id']}", bearer=token)["count"] == 2
    assert "count" not in shop.done("GET", f"/v1/badges/{bird['id']}")


def test_an_archived_badge_is_shown_to_who_has_it(shop: Shop) -> None:
    """It is in no list of what can be earned, and nobody is given one any more: 409."""
    bird = badge(shop, BIRD)
    user, other = shop.user(), shop.user()
    award(shop, bird, user)
    path = f"/v1/badges/{bird['id']}"
    shop.done("PATCH", path, {"status": "ARCHIVED"})

    token = shop.user_token(user)
    assert shop.done("GET", "/v1/badges/", bearer=token) == []
    assert [one["status"] for one in shop.done("GET", "/v1/badges/earned", bearer=token)] == ["ARCHIVED"]
    assert shop.call("GET", path, bearer=token).status_code == 200
    assert shop.call("GET", path, bearer=shop.user_token(other)).status_code == 404
    body = {"badgeId": bird["id"], "beneficiaryId": other["id"]}
    assert shop.call("POST", "/v1/commands/award_badge", body).status_code == 409


def test_who_has_a_badge(shop: Shop) -> None:
    """Each holder once, with how often, page by page; who lost it again, and who never had it, is none."""
    bird, owl = badge(shop, BIRD), badge(shop, OWL)
    ada, bob, eve = [shop.user() for _ in range(3)]
    for one in (ada, bob, ada):
        award(shop, bird, one)
    event = award(shop, bird, eve)
    shop.done("POST", f"/v1/events/{event['id']}/reverse", {})
    award(shop, owl, eve)
    path = f"/v1/badges/{bird['id']}/holders"
    first = shop.call("GET", f"{path}?limit=1").json()
    rest = shop.done("GET", f"{path}?cursor={first['page']['next']}")
    held = [(one["id"], one["accountNumber"], one["count"]) for one in (*first["data"], *rest)]
    assert held == [(ada["id"], ada["accountNumber"], 2), (bob["id"], bob["accountNumber"], 1)]
    assert shop.call("GET", path.replace(bird["id"], ada["id"])).status_code == 404


def test_awarding_reports_an_event_that_reactors_react_to(shop: Shop) -> None:
    """BADGE_EARNED names the badge, who gave it and why; a reactor gives points for it."""
    bird, user = badge(shop, BIRD), shop.user()
    shop.reactor(fixed(25), event_type="BADGE_EARNED", constraint="payload.badgeName == 'Early bird 2026'")
    event = award(shop, bird, user, comment="Helped a neighbour")
    assert (event["type"], event["points"], event["payload"]["comment"]) == ("BADGE_EARNED", 25, "Helped a neighbour")
    assert event["payload"]["badgeId"] == bird["id"]
    assert shop.balance(user) == 25


def test_what_is_not_there_cannot_be_awarded(shop: Shop) -> None:
    """An unknown badge or user is 422 with its pointer, a closed account 409."""
    bird, user = badge(shop, BIRD), shop.user()
    for field in ("badgeId", "beneficiaryId"):
        body = {"badgeId": bird["id"], "beneficiaryId": user["id"]} | {field: shop.tenant.tenant_id.__str__()}
        answer = shop.call("POST", "/v1/commands/award_badge", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
    shop.done("DELETE", f"/v1/users/{user['id']}")
    body = {"badgeId": bird["id"], "beneficiaryId": user["id"]}
    assert shop.call("POST", "/v1/commands/award_badge", body).status_code == 409


async def test_a_repeated_request_awards_once(shop: Shop, db: Db) -> None:
    """Many at once with one Idempotency-Key earn one badge."""
    bird, user = badge(shop, BIRD), shop.user()
    body = {"badgeId": bird["id"], "beneficiaryId": user["id"]}
    shop.token  # noqa: B018 - asked for once, before the crowd
    answers = await asyncio.gather(
        *(
            asyncio.to_thread(shop.call, "POST", "/v1/commands/award_badge", body, headers={"Idempotency-Key": "one"})
            for _ in range(6)
        )
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert await db.fetchval("select count(*) from earned_badges where tenant_id = $1", shop.tenant.tenant_id) == 1
