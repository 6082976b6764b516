"""Laws of reporting, over the API, on events that chance has made: previews, and the order of independent events."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any
from uuid import UUID

import pytest

from punchcard.db.connection import Db
from tests.events.past import by, candidate, furnish, purchases, register, report_all
from tests.shop import Shop, fixed

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


@pytest.mark.parametrize("seed", [1, 2])
def test_a_preview_says_what_the_report_does(shop: Shop, seed: int) -> None:
    """Points, balance, verdicts and reasons are the same, event by event, with limits, wallets and counters."""
    for event in purchases(25, list(set_up(shop, 2).values()), seed):
        preview = shop.done("POST", "/v1/events/test_reaction", event)
        reported = shop.done("POST", "/v1/events", event)
        verdicts = shop.done("GET", f"/v1/events/{reported['id']}/reactions")["verdicts"]
        assert (preview["points"], preview["verdicts"]) == (reported["points"], verdicts)
        assert preview["balanceAfter"] == shop.balance({"id": reported["subject"]})


async def test_the_order_of_independent_events_does_not_matter(
    open_shop: Callable[[], Awaitable[Shop]], db: Db
) -> None:
    """What members do is theirs: however their events are shuffled among each other, the ends are the same."""
    ends = []
    chance = Random(5)
    for is_shuffled in (False, True):
        shop = await open_shop()
        names = set_up(shop, 6)
        events = purchases(120, list(names.values()), 3)
        report_all(shop, _shuffled(events, chance) if is_shuffled else events)
        ends.append({name: (shop.balance({"id": one}), await _counted(db, one)) for one, name in names.items()})
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
        where user_id = $1
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
