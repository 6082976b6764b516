"""The jobs that refresh audiences: one looks at every member for one of them, the other does what the clock asks for.

A step looks at some thousand members in the order of their ids, and holds the wallets of those alone who join or leave.
They are judged once more then: an event that came between may have moved them already. Between steps the job rests, so
that reporting does not notice it.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import clock
from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.engine.situation import Situation
from punchcard.events import audience_watch
from punchcard.events.due import let_time_work_in
from punchcard.events.settle import settle
from punchcard.jobs.step import Workplace
from punchcard.points import ledger
from punchcard.users import audience_stays, audiences
from punchcard.users.audiences import Audience

STEP_MEMBERS = 2_000
STEP_MEMBERS_TOLD = 250  # where an event is reported for each who joins or leaves
STEP_WALLETS = 200
STEP_AUDIENCES = 50
REST = 3.0
NOBODY = UUID(int=0)


class Cursor(Struct, frozen=True):
    """How far a refresh has come: the last member looked at, None while points still have to run out before."""

    last: UUID | None
    joined: int = 0
    left: int = 0
    meant: int = 0


async def step_due(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Put the jobs in that refresh audiences whose time has come."""
    del place
    taken = await audiences.take_due(tx, STEP_AUDIENCES)
    done = job.done + taken
    return Progress(done if taken == STEP_AUDIENCES else None, done, result={"audiences": done})


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Look at some members for an audience."""
    cursor = msgspec.convert(job.cursor, Cursor) if job.cursor else _begin(job)
    if cursor.last is None:
        held = await ledger.hold_due(tx, job.tenant_id, STEP_WALLETS)
        await let_time_work_in(place.desk, tx, held)
        cursor = cursor if len(held) == STEP_WALLETS else msgspec.structs.replace(cursor, last=NOBODY)
        return Progress(msgspec.to_builtins(cursor), job.done)
    audience = await audiences.find_audience(tx, job.tenant_id, UUID(job.input["audienceId"]))
    if audience is None:
        return Progress(None, job.done, result={"looked_at": job.done, "stopped": "The audience is not in force."})
    tells = audience.tells_joined or audience.tells_left
    count_max = STEP_MEMBERS_TOLD if tells else STEP_MEMBERS
    found = await audience_stays.find_differing(tx, job.tenant_id, audience, cursor.last, count_max)
    joined, left, now = await _move(tx, job.tenant_id, place, audience, list(found.differing))
    following = Cursor(found.last or NOBODY, cursor.joined + joined, cursor.left + left, cursor.meant + found.meant)
    done = job.done + found.looked_at
    result = {"members": following.meant, "joined": following.joined, "left": following.left, "lookedAt": done}
    if found.looked_at == count_max:
        return Progress(msgspec.to_builtins(following), done, result=result)
    size = await audience_stays.count(tx, job.tenant_id, audience.id)
    await audiences.note_size(tx, job.tenant_id, audience.id, now, size)
    return Progress(None, done, done, result={**result, "members": size})


def _begin(job: Job) -> Cursor:
    return Cursor(None if job.input.get("afterExpiry") else NOBODY)


async def _move(
    tx: Tx, tenant_id: UUID, place: Workplace, audience: Audience, user_ids: list[UUID]
) -> tuple[int, int, datetime]:
    """Let members join and leave; return how many did, and the time."""
    wallets = [(tenant_id, user_id) for user_id in user_ids]
    held = await ledger.hold(tx, wallets) if wallets else []
    tells = audience.tells_joined or audience.tells_left
    if tells and await let_time_work_in(place.desk, tx, held):
        held = await ledger.hold(tx, wallets)
    now = max((row["now"] for row in held), default=clock.now())
    moves = await audience_stays.judge(tx, tenant_id, user_ids, [audience])
    await audience_stays.record(tx, tenant_id, moves, now)
    if tells and moves:
        snapshot = await place.desk.catalogue.current(tenant_id, tx)
        drafts = audience_watch.drafts_of(tenant_id, snapshot.types, moves, now)
        await settle(place.desk, tx, drafts, Situation({row["user_id"]: ledger.subject_of(row) for row in held}), now)
    joined = sum(move.is_joining for move in moves)
    return joined, len(moves) - joined, now
