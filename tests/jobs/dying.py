"""A worker with the product's own kinds that kills itself where a step is done and not recorded: `dying.py URL`.

It does so in the first two attempts of a step of those kinds that are named in DYING.
"""

import asyncio
import os
import signal
import sys

from msgspec import structs

from punchcard.db.connection import Db, Tx
from punchcard.db.queue import Job, Progress
from punchcard.events.effects import TELL_REFERRER
from punchcard.jobs.kinds import KINDS
from punchcard.jobs.step import JobKind, Step, Workplace
from punchcard.jobs.worker import Worker
from tests.jobs.process import workplace

DYING = (TELL_REFERRER, "take_back_referral", "import_users")
ATTEMPTS = 2


def dying(kind: JobKind) -> JobKind:
    """Return a kind whose steps end with their process, twice."""
    step: Step = kind.step

    async def die(tx: Tx, job: Job, place: Workplace) -> Progress:
        progress = await step(tx, job, place)
        if job.attempt <= ATTEMPTS and job.steps in {0, 2}:
            os.kill(os.getpid(), signal.SIGKILL)
        return progress

    return structs.replace(kind, step=die)


async def work(url: str) -> None:
    """Work until killed; no schedules, so that nothing else is at work."""
    db = await Db.open(url, size=4)
    kinds = {name: dying(KINDS[name]) for name in DYING}
    await Worker(workplace(db, lease_seconds=1), kinds, poll_seconds=0.05).run()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
