"""The database as its owner sees it, for what no caller can do."""

import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.shop import Shop


@pytest.fixture
async def application(urls: Urls) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Connect as the role that the application has."""
    connection = await asyncpg.connect(urls.app)
    yield connection
    await connection.close()


class Sentinel:
    """A listener on the loopback that nobody should ever visit."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setblocking(False)
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/x.json"

    def visits(self) -> int:
        """Return how many connections have arrived since the last time."""
        count = 0
        while True:
            try:
                self._listening.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        """Stop listening."""
        self._listening.close()


@pytest.fixture
def sentinel() -> Iterator[Sentinel]:
    """Listen where nobody should come."""
    made = Sentinel()
    yield made
    made.close()


@pytest.fixture(scope="module")
async def door(db: Db, server: str) -> AsyncIterator[Shop]:
    """Make one tenant for a whole file, with the public event type VISITED_SHOP, which takes any payload."""
    with Shop(server, await create_tenant(db, "A shop with an open door")) as shop:
        shop.event_type("VISITED_SHOP", private=False, schema=None)
        yield shop
