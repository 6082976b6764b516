"""Writing down, every few seconds, when each secret was used last."""

import asyncio

import asyncpg
import structlog

from punchcard.access.secret_uses import SecretUses
from punchcard.db.connection import Db
from punchcard.errors import PunchcardError

WRITE_SECONDS = 5.0

log = structlog.get_logger()


async def write_uses(db: Db, uses: SecretUses) -> None:
    """Write down what was seen every 5 s, and once more when this is cancelled."""
    try:
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            await write_uses_once(db, uses)
    finally:
        await write_uses_once(db, uses)


async def write_uses_once(db: Db, uses: SecretUses) -> None:
    """Write down what was seen; a database that is away hears of it the next time."""
    try:
        await uses.write(db)
    except (PunchcardError, asyncpg.PostgresError) as error:
        log.warning("the last use of secrets has to wait", reason=str(error))
