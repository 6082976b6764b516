"""From drafts to events: gathered, enhanced, decided and recorded. Owns `events`.

Reports, commands and previews all go through here; a preview ends before anything is recorded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import structs

from punchcard import clock, wire
from punchcard.db.connection import Tx, columns
from punchcard.engine.counters import Counter, Number
from punchcard.engine.decide import counter_of, decide, window_of
from punchcard.engine.earning import key_of
from punchcard.engine.enhancement import seen_by_rules
from punchcard.engine.facts import NO_PATHS, pinned
from punchcard.engine.lineup import Lineup
from punchcard.engine.policy import Policies, idle_until
from punchcard.engine.situation import Decision, Occurrence, Reactor, Situation
from punchcard.engine.verdicts import pack
from punchcard.events import audience_watch, counting, enhance, known, tier_watch
from punchcard.events.catalogue import EventType
from punchcard.events.event import EventView, caused_by
from punchcard.events.intrinsic_types import BY_TIME
from punchcard.events.request import Draft
from punchcard.events.tier_watch import Watch
from punchcard.points import ledger, lots
from punchcard.reactors import activations, windows

ENGINE = "engine"
NO_ID = UUID(int=0)
DEPTH_MAX = 8
"""How far events follow from events that followed from events; the last ones are recorded without reactions."""
ROUNDS_MAX = 4
"""How often audiences are judged in one transaction: the events of joining one may let a member join another."""


async def settle(tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime) -> list[EventView]:
    """Judge events and record them with all that follows; the caller holds their subjects' wallets."""
    first: list[EventView] | None = None
    place = 0
    for _ in range(ROUNDS_MAX):
        if not drafts:
            break
        events, settled = await _settle_chain(tx, drafts, situation, now, place)
        first = events if first is None else first
        place += len(settled)
        drafts = await audience_watch.after(tx, settled, now, place=place)
    return first or []


async def _settle_chain(
    tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime, place: int
) -> tuple[list[EventView], list[Draft]]:
    """Settle events with what follows from them; return the former as they are shown, and all that was settled."""
    settled = list(drafts)
    watch = await tier_watch.begin(tx, drafts, now) if any(draft.event_type.following for draft in drafts) else None
    events, following = await _settle(tx, drafts, situation, now, watch)
    depth = 1
    while following:
        count = place + len(settled)
        ids = clock.stream_ids(now, count + len(following))[count:]  # after what they follow from
        drafts = [structs.replace(draft, id=event_id) for draft, event_id in zip(following, ids, strict=True)]
        if depth >= DEPTH_MAX:  # what has happened is recorded in any case
            drafts = [structs.replace(draft, event_type=_without_reactors(draft.event_type)) for draft in drafts]
        settled += drafts
        _, following = await _settle(tx, drafts, situation, now, watch)
        depth += 1
    if watch is not None:
        await watch.record(tx)
    return events, settled


def _without_reactors(event_type: EventType) -> EventType:
    return structs.replace(event_type, reactors=(), limited=(), facts=NO_PATHS)


async def _settle(
    tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime, watch: Watch | None
) -> tuple[list[EventView], list[Draft]]:
    """Judge events and record them; return them, and what follows from them."""
    decisions = await judge(tx, drafts, situation, now)
    tx.proof = (PROOF, drafts[0].tenant_id, drafts[0].user_id, drafts[0].id)
    events = await _record(tx, drafts, decisions, now)
    await counting.write(tx, situation)
    await windows.write(
        tx,
        {
            (draft.tenant_id, *key): situation.windows[key]
            for draft, decision in zip(drafts, decisions, strict=True)
            for key in decision.windows
        },
    )
    active = {
        (draft.tenant_id, draft.user_id): draft.event_type.policies
        for draft in drafts
        if draft.event_type.policies is not None
        and draft.event_type.policies.asks_for_activity
        and draft.event_type.name not in BY_TIME
    }
    if active:
        await _note_activity(tx, active, now)
    return events, [] if watch is None else _following(drafts, decisions, watch, now)


def _following(drafts: Sequence[Draft], decisions: Sequence[Decision], watch: Watch, now: datetime) -> list[Draft]:
    """Draft what follows from events, still without ids."""
    return [
        Draft(
            draft.user_id, told.payload, now, NO_ID, draft.tenant_id, draft.event_type.following.types[told.type_name],
            ENGINE, None,
        )
        for draft, decision in zip(drafts, decisions, strict=True)
        if draft.event_type.following is not None
        for told in watch.follow(draft, decision)
    ]  # fmt: skip


async def _note_activity(tx: Tx, active: Mapping[tuple[UUID, UUID], Policies], now: datetime) -> None:
    """Note that members did something, where points lapse if they do not."""
    await ledger.note_activity(
        tx, [(*wallet, now, idle_until(policies.expiries, now, policies.zone)) for wallet, policies in active.items()]
    )


async def judge(
    tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime, *, lock: bool = True
) -> list[Decision]:
    """Run enhancers and reactors over events in their order; `situation` moves on."""
    situation.now = now
    limited = [(draft, reactor) for draft in drafts for reactor in _limited(draft)]
    if limited:
        await _gather(tx, limited, situation, lock=lock)
    if any(draft.event_type.policies is not None for draft in drafts):
        await _gather_for_caps(tx, drafts, situation)
    if any(draft.event_type.releases for draft in drafts):
        situation.waiting |= await lots.read_waiting(tx, {_wallet(each) for each in drafts if each.event_type.releases})
    if any(draft.event_type.enhancers or draft.event_type.facts or draft.event_type.counting for draft in drafts):
        return await _judge_in_full(tx, drafts, situation, now, lock=lock)
    return [decide(draft, draft.event_type.reactors, situation, draft.event_type.policies) for draft in drafts]


