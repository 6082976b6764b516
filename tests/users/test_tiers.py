"""Tiers through the API: reached in the event's transaction, lost by the job, and told of in events."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from punchcard.db.connection import Db, Tx
from punchcard.db.queue import INSTALLATION
from punchcard.jobs import judge_tiers
from punchcard.jobs.step import Workplace
from punchcard.points import ledger
from tests.jobs.process import workplace
from tests.jobs.steps import work
from tests.points.books import require_right
from tests.shop import Shop, fixed

YEAR_AGO = """
    update tier_points set period = (left(period, 4)::integer - 1)::text || substr(period, 5)
    where tenant_id = $1 and period <> 'EVER'
"""
STAYS_YEAR_AGO = """
    update tier_stays set until = until - interval '1 year', reached_at = reached_at - interval '1 year'
    where tenant_id = $1 and lost_at is null
"""
SUMS = "select period, points from tier_points where tenant_id = $1 and user_id = $2"


@pytest.fixture
def place(db: Db) -> Workplace:
    """Return a workplace of this process's own."""
    return workplace(db)


async def let_a_year_pass(db: Db, tenant_id: UUID) -> None:
    """Move all that members have earned, and the tiers that they are in, a year back."""
    async with db.transaction() as tx:  # the server's own worker judges, too, and may look between the two
        await tx.execute(YEAR_AGO, tenant_id)
        await tx.execute(STAYS_YEAR_AGO, tenant_id)


def tier(shop: Shop, requirement: int, name: str = "Gold", priority: int = 1, **more: Any) -> Any:
    """Create a tier, by default one of all points ever earned."""
    body = {
        "pointsRequirement": requirement, "calculation": "LIFETIME_EARN", "priority": priority, "defaultLocale": "en",
        "details": {"en": {"name": name}}, **more,
    }  # fmt: skip
    return shop.done("POST", "/v1/tiers/", body)


def yearly(shop: Shop, requirement: int, **more: Any) -> Any:
    """Create a tier of the points of a year."""
    return tier(shop, requirement, calculation="CALENDAR_PERIOD", accumulationPeriod="P1Y", **more)


def told(shop: Shop, name: str) -> list[Any]:
    """Return the payloads of events of a type, the oldest first."""
    return [event["payload"] for event in shop.done("GET", f"/v1/events/?filter=type:{name}&order=ASC")]


def stays(shop: Shop, user: Any) -> list[tuple[str, str | None]]:
    """Return the tiers of a user, the newest first, and why they were lost."""
    return [(one["tierName"], one["lostWhy"]) for one in shop.done("GET", f"/v1/users/{user['id']}/tiers")]


def seen(shop: Shop, user: Any) -> dict[str, tuple[int, bool, int]]:
    """Return what a user sees of the tiers: points earned, whether attained, points missing."""
    shown = shop.done("GET", "/v1/tiers/", bearer=shop.user_token(user))
    return {one["name"]: (one["earnedPoints"], one["attained"], one["missing"]) for one in shown}


async def test_a_tier_is_reached_in_the_events_transaction(shop: Shop, db: Db) -> None:
    """The event that brings the points is followed by TIER_REACHED, to which reactors react at once."""
    user = shop.cafe()
    silver, gold = tier(shop, 10, "Silver", 1), yearly(shop, 100, name="Gold", priority=2)
    shop.reactor(fixed(5), event_type="TIER_REACHED", constraint="payload.tierName == 'Gold'")

    assert shop.report(user, 60).json()["data"]["points"] == 60
    shop.report(user, 40)

    assert [(one["tierId"], one["earnedPoints"], one["isHighest"]) for one in told(shop, "TIER_REACHED")] == [
        (silver["id"], 60, True), (gold["id"], 100, True),
    ]  # fmt: skip
    assert shop.balance(user) == 105
    assert seen(shop, user) == {"Silver": (105, True, 0), "Gold": (105, True, 0)}
    assert stays(shop, user) == [("Gold", None), ("Silver", None)]
    await require_right(db, shop.tenant.tenant_id)


