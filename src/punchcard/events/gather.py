"""What a decision looks at, read for all events of a commit and all that may follow from them, in one order of locks.

The wallets are held already; then rewards, then what is counted over everybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import structs

from punchcard.db.connection import Tx
from punchcard.engine.decide import may_give
from punchcard.engine.earning import key_of
from punchcard.engine.effects import Stock
from punchcard.engine.firing import counter_of, window_of
from punchcard.engine.lineup import NOBODY, Lineup
from punchcard.engine.situation import Reactor, Situation, Verdict
from punchcard.events.request import Draft
from punchcard.points import lots
from punchcard.reactors import activations, windows
from punchcard.rewards import rewards

GONE = Stock("", 0, is_available=False)
"""Of a reward that is not in the catalogue any more."""


def expected(drafts: Sequence[Draft], now: datetime) -> Sequence[Draft]:
    """Return the drafts, and of each type that may follow from one a draft that stands for whatever follows."""
    if not any(draft.event_type.reach for draft in drafts):
        return drafts
    following = {
        (draft.tenant_id, draft.user_id, name): structs.replace(
            draft, event_type=draft.event_type.following.types[name], payload={}, occurred_at=now, depth=1, written=None
        )
        for draft in drafts
        if draft.event_type.following is not None
        for name in draft.event_type.reach
    }
    return [*drafts, *following.values()]


async def gather(tx: Tx, drafts: Sequence[Draft], situation: Situation, *, lock: bool) -> None:
    """Read what is counted against limits and caps, what waits, and what can be given."""
    if any(draft.event_type.acts for draft in drafts):
        await _gather_for_acts(tx, drafts, situation, lock=lock)
    limited = [(draft, reactor) for draft in drafts for reactor in _limited(draft)]
    if limited:
        await _gather_for_limits(tx, limited, situation, lock=lock)
    if any(draft.event_type.policies is not None for draft in drafts):
        await _gather_for_caps(tx, drafts, situation)
    if any(draft.event_type.releases for draft in drafts):
        asked = {(draft.tenant_id, draft.user_id) for draft in drafts if draft.event_type.releases}
        situation.waiting |= await lots.read_waiting(tx, asked)


def _limited(draft: Draft) -> Sequence[Reactor]:
    """Return the reactors of which something is counted, but for those that certainly do nothing."""
    event_type = draft.event_type
    if not event_type.limited:
        return ()
    false = _false(draft)
    return [one for one in event_type.limited if one.version_id not in false or one.failing is not None]


def _false(draft: Draft) -> Mapping[int, Verdict]:
    """Return which reactors certainly do not fire: what is reported of an event is all that they will see."""
    reactors = draft.event_type.reactors
    if draft.depth or draft.event_type.enhancers or not isinstance(reactors, Lineup):
        return NOBODY
    return reactors.false(draft.payload, None)


async def _gather_for_acts(tx: Tx, drafts: Sequence[Draft], situation: Situation, *, lock: bool) -> None:
    acting = [draft for draft in drafts if draft.event_type.acts]
    for draft in acting:
        if draft.event_type.following is not None:
            situation.badges.update(draft.event_type.following.badges)
    wanted = {reward for draft in acting for reward in _wanted(draft) if reward[1] not in situation.stock}
    if wanted:
        found = await rewards.read_stock(tx, wanted, lock=lock)
        situation.stock.update({reward_id: found.get(reward_id, GONE) for _, reward_id in wanted})


def _wanted(draft: Draft) -> Iterator[tuple[UUID, UUID]]:
    """Return the rewards that an event may give: who looks at no more than the payload can be asked beforehand."""
    is_seen_whole = not draft.event_type.enhancers and not draft.depth
    for reactor in draft.event_type.reactors:
        for reward_id in may_give(draft, reactor, is_seen_whole=is_seen_whole):
            yield draft.tenant_id, reward_id


async def _gather_for_limits(
    tx: Tx, limited: Sequence[tuple[Draft, Reactor]], situation: Situation, *, lock: bool
) -> None:
    counters = {
        (draft.tenant_id, *counter_of(draft, reactor))
        for draft, reactor in limited
        if reactor.max_activations is not None
    }
    stretches = {
        (draft.tenant_id, *window_of(draft, reactor, limit)) for draft, reactor in limited for limit in reactor.limits
    }
    if counters:
        counts = await activations.read(tx, counters, lock=lock)
        situation.activations.update({(user, counter): count for (_, user, counter), count in counts.items()})
    if stretches:
        used = await windows.read(tx, stretches, lock=lock)
        situation.windows.update({key[1:]: window for key, window in used.items()})


async def _gather_for_caps(tx: Tx, drafts: Sequence[Draft], situation: Situation) -> None:
    """Read what counts against the caps of points policies; the wallets guard it."""
    keys = {
        (draft.tenant_id, *key_of(cap, draft))
        for draft in drafts
        if draft.event_type.policies is not None and draft.event_type.reactors
        for cap in draft.event_type.policies.earn_caps
    }
    used = await windows.read(tx, keys) if keys else {}
    situation.windows.update({key[1:]: window for key, window in used.items()})
