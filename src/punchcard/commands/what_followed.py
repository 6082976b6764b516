"""What followed from an event that is undone: which of those events are undone with it, and which stay.

What an event did itself (a badge, a voucher, points that became usable) was told by events that followed, and what
these brought goes with it. A tier is no deed of one event: what it brought goes only when undoing makes the member lose
the tier, and stays where the member would be in it without the event, and without what the tier itself brought.
"""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct, field

from punchcard import clock, wire
from punchcard.commands.undo_event import Left, Points, Task
from punchcard.config import FOLLOW_UPS_MAX
from punchcard.engine.tier import counted
from punchcard.engine.undoing import WHOLE, Entry, Share
from punchcard.engine.verdicts import LISTED, unpack
from punchcard.events import tier_watch
from punchcard.events.event import Event
from punchcard.events.follow_ups import CAUSED_BY
from punchcard.events.intrinsic_types import TIER_LOST, TIER_REACHED
from punchcard.events.stream import read_between
from punchcard.points import reversals

BY_STANDING = frozenset({TIER_REACHED, TIER_LOST})
"""What follows from how a member stands, whatever brought it about."""


class Chain(Struct):
    """The events that followed from one, in their order. deeds: of what it did itself. standing: each with its own."""

    deeds: list[Event] = field(default_factory=list)
    standing: list[tuple[Event, list[Event]]] = field(default_factory=list)


async def read_chain(task: Task, event: Event) -> Chain:
    """Return what followed from an event, as far as it brought something, or was counted."""
    last = clock.following_id(event.id, FOLLOW_UPS_MAX)
    found = await read_between(task.tx, (event.tenant_id, event.user_id), event.id, last)
    counters = (await task.desk.catalogue.current(event.tenant_id, task.tx)).counters.values()
    counted_types = {counter.type_id for counter in counters}
    chain = Chain()
    places: dict[UUID, list[Event]] = {event.id: chain.deeds}
    for one in found:
        place = places.get(_cause(one))
        if place is None:
            continue  # of another event of the same moment
        if place is chain.deeds and one.type_name in BY_STANDING:
            place = []
            chain.standing.append((one, place))
        places[one.id] = place
        if _brought(one) or one.type_id in counted_types:
            place.append(one)
    chain.standing = [(one, place) for one, place in chain.standing if place]
    return chain


def _cause(event: Event) -> UUID:
    context = {} if event.context is None else wire.decode(event.context.encode())
    return UUID(context[CAUSED_BY]["eventId"]) if CAUSED_BY in context else event.id


def _brought(event: Event) -> bool:
    return any(verdict.code in LISTED for verdict in unpack(msgspec.json.decode(event.verdicts)))


async def left_of(task: Task, event: Event, share: int) -> Share | None:
    """Return the part of an event by which it is undone up to a share; None where it is undone so far."""
    done = await reversals.read_done(task.tx, (event.tenant_id, event.user_id), event.id)
    return Share(done.share, share) if done.share < share else None


async def lost_with(task: Task, points: Points, chain: Chain) -> list[Event]:
    """Return what tiers brought that a member loses as an event is undone; its points are, and are not posted yet."""
    reached = {one.id: (UUID(wire.decode(one.payload.encode())["tierId"]), brought)
               for one, brought in chain.standing if one.type_name == TIER_REACHED}  # fmt: skip
    snapshot = await task.desk.catalogue.current(points.event.tenant_id, task.tx)
    wallet, now = (points.event.tenant_id, points.event.user_id), task.wallet.now
    watch = await tier_watch.watch(task.tx, {wallet: snapshot.following}, now) if reached else None
    if watch is None:
        return []
    begun = watch.begun(wallet, points.event.reported_at)
    open_stays = {event_id: pair for event_id, pair in reached.items() if pair[0] in begun}
    gone = -sum(counted(posting) for posting in points.undoing.postings)
    worth = {event_id: [await _worth(task, brought)] for event_id, (_, brought) in open_stays.items()}
    kept: set[UUID] = set()
    while True:  # what a tier that stays has brought may keep the member in another one
        less = gone + sum(sum(one) for event_id, one in worth.items() if event_id not in kept)
        staying = watch.attained(wallet, less)
        known = {event_id for event_id, (tier_id, _) in open_stays.items() if tier_id in staying}
        if known <= kept:
            return [event for event_id, (_, brought) in open_stays.items() if event_id not in kept for event in brought]
        kept |= known


async def _worth(task: Task, events: Sequence[Event]) -> int:
    """Return the points that some events gave and that count for tiers, as far as they are not undone."""
    total = 0
    for event in events:
        share = await left_of(task, event, WHOLE)
        entries = await reversals.read_entries(task.tx, (event.tenant_id, event.user_id), event.id)
        total += 0 if share is None else sum(share.of(entry.points) for entry in entries if _counts(entry))
    return total


def _counts(entry: Entry) -> bool:
    return entry.account == "ISSUE" and entry.points > 0 and not entry.is_undo


async def tell_left(task: Task, chain: Chain, undone: Collection[UUID], *, deeds: bool) -> list[Left]:
    """Name events that followed and stay, of those that brought something. deeds: what the event did itself, too."""
    left = []
    for event, why in _staying(chain, deeds=deeds):
        if event.id not in undone and await left_of(task, event, WHOLE) is not None:
            left.append(("event", f"{event.type_name} followed from it, and {why}: undo the event {event.id} too."))
    return left


def _staying(chain: Chain, *, deeds: bool) -> Iterator[tuple[Event, str]]:
    for event in chain.deeds if deeds else ():
        yield event, "reactors reacted to it"
    for cause, brought in chain.standing:
        why = "the member is in the tier still, or was until it ended" if cause.type_name == TIER_REACHED else ""
        for event in brought:
            yield event, why or "the tier was lost with it"
