"""From reports to drafts of events: their subjects are held, in one order, and the time is read once they are."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from punchcard import clock, wire
from punchcard.access.principals import USER
from punchcard.db.connection import Row, Tx, columns
from punchcard.engine.situation import Situation
from punchcard.errors import PunchcardError
from punchcard.events.check import find_doubt, require_in_reach, require_subject
from punchcard.events.definition import Report
from punchcard.events.request import Desk, Draft, Item, StaleCatalogue
from punchcard.points.ledger import MERGED, require_settled, subject_of

Name = tuple[UUID, str]
"""A tenant's id, and one of the names that a user goes by."""

# The clock is read as each row leaves the lock, so the latest reading lies after the last wait.
SUBJECTS = """
    with wallet as materialized (
        select tenant_id, user_id, known.key, known.proves_identity, status, balance, entries,
               in_lots, pending, debt, due_at
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
    """Hold the subjects of `items` and draft their events; say what time it is and how the wallets stand.

    Raises: StaleCatalogue, WalletsDue.
    """
    names = [_names(item.report) for item in items]
    asked = {name for pair in names for name in pair if name is not None}
    rows = await tx.fetch(LOCK if lock else LOOK, *columns(asked, 2)) if asked else []
    found: dict[Name | None, Row] = {(row["tenant_id"], row["key"]): row for row in rows}
    _require_current(items, rows)
    now = max([row["now"] for row in rows], default=None) or clock.now()
    require_settled(rows, now)
    tx.xid = int(rows[0]["xid"]) if rows and lock else None
    for item, (named, calling), event_id in zip(items, names, clock.stream_ids(now, len(items)), strict=True):
        try:
            about = require_subject(item.report, found.get(named), None if calling is None else found.get(calling))
            item.draft = _draft(desk, item, event_id, about["user_id"], now)
        except PunchcardError as error:
            item.error = error.as_value()
    return now, Situation({row["user_id"]: subject_of(row) for row in rows})


def _names(report: Report) -> tuple[Name | None, Name | None]:
    """Return the names to look up: the subject's, and a calling user's, who is the subject where none is named."""
    principal, subject = report.principal, report.subject
    named = None if subject is None else (principal.tenant_id, wire.subject_key(subject))
    if principal.kind is not USER:
        return named, None
    calling = (principal.tenant_id, wire.subject_key(principal.id))
    return named or calling, calling


def _require_current(items: Sequence[Item], rows: Sequence[Row]) -> None:
    """Make sure that the catalogue, and whom each name leads to, are what they were. Raises: StaleCatalogue."""
    versions = {row["tenant_id"]: row["version"] for row in rows}
    if MERGED in [row["status"] for row in rows]:  # made one with another while we waited: the names lead to that one
        raise StaleCatalogue
    judged_by = None
    for item in items:
        snapshot = item.snapshot
        if snapshot is not judged_by and snapshot is not None:
            judged_by = snapshot
            if versions.get(snapshot.tenant_id, snapshot.version) != snapshot.version:
                raise StaleCatalogue


def _draft(desk: Desk, item: Item, event_id: UUID, user_id: UUID, now: datetime) -> Draft:
    report, event_type = item.report, item.event_type
    assert event_type is not None
    principal, occurred_at = report.principal, report.occurred_at
    if occurred_at is None:
        occurred_at = now
    else:
        require_in_reach(occurred_at, now, event_type.intake, desk.occurred_past, desk.occurred_ahead)
        late = find_doubt(occurred_at, now, event_type.intake)
        item.doubt = item.doubt or late
    is_user = principal.kind is USER
    reporter = f"user:{user_id}" if is_user else principal.name
    executor = None if is_user else report.executor
    return Draft(
        user_id, report.payload, occurred_at, event_id, principal.tenant_id, event_type, reporter, executor,
        context=report.context, written=report.written,
    )  # fmt: skip
