"""From drafts to events: gathered, enhanced, decided and recorded. Owns `events`.

Reports, commands and previews all go through here; a preview ends before anything is recorded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Raw, structs

from punchcard import clock, wire
from punchcard.db.connection import Tx, columns
from punchcard.engine import verdicts
from punchcard.engine.policy import Policies, idle_until
from punchcard.engine.situation import Decision, Posting, Situation
from punchcard.engine.verdicts import pack
from punchcard.events import audience_watch, counting, effects
from punchcard.events.event import EventView, caused_by
from punchcard.events.intrinsic_types import BY_TIME
from punchcard.events.judging import Judged, Judgement, judge
from punchcard.events.request import Desk, Draft
from punchcard.points import ledger
from punchcard.reactors import activations, windows

PARKED_TOLD_MAX = 10
ROUNDS_MAX = 4
"""How often audiences are judged in one transaction: the events of joining one may let a member join another."""


async def settle(desk: Desk, tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime) -> list[EventView]:
    """Judge events and record them with all that follows; the caller holds their subjects' wallets.

    Returns the events of the drafts; what followed from them stands in the stream.
    """
    if not drafts:
        return []
    first, settled = await _settle(desk, tx, drafts, situation, now)
    for _ in range(ROUNDS_MAX - 1):
        if not any(draft.event_type.reactive for draft, _ in settled):
            break
        place = 1 + max(clock.place_of(draft.id) for draft, _ in settled)
        drafts = await audience_watch.after(tx, [draft for draft, _ in settled], now, place=place)
        if not drafts:
            break
        _, settled = await _settle(desk, tx, drafts, situation, now)
    return first


async def _settle(
    desk: Desk, tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime
) -> tuple[list[EventView], list[Judged]]:
    """Judge events and record them; return them as they are shown, and all that more may come of."""
    judgement = await judge(desk, tx, drafts, situation, now)
    judged = judgement.judged
    tx.proof = (PROOF, drafts[0].tenant_id, drafts[0].user_id, drafts[0].id)
    events = await _record(tx, judgement, now)
    if judgement.is_plain:
        return events, []
    await activations.count(
        tx, [(draft.tenant_id, *counter) for draft, decision in judged for counter in decision.activated]
    )
    if any(decision.effects for _, decision in judged):
        await effects.record(tx, judged, events, now)
    await counting.write(tx, situation)
    moved = {(draft.tenant_id, *key): situation.windows[key] for draft, decision in judged for key in decision.windows}
    await windows.write(tx, moved)
    active = {
        (draft.tenant_id, draft.user_id): draft.event_type.policies
        for draft in drafts
        if draft.event_type.policies is not None
        and draft.event_type.policies.asks_for_activity
        and draft.event_type.name not in BY_TIME
    }
    if active:
        await _note_activity(tx, active, now)
    if judgement.watch is not None:
        await judgement.watch.record(tx)
    if len(judged) == len(drafts):
        return events, judged
    return [event for (draft, _), event in zip(judged, events, strict=True) if not draft.depth], judged


async def _note_activity(tx: Tx, active: Mapping[tuple[UUID, UUID], Policies], now: datetime) -> None:
    """Note that members did something, where points lapse if they do not."""
    await ledger.note_activity(
        tx, [(*wallet, now, idle_until(policies.expiries, now, policies.zone)) for wallet, policies in active.items()]
    )


PROOF = "select exists (select from events where tenant_id = $1 and user_id = $2 and id = $3)"
RECORDING = """
    with recorded as (
        insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, executor, payload,
                            occurred_at, points, verdicts{columns}, reported_at, reacted_at)
        select *, $1::timestamptz, (select clock_timestamp())
        from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::integer[], $7::text[], $8::text[], $9::json[],
                    $10::timestamptz[], $11::bigint[], $12::json[]{values})
        returning reacted_at
    )
    select max(reacted_at) from recorded
