"""A worker as a process of its own, to be killed: `process.py URL LEASE_SECONDS`."""

import asyncio
import sys
from datetime import timedelta

from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.events.catalogue import Catalogue
from punchcard.events.request import Desk
from punchcard.jobs.step import Workplace
from punchcard.jobs.worker import Worker
from tests.jobs.kinds import KINDS


def workplace(db: Db, lease_seconds: float = 30.0) -> Workplace:
    """Return what steps work with."""
    day = timedelta(days=1)
    return Workplace(Desk(db, Catalogue(db), bytes(32), day, day), Settings(job_lease_seconds=lease_seconds))


async def work(url: str, lease_seconds: float) -> None:
    """Work until killed."""
    db = await Db.open(url, size=4)
    await Worker(workplace(db, lease_seconds), KINDS, poll_seconds=0.05).run()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], float(sys.argv[2])))
