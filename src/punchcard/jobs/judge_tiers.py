"""The jobs that judge in which tiers members are: all of a tenant, once its tiers change, and those whose stay ends.

A step holds few wallets. Whoever has earned points meanwhile was judged then, and comes to the same here.
"""

from collections.abc import Sequence
from uuid import UUID

from punchcard import clock
from punchcard.db.connection import Row, Tx
from punchcard.db.queue import Job, Progress
from punchcard.engine.situation import Situation
from punchcard.events import tier_watch
from punchcard.events.catalogue import EventType, Following
from punchcard.events.due import let_time_work_in
from punchcard.events.follow_ups import ENGINE, FollowUp
from punchcard.events.request import Desk, Draft
from punchcard.events.settle import settle
from punchcard.jobs.step import Workplace
from punchcard.points import ledger
from punchcard.users import tier_stays, tiers
from punchcard.users.tier_stays import Wallet

STEP_WALLETS = 250
REST = 2.0
STEP_TIERS = 100
NOBODY = UUID(int=0)
OPEN = ("OPEN", "RESTRICTED")


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Judge some of a tenant's members, in the order of their ids."""
    held = await ledger.hold_following(tx, job.tenant_id, UUID(job.cursor or str(NOBODY)), STEP_WALLETS)
    await judge_held(place.desk, tx, held)
    done = job.done + len(held)
    following = str(held[-1]["user_id"]) if len(held) == STEP_WALLETS else None
    return Progress(following, done, result={"members": done})


async def step_ending(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Judge some members whose stay in a tier has come to its end; where a tier begins, have all members judged."""
    opened = await tiers.take_opening(tx, STEP_TIERS)
    ending = await tier_stays.read_ending(tx, STEP_WALLETS)
    if ending:
        await judge_held(place.desk, tx, await ledger.hold(tx, sorted(ending)))
    done = job.done + len(ending)
    is_more = opened == STEP_TIERS or len(ending) > 0
    return Progress(done if is_more else None, done, result={"members": done})


async def judge_held(desk: Desk, tx: Tx, held: Sequence[Row]) -> None:
    """Judge members whose wallets the caller holds, and report what has changed."""
    if await let_time_work_in(desk, tx, held):
        held = await ledger.hold(tx, [(row["tenant_id"], row["user_id"]) for row in held])
    now = max((row["now"] for row in held), default=clock.now())
    following = {
        tenant_id: (await desk.catalogue.current(tenant_id, tx)).following
        for tenant_id in {row["tenant_id"] for row in held}
    }
    watch = await tier_watch.watch(tx, {_wallet(row): following[row["tenant_id"]] for row in held}, now)
    if watch is None:
        return
    told = [
        (*_wallet(row), follow_up)
        for row in held
        if _wallet(row) in watch.members
        for follow_up in watch.judge(_wallet(row), is_open=row["status"] in OPEN)
        if row["status"] in OPEN
    ]
    await watch.record(tx)
    ids = clock.stream_ids(now, len(told))
    drafts = [
        Draft(user_id, one.payload, now, event_id, tenant_id, _type(following[tenant_id], one), ENGINE, None)
        for event_id, (tenant_id, user_id, one) in zip(ids, told, strict=True)
    ]
    await settle(desk, tx, drafts, Situation({row["user_id"]: ledger.subject_of(row) for row in held}), now)


def _wallet(row: Row) -> Wallet:
    return row["tenant_id"], row["user_id"]


def _type(following: Following, told: FollowUp) -> EventType:
    return following.types[told.type_name]
