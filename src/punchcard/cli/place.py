"""Which database a command works on, and bringing it to the state that the command needs."""

import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from punchcard import config
from punchcard.config import Settings
from punchcard.db import checks, embedded, migrate
from punchcard.db.connection import Db
from punchcard.db.dial import faults_as_sentences
from punchcard.db.embedded import Urls
from punchcard.db.folder import DataFolder, Purpose
from punchcard.db.postmaster import Tell
from punchcard.errors import StartRefused

ADDRESS = "server.json"


def settings_for(data: Path | None, **overrides: Any) -> Settings:
    """Return the settings; a folder named on the command line wins over a database URL in the environment.

    Raises: StartRefused with exit code 2 when a setting cannot be used.
    """
    settings = config.load(data=data, **overrides)
    return settings.model_copy(update={"database_url": None, "migrate_url": None}) if data else settings


@contextlib.asynccontextmanager
async def database(
    settings: Settings, *, purpose: Purpose = "command", create: bool = True, tell: Tell = embedded.on_stderr
) -> AsyncIterator[Urls]:
    """Yield the URLs of the database: the one of the settings, or an embedded one for as long as the block lasts.

    `create=False` refuses a data folder that is not there: looking at something must not make it.

    Raises: StartRefused with a sentence.
    """
    if settings.database_url:
        app = settings.database_url.get_secret_value()
        yield Urls(app, settings.migrate_url.get_secret_value() if settings.migrate_url else app)
        return
    if not create and not (settings.data / "postgres").exists():
        detail = f"There is no data in {settings.data} yet: run 'punchcard serve', or name the folder with --data."
        raise StartRefused(detail)
    async with embedded.running(settings.data, purpose=purpose, tell=tell) as urls:
        yield urls


@contextlib.asynccontextmanager
async def opened(settings: Settings, *, create: bool = False, may_migrate: bool = False) -> AsyncIterator[Db]:
    """Yield the database, which has this program's schema, opened for one command. Raises: StartRefused."""
    async with database(settings, create=create) as urls:
        await make_current(urls, may_migrate=may_migrate)
        with faults_as_sentences(urls.app):
            db = await Db.open(urls.app, size=1)
        try:
            yield db
        finally:
            await db.close()


@contextlib.contextmanager
def addressed(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Yield what tells other commands of the data folder where its server listens, until the block ends."""
    folder = DataFolder(settings.data)
    if settings.database_url:
        yield lambda _: None
        return
    try:
        yield lambda address: folder.write(ADDRESS, json.dumps({"url": address, "pid": os.getpid()}))
    finally:
        with contextlib.suppress(OSError):
            (folder.root / ADDRESS).unlink(missing_ok=True)


def address_of(settings: Settings) -> str:
    """Return the address at which browsers reach the server: PUNCHCARD_PUBLIC_URL, else where it listens.

    Raises: StartRefused when no server runs on the data folder, or the settings do not say where one listens.
    """
    if settings.public_url:
        return settings.public_url
    if settings.database_url:
        if not settings.port:
            raise StartRefused("Nothing says where the server listens: set PUNCHCARD_PUBLIC_URL, or give --url.")
        return reachable(f"http://{settings.host}:{settings.port}")
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((settings.data / ADDRESS).read_text("utf-8"))
        os.kill(int(told["pid"]), 0)
        return reachable(told["url"])
    raise StartRefused(f"No server runs on {settings.data}: start 'punchcard serve' first, or name its folder.")


def reachable(address: str) -> str:
    """Return an address that can be opened: a server that listens everywhere is reached on this machine."""
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//::", "//127.0.0.1")


async def migrated(urls: Urls, role: str | None = None) -> list[str]:
    """Apply what is pending and grant the application's role its rights; return the names applied now.

    role: what the application logs in as, where that is known.
    """
    if urls.app == urls.owner:
        return await migrate.run(urls.owner, None)
    return await migrate.run(urls.owner, role or await migrate.role_of(urls.app))


async def make_ready(settings: Settings, urls: Urls, *, may_migrate: bool) -> None:
    """Make sure that the database keeps what it acknowledges and has this program's schema: what `serve` needs.

    Raises: StartRefused with a sentence.
    """
    role = await checks.require_durable(urls.app, allow_unsafe=bool(settings.allow_unsafe_durability))
    if may_migrate:
        await migrated(urls, role)
    else:
        await migrate.require_current(urls.app)


async def make_current(urls: Urls, *, may_migrate: bool) -> None:
    """Make sure that the schema is this program's: what a command needs.

    An empty database is migrated. One that a server of another version may be working on is not: a command that is
    only meant to list something must not change it under that server.

    Raises: StartRefused with a sentence.
    """
    found = await migrate.status(urls.owner)
    if may_migrate and all(migration.state == "pending" for migration in found):
        await migrated(urls)
    else:
        await migrate.require_current(urls.app)
