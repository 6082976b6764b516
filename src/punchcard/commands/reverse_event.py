"""Undo an event (POST /v1/events/{id}/reverse): what was recorded of it is taken back, whole or by a share.

Points by their lots, limits, caps and counters, badges, attributes, unused vouchers, and what followed from it; all in
one transaction, which ends in EVENT_REVERSED. The event itself stays. What cannot be undone is named. A preview does
the same, and rolls it back.
"""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import field, structs
from pydantic import StringConstraints

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.commands import what_followed
from punchcard.commands.undo_event import Task, Undone, exact, undo_event, undo_points
from punchcard.commands.what_followed import Chain
from punchcard.db.connection import Tx
from punchcard.engine.undoing import WHOLE, Share
from punchcard.errors import Conflict, EventReversed, Fault, NotReversible, UserMerged
from punchcard.events import due
from punchcard.events.event import Event, EventView
from punchcard.events.intrinsic_types import EVENT_REVERSED
from punchcard.events.request import Desk
from punchcard.events.stream import read_event
from punchcard.points import ledger, reversals

DIGITS = 6


class ReversalDefinition(wire.Definition):
    """How much of an event to undo, and what to do about points that are spent already.

    share: of the whole event, above 0 and up to 1, with six digits at most; without it, all that is left. policy:
    within_balance leaves what the member has not got any more, debt lets it be owed, refuse undoes nothing then.
    followUps: reverse undoes by the same share what followed from the event and brought something; list names it.
    """

    share: wire.Integer | wire.Fraction | None = None
    policy: Literal["within_balance", "debt", "refuse"] = "within_balance"
    follow_ups: Literal["reverse", "list"] = "reverse"
    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)] | None = None

    def millionths(self) -> int | None:
        """Return the share in millionths; None: what is left. Raises: Invalid."""
        if self.share is None:
            return None
        exact = Decimal(self.share) * WHOLE
        if not 0 < exact <= WHOLE or exact != exact.to_integral_value():
            detail = f"A share lies above 0, is 1 at most, and has {DIGITS} digits at most behind the point."
            raise wire.invalid([Fault("/share", "out_of_range", detail)])
        return int(exact)


class LeftView(wire.View, frozen=True):
    """Something of the event that stays as it is."""

    what: str
    detail: str


class FollowUpReversalView(wire.View, frozen=True):
    """What undoing an event comes to that followed from the one that is undone: as there."""

    event_id: UUID
    event_type: str
    share: Decimal
    share_in_all: Decimal
    taken_back: int
    given_back: int
    owed: int
    forgiven: int
    ran_out: int
    undone: list[str]
    left: list[LeftView]
    event: EventView | None = None


class ReversalView(wire.View, frozen=True):
    """What undoing comes, or would come, to. `event` is EVENT_REVERSED; a preview has none.

    `refund` is VOUCHER_REFUNDED, where the event was a purchase. `followUps` are the events that followed from it and
    are undone with it, in the order in which that is done; `balanceAfter` is after all of them.

    `share` is what is undone now, `shareInAll` with what was before. `takenBack` points the member loses, `owed` ones
    among them become a debt; `givenBack` ones the member gets; `ranOut` had expired already; `forgiven` ones were spent
    and are left. `undone` says what else is undone, `left` what cannot be.
    """

    event_id: UUID
    share: Decimal
    share_in_all: Decimal
    taken_back: int
    given_back: int
    owed: int
    forgiven: int
    ran_out: int
    balance_after: int
    undone: list[str]
    left: list[LeftView]
    event: EventView | None = None
    refund: EventView | None = None
    follow_ups: list[FollowUpReversalView] = field(default_factory=list)


class _Previewed(Exception):
    """It was a preview: roll it back."""

    def __init__(self, view: ReversalView) -> None:
        super().__init__()
        self.view = view


async def reverse_event(
    desk: Desk, principal: Principal, id: UUID, definition: ReversalDefinition, *, dry_run: bool = False
) -> ReversalView:
    """Undo an event, whole or by a share, or (dryRun) say what that would come to.

    Raises: NotFound, EventReversed when nothing is left of it, NotReversible, Invalid for a share beyond what is left,
    InsufficientPoints when the policy does not allow it, Conflict when the account is closed.
    """

    async def body(tx: Tx) -> ReversalView:
        view = await reverse(desk, tx, principal, id, definition)
        if dry_run:
            raise _Previewed(view)
        return view

    try:
        return await due.run(desk, body)
    except _Previewed as previewed:
        found = previewed.view
        follow_ups = [structs.replace(one, event=None) for one in found.follow_ups]
        return structs.replace(found, event=None, refund=None, follow_ups=follow_ups)


