"""Time at work in wallets: what is pending becomes usable, what has come to its end runs out.

Nobody acts in a wallet before time has done its work there, however late the job is that does the same for all of them:
whoever meets a wallet that is due leaves the transaction, lets time work in one of its own, and starts again. What time
has done is reported as POINTS_ACTIVATED and POINTS_EXPIRED, once: each lot ends once, and the wallet is held meanwhile.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from msgspec import structs

from punchcard import clock
from punchcard.db.connection import Db, Row, Tx
from punchcard.engine.holdings import Account, Holdings, Move
from punchcard.engine.lots import Change
from punchcard.engine.lots import settle as let_pass
from punchcard.engine.policy import Policies
from punchcard.engine.situation import InLots, Posting, Situation, Subject
from punchcard.events.catalogue import Snapshot
from punchcard.events.intrinsic_types import POINTS_ACTIVATED, POINTS_EXPIRED
from punchcard.events.lots_told import tell_moves
from punchcard.events.request import Desk, Draft
from punchcard.events.settle import settle
from punchcard.points import ledger, lots
from punchcard.points.ledger import WalletsDue
from punchcard.points.lots import Wallet
from punchcard.points.outlook import OPEN_ENDED, holdings_of, lapses_at

REPORTER = "engine"
ACTIVE_AT = "activeAt"
"""Under what the events keep when the member did something last."""
T = TypeVar("T")


async def run(desk: Desk, body: Callable[[Tx], Awaitable[T]]) -> T:
    """Run `body` in a transaction, after time has done its work in the wallets that it holds."""
    while True:
        try:
            return await desk.db.run(body)
        except WalletsDue as due:
            await let_time_work(desk, due.wallets)


async def let_time_work(desk: Desk, wallets: Sequence[Wallet]) -> None:
    """Let time do its work in wallets, in a transaction of its own."""

    async def body(tx: Tx) -> None:
        await let_time_work_in(desk, tx, await ledger.hold(tx, wallets))

    await Db.run(desk.db, body)  # whatever a caller's database does besides is not for this


async def let_time_work_in(desk: Desk, tx: Tx, held: Sequence[Row]) -> int:
    """Let time do its work in wallets that the caller holds; return how many were due."""
    now = max((row["now"] for row in held), default=clock.now())
    due = [row for row in held if row["due_at"] is not None and row["due_at"] <= now]
    known = await lots.read_open(tx, [(row["tenant_id"], row["user_id"]) for row in due])
    snapshots: dict[UUID, Snapshot] = {}
    drafts: list[Draft] = []
    subjects: dict[UUID, Subject] = {}
    dates: list[tuple[UUID, UUID, datetime | None]] = []
    for row in due:
        tenant_id, user_id = row["tenant_id"], row["user_id"]
        if tenant_id not in snapshots:
            snapshots[tenant_id] = await desk.catalogue.current(tenant_id, tx)
        policies = snapshots[tenant_id].policies
        change = let_pass(holdings_of(row, known[tenant_id, user_id], policies), now)
        subject = subjects[user_id] = ledger.subject_of(row)
        drafts += _events(snapshots[tenant_id], user_id, subject, change, now, row["active_at"])
        dates.append((tenant_id, user_id, _next(change.holdings, row["active_at"], policies)))
    await ledger.set_due(tx, dates)
    ids = clock.stream_ids(now, len(drafts))
    drafts = [structs.replace(draft, id=event_id) for draft, event_id in zip(drafts, ids, strict=True)]
    await settle(desk, tx, drafts, Situation(subjects), now)
    return len(due)


def _next(holdings: Holdings, active_at: datetime | None, policies: Policies | None) -> datetime | None:
    """Return when time alone changes something next."""
    left = [lot for lot in holdings.lots.values() if lot.remaining]
    ends = [lot.expires_at for lot in left] + [lot.usable_at for lot in left if lot.is_pending]
    if left:
        ends.append(lapses_at(active_at, policies))
    return min((end for end in ends if end is not None), default=None)


def _events(
    snapshot: Snapshot, user_id: UUID, subject: Subject, change: Change, now: datetime, active_at: datetime | None
) -> Iterator[Draft]:
    """Draft the events of what time has done in one wallet, which moves on.

    Where points lapse if a member does nothing, the events keep when this one did something last.
    """
    policies = snapshot.policies
    asks = policies is not None and policies.asks_for_activity and active_at is not None
    context = {ACTIVE_AT: active_at.isoformat()} if asks and active_at else None
    for type_name, moves, posting in passing(subject, change):
        yield Draft(
            user_id, tell_moves(moves, change.holdings.lots), now, UUID(int=0),
            snapshot.tenant_id, snapshot.types[type_name], REPORTER, None, [posting], context,
        )  # fmt: skip


def passing(subject: Subject, change: Change) -> Iterator[tuple[str, tuple[Move, ...], Posting]]:
    """Yield what time has done in a wallet, which moves on: the event's type, the moves and the posting of each."""
    for type_name, source, target in (
        (POINTS_ACTIVATED, Account.PENDING, Account.USABLE),
        (POINTS_EXPIRED, Account.USABLE, Account.BREAKAGE),
        (POINTS_EXPIRED, Account.PENDING, Account.BREAKAGE),
    ):
        moves = tuple(move for move in change.by_time if (move.source, move.target) == (source, target))
        paying = tuple(move for move in change.by_time if move.target is Account.DEBT and target is Account.USABLE)
        if moves:
            yield type_name, moves, _posting(subject, moves, paying)


def _posting(subject: Subject, moves: tuple[Move, ...], paying: tuple[Move, ...]) -> Posting:
    """Post what time has done; `paying` is what of it pays what the member owes."""
    points = sum(move.points for move in moves)
    in_lots = sum(move.points for move in moves if move.lot != OPEN_ENDED)
    subject.entries += 1
    if moves[0].target is Account.USABLE:
        owed = sum(move.points for move in paying)
        subject.balance, subject.in_lots, subject.pending, subject.debt = (
            subject.balance + points - owed, subject.in_lots + points - owed, subject.pending - points,
            subject.debt - owed,
        )  # fmt: skip
        kept = InLots(points - owed, moves=(*moves, *paying))
        return Posting(None, None, points, subject.entries, subject.balance, ledger.PENDING, kept, owed)
    if moves[0].source is Account.PENDING:
        subject.pending -= points
        kept = InLots(is_pending=True, moves=moves)
    else:
        subject.balance -= points
        subject.in_lots -= in_lots
        kept = InLots(-in_lots, moves=moves)
    return Posting(None, None, -points, subject.entries, subject.balance, Account.BREAKAGE, kept)