def test_what_follows_comes_after_in_the_stream(shop: Shop) -> None:
    """Of one commit the purchase comes first, then the tiers that it brought, the lowest first."""
    user = shop.cafe()
    tier(shop, 10, "Gold", 2)
    tier(shop, 5, "Silver", 1)
    shop.report(user, 60)
    newest = shop.done("GET", "/v1/events/?limit=3")
    assert [event["payload"].get("tierName", event["type"]) for event in newest] == [
        "Gold", "Silver", "PURCHASED_COFFEE",
    ]  # fmt: skip
    assert [one["isHighest"] for one in told(shop, "TIER_REACHED")] == [False, True]


def test_an_adjustment_earns_and_a_correction_does_not(shop: Shop) -> None:
    """adjust_points with EARN counts towards a tier, with NONE it does not."""
    user = shop.cafe()
    tier(shop, 100)
    adjust = {"actorId": user["id"], "comment": "A test"}
    shop.done("POST", "/v1/commands/adjust_points", {**adjust, "points": 100, "impactType": "NONE"})
    assert seen(shop, user) == {"Gold": (0, False, 100)}
    shop.done("POST", "/v1/commands/adjust_points", {**adjust, "points": 100, "impactType": "EARN"})
    assert seen(shop, user) == {"Gold": (100, True, 0)}


async def test_points_of_before_the_first_tier_count(shop: Shop, db: Db, place: Workplace) -> None:
    """Whoever has earned enough comes into a new tier by the job, once, or by the next event, whichever is first."""
    user, other = shop.cafe(), shop.user()
    for one in (user, other):
        shop.report(one, 60)
    yearly(shop, 60)
    assert seen(shop, user) == {"Gold": (60, True, 0)} or seen(shop, user) == {"Gold": (60, False, 0)}

    shop.report(other, 1)
    await work(db, place, judge_tiers.step, shop.tenant.tenant_id)
    await work(db, place, judge_tiers.step, shop.tenant.tenant_id)

    assert len(told(shop, "TIER_REACHED")) == 2
    assert seen(shop, user) == {"Gold": (60, True, 0)}
    assert seen(shop, other) == {"Gold": (61, True, 0)}


async def test_the_job_takes_tiers_away_at_the_end_of_the_period(shop: Shop, db: Db, place: Workplace) -> None:
    """Who has not earned enough again loses the tier as of the end, once; a closed account without a word."""
    tenant_id = shop.tenant.tenant_id
    yearly(shop, 50)
    user, closed = shop.cafe(), shop.user()
    for one in (user, closed):
        shop.report(one, 50)
    shop.done("DELETE", f"/v1/users/{closed['id']}")
    end = shop.done("GET", f"/v1/users/{user['id']}/tiers")[0]["until"]
    await let_a_year_pass(db, tenant_id)

    assert seen(shop, user) == {"Gold": (0, False, 50)}, "a stay that is over is over before the job comes by"
    await work(db, place, judge_tiers.step_ending, INSTALLATION)
    await work(db, place, judge_tiers.step_ending, INSTALLATION)

    (lost,) = told(shop, "TIER_LOST")
    assert (lost["tierName"], lost["why"]) == ("Gold", "PERIOD_ENDED")
    assert lost["lostAt"][4:] == end[4:]
    assert stays(shop, user) == stays(shop, closed) == [("Gold", "PERIOD_ENDED")]


async def test_an_event_after_the_end_finds_the_stay_over(shop: Shop, db: Db, place: Workplace) -> None:
    """Lost and reached anew in one transaction, and the job finds nothing left to do."""
    yearly(shop, 50)
    user = shop.cafe()
    shop.report(user, 50)
    await let_a_year_pass(db, shop.tenant.tenant_id)
    shop.report(user, 70)
    await work(db, place, judge_tiers.step_ending, INSTALLATION)
    assert stays(shop, user) == [("Gold", None), ("Gold", "PERIOD_ENDED")]
    assert (len(told(shop, "TIER_LOST")), len(told(shop, "TIER_REACHED"))) == (1, 2)


