"""Enhancers: what they add for the rules to see, apart from what was reported, and pinned with the event."""

from typing import Any

import asyncpg

from tests.shop import ONE_PER_UNIT, Shop, fixed

PURCHASES = "/v1/event_types/PURCHASED_COFFEE"


def enhance(shop: Shop, *names: str) -> Any:
    """Give PURCHASED_COFFEE enhancers."""
    return shop.done("PATCH", PURCHASES, {"enhancers": list(names)})


def report(shop: Shop, user: Any, payload: Any) -> Any:
    """Report a purchase of coffee that is recorded."""
    return shop.done("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": payload})


def points(balance: int, earned: int, spent: int, earned_now: int, spent_now: int) -> dict[str, Any]:
    """Return what POINTS_ENHANCER adds."""
    return {
        "points": {
            "balance": balance, "earned": earned, "spent": spent,
            "earnedInPeriod": earned_now, "spentInPeriod": spent_now,
        }
    }  # fmt: skip


def test_without_enhancers_nothing_is_added(shop: Shop) -> None:
    """An event of a type without them has no `enhanced`."""
    user = shop.cafe()
    event = report(shop, user, {"total": 1})
    assert "enhanced" not in event
    assert "enhanced" not in shop.done("GET", f"/v1/events/{event['id']}")


def test_code_pool_is_refused_with_what_to_do_instead(shop: Shop) -> None:
    """422 that says why, and what uses codes up, at creation and at a change."""
    shop.event_type()
    names = ["RANDOM_NUMBER", "CODE_POOL"]
    new = {"name": "VISITED_SHOP", "description": "A visit", "isPrivate": True, "enhancers": names}
    for answer in (shop.call("POST", "/v1/event_types/", new), shop.call("PATCH", PURCHASES, {"enhancers": names})):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/enhancers"
        assert "validate_voucher" in answer.json()["errors"][0]["detail"]
    assert shop.done("GET", PURCHASES)["version"] == 1


# random numbers ----------------------------------------------------------------------------------


def test_a_random_number_is_drawn_and_pinned(shop: Shop) -> None:
    """Each event has its own, from 0 up to 1, with nine digits; reading it again shows the same one."""
    user = shop.cafe()
    enhance(shop, "RANDOM_NUMBER")
    events = [report(shop, user, {"total": 1}) for _ in range(20)]
    drawn = [event["enhanced"]["RANDOM_NUMBER"]["randomNumber"] for event in events]
    assert all(0 <= number < 1 for number in drawn)
    assert len(set(drawn)) == 20
    assert [shop.done("GET", f"/v1/events/{event['id']}") for event in events] == events
    assert {event["payload"]["total"] for event in events} == {1}
    assert all(event["payload"] == {"total": 1} for event in events)


