"""What becomes of reports that are not recorded: twins are refused and logged, doubtful ones wait in quarantine.

And of one that is recorded, whether it looks like another. Everything here is one statement for all events of a commit,
and none where no event type of theirs asks for it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import structs

from punchcard import wire
from punchcard.db.connection import Row, Tx, columns
from punchcard.engine.fingerprint import fingerprint, fingerprints
from punchcard.events import claims, near_duplicates, quarantine
from punchcard.events.catalogue import Snapshot
from punchcard.events.claims import Claim, Original
from punchcard.events.duplicates import Refused
from punchcard.events.intake import WINDOW_SECONDS
from punchcard.events.near_duplicates import Sighting, Value
from punchcard.events.quarantine import Waiting
from punchcard.events.request import Desk, Draft, Item

FULL = "No more reports can wait in quarantine until somebody has looked at those that do. "


def claim_of(desk: Desk, draft: Draft) -> Claim:
    """Return what makes a draft a duplicate of another event."""
    event_type = draft.event_type
    identity = fingerprint(
        desk.fingerprint_key, draft.tenant_id, event_type.id, draft.user_id, draft.payload, event_type.intake.identity
    )
    return draft.tenant_id, draft.user_id, identity


async def carry_over_claims(
    desk: Desk, tx: Tx, snapshot: Snapshot, merged_id: UUID, user_id: UUID, now: datetime
) -> None:
    """Let what was reported of one user refuse its duplicates when they are reported of another, who goes on."""
    types = {event_type.id: event_type for event_type in snapshot.types.values()}
    taken: dict[Claim, Row] = {}
    for row in await claims.read_standing(tx, snapshot.tenant_id, merged_id, now):
        event_type = types[row["event_type_id"]]
        identity = fingerprint(
            desk.fingerprint_key, snapshot.tenant_id, event_type.id, user_id, wire.read_stored(row["payload"]),
            event_type.intake.identity,
        )  # fmt: skip
        known = taken.get((snapshot.tenant_id, user_id, identity))
        if known is None or known["reported_at"] < row["reported_at"]:
            taken[snapshot.tenant_id, user_id, identity] = row
    await claims.carry_over(tx, snapshot.tenant_id, merged_id, taken)


async def refuse_duplicates(desk: Desk, tx: Tx, items: Sequence[Item], now: datetime) -> list[Refused]:
    """Claim what each item reports, and refuse those that come second; return what the log is to say of them."""
    claiming = [(item, item.draft) for item in items if item.draft and item.draft.event_type.intake.window_seconds]
    if not claiming:
        return []
    windows = None
    if {draft.event_type.intake.window_seconds for _, draft in claiming} != {WINDOW_SECONDS}:
        windows = {draft.id: draft.event_type.intake.window_seconds for _, draft in claiming}
    wanted = _claims_of(desk, [draft for _, draft in claiming])
    refused = []
    for place, original in (await claims.claim(tx, wanted, now, windows)).items():
        item, draft = claiming[place]
        item.error = claims.duplicate(original, now, draft.event_type.intake.window_seconds)
        refused.append(_refused(item, draft, original, now))
    return refused


def _claims_of(desk: Desk, drafts: Sequence[Draft]) -> list[tuple[Claim, UUID]]:
    """Return what makes each draft a duplicate of another event, and its id; see `claim_of`."""
    found, event_type, make = [], None, None
    for draft in drafts:
        if make is None or draft.event_type is not event_type:  # mostly all are of one type
            event_type = draft.event_type
            make = fingerprints(desk.fingerprint_key, draft.tenant_id, event_type.id, event_type.intake.identity)
        found.append(((draft.tenant_id, draft.user_id, make(draft.user_id, draft.payload)), draft.id))
    return found


def _refused(item: Item, draft: Draft, original: Original, now: datetime) -> Refused:
    may_differ = draft.event_type.intake.identity is not None or item.doubt is not None
    return Refused(
        draft.tenant_id, draft.id, draft.user_id, draft.event_type.id, original.event_id, original.reported_at,
        draft.reporter, draft.executor, wire.text(draft.payload) if may_differ else None,
        wire.text(draft.context) if draft.context else None, draft.occurred_at, now,
    )  # fmt: skip


# One pass over what waits about these members, however many of their events ask.
WAITING = """
    with waiting as materialized (
        select id, tenant_id, user_id, event_type_id, reporter like 'user:%' as is_users, reason, faults, reported_at,
               context -> 'cloudEvent' ->> 'source' as source, context -> 'cloudEvent' ->> 'id' as name
        from quarantine
        where status = 'OPEN' and tenant_id = any($1::uuid[]) and user_id = any($2::uuid[])
    )
    select distinct on (place) place, waiting.id, reason, faults, waiting.reported_at
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::boolean[], $5::text[], $6::text[]) with ordinality
        as asked (tenant_id, user_id, event_type_id, is_users, source, name, place)
    join waiting using (tenant_id, user_id, event_type_id, is_users, source, name)
    order by place, waiting.id
