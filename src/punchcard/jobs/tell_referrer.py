"""The job that reports REFERRAL_TRANCHE_ACTIVATION about whoever invited a member that has reached a tranche.

One job an activation: its row is marked in the transaction of the event, so it is reported once, whatever breaks off.
No event ever holds a second member's wallet for this: the job holds that of the one who invited, and no other.
"""

from uuid import UUID

from punchcard import clock
from punchcard.db.connection import Row, Tx
from punchcard.db.queue import Job, Progress
from punchcard.engine.situation import Situation
from punchcard.events.due import let_time_work_in
from punchcard.events.follow_ups import CAUSED_BY, ENGINE
from punchcard.events.intrinsic_types import REFERRAL_TRANCHE_ACTIVATION
from punchcard.events.request import Draft
from punchcard.events.settle import settle
from punchcard.jobs.step import Workplace
from punchcard.points import ledger
from punchcard.referrals import tranche_activations

OPEN = ("OPEN", "RESTRICTED")


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Report one activation, unless it is, or there is nobody to be told about any more."""
    activation_id = UUID(job.input["activationId"])
    reached = await tranche_activations.read(tx, job.tenant_id, activation_id)
    if reached is None or reached["told_at"] is not None:
        return Progress(None, 1, 1)
    held: list[Row] = []
    if reached["referrer_id"] is not None and reached["status"] == "COUNTED":
        held = await _hold(tx, place, job.tenant_id, reached["referrer_id"])
    reached = await tranche_activations.read(tx, job.tenant_id, activation_id, lock=True)
    if reached is None or reached["told_at"] is not None:
        return Progress(None, 1, 1)
    told = [row for row in held if row["status"] in OPEN and row["user_id"] == reached["referrer_id"]]
    if held and held[0]["status"] == ledger.MERGED:
        return Progress("again", 0, 1)  # by now the row names whoever goes on
    now = max((row["now"] for row in held), default=clock.now())
    event_id = await _report(tx, place, reached, told[0]) if told else None
    await tranche_activations.mark(tx, job.tenant_id, activation_id, now, event_id)
    return Progress(None, 1, 1, {"told": event_id is not None})


async def _hold(tx: Tx, place: Workplace, tenant_id: UUID, user_id: UUID) -> list[Row]:
    """Hold a wallet, in which time has done its work."""
    held = await ledger.hold(tx, [(tenant_id, user_id)])
    if await let_time_work_in(place.desk, tx, held):
        held = await ledger.hold(tx, [(tenant_id, user_id)])
    return held


async def _report(tx: Tx, place: Workplace, reached: Row, wallet: Row) -> UUID:
    tenant_id, user_id, now = wallet["tenant_id"], wallet["user_id"], wallet["now"]
    snapshot = await place.desk.catalogue.current(tenant_id, tx)
    payload = {
        "trancheId": str(reached["tranche_id"]),
        "trancheName": reached["name"],
        "campaignId": str(reached["campaign_id"]),
        "refereeId": str(reached["user_id"]),
        "eventId": str(reached["event_id"]),
    }
    caused_by = {"eventId": payload["eventId"], "type": reached["event_type"], "depth": reached["depth"]}
    (event_id,) = clock.stream_ids(now, 1)
    draft = Draft(
        user_id, payload, now, event_id, tenant_id, snapshot.types[REFERRAL_TRANCHE_ACTIVATION], ENGINE, None,
        context={CAUSED_BY: caused_by}, depth=reached["depth"],
    )  # fmt: skip
    await settle(place.desk, tx, [draft], Situation({user_id: ledger.subject_of(wallet)}), now)
    return event_id
