"""Report an event: the hot path, whole, in the order in which it happens.

    check    type known and active, authority, schema          403 404 422   no I/O
    BEGIN
    recall   Idempotency-Keys, then CloudEvents                first answer again, 409, 422
    lock     the subjects, in one order; then the time         401 403 422
    claim    the fingerprint, for 60 s                         409
    gather   counts of activations
    decide   engine.decide, in arrival order                   never fails: says why not
    record   events and verdicts, entries, balances, counts; the answers under their keys
    COMMIT, then the reply

Each step narrows the list: whoever is refused leaves with the error as a value, so one caller's 409 never rolls back
another's event. An earlier error hides a later one, so the table is also the precedence of errors. Owns `events`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.access.principals import USER
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.engine.decide import counter_of, decide, window_of
from punchcard.engine.fingerprint import fingerprint
from punchcard.engine.situation import Decision, Occurrence, Posting, Reactor, Situation, Subject
from punchcard.engine.verdicts import pack
from punchcard.errors import Forbidden, PunchcardError, Unauthenticated
from punchcard.events import claims, cloudevents, idempotency
from punchcard.events.catalogue import Catalogue, EventType, Snapshot
from punchcard.events.check import check, require_in_reach, require_subject
from punchcard.events.definition import Report
from punchcard.events.event import EventView, caused_by
from punchcard.events.idempotency import Key, Remembered
from punchcard.points import ledger
from punchcard.reactors import activations, windows


class Desk(Struct, frozen=True):
    """What reporting needs around it: the database, the catalogue, the fingerprints' key, the reach of occurredAt."""

    db: Db
    catalogue: Catalogue
    fingerprint_key: bytes
    occurred_past: timedelta
    occurred_ahead: timedelta


Name = tuple[UUID, str]
"""A tenant's id, and one of the names that a user goes by."""


class Draft(Occurrence, frozen=True):
    """An event about to be recorded. `own` is what a command posts by itself, before any reactor looks."""

    id: UUID
    tenant_id: UUID
    event_type: EventType
    reporter: str
    executor: str | None
    own: Sequence[Posting] = ()
    context: Mapping[str, Any] | None = None


class Item(Struct):
    """One report on its way: it gets a `draft` once the subject is held, and ends as an `event` or an `error`.

    known: it is a CloudEvent that was recorded before, or (Twin) comes twice in this transaction.
    """

    report: Report
    snapshot: Snapshot | None = None
    event_type: EventType | None = None
    draft: Draft | None = None
    event: EventView | None = None
    error: PunchcardError | None = None
    known: EventView | cloudevents.Twin | None = None


class Request(Struct):
    """What one caller wants answered together: one report, or a batch; `answer` is made from its items.

    An atomic request is carried out whole or not at all, and so must not share its transaction.
    """

    items: list[Item]
    answer: Callable[["Request"], tuple[int, bytes]]
    key: Key | None = None
    atomic: bool = False
    remembered: Remembered | None = None

    def begin(self) -> None:
        """Forget what an attempt before this one has found."""
        self.remembered = None
        if self.items and self.items[0].snapshot is not None:
            self.items = [Item(item.report) for item in self.items]


class StaleCatalogue(Exception):
    """Start anew with a fresh catalogue."""


class _Refused(Exception):
    """An atomic request has an item that cannot be recorded."""


async def report(desk: Desk, requests: Sequence[Request]) -> None:
    """Record what can be recorded: each item ends with its `event` or `error`, or its request is `remembered`.

    Raises: Unavailable, StorageFull, OutcomeUnknown, or what the database finds wrong; it is then true of all items.
    """
    fresh = False
    while True:
        for request in requests:
            request.begin()
        try:
            await _check(desk, requests, fresh=fresh)
            if any(request.key or _live(request.items) or _identified(request.items) for request in requests):
                async with desk.db.transaction() as tx:
                    await _carry_out(desk, tx, requests, fresh=fresh)
            elif not fresh:
                raise StaleCatalogue  # never refuse on the word of an old catalogue
        except StaleCatalogue:
            fresh = True
        except _Refused:
            return
        else:
            return


async def _carry_out(desk: Desk, tx: Tx, requests: Sequence[Request], *, fresh: bool) -> None:
    await _recall(tx, requests)
    asking = [request for request in requests if request.remembered is None]
    items = [item for request in asking for item in request.items]
    identified = _identified(items)
    if identified:
        await _recall_events(tx, identified)
    live = _live(items)
    if not (live or fresh) and any(item.error for item in items):
        raise StaleCatalogue
    now, situation = await draft_events(desk, tx, live)
    await _claim(desk, tx, _live(items), now)
    if any(request.atomic and any(item.error for item in request.items) for request in asking):
        raise _Refused
    live = _live(items)
    events = await settle(tx, [item.draft for item in live if item.draft], situation, now)
    for item, event in zip(live, events, strict=True):
        item.event = event
    if identified:
        await _remember_events(tx, identified)
    for request in asking:
        if request.key is not None and any(item.event for item in request.items):
            await idempotency.remember(tx, request.key, *request.answer(request))


