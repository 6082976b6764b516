"""What an event did beside moving points, undone: what it counted for, and what reactions did.

A share moves the points that count against limits and caps; what is whole by nature (a firing, an event in a counter, a
badge, an attribute, a voucher) is undone with the last share.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct, field, structs

from punchcard import wire
from punchcard.commands.take_back import take_back
from punchcard.db import queue
from punchcard.db.connection import Tx
from punchcard.engine.limits import Key
from punchcard.engine.making_room import Room, under_caps, under_limits
from punchcard.engine.situation import Occurrence, Verdict
from punchcard.engine.undoing import WHOLE, Share
from punchcard.engine.verdicts import LISTED, unpack
from punchcard.errors import NotReversible
from punchcard.events.event import Event
from punchcard.events.recounting import uncount_event
from punchcard.events.request import Desk
from punchcard.points import reversals
from punchcard.points.terms import load_terms
from punchcard.reactors import activations, windows
from punchcard.reactors.compiled import compile_version
from punchcard.referrals import tranche_activations
from punchcard.rewards import vouchers
from punchcard.users import attributes, earned_badges
from punchcard.users.earned_badges import Earning

TAKE_BACK = "take_back_referral"
"""The job that undoes an event about whoever invited. Its input has `eventId`, `reversalId` and `policy`."""


class Effects(Struct):
    """What was undone, in words; what is left, and why; the badges to take back once the event is written.

    voucher: what is told of the voucher that was taken back. told: the events by which those were told who invited the
    member, for what he had reached by the event.
    """

    member: tuple[UUID, UUID]
    event_id: UUID
    undone: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    badges: list[Earning] = field(default_factory=list)
    voucher: Mapping[str, Any] | None = None
    told: list[UUID] = field(default_factory=list)
    is_last: bool = False


async def undo(desk: Desk, tx: Tx, event: Event, share: Share, now: datetime) -> Effects:
    """Undo what an event counted for, and what its reactions did; the caller holds the wallet."""
    effects = Effects((event.tenant_id, event.user_id), event.id, is_last=share.end == WHOLE)
    fired = [one for one in unpack(msgspec.json.decode(event.verdicts)) if one.code in LISTED]
    await _make_room(tx, event, fired, share, effects)
    if share.end == WHOLE:
        await _undo_badges(tx, event, effects)
        effects.undone += [f"attribute {key}" for key in await attributes.set_by(tx, effects.member, event.id)]
        await _uncount(desk, tx, event, effects)
        await _take_voucher_back(tx, event, effects, now)
        await _take_given_back(tx, event, effects, now)
        await _withdraw_tranches(tx, event, effects, now)
    await _tell_left(tx, event, effects)
    return effects


async def _take_given_back(tx: Tx, event: Event, effects: Effects, now: datetime) -> None:
    """Take back vouchers that reactions gave, as long as they are unused."""
    for voucher_id in await vouchers.given_by(tx, *effects.member, event.id):
        try:
            await take_back(tx, event.tenant_id, voucher_id, now)
        except NotReversible as fault:
            effects.left.append(("voucher", fault.detail))
        else:
            effects.undone.append(f"voucher {voucher_id}")


async def _withdraw_tranches(tx: Tx, event: Event, effects: Effects, now: datetime) -> None:
    """Take back what the member has reached by the event; of whoever invited him, a job does (`finish`)."""
    for row in await tranche_activations.withdraw(tx, *effects.member, event.id, now):
        effects.undone.append(f"tranche {row['name']}")
        if row["told_event_id"] is not None:
            effects.told.append(row["told_event_id"])


CALLED = "select url from outbox where tenant_id = $1 and user_id = $2 and event_id = $3 order by id"


async def _tell_left(tx: Tx, event: Event, effects: Effects) -> None:
    """Name what stays: calls of webhooks, and whoever was told of a tranche."""
    member = (event.tenant_id, event.user_id)
    for row in await tx.fetch(CALLED, *member, event.id):
        effects.left.append(("webhook", f"{urlsplit(row['url']).hostname} was, or will be, told of the event."))
    for row in await tranche_activations.of_event(tx, *member, event.id):
        told = "" if row["told_event_id"] is None else f": undo the event {row['told_event_id']} too"
        detail = f"The tranche “{row['name']}” was reached by it, and whoever invited the member is told{told}."
        effects.left.append(("referral", detail))


async def _take_voucher_back(tx: Tx, event: Event, effects: Effects, now: datetime) -> None:
    """Take back what was bought. Raises: NotReversible when it was used."""
    if event.type_name == "PURCHASED_REWARD":
        voucher_id = UUID(wire.decode(event.payload.encode())["voucherId"])
        effects.voucher = await take_back(tx, event.tenant_id, voucher_id, now)
        effects.undone.append("voucher")


async def finish(tx: Tx, effects: Effects, reversal_id: UUID, policy: str, now: datetime) -> None:
    """Write what names the event that undoes. policy: of the reversal, for what follows from it."""
    for told_id in effects.told:
        asked = {"eventId": str(told_id), "reversalId": str(reversal_id), "policy": policy}
        await queue.enqueue(tx, effects.member[0], TAKE_BACK, asked, key=str(told_id))
    earnings = [structs.replace(one, event_id=reversal_id, change=-1) for one in effects.badges]
    await earned_badges.earn(tx, earnings, now)
    if effects.is_last:
        await attributes.take_back(tx, effects.member, effects.event_id, reversal_id, now)


async def _make_room(tx: Tx, event: Event, fired: Sequence[Verdict], share: Share, effects: Effects) -> None:
    """Give room back under limits of reactors, and under the caps that judged the event."""
    seen = Occurrence(event.user_id, {}, event.occurred_at)
    judged = [(await compile_version(tx, event.tenant_id, one.reactor_version_id), one) for one in fired]
    counters, rooms = under_limits(seen, judged, share)
    await activations.uncount(tx, [(event.tenant_id, *counter) for counter in counters])
    if await _shrink(tx, event.tenant_id, rooms) or counters:
        effects.undone.append("limits of reactors")
    policies = await load_terms(tx, event.tenant_id, event.terms)
    price = int(wire.decode(event.payload.encode()).get("price", 0)) if event.type_name == "PURCHASED_REWARD" else 0
    caps = under_caps(policies, seen, fired, share, price, event.reported_at)
    if await _shrink(tx, event.tenant_id, caps):
        effects.undone.append("caps of points policies")


async def _shrink(tx: Tx, tenant_id: UUID, rooms: dict[Key, Room]) -> bool:
    """Take out of windows what is undone; tell whether there were any."""
    known = await windows.read(tx, [(tenant_id, *key) for key in rooms]) if rooms else {}
    for key, window in known.items():
        rooms[key[1:]].make(window)
    await windows.write(tx, known)
    return bool(known)


async def _uncount(desk: Desk, tx: Tx, event: Event, effects: Effects) -> None:
    """Take the event out of the tenant's counters; others that are undone are no neighbours of it any more."""
    counters = (await desk.catalogue.current(event.tenant_id, tx)).counters
    gone = await reversals.read_undone(tx, (event.tenant_id, event.user_id))
    names = await uncount_event(tx, event.tenant_id, counters.values(), event.user_id, event.id, gone=gone)
    effects.undone += [f"counter {name}" for name in names]


async def _undo_badges(tx: Tx, event: Event, effects: Effects) -> None:
    effects.badges = await earned_badges.read_earned(tx, event.tenant_id, event.user_id, event.id)
    effects.undone += [f"badge {one.badge_id}" for one in effects.badges]
