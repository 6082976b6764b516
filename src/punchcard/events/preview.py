"""Preview: the same steps as reporting, and nothing recorded (POST /v1/events/test_reaction)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import structs
from pydantic import Field

from punchcard import clock, wire
from punchcard.access.principals import Principal
from punchcard.db.connection import Tx
from punchcard.engine.situation import Decision, Situation
from punchcard.engine.verdicts import pack
from punchcard.errors import PunchcardError
from punchcard.events import claims, known, near_duplicates
from punchcard.events.catalogue import Following, with_reactors
from punchcard.events.check import type_for
from punchcard.events.definition import NAME_CHARACTERS_MAX, Report
from punchcard.events.drafts import draft_events
from punchcard.events.due import let_time_work
from punchcard.events.event_type_changes import rehearse
from punchcard.events.judging import judge
from punchcard.events.quarantine import FaultView, reason_of, views
from punchcard.events.refused import claim_of, near_value_of
from punchcard.events.report import check_or_doubt
from punchcard.events.request import Desk, Draft, Item, StaleCatalogue
from punchcard.events.told import ParkedView, VerdictView, parked_of, tell
from punchcard.events.trying import TrialDefinition, TriedView, put, trace
from punchcard.points.ledger import WalletsDue
from punchcard.reactors.trial import IncludedView, with_others

REACTORS_MAX = 100

Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)]


class EventDefinition(wire.Definition):
    """An event to be reported. `subject`: a user's id, account number or authIdentifier."""

    type: Name
    subject: Name | None = None
    executor: Name | None = None
    payload: wire.Json | None = None
    occurred_at: wire.Moment | None = None


class PreviewDefinition(EventDefinition):
    """An event that might be reported. `reactors`: ids of drafts or paused ones that take part beside the live ones.

    `trial`: a reactor that takes part as it would with changes, or that is not there yet.
    """

    reactors: Annotated[list[UUID], Field(max_length=REACTORS_MAX)] = Field(default_factory=list)
    trial: TrialDefinition | None = None


class OriginalView(wire.View, frozen=True):
    """The event that the previewed one would be refused for, were it reported now."""

    id: UUID
    reported_at: str


class DoubtView(wire.View, frozen=True):
    """Why the event would wait in quarantine, were it reported now."""

    reason: str
    faults: list[FaultView]


class PreviewedFollowUpView(wire.View, frozen=True):
    """An event that would follow, `depth` events deep. Ids in its payload are made anew by the report."""

    type: str
    depth: int
    payload: msgspec.Raw
    points: int
    verdicts: list[VerdictView]


class PreviewView(wire.View, frozen=True):
    """What reporting the event now would come to.

    One that would wait in quarantine has no verdicts. `enhanced` is what enhancers would add; a random number is drawn
    anew each time. `included` are the reactors that take part though they are not live. `followUps` are the events that
    would follow, and `parked` those that would not be reported, since a chain has its bounds. `tried` is what the
    constraint of the `trial` came to, part by part.
    """

    type: str
    subject: UUID
    occurred_at: str
    points: int
    balance_after: int
    verdicts: list[VerdictView]
    duplicate_of: OriginalView | None = None
    near_duplicate_of: UUID | None = None
    quarantined: DoubtView | None = None
    enhanced: msgspec.Raw | None = None
    included: list[IncludedView] = msgspec.field(default_factory=list)
    follow_ups: list[PreviewedFollowUpView] = msgspec.field(default_factory=list)
    parked: list[ParkedView] = msgspec.field(default_factory=list)
    tried: TriedView | None = None


async def preview_event(desk: Desk, principal: Principal, definition: PreviewDefinition) -> PreviewView:
    """Return the verdicts and the points that reporting the event now would give.

    Raises: what reporting raises, but for a duplicate, which is named in the answer; Invalid for reactors that cannot
    take part.
    """
    report = Report(
        principal, definition.type, definition.payload or {}, definition.subject, definition.executor,
        definition.occurred_at,
    )  # fmt: skip
    while True:
        try:
            return await _preview(desk, report, definition)
        except StaleCatalogue:
            continue
        except WalletsDue as due:
            await let_time_work(desk, due.wallets)


