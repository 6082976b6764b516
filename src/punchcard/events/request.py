"""What is on its way through reporting: requests, their items, and the events drafted from them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from punchcard.db.connection import Db
from punchcard.engine.situation import Occurrence, Posting
from punchcard.errors import OccurredAtOutOfRange, PayloadInvalid, PunchcardError
from punchcard.events.catalogue import Catalogue, EventType, Snapshot
from punchcard.events.cloudevents import Twin
from punchcard.events.definition import Report
from punchcard.events.event import EventView
from punchcard.events.idempotency import Key, Remembered
from punchcard.events.long_chains import LongChains
from punchcard.events.quarantine import QuarantinedView


class Desk(Struct, frozen=True):
    """What reporting needs around it: the database, the catalogue, the fingerprints' key, the reach of occurredAt.

    quarantine_max: reports that a tenant may have waiting in quarantine. follow_ups_max: events that may follow from
    one that is reported. long_chains: of whom much does.
    """

    db: Db
    catalogue: Catalogue
    fingerprint_key: bytes
    occurred_past: timedelta
    occurred_ahead: timedelta
    quarantine_max: int = 10_000
    follow_ups_max: int = 100
    long_chains: LongChains = field(default_factory=LongChains)


class Draft(Occurrence, frozen=True):
    """An event about to be recorded. `own` is what a command posts by itself, before any reactor looks.

    context: what is known of it beside its payload. depth: how many events lie between it and what was reported.
    written: the payload as JSON.
    """

    id: UUID
    tenant_id: UUID
    event_type: EventType
    reporter: str
    executor: str | None
    own: Sequence[Posting] = ()
    context: Mapping[str, Any] | None = None
    depth: int = 0
    written: bytes | None = None


class Item(Struct):
    """One report on its way: it gets a `draft` once the subject is held, and ends as an `event` or an `error`.

    What its type keeps in quarantine, instead of refusing it, is its `doubt`; then it ends as `quarantined`. known: it
    is a CloudEvent that was recorded before, waits in quarantine already, or (Twin) comes twice in this transaction.
    """

    report: Report
    snapshot: Snapshot | None = None
    event_type: EventType | None = None
    draft: Draft | None = None
    event: EventView | None = None
    error: PunchcardError | None = None
    doubt: PayloadInvalid | OccurredAtOutOfRange | None = None
    quarantined: QuarantinedView | None = None
    known: EventView | QuarantinedView | Twin | None = None


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
