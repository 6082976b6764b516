"""The job that undoes REFERRAL_TRANCHE_ACTIVATION once the event of the invited member is undone.

It is a reversal as anybody could ask for, with the wallet of whoever invited and no other: exactly once, since an event
is undone once. Where that event cannot be undone any more, the job's result says why.
"""

from uuid import UUID

from punchcard.access.principals import Kind, Principal
from punchcard.commands.reverse_event import ReversalDefinition, reverse
from punchcard.commands.undo_effects import TAKE_BACK
from punchcard.db.connection import Tx
from punchcard.db.queue import Job, Progress
from punchcard.errors import Conflict, EventReversed, NotReversible
from punchcard.events.due import let_time_work_in
from punchcard.jobs.step import Workplace
from punchcard.points import ledger
from punchcard.referrals import tranche_activations

KIND = TAKE_BACK
COMMENT = "The event of the member who was invited was undone: {}."


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Undo one event."""
    tenant_id, told_id = job.tenant_id, UUID(job.input["eventId"])
    owner = await tranche_activations.read_told(tx, tenant_id, told_id)
    if owner is not None:
        await let_time_work_in(place.desk, tx, await ledger.hold(tx, [(tenant_id, owner)]))
    reversal = job.input["reversalId"]
    principal = Principal(tenant_id, Kind.ADMIN, f"reversal:{reversal}")
    definition = ReversalDefinition(policy=job.input["policy"], comment=COMMENT.format(reversal))
    try:
        view = await reverse(place.desk, tx, principal, told_id, definition)
    except (EventReversed, NotReversible, Conflict) as fault:
        return Progress(None, 1, 1, {"left": fault.detail})
    return Progress(None, 1, 1, {"takenBack": view.taken_back})
