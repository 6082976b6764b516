"""Backtests: equal to what reporting comes to, in a snapshot, in steps, and without a trace."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.engine.backtest import Candidate, alone
from punchcard.errors import Invalid
from punchcard.events import backtest, backtest_course
from punchcard.events.backtest import Period, Reading
from punchcard.events.backtest_course import Course
from punchcard.points.before import Turn
from punchcard.reactors.definitions import EventReactorDefinition
from punchcard.reactors.trial import trial_of_definition, versions_of
from tests.events.past import (
    CANDIDATES,
    SEEING,
    backtested,
    backtested_together,
    candidate,
    furnish,
    purchases,
    register,
    report_all,
)
from tests.shop import Shop, fixed

Opened = Callable[[], Awaitable[Shop]]
SOME = "budget-everybody"


EVENTS = purchases(120, [f"member-{number}" for number in range(12)])


@pytest.fixture(scope="module")
async def lived(db: Db, server: str) -> AsyncIterator[tuple[Shop, dict[str, str]]]:
    """Report the events once, in a shop that backtests leave as it is; yield it, and its members' names by id."""
    with Shop(server, await create_tenant(db, "A shop with a past")) as shop:
        members = register(shop, 12)
        furnish(shop)
        report_all(shop, EVENTS)
        yield shop, members


@pytest.mark.parametrize("name", [*CANDIDATES, "rich", "third-a-week"])
async def test_it_comes_to_what_reporting_comes_to(
    lived: tuple[Shop, dict[str, str]], open_shop: Opened, name: str
) -> None:
    """The same events, tried in one shop and reported in another: equal by day, member and reason, to the point."""
    (tried, named), real = lived, await open_shop()
    members = [named, register(real, 12)]
    furnish(real)  # what another reactor gives is there in both
    body = (CANDIDATES | SEEING)[name]
    lives = real.done("POST", "/v1/event_reactors/", body)
    recorded = report_all(real, EVENTS)

    result = backtested(tried, reactor=body)

    told = [reaction_of(real, event, lives["id"]) for event in recorded]
    assert result["outcomes"] == dict(Counter(code for code, _ in told))
    assert result["events"] == len(EVENTS)
    assert result["points"] == sum(points for _, points in told)
    days, people = Counter[str](), Counter[str]()
    for event, (_, points) in zip(recorded, told, strict=True):
        days[event["occurredAt"][:10]] += points
        people[members[1][event["subject"]]] += points
    assert {day["day"]: day["points"] for day in result["days"]} == dict(days)
    shown = {members[0][member["userId"]]: member["points"] for member in result["top"]}
    assert shown == {name: people[name] for name in shown}
    assert result["membersReached"] == len(shown)
    balances = {person: real.balance({"id": user_id}) for user_id, person in members[1].items()}
    for user_id, person in members[0].items():
        assert balances[person] - tried.balance({"id": user_id}) == people[person]


def reaction_of(shop: Shop, event: Any, reactor_id: str) -> tuple[str, int]:
    """Return the code and the points of one reactor on a recorded event."""
    verdicts = shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"]
    (verdict,) = (one for one in verdicts if one["reactorId"] == reactor_id)
    return verdict["code"], sum(reaction["points"] for reaction in verdict["reactions"])


def test_a_changed_version_beside_what_was_given(shop: Shop) -> None:
    """What all versions of the reactor gave then stands beside what the changed one would have given."""
    names = list(register(shop, 5).values())
    reactor = shop.reactor(name="Ours")
    shop.reactor(fixed(1_000), name="Another")
    first = report_all(shop, purchases(200, names, 1))
    shop.done("PATCH", f"/v1/event_reactors/{reactor['id']}", {"maxActivations": 50})
    second = report_all(shop, purchases(200, names, 2))
    given = sum(event["points"] - 1_000 for event in first + second)

    result = backtested(shop, reactorId=reactor["id"], changes={"reactions": [{"type": "POINTS", "points": fixed(3)}]})

    assert (result["reactorVersion"], result["isChanged"]) == (2, True)
    assert (result["events"], result["fired"], result["points"]) == (400, 250, 750)
    assert (result["pointsThen"], result["difference"]) == (given, 750 - given)
    assert sum(day["pointsThen"] for day in result["days"]) == given
    assert result["membersReached"] == result["membersReachedThen"] == 5
    assert (result["pointsPerMember"], [member["points"] for member in result["top"]]) == (150, [150] * 5)


