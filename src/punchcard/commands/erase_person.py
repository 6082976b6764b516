"""Erase a person (POST /v1/users/{id}/erase): what is left of the member is an id, numbers, and what happened.

The account is closed, profile, names, attributes, consents and what waits are gone at once. What was answered under
Idempotency-Keys is looked through by a job, since the answers are not kept by member. Events and ledger stay, under the
id: they hold what the integrator has put into payloads, and no more.
"""

from uuid import UUID

from punchcard import wire
from punchcard.access import clients, staff
from punchcard.access.principals import Principal
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.db import queue
from punchcard.db.connection import Tx
from punchcard.deliveries import outbox
from punchcard.errors import NotFound
from punchcard.events import claims, due, duplicates, idempotency, near_duplicates, quarantine
from punchcard.events.request import Desk
from punchcard.points import adjustments, ledger
from punchcard.points.ledger import LockedWallet
from punchcard.referrals import referral_codes, referrals
from punchcard.users import attributes, consents, contacts, users
from punchcard.users.definitions import UserView

TRACES = "erase_traces"
"""The job that looks through answers. Its input has ids alone."""

DROPPED = (attributes, consents, claims, near_duplicates, duplicates, outbox, clients, staff, referral_codes, referrals)
EMPTIED = (quarantine, adjustments)


class ErasedView(wire.View, frozen=True):
    """What is left of an erased member, and the job that looks through what was answered about the member."""

    user: UserView
    job_id: UUID
    id: UUID


async def erase_person(desk: Desk, principal: Principal, id: UUID) -> ErasedView:
    """Erase a person for good: nothing but ids, numbers and what happened is left. Doing it again changes nothing.

    Raises: NotFound.
    """
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> ErasedView:
        wallet = await ledger.lock(tx, tenant_id, id)
        if wallet is None:
            raise NotFound("There is no such user.")
        if wallet.status != "CLOSED":
            await _close(desk, tx, principal, id, wallet)
        family = await users.read_family(tx, tenant_id, id)
        for table in DROPPED:
            await table.erase(tx, tenant_id, family)
        for kept in EMPTIED:
            await kept.erase(tx, tenant_id, family, principal.name)
        await contacts.free_contacts(tx, tenant_id, family)
        names = await users.erase(tx, tenant_id, family, wallet.now)
        callers = [f"user:{name}" for name in (*names, *map(str, family))]
        await idempotency.drop_own(tx, tenant_id, callers)
        asked = {"userIds": [str(user_id) for user_id in family]}
        job_id = await queue.enqueue(tx, tenant_id, TRACES, asked)
        return ErasedView(await users.read_user(tx, tenant_id, id), job_id, id)

    return await due.run(desk, body)


async def _close(desk: Desk, tx: Tx, principal: Principal, id: UUID, wallet: LockedWallet) -> None:
    await report_intrinsic(desk, tx, principal, "CLOSED_ACCOUNT", id, wallet, {"userId": str(id)})
    await ledger.set_status(tx, principal.tenant_id, id, "CLOSED")
    await users.update_user(tx, principal.tenant_id, id, {"status": "CLOSED"})
