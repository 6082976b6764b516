"""Report an event: the hot path, whole, in the order in which it happens.

    check    type known and active, authority, schema          403 404 422   no I/O
    BEGIN
    recall   Idempotency-Keys, then CloudEvents                first answer again, 409, 422
    lock     the subjects, in one order; then the time         401 403 422
    claim    the fingerprint, for its type's window            409, and in the log
    doubt    what the type would rather keep than refuse       202, and in quarantine
    gather   counts of activations, what enhancers speak of
    decide   engine.decide, in arrival order                   never fails: says why not
    record   events and verdicts, entries, balances, counts; the answers under their keys
    COMMIT, then the reply

Each step narrows the list: whoever is refused leaves with the error as a value, so one caller's 409 never rolls back
another's event. An earlier error hides a later one, so the table is also the precedence of errors.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from punchcard import clock
from punchcard.db.connection import Tx
from punchcard.errors import Forbidden, PayloadInvalid, PunchcardError, Unauthenticated
from punchcard.events import cloudevents, duplicates, idempotency
from punchcard.events.catalogue import EventType, Snapshot
from punchcard.events.check import check, type_for
from punchcard.events.drafts import draft_events
from punchcard.events.due import let_time_work
from punchcard.events.duplicates import Refused
from punchcard.events.event import EventView
from punchcard.events.idempotency import Remembered
from punchcard.events.refused import recall_waiting, refuse_duplicates, set_aside, with_near_duplicates
from punchcard.events.request import Desk, Item, Request, StaleCatalogue
from punchcard.events.settle import settle
from punchcard.points.ledger import WalletsDue


class _Refused(Exception):
    """An atomic request has an item that cannot be recorded. `twins` are the duplicates in it."""

    def __init__(self, twins: Sequence[Refused]) -> None:
        super().__init__()
        self.twins = twins


async def report(desk: Desk, requests: Sequence[Request]) -> None:
    """Record what can be recorded: each item ends as `Item` says, or its request is `remembered`.

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
        except WalletsDue as due:
            await let_time_work(desk, due.wallets)
        except _Refused as refused:
            if refused.twins:
                async with desk.db.transaction() as tx:
                    await duplicates.log(tx, refused.twins)
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
    await recall_waiting(tx, live)
    live = _live(live)
    twins = await refuse_duplicates(desk, tx, live, now)
    if [request for request in asking if request.atomic and not _is_whole(request)]:
        raise _Refused(_of_recorded(twins, items))
    if twins:
        await duplicates.log(tx, twins)
        live = _live(live)
    live = await _without_doubt(desk, tx, live, now)
    drafts = await with_near_duplicates(desk, tx, [item.draft for item in live if item.draft], now)
    for item, event in zip(live, await settle(desk, tx, drafts, situation, now), strict=True):
        item.event = event
    if identified:
        await _remember_events(tx, identified)
    for request in asking:
        if request.key is not None and any(item.event or item.quarantined for item in request.items):
            await idempotency.remember(tx, request.key, *request.answer(request))


def _live(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.error is None and item.known is None]


def _is_whole(request: Request) -> bool:
    """Tell whether all of an atomic request can be recorded; nothing of it waits in quarantine."""
    for item in request.items:
        if item.known is None or item.quarantined is not None:
            item.error = item.error or item.doubt
    return all(item.error is None for item in request.items)


def _of_recorded(twins: Sequence[Refused], items: Sequence[Item]) -> list[Refused]:
    """Leave out the twins of what is rolled back with them."""
    undone = {item.draft.id for item in items if item.draft is not None}
    return [twin for twin in twins if twin.original_id not in undone]


async def _without_doubt(desk: Desk, tx: Tx, items: list[Item], now: datetime) -> list[Item]:
    """Set aside what is to wait in quarantine; return the rest."""
    doubtful = [item for item in items if item.doubt is not None]
    if not doubtful:
        return items
    await set_aside(desk, tx, doubtful, now)
    return [item for item in items if item.doubt is None]


async def _check(desk: Desk, requests: Sequence[Request], *, fresh: bool) -> None:
    snapshots: dict[UUID, Snapshot] = {}
    read = desk.catalogue.current if fresh else desk.catalogue.snapshot
    now, snapshot, admitted, known, takes = clock.now(), None, None, None, None
    for request in requests:
        for item in request.items:
            report, principal = item.report, item.report.principal
            if snapshot is None or principal is not admitted:
                snapshot = snapshots.get(principal.tenant_id)
                if snapshot is None:
                    snapshot = snapshots[principal.tenant_id] = await read(principal.tenant_id)
            item.snapshot = snapshot
            try:
                if principal is not admitted:
                    admitted = known = None
                    snapshot.require_reporter(principal, now)
                    admitted = principal
                if known is None or known.name != report.type:  # mostly the same caller reports the same type again
                    known = takes = None
                    known = type_for(principal, report.type, snapshot)
                    takes = known.schema and known.schema.takes
                if takes and report.subject is not None and takes(report.payload):
                    item.event_type = known  # what `check` would come to
                else:
                    check_or_doubt(item, known)
            except PunchcardError as error:
                item.error = error.as_value()


def check_or_doubt(item: Item, event_type: EventType) -> None:
    """Let an item be of a type if its payload fits, or is to wait in quarantine. Raises: as `check` does."""
    try:
        check(item.report, event_type)
    except PayloadInvalid as error:
        if not event_type.intake.keeps_invalid:
            raise
        item.doubt = error.as_value()
    item.event_type = event_type


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
    first = {identity.key: item for item, identity in identified if not isinstance(item.known, cloudevents.Twin)}
    recorded = [(identity, item.event) for item, identity in identified if item.event and not item.known]
    await cloudevents.remember(tx, recorded)
    for item, identity in identified:
        if isinstance(item.known, cloudevents.Twin):
            twin = first[identity.key]
            item.event, item.quarantined = twin.event, twin.quarantined
            if twin.error is not None:  # one that says something else may come again
                item.error = twin.error if twin.report == item.report else cloudevents.in_flight()
