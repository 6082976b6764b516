"""One event undone by a share, in the caller's transaction: points by their lots, then what else came of it.

It ends in EVENT_REVERSED, which names the event. Who undoes several lets `undo_event` run once for each: whatever time
does in what was given back, it does before the next one.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard.access import tenants
from punchcard.access.principals import Principal
from punchcard.commands import undo_effects
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.commands.undo_effects import Effects
from punchcard.db.connection import Tx
from punchcard.engine.lots import NotCovered
from punchcard.engine.reversal import WhenSpent
from punchcard.engine.undoing import WHOLE, Share, Undoing, undo
from punchcard.engine.words import points as of_points
from punchcard.errors import InsufficientPoints
from punchcard.events import due
from punchcard.events.event import Event, EventView
from punchcard.events.intrinsic_types import EVENT_REVERSED
from punchcard.events.request import Desk
from punchcard.points import ledger, lots, reversals
from punchcard.points.ledger import LockedWallet

POLICIES = {
    "within_balance": WhenSpent.WITHIN_BALANCE,
    "debt": WhenSpent.DEBT,
    "refuse": WhenSpent.REFUSE,
}
Left = tuple[str, str]
"""What stays as it is, and why."""


class Task(Struct):
    """What a caller asked for, and the member's wallet as it is held: `undo_event` moves it on."""

    desk: Desk
    tx: Tx
    principal: Principal
    policy: str
    comment: str | None
    wallet: LockedWallet


class Undone(Struct, frozen=True):
    """What undoing an event by a share has come to. `left` has all that stays; `reported` is EVENT_REVERSED."""

    event: Event
    share: Share
    undoing: Undoing
    effects: Effects
    left: Sequence[Left]
    reported: EventView
    refund: EventView | None = None


class Points(Struct, frozen=True):
    """The points of an event, undone in the member's lots, and not posted yet."""

    event: Event
    share: Share
    undoing: Undoing


async def undo_points(task: Task, event: Event, share: Share) -> Points:
    """Undo an event's entries in the member's lots; `undo_event` posts it. Raises: InsufficientPoints."""
    tx, member = task.tx, (event.tenant_id, event.user_id)
    (row,) = await ledger.hold(tx, [member])
    entries = await reversals.read_entries(tx, member, event.id)
    known, holdings = await reversals.read_holdings(tx, member, row, entries)
    floor = await tenants.load_debt_limit(tx, event.tenant_id)
    try:
        undoing = undo(
            entries, holdings, task.wallet.subject, task.wallet.now, share, POLICIES[task.policy],
            None if floor is None else -floor,
        )  # fmt: skip
    except NotCovered as fault:
        detail = f"The member has spent {of_points(fault.points)} of it: write another policy"
        detail += "." if task.policy == "refuse" else ", or let the tenant's debtLimit be larger."
        raise InsufficientPoints(detail, points=fault.points, balance=max(fault.balance, 0)) from None
    await lots.change(tx, member, known, undoing.holdings.lots)
    return Points(event, share, undoing)


async def undo_event(task: Task, points: Points, left: Sequence[Left] = (), root: UUID | None = None) -> Undone:
    """Undo what else came of an event, and report it.

    left: what stays beside what this finds. root: the event from which this one followed, and with which it is undone.
    Raises: NotReversible.
    """
    desk, tx, wallet, event = task.desk, task.tx, task.wallet, points.event
    member = (event.tenant_id, event.user_id)
    effects = await undo_effects.undo(desk, tx, event, points.share, wallet.now)
    left = [*_left(points.undoing), *effects.left, *left]
    payload = _payload(task, points, effects, left, root)
    reported = await report_intrinsic(
        desk, tx, task.principal, EVENT_REVERSED, event.user_id, wallet, payload, posts=points.undoing.postings
    )
    reversal_id = UUID(reported.id)
    await reversals.keep(tx, member, event.id, points.share.start, points.share.end, reversal_id)
    # Whoever invited the member did nothing wrong: what is spent already keeps nobody from undoing this.
    policy = "within_balance" if task.policy == "refuse" else task.policy
    await undo_effects.finish(tx, effects, reversal_id, policy, wallet.now)
    refund = None
    if effects.voucher is not None:
        told = effects.voucher if task.comment is None else {**effects.voucher, "comment": task.comment}
        refund = await report_intrinsic(desk, tx, task.principal, "VOUCHER_REFUNDED", event.user_id, wallet, told)
    await _let_time_work(task, member)
    return Undone(event, points.share, points.undoing, effects, left, reported, refund)


async def _let_time_work(task: Task, member: tuple[UUID, UUID]) -> None:
    """Let what was given back and had run out run out again, and look at the wallet anew."""
    if await due.let_time_work_in(task.desk, task.tx, await ledger.hold(task.tx, [member])):
        held = await ledger.lock(task.tx, *member)
        assert held is not None, "it was held all the time"
        task.wallet.subject, task.wallet.now = held.subject, max(task.wallet.now, held.now)


def exact(millionths: int) -> Decimal:
    """Return a share as a number of up to 1."""
    return (Decimal(millionths) / WHOLE).normalize()


def sums(undoing: Undoing) -> dict[str, int]:
    """Return what undoing has come to, by the names by which it is told."""
    return {
        "takenBack": undoing.taken_back, "givenBack": undoing.given_back, "owed": undoing.owed,
        "forgiven": undoing.forgiven, "ranOut": undoing.run_out,
    }  # fmt: skip


def _payload(
    task: Task, points: Points, effects: Effects, left: Sequence[Left], root: UUID | None
) -> Mapping[str, Any]:
    told = {
        "eventId": str(points.event.id),
        "eventType": points.event.type_name,
        "share": exact(points.share.end - points.share.start),
        "shareInAll": exact(points.share.end),
        "policy": task.policy,
        **sums(points.undoing),
        "undone": effects.undone,
        "left": [{"what": what, "detail": detail} for what, detail in left],
        "requestedBy": task.principal.identity,
    }
    more = {"comment": task.comment, "followedFrom": None if root is None else str(root)}
    return told | {name: value for name, value in more.items() if value is not None}


def _left(undoing: Undoing) -> list[Left]:
    return [
        ("entry", f"Entry {entry.number}: {_WHY_LEFT.get(entry.account, 'it undid something itself')}.")
        for entry in undoing.left
    ]


_WHY_LEFT = {
    "PENDING": "points that have become usable stay so",
    "BREAKAGE": "points that have run out stay so",
}
