"""Counting: each event moves the counters of its type, in the transaction that records it.

What rules look at and what events move is read once for all events of a commit, then moved on in memory, one event
after the other, and written at the end.

A counter that takes the past in counts a member's earlier events when the member is first met, by an event or by the
job that goes through all members: the wallet is held, so whatever is recorded is seen. Before a member's past is
counted, no event of the member's is: it becomes part of the past. So it does not matter that a process may still work
by an older catalogue, as long as none knows nothing of the counter; the job waits for that.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.counters import PAST, Counter, Number, Tally, adds, count, look
from punchcard.engine.enhancement import seen_by_rules
from punchcard.engine.facts import Facts, of_event
from punchcard.engine.situation import Situation
from punchcard.events.recorded import channel_of
from punchcard.events.request import Draft
from punchcard.reactors import tallies
from punchcard.reactors.tallies import Place

PAST_ROWS = 2_000

# What was undone in full does not count.
PAST_EVENTS = """
    select event.id, event.payload, event.enhanced, event.occurred_at, event.reporter, type.name as type_name
    from events as event
    join event_types as type on type.tenant_id = event.tenant_id and type.id = event.event_type_id
    where event.tenant_id = $1 and event.user_id = $2 and event.event_type_id = $3 and event.id > $4
      and not exists (
          select from event_reversals as undone
          where undone.tenant_id = event.tenant_id and undone.user_id = event.user_id and undone.event_id = event.id
            and undone.to_share = 1000000
      )
    order by event.id limit $5
"""


class Counting(Struct, frozen=True):
    """The counters of a commit's events, moved on by each event."""

    situation: Situation

    def facts(self, draft: Draft, facts: Facts) -> tuple[dict[str, Any], list[tuple[Counter, Number]]]:
        """Return how the counters stand that rules look at, and what the event adds to those of its type."""
        event_type = draft.event_type
        added = {
            counter.name: adds(counter, event_type.id, facts)
            for counter in event_type.counting
            if self._counts(draft, counter)
        }
        seen = {
            counter.name: look(counter, self._tally(draft, counter), draft.occurred_at, added.get(counter.name))
            for counter in looked_up(draft)
            if self._counts(draft, counter)
        }
        return seen, [(event_type.counters[name], amount) for name, amount in added.items() if amount is not None]

    def follow(self, draft: Draft, added: Iterable[tuple[Counter, Number]]) -> None:
        """Count an event."""
        for counter, amount in added:
            count(counter, self._tally(draft, counter), draft.occurred_at, amount)

    def _counts(self, draft: Draft, counter: Counter) -> bool:
        return not counter.takes_past or self._tally(draft, counter).has_past

    def _tally(self, draft: Draft, counter: Counter) -> Tally:
        return self.situation.tallies[draft.tenant_id, draft.user_id, counter.series_id]


def looked_up(draft: Draft) -> list[Counter]:
    """Return the counters that the reactors of an event's type look at."""
    known = draft.event_type.counters
    names = {path[1] for path in draft.event_type.facts if path[0] == "counters" and len(path) > 1}
    return [known[name] for name in sorted(names) if name in known]


async def begin(tx: Tx, drafts: Sequence[Draft], situation: Situation) -> Counting:
    """Read how the counters stand that these events move, or that their rules look at."""
    stretches: set[tuple[UUID, UUID, UUID, str]] = set()
    periods: set[tuple[UUID, UUID, UUID, str, int]] = set()
    asked: dict[Place, Counter] = {}
    for draft in drafts:
        for counter in (*draft.event_type.counting, *looked_up(draft)):
            place = (draft.tenant_id, draft.user_id, counter.series_id)
            asked[place] = counter
            tally = situation.tallies.setdefault(place, Tally())
            if not tally.is_whole:
                _ask(place, counter, tally, draft.occurred_at, stretches, periods)
    await tallies.read(tx, situation.tallies, stretches, periods)
    for place, counter in asked.items():
        tally = situation.tallies[place]
        if counter.takes_past and counter.is_settled and not tally.has_past:
            await _take_past(tx, place, counter, tally)
    return Counting(situation)


def _ask(
    place: Place,
    counter: Counter,
    tally: Tally,
    at: datetime,
    stretches: set[tuple[UUID, UUID, UUID, str]],
    periods: set[tuple[UUID, UUID, UUID, str, int]],
) -> None:
    """Note what is to be read of a counter for an event at `at`; what was read before has moved on meanwhile."""
    stretch = counter.stretch(at)
    if stretch is not None and stretch not in tally.values:
        stretches.add((*place, stretch))
    if counter.takes_past and not tally.has_past:
        stretches.add((*place, PAST))
    for unit, period in counter.periods(at).items():
        runs = tally.runs_of(unit)
        if period not in runs.known:
            runs.known.add(period)
            periods.add((*place, unit.value, period))


async def read_tally(tx: Tx, tenant_id: UUID, user_id: UUID, counter: Counter, at: datetime) -> Tally | None:
    """Return how a counter stands for a member at `at`; None: it is not ready."""
    place, tally = (tenant_id, user_id, counter.series_id), Tally()
    stretches: set[tuple[UUID, UUID, UUID, str]] = set()
    periods: set[tuple[UUID, UUID, UUID, str, int]] = set()
    _ask(place, counter, tally, at, stretches, periods)
    await tallies.read(tx, {place: tally}, stretches, periods)
    if counter.takes_past and not tally.has_past:
        if not counter.is_settled:
            return None
        await _take_past(tx, place, counter, tally)
    return tally


async def write(tx: Tx, situation: Situation) -> None:
    """Record what was counted."""
    if situation.tallies:
        await tallies.write(tx, situation.tallies)


# the past ----------------------------------------------------------------------------------------


async def take_past_in(tx: Tx, tenant_id: UUID, counter: Counter, user_ids: Collection[UUID]) -> int:
    """Count the earlier events of members whose wallets the caller holds; return how many members there were left."""
    places = {(tenant_id, user_id, counter.series_id): Tally() for user_id in user_ids}
    await tallies.read(tx, places, [(*place, PAST) for place in places], [])
    left = {place: tally for place, tally in places.items() if not tally.has_past}
    for place, tally in left.items():
        await _take_past(tx, place, counter, tally)
    await tallies.write(tx, left)
    return len(left)


async def _take_past(tx: Tx, place: Place, counter: Counter, tally: Tally) -> None:
    """Count all of a member's events that are recorded."""
    tenant_id, user_id, _ = place
    after, rows = UUID(int=0), None
    while rows is None or len(rows) == PAST_ROWS:
        rows = await tx.fetch(PAST_EVENTS, tenant_id, user_id, counter.type_id, after, PAST_ROWS)
        for row in rows:
            added = adds(counter, counter.type_id, facts_of_row(row, counter.zone))
            if added is not None:
                count(counter, tally, row["occurred_at"], added)
            after = row["id"]
    tally.is_whole = tally.has_past = True
    tally.changed.add(PAST)


def facts_of_row(row: Row | Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """Return what a recorded event says of itself to rules."""
    payload = wire.read_stored(row["payload"])
    if row["enhanced"] is not None:
        payload = seen_by_rules(payload, wire.read_stored(row["enhanced"]))
    event = of_event(row["type_name"], row["occurred_at"], channel_of(row["reporter"]), zone)
    return {"payload": payload, **event}