def test_it_switches_the_refusal_of_twins_off_and_says_so(shop: Shop) -> None:
    """Who switches it on is told what it means; from then on the same content is recorded each time."""
    user = shop.cafe()
    assert "notices" not in shop.done("GET", PURCHASES)
    assert "Idempotency-Key" in enhance(shop, "RANDOM_NUMBER")["notices"][0]
    assert len(shop.done("GET", PURCHASES)["notices"]) == 1
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}
    assert [one["status"] for one in shop.done("POST", "/v1/events/batch", [body] * 3)] == [200] * 3
    assert "duplicateOf" not in shop.done("POST", "/v1/events/test_reaction", body)
    answers = [shop.call("POST", "/v1/events", body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert shop.done("GET", "/v1/duplicates/") == []
    assert "notices" not in enhance(shop)
    assert [one["status"] for one in shop.done("POST", "/v1/events/batch", [body] * 2)] == [200, 409]


def test_rules_see_the_draw(shop: Shop) -> None:
    """A lottery: a constraint on randomNumber fires for those events alone whose number satisfies it."""
    user = shop.cafe()
    enhance(shop, "RANDOM_NUMBER")
    lot = {"required": ["randomNumber"], "properties": {"randomNumber": {"maximum": 0.5}}}
    shop.reactor(fixed(100), name="Every other", constraint=lot)
    for _ in range(40):
        event = report(shop, user, {"total": 1})
        wins = event["enhanced"]["RANDOM_NUMBER"]["randomNumber"] <= 0.5
        assert event["points"] == (101 if wins else 1)
        reactions = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
        (verdict,) = [one for one in reactions if one["reactorName"] == "Every other"]
        assert verdict["fired"] is wins
        assert wins or "/randomNumber" in verdict["reason"], "told from what was pinned"


# points ------------------------------------------------------------------------------------------


def test_points_stand_as_before_the_event(shop: Shop) -> None:
    """Balance, earned and spent, ever and in this month, the instant before the event itself."""
    user = shop.cafe()
    report(shop, user, {"total": 100})
    shop.buy(user, shop.reward(30))
    enhance(shop, "POINTS_ENHANCER")
    event = report(shop, user, {"total": 5})
    assert event["enhanced"] == {"POINTS_ENHANCER": points(70, 100, 30, 100, 30)}
    assert event["payload"] == {"total": 5}
    assert report(shop, user, {"total": 6})["enhanced"] == {"POINTS_ENHANCER": points(75, 105, 30, 105, 30)}


def test_in_one_commit_each_sees_what_the_one_before_did(shop: Shop) -> None:
    """Of a batch, every event is told of the points of those before it, also of types without enhancers."""
    user, other = shop.cafe(), shop.user()
    enhance(shop, "POINTS_ENHANCER")
    shop.event_type("VISITED_SHOP", schema=None)
    shop.reactor(fixed(7), "VISITED_SHOP")
    bodies = [
        {"type": name, "subject": one["id"], "payload": {"total": total}}
        for name, one, total in (
            ("PURCHASED_COFFEE", user, 10), ("VISITED_SHOP", user, 1), ("PURCHASED_COFFEE", other, 20),
            ("PURCHASED_COFFEE", user, 11), ("PURCHASED_COFFEE", other, 21),
        )
    ]  # fmt: skip
    verdicts = shop.done("POST", "/v1/events/batch", bodies)
    seen = [one["event"].get("enhanced", {}).get("POINTS_ENHANCER") for one in verdicts]
    assert seen == [
        points(0, 0, 0, 0, 0), None, points(0, 0, 0, 0, 0), points(17, 17, 0, 17, 0), points(20, 20, 0, 20, 0),
    ]  # fmt: skip


async def test_a_month_begins_anew(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """What was posted before the first of the month, in the tenant's zone, is in the total and not in the period."""
    user = shop.cafe()
    enhance(shop, "POINTS_ENHANCER")
    report(shop, user, {"total": 40})
    report(shop, user, {"total": 2})
    sql = """
        update ledger_entries set recorded_at = date_trunc('month', now(), 'Pacific/Kiritimati') - interval '1 second'
        where tenant_id = $1 and number = 1
    """
    tenant = shop.tenant.tenant_id
    await owner.execute("update tenants set time_zone = 'Pacific/Kiritimati' where id = $1", tenant)
    async with owner.transaction():
        await owner.execute("alter table ledger_entries disable trigger immutable")
        await owner.execute(sql, tenant)
        await owner.execute("alter table ledger_entries enable trigger immutable")
    assert report(shop, user, {"total": 1})["enhanced"] == {"POINTS_ENHANCER": points(42, 42, 0, 2, 0)}


async def test_many_entries_are_added_up_once(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """After so many entries their sum is kept, brought up to date now and then, and stays exact."""
    user = shop.cafe()
    enhance(shop, "POINTS_ENHANCER")

    def batch(first: int, count: int) -> Any:
        bodies = [
            {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1, "items": [number]}}
            for number in range(first, first + count)
        ]
        return shop.done("POST", "/v1/events/batch", bodies)

    batch(0, 130)
    for number in range(130, 200):
        (verdict,) = batch(number, 1)
        assert verdict["event"]["enhanced"]["POINTS_ENHANCER"] == points(number, number, 0, number, 0)
    row = await owner.fetchrow("select * from period_points where tenant_id = $1", shop.tenant.tenant_id)
    assert row is not None
    assert (row["through_number"], row["earned"], row["spent"]) == (180, 180, 0)


def test_rules_reckon_with_points(shop: Shop) -> None:
    """Constraints and derivations see them: the first 50 of a month are doubled, and the balance bears interest."""
    user = shop.cafe()
    enhance(shop, "POINTS_ENHANCER")
    at_first = {"properties": {"points": {"properties": {"earnedInPeriod": {"exclusiveMaximum": 50}}}}}
    shop.reactor(ONE_PER_UNIT, name="Doubled", constraint=at_first)
    tenth = [{"type": "JSON_VALUE", "value": "points.balance"}, {"type": "NUMBER", "value": "0.1"}]
    shop.reactor({"operation": "PRODUCT", "arguments": tenth}, name="Interest")
    assert [report(shop, user, {"total": total})["points"] for total in (20, 30, 11)] == [40, 60 + 4, 11 + 10]


def test_the_enhancer_wins_over_what_is_reported(shop: Shop) -> None:
    """A reporter cannot tell the rules a balance of his own; what he sent stays visible as he sent it."""
    user = shop.cafe()
    enhance(shop, "POINTS_ENHANCER", "RANDOM_NUMBER")
    rich = {"required": ["points"], "properties": {"points": {"properties": {"balance": {"minimum": 1_000}}}}}
    shop.reactor(fixed(500), name="For the rich", constraint=rich)
    sent = {"total": 1, "points": {"balance": 10**9}, "randomNumber": -1}
    event = report(shop, user, sent)
    assert event["payload"] == sent
    assert event["points"] == 1
    assert list(event["enhanced"]) == ["RANDOM_NUMBER", "POINTS_ENHANCER"]


def test_the_schema_is_of_what_is_reported(shop: Shop) -> None:
    """Enhancers add after the schema has judged: `allowUnknown: false` does not know what they bring."""
    user = shop.cafe()
    shop.done("PATCH", PURCHASES, {"enhancers": ["POINTS_ENHANCER"], "settings": {"allowUnknown": False}})
    assert report(shop, user, {"total": 1})["points"] == 1
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1, "points": {}}}
    assert shop.call("POST", "/v1/events", body).status_code == 422


def test_the_identity_is_of_what_is_reported(shop: Shop) -> None:
    """Points differ from event to event, and the same report is a duplicate all the same."""
    user = shop.cafe()
    enhance(shop, "POINTS_ENHANCER")
    report(shop, user, {"total": 1})
    assert shop.report(user, 1).status_code == 409


async def test_the_preview_enhances_and_keeps_nothing(shop: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """The preview shows what would be added, as the event then has it, and writes no sums."""
    user = shop.cafe()
    report(shop, user, {"total": 9})
    enhance(shop, "POINTS_ENHANCER")
    shop.reactor({"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "points.balance"}]}, name="Twice")
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}}
    previewed = shop.done("POST", "/v1/events/test_reaction", body)
    event = shop.done("POST", "/v1/events", body)
    assert previewed["enhanced"] == event["enhanced"] == {"POINTS_ENHANCER": points(9, 9, 0, 9, 0)}
    assert previewed["points"] == event["points"] == 10
    assert await owner.fetchval("select count(*) from period_points where tenant_id = $1", shop.tenant.tenant_id) == 0


def test_what_is_released_or_resubmitted_is_enhanced_now(shop: Shop) -> None:
    """An event that comes out of the log or the quarantine is told of the points as they are by then."""
    user = shop.cafe()
    enhance(shop, "POINTS_ENHANCER")
    shop.done("PATCH", PURCHASES, {"settings": {"onInvalid": "quarantine"}})
    report(shop, user, {"total": 10})
    shop.report(user, 10)
    told = shop.report(user, -1).json()["data"]
    (entry,) = shop.done("GET", "/v1/duplicates/")
    released = shop.done("POST", f"/v1/duplicates/{entry['id']}/release")
    assert released["enhanced"] == {"POINTS_ENHANCER": points(10, 10, 0, 10, 0)}
    resubmitted = shop.done("POST", f"/v1/quarantine/{told['id']}/resubmit", {"payload": {"total": 1}})
    assert resubmitted["enhanced"] == {"POINTS_ENHANCER": points(20, 20, 0, 20, 0)}
    assert set(released["context"]) == {"releasedFrom", "duplicateOf"}
