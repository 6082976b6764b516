"""The books, checked: they agree after a crowd, each planted difference is named and left, and a check goes on."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec import structs

from punchcard.db import queue
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.db.queue import Job, Progress
from punchcard.events.replay import replay
from punchcard.jobs import integrity as job
from punchcard.points import integrity
from tests.jobs.conftest import ended
from tests.jobs.process import workplace
from tests.shop import Shop, fixed

NOBODY = UUID(int=0)
APPEND_ONLY = ("events", "ledger_entries", "lot_moves")


@pytest.fixture
async def vandal(urls: Urls) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """Connect as somebody whom no trigger keeps from changing what is recorded for ever."""
    connection = await asyncpg.connect(urls.owner)
    for table in APPEND_ONLY:
        await connection.execute(f"alter table {table} disable trigger immutable")
    yield connection
    for table in APPEND_ONLY:
        await connection.execute(f"alter table {table} enable trigger immutable")
    await connection.close()


def traded(shop: Shop) -> tuple[Any, Any]:
    """Let two members earn, spend, be corrected and have points with an end; return them."""
    user = shop.cafe("ada")
    policy = {"type": "SIMPLE_EXPIRY", "liabilityType": "EXPIRY", "name": "A year", "config": {"after": "P1Y"}}
    other = shop.user("bob")
    for member in (user, other):
        shop.report(member, 50)
        shop.done("POST", "/v1/commands/adjust_points", {"actorId": member["id"], "points": -7, "comment": "A test"})
        adjusted = {"actorId": member["id"], "points": 3, "comment": "A test", "impactType": "NONE"}
        shop.done("POST", "/v1/commands/adjust_points", adjusted)
    shop.done("POST", "/v1/points_liability_criteria/", policy)
    for member in (user, other):
        for total in (20, 30):
            shop.report(member, total)
        shop.done("POST", "/v1/commands/adjust_points", {"actorId": member["id"], "points": -25, "comment": "A test"})
    return user, other


async def checked(db: Db, shop: Shop) -> list[tuple[str, str, int, int, str | None]]:
    """Check a shop; return whose and what differs, what was expected and found, and where."""
    looked = await integrity.check_slice(db, shop.tenant.tenant_id, NOBODY)
    return sorted((str(one.user_id), one.what, one.expected, one.found, one.place) for one in looked.differences)


async def test_the_books_of_a_busy_shop_agree(shop: Shop, db: Db) -> None:
    """Earning, spending, correcting, lots and reactions to commands leave nothing that differs."""
    shop.reactor(fixed(2), "POINTS_ADJUSTED", name="A consolation")
    traded(shop)
    looked = await integrity.check_slice(db, shop.tenant.tenant_id, NOBODY)
    assert looked.differences == []
    assert (looked.wallets, looked.entries) == (2, 18)
    assert looked.events == 14
    assert looked.through is None


PLANTED = {
    "a balance": (
        "update wallets set balance = balance + 5, earned = earned + 5 where user_id = $1",
        [("balance", 71, 76, None), ("earned", 100, 105, None)],
    ),
    "earned and spent": (
        "update wallets set earned = earned + 1, spent = spent + 1 where user_id = $1",
        [("earned", 100, 101, None), ("spent", 32, 33, None)],
    ),
    "a correction": (
        "update wallets set adjusted = adjusted - 3, earned = earned + 3 where user_id = $1",
        [("adjusted", 3, 0, None), ("earned", 100, 103, None)],
    ),
    "a count": ("update wallets set entries = entries + 1 where user_id = $1", [("entries", 6, 7, None)]),
    "an entry's points": (
        "update ledger_entries set points = points + 1 where user_id = $1 and number = 2",
        [("balance", 72, 71, None), ("balance_after", 44, 43, "2"), ("event_points", -6, -7, "?"),
         ("spent", 31, 32, None)],
    ),
    "a balance after": (
        "update ledger_entries set balance_after = 40 where user_id = $1 and number = 2",
        [("balance_after", 43, 40, "2")],
    ),
    "an entry that is gone": (
        "delete from ledger_entries where user_id = $1 and number = 3",
        [("adjusted", 0, 3, None), ("balance", 68, 71, None), ("balance_after", 63, 66, "4"),
         ("entries", 5, 6, None), ("entry_number", 3, 4, "4"), ("event_points", 0, 3, "?")],
    ),
    "a lot's remainder": (
        "update lots set remaining = remaining + 2 where user_id = $1 and number = 5",
        [("in_lots", 27, 25, None), ("lot_remaining", 25, 27, "5")],
    ),
    "what lies in lots": ("update wallets set in_lots = in_lots - 1 where user_id = $1", [("in_lots", 25, 24, None)]),
    "a move": (
        "update lot_moves set points = points + 10 where user_id = $1 and lot = 5",
        [("entry_lots", 25, 35, "6"), ("lot_remaining", 15, 25, "5")],
    ),
    "a lot's beginning": (
        "update lots set points = points + 1, withdrawn = withdrawn + 1 where user_id = $1 and number = 4",
        [("lot_points", 20, 21, "4"), ("lot_remaining", 1, 0, "4")],
    ),
    "an event's points": (
        "update events set points = 8 where user_id = $1 and points = 3", [("event_points", 3, 8, "?")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_difference_is_named(
    shop: Shop, db: Db, vandal: "asyncpg.Connection[Any]", open_shop: Callable[[], Awaitable[Shop]], planted: str
) -> None:
    """Whatever was changed behind the engine's back is named: whose, what, expected, found, where; and nothing else."""
    user, _ = traded(shop)
    bystander = await open_shop()
    traded(bystander)
    statement, expected = PLANTED[planted]
    await vandal.execute(statement, UUID(user["id"]))

    found = await checked(db, shop)

    assert {whose for whose, *_ in found} == {user["id"]}
    assert [
        (what, right, wrong, "?" if place and len(place) > 5 else place) for _, what, right, wrong, place in found
    ] == expected
    assert await checked(db, shop) == found, "looking at it has not mended it"
    assert await checked(db, bystander) == []