def _live(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.error is None and item.known is None]


async def _check(desk: Desk, requests: Sequence[Request], *, fresh: bool) -> None:
    snapshots: dict[UUID, Snapshot] = {}
    read = desk.catalogue.current if fresh else desk.catalogue.snapshot
    now, admitted = clock.now(), None
    for request in requests:
        for item in request.items:
            principal = item.report.principal
            snapshot = snapshots.get(principal.tenant_id)
            if snapshot is None:
                snapshot = snapshots[principal.tenant_id] = await read(principal.tenant_id)
            item.snapshot = snapshot
            try:
                if principal is not admitted:
                    snapshot.require(principal, now)
                    admitted = principal
                item.event_type = check(item.report, snapshot)
            except PunchcardError as error:
                item.error = error.as_value()


async def _recall(tx: Tx, requests: Sequence[Request]) -> None:
    keyed = [(request, request.key) for request in requests if request.key is not None]
    if not keyed:
        return
    found = await idempotency.recall(tx, [key for _, key in keyed])
    for (request, _), answer in zip(keyed, found, strict=True):
        if isinstance(answer, Remembered):
            request.remembered = answer
        elif answer is not None:
            for item in request.items:
                item.error = answer


def _identified(items: Iterable[Item]) -> list[tuple[Item, cloudevents.Identity]]:
    """Return the CloudEvents among items whose caller may report such events."""
    return [
        (item, item.report.identity)
        for item in items
        if item.report.identity is not None and not isinstance(item.error, Forbidden | Unauthenticated)
    ]


async def _recall_events(tx: Tx, identified: Sequence[tuple[Item, cloudevents.Identity]]) -> None:
    found = await cloudevents.recall(tx, [identity for _, identity in identified])
    for (item, _), known in zip(identified, found, strict=True):
        if isinstance(known, PunchcardError):
            item.error = known
        elif known is not None:
            item.error, item.known = None, known
            item.event = known if isinstance(known, EventView) else None


async def _remember_events(tx: Tx, identified: Sequence[tuple[Item, cloudevents.Identity]]) -> None:
    """Remember what was recorded, and let twins share in it."""
    recorded = {identity.key: (identity, item.event) for item, identity in identified if item.event and not item.known}
    await cloudevents.remember(tx, list(recorded.values()))
    for item, identity in identified:
        if isinstance(item.known, cloudevents.Twin):
            _, item.event = recorded.get(identity.key, (identity, None))
            item.error = None if item.event else cloudevents.in_flight()


# lock --------------------------------------------------------------------------------------------

# The clock is read as each row leaves the lock, so the latest reading lies after the last wait.
SUBJECTS = """
    with wallet as materialized (
        select tenant_id, user_id, known.key, known.proves_identity, status, balance, entries
        from unnest($1::uuid[], $2::text[]) as asked (tenant_id, key)
        join user_keys as known using (tenant_id, key) join wallets using (tenant_id, user_id)
        order by tenant_id, user_id {lock}
    )
    select wallet.*, current.version, clock_timestamp() as now, {xid} as xid
    from wallet join catalogue_versions as current using (tenant_id)
"""
LOCK = SUBJECTS.format(lock="for no key update of wallets", xid="pg_current_xact_id()::text")
LOOK = SUBJECTS.format(lock="", xid="null")


async def draft_events(desk: Desk, tx: Tx, items: Sequence[Item], *, lock: bool = True) -> tuple[datetime, Situation]:
    """Hold the subjects of `items` and draft their events; say what time it is and how the wallets stand."""
    names = [_names(item.report) for item in items]
    asked = {name for pair in names for name in pair if name is not None}
    rows = await tx.fetch(LOCK if lock else LOOK, *columns(asked, 2)) if asked else []
    _require_current(items, rows)
    now = max((row["now"] for row in rows), default=clock.now())
    tx.xid = int(rows[0]["xid"]) if rows and lock else None
    found: dict[Name | None, Row] = {(row["tenant_id"], row["key"]): row for row in rows}
    for item, (named, calling), event_id in zip(items, names, clock.stream_ids(now, len(items)), strict=True):
        try:
            about = require_subject(item.report, found.get(named), found.get(calling))
            item.draft = _draft(desk, item, event_id, about["user_id"], now)
        except PunchcardError as error:
            item.error = error.as_value()
    return now, Situation({row["user_id"]: Subject(row["balance"], row["entries"]) for row in rows})


def _names(report: Report) -> tuple[Name | None, Name | None]:
    """Return the names to look up: the subject's, and a calling user's, who is the subject where none is named."""
    principal, subject = report.principal, report.subject
    named = None if subject is None else (principal.tenant_id, wire.subject_key(subject))
    if principal.kind is not USER:
        return named, None
    calling = (principal.tenant_id, wire.subject_key(principal.id))
    return named or calling, calling


def _require_current(items: Sequence[Item], rows: Sequence[Row]) -> None:
    versions = {row["tenant_id"]: row["version"] for row in rows}
    for item in items:
        snapshot = item.snapshot
        if snapshot is not None and versions.get(snapshot.tenant_id, snapshot.version) != snapshot.version:
            raise StaleCatalogue


