"""What an event did beside moving points, undone: what it counted for, and what reactions did.

A share moves the points that count against limits and caps; what is whole by nature (a firing, an event in a counter, a
badge, an attribute, a voucher) is undone with the last share.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, field

from punchcard import wire
from punchcard.commands.take_back import take_back
from punchcard.db.connection import Tx
from punchcard.engine.awaiting import ACTIVATED
from punchcard.engine.earning import key_of
from punchcard.engine.firing import counter_of, window_of
from punchcard.engine.limits import Key, Window
from punchcard.engine.period import Duration
from punchcard.engine.situation import Code, Occurrence, Reactor, Verdict
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
    """Undo what an event counted for, and what its reactors did; the caller holds the wallet."""
    effects = Effects()
    fired = [one for one in unpack(msgspec.json.decode(event.verdicts)) if one.code is Code.FIRED]
    reactors = {
        one.reactor_version_id: await compile_version(tx, event.tenant_id, one.reactor_version_id) for one in fired
    }
    seen = Occurrence(event.user_id, {}, event.occurred_at)
    is_last = share.end == WHOLE
    await _undo_limits(tx, event, seen, [(reactors[one.reactor_version_id], one) for one in fired], share, effects)
    await _undo_caps(tx, event, seen, fired, share, effects)
    if is_last:
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
    earnings = [msgspec.structs.replace(one, event_id=reversal_id, change=-1) for one in effects.badges]
    await earned_badges.earn(tx, earnings, now)


def points_given(verdict: Verdict) -> int:
    """Return the points that a reactor that fired gave, as they count against its limits."""
    return sum(max(planned[1], 0) for planned in verdict.detail if planned[-1] != ACTIVATED)


async def _undo_limits(
    tx: Tx, event: Event, seen: Occurrence, fired: Iterable[tuple[Reactor, Verdict]], share: Share, effects: Effects
) -> None:
    """Give room back under the limits of reactors."""
    is_last = share.end == WHOLE
    counters: list[activations.Counter] = []
    asked: dict[Key, tuple[int, bool]] = {}
    for reactor, verdict in fired:
        if reactor.max_activations is not None and is_last:
            counters.append((event.tenant_id, *counter_of(seen, reactor)))
        for limit in reactor.limits:
            asked[window_of(seen, reactor, limit)] = (
                share.of(points_given(verdict)), isinstance(limit.per, Duration),
            )  # fmt: skip
    await activations.uncount(tx, counters)
    known = await windows.read(tx, [(event.tenant_id, *key) for key in asked]) if asked else {}
    for key, window in known.items():
        points, is_rolling = asked[key[1:]]
        _shrink(window, points, event.occurred_at if is_rolling else None, is_last=is_last)
    await windows.write(tx, known)
    if counters or known:
        effects.undone.append("limits of reactors")


def _shrink(window: Window, points: int, fired_at: datetime | None, *, is_last: bool) -> None:
    window.points = max(window.points - points, 0)
    if is_last:
        window.count = max(window.count - 1, 0)
        if fired_at in window.fired_at:
            window.fired_at.remove(fired_at)


async def _undo_caps(
    tx: Tx, event: Event, seen: Occurrence, fired: Iterable[Verdict], share: Share, effects: Effects
) -> None:
    """Give room back under the caps that were in force: on earning, and what the event itself spent."""
    policies = await load_terms(tx, event.tenant_id, event.terms)
    given = sum(share.of(max(planned[1], 0)) for one in fired for planned in one.detail if planned[-1] != ACTIVATED)
    spent = 0
    if event.type_name == "PURCHASED_REWARD":
        spent = share.of(int(wire.decode(event.payload.encode()).get("price", 0)))
    asked = {key_of(cap, seen): given for cap in policies.earn_caps} if given else {}
    if spent:
        asked |= {key_of(cap, Occurrence(event.user_id, {}, event.reported_at)): spent for cap in policies.spend_caps}
    known = await windows.read(tx, [(event.tenant_id, *key) for key in asked]) if asked else {}
    for key, window in known.items():
        window.points = max(window.points - asked[key[1:]], 0)
    await windows.write(tx, known)
    if known:
        effects.undone.append("caps of points policies")


async def _uncount(desk: Desk, tx: Tx, event: Event, effects: Effects) -> None:
    """Take the event out of the tenant's counters; others that are undone are no neighbours of it any more."""
    counters = (await desk.catalogue.current(event.tenant_id, tx)).counters
    gone = await reversals.read_undone(tx, (event.tenant_id, event.user_id))
    names = await uncount_event(tx, event.tenant_id, counters.values(), event.user_id, event.id, gone=gone)
    effects.undone += [f"counter {name}" for name in names]


async def _undo_badges(tx: Tx, event: Event, effects: Effects) -> None:
    effects.badges = await earned_badges.read_earned(tx, event.tenant_id, event.user_id, event.id)
    effects.undone += [f"badge {one.badge_id}" for one in effects.badges]