async def test_an_event_without_verdicts(shop: Shop, db: Db, vandal: "asyncpg.Connection[Any]") -> None:
    """An event that no reactor judged is named where one was live; not where it came, or changed, about then."""
    user = shop.cafe()
    event = shop.report(user, 5).json()["data"]
    await vandal.execute(
        "update events set verdicts = '{}', points = points where tenant_id = $1 and id = $2",
        shop.tenant.tenant_id, UUID(event["id"]),
    )  # fmt: skip
    assert await checked(db, shop) == []
    await db.execute(
        "update reactors set updated_at = updated_at - interval '10 minutes' where tenant_id = $1",
        shop.tenant.tenant_id,
    )
    assert await checked(db, shop) == [(user["id"], "verdicts", 1, 0, event["id"])]
    await db.execute("update reactors set state = 'PAUSED' where tenant_id = $1", shop.tenant.tenant_id)
    assert await checked(db, shop) == []


async def stepped(db: Db, asked: Job) -> tuple[list[Progress], Job]:
    """Do a job's steps to its end, each as another process would find it; return what each came to."""
    told = []
    while True:
        progress = await db.run(lambda tx, asked=asked: job.step(tx, asked, workplace(db)))  # type: ignore[misc]
        told.append(progress)
        if progress.cursor is None:
            return told, asked
        cursor = json.loads(json.dumps(progress.cursor))
        asked = structs.replace(asked, cursor=cursor, done=progress.done, steps=asked.steps + 1)


