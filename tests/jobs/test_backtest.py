"""Backtests as jobs over the API: what is taken and refused, progress, cancelling, and going on in another process."""

from typing import Any
from uuid import uuid4

import pytest

from punchcard.db.connection import Db
from punchcard.jobs import backtest
from punchcard.jobs.step import JobKind, Workplace
from punchcard.jobs.worker import Worker
from tests.events.past import ALL_OF_IT, CANDIDATES, backtested, candidate, ended, purchases, register, report_all
from tests.jobs.conftest import read
from tests.shop import Shop

PATH = "/v1/event_reactors/backtest"
KINDS = {backtest.KIND: JobKind(backtest.step)}


def test_it_says_what_it_does(shop: Shop) -> None:
    """The answer names the job, what is tried and on what assumptions; the job is found under its id."""
    register(shop, 1)
    asked = shop.done("POST", PATH, {"reactor": candidate(), "from": "2026-03-01", "to": "2026-03-02", "limit": 10})
    assert shop.done("GET", f"/v1/jobs/{asked['id']}")["kind"] == "backtest"
    assert (asked["eventType"], asked["reactorName"], asked["limit"]) == ("PURCHASED_COFFEE", "A candidate", 10)
    assert (asked["from"], asked["to"]) == ("2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z")
    assert asked["assumptions"] == ended(shop, asked["id"])["result"]["assumptions"] == list(backtest.ASSUMPTIONS)


@pytest.mark.parametrize("state", ["DRAFT", "PAUSED", "ENDED"])
def test_what_is_not_live_can_be_tried(shop: Shop, state: str) -> None:
    """A draft, a paused and an ended reactor are tried like any other; what they gave then is told."""
    names = list(register(shop, 3).values())
    reactor = shop.reactor(state="DRAFT" if state == "DRAFT" else "LIVE")
    path = f"/v1/event_reactors/{reactor['id']}"
    then = sum(event["points"] for event in report_all(shop, purchases(50, names)))
    if state == "PAUSED":
        shop.done("POST", f"{path}/pause")
    if state == "ENDED":
        shop.done("DELETE", path)
    result = backtested(shop, reactorId=reactor["id"])
    assert result["pointsThen"] == then
    assert (result["difference"] == 0) == (state != "DRAFT")
    assert result["fired"] > 0


def test_only_what_happened_in_the_time_counts(shop: Shop) -> None:
    """From the first instant on and before the last; everything else is looked at and left out."""
    register(shop, 1)
    events = purchases(3, ["member-0"])
    times = ("2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")
    report_all(shop, [event | {"occurredAt": at} for event, at in zip(events, times, strict=True)])
    result = backtested(shop, reactor=candidate(), **{"from": "2026-03-01", "to": "2026-03-02"})
    assert [day["day"] for day in result["days"]] == ["2026-03-01"]
    assert (result["events"], result["isComplete"], result["members"]) == (1, True, 1)


