"""Statistics that are added up behind the stream come to what counting comes to, whatever is reported meanwhile."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec import structs

from punchcard import clock
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.db.queue import INSTALLATION, Job
from punchcard.events import sums
from punchcard.events.statistics import Period, StatisticsView, Time, get_statistics
from punchcard.jobs import add_up
from tests.jobs.process import workplace
from tests.jobs.steps import work
from tests.shop import Shop

EVENT = """
    insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, payload, occurred_at,
                        reported_at, reacted_at, points, verdicts)
    values ($1, $2, $3, $4, 1, 'admin:a', '{}', $5, $6, $6, 0, '{}')
"""
ENTRY = """
    insert into ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account, points,
                                balance_after, recorded_at, is_undo)
    values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)
"""
SCHEDULE = """
    insert into schedules (tenant_id, kind, cron, next_at)
    values ($1, 'add_up_statistics', '* * * * *', clock_timestamp() + $2::interval)
    on conflict (tenant_id, kind) do update set next_at = excluded.next_at
"""
AT_WORK = "select exists (select from jobs where kind = 'add_up_statistics' and state in ('QUEUED', 'RUNNING'))"
PERIODS: Sequence[Period] = ("24h", "7d", "90d")
TIMES: Sequence[Time] = ("occurred", "reported")
ADDED = """
    select coalesce(sum(events) filter (where "time" = 'occurred'), 0)::bigint,
           coalesce(sum(events) filter (where "time" = 'reported'), 0)::bigint
    from statistics_sums where tenant_id = $1
"""
COUNTED = "select count(*) from events where tenant_id = $1 and id < $2 and reported_at > now() - interval '99 days'"
SET_BACK = "update statistics_places set seen_at = seen_at + $2, next_id = $3 where tenant_id = $1"
NO_PLACE = f"{sums.PLACE} and false"


class Past:
    """A made-up past of one member, written as reporting writes it."""

    def __init__(self, db: Db, tenant_id: UUID, user_id: UUID, type_id: UUID, versions: Sequence[int]) -> None:
        self.db, self.tenant_id, self.user_id, self.type_id = db, tenant_id, user_id, type_id
        self.versions, self.number = versions, 1_000
        self.chance = random.Random(tenant_id.int)

    async def report(self, reported_at: datetime, db: Db | asyncpg.Connection | None = None) -> None:
        """Record an event, at that time, and up to three entries of it."""
        chance, (event_id,) = self.chance, clock.stream_ids(reported_at, 1)
        ahead = timedelta(seconds=chance.choice((0, 0, 299)))
        late = timedelta(minutes=chance.choice((0, 0, 16, 300, 3_000, 140_000)))
        to = db or self.db
        await to.execute(
            EVENT, self.tenant_id, self.user_id, event_id, self.type_id, reported_at - late + ahead, reported_at
        )
        for reaction in range(chance.randrange(4)):
            self.number += 1
            version = chance.choice((*self.versions, None))
            account = chance.choice(("ISSUE", "ISSUE", "REDEMPTION", "BREAKAGE", "ADJUSTMENT", "PENDING"))
            points = chance.choice((-1, 1)) * chance.randrange(1, 500)
            await to.execute(
                ENTRY, self.tenant_id, self.user_id, self.number, event_id, version,
                None if version is None else reaction, account, points, reported_at, chance.random() < 1 / 4,
            )  # fmt: skip
            if version is None:
                break

    async def told(self) -> list[StatisticsView]:
        """Return the statistics of several periods by both times, but for the moment of each answer."""
        return [
            structs.replace(
                await get_statistics(self.db, self.tenant_id, Settings(), period=period, time=time), until=""
            )
            for period in PERIODS
            for time in TIMES
        ]

    async def adds_up(self) -> bool:
        """Tell whether what is told is what is counted without sums, before or after; an hour may end in between."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sums, "PLACE", NO_PLACE)
            before = await self.told()
        told = await self.told()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sums, "PLACE", NO_PLACE)
            return told == before or told == await self.told()

    async def added(self) -> tuple[int, int]:
        """Return how many events are in the sums by both times, of those that are not too old for them."""
        return tuple(await self.db.fetchrow(ADDED, self.tenant_id) or ())


@pytest.fixture
async def _alone(db: Db, server: str) -> AsyncIterator[None]:
    """Let the server's own worker add nothing up: a past that is made up here was never on its way."""
    del server
    await db.execute(SCHEDULE, INSTALLATION, timedelta(hours=1))
    while await db.fetchval(AT_WORK):
        pass
    yield
    await db.execute(SCHEDULE, INSTALLATION, timedelta())


@pytest.fixture
async def past(shop: Shop, db: Db, _alone: None) -> Past:
    """Make a programme with a member and three versions of two reactors."""
    user = shop.cafe()
    other = shop.reactor(name="Another")
    shop.done("PATCH", f"/v1/event_reactors/{other['id']}", {"name": "Another one"})
    tenant_id = shop.tenant.tenant_id
    rows = await db.fetch("select id from reactor_versions where tenant_id = $1", tenant_id)
    kind = await db.fetchval("select id from event_types where tenant_id = $1 and name = 'PURCHASED_COFFEE'", tenant_id)
    return Past(db, tenant_id, UUID(user["id"]), kind, [row["id"] for row in rows])


async def test_sums_are_what_counting_comes_to(
    past: Past, shop: Shop, db: Db, urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By both times, in any zone; while and after events are added up, committed late, and with the clock set back."""
    monkeypatch.setattr(sums, "STEP_EVENTS", 40)
    now, chance, place = datetime.now(UTC), past.chance, workplace(db)
    for _ in range(100):
        days = timedelta(days=chance.choice((0, 0, 1, 6, 29, 30, 89, 90, 91, 98)))
        await past.report(now - days - timedelta(seconds=chance.choice((1, 60, 301, 899, 900, 3_600, 40_000))))

    late = await asyncpg.connect(urls.app)
    opened = late.transaction()
    await opened.start()
    await past.report(now - timedelta(minutes=20), late)
    job = Job(INSTALLATION, uuid4(), "a_test", {}, None, 0, None, 0, 1, uuid4())
    for _ in range(3):
        progress = await db.run(lambda tx, job=job: add_up.step(tx, job, place))  # type: ignore[misc]
        job = structs.replace(job, cursor=progress.cursor, done=progress.done)
    assert (progress.rest_seconds > 0, await past.added(), await past.adds_up()) == (True, (0, 0), True)
    await opened.commit()
    await late.close()

    while job.cursor is not None:
        progress = await db.run(lambda tx, job=job: add_up.step(tx, job, place))  # type: ignore[misc]
        job = structs.replace(job, cursor=progress.cursor, done=progress.done)
        assert await past.adds_up()
    assert (await past.added())[1] == await db.fetchval(COUNTED, past.tenant_id, clock.first_id_at(now - sums.BEHIND))
    for zone in ("Asia/Kathmandu", "America/St_Johns"):
        shop.done("PATCH", "/v1/tenant/", {"timeZone": zone})
        assert await past.adds_up()

    hour = timedelta(hours=1)
    await db.execute(SET_BACK, past.tenant_id, hour, clock.first_id_at(now + hour))
    await past.report(now)
    assert await past.adds_up()
    await work(db, place, add_up.step, INSTALLATION)
    assert await past.adds_up()
    assert (await past.added())[1] == await db.fetchval(COUNTED, past.tenant_id, clock.first_id_at(now - sums.BEHIND))
