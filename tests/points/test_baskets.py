"""A year of real baskets under twelve reactors with limits, groups, caps and expiry, beside an independent model."""

import json
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from punchcard.db.connection import Db
from punchcard.jobs import expire_points
from tests.cli.test_import import LINES
from tests.jobs.process import workplace
from tests.jobs.steps import work
from tests.oracle.programme import (
    BALANCE_CAP,
    CAP_PER_MONTH,
    CROWD_MAX,
    POLICIES,
    REACTORS,
    TYPE,
    WEEKEND_MAX,
    ZONE,
    Lot,
    Programme,
    brought_near,
)
from tests.points.books import let_pass, require_right
from tests.points.test_policies import PATH
from tests.shop import Shop

BATCH = 500
LOTS = """
    select user_key.key, lot.* from lots as lot
    join user_keys as user_key using (tenant_id, user_id)
    where tenant_id = $1 and user_key.key like 'household-%'
"""
WALLETS = """
    select user_key.key, wallet.balance, wallet.pending, wallet.entries from wallets as wallet
    join user_keys as user_key using (tenant_id, user_id)
    where tenant_id = $1 and user_key.key like 'household-%'
"""
SET_ZONE = "update tenants set time_zone = $2 where id = $1"
pytestmark = pytest.mark.figure(name="R10")


def told(lot: Lot) -> tuple[Any, ...]:
    """Return what is compared of a lot of the model."""
    return (
        lot.number, lot.points, lot.remaining, lot.expired, lot.is_pending, lot.earned_at, lot.expires_at, lot.usable_at
    )  # fmt: skip


async def require_equal(db: Db, tenant_id: UUID, model: Programme) -> None:
    """Compare every household's balance, pending points, and lots."""
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in model.accounts}
    for row in await db.fetch(LOTS, tenant_id):
        found[row["key"]].append(
            (
                row["number"], row["points"], row["remaining"], row["expired"], row["is_pending"], row["earned_at"],
                row["expires_at"], row["usable_at"],
            )
        )  # fmt: skip
    for name, account in model.accounts.items():
        assert sorted(found[name]) == sorted(map(told, account.lots.values())), name
    wallets = {row["key"]: (row["balance"], row["pending"]) for row in await db.fetch(WALLETS, tenant_id)}
    assert wallets == {name: (account.balance, account.pending) for name, account in model.accounts.items()}


async def settle(db: Db, tenant_id: UUID, days: int) -> None:
    """Let days pass, and the job come by."""
    await let_pass(db, tenant_id, days)
    await work(db, workplace(db), expire_points.step, tenant_id)


async def test_a_year_of_baskets_gives_every_lot_that_the_model_gives(shop: Shop, db: Db) -> None:
    """Limits, groups, caps, pending points, spending and expiry, lot by lot: at once, in 20 days, in half a year."""
    tenant_id = shop.tenant.tenant_id
    await db.execute(SET_ZONE, tenant_id, ZONE.key)
    shop.event_type(TYPE)
    for place, reactor in enumerate(REACTORS):
        shop.done("POST", "/v1/event_reactors/", {**reactor, "eventType": TYPE, "priority": len(REACTORS) - place})
    for policy in POLICIES:
        shop.done("POST", PATH, policy)
    exact = [json.loads(line, parse_float=Fraction) for line in LINES]
    for household in dict.fromkeys(event["subject"] for event in exact):
        shop.user(household)
    now = datetime.now(UTC)
    model = Programme(now)
    times = [event["occurredAt"] for event in brought_near(exact, now)]
    for event, occurred_at in zip(exact, times, strict=True):
        model.take({**event, "occurredAt": occurred_at})

    events = [{**json.loads(line), "occurredAt": time} for line, time in zip(LINES, times, strict=True)]
    for start in range(0, len(events), BATCH):
        answers = shop.done("POST", "/v1/events/batch", events[start : start + BATCH])
        assert {answer["status"] for answer in answers} == {200}

    await require_equal(db, tenant_id, model)
    accounts = model.accounts.values()
    assert model.crowd == CROWD_MAX, "the limit over all households was reached"
    assert any(account.pending for account in accounts), "something cannot be spent yet"
    assert any(account.balance + account.pending == BALANCE_CAP for account in accounts), "the most that is held"
    assert any(CAP_PER_MONTH in account.earned.values() for account in accounts), "a month's most was reached"
    assert any(WEEKEND_MAX in account.weekend.values() for account in accounts), "a budget was used up"
    for days in (20, 160):
        await settle(db, tenant_id, days)
        model.let_pass(days)
        await require_equal(db, tenant_id, model)
    await require_right(db, tenant_id)
    lots = [lot for account in accounts for lot in account.lots.values()]
    assert any(lot.expired for lot in lots), "something has run out"
    assert any(lot.points - lot.remaining - lot.expired for lot in lots), "something was spent"
