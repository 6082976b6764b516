"""The job that lets vouchers say that they have expired, and puts codes that nobody has seen back into their pools.

Nothing waits for it: a voucher whose time is over cannot be used, and is shown as expired, however late the job is.
"""

from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.jobs.step import Workplace
from punchcard.rewards import vouchers

STEP_VOUCHERS = 500


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Let vouchers of all tenants expire whose time is over."""
    del place
    expired = await vouchers.expire(tx, STEP_VOUCHERS)
    done = job.done + expired
    return Progress(done if expired == STEP_VOUCHERS else None, done, result={"vouchers": done})