def test_an_unchanged_reactor_makes_no_difference(shop: Shop) -> None:
    """A reactor as it is, over all that it has judged: what it gave then, to the point, with its limits."""
    names = list(register(shop, 9).values())
    furnish(shop)
    bodies = [body for name, body in (CANDIDATES | SEEING).items() if not name.startswith("takes")]
    ours = [shop.done("POST", "/v1/event_reactors/", body) for body in bodies]
    report_all(shop, purchases(300, names))
    results = backtested_together(shop, [{"reactorId": reactor["id"]} for reactor in ours])
    for reactor, result in zip(ours, results, strict=True):
        assert (result["difference"], result["fired"]) == (0, result["firedThen"]), reactor


async def test_days_are_those_of_the_tenant(shop: Shop, db: Db) -> None:
    """An event shortly before midnight in UTC belongs to the next day further east."""
    register(shop, 1)
    await db.execute("update tenants set time_zone = 'Asia/Tokyo' where id = $1", shop.tenant.tenant_id)
    report_all(shop, [purchases(1, ["member-0"])[0] | {"occurredAt": "2026-03-07T23:30:00Z"}])
    assert [day["day"] for day in backtested(shop, reactor=candidate())["days"]] == ["2026-03-08"]


TABLES = ("events", "ledger_entries", "activations", "activation_windows", "reactor_versions", "wallets")
COUNTS = (
    "select version, "
    + ", ".join(
        f"(select md5(string_agg(one::text, ',' order by one::text)) from {table} as one where one.tenant_id = $1)"
        for table in TABLES
    )
    + " from catalogue_versions where tenant_id = $1"
)


async def test_nothing_is_written(shop: Shop, db: Db) -> None:
    """A backtest leaves its result, and no row anywhere else; the configuration's version does not move either."""
    report_all(shop, purchases(50, list(register(shop, 3).values())))
    before = await db.fetchrow(COUNTS, shop.tenant.tenant_id)
    assert backtested(shop, reactor=CANDIDATES[SOME])["points"] > 0
    assert await db.fetchrow(COUNTS, shop.tenant.tenant_id) == before


class Tries:
    """A candidate over a shop's events, step by step, without a job."""

    def __init__(self, db: Db, shop: Shop, **period: Any) -> None:
        self._db, self._tenant_id = db, shop.tenant.tenant_id
        self._more = period

    async def _candidate(self) -> Candidate:
        return alone((await self._trial()).compiled())

    async def begin(self) -> Course:
        """Draw the border."""
        period = await self._period()
        async with self._db.transaction(snapshot=True) as tx:
            return await backtest.begin(tx, period, await self._candidate())

    async def go_on(self, course: Course, rows_max: int = 1_000_000) -> bool:
        """Do one step."""
        period = await self._period()
        async with self._db.transaction(snapshot=True) as tx:
            trial = await self._trial()
            versions = await versions_of(tx, self._tenant_id, None)
            turn = Turn(trial.priority, None)
            reading = Reading(tx, period, course, versions, alone(trial.compiled()), turn)
            return await backtest.go_on(reading, rows_max)

    async def _trial(self) -> Any:
        async with self._db.transaction(snapshot=True) as tx:
            definition = EventReactorDefinition.model_validate(CANDIDATES[SOME])
            return await trial_of_definition(tx, self._tenant_id, definition)

    async def type_id(self) -> UUID:
        """Return the id of the event type."""
        return UUID(str((await self._trial()).event_type_id))

    async def _period(self) -> Period:
        type_id = await self.type_id()
        start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
        given: dict[str, Any] = {
            "start": start,
            "end": end,
            "events_max": 1_000_000,
            "time_zone": "UTC",
            "ahead": timedelta(minutes=5),
        }
        return Period(self._tenant_id, type_id, **(given | self._more))