async def test_a_check_goes_on_where_it_was(
    shop: Shop, db: Db, vandal: "asyncpg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slice by slice every wallet is looked at once, and what was found on the way is told at the end."""
    shop.cafe()
    users = [shop.user() for _ in range(6)]
    for user in users:
        shop.report(user, 5)
    await vandal.execute(
        "update wallets set entries = 9 where user_id = any($1::uuid[])", [users[0]["id"], users[5]["id"]]
    )
    monkeypatch.setattr("punchcard.points.integrity.SLICE_ENTRIES", 2)
    asked = Job(shop.tenant.tenant_id, NOBODY, job.KIND, {}, None, 0, None, 0, 1, NOBODY)

    told, _ = await stepped(db, asked)

    assert [progress.done for progress in told][-1] == 7
    assert len(told) >= 4
    assert told[-1].result == {"wallets": 7, "entries": 4 + 2 * 9, "events": 13, "differences": 2}
    shown = shop.done("GET", "/v1/integrity")
    assert (shown["status"], shown["differenceCount"], shown["wallets"]) == ("DIFFERENT", 2, 7)
    assert sorted(one["userId"] for one in shown["differences"]) == sorted([users[0]["id"], users[5]["id"]])
    assert {(one["what"], one["expected"], one["found"]) for one in shown["differences"]} == {("entries", 1, 9)}
    assert (shown["tenantId"], shown["startedAt"] <= shown["endedAt"]) == (str(shop.tenant.tenant_id), True)


async def test_over_the_api(shop: Shop, open_shop: Callable[[], Awaitable[Shop]], db: Db) -> None:
    """A tenant that was never checked says so; a check is asked for, done by a job, and its result is the tenant's."""
    traded(shop)
    assert shop.done("GET", "/v1/integrity")["status"] == "UNKNOWN"
    asked = shop.done("POST", "/v1/integrity/check")
    assert asked["kind"] == "check_integrity"
    row = await ended(db, asked["id"])
    assert (row["state"], json.loads(row["result"])["differences"]) == ("DONE", 0)
    shown = shop.done("GET", "/v1/integrity")
    assert (shown["status"], shown["wallets"], shown["entries"], shown["differences"]) == ("AGREED", 2, 12, [])
    assert (shown["accounts"]["USABLE"], shown["accounts"]["ISSUE"], sum(shown["accounts"].values())) == (142, -200, 0)
    assert (await replay(db, shop.tenant.tenant_id)).replayed_hash == shown["stateHash"]
    other = await open_shop()
    assert other.done("GET", "/v1/integrity")["status"] == "UNKNOWN"
    assert shop.call("GET", "/v1/integrity", bearer=shop.secret()).status_code == 403


async def test_a_check_that_is_open_is_joined(shop: Shop, db: Db) -> None:
    """Asked for twice before it is done, it is one job."""
    tenant_id = shop.tenant.tenant_id

    async def twice(tx: Any) -> set[UUID]:
        return {await queue.enqueue(tx, tenant_id, job.KIND, {}, key="asked") for _ in range(2)}

    assert len(await db.run(twice)) == 1


async def test_operators_see_it(shop: Shop, db: Db, vandal: "asyncpg.Connection[Any]") -> None:
    """The metric adds up what the last checks of all tenants have found."""

    def metric() -> int:
        lines = shop.http.get("/metrics").text.splitlines()
        return int(float(next(line for line in lines if line.startswith("punchcard_integrity_diff")).split()[1]))

    user = shop.cafe()
    before = metric()
    await vandal.execute("update wallets set entries = 9 where user_id = $1", UUID(user["id"]))
    await stepped(db, Job(shop.tenant.tenant_id, NOBODY, job.KIND, {}, None, 0, None, 0, 1, NOBODY))
    assert metric() == before + 1


async def test_while_others_write(shop: Shop, db: Db) -> None:
    """A check beside a crowd of reports, purchases and adjustments finds no difference that is none."""
    user = shop.cafe()

    def work(number: int) -> None:
        for step in range(15):
            assert shop.report(user, 10 + step, payload={"total": 10, "items": [number, step]}).status_code == 200
            adjusted = {"actorId": user["id"], "points": 1 + step, "comment": "A test", "impactType": "NONE"}
            assert shop.call("POST", "/v1/commands/adjust_points", adjusted).status_code == 200

    working = asyncio.gather(*(asyncio.to_thread(work, number) for number in range(4)))
    looks = 0
    while not working.done() or looks < 3:
        assert await checked(db, shop) == []
        looks += 1
    await working
    assert await checked(db, shop) == []
