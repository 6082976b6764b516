"""The engine's own clock, by which nothing is judged, is wrong (F24)."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from punchcard.db.embedded import Urls
from tests.conftest import ANNOUNCEMENT
from tests.ports import free_port
from tests.shop import Shop

from .clock import NOT_HERE, made
from .conftest import Database, shop_of

pytestmark = pytest.mark.crash

TEN_MINUTES = 600


@contextlib.contextmanager
def serving_at(urls: Urls, seconds: int) -> Iterator[str]:
    """Run a server whose own clock is off by so many seconds; yield its address."""
    with made() as clock:
        if clock is None:
            pytest.skip(NOT_HERE)
        clock.step(seconds)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PUNCHCARD_")}
        named = {"PUNCHCARD_DATABASE_URL": urls.app, "PUNCHCARD_MIGRATE_URL": urls.owner}
        command = [sys.executable, "-m", "punchcard.cli.main", "serve", "--port", str(free_port())]
        with subprocess.Popen(
            command, env=kept | named | clock.environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout is not None
                yield process.stdout.readline().strip().removeprefix(ANNOUNCEMENT)
            finally:
                process.terminate()
                process.wait(60)


async def test_the_engines_own_clock_judges_nothing(database: Database) -> None:
    """F24: of two engines whose clocks are twenty minutes apart, duplicates, times, order and lapsing are one's."""
    urls = database.urls
    with serving_at(urls, TEN_MINUTES) as ahead, serving_at(urls, -TEN_MINUTES) as behind:
        async with shop_of(ahead, urls.app) as shop, contextlib.AsyncExitStack() as stack:
            user, secret = shop.cafe(), shop.secret()
            other = stack.enter_context(Shop(behind, shop.tenant))
            events = []
            for total in range(1, 9):
                first, second = (shop, other) if total % 2 else (other, shop)
                answer = first.report(user, total, bearer=secret)
                assert answer.status_code == 200
                events.append(answer.json()["data"])
                assert second.report(user, total, bearer=secret).status_code == 409
            now = time.time()
            assert all(abs(instant(event["reportedAt"]).timestamp() - now) < TEN_MINUTES / 2 for event in events)
            assert [event["id"] for event in events] == sorted(event["id"] for event in events)
            for each in (shop, other):
                soon, late = (datetime.now(UTC) + timedelta(seconds=seconds) for seconds in (200, 500))
                total = 100 if each is shop else 200
                assert each.report(user, total, bearer=secret, occurredAt=soon.isoformat()).status_code == 200
                assert each.report(user, total, bearer=secret, occurredAt=late.isoformat()).status_code == 422
            assert shop.balance(user) == sum(range(1, 9)) + 300


def instant(text: str) -> datetime:
    """Read a time of an answer."""
    return datetime.fromisoformat(text)