def _draft(desk: Desk, item: Item, event_id: UUID, user_id: UUID, now: datetime) -> Draft:
    report, event_type = item.report, item.event_type
    assert event_type is not None
    principal, occurred_at = report.principal, report.occurred_at
    if occurred_at is None:
        occurred_at = now
    else:
        require_in_reach(occurred_at, now, desk.occurred_past, desk.occurred_ahead)
    is_user = principal.kind is USER
    reporter = f"user:{user_id}" if is_user else principal.name
    executor = None if is_user else report.executor
    return Draft(
        user_id, report.payload, occurred_at, event_id, principal.tenant_id, event_type, reporter, executor,
        context=report.context,
    )  # fmt: skip


async def _claim(desk: Desk, tx: Tx, items: Sequence[Item], now: datetime) -> None:
    wanted = [(claim_of(desk, item.draft), item.draft.id) for item in items if item.draft]
    if wanted:
        for place, duplicate in (await claims.claim(tx, wanted, now)).items():
            items[place].error = duplicate


def claim_of(desk: Desk, draft: Draft) -> claims.Claim:
    """Return what makes a draft a duplicate of another event."""
    identity = fingerprint(desk.fingerprint_key, draft.tenant_id, draft.event_type.id, draft.user_id, draft.payload)
    return draft.tenant_id, draft.user_id, identity


# gather, decide, record: also what commands and preview go through ---------------------------------


async def settle(tx: Tx, drafts: Sequence[Draft], situation: Situation, now: datetime) -> list[EventView]:
    """Judge events and record them with all that follows; the caller holds their subjects' wallets."""
    if not drafts:
        return []
    decisions = await judge(tx, drafts, situation)
    tx.proof = (PROOF, drafts[0].tenant_id, drafts[0].user_id, drafts[0].id)
    events = await _record(tx, drafts, decisions, now)
    await windows.write(
        tx,
        {
            (draft.tenant_id, *key): situation.windows[key]
            for draft, decision in zip(drafts, decisions, strict=True)
            for key in decision.windows
        },
    )
    return events


async def judge(tx: Tx, drafts: Sequence[Draft], situation: Situation, *, lock: bool = True) -> list[Decision]:
    """Run the reactors over events in their order; `situation` moves on."""
    limited = [(draft, reactor) for draft in drafts for reactor in draft.event_type.limited]
    if limited:
        await _gather(tx, limited, situation, lock=lock)
    return [decide(draft, draft.event_type.reactors, situation) for draft in drafts]


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
        known = await windows.read(tx, stretches, lock=lock)
        situation.windows.update({key[1:]: window for key, window in known.items()})


PROOF = "select exists (select from events where tenant_id = $1 and user_id = $2 and id = $3)"
RECORD = """
    with recorded as (
        insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, executor, payload,
                            occurred_at, reported_at, points, verdicts, context, reacted_at)
        select *, (select clock_timestamp())
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::text[], $7::text[], $8::json[],
                    $9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::json[], $13::json[])
        returning reacted_at
    )
    select max(reacted_at) from recorded
"""


async def _record(tx: Tx, drafts: Sequence[Draft], decisions: Sequence[Decision], now: datetime) -> list[EventView]:
    """Write events, entries, balances and counts: one statement a table."""
    pairs = list(zip(drafts, decisions, strict=True))
    rows = [_row(draft, decision, now) for draft, decision in pairs]
    reacted_at = await tx.fetchval(RECORD, *columns(rows, 13))
    entries = [
        (draft.tenant_id, draft.user_id, draft.id, posting)
        for draft, decision in pairs
        for posting in ((*draft.own, *decision.postings) if draft.own else decision.postings)
    ]
    await ledger.post(tx, entries, now)
    activated = [(draft.tenant_id, *counter) for draft, decision in pairs for counter in decision.activated]
    await activations.count(tx, activated)
    reported, reacted = wire.rfc3339(now), wire.rfc3339(reacted_at)
    return [_view(draft, row, reported, reacted) for draft, row in zip(drafts, rows, strict=True)]


def _row(draft: Draft, decision: Decision, now: datetime) -> tuple[Any, ...]:
    points = decision.points
    for posting in draft.own:
        points += posting.points
    return (
        draft.tenant_id, draft.user_id, draft.id, draft.event_type.id, draft.event_type.version, draft.reporter,
        draft.executor, wire.text(draft.payload), draft.occurred_at, now, points, wire.text(pack(decision.verdicts)),
        None if draft.context is None else wire.text(draft.context),
    )  # fmt: skip


def _view(draft: Draft, row: tuple[Any, ...], reported: str, reacted: str) -> EventView:
    *_, payload, occurred_at, reported_at, points, _, context = row
    occurred = reported if occurred_at is reported_at else wire.rfc3339(occurred_at)
    return EventView(
        draft.id, draft.event_type.name, draft.event_type.version, draft.user_id, draft.reporter, wire.raw(payload),
        occurred, reported, reacted, points, caused_by(draft.executor, draft.reporter),
        wire.raw_or_none(context),
    )  # fmt: skip
