"""The event stream, read: lists, one event, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import structs

from punchcard import clock, wire
from punchcard.config import FOLLOW_UPS_MAX
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page
from punchcard.errors import NotFound
from punchcard.events import quarantine
from punchcard.events.event import Event, EventView, view
from punchcard.events.payload_filter import read_path
from punchcard.events.recorded import of_recorded
from punchcard.events.reversals_told import read_made
from punchcard.events.search import Search, cursor_of, find
from punchcard.events.told import FollowUpView, ParkedView, VerdictView, parked_with, tell
from punchcard.points.wallet import CausingReactor
from punchcard.users.users import find_user, read_family

READ = """
    select event.*, type.name as type_name
    from events as event
    join event_types as type on type.tenant_id = event.tenant_id and type.id = event.event_type_id
    where event.tenant_id = $1
"""
# What an end user sees: not what its type, as it is now, leaves out of user activity.
READ_ACTIVITY = f"""
    {READ} and not (
        select omit_from_user_activity from event_type_versions as current
        where current.tenant_id = type.tenant_id and current.event_type_id = type.id and current.version = type.version
    )
"""  # noqa: S608 - put together from constants
ENTRIES = """
    select entry.number, entry.points, entry.balance_after, entry.account, entry.reaction,
           reactor.reactor_id, reactor.version as reactor_version, reactor.name as reactor_name
    from ledger_entries as entry
    left join reactor_versions as reactor on reactor.tenant_id = entry.tenant_id
        and reactor.id = entry.reactor_version_id
    where entry.tenant_id = $1 and entry.user_id = $2 and entry.event_id = $3
    order by entry.number
"""

FOLLOWED = """
    select event.id, event.points, type.name from events as event
    join event_types as type on type.tenant_id = event.tenant_id and type.id = event.event_type_id
    where event.tenant_id = $1 and event.user_id = $2 and event.id > $3 and event.id <= $4
      and event.context -> 'causedBy' ->> 'eventId' = $5
    order by event.id
"""


def _read_instant(text: str) -> datetime:
    return wire.parse_instant(text.replace(" ", "+"))


def _first_id(text: str) -> UUID:
    return clock.first_id_at(_read_instant(text))


TYPE_ID = "select id from event_types where tenant_id = $1 and $2 in (id::text, name)"
BY_TYPE = "event.event_type_id = (select id from event_types where tenant_id = $1 and {0} in (id::text, name))"
BY_SUBJECT = "event.user_id = (select user_id from user_keys where tenant_id = $1 and key = {0})"
# By the secret's type first, which the index knows.
REPORTED_WITH = """
event.event_type_id = (select event_type_id from event_type_secrets where tenant_id = $1 and id = {0}::uuid)
and event.reporter = 'secret:' || {0}::uuid
"""
# A kind of caller, one caller, or the source of a CloudEvent: all three are where a report came from.
FROM_SOURCE = """
event.reporter = {0} or split_part(event.reporter, ':', 1) = {0} or event.context -> 'cloudEvent' ->> 'source' = {0}
"""
SOURCE_TOLD = "Where it came from: admin, user or secret; a reporter such as secret:<id>; or a CloudEvent's source."
PAYLOAD_TOLD = (
    "Comparisons with places of the payload, such as total>50,lines.product=tea: = != > >= < <= ~ (contains). A page "
    "may then have fewer events than `limit`; as long as there is a page.next, there may be more."
)
FILTERS = {
    "type": Filter(BY_TYPE),
    "secret": Filter(REPORTED_WITH, UUID, is_scanned=True),
    "subject": Filter(BY_SUBJECT),
    "reportedFrom": Filter("event.id >= {}", _first_id),
    "reportedTo": Filter("event.id < {}", _first_id),
    "occurredFrom": Filter("event.occurred_at >= {}", _read_instant, is_scanned=True),
    "occurredTo": Filter("event.occurred_at < {}", _read_instant, is_scanned=True),
    "source": Filter(f"({FROM_SOURCE})", is_scanned=True, told=SOURCE_TOLD),
    "payload": Filter("event.payload::jsonb @@ {0}::text::jsonpath", read_path, is_scanned=True, told=PAYLOAD_TOLD),
    "notType": Filter(f"({BY_TYPE}) is not true", is_scanned=True, told="All types but this one."),
    "notSource": Filter(f"({FROM_SOURCE}) is not true", is_scanned=True, told="All sources but this one."),
}


class LedgerEntryView(wire.View, frozen=True):
    """One change of the wallet by the event. `points` is signed; `account` is the programme's side of it.

    `reactor` and the number of its `reaction` are missing where a command moved the points.
    """

    number: int
    points: int
    balance_after: int
    account: str
    reactor: CausingReactor | None = None
    reaction: int | None = None


class ReactionsView(wire.View, frozen=True):
    """What came of an event: the net points, the verdict of every reactor that was live, and the ledger's entries.

    `followUps` are the events that followed from it at once, and `parked` those that would have, beyond the bounds of
    a chain.
    """

    event_id: UUID
    points: int
    verdicts: list[VerdictView]
    entries: list[LedgerEntryView]
    follow_ups: list[FollowUpView] = msgspec.field(default_factory=list)
    parked: list[ParkedView] = msgspec.field(default_factory=list)


async def list_events(db: Db, tenant_id: UUID, own_user_id: UUID | None, listing: Listing) -> Page[EventView]:
    """List events, the newest first; an end user sees the user's own.

    A type with `omitFromUserActivity` is left out of what end users see. By occurredFrom, occurredTo, payload, secret,
    source, notType and notSource events are looked through for two seconds: a page may then have fewer than `limit`,
    or none, and its page.next goes on. Raises: Invalid, Unavailable.
    """
    head = READ if own_user_id is None else READ_ACTIVITY
    fixed: Sequence[Any] = [tenant_id]
    if own_user_id is not None:
        family = await read_family(db, tenant_id, own_user_id)
        head, fixed = f"{head} and {_of(family, '$2')}", [tenant_id, family if len(family) > 1 else own_user_id]
    found = await find(db, listing, Search(head, fixed, await filters_for(db, tenant_id, listing)))
    return Page([view(of_row(row)) for row in found.rows], listing, cursor_of(listing, found))


async def filters_for(db: Db, tenant_id: UUID, listing: Listing) -> Mapping[str, Filter]:
    """Return the filters of a list of events, with those by type and by subject made for what is asked for."""
    filters = dict(FILTERS)
    if "type" in listing.filters:
        type_id = await db.fetchval(TYPE_ID, tenant_id, listing.filters["type"])
        # As a literal: how many events are of that type is what the planner chooses the index by.
        filters["type"] = Filter("false" if type_id is None else f"event.event_type_id = '{type_id}'")
    if "subject" in listing.filters:
        user_id = await find_user(db, tenant_id, listing.filters["subject"])
        family = [] if user_id is None else await read_family(db, tenant_id, user_id)
        if len(family) > 1:  # with whom others were made one: theirs too
            filters["subject"] = Filter(_of(family, "{0}"), lambda _: family)
    return filters


def _of(family: Sequence[UUID], place: str) -> str:
    # By equality where that is enough: the index then gives the events in their order.
    return f"event.user_id = any({place}::uuid[])" if len(family) > 1 else f"event.user_id = {place}"


async def is_own(db: Db | Tx, tenant_id: UUID, own_user_id: UUID | None, user_id: UUID) -> bool:
    """Tell whether an event of `user_id` is for the caller to see: all are, unless an end user calls."""
    return own_user_id is None or user_id in (own_user_id, *await read_family(db, tenant_id, own_user_id))


async def get_event(db: Db, tenant_id: UUID, own_user_id: UUID | None, id: UUID) -> EventView:
    """Return one event; an end user sees the user's own."""
    async with db.transaction(snapshot=True) as tx:
        event = await read_event(tx, tenant_id, id)
        made = await read_made(tx, event)
    if not await is_own(db, tenant_id, own_user_id, event.user_id):
        raise NotFound("There is no such event.")
    return structs.replace(view(event), reversals=made) if made else view(event)


