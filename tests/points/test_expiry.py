"""Points run out, and become usable, by time alone: once, however it comes about, and reported as events."""

import asyncio
from typing import Any

import pytest

from punchcard.db.connection import Db
from punchcard.db.queue import INSTALLATION
from punchcard.jobs import date_idle_points, expire_points
from punchcard.jobs.step import Workplace
from tests.jobs.process import workplace
from tests.jobs.steps import work
from tests.points.books import let_pass, require_right
from tests.points.test_policies import PATH, policy
from tests.shop import Shop, fixed

HELD = "select from wallets where tenant_id = $1 and user_id = $2 for update"
ALL = "select count(*) from wallets where tenant_id = $1 and due_at <= clock_timestamp()"


@pytest.fixture
def place(db: Db) -> Workplace:
    """Return a workplace of this process's own."""
    return workplace(db)


def expired(shop: Shop) -> list[Any]:
    """Return the events of points that ran out, the newest first."""
    return list(shop.done("GET", "/v1/events/?filter=type:POINTS_EXPIRED"))


async def test_the_job_reports_what_has_run_out_once(shop: Shop, db: Db, place: Workplace) -> None:
    """One event a wallet, with its lots; doing it again finds nothing."""
    tenant_id = shop.tenant.tenant_id
    policy(shop, {"after": "P1D"})
    users = [shop.cafe(), shop.user(), shop.user()]
    for user in users:
        for total in (5, 7):
            shop.report(user, total)
    await let_pass(db, tenant_id, 2)

    await work(db, place, expire_points.step, tenant_id)
    await work(db, place, expire_points.step, INSTALLATION)

    events = expired(shop)
    assert sorted(event["subject"] for event in events) == sorted(user["id"] for user in users)
    assert {event["points"] for event in events} == {-12}
    assert [lot["points"] for lot in events[0]["payload"]["lots"]] == [5, 7]
    assert [shop.balance(user) for user in users] == [0, 0, 0]
    await require_right(db, tenant_id)


