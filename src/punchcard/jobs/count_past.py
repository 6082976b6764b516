"""The job that counts what members did before there was a counter, for one that takes the past in.

It waits until no process can be recording an event without knowing the counter: until every statement that began before
the counter was there has ended. Then it goes through the members; whoever is met by an event earlier is counted there.
"""

from uuid import UUID

from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.events import counting
from punchcard.jobs.step import Workplace
from punchcard.points import ledger
from punchcard.reactors.counters import TAKE_PAST, settle_series

KIND = TAKE_PAST
STEP_WALLETS = 100
REST_SECONDS = 0.2
WAITING, SETTLED = "waiting", "settled"

# A statement that saw no counter began before its transaction ended; none lasts longer than a minute. The numbers mean
# nothing in a database that was restored from a dump, and then the minute has long passed.
IS_SETTLED = """
    select now() > created_at + interval '1 minute' or not exists (
        select from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_xmin is not null
          and age(backend_xmin) >= age($3::text::xid8::xid)
    ) from counter_versions where tenant_id = $1 and series_id = $2
"""


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Count the past of some members, once every process knows the counter."""
    series_id = UUID(job.input["seriesId"])
    if job.cursor in (None, WAITING):
        if not await tx.fetchval(IS_SETTLED, job.tenant_id, series_id, job.input["begun"]):
            return Progress(WAITING, 0, rest_seconds=REST_SECONDS)
        await settle_series(tx, job.tenant_id, series_id)
        return Progress(SETTLED, 0)
    counters = (await place.desk.catalogue.current(job.tenant_id, tx)).counters.values()
    counter = next((one for one in counters if one.series_id == series_id), None)
    if counter is None:
        return Progress(None, job.done, result={"members": job.done})
    after = UUID(int=0) if job.cursor == SETTLED else UUID(job.cursor)
    held = await ledger.hold_following(tx, job.tenant_id, after, STEP_WALLETS)
    user_ids = [row["user_id"] for row in held]
    await counting.take_past_in(tx, job.tenant_id, counter, user_ids)
    done = job.done + len(held)
    following = str(user_ids[-1]) if len(held) == STEP_WALLETS else None
    return Progress(following, done, result={"members": done})
