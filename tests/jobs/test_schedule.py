"""What the clock asks for: once, in the tenant's zone, and caught up once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db, Row
from punchcard.db.queue import INSTALLATION
from punchcard.jobs.kinds import KINDS
from punchcard.jobs.schedule import Schedule, next_after
from punchcard.jobs.step import JobKind, Workplace
from punchcard.jobs.worker import Worker
from tests.jobs.conftest import Enqueue, ended, read
from tests.jobs.kinds import count_up

DAILY = {
    "of_all": JobKind(count_up, cron="0 3 * * *", for_each_tenant=False),
    "of_each": JobKind(count_up, cron="30 0 * * *"),
    "of_nobody": JobKind(count_up),
}


async def rows(db: Db, tenant_id: UUID) -> dict[str, Row]:
    """Return the schedules of a tenant by their kinds."""
    found = await db.fetch("select * from schedules where tenant_id = $1", tenant_id)
    return {row["kind"]: row for row in found}


async def asked_for(db: Db, kind: str, tenant_id: UUID) -> list[Row]:
    """Return the jobs that were put in."""
    return await db.fetch("select * from jobs where tenant_id = $1 and kind = $2", tenant_id, kind)


async def sleep_through(db: Db, days: int) -> None:
    """Let every schedule have been due days ago, as after a time in which no process ran."""
    await db.execute("update schedules set next_at = statement_timestamp() - make_interval(days => $1)", days)


async def test_each_line_has_its_rows(db: Db, place: Workplace) -> None:
    """The installation's line has one row, the tenants' one each, in the tenant's zone; all lie ahead."""
    del place
    tenant = await create_tenant(db, "A shop in Auckland")
    await db.execute("update tenants set time_zone = 'Pacific/Auckland' where id = $1", tenant.tenant_id)
    now = await db.fetchval("select statement_timestamp()")
    await Schedule(db, DAILY).tick()
    of_tenant, of_all = await rows(db, tenant.tenant_id), await rows(db, INSTALLATION)
    assert (set(of_tenant), set(of_all)) == ({"of_each"}, {"of_all"})
    for row in (of_tenant["of_each"], of_all["of_all"]):
        assert now < row["next_at"] <= now + timedelta(days=1, hours=2)
    local = of_tenant["of_each"]["next_at"].astimezone(ZoneInfo("Pacific/Auckland"))
    assert (local.hour, local.minute) == (0, 30)
    assert of_all["of_all"]["next_at"].hour == 3
    assert await asked_for(db, "of_all", INSTALLATION) == []


async def test_downtime_is_caught_up_once_by_one_process(db: Db, place: Workplace) -> None:
    """Ten days late and eight processes at once: one job, and the next one lies ahead."""
    del place
    await Schedule(db, DAILY).tick()
    await sleep_through(db, 10)
    await asyncio.gather(*(Schedule(db, DAILY).tick() for _ in range(8)))
    (job,) = await asked_for(db, "of_all", INSTALLATION)
    assert job["state"] == "QUEUED"
    now = await db.fetchval("select statement_timestamp()")
    assert (await rows(db, INSTALLATION))["of_all"]["next_at"] > now


async def test_more_tenants_than_one_transaction_takes(
    db: Db, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every tenant's is asked for once, also when they do not fit into one transaction."""
    del place
    monkeypatch.setattr("punchcard.jobs.schedule.TAKEN_MAX", 2)
    tenants = [await create_tenant(db, "A shop") for _ in range(5)]
    await Schedule(db, DAILY).tick()
    await sleep_through(db, 1)
    await asyncio.gather(*(Schedule(db, DAILY).tick() for _ in range(3)))
    for tenant in tenants:
        assert len(await asked_for(db, "of_each", tenant.tenant_id)) == 1


async def test_nothing_is_asked_for_while_the_last_is_at_work(db: Db, place: Workplace) -> None:
    """A job that is still open when its line is due again is not joined by a second one."""
    del place
    schedule = Schedule(db, DAILY)
    for _ in range(3):
        await schedule.tick()
        await sleep_through(db, 1)
    assert len(await asked_for(db, "of_all", INSTALLATION)) == 1


async def test_a_changed_line_is_planned_anew(db: Db, place: Workplace) -> None:
    """A later program with another line for a kind moves its rows."""
    del place
    await Schedule(db, DAILY).tick()
    await Schedule(db, {"of_all": JobKind(count_up, cron="0 17 * * *", for_each_tenant=False)}).tick()
    row = (await rows(db, INSTALLATION))["of_all"]
    assert (row["cron"], row["next_at"].hour) == ("0 17 * * *", 17)


async def test_a_zone_that_is_not_known_stands_in_nobodys_way(db: Db, place: Workplace) -> None:
    """A tenant with an unknown zone is planned in UTC, and the others as ever."""
    del place
    tenant = await create_tenant(db, "A shop nowhere")
    await db.execute("update tenants set time_zone = '../nowhere' where id = $1", tenant.tenant_id)
    await Schedule(db, DAILY).tick()
    await db.execute("update tenants set time_zone = 'UTC' where id = $1", tenant.tenant_id)
    row = (await rows(db, tenant.tenant_id))["of_each"]
    assert (row["next_at"].hour, row["next_at"].minute) == (0, 30)


async def test_the_worker_does_what_is_due(db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """A worker with the program's own kinds: jobs that ended long ago are dropped, the others stay."""
    old, recent, is_open = [await enqueue("of_tomorrow") for _ in range(3)]
    for job_id, days in ((old, 31), (recent, 29)):
        long_ago = (
            "update jobs set state = 'DONE', ended_at = statement_timestamp() - make_interval(days => $2) where id = $1"
        )
        await db.execute(long_ago, job_id, days)
    worker = Worker(place, KINDS)
    await Schedule(db, KINDS).tick()
    await sleep_through(db, 1)
    await Schedule(db, KINDS).tick()
    while await worker.turn():
        pass
    (asked,) = await asked_for(db, "forget_jobs", INSTALLATION)
    job = await ended(db, asked["id"])  # a server that another test of this process uses may be at it
    assert (job["state"], job["result"]) == ("DONE", '{"dropped":1}')
    assert await db.fetchval("select count(*) from jobs where id = $1", old) == 0
    assert [(await read(db, job_id))["id"] for job_id in (recent, is_open)] == [recent, is_open]


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]
)
@pytest.mark.parametrize("cron", ["30 2 * * *", "0 0 * * *", "59 1 * * *"])
def test_a_daily_line_comes_once_a_day(zone: str, cron: str) -> None:
    """F41: over two years, with every change of summer time, a daily line names each local day once."""
    place = ZoneInfo(zone)
    at = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(seconds=1)
    days: list[date] = []
    while len(days) < 730:
        following = next_after(cron, at, place)
        assert following.astimezone(UTC) > at
        at = following.astimezone(UTC)
        days.append(following.astimezone(place).date())
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
