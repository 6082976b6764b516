"""Jobs as administrators see them: what is under way, how far it has come, and the word to stop it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from punchcard import wire
from punchcard.db import queue
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import JobEnded, NotFound


class TriedView(wire.View, frozen=True, omit_defaults=False):
    """What a backtest tries, and on the events of which time.

    reactorId: null where the reactor is not there yet; reactorVersion: the one that is tried, or that `isChanged`
    makes changes to.
    """

    event_type: str
    reactor_name: str
    reactor_id: UUID | None
    reactor_version: int | None
    is_changed: bool
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")


class JobView(wire.View, frozen=True):
    """A job. `done` counts units of its kind, of `total` where that is known.

    state: QUEUED (waiting, or about to be tried again: `dueAt`, and `error` says why), RUNNING, DONE, FAILED or
    CANCELLED. What the steps of a job did that did not come to its end stays done. tries: of a backtest.
    """

    id: UUID
    kind: str
    state: str
    done: int
    total: int | None
    created_at: str
    started_at: str | None
    ended_at: str | None
    due_at: str | None = None
    error: str | None = None
    result: Any = None
    tries: TriedView | None = None


# Without the cursor and most of the input, which may be large.
READ = """
    select id, kind, state, done, total, created_at, started_at, ended_at, due_at, error, result,
        case when kind = 'backtest' then json_build_object(
            'eventType', input #> '{trial,eventType}', 'reactorName', input #> '{trial,name}',
            'reactorId', input #> '{trial,reactorId}', 'reactorVersion', input #> '{trial,version}',
            'isChanged', input #> '{trial,isChanged}', 'from', input -> 'start', 'to', input -> 'end'
        ) end as tries
    from jobs where tenant_id = $1
"""
# As text: what is no id is nobody's.
OF_REACTOR = "kind = 'backtest' and input #>> '{{trial,reactorId}}' = lower({})"
FILTERS = {
    "kind": Filter("kind = {}"),
    "state": Filter("state = {}"),
    "reactor": Filter(OF_REACTOR, told="The id of a reactor: the backtests that try it."),
}


async def list_jobs(db: Db, tenant_id: UUID, listing: Listing) -> Page[JobView]:
    """List the jobs of the tenant, the newest first; those that ended are kept for 30 days (a setting)."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, order="DESC")


async def get_job(db: Db, tenant_id: UUID, id: UUID) -> JobView:
    """Return one job. Raises: NotFound."""
    return await show(db, tenant_id, id)


async def show(db: Db | Tx, tenant_id: UUID, id: UUID) -> JobView:
    """Return a job as it stands, within a transaction that has just put it in too. Raises: NotFound."""
    return _view(await _read(db, tenant_id, id))


async def cancel_job(db: Db, tenant_id: UUID, id: UUID) -> JobView:
    """Stop a job: the step at work is rolled back, what was done before stays done. Raises: NotFound, JobEnded."""

    async def body(tx: Tx) -> JobView:
        await queue.cancel(tx, tenant_id, id)
        row = await _read(tx, tenant_id, id)
        if row["state"] != "CANCELLED":
            raise JobEnded(f"The job has ended already: it is {row['state']}.")
        return _view(row)

    return await db.run(body)


async def _read(db: Db | Tx, tenant_id: UUID, id: UUID) -> Row:
    row = await db.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such job.")
    return row


def _view(row: Row) -> JobView:
    return JobView(
        row["id"], row["kind"], row["state"], row["done"], row["total"], wire.rfc3339(row["created_at"]),
        wire.rfc3339_or_none(row["started_at"]), wire.rfc3339_or_none(row["ended_at"]),
        wire.rfc3339(row["due_at"]) if row["state"] == "QUEUED" else None, row["error"],
        wire.raw_or_none(row["result"]), _tried(row["tries"]),
    )  # fmt: skip


def _tried(kept: str | None) -> TriedView | None:
    if kept is None:
        return None
    read = msgspec.json.decode(kept, type=TriedView)
    start, end = (wire.rfc3339(datetime.fromisoformat(instant)) for instant in (read.start, read.end))
    return msgspec.structs.replace(read, start=start, end=end)
