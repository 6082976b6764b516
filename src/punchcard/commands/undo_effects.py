"""What an event did beside moving points, undone: what it counted for, and what reactions did.

A share moves the points that count against limits and caps; what is whole by nature (a firing, an event in a counter, a
badge, an attribute, a voucher) is undone with the last share.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, field, structs

from punchcard import wire
from punchcard.commands.take_back import take_back
from punchcard.db.connection import Tx
from punchcard.engine.limits import Key
from punchcard.engine.making_room import Room, under_caps, under_limits
from punchcard.engine.situation import Code, Occurrence, Verdict
from punchcard.engine.undoing import WHOLE, Share
from punchcard.engine.verdicts import unpack
from punchcard.events.event import Event
from punchcard.events.recounting import uncount_event
from punchcard.events.request import Desk
from punchcard.points import reversals
from punchcard.points.terms import load_terms
from punchcard.reactors import activations, windows
from punchcard.reactors.reactors import compile_version
from punchcard.users import earned_badges
from punchcard.users.earned_badges import Earning


class Effects(Struct):
    """What was undone, in words; what is left, and why; the badges to take back once the event is written.

    voucher: what is told of the voucher that was taken back.
    """

    undone: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    badges: list[Earning] = field(default_factory=list)
    voucher: Mapping[str, Any] | None = None


async def undo(desk: Desk, tx: Tx, event: Event, share: Share, now: datetime) -> Effects:
    """Undo what an event counted for, and what its reactions did; the caller holds the wallet."""
    effects = Effects()
    fired = [one for one in unpack(msgspec.json.decode(event.verdicts)) if one.code is Code.FIRED]
    await _make_room(tx, event, fired, share, effects)
    if share.end == WHOLE:
        await _undo_badges(tx, event, effects)
        await _uncount(desk, tx, event, effects)
        await _take_voucher_back(tx, event, effects, now)
    return effects


async def _take_voucher_back(tx: Tx, event: Event, effects: Effects, now: datetime) -> None:
    """Take back what was bought. Raises: NotReversible when it was used."""
    if event.type_name == "PURCHASED_REWARD":
        voucher_id = UUID(wire.decode(event.payload.encode())["voucherId"])
        effects.voucher = await take_back(tx, event.tenant_id, voucher_id, now)
        effects.undone.append("voucher")


async def finish(tx: Tx, effects: Effects, reversal_id: UUID, now: datetime) -> None:
    """Write what names the event that undoes."""
    earnings = [structs.replace(one, event_id=reversal_id, change=-1) for one in effects.badges]
    await earned_badges.earn(tx, earnings, now)


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