def test_nothing_to_look_at(shop: Shop) -> None:
    """No events: a result of zeros."""
    register(shop, 1)
    result = backtested(shop, reactor=candidate())
    assert (result["events"], result["points"], result["days"], result["top"], result["pointsPerMember"]) == (
        0,
        0,
        [],
        [],
        0,
    )


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, ""),
    "both": ({"reactorId": str(uuid4()), "reactor": candidate()}, ""),
    "changes-of-nothing": ({"reactor": candidate(), "changes": {"maxActivations": 1}}, ""),
    "no-such-type": ({"reactor": candidate(eventType="NO_SUCH_TYPE")}, "/reactor/eventType"),
    "a-fault-inside": ({"reactor": candidate(constraint={"type": 5})}, "/reactor/constraint"),
    "no-such-counter": ({"reactor": candidate(constraint="counters.visits.count > 5")}, "/reactor/constraint"),
    "no-time": ({"reactor": candidate(), "to": "2026-02-01"}, "/to"),
    "too-long": ({"reactor": candidate(), "from": "2001-01-01"}, "/to"),
    "too-many": ({"reactor": candidate(), "limit": 1_000_001}, "/limit"),
    "unknown-field": ({"reactor": candidate(), "until": "2026-02-01"}, "/until"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_tried(shop: Shop, name: str) -> None:
    """Each is refused with its place, and no job is put in."""
    register(shop, 1)
    body, pointer = REFUSED[name]
    refused = shop.call("POST", PATH, ALL_OF_IT | body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    assert shop.done("GET", "/v1/jobs/?kind=backtest") == []


def test_a_reactor_that_is_not_there(shop: Shop) -> None:
    """404, as everywhere."""
    assert shop.call("POST", PATH, ALL_OF_IT | {"reactorId": str(uuid4())}).status_code == 404


def test_a_repeated_request_is_one_job(shop: Shop) -> None:
    """Under one Idempotency-Key there is one job."""
    register(shop, 1)
    body, headers = ALL_OF_IT | {"reactor": candidate()}, {"Idempotency-Key": "once"}
    first, second = (shop.done("POST", PATH, body, headers=headers) for _ in range(2))
    assert first["id"] == second["id"]
    assert len(shop.done("GET", "/v1/jobs/?kind=backtest")) == 1


async def test_so_many_at_a_time(shop: Shop, db: Db) -> None:
    """Five may be open; the sixth is refused until one has ended."""
    register(shop, 1)
    body = ALL_OF_IT | {"reactor": candidate()}
    ids = [shop.done("POST", PATH, body)["id"] for _ in range(5)]
    for job_id in ids:
        ended(shop, job_id)
    await db.execute("update jobs set state = 'QUEUED', ended_at = null, due_at = 'infinity' where id = any($1)", ids)
    refused = shop.call("POST", PATH, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    shop.done("POST", f"/v1/jobs/{ids[0]}/cancel")
    assert shop.call("POST", PATH, body).status_code == 200


async def held(shop: Shop, db: Db, **asked: Any) -> str:
    """Ask for a backtest that the server's worker never sees; return its id."""
    job_id = str(shop.done("POST", PATH, {**ALL_OF_IT, **asked})["id"])
    ended(shop, job_id)
    await db.execute(
        "update jobs set state = 'QUEUED', kind = 'held', due_at = statement_timestamp(), ended_at = null,"
        " cursor = null, result = null, done = 0, total = null, steps = 0 where id = $1",
        job_id,
    )
    return job_id


async def test_progress_cancelling_and_another_worker(
    shop: Shop, db: Db, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Step by step, each by another worker: progress is told, the end is that of one go, and cancelling stops it."""
    report_all(shop, purchases(100, list(register(shop, 5).values())))
    whole = backtested(shop, reactor=CANDIDATES["budget-everybody"])
    monkeypatch.setattr(backtest, "STEP_ROWS", 10)
    monkeypatch.setattr(backtest, "STEPS", 10)
    monkeypatch.setattr("punchcard.events.backtest.CHUNK_ROWS", 10)
    monkeypatch.setattr("punchcard.jobs.worker.TURN_SECONDS", -1.0)
    job_id = await held(shop, db, reactor=CANDIDATES["budget-everybody"])
    kinds = {"held": KINDS["backtest"]}
    seen = []
    while shop.done("GET", f"/v1/jobs/{job_id}")["endedAt"] is None:
        assert await Worker(place, kinds).turn()
        job = shop.done("GET", f"/v1/jobs/{job_id}")
        seen.append((job["done"], job["total"]))
    assert seen == [*((done, 100) for done in range(10, 101, 10)), (100, 100)]
    assert (job["state"], job["result"]) == ("DONE", whole)

    cancelled = await held(shop, db, reactor=CANDIDATES["plain"])
    assert await Worker(place, kinds).turn()
    assert shop.done("POST", f"/v1/jobs/{cancelled}/cancel")["done"] == 10
    assert not await Worker(place, kinds).turn()


async def test_too_much_fails_with_a_sentence(
    shop: Shop, db: Db, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would not fit into memory ends the job, and says what to do."""
    report_all(shop, purchases(30, list(register(shop, 9).values())))
    job_id = await held(shop, db, reactor=CANDIDATES["budget-a-day"])
    monkeypatch.setattr("punchcard.engine.backtest.ENTRIES_MAX", 10)
    assert await Worker(place, {"held": KINDS["backtest"]}).turn()
    row = await read(db, job_id)  # type: ignore[arg-type]
    assert (row["state"], "a shorter time" in row["error"]) == ("FAILED", True)