async def reverse(
    desk: Desk, tx: Tx, principal: Principal, event_id: UUID, definition: ReversalDefinition
) -> ReversalView:
    """Undo an event in the caller's transaction. Raises: as `reverse_event` does."""
    wanted = definition.millionths()
    event = await read_event(tx, principal.tenant_id, event_id)
    if event.type_name == EVENT_REVERSED:
        raise NotReversible("It undoes another event itself: report, or adjust, what has to be put right again.")
    try:
        wallet = await ledger.lock(tx, event.tenant_id, event.user_id)
    except UserMerged:
        detail = "Its account was merged into another since: adjust the points of that one."
        raise NotReversible(detail) from None
    assert wallet is not None, "a foreign key holds it"
    if wallet.status == "CLOSED":
        raise Conflict("The user's account is closed.")
    share = await _share(tx, event, wanted)
    task = Task(desk, tx, principal, definition.policy, definition.comment, wallet)
    chain = await what_followed.read_chain(task, event)
    if definition.follow_ups == "list":
        left = await what_followed.tell_left(task, chain, (), deeds=True)
        whole = await undo_event(task, await undo_points(task, event, share), left)
        return _view(whole, task.wallet.subject.balance, [])
    return await _with_follow_ups(task, event, share, chain)


async def _with_follow_ups(task: Task, event: Event, share: Share, chain: Chain) -> ReversalView:
    """Undo an event, before it what it did by events that followed, the last first, and after it lost tiers' gifts."""
    undone = [await _undo_too(task, one, share.end, event.id) for one in reversed(chain.deeds)]
    points = await undo_points(task, event, share)
    lost = await what_followed.lost_with(task, points, chain)
    left = await what_followed.tell_left(task, chain, {one.id for one in lost}, deeds=False)
    whole = await undo_event(task, points, left)
    undone += [await _undo_too(task, one, WHOLE, event.id) for one in reversed(lost)]
    return _view(whole, task.wallet.subject.balance, [one for one in undone if one is not None])


async def _undo_too(task: Task, event: Event, up_to: int, root: UUID) -> Undone | None:
    """Undo an event that followed up to a share; None where somebody has undone so much of it already."""
    share = await what_followed.left_of(task, event, up_to)
    return None if share is None else await undo_event(task, await undo_points(task, event, share), root=root)


async def _share(tx: Tx, event: Event, wanted: int | None) -> Share:
    """Return the share that is to be undone. Raises: EventReversed, Invalid."""
    done = await reversals.read_done(tx, (event.tenant_id, event.user_id), event.id)
    left = WHOLE - done.share
    if done.is_whole:
        detail = "The event has been undone already, and nothing is left of it."
        raise EventReversed(detail, reversalId=str(done.reversal_id))
    if wanted is not None and wanted > left:
        detail = f"Of the event {exact(left)} is left to be undone: write that, or less."
        raise wire.invalid([Fault("/share", "larger_than_left", detail)])
    return Share(done.share, WHOLE if wanted is None else done.share + wanted)


def _view(whole: Undone, balance: int, followed: list[Undone]) -> ReversalView:
    undoing, share = whole.undoing, whole.share
    return ReversalView(
        whole.event.id, exact(share.end - share.start), exact(share.end), undoing.taken_back, undoing.given_back,
        undoing.owed, undoing.forgiven, undoing.run_out, balance, whole.effects.undone, _views(whole), whole.reported,
        whole.refund, [_follow_up(one) for one in followed],
    )  # fmt: skip


def _follow_up(one: Undone) -> FollowUpReversalView:
    undoing, share = one.undoing, one.share
    return FollowUpReversalView(
        one.event.id, one.event.type_name, exact(share.end - share.start), exact(share.end), undoing.taken_back,
        undoing.given_back, undoing.owed, undoing.forgiven, undoing.run_out, one.effects.undone, _views(one),
        one.reported,
    )  # fmt: skip


def _views(one: Undone) -> list[LeftView]:
    return [LeftView(what, detail) for what, detail in one.left]
