"""`punchcard db dump`, `restore` and `copy`: backups by PostgreSQL's own programs, which come along."""

import asyncio
import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from punchcard.cli import place, show
from punchcard.cli.options import OK, Data
from punchcard.config import Settings
from punchcard.db import binaries, migrate
from punchcard.db.embedded import Urls
from punchcard.db.folder import ROLE_SUPER, DataFolder
from punchcard.errors import StartRefused

BESIDE = ("credentials.json", "secret.key")
"""What lies beside PostgreSQL's own data, and is nothing without: passwords, and the key that seals secrets."""

SAID_MAX = 2_000


def dump(file: Path, *, data: Data = None) -> int:
    """Write the whole database into a file, as of one moment, while a server works on it."""
    asyncio.run(_dump(file, data))
    file.chmod(0o600)
    show.line(f"The database is in {file}. Keep the secret key with it: without that, secrets in it cannot be read.")
    return OK


async def _dump(file: Path, data: Path | None) -> None:
    async with place.database(place.settings_for(data), create=False) as urls:
        await _run("pg_dump", urls.owner, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def restore(file: Path, *, data: Data = None) -> int:
    """Fill an empty database from a file of `dump`, all or nothing, and bring its schema to this program's."""
    if not file.is_file():
        raise StartRefused(f"There is no file {file}.")
    return asyncio.run(_restore(file, data))


async def _restore(file: Path, data: Path | None) -> int:
    async with place.database(place.settings_for(data)) as urls:
        if any(one.state != "pending" for one in await migrate.status(urls.owner)):
            raise StartRefused("The database is not empty: restore into a new one, and look at it before you switch.")
        how = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        await _run("pg_restore", urls.owner, *how, str(file))
        applied = await place.migrated(urls)
    show.line("\n".join(["The database is restored.", *(f"applied {name}" for name in applied)]))
    return OK


def copy(folder: Path, *, data: Data = None) -> int:
    """Copy the whole data folder into a new one, while a server works on it; the new one can be served at once."""
    settings = place.settings_for(data)
    if settings.database_url:
        raise StartRefused("This copies the embedded PostgreSQL: use pg_basebackup on a server of your own.")
    if folder.exists() and any(folder.iterdir()):
        raise StartRefused(f"{folder} is not empty: name a new folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(_copy(folder, settings))
    for name in BESIDE:
        if (settings.data / name).exists():
            shutil.copy2(settings.data / name, folder / name)
    show.line(f"{folder} is a data folder: 'punchcard serve --data {folder}' serves it.")
    return OK


async def _copy(folder: Path, settings: Settings) -> None:
    async with place.database(settings, create=False) as urls:
        url = _super(settings.data, urls)
        await _run("pg_basebackup", url, f"--pgdata={folder / 'postgres'}", "--checkpoint=fast")


def _super(data: Path, urls: Urls) -> str:
    port = urlsplit(urls.owner).port
    assert port is not None, "the embedded PostgreSQL has one"
    return DataFolder(data).url(ROLE_SUPER, port, "postgres")


async def _run(name: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on a database. Raises: StartRefused with what it said."""
    apart = urlsplit(url)
    known = apart._replace(netloc=apart.netloc.replace(f":{apart.password}@", "@")) if apart.password else apart
    environment = dict(os.environ)
    if apart.password:
        environment["PGPASSWORD"] = unquote(apart.password)  # a command line can be read by all
    program = binaries.find(binaries.account_for(Path("/"))).program(name)
    process = await asyncio.create_subprocess_exec(
        program, f"--dbname={urlunsplit(known)}", *arguments, env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        told = said.decode(errors="replace")[-SAID_MAX:].strip()
        raise StartRefused(f"{name} ended with {process.returncode}: {told}")