async def test_a_tier_kept_through_the_next_period(shop: Shop, db: Db) -> None:
    """A year later it is held still, though nothing was earned since; another year later it is not."""
    yearly(shop, 50, keepsNextPeriod=True)
    user = shop.cafe()
    shop.report(user, 50)
    await let_a_year_pass(db, shop.tenant.tenant_id)
    assert seen(shop, user) == {"Gold": (0, True, 0)}
    await let_a_year_pass(db, shop.tenant.tenant_id)
    assert seen(shop, user) == {"Gold": (0, False, 50)}


def test_a_backdated_event_counts_in_the_period_in_which_it_happened(shop: Shop) -> None:
    """Points of last year's purchase bring nobody into a tier of this year; those of ever count."""
    user = shop.cafe()
    yearly(shop, 50, name="Yearly", priority=1)
    tier(shop, 50, "Ever", 2)
    year = int(shop.report(user, 1).json()["data"]["reportedAt"][:4])
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"settings": {}})
    answer = shop.report(user, 60, occurredAt=f"{year - 1}-06-01T12:00:00Z")
    assert answer.status_code == 200, answer.text
    assert seen(shop, user) == {"Yearly": (1, False, 49), "Ever": (61, True, 0)}


async def test_a_change_of_a_tier_judges_everybody_anew(shop: Shop, db: Db, place: Workplace) -> None:
    """A higher requirement takes it from some, deletion from all; either puts the job in."""
    tenant_id = shop.tenant.tenant_id
    gold = tier(shop, 50)
    users = [shop.cafe(), shop.user(), shop.user()]
    for user, total in zip(users, (50, 80, 100), strict=True):
        shop.report(user, total)

    shop.done("PATCH", f"/v1/tiers/{gold['id']}", {"pointsRequirement": 90})
    await work(db, place, judge_tiers.step, tenant_id)
    assert [stays(shop, user) for user in users] == [[("Gold", "POINTS")], [("Gold", "POINTS")], [("Gold", None)]]

    shop.done("DELETE", f"/v1/tiers/{gold['id']}")
    await work(db, place, judge_tiers.step, tenant_id)
    assert stays(shop, users[2]) == [("Gold", "TIER_ENDED")]
    assert await db.fetchval("select count(*) from jobs where tenant_id = $1 and kind = 'judge_tiers'", tenant_id) == 3


async def test_a_tier_begins_when_its_time_has_come(shop: Shop, db: Db, place: Workplace) -> None:
    """Before that nobody is in it; then the clock has everybody judged."""
    user = shop.cafe()
    shop.report(user, 50)
    tier(shop, 50, effectivity={"start": "2999-01-01T00:00:00Z"})
    await work(db, place, judge_tiers.step, shop.tenant.tenant_id)
    assert seen(shop, user) == {"Gold": (50, False, 0)}
    moved = "update tiers set opens_at = now(), effective_from = now() - interval '1 s' where tenant_id = $1"
    await db.execute(moved, shop.tenant.tenant_id)
    await db.execute("delete from jobs where tenant_id = $1", shop.tenant.tenant_id)
    await work(db, place, judge_tiers.step_ending, INSTALLATION)
    assert await db.fetchval("select kind from jobs where tenant_id = $1", shop.tenant.tenant_id) == "judge_tiers"
    await work(db, place, judge_tiers.step, shop.tenant.tenant_id)
    assert stays(shop, user) == [("Gold", None)]


def test_a_tier_for_everybody_is_reached_by_registering(shop: Shop) -> None:
    """Without a point; its name comes in the language asked for, and what that lacks in the default one."""
    details = {"en": {"name": "Member", "description": "Everybody"}, "de": {"name": "Mitglied"}}
    tier(shop, 0, details=details)
    user = shop.user()
    assert stays(shop, user) == [("Member", None)]
    (shown,) = shop.done("GET", "/v1/tiers/?locale=de", bearer=shop.user_token(user))
    assert (shown["name"], shown["description"], shown["attained"]) == ("Mitglied", "Everybody", True)
    refused = shop.call("GET", "/v1/tiers/?locale=xx")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/locale")