async def get_reactions(db: Db, tenant_id: UUID, id: UUID) -> ReactionsView:
    """Return what came of one event: net points, why each reactor fired or did not, and the ledger's entries."""
    async with db.transaction(snapshot=True) as tx:
        event = await read_event(tx, tenant_id, id)
        verdicts = await tell(tx, tenant_id, msgspec.json.decode(event.verdicts), await of_recorded(tx, event))
        rows = await tx.fetch(ENTRIES, tenant_id, event.user_id, event.id)
        last = clock.following_id(event.id, FOLLOW_UPS_MAX)
        followed = await tx.fetch(FOLLOWED, tenant_id, event.user_id, event.id, last, str(event.id))
    return ReactionsView(
        event.id, event.points, verdicts, [_entry(row) for row in rows],
        [FollowUpView(row["id"], row["name"], row["points"]) for row in followed], parked_with(event.context),
    )  # fmt: skip


BETWEEN = READ + " and event.user_id = $2 and event.id > $3 and event.id <= $4 order by event.id"


async def read_between(tx: Tx, member: tuple[UUID, UUID], after: UUID, last: UUID) -> list[Event]:
    """Return the events of a member (tenant id, user id) after one, up to another, in their order."""
    return [of_row(row) for row in await tx.fetch(BETWEEN, *member, after, last)]


async def read_event(tx: Tx, tenant_id: UUID, event_id: UUID) -> Event:
    """Return one event as recorded; by the id under which it waited in quarantine, too. Raises: NotFound."""
    row = await tx.fetchrow(READ + " and event.id = $2", tenant_id, event_id)
    if row is None:
        resubmitted = await quarantine.event_of(tx, tenant_id, event_id)
        row = await tx.fetchrow(READ + " and event.id = $2", tenant_id, resubmitted) if resubmitted else None
    if row is None:
        raise NotFound("There is no such event.")
    return of_row(row)


def _entry(row: Row) -> LedgerEntryView:
    reactor = None
    if row["reactor_id"] is not None:
        reactor = CausingReactor(row["reactor_id"], row["reactor_version"], row["reactor_name"])
    return LedgerEntryView(row["number"], row["points"], row["balance_after"], row["account"], reactor, row["reaction"])


def of_row(row: Row) -> Event:
    """Return the event that a row of READ holds."""
    return Event(
        row["id"], row["tenant_id"], row["user_id"], row["event_type_id"], row["type_name"], row["event_type_version"],
        row["reporter"], row["executor"], row["payload"], row["occurred_at"], row["reported_at"], row["reacted_at"],
        row["points"], row["verdicts"], row["enhanced"], row["context"], row["terms"],
    )  # fmt: skip
