"""The job that adds statistics up, once a minute, so that an answer counts the last minutes alone.

It notes how late it is, waits until every transaction that had begun by then has ended, and goes through the tenants.
"""

from datetime import timedelta
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.events import sums
from punchcard.jobs.step import Workplace

REST = 2.0
"""Whoever asks meanwhile waits a little longer; a till cannot."""
WAIT_SECONDS = 0.5
BEFORE_ALL = UUID(int=0)


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Add up some events of one tenant that has new ones."""
    now = await sums.read_clock(tx)
    if job.cursor is None:
        return _following(await sums.note_horizon(tx), BEFORE_ALL, job.done)
    horizon = sums.Horizon(wire.parse_instant(job.cursor["now"]), job.cursor["xid"])
    if now < horizon.now:  # the clock was set back: the next job sees how late it is
        return Progress(None, job.done, result={"steps": job.done})
    if not await sums.is_settled(tx, horizon):
        return Progress(job.cursor, job.done, rest_seconds=WAIT_SECONDS)
    ahead, after = timedelta(seconds=place.settings.occurred_future_seconds_max), UUID(job.cursor["after"])
    tenant_id = await sums.next_tenant(tx, after, horizon, ahead, now)
    if tenant_id is None:
        return Progress(None, job.done, result={"steps": job.done})
    has_more = await sums.add_up(tx, tenant_id, horizon, ahead, now)
    return _following(horizon, after if has_more else tenant_id, job.done + 1)


def _following(horizon: sums.Horizon, after: UUID, done: int) -> Progress:
    return Progress({"now": wire.rfc3339(horizon.now), "xid": horizon.xid, "after": str(after)}, done)
