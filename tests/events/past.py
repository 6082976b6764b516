"""What past events are made of, and a backtest asked for over the API, to its end."""

import time
from random import Random
from typing import Any

from punchcard.jobs.backtest import OPEN_MAX
from tests.shop import Shop, fixed

SECONDS_MAX = 60
PAID = {"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "total"}]}
TAKEN = {
    "operation": "PRODUCT",
    "arguments": [{"type": "JSON_VALUE", "value": "total"}, {"type": "NUMBER", "value": "-2"}],
}
RETURNED, BOUGHT = ({"properties": {"kind": {"const": kind}}} for kind in ("return", "buy"))
ALL_OF_IT = {"from": "2026-02-01", "to": "2026-04-01"}


def purchases(count: int, members: list[str], seed: int = 7) -> list[dict[str, Any]]:
    """Return purchases in two weeks of March, in no order of time, some of them returns; the same for the same seed."""
    chance = Random(seed)
    made = []
    for number in range(count):
        payload = {
            "total": chance.randrange(4_000) / 100,
            "kind": chance.choice(["buy", "buy", "return"]),
            "no": number,
        }
        day, hour, minute = chance.randrange(1, 15), chance.randrange(24), chance.randrange(60)
        made.append({
            "type": "PURCHASED_COFFEE", "subject": chance.choice(members), "payload": payload,
            "occurredAt": f"2026-03-{day:02}T{hour:02}:{minute:02}:00Z",
        })  # fmt: skip
    return made


def register(shop: Shop, count: int) -> dict[str, str]:
    """Set the event type up and register members; return their names by id."""
    shop.event_type()
    return {shop.user(f"member-{number}")["id"]: f"member-{number}" for number in range(count)}


def furnish(shop: Shop) -> None:
    """Put another reactor in, and the counters that candidates name."""
    shop.reactor(constraint=BOUGHT, priority=9, name="Another")
    for name, fields in COUNTERS.items():
        shop.done("POST", "/v1/counters/", {"name": name, "eventType": "PURCHASED_COFFEE", **fields})


def report_all(shop: Shop, events: list[dict[str, Any]]) -> list[Any]:
    """Report events, 500 at a time; return them as recorded."""
    recorded = []
    for start in range(0, len(events), 500):
        told = shop.done("POST", "/v1/events/batch", events[start : start + 500])
        assert {one["status"] for one in told} == {200}
        recorded += [one["event"] for one in told]
    return recorded


def candidate(points: Any = None, **fields: Any) -> dict[str, Any]:
    """Return the definition of a reactor to be tried."""
    reactions = [{"type": "POINTS", "points": points or PAID}]
    return {"name": "A candidate", "eventType": "PURCHASED_COFFEE", "reactions": reactions, **fields}


def ended(shop: Shop, job_id: str) -> Any:
    """Wait until a job has ended; return it."""
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        job = shop.done("GET", f"/v1/jobs/{job_id}")
        if job["endedAt"] is not None:
            return job
        time.sleep(0.05)
    raise TimeoutError(job)


def backtested(shop: Shop, **asked: Any) -> Any:
    """Run a backtest to its end; return its result."""
    job = ended(shop, shop.done("POST", "/v1/event_reactors/backtest", {**ALL_OF_IT, **asked})["id"])
    assert job["state"] == "DONE", job
    return job["result"]


def backtested_together(shop: Shop, asked: list[dict[str, Any]]) -> list[Any]:
    """Run backtests to their ends, as many at a time as may be open; return their results."""
    results = []
    for start in range(0, len(asked), OPEN_MAX):
        bodies = [{**ALL_OF_IT, **one} for one in asked[start : start + OPEN_MAX]]
        ids = [shop.done("POST", "/v1/event_reactors/backtest", body)["id"] for body in bodies]
        results += [ended(shop, job_id)["result"] for job_id in ids]
    return results


COUNTERS: dict[str, dict[str, Any]] = {
    "bought": {"constraint": "payload.kind == 'buy'", "per": "WEEK"},
    "paid": {"what": "SUM", "value": "payload.total"},
    "days": {"what": "STREAK", "per": "DAY"},
}


def by(expression: str) -> dict[str, Any]:
    """Return a derivation by an expression."""
    return {"operation": "SUM", "arguments": [{"type": "EXPRESSION", "value": expression}]}


CANDIDATES: dict[str, dict[str, Any]] = {
    "plain": candidate(),
    "constraint": candidate(fixed(7), constraint={"properties": {"total": {"minimum": 20}}}),
    "rule": candidate(constraint="payload.total > 10 && payload.kind == 'buy'"),
    "effectivity": candidate(effectivity={"start": "2026-03-04T12:00:00Z", "end": "2026-03-09"}),
    "max": candidate(maxActivations=3),
    "max-everybody": candidate(maxActivations=40, activationContext="TENANT"),
    "budget-a-day": candidate(limits=[{"points": 30, "per": "DAY"}]),
    "budget-everybody": candidate(limits=[{"points": 500, "per": "WEEK", "context": "TENANT"}, {"activations": 4}]),
    "cool-down": candidate(limits=[{"activations": 1, "per": "PT36H"}]),
    "takes": candidate(TAKEN, constraint=RETURNED),
    "takes-at-most": candidate(TAKEN, constraint=RETURNED, limits=[{"activations": 1, "per": "DAY"}]),
    "consoles": candidate(constraint="payload.total > 20", limits=[{"points": 90}], maxActivations=9)
    | {"reactions": [{"type": "POINTS", "points": PAID}, {"type": "POINTS", "points": fixed(2), "forFailure": True}]},
    "takes-beside": candidate(TAKEN, constraint="payload.total < 9"),
    "cap": candidate() | {"reactions": [{"type": "POINTS_CAP", "points": fixed(45)}]},
    "cap-first": candidate(priority=20) | {"reactions": [{"type": "POINTS_CAP", "points": fixed(45)}]},
    "not-a-number": candidate({"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "kind"}]}),
}
"""Reactors of every kind, by what is special about them."""

LATER = candidate() | {"reactions": [{"type": "POINTS", "points": PAID, "usableAfter": "P14D"}]}
SEEING: dict[str, dict[str, Any]] = {
    "event": candidate(
        constraint="event.weekday == 'SUNDAY' && event.hour >= 12 && now > timestamp('2026-03-02T00:00:00Z')"
    ),
    "later": LATER,
    "rich": candidate(constraint="wallet.balance > 60 && wallet.pending == 0"),
    "richer": candidate(by("wallet.balance >= 40 ? 2 : 1"), constraint="event.channel == 'admin'"),
    "member": candidate(constraint="user.accountAgeDays == 0"),
    "third-a-week": candidate(fixed(9), constraint="counters.bought.count == 3 && counters.bought.counts"),
    "spent": candidate(by("counters.paid.before.sum / 20"), constraint="counters.paid.sum > 60"),
    "streak": candidate(fixed(3), constraint="counters.days.streak >= 2 || counters.days.daysSinceLast > 5"),
}
"""Reactors that look at more than the payload."""
