"""An event as it is recorded, and as every answer shows it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import wire


class Event(Struct, frozen=True):
    """One recorded event. `points` is what the balance changed by.

    `payload`, `verdicts`, `enhanced` (what enhancers added) and `context` (what else is known of it) are JSON texts.
    terms: the number of the points policies that judged it, see `points.terms`.
    """

    id: UUID
    tenant_id: UUID
    user_id: UUID
    type_id: UUID
    type_name: str
    type_version: int
    reporter: str
    executor: str | None
    payload: str
    occurred_at: datetime
    reported_at: datetime
    reacted_at: datetime
    points: int
    verdicts: str
    enhanced: str | None = None
    context: str | None = None
    terms: int | None = None


class ReversalMadeView(wire.View, frozen=True):
    """That an event was undone: by which EVENT_REVERSED, when, and by how much of it.

    `share` is what was undone then, `shareInAll` with what was before; the sums are as in the answer to that reversal.
    """

    event_id: UUID
    reversed_at: str
    share: Decimal
    share_in_all: Decimal
    taken_back: int
    given_back: int
    owed: int
    forgiven: int
    ran_out: int


class EventView(wire.View, frozen=True):
    """An event. `subject` is the user's id, however the user was named; `executor` is who caused it, where another.

    `reporter` is the kind and id of the caller, and `points` what all its reactions changed the balance by. `enhanced`
    is what enhancers added for the rules to see, by their names. `context` is what is known of it besides: the
    attributes of a `cloudEvent`; `nearDuplicateOf`, `releasedFrom`, `duplicateOf`, `resubmittedFrom`. `reversals`, of
    one event alone, say by which events it was undone, and how far.
    """

    id: wire.Id
    type: str
    type_version: int
    subject: wire.Id
    reporter: str
    payload: msgspec.Raw
    occurred_at: str
    reported_at: str
    reacted_at: str
    points: int
    executor: str | None = None
    enhanced: msgspec.Raw | None = None
    context: msgspec.Raw | None = None
    reversals: list[ReversalMadeView] | None = None


def view(event: Event) -> EventView:
    """Return what a caller sees of an event."""
    return EventView(
        str(event.id), event.type_name, event.type_version, str(event.user_id), event.reporter, wire.raw(event.payload),
        wire.rfc3339(event.occurred_at), wire.rfc3339(event.reported_at), wire.rfc3339(event.reacted_at),
        event.points, caused_by(event.executor, event.reporter), wire.raw_or_none(event.enhanced),
        wire.raw_or_none(event.context),
    )  # fmt: skip


def caused_by(executor: str | None, reporter: str) -> str | None:
    """Return who caused an event, where that is not its user."""
    return reporter if executor is None and not reporter.startswith("user:") else executor
