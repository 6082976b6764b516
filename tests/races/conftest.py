"""Two server processes on one database, and crowds that race over them."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest

from punchcard.db.embedded import Urls
from tests.conftest import faults_in, served, server_environment
from tests.oracle.crowd import Crowd
from tests.oracle.findings import Findings
from tests.shop import Shop

CROWD = 32


@pytest.fixture(scope="session")
def servers(server: str, urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Return the addresses of one process, and of two that serve side by side, on one database."""
    log = tmp_path_factory.mktemp("second") / "log"
    environment = server_environment(urls, PUNCHCARD_AUTH_FAILURES_PER_MINUTE_MAX="0")
    with served(environment, "--processes", "2", log=log) as (address, _):
        yield server, address
    assert not faults_in(log)


class Town:
    """A shop with two branches: its administrator's view, and the crowd in front of both."""

    def __init__(self, shop: Shop, servers: tuple[str, str], urls: Urls, crowd: Crowd) -> None:
        self.shop, self.servers, self.crowd = shop, servers, crowd
        self._url = urls.owner
        self._numbers = itertools.count(1)

    def purchase(self, user: dict[str, str], total: int | None = None) -> dict[str, object]:
        """Return an event of a user that no other equals; by its total, if that is given."""
        payload = {"total": total if total is not None else 1, "items": [next(self._numbers)]}
        return {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": payload}

    async def verdict(self, title: str) -> Findings:
        """Ask the oracle about this shop."""
        return await self.crowd.verdict(self._url, self.shop.tenant.tenant_id, title)

    async def deadlocks(self) -> int:
        """Return how many deadlocks the database has broken so far."""
        connection = await asyncpg.connect(self._url)
        try:
            sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            return int(await connection.fetchval(sql))
        finally:
            await connection.close()


@pytest.fixture
async def towns(
    open_shop: Callable[[], Awaitable[Shop]], servers: tuple[str, str], urls: Urls, tmp_path: Path
) -> AsyncIterator[Callable[..., Awaitable[Town]]]:
    """Return a function that makes a shop and its crowd, in front of both servers or only the first."""
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:

        async def make(*, branches: int = 2, size: int = CROWD) -> Town:
            shop = await open_shop()
            journal = tmp_path / f"journal{next(numbers)}"
            crowd = await stack.enter_async_context(Crowd(servers[:branches], shop.headers(), journal, size))
            return Town(shop, servers, urls, crowd)

        yield make


@pytest.fixture
async def town(towns: Callable[..., Awaitable[Town]]) -> Town:
    """Make a shop with two branches."""
    return await towns()


def reward(shop: Shop, price: int, stock: int | None = None) -> str:
    """Put a reward into a shop's catalogue; return its id."""
    return str(shop.reward(price, "A coffee", **({} if stock is None else {"stockCapacity": stock}))["id"])
