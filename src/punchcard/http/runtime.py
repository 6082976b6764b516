"""What a running server holds: opened once, closed in the opposite order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
from msgspec import Struct

from punchcard import tasks
from punchcard.access.buckets import SharedBuckets
from punchcard.access.keyring import Keyring, open_keyring
from punchcard.access.oidc import Provider
from punchcard.commands.guesses import Guesses
from punchcard.commands.purchases import Purchases
from punchcard.config import Settings
from punchcard.db import clock_watch
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.errors import StartRefused
from punchcard.events.batcher import Batcher
from punchcard.events.catalogue import Catalogue
from punchcard.events.request import Desk
from punchcard.events.tail import Tails
from punchcard.http import metrics
from punchcard.http.auth import Doorkeeper
from punchcard.http.rates import Rates, SharedRates
from punchcard.http.siblings import Sibling, write_counts
from punchcard.jobs.elected import Elected
from punchcard.jobs.secret_uses import write_uses
from punchcard.jobs.step import Workplace
from punchcard.jobs.sweep import sweep
from punchcard.jobs.worker import Worker
from punchcard.rewards.codes import Vault


class Runtime(Struct):
    """The parts of one server process. `draining` turns readiness off before the last requests are answered."""

    settings: Settings
    db: Db
    keyring: Keyring
    catalogue: Catalogue
    desk: Desk
    batcher: Batcher
    doorkeeper: Doorkeeper
    rates: Rates
    tails: Tails
    vault: Vault
    purchases: Purchases
    guesses: Guesses
    provider: Provider | None = None
    draining: bool = False
    sibling: Sibling | None = None


@asynccontextmanager
async def running(settings: Settings, urls: Urls, sibling: Sibling | None = None) -> AsyncIterator[Runtime]:
    """Open everything that answering needs; `sibling`: beside other processes.

    Raises: StartRefused when the database cannot be reached.
    """
    db = await _connected(settings, urls)
    background: list[asyncio.Task[None]] = []
    try:
        runtime = await _opened(settings, db, sibling)
        place = Workplace(runtime.desk, settings)
        worker = Worker(place) if sibling is None else Elected(urls.app, lambda: Worker(place))
        working = asyncio.create_task(worker.run() if settings.worker else asyncio.sleep(0))
        background = [working, *_in_background(runtime, urls)]
        yield runtime
        runtime.tails.end()
        worker.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(runtime.batcher.close(), working), settings.drain_seconds_max)
    finally:
        await tasks.end(background)
        await db.close()


async def _connected(settings: Settings, urls: Urls) -> Db:
    try:
        return await Db.open(
            urls.app,
            size=settings.database_connections,
            statement_seconds_max=settings.database_seconds_max,
            acquire_seconds_max=settings.acquire_seconds_max,
        )
    except (OSError, asyncpg.PostgresError, TimeoutError) as fault:
        raise StartRefused(f"The database cannot be reached: {fault}.") from fault


async def _opened(settings: Settings, db: Db, sibling: Sibling | None) -> Runtime:
    """Make the parts, each from those before it."""
    keyring = await open_keyring(db, settings, None if settings.database_url else settings.data / "secret.key")
    catalogue = Catalogue(db)
    desk = Desk(
        db,
        catalogue,
        keyring.fingerprint_key,
        timedelta(days=settings.occurred_past_days_max),
        timedelta(seconds=settings.occurred_future_seconds_max),
        settings.quarantine_max,
        settings.follow_ups_max,
    )
    shared = None if sibling is None else SharedBuckets(sibling.buckets)
    return Runtime(
        settings,
        db,
        keyring,
        catalogue,
        desk,
        Batcher(
            desk,
            shards=settings.report_shards,
            queue_events_max=settings.queue_events_max,
            commit_events_max=settings.commit_events_max,
        ),
        Doorkeeper(keyring, failures_per_minute_max=settings.auth_failures_per_minute_max),
        Rates(settings) if shared is None else SharedRates(settings, shared),
        Tails(db, settings.stream_readers_max),
        Vault(keyring.code_key, keyring.seal, keyring.unseal),
        Purchases(desk),
        Guesses(settings.processes, shared),
        Provider(settings) if settings.oidc_issuer else None,
        sibling=sibling,
    )


def _in_background(runtime: Runtime, urls: Urls) -> list[asyncio.Task[None]]:
    """Start what goes on beside the answers, and let the metrics look at what waits."""
    metrics.EVENTS_WAITING.set_function(lambda: runtime.batcher.waiting)
    metrics.STREAM_READERS.set_function(lambda: runtime.tails.readers)
    watching = [
        runtime.catalogue.keep_fresh(urls.app),
        sweep(runtime.db, runtime.settings),
        clock_watch.watch(runtime.db, metrics.CLOCK_SET_BACK.inc),
        write_uses(runtime.db, runtime.doorkeeper.uses),
    ]
    if runtime.sibling is not None:
        watching.append(write_counts(runtime.sibling))
    return [asyncio.create_task(one) for one in watching]
