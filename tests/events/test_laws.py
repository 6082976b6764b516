"""Laws of reporting, over the API, on events that chance has made."""

import itertools
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from punchcard.db.connection import Db
from punchcard.events.replay import replay
from punchcard.points import integrity
from tests.events.past import by, candidate, furnish, register, report_all
from tests.shop import Shop, fixed

NUMBERS = itertools.count(1)

RULES = (
    candidate(by("2 * counters.bought.count"), name="Bought", constraint="counters.bought.count % 3 == 0"),
    candidate(fixed(20), name="Streak", constraint="counters.days.streak >= 2", limits=[{"points": 50, "per": "DAY"}]),
    candidate(by("floor(counters.paid.sum / 100)"), name="Paid", constraint="wallet.balance > 20", maxActivations=4),
    candidate(fixed(3), name="Back", constraint="counters.days.daysSinceLast > 2", limits=[{"coolDown": "P1D"}]),
)


def set_up(shop: Shop, members: int) -> dict[str, str]:
    """Put rules of every kind into a shop; return its members' names by id."""
    names = register(shop, members)
    furnish(shop)
    for rule in RULES:
        shop.done("POST", "/v1/event_reactors/", rule)
    return names


History = list[tuple[int, int, str, int, int]]
HISTORY = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(0, 3_999), st.sampled_from(["buy", "buy", "return"]), st.integers(1, 14),
        st.integers(0, 23),
    ),
    min_size=1, max_size=9,
)  # fmt: skip
few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ready(shop: Shop) -> list[str]:
    """Put the rules into a shop, unless they are there; return two new members' ids."""
    if not shop.done("GET", "/v1/event_types/?filter=name:PURCHASED_COFFEE"):
        set_up(shop, 0)
    return [shop.user()["id"] for _ in range(2)]


def told(history: History, members: list[str]) -> list[dict[str, Any]]:
    """Return a history of two members as events, each of which there is once."""
    return [
        {
            "type": "PURCHASED_COFFEE", "subject": members[whose],
            "payload": {"total": cents / 100, "kind": kind, "no": next(NUMBERS)},
            "occurredAt": f"2026-03-{day:02}T{hour:02}:{number:02}:00Z",
        }
        for number, (whose, cents, kind, day, hour) in enumerate(history)
    ]  # fmt: skip


@few
@given(history=HISTORY, policy=st.sampled_from(["within_balance", "debt"]), place=st.integers(0, 8))
async def test_laws_of_a_history(shop: Shop, db: Db, history: History, policy: str, place: int) -> None:
    """A preview says what the report does; nothing falls below the floor; books sum to zero; a replay comes to them.

    And an event undone at once leaves balance and counters as if it had not been.
    """
    members = ready(shop)
    for number, event in enumerate(told(history, members)):
        whose = event["subject"]
        before = (shop.balance({"id": whose}), await _counted(db, whose))
        preview = shop.done("POST", "/v1/events/test_reaction", event)
        reported = shop.done("POST", "/v1/events", event)
        verdicts = shop.done("GET", f"/v1/events/{reported['id']}/reactions")["verdicts"]
        assert (preview["points"], preview["verdicts"]) == (reported["points"], verdicts)
        assert preview["balanceAfter"] == shop.balance({"id": whose}) >= 0
        if number == place % len(history):
            shop.done("POST", f"/v1/events/{reported['id']}/reverse", {"policy": policy})
            assert (shop.balance({"id": whose}), await _counted(db, whose)) == before
    tenant_id = shop.tenant.tenant_id
    assert (await integrity.check_slice(db, tenant_id, UUID(int=0))).differences == []
    assert (await replay(db, tenant_id)).differences == []


@few
@given(history=HISTORY, chance=st.randoms(use_true_random=False))
async def test_the_order_of_independent_events_does_not_matter(
    shop: Shop, db: Db, history: History, chance: Random
) -> None:
    """What members do is theirs: however their events are shuffled among each other, the ends are the same."""
    ends = []
    for is_shuffled in (False, True):
        members = ready(shop)
        events = told(history, members)
        report_all(shop, _shuffled(events, chance) if is_shuffled else events)
        ends.append([(shop.balance({"id": one}), await _counted(db, one)) for one in members])
    assert ends[0] == ends[1]


def _shuffled(events: list[dict[str, Any]], chance: Random) -> list[dict[str, Any]]:
    """Return events in another order, each member's own in theirs."""
    own: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        own.setdefault(event["subject"], []).append(event)
    turns = [event["subject"] for event in events]
    chance.shuffle(turns)
    return [own[subject].pop(0) for subject in turns]


async def _counted(db: Db, user_id: str) -> list[Any]:
    sql = """
        select counter.name, stretch as place, count as first, total as last from counter_values
        join counter_versions using (tenant_id, series_id) join counters as counter on counter.id = counter_id
        where user_id = $1 and (count <> 0 or total <> 0)
        union all
        select counter.name, unit, first, last from counter_runs
        join counter_versions using (tenant_id, series_id) join counters as counter on counter.id = counter_id
        where user_id = $1
        order by 1, 2, 3, 4
    """
    return [tuple(row) for row in await db.fetch(sql, UUID(user_id))]


@pytest.mark.parametrize("poison", [{"total": 0}, {"note": "no total"}, {"total": "1"}, {"total": 10**300}])
def test_a_poison_event_is_kept_and_blocks_nobody(shop: Shop, poison: dict[str, Any]) -> None:
    """F20: what reactors cannot judge is recorded with their reasons; others, and what comes after it, go on."""
    shop.event_type("PAID", schema={"type": "object"})
    for name, rule in (
        ("Broken points", candidate(by("payload.total > 10 ? payload.total * payload.total : 1 / payload.total"))),
        ("Broken rule", candidate(fixed(5), constraint="1 / payload.total > 0 && payload.total < 10")),
        ("Sound", candidate(fixed(7))),
    ):
        shop.done("POST", "/v1/event_reactors/", {**rule, "name": name, "eventType": "PAID"})
    user = shop.user()
    events = [{"type": "PAID", "subject": user["id"], "payload": payload} for payload in (poison, {"total": 1})]
    kept, after = (shop.done("POST", "/v1/events", event) for event in events)
    told = {one["reactorName"]: one for one in shop.done("GET", f"/v1/events/{kept['id']}/reactions")["verdicts"]}
    assert (kept["points"], after["points"], shop.balance(user)) == (7, 13, 20)
    assert [told[name]["code"] for name in ("Broken points", "Broken rule", "Sound")] == [
        "NOT_DERIVABLE", "CONSTRAINT_FALSE", "FIRED",
    ]  # fmt: skip
    assert "payload.total" in told["Broken rule"]["reason"]