async def test_steps_come_to_the_same_as_one_go(shop: Shop, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept as text and resumed after every few events, it ends where it ends in one go."""
    report_all(shop, purchases(300, list(register(shop, 7).values())))
    tries = Tries(db, shop)
    whole = await tries.begin()
    assert not await tries.go_on(whole)
    monkeypatch.setattr(backtest, "CHUNK_ROWS", 7)
    monkeypatch.setattr(backtest_course, "FRAME_ENTRIES", 3)
    course, steps = await tries.begin(), 1
    while await tries.go_on(course, 14):
        course, steps = backtest_course.resumed(backtest_course.kept(course)), steps + 1
    assert course.fold == whole.fold
    assert (course.looked_at, course.total, steps) == (300, 300, 22)


async def test_what_is_reported_meanwhile_does_not_count(shop: Shop, db: Db) -> None:
    """Events recorded after the border was drawn are left out, though they happened in the period."""
    names = list(register(shop, 3).values())
    report_all(shop, purchases(40, names, 1))
    tries = Tries(db, shop)
    course = await tries.begin()
    report_all(shop, purchases(40, names, 2))
    assert not await tries.go_on(course)
    assert course.fold.total.events == 40


async def test_a_transaction_under_way_does_not_count(shop: Shop, db: Db) -> None:
    """An event whose transaction ends only after the border was drawn is left out, whenever it is read."""
    names = list(register(shop, 2).values())
    report_all(shop, purchases(5, names, 1))
    tries = Tries(db, shop)
    copy = """
        insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, payload, occurred_at,
                            reported_at, reacted_at, points, verdicts)
        select tenant_id, user_id, overlay(id::text placing 'fffffffffffe' from 25)::uuid, event_type_id,
               event_type_version, reporter, payload, occurred_at, reported_at, reacted_at, points, verdicts
        from events where tenant_id = $1 and event_type_id = $2 order by id limit 1
    """
    async with db.transaction() as tx:
        await tx.execute(copy, shop.tenant.tenant_id, await tries.type_id())
        course = await tries.begin()
    assert not await tries.go_on(course)
    assert course.fold.total.events == 5
    again = await tries.begin()
    assert not await tries.go_on(again)
    assert again.fold.total.events == 6


async def test_so_many_events_at_most(shop: Shop, db: Db) -> None:
    """With a limit the first events are tried, and it says that these were not all."""
    report_all(shop, purchases(30, list(register(shop, 3).values())))
    for most, is_complete in ((29, False), (30, True)):
        tries = Tries(db, shop, events_max=most)
        course = await tries.begin()
        await tries.go_on(course)
        assert (course.fold.total.events, course.is_complete) == (most, is_complete)


async def test_memory_is_bounded(shop: Shop, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where members and counts would not fit, it says so and ends."""
    report_all(shop, purchases(30, list(register(shop, 9).values())))
    monkeypatch.setattr("punchcard.engine.backtest.ENTRIES_MAX", 10)
    tries = Tries(db, shop)
    with pytest.raises(Invalid, match="a shorter time"):
        await tries.go_on(await tries.begin())


async def test_others_come_in_between(shop: Shop, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop is given away while events are judged, here after each of them."""
    report_all(shop, purchases(200, list(register(shop, 3).values())))
    monkeypatch.setattr(backtest, "BREATH_SECONDS", -1.0)
    tries = Tries(db, shop)
    course = await tries.begin()
    seen = []

    async def watch() -> None:
        while True:
            seen.append(course.looked_at)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    await tries.go_on(course)
    watching.cancel()
    assert set(seen) >= set(range(1, 200))
