"""Undo an event (POST /v1/events/{id}/reverse): what was recorded of it is taken back, whole or by a share.

Points by their lots, limits, caps and counters, badges, attributes, unused vouchers; all in one transaction, which ends
in EVENT_REVERSED. The event itself stays. What cannot be undone is named. A preview does the same, and rolls it back.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Struct, structs
from pydantic import StringConstraints

from punchcard import wire
from punchcard.access import tenants
from punchcard.access.principals import Principal
from punchcard.commands import undo_effects
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.db.connection import Tx
from punchcard.engine.lots import NotCovered
from punchcard.engine.reversal import WhenSpent
from punchcard.engine.undoing import WHOLE, Share, Undoing, undo
from punchcard.errors import Conflict, EventReversed, Fault, InsufficientPoints, NotReversible, UserMerged
from punchcard.events import due
from punchcard.events.event import Event, EventView
from punchcard.events.intrinsic_types import EVENT_REVERSED
from punchcard.events.request import Desk
from punchcard.events.stream import read_event
from punchcard.points import ledger, lots, reversals
from punchcard.points.ledger import LockedWallet

POLICIES = {
    "within_balance": WhenSpent.WITHIN_BALANCE,
    "debt": WhenSpent.DEBT,
    "refuse": WhenSpent.REFUSE,
}
DIGITS = 6


class ReversalDefinition(wire.Definition):
    """How much of an event to undo, and what to do about points that are spent already.

    share: of the whole event, above 0 and up to 1, with six digits at most; without it, all that is left. policy:
    within_balance leaves what the member has not got any more, debt lets it be owed, refuse undoes nothing then.
    """

    share: wire.Integer | wire.Fraction | None = None
    policy: Literal["within_balance", "debt", "refuse"] = "within_balance"
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


class ReversalView(wire.View, frozen=True):
    """What undoing comes, or would come, to. `event` is EVENT_REVERSED; a preview has none.

    `refund` is VOUCHER_REFUNDED, where the event was a purchase.

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
        return ReversalView(*[getattr(found, name) for name in found.__struct_fields__[:-2]])


class _Case(Struct, frozen=True):
    """One reversal: the event, the wallet that is held, and the share."""

    event: Event
    wallet: LockedWallet
    share: Share
    definition: ReversalDefinition

    @property
    def member(self) -> tuple[UUID, UUID]:
        """Whose it is: tenant id and user id."""
        return self.event.tenant_id, self.event.user_id


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
    case = _Case(event, wallet, await _share(tx, event, wanted), definition)
    undoing = await _undo_points(tx, case)
    effects = await undo_effects.undo(desk, tx, event, case.share, wallet.now)
    payload = _payload(case, principal, undoing, effects)
    reported = await report_intrinsic(
        desk, tx, principal, EVENT_REVERSED, event.user_id, wallet, payload, posts=undoing.postings
    )
    await reversals.keep(tx, case.member, event.id, case.share.start, case.share.end, reported.id)
    await undo_effects.finish(tx, effects, reported.id, wallet.now)
    refund = None
    if effects.voucher is not None:
        told = effects.voucher if definition.comment is None else {**effects.voucher, "comment": definition.comment}
        refund = await report_intrinsic(desk, tx, principal, "VOUCHER_REFUNDED", event.user_id, wallet, told)
    await due.let_time_work_in(desk, tx, await ledger.hold(tx, [case.member]))
    return structs.replace(_view(case, undoing, effects, reported), refund=refund)


async def _share(tx: Tx, event: Event, wanted: int | None) -> Share:
    """Return the share that is to be undone. Raises: EventReversed, Invalid."""
    done = await reversals.read_done(tx, (event.tenant_id, event.user_id), event.id)
    left = WHOLE - done.share
    if done.is_whole:
        detail = "The event has been undone already, and nothing is left of it."
        raise EventReversed(detail, reversalId=str(done.reversal_id))
    if wanted is not None and wanted > left:
        detail = f"Of the event {_exact(left)} is left to be undone: write that, or less."
        raise wire.invalid([Fault("/share", "larger_than_left", detail)])
    return Share(done.share, WHOLE if wanted is None else done.share + wanted)


async def _undo_points(tx: Tx, case: _Case) -> Undoing:
    """Undo the entries in the member's lots; the postings are for the event. Raises: InsufficientPoints."""
    (row,) = await ledger.hold(tx, [case.member])
    entries = await reversals.read_entries(tx, case.member, case.event.id)
    known, holdings = await reversals.read_holdings(tx, case.member, row, entries)
    floor = await tenants.load_debt_limit(tx, case.event.tenant_id)
    try:
        undoing = undo(
            entries, holdings, case.wallet.subject, case.wallet.now, case.share, POLICIES[case.definition.policy],
            None if floor is None else -floor,
        )  # fmt: skip
    except NotCovered as fault:
        detail = f"{fault.points} points are missing that were spent: write another policy"
        detail += "." if case.definition.policy == "refuse" else ", or let the tenant's debtLimit be larger."
        raise InsufficientPoints(detail, points=fault.points, balance=max(fault.balance, 0)) from None
    await lots.change(tx, case.member, known, undoing.holdings.lots)
    return undoing


def _payload(case: _Case, principal: Principal, undoing: Undoing, effects: undo_effects.Effects) -> Mapping[str, Any]:
    told = {
        "eventId": str(case.event.id),
        "eventType": case.event.type_name,
        "share": _exact(case.share.end - case.share.start),
        "shareInAll": _exact(case.share.end),
        "policy": case.definition.policy,
        "takenBack": undoing.taken_back,
        "givenBack": undoing.given_back,
        "owed": undoing.owed,
        "forgiven": undoing.forgiven,
        "ranOut": undoing.run_out,
        "undone": effects.undone,
        "left": [{"what": what, "detail": detail} for what, detail in _left(undoing, effects)],
        "requestedBy": principal.identity,
    }
    return told if case.definition.comment is None else {**told, "comment": case.definition.comment}


def _view(case: _Case, undoing: Undoing, effects: undo_effects.Effects, reported: EventView) -> ReversalView:
    return ReversalView(
        case.event.id, _exact(case.share.end - case.share.start), _exact(case.share.end), undoing.taken_back,
        undoing.given_back, undoing.owed, undoing.forgiven, undoing.run_out, case.wallet.subject.balance,
        effects.undone, [LeftView(what, detail) for what, detail in _left(undoing, effects)], reported,
    )  # fmt: skip


def _left(undoing: Undoing, effects: undo_effects.Effects) -> list[tuple[str, str]]:
    entries = [
        ("entry", f"Entry {entry.number}: {_WHY_LEFT.get(entry.account, 'it undid something itself')}.")
        for entry in undoing.left
    ]
    return entries + effects.left


_WHY_LEFT = {
    "PENDING": "points that have become usable stay so",
    "BREAKAGE": "points that have run out stay so",
}


def _exact(millionths: int) -> Decimal:
    return (Decimal(millionths) / WHOLE).normalize()