def _wallet(draft: Draft) -> tuple[UUID, UUID]:
    return draft.tenant_id, draft.user_id


def _limited(draft: Draft) -> Sequence[Reactor]:
    """Return the reactors of which something is counted, but for those that certainly do not fire."""
    event_type = draft.event_type
    reactors = event_type.reactors
    if not event_type.limited or event_type.enhancers or not isinstance(reactors, Lineup):
        return event_type.limited
    false = reactors.false(draft.payload, None)
    return [reactor for reactor in event_type.limited if reactor.version_id not in false]


async def _judge_in_full(
    tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime, *, lock: bool
) -> list[Decision]:
    """Judge events of types whose reactors look at more than the payload that was reported, or that are counted."""
    asking = [(draft.tenant_id, draft.user_id, draft.event_type.enhancers) for draft in drafts]
    enhancing = await enhance.begin(tx, asking, situation, now, keep=lock)
    members = await known.members_of(tx, drafts)
    counted = await counting.begin(tx, drafts, situation)
    decisions = []
    for draft in drafts:
        event_type, subject = draft.event_type, situation.subjects[draft.user_id]
        enhanced = enhancing.enhance(event_type.enhancers, draft.user_id)
        seen = Occurrence(draft.user_id, seen_by_rules(draft.payload, enhanced), draft.occurred_at)
        facts: dict[str, Any] | None = None
        added: list[tuple[Counter, Number]] = []
        if event_type.facts or event_type.counting:
            facts = known.gather(draft, seen.payload, subject, members.get(draft.user_id))
            facts["counters"], added = counted.facts(draft, facts)
        decision = decide(seen, event_type.reactors, situation, event_type.policies, facts)
        decision.enhanced = enhanced
        decision.pinned = None if facts is None else pinned(facts, event_type.facts)
        counted.follow(draft, added)
        enhancing.follow(draft.user_id, decision)
        decisions.append(decision)
    return decisions


async def _gather(tx: Tx, limited: Sequence[tuple[Draft, Reactor]], situation: Situation, *, lock: bool) -> None:
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


PROOF = "select exists (select from events where tenant_id = $1 and user_id = $2 and id = $3)"
RECORDING = """
    with recorded as (
        insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, executor, payload,
                            occurred_at, reported_at, points, verdicts{columns}, reacted_at)
        select *, (select clock_timestamp())
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::text[], $7::text[], $8::json[],
                    $9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::json[]{values})
        returning reacted_at
    )
    select max(reacted_at) from recorded
"""
RECORD = RECORDING.format(columns="", values="")
RECORD_WHOLE = RECORDING.format(
    columns=", enhanced, context, terms", values=", $13::json[], $14::json[], $15::integer[]"
)


async def _record(tx: Tx, drafts: Sequence[Draft], decisions: Sequence[Decision], now: datetime) -> list[EventView]:
    """Write events, entries, balances and counts: one statement a table."""
    pairs = list(zip(drafts, decisions, strict=True))
    rows = [_row(draft, decision, now) for draft, decision in pairs]
    added = _added(pairs)
    reacted_at = await tx.fetchval(RECORD_WHOLE if added else RECORD, *columns(rows, 12), *added)
    entries = [
        (draft.tenant_id, draft.user_id, draft.id, posting)
        for draft, decision in pairs
        for posting in ((*draft.own, *decision.postings) if draft.own else decision.postings)
    ]
    await ledger.post(tx, entries, now)
    activated = [(draft.tenant_id, *counter) for draft, decision in pairs for counter in decision.activated]
    await activations.count(tx, activated)
    reported, reacted = wire.rfc3339(now), wire.rfc3339(reacted_at)
    views = [_view(draft, row, reported, reacted) for draft, row in zip(drafts, rows, strict=True)]
    return [_whole(*each) for each in zip(views, *added, strict=True)] if added else views


def _added(pairs: Sequence[tuple[Draft, Decision]]) -> list[list[Any]]:
    """Return the columns of what enhancers added and of what else is known; none where there is nothing of it."""
    if not any(
        draft.context or decision.enhanced or decision.pinned or draft.event_type.terms for draft, decision in pairs
    ):
        return []
    rows = [
        (_text(decision.enhanced), _text(_context(draft, decision)), draft.event_type.terms)
        for draft, decision in pairs
    ]
    return columns(rows, 3)


def _context(draft: Draft, decision: Decision) -> Mapping[str, Any] | None:
    return {**(draft.context or {}), "facts": decision.pinned} if decision.pinned else draft.context


def _text(value: Mapping[str, Any] | None) -> str | None:
    return wire.text(value) if value else None


def _row(draft: Draft, decision: Decision, now: datetime) -> tuple[Any, ...]:
    points = decision.points
    for posting in draft.own:
        points += posting.points_of_balance
    return (
        draft.tenant_id, draft.user_id, draft.id, draft.event_type.id, draft.event_type.version, draft.reporter,
        draft.executor, wire.text(draft.payload), draft.occurred_at, now, points, wire.text(pack(decision.verdicts)),
    )  # fmt: skip


def _view(draft: Draft, row: tuple[Any, ...], reported: str, reacted: str) -> EventView:
    *_, payload, occurred_at, reported_at, points, _ = row
    occurred = reported if occurred_at is reported_at else wire.rfc3339(occurred_at)
    return EventView(
        draft.id, draft.event_type.name, draft.event_type.version, draft.user_id, draft.reporter, wire.raw(payload),
        occurred, reported, reacted, points, caused_by(draft.executor, draft.reporter),
    )  # fmt: skip


def _whole(shown: EventView, enhanced: str | None, context: str | None, _: int | None) -> EventView:
    return structs.replace(shown, enhanced=wire.raw_or_none(enhanced), context=wire.raw_or_none(context))
