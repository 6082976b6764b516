"""Sweeping: what has served its time is dropped, a little at a time. Any number of processes may do it at once."""

import asyncio

import structlog

from punchcard.access import password_links, sessions, sign_in_attempts
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.errors import PunchcardError
from punchcard.events import claims, duplicates, idempotency, near_duplicates, quarantine, velocity
from punchcard.users import imports

SWEEP_SECONDS = 60.0

log = structlog.get_logger()


async def sweep(db: Db, settings: Settings) -> None:
    """Drop each minute, for ever, what is old or beyond its bound: claims, refused duplicates, keys, sessions."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await claims.forget(db)
            await near_duplicates.forget(db)
            await duplicates.forget(db, settings.duplicates_max, settings.duplicate_days)
            await quarantine.forget(db)
            await velocity.forget(db)
            await imports.forget(db, settings.job_days)
            await sessions.forget(db)
            await password_links.forget(db)
            await sign_in_attempts.forget(db)
            await idempotency.forget(db, settings.idempotency_days)
        except PunchcardError as error:
            log.warning("sweeping has to wait", reason=error.detail)
