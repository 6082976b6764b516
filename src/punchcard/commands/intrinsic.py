"""How a command ends: the engine reports the intrinsic event, in the command's own transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard import clock
from punchcard.access.principals import Principal
from punchcard.commands.spending import count_spent
from punchcard.db.connection import Tx
from punchcard.engine.earning import move
from punchcard.engine.situation import Posting, Situation, Subject
from punchcard.events.event import EventView
from punchcard.events.request import Desk, Draft
from punchcard.events.settle import settle
from punchcard.points.ledger import LockedWallet


async def report_intrinsic(
    desk: Desk,
    tx: Tx,
    principal: Principal,
    type_name: str,
    user_id: UUID,
    wallet: LockedWallet,
    payload: Mapping[str, Any],
    *,
    takes: int = 0,
    posts: Posting | Sequence[Posting] | None = None,
) -> EventView:
    """Record an intrinsic event and what the reactors make of it. The caller holds the wallet.

    What is reported of the wallet after it is a microsecond later, so that the stream has it after it.

    takes: points that the command itself takes as a price; the caller has seen that the balance covers them.
    posts: what the command has posted to the wallet by itself. Intrinsic events have no duplicates: what makes them
    unique is the command. Raises: SpendCapReached.
    """
    snapshot = await desk.catalogue.current(principal.tenant_id, tx)
    subject = wallet.subject
    if takes and snapshot.policies is not None and snapshot.policies.spend_caps:
        await count_spent(tx, principal.tenant_id, user_id, snapshot.policies, takes, wallet.now)
    own = [posts] if isinstance(posts, Posting) else [*(posts or ())]
    if takes:
        own.append(move(subject, -takes, account="REDEMPTION"))
    (event_id,) = clock.stream_ids(wallet.now, 1)
    type_of = snapshot.types[type_name]
    draft = Draft(user_id, payload, wallet.now, event_id, principal.tenant_id, type_of, principal.name, None, own)
    (event,) = await settle(desk, tx, [draft], Situation({user_id: subject}), wallet.now)
    wallet.now += clock.MICROSECOND
    return event


class Told(Struct, frozen=True):
    """An intrinsic event about to be reported: its type's name, whom it is about, its payload, and when if not now."""

    type_name: str
    user_id: UUID
    payload: Mapping[str, Any]
    occurred_at: datetime | None = None


async def report_new(desk: Desk, tx: Tx, principal: Principal, told: Sequence[Told], now: datetime) -> None:
    """Record intrinsic events of users whom this transaction has written, in their order; their wallets are empty."""
    snapshot = await desk.catalogue.current(principal.tenant_id, tx)
    drafts = [
        Draft(
            one.user_id, one.payload, one.occurred_at or now, event_id, principal.tenant_id,
            snapshot.types[one.type_name], principal.name, None,
        )
        for one, event_id in zip(told, clock.stream_ids(now, len(told)), strict=True)
    ]  # fmt: skip
    await settle(desk, tx, drafts, Situation({one.user_id: Subject(0, 0) for one in told}), now)