async def _preview(desk: Desk, report: Report, definition: PreviewDefinition) -> PreviewView:
    snapshot = await desk.catalogue.current(report.principal.tenant_id)
    snapshot.require(report.principal, clock.now())
    item = Item(report, snapshot)
    check_or_doubt(item, type_for(report.principal, report.type, snapshot))

    async def body(tx: Tx) -> PreviewView:
        now, situation = await draft_events(desk, tx, [item], lock=False)
        if item.error is not None or item.draft is None:
            raise item.error or AssertionError("an item without an error has a draft")
        # Only now: a reactor that is put there makes the catalogue another, and the draft is of the one that is.
        tried_id = None if definition.trial is None else await put(tx, item.draft.tenant_id, definition.trial)
        ids = [*definition.reactors, *([] if tried_id is None or tried_id in definition.reactors else [tried_id])]
        draft, included = await _include(tx, item.draft, ids, snapshot.following)
        if item.doubt is not None:
            preview = await _doubtful(desk, tx, draft, item.doubt, situation, now)
        else:
            preview = await _judged(desk, tx, draft, situation, now, tried_id)
        return structs.replace(preview, included=included)

    if definition.trial is not None:
        return await rehearse(desk.db, body)
    async with desk.db.transaction(snapshot=True) as tx:
        return await body(tx)


async def _include(tx: Tx, draft: Draft, ids: Sequence[UUID], following: Following) -> tuple[Draft, list[IncludedView]]:
    """Let reactors take part that are not live; say which. Raises: Invalid."""
    if not ids:
        return draft, []
    reactors, included = await with_others(tx, draft.tenant_id, draft.event_type.id, ids)
    event_type = with_reactors(draft.event_type, reactors, following)
    return structs.replace(draft, event_type=event_type), included


async def _judged(
    desk: Desk, tx: Tx, draft: Draft, situation: Situation, now: datetime, tried_id: UUID | None
) -> PreviewView:
    near = near_value_of(desk, draft)
    repeated = None if near is None else await near_duplicates.look(tx, near, now)
    (_, decision), *following = (await judge(desk, tx, [draft], situation, now, lock=False)).judged
    enhanced = decision.enhanced
    facts = known.of_judged(draft, decision)
    verdicts = await tell(tx, draft.tenant_id, pack(decision.verdicts), facts)
    return PreviewView(
        draft.event_type.name, draft.user_id, wire.rfc3339(draft.occurred_at), decision.points,
        situation.subjects[draft.user_id].balance, verdicts, await _original(desk, tx, draft, now), repeated,
        enhanced=None if enhanced is None else wire.raw(wire.text(enhanced)),
        follow_ups=[await _follow_up(tx, *pair) for pair in following],
        parked=parked_of([decision, *(decision for _, decision in following)]),
        tried=None if tried_id is None else await trace(tx, draft.tenant_id, tried_id, facts),
    )  # fmt: skip


async def _follow_up(tx: Tx, draft: Draft, decision: Decision) -> PreviewedFollowUpView:
    verdicts = await tell(tx, draft.tenant_id, pack(decision.verdicts), known.of_judged(draft, decision))
    return PreviewedFollowUpView(
        draft.event_type.name, draft.depth, wire.raw(wire.text(draft.payload)), decision.points, verdicts
    )


async def _doubtful(
    desk: Desk, tx: Tx, draft: Draft, doubt: PunchcardError, situation: Situation, now: datetime
) -> PreviewView:
    return PreviewView(
        draft.event_type.name, draft.user_id, wire.rfc3339(draft.occurred_at), 0,
        situation.subjects[draft.user_id].balance, [], await _original(desk, tx, draft, now),
        quarantined=DoubtView(reason_of(doubt).value, views(doubt.faults)),
    )  # fmt: skip


async def _original(desk: Desk, tx: Tx, draft: Draft, now: datetime) -> OriginalView | None:
    """Return the event whose duplicate a draft would be now."""
    claim, window = claim_of(desk, draft), draft.event_type.intake.window_seconds
    original = (await claims.read_originals(tx, {claim})).get(claim)
    if original is None or not original.refuses(now, window):
        return None
    return OriginalView(original.event_id, wire.rfc3339(original.reported_at))
