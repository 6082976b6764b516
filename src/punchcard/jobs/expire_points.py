"""The job that lets time do its work in all wallets that are due, of one tenant or, for the installation, of all.

Nothing waits for it: whoever meets such a wallet before does the same. So it rests twice as long as it works. A step
holds few wallets, passes over those that somebody else holds, and finds nothing left to do in what a step before it has
done.
"""

from punchcard.db.connection import Tx
from punchcard.db.queue import INSTALLATION, Job, Progress
from punchcard.events.due import let_time_work_in
from punchcard.jobs.step import Workplace
from punchcard.points import ledger

STEP_WALLETS = 20
REST = 2.0


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Let points become usable and run out, and report POINTS_ACTIVATED and POINTS_EXPIRED."""
    tenant_id = None if job.tenant_id == INSTALLATION else job.tenant_id
    held = await ledger.hold_due(tx, tenant_id, STEP_WALLETS)
    await let_time_work_in(place.desk, tx, held)
    done = job.done + len(held)
    return Progress(done if len(held) == STEP_WALLETS else None, done, result={"wallets": done})
