"""Sweeping: what has served its time is dropped, a little at a time. Any number of processes may do it at once."""

import asyncio

import structlog

from punchcard.access import sessions
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.errors import PunchcardError
from punchcard.events import claims, idempotency

SWEEP_SECONDS = 60.0

log = structlog.get_logger()


async def sweep(db: Db, settings: Settings) -> None:
    """Drop old claims, Idempotency-Keys and sessions each minute, for ever."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await claims.forget(db)
            await sessions.forget(db)
            await idempotency.forget(db, settings.idempotency_days)
        except PunchcardError as error:
            log.warning("sweeping has to wait", reason=error.detail)
