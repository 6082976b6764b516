"""Lots in the database: held to the pure model, step by step, over the API."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from punchcard.db.connection import Db
from punchcard.engine import lots
from punchcard.engine.holdings import Holdings
from punchcard.engine.lots import NotCovered, Terms
from tests.points.books import let_pass, require_right
from tests.shop import Shop, fixed

START = datetime(2026, 1, 1, tzinfo=UTC)
TERMS: tuple[tuple[int | None, int | None], ...] = (
    (None, None), (2, None), (5, None), (None, 3), (6, 2), (2, 4), (3, None),
)  # fmt: skip
"""Days after which points run out, and become usable."""

STEPS = st.one_of(
    st.tuples(st.just("earn"), st.integers(1, 9), st.integers(0, len(TERMS) - 1)),
    st.tuples(st.just("spend"), st.integers(1, 12), st.just(0)),
    st.tuples(st.just("pass"), st.integers(1, 3), st.just(0)),
)
POINTS = {"type": "JSON_VALUE", "value": "points"}
NUMBERS = itertools.count(1)


def open_bank(shop: Shop) -> None:
    """Let MOVED_POINTS earn on each of the terms, and spend."""
    shop.event_type("MOVED_POINTS", schema=None)
    for place, (expires, usable) in enumerate(TERMS):
        reaction: dict[str, Any] = {"type": "POINTS", "points": {"operation": "SUM", "arguments": [POINTS]}}
        if expires:
            reaction["expiresAfter"] = f"P{expires}D"
        if usable:
            reaction["usableAfter"] = f"P{usable}D"
        shop.reactor(event_type="MOVED_POINTS", constraint=kind(f"earn{place}"), reactions=[reaction])
    taken = {"operation": "PRODUCT", "arguments": [POINTS, {"type": "NUMBER", "value": "-1"}]}
    shop.reactor(taken, event_type="MOVED_POINTS", constraint=kind("spend"))


def kind(name: str) -> Any:
    """Return the constraint that a payload is of a kind."""
    return {"properties": {"kind": {"const": name}}}


def move(shop: Shop, user: Any, name: str, points: int) -> int:
    """Report points that are earned or spent; return what the balance changed by."""
    payload = {"kind": name, "points": points, "number": next(NUMBERS)}
    body = {"type": "MOVED_POINTS", "subject": user["id"], "payload": payload}
    return int(shop.done("POST", "/v1/events", body)["points"])


class Member:
    """A member of the model."""

    def __init__(self) -> None:
        self.holdings, self.now, self.entries = Holdings(), START, 0

    def pass_days(self, days: int) -> None:
        """Let time do its work."""
        self.now += timedelta(days=days)

    def settle(self) -> None:
        """Let time do its work, in as many entries as it takes."""
        change = lots.settle(self.holdings, self.now)
        self.holdings = change.holdings
        self.entries += len({(move.source, move.target) for move in change.by_time})

    def earn(self, points: int, expires: int | None, usable: int | None) -> None:
        """Earn a lot that has the number of its entry."""
        self.settle()
        self.entries += 1
        ends, begins = (None if days is None else self.now + timedelta(days=days) for days in (expires, usable))
        self.holdings = lots.earn(self.holdings, self.entries, points, self.now, terms=Terms(ends, begins)).holdings

    def spend(self, points: int) -> None:
        """Spend, if the balance covers it."""
        self.settle()
        try:
            self.holdings = lots.spend(self.holdings, points, self.now).holdings
        except NotCovered:
            return
        self.entries += 1


async def compare(db: Db, shop: Shop, user: Any, member: Member) -> None:
    """Compare the lots: those that run out one by one, the others, which may be spent in another order, in all."""
    rows = await db.fetch("select * from lots where tenant_id = $1 and user_id = $2", shop.tenant.tenant_id, user["id"])
    wallet = await db.fetchrow(
        "select * from wallets where tenant_id = $1 and user_id = $2", shop.tenant.tenant_id, user["id"]
    )
    assert wallet is not None
    assert (wallet["balance"], wallet["pending"]) == (member.holdings.balance, member.holdings.pending)
    assert wallet["entries"] == member.entries
    ending = {row["number"]: (row["remaining"], row["expired"], row["is_pending"]) for row in rows if row["expires_at"]}
    assert ending == {
        lot.number: (lot.remaining, lot.expired, lot.is_pending)
        for lot in member.holdings.lots.values()
        if lot.expires_at
    }


@pytest.fixture
def bank(shop: Shop) -> Shop:
    """Return a shop in which points are earned on terms."""
    open_bank(shop)
    return shop


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
async def test_lots_are_those_of_the_model(bank: Shop, db: Db, steps: list[tuple[str, int, int]]) -> None:
    """Whatever is earned, spent and waited for: each lot holds what the pure model says."""
    user, member = bank.user(), Member()
    for what, number, terms in steps:
        if what == "earn":
            move(bank, user, f"earn{terms}", number)
            member.earn(number, *TERMS[terms])
        elif what == "spend":
            move(bank, user, "spend", number)
            member.spend(number)
        else:
            await let_pass(db, bank.tenant.tenant_id, number)
            member.pass_days(number)
    move(bank, user, "nothing", 0)
    member.settle()
    await compare(db, bank, user, member)
    await require_right(db, bank.tenant.tenant_id)


async def test_what_runs_out_first_is_spent_first_and_open_ended_points_last(bank: Shop, db: Db) -> None:
    """An entry that spends names the lots that it took from."""
    user = bank.user()
    move(bank, user, "earn0", 10)
    move(bank, user, "earn2", 10)
    move(bank, user, "earn1", 10)

    assert move(bank, user, "spend", 25) == -25

    moves = await db.fetch(
        "select entry, lot, source, target, points from lot_moves where tenant_id = $1 order by lot",
        bank.tenant.tenant_id,
    )
    assert [tuple(row) for row in moves] == [(4, 2, "USABLE", "ISSUE", 10), (4, 3, "USABLE", "ISSUE", 10)]
    await require_right(db, bank.tenant.tenant_id)


async def test_nobody_spends_what_has_run_out(bank: Shop, db: Db) -> None:
    """Before the job has looked, an event already finds the points gone, reported and in the ledger."""
    user = bank.user()
    move(bank, user, "earn1", 10)
    move(bank, user, "earn0", 3)
    await let_pass(db, bank.tenant.tenant_id, 2)

    assert move(bank, user, "spend", 4) == 0
    assert move(bank, user, "spend", 3) == -3

    (expired,) = bank.done("GET", "/v1/events/?filter=type:POINTS_EXPIRED")
    assert (expired["points"], expired["payload"]["points"]) == (-10, 10)
    assert [lot["number"] for lot in expired["payload"]["lots"]] == [1]
    await require_right(db, bank.tenant.tenant_id)


async def test_events_of_one_commit_spend_each_others_points(bank: Shop, db: Db) -> None:
    """In one batch, what an event earns is spent by the next, and what comes later is not."""
    user = bank.user()
    payloads = [("earn1", 10), ("spend", 4), ("earn2", 10), ("spend", 12), ("earn1", 5)]
    batch = [
        {"type": "MOVED_POINTS", "subject": user["id"], "payload": {"kind": name, "points": points, "place": place}}
        for place, (name, points) in enumerate(payloads)
    ]

    answers = bank.done("POST", "/v1/events/batch", {"events": batch})

    assert len(answers) == len(batch)
    rows = await db.fetch("select number, remaining from lots where tenant_id = $1 order by 1", bank.tenant.tenant_id)
    assert [tuple(row) for row in rows] == [(1, 0), (3, 4), (5, 5)]
    await require_right(db, bank.tenant.tenant_id)


async def test_pending_points_become_usable_once(bank: Shop, db: Db) -> None:
    """They are outside the balance until their time has come; then an event says so."""
    user = bank.user()
    assert move(bank, user, "earn3", 10) == 0
    assert move(bank, user, "spend", 1) == 0
    assert bank.balance(user) == 0
    await let_pass(db, bank.tenant.tenant_id, 3)

    assert move(bank, user, "spend", 1) == -1
    assert move(bank, user, "spend", 1) == -1

    (activated,) = bank.done("GET", "/v1/events/?filter=type:POINTS_ACTIVATED")
    assert activated["points"] == 10
    await require_right(db, bank.tenant.tenant_id)


def test_what_ran_out_before_it_was_reported_is_not_given(bank: Shop) -> None:
    """Points are earned when a backdated event happened; the verdict says why there are none."""
    user = bank.user()
    day = datetime.now(UTC) - timedelta(days=2, hours=1)
    body = {
        "type": "MOVED_POINTS", "subject": user["id"], "payload": {"kind": "earn1", "points": 7},
        "occurredAt": day.isoformat(),
    }  # fmt: skip

    event = bank.done("POST", "/v1/events", body)

    told = [
        verdict["reason"]
        for verdict in bank.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
        if verdict["fired"]
    ]
    assert event["points"] == 0
    reason = "earned 0 of 7: they would have run out before they were reported"
    assert told == [f"It fired and changed the balance by 0 points: {reason}."]


def test_a_length_that_is_none_is_refused_with_its_place(shop: Shop) -> None:
    """The problem names the field."""
    shop.event_type()
    answer = shop.call(
        "POST",
        "/v1/event_reactors/",
        {
            "name": "A reactor", "eventType": "PURCHASED_COFFEE",
            "reactions": [{"type": "POINTS", "points": fixed(1), "usableAfter": "two weeks"}],
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/reactions/0/usableAfter"