@pytest.mark.parametrize(
    "change",
    [
        {"calculation": "CALENDAR_PERIOD"},
        {"accumulationPeriod": "P1Y"},
        {"keepsNextPeriod": True},
        {"details": {"de": {"name": "Gold"}}},
        {"details": {"xx": {"name": "Gold"}}},
        {"details": {"en": {"description": "Nameless"}}},
        {"pointsRequirement": -1},
        {"effectivity": {"start": "2026-02-01", "end": "2026-01-01"}},
    ],
)
def test_a_tier_that_contradicts_itself_is_refused(shop: Shop, change: dict[str, Any]) -> None:
    """At creation and at a change: 422."""
    body = {
        "pointsRequirement": 1, "calculation": "LIFETIME_EARN", "priority": 1, "defaultLocale": "en",
        "details": {"en": {"name": "Gold"}},
    }  # fmt: skip
    assert shop.call("POST", "/v1/tiers/", body | change).status_code == 422
    gold = shop.done("POST", "/v1/tiers/", body)
    assert shop.call("PATCH", f"/v1/tiers/{gold['id']}", change).status_code == 422


def test_a_change_keeps_what_is_left_out(shop: Shop) -> None:
    """From years to ever and back; the version counts on, and If-Match is honoured."""
    gold = yearly(shop, 50, keepsNextPeriod=True, effectivity={"start": "2026-01-01", "end": None})
    path = f"/v1/tiers/{gold['id']}"
    changed = shop.done("PATCH", path, {"calculation": "LIFETIME_EARN"})
    assert (changed["accumulationPeriod"], changed["keepsNextPeriod"], changed["version"]) == (None, False, 2)
    assert changed["effectivity"] == {"start": "2026-01-01T00:00:00.000Z", "end": None}
    assert shop.call("PATCH", path, {"priority": 9}, headers={"If-Match": '"1"'}).status_code == 412
    assert shop.done("PATCH", path, {"effectivity": None})["effectivity"] is None


async def test_many_at_once_reach_a_tier_once(shop: Shop, db: Db, place: Workplace) -> None:
    """Events of a member, and the job, all at once: the sums are exact and the tier is reached once."""
    user = shop.cafe()
    shop.report(user, 7)
    yearly(shop, 100)
    await asyncio.gather(
        *(asyncio.to_thread(shop.report, user, 10 + number) for number in range(12)),
        *(work(db, place, judge_tiers.step, shop.tenant.tenant_id) for _ in range(2)),
    )
    expected = 7 + sum(10 + number for number in range(12))
    sums = {row["period"]: row["points"] for row in await db.fetch(SUMS, shop.tenant.tenant_id, user["id"])}
    assert set(sums.values()) == {expected}
    assert len(sums) == 3
    assert len(told(shop, "TIER_REACHED")) == 1


async def test_without_tiers_nothing_is_counted(shop: Shop, db: Db) -> None:
    """A tenant that has no tiers pays for nothing."""
    shop.report(shop.cafe(), 50)
    assert await db.fetchval("select count(*) from tier_points where tenant_id = $1", shop.tenant.tenant_id) == 0


async def test_sums_of_two_users_become_one(shop: Shop, db: Db) -> None:
    """What both have earned counts for the one who stays, counted before or not."""
    from punchcard.users.tier_stays import merge_points  # noqa: PLC0415

    user, other = shop.cafe(), shop.user()
    shop.report(other, 30)
    tier(shop, 100)
    shop.report(user, 20)
    source, target = UUID(other["id"]), UUID(user["id"])

    async def body(tx: Tx) -> None:
        await ledger.hold(tx, [(shop.tenant.tenant_id, source), (shop.tenant.tenant_id, target)])
        await merge_points(tx, shop.tenant.tenant_id, source, target)

    await db.run(body)
    assert seen(shop, user) == {"Gold": (50, False, 50)}
