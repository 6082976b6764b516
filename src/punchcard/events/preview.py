"""Preview: the same steps as reporting, and nothing recorded (POST /v1/events/test_reaction)."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from punchcard import clock, wire
from punchcard.access.principals import Principal
from punchcard.engine.verdicts import pack
from punchcard.events import claims
from punchcard.events.check import check
from punchcard.events.definition import NAME_CHARACTERS_MAX, Report
from punchcard.events.report import Desk, Item, StaleCatalogue, claim_of, draft_events, judge
from punchcard.events.stream import VerdictView, tell

Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)]


class EventDefinition(wire.Definition):
    """An event to be reported. `subject`: a user's id, account number or authIdentifier."""

    type: Name
    subject: Name | None = None
    executor: Name | None = None
    payload: wire.Json | None = None
    occurred_at: wire.Moment | None = None


class OriginalView(wire.View, frozen=True):
    """The event that the previewed one would be refused for, were it reported now."""

    id: UUID
    reported_at: str


class PreviewView(wire.View, frozen=True):
    """What reporting the event now would come to."""

    type: str
    subject: UUID
    occurred_at: str
    points: int
    balance_after: int
    verdicts: list[VerdictView]
    duplicate_of: OriginalView | None = None


async def preview_event(desk: Desk, principal: Principal, definition: EventDefinition) -> PreviewView:
    """Return the verdicts and the points that reporting the event now would give.

    Raises: what reporting raises, but for a duplicate, which is named in the answer.
    """
    report = Report(
        principal, definition.type, definition.payload or {}, definition.subject, definition.executor,
        definition.occurred_at,
    )  # fmt: skip
    while True:
        try:
            return await _preview(desk, report)
        except StaleCatalogue:
            continue


async def _preview(desk: Desk, report: Report) -> PreviewView:
    snapshot = await desk.catalogue.current(report.principal.tenant_id)
    snapshot.require(report.principal, clock.now())
    item = Item(report, snapshot, check(report, snapshot))
    async with desk.db.transaction(snapshot=True) as tx:
        now, situation = await draft_events(desk, tx, [item], lock=False)
        if item.error is not None or item.draft is None:
            raise item.error or AssertionError("an item without an error has a draft")
        draft = item.draft
        (decision,) = await judge(tx, [draft], situation, lock=False)
        claim = claim_of(desk, draft)
        original = (await claims.read_originals(tx, {claim})).get(claim)
        verdicts = await tell(tx, draft.tenant_id, pack(decision.verdicts), draft.payload)
    refused = original is not None and original[1] <= now < original[1] + claims.DUPLICATE_WINDOW
    return PreviewView(
        draft.event_type.name, draft.user_id, wire.rfc3339(draft.occurred_at), decision.points,
        situation.subjects[draft.user_id].balance, verdicts,
        OriginalView(original[0], wire.rfc3339(original[1])) if original and refused else None,
    )  # fmt: skip