async def test_a_step_holds_few_wallets_and_passes_over_those_held(
    shop: Shop, db: Db, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside somebody who holds a wallet the job does the others, and comes back for that one."""
    monkeypatch.setattr(expire_points, "STEP_WALLETS", 2)
    tenant_id = shop.tenant.tenant_id
    policy(shop, {"after": "P1D"})
    users = [shop.cafe(), *(shop.user() for _ in range(5))]
    for user in users:
        shop.report(user, 5)
    await let_pass(db, tenant_id, 2)

    async with db.transaction() as tx:
        await tx.execute(HELD, tenant_id, users[0]["id"])
        assert await work(db, place, expire_points.step, tenant_id) == 3
    assert await db.fetchval(ALL, tenant_id) == 1
    await work(db, place, expire_points.step, tenant_id)

    assert len(expired(shop)) == 6
    assert await db.fetchval(ALL, tenant_id) == 0


async def test_reporters_and_jobs_at_once_let_each_lot_run_out_once(shop: Shop, db: Db, place: Workplace) -> None:
    """Events of a member, and two jobs, all find the same wallet due."""
    tenant_id = shop.tenant.tenant_id
    policy(shop, {"after": "P1D"})
    users = [shop.cafe(), *(shop.user() for _ in range(7))]
    for user in users:
        shop.report(user, 5)
    await let_pass(db, tenant_id, 2)

    await asyncio.gather(
        *(asyncio.to_thread(shop.report, user, 3) for user in users for _ in range(2)),
        *(work(db, place, expire_points.step, tenant_id) for _ in range(2)),
    )

    assert [event["points"] for event in expired(shop)] == [-5] * 8
    assert [shop.balance(user) for user in users] == [3] * 8
    await require_right(db, tenant_id)


async def test_nobody_buys_with_points_that_have_run_out(shop: Shop, db: Db) -> None:
    """A purchase finds the balance as it is by now, and the points are gone though nothing was bought."""
    policy(shop, {"after": "P1D"})
    user = shop.cafe()
    shop.report(user, 50)
    body = {"rewardId": shop.reward(30)["id"], "beneficiaryId": user["id"]}
    await let_pass(db, shop.tenant.tenant_id, 2)

    answer = shop.call("POST", "/v1/commands/purchase_reward", body, headers={"Idempotency-Key": "one"})

    assert (answer.status_code, answer.json()["balance"]) == (409, 0)
    shop.report(user, 40)
    shop.done("POST", "/v1/commands/purchase_reward", body, headers={"Idempotency-Key": "two"})
    assert shop.balance(user) == 10
    await require_right(db, shop.tenant.tenant_id)


async def test_a_purchase_takes_the_lots_that_run_out_first(shop: Shop, db: Db) -> None:
    """And the ledger says of which."""
    user = shop.cafe()
    shop.reactor(
        event_type="PURCHASED_COFFEE",
        reactions=[{"type": "POINTS", "points": fixed(20), "expiresAfter": "P1D"}],
    )
    shop.report(user, 30)
    reward = shop.reward(35)

    shop.buy(user, reward)

    rows = await db.fetch("select lot, target, points from lot_moves where tenant_id = $1", shop.tenant.tenant_id)
    assert [tuple(row) for row in rows] == [(2, "REDEMPTION", 20)]
    await require_right(db, shop.tenant.tenant_id)


async def test_a_preview_says_what_would_be_after_time_has_done_its_work(shop: Shop, db: Db) -> None:
    """The balance of a preview is that of a report."""
    policy(shop, {"after": "P1D"})
    user = shop.cafe()
    shop.report(user, 50)
    await let_pass(db, shop.tenant.tenant_id, 2)

    shown = shop.done(
        "POST", "/v1/events/test_reaction", {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 4}}
    )

    assert (shown["points"], shown["balanceAfter"]) == (4, 4)


async def test_all_points_lapse_when_a_member_is_idle(shop: Shop, db: Db, place: Workplace) -> None:
    """Every event puts the date off; then open-ended points go too. Who was idle before has its whole time."""
    tenant_id = shop.tenant.tenant_id
    busy, idle = shop.cafe(), shop.user()
    for user in (busy, idle):
        shop.report(user, 10)
    policy(shop, {"after": "P10D", "onInactivity": True})
    await work(db, place, date_idle_points.step, tenant_id)
    await let_pass(db, tenant_id, 8)
    shop.report(busy, 5)
    await let_pass(db, tenant_id, 3)

    await work(db, place, expire_points.step, tenant_id)

    (event,) = expired(shop)
    assert (event["subject"], event["points"], event["payload"]["lots"]) == (idle["id"], -10, [{"points": 10}])
    assert (shop.balance(busy), shop.balance(idle)) == (15, 0)
    await let_pass(db, tenant_id, 8)
    await work(db, place, expire_points.step, tenant_id)
    assert shop.balance(busy) == 0
    await require_right(db, tenant_id)


async def test_without_the_policy_nobody_lapses_any_more(shop: Shop, db: Db, place: Workplace) -> None:
    """A date that stood is looked at with the policies as they are when it comes."""
    tenant_id = shop.tenant.tenant_id
    made = policy(shop, {"after": "P10D", "onInactivity": True})
    user = shop.cafe()
    shop.report(user, 10)
    shop.done("DELETE", PATH + made["id"])
    await let_pass(db, tenant_id, 11)

    await work(db, place, expire_points.step, tenant_id)

    assert expired(shop) == []
    assert shop.balance(user) == 10


async def test_expiry_is_an_event_that_reactors_hear_of(shop: Shop, db: Db) -> None:
    """What a reactor gives for it is posted with it."""
    shop.reactor(fixed(1), event_type="POINTS_EXPIRED")
    policy(shop, {"after": "P1D"})
    user = shop.cafe()
    shop.report(user, 9)
    await let_pass(db, shop.tenant.tenant_id, 2)
    shop.report(user, 2)

    (event,) = expired(shop)
    assert (event["points"], shop.balance(user)) == (-8, 3)
    await require_right(db, shop.tenant.tenant_id)


def test_policies_are_carried_out_on_demand(shop: Shop) -> None:
    """Both triggers put a job in; a cap needs no clock."""
    made = policy(shop, {"after": "P1D"})
    cap = policy(shop, {"points": 5}, "MAXIMUM_POINTS_EARN_CAP")

    one = shop.done("POST", f"{PATH}trigger_one", {"id": made["id"]})
    every = shop.done("POST", f"{PATH}trigger_daily_cron")

    kinds = {shop.done("GET", f"/v1/jobs/{triggered['jobId']}")["kind"] for triggered in (one, every)}
    assert kinds == {"expire_points"}
    assert shop.call("POST", f"{PATH}trigger_one", {"id": cap["id"]}).status_code == 409
