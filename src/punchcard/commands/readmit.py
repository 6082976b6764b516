"""Readmit: a report that was refused as a duplicate, or waits in quarantine, becomes an event after all.

An administrator reports it, and so is its reporter; who reported it first is its executor, unless that report named
one. It is judged now, by what is configured now, and keeps its `occurredAt`, whose reach was judged when it came. The
event has an id of its own, since ids are in the order of reporting; its `context` names what it was before.

The row is held first, then the subject: of two administrators at once, the second finds it done. A CloudEvent becomes
an event once, by whichever way, and its sender gets that one back when it comes again.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from punchcard import clock, wire
from punchcard.access.principals import Kind, Principal
from punchcard.db.connection import Row, Tx
from punchcard.engine.situation import Situation
from punchcard.errors import Conflict, EventTypeArchived, PunchcardError, SubjectClosed
from punchcard.events import claims, cloudevents, due, duplicates, quarantine
from punchcard.events.check import require_fit
from punchcard.events.cloudevents import Identity
from punchcard.events.event import EventView
from punchcard.events.refused import claim_of, with_near_duplicates
from punchcard.events.request import Desk, Draft
from punchcard.events.settle import settle
from punchcard.points import ledger


class ResubmitDefinition(wire.Definition):
    """What to report instead of the payload that waits; without it, that payload as it is."""

    payload: wire.Json | None = None


async def release_duplicate(desk: Desk, principal: Principal, id: UUID) -> EventView:
    """Report a refused duplicate as a new event, since it was none; once.

    Raises: NotFound, Conflict when it was released before, SubjectClosed, EventTypeArchived, PayloadInvalid.
    """
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> EventView:
        row = await duplicates.hold(tx, tenant_id, id)
        context = {**_known(row), "releasedFrom": str(id), "duplicateOf": str(row["original_id"])}
        payload = wire.decode(row["refused_payload"].encode())
        event = await _readmit(desk, tx, principal, row, payload, context, instead_of=None)
        await duplicates.mark_released(tx, tenant_id, id, UUID(event.id), principal.name)
        return event

    return await due.run(desk, body)


async def resubmit_quarantined(desk: Desk, principal: Principal, id: UUID, definition: ResubmitDefinition) -> EventView:
    """Report what waits in quarantine as an event, with a corrected payload or as it is; once.

    Raises: NotFound, Conflict when it waits no more, EventAlreadyExists, SubjectClosed, EventTypeArchived,
    PayloadInvalid.
    """
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> EventView:
        row = await quarantine.hold(tx, tenant_id, id)
        payload = definition.payload
        if payload is None:
            payload = wire.decode(row["payload"].encode())
        context = {**_known(row), "resubmittedFrom": str(id)}
        event = await _readmit(desk, tx, principal, row, payload, context, instead_of=id)
        await quarantine.mark_resubmitted(tx, tenant_id, id, UUID(event.id), principal.name)
        return event

    return await due.run(desk, body)


def _known(row: Row) -> dict[str, Any]:
    """Return what was known of a report when it came."""
    return {} if row["context"] is None else dict(wire.decode(row["context"].encode()))


def _identity(row: Row) -> Identity | None:
    """Return what makes a CloudEvent the same again, as its own sender would send it."""
    attributes = _known(row).get("cloudEvent")
    if attributes is None:
        return None
    is_users = row["reporter"].startswith("user:")
    sender = Principal(row["tenant_id"], Kind.USER if is_users else Kind.ADMIN, str(row["user_id"]))
    return cloudevents.identity_of(sender, attributes["source"], attributes["id"])


async def _require_unrecorded(tx: Tx, identity: Identity) -> None:
    """Hold a CloudEvent that is to be recorded. Raises: Conflict when it has been, EventInFlight."""
    (known,) = await cloudevents.recall(tx, [identity])
    if isinstance(known, PunchcardError):
        raise known
    if isinstance(known, EventView):
        raise Conflict(f"The same CloudEvent is recorded, as the event {known.id}.", eventId=str(known.id))


async def _readmit(
    desk: Desk,
    tx: Tx,
    principal: Principal,
    row: Row,
    payload: Mapping[str, Any],
    context: Mapping[str, Any],
    *,
    instead_of: UUID | None,
) -> EventView:
    """Record the event of a row of `duplicates` or `quarantine`, which the caller holds.

    instead_of: the id whose own claim does not stand in the way; None: nobody's does.
    """
    identity = _identity(row)
    if identity is not None:
        await _require_unrecorded(tx, identity)
    wallet = await ledger.lock(tx, row["tenant_id"], row["user_id"])
    assert wallet is not None, "a foreign key holds it"
    draft = await _draft(desk, tx, principal, row, payload, context, wallet)
    window = draft.event_type.intake.window_seconds
    if window:
        claim = claim_of(desk, draft)
        original = await claims.take_over(tx, claim, draft.id, wallet.now, window, instead_of)
        if original is not None:
            raise claims.duplicate(original, wallet.now, window)
    drafts = await with_near_duplicates(desk, tx, [draft], wallet.now)
    (event,) = await settle(desk, tx, drafts, Situation({draft.user_id: wallet.subject}), wallet.now)
    if identity is not None:
        await cloudevents.remember(tx, [(identity, event)])
    return event


async def _draft(
    desk: Desk,
    tx: Tx,
    principal: Principal,
    row: Row,
    payload: Mapping[str, Any],
    context: Mapping[str, Any],
    wallet: ledger.LockedWallet,
) -> Draft:
    if wallet.status == "CLOSED":
        raise SubjectClosed(
            "The subject's account has been closed since; nothing can be reported for it, so leave or discard this."
        )
    snapshot = await desk.catalogue.current(row["tenant_id"], tx)
    (event_type,) = (one for one in snapshot.types.values() if one.id == row["event_type_id"])
    if not event_type.is_active:
        raise EventTypeArchived("The event type has been archived since: take it up again, then repeat this.")
    require_fit(event_type, payload)
    (event_id,) = clock.stream_ids(wallet.now, 1)
    return Draft(
        row["user_id"], payload, row["occurred_at"], event_id, row["tenant_id"], event_type, principal.name,
        row["executor"] or row["reporter"], context=context,
    )  # fmt: skip
