"""Watches the database's clock, by which duplicates are told and points expire, against one that only goes forward."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from msgspec import Struct

from punchcard import clock
from punchcard.db.connection import Db
from punchcard.errors import PunchcardError

WATCH_SECONDS = 5.0
STEP_SECONDS_MIN = 1.0

NOW = "select clock_timestamp()"
SET_BACK = "the database's clock was set back: what was reported less than so many seconds ago may be recorded again"
SET_FORWARD = "the database's clock was set forward"

log = structlog.get_logger()


class Reading(Struct, frozen=True):
    """What the database's clock said, between two looks at the monotonic one."""

    now: datetime
    asked: float
    answered: float

    def step_to(self, later: "Reading") -> float:
        """Return by how many seconds the clock was set in between, as far as that is certain; below zero: back."""
        passed = (later.now - self.now).total_seconds()
        least, most = later.asked - self.answered, later.answered - self.asked
        return min(0.0, passed - least) or max(0.0, passed - most)


async def watch(db: Db, set_back: Callable[[], None]) -> None:
    """Look at the clock every few seconds, for ever; log each step, and call `set_back` for one that goes back."""
    before: Reading | None = None
    while True:
        try:
            reading = await _read(db)
        except PunchcardError:
            pass  # the next reading is compared with the last one that there was
        else:
            step = 0.0 if before is None else before.step_to(reading)
            if step <= -STEP_SECONDS_MIN:
                log.error(SET_BACK, seconds=round(-step, 3))
                set_back()
            elif step >= STEP_SECONDS_MIN:
                log.warning(SET_FORWARD, seconds=round(step, 3))
            before = reading
        await asyncio.sleep(WATCH_SECONDS)


async def _read(db: Db) -> Reading:
    async with db.connection() as lent:
        asked = clock.monotonic_seconds()
        now = await lent.fetchval(NOW)
        return Reading(now, asked, clock.monotonic_seconds())
