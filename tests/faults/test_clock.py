"""PostgreSQL's clock, by which everything is judged, is set back and forward under a running engine (F23)."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from punchcard.db import embedded

from .clock import NOT_HERE, Clock, of_postgres
from .conftest import Engine, loaded, shop_of
from .load import until

pytestmark = pytest.mark.crash

WINDOW = timedelta(seconds=60)
# Ten seconds from where it changes: reports take some time, too.
STEPS = (0, 30, 20, 11, -90, 0, -30, 3_600, 50, -3_600, 90, 61)
METRIC = "punchcard_database_clock_set_back_total"


@pytest.fixture(scope="module")
async def stepped(
    tmp_path_factory: pytest.TempPathFactory, cast: Callable[[Path], None]
) -> AsyncIterator[tuple[Engine, Clock]]:
    """Run an engine on a PostgreSQL whose clock can be set."""
    with of_postgres() as clock:
        if clock is None:
            pytest.skip(NOT_HERE)
        data = tmp_path_factory.mktemp("stepped") / "below" / "data"
        cast(data)
        async with embedded.running(data, purpose="serve") as urls:
            engine = Engine(data, urls)
            try:
                await engine.start()
                yield engine, clock
            finally:
                engine.stop()


async def test_a_clock_that_is_set_back_is_told(stepped: tuple[Engine, Clock]) -> None:
    """F23: a step back is in the log, as an error, and counted; one forward is neither."""
    engine, clock = stepped
    async with shop_of(engine.address, engine.url()) as shop:

        def told() -> float:
            lines = shop.call("GET", "/metrics").text.splitlines()
            return next(float(line.split()[1]) for line in lines if line.startswith(METRIC))

        def logged(what: str) -> int:
            return (engine.data.parent / "log").read_text().count(what)

        before, forward, back = told(), logged("set forward"), logged("set back")
        clock.step(3_600)
        await until(lambda: logged("set forward") > forward)
        assert (told(), logged("set back")) == (before, back)
        clock.step(-90)
        await until(lambda: told() > before)
        assert logged("set back") > back


async def test_a_duplicate_is_younger_than_a_minute_by_the_databases_clock(stepped: tuple[Engine, Clock]) -> None:
    """F23: whichever way the clock is set, an event is refused if its original is 0 to 60 s old, and only then."""
    engine, clock = stepped
    async with shop_of(engine.address, engine.url()) as shop:
        user = shop.cafe()
        original: datetime | None = None
        verdicts = []
        for step in STEPS:
            clock.step(step)
            answer = shop.report(user, 7)
            verdicts.append(answer.status_code)
            if answer.status_code == 200:
                before, original = original, instant(answer.json()["data"]["reportedAt"])
                assert before is None or not timedelta(0) <= original - before < WINDOW
            else:
                assert answer.status_code == 409
                assert instant(answer.json()["event"]["reportedAt"]) == original
                assert 0 < answer.json()["secondsLeft"] <= WINDOW.total_seconds()
        assert verdicts == [200, 409, 409, 200, 200, 409, 200, 200, 409, 200, 200, 200]


async def test_books_are_right_whatever_the_clock_does(stepped: tuple[Engine, Clock], tmp_path: Path) -> None:
    """F23: under load, a clock that goes back and forth loses nothing, doubles nothing, and leaves balances right."""
    engine, clock = stepped
    async with loaded(engine, tmp_path) as (shop, load):
        for step in (-90, 3_600, -3_600, 90):
            await load.more(30)
            clock.step(step)
        await load.more(30)
        await load.stop()
        await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, "a clock that is set")


def instant(text: str) -> datetime:
    """Read a time of an answer."""
    return datetime.fromisoformat(text)