"""


async def recall_waiting(tx: Tx, items: Sequence[Item]) -> None:
    """Answer doubtful CloudEvents that wait already as they were answered first, instead of keeping them twice."""
    doubtful = [item for item in items if item.doubt and item.draft and item.report.identity]
    if not doubtful:
        return
    for row in await tx.fetch(WAITING, *columns(map(_as_sent, doubtful), 6)):
        item = doubtful[row["place"] - 1]
        item.known = item.quarantined = quarantine.told_again(row)


def _as_sent(item: Item) -> tuple[object, ...]:
    draft, identity = item.draft, item.report.identity
    assert draft is not None, "its subject is held"
    assert identity is not None, "it is a CloudEvent"
    attributes = (draft.context or {})["cloudEvent"]
    is_users = identity.caller is not None
    return (
        draft.tenant_id, draft.user_id, draft.event_type.id, is_users, attributes["source"], attributes["id"]
    )  # fmt: skip


async def set_aside(desk: Desk, tx: Tx, items: Sequence[Item], now: datetime) -> None:
    """Let doubtful items wait in quarantine; those for which there is no room are refused for their doubt."""
    doubtful = [(item, _waiting(item, item.draft, now)) for item in items if item.draft is not None]
    kept = await quarantine.keep(tx, [waiting for _, waiting in doubtful], desk.quarantine_max)
    for item, waiting in doubtful:
        if waiting.id in kept:
            item.quarantined = quarantine.told(waiting)
        elif item.doubt is not None:
            doubt = item.doubt
            item.error = type(doubt)(FULL + doubt.detail, faults=doubt.faults)
    homeless = [item.draft for item, waiting in doubtful if waiting.id not in kept and item.draft is not None]
    if homeless:
        await claims.undo(tx, [(claim_of(desk, draft), draft.id) for draft in homeless])


def _waiting(item: Item, draft: Draft, now: datetime) -> Waiting:
    doubt = item.doubt
    assert doubt is not None, "only doubtful items wait"
    return Waiting(
        draft.tenant_id, draft.id, draft.user_id, draft.event_type.id, draft.event_type.version, draft.reporter,
        draft.executor, wire.text(draft.payload), wire.text(draft.context) if draft.context else None,
        draft.occurred_at, now, quarantine.reason_of(doubt), doubt.faults,
    )  # fmt: skip


def near_value_of(desk: Desk, draft: Draft) -> Value | None:
    """Return the value by which a draft may be somebody's near-duplicate."""
    way = draft.event_type.intake.near
    if way is None:
        return None
    return near_duplicates.value_of(
        desk.fingerprint_key, way, draft.tenant_id, draft.event_type.id, draft.user_id, draft.payload
    )


async def with_near_duplicates(desk: Desk, tx: Tx, drafts: Sequence[Draft], now: datetime) -> list[Draft]:
    """Return the drafts; each that repeats the value its type watches names the event that had it first."""
    if [draft.event_type.intake.near for draft in drafts].count(None) == len(drafts):
        return list(drafts)
    values = [(draft, near_value_of(desk, draft)) for draft in drafts]
    found = await near_duplicates.see(tx, [Sighting(value, draft.id) for draft, value in values if value], now)
    return [_like(draft, found[draft.id]) if draft.id in found else draft for draft in drafts]


def _like(draft: Draft, first: UUID) -> Draft:
    return structs.replace(draft, context={**(draft.context or {}), "nearDuplicateOf": str(first)})