"""
RECORD = RECORDING.format(columns="", values="")
RECORD_WHOLE = RECORDING.format(
    columns=", enhanced, context, terms", values=", $13::json[], $14::json[], $15::integer[]"
)


async def _record(tx: Tx, judgement: Judgement, now: datetime) -> list[EventView]:
    """Write events, entries and balances: one statement a table."""
    pairs = judgement.judged
    written = [draft.written or wire.encode(draft.payload) for draft, _ in pairs]
    points = [decision.points + _points_of(draft.own) if draft.own else decision.points for draft, decision in pairs]
    added = _added(pairs, is_plain=judgement.is_plain)
    reacted_at = await tx.fetchval(RECORD_WHOLE if added else RECORD, now, *_columns(pairs, written, points), *added)
    await ledger.post(
        tx,
        [
            (draft.tenant_id, draft.user_id, draft.id, posting)
            for draft, decision in pairs
            for posting in ((*draft.own, *decision.postings) if draft.own else decision.postings)
        ],
        now,
    )
    reported, reacted = wire.rfc3339(now), wire.rfc3339(reacted_at)
    views = [
        EventView(
            str(draft.id), draft.event_type.name, draft.event_type.version, str(draft.user_id), draft.reporter,
            Raw(text), reported if draft.occurred_at is now else wire.rfc3339(draft.occurred_at), reported, reacted,
            change, caused_by(draft.executor, draft.reporter),
        )
        for (draft, _), text, change in zip(pairs, written, points, strict=True)
    ]  # fmt: skip
    return [_whole(*each) for each in zip(views, *added, strict=True)] if added else views


def _columns(pairs: Sequence[Judged], written: Sequence[bytes], points: Sequence[int]) -> list[Sequence[Any]]:
    """Return what is recorded of events, column by column, as the statement has them."""
    drafts = [draft for draft, _ in pairs]
    types = [draft.event_type for draft in drafts]
    return [
        [draft.tenant_id for draft in drafts],
        [draft.user_id for draft in drafts],
        [draft.id for draft in drafts],
        [event_type.id for event_type in types],
        [event_type.version for event_type in types],
        [draft.reporter for draft in drafts],
        [draft.executor for draft in drafts],
        [text.decode() for text in written],
        [draft.occurred_at for draft in drafts],
        points,
        [verdicts.written(decision.verdicts) or wire.text(pack(decision.verdicts)) for _, decision in pairs],
    ]


def _points_of(own: Sequence[Posting]) -> int:
    return sum(posting.points_of_balance for posting in own)


def _added(pairs: Sequence[Judged], *, is_plain: bool) -> list[tuple[Any, ...]]:
    """Return the columns of what enhancers added and of what else is known; none where there is nothing of it."""
    if is_plain and [draft.context for draft, _ in pairs].count(None) == len(pairs):
        return []
    if not any(
        draft.context or decision.enhanced or decision.pinned or decision.parked or draft.event_type.terms
        for draft, decision in pairs
    ):
        return []
    rows = [
        (_text(decision.enhanced), _text(_context(draft, decision)), draft.event_type.terms)
        for draft, decision in pairs
    ]
    return columns(rows, 3)


def _context(draft: Draft, decision: Decision) -> Mapping[str, Any] | None:
    if not decision.pinned and not decision.parked:
        return draft.context
    context = dict(draft.context or {})
    if decision.pinned:
        context["facts"] = decision.pinned
    if decision.parked:
        told = decision.parked[:PARKED_TOLD_MAX]
        context["parked"] = {"count": len(decision.parked), "events": told}
    return context


def _text(value: Mapping[str, Any] | None) -> str | None:
    return wire.text(value) if value else None


def _whole(shown: EventView, enhanced: str | None, context: str | None, _: int | None) -> EventView:
    return structs.replace(shown, enhanced=wire.raw_or_none(enhanced), context=wire.raw_or_none(context))
