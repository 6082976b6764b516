"""The catalogue's cache: never older than what its asker has to know."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from punchcard.access import clients
from punchcard.access.roles import Role
from punchcard.access.tenants import insert_tenant
from punchcard.clock import new_api_key
from punchcard.db.connection import Db, Tx
from punchcard.db.embedded import Urls
from punchcard.events.catalogue import Catalogue


class PausingDb(Db):
    """A database whose snapshots, once they are read, are handed over when `resumed` is set."""

    read: asyncio.Event
    resumed: asyncio.Event

    @asynccontextmanager
    async def transaction(self, *, remember: bool = False, snapshot: bool = False) -> AsyncIterator[Tx]:
        """Run one transaction, with a pause at the end of a snapshot."""
        async with super().transaction(remember=remember, snapshot=snapshot) as tx:
            yield tx
            if snapshot:
                self.read.set()
                await self.resumed.wait()


async def new_client(db: Db, tenant_id: UUID) -> str:
    """Change a tenant's configuration by a client; return its id."""
    async with db.transaction() as tx:
        return (await clients.insert_client(tx, tenant_id, "till", Role.OWNER))[0]


async def test_a_load_under_way_is_not_taken_for_a_newer_one(db: Db, urls: Urls) -> None:
    """Who asks while an older snapshot is being loaded gets one that has what was committed before the question."""
    tenant_id = uuid4()
    async with db.transaction() as tx:
        await insert_tenant(tx, tenant_id, "Corner Coffee", new_api_key())
    slow = await PausingDb.open(urls.app, size=4)
    assert isinstance(slow, PausingDb)
    slow.read, slow.resumed = asyncio.Event(), asyncio.Event()
    catalogue = Catalogue(slow)
    try:
        first = asyncio.create_task(catalogue.snapshot(tenant_id))
        await slow.read.wait()
        client_id = await new_client(db, tenant_id)
        second = asyncio.create_task(catalogue.current(tenant_id))
        slow.resumed.set()
        assert client_id not in (await first).access.clients
        assert client_id in (await second).access.clients
        assert await catalogue.snapshot(tenant_id) is await second
    finally:
        await slow.close()
