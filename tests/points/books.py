"""What must be true of a tenant's wallets, entries and lots at any moment, and the passing of time."""

from datetime import timedelta
from uuid import UUID

from punchcard.db.connection import Db

WRONG = """
    select wallet.user_id, wallet.balance, wallet.pending, wallet.in_lots, entries.*, lots.*, told.points as told
    from wallets as wallet
    cross join lateral (
        select coalesce(sum(points - owed) filter (where not is_pending), 0) as posted, -coalesce(sum(owed), 0) as owes,
               coalesce(sum(points) filter (where is_pending), 0)
               - coalesce(sum(points) filter (where account = 'PENDING'), 0) as posted_pending,
               coalesce(-sum(points) filter (where account = 'BREAKAGE'), 0) as posted_expired,
               coalesce(sum(points) filter (where (points > 0) <> is_undo and account in ('ISSUE', 'REDEMPTION')), 0)
                   as posted_earned
        from ledger_entries where tenant_id = wallet.tenant_id and user_id = wallet.user_id
    ) as entries
    cross join lateral (
        select coalesce(sum(remaining) filter (where not is_pending), 0) as usable,
               coalesce(sum(remaining) filter (where is_pending), 0) as waiting,
               bool_and(lot.points - lot.remaining = (
                   select coalesce(sum(case when source in ('USABLE', 'PENDING') then 1 else -1 end * move.points), 0)
                   from lot_moves as move
                   where move.tenant_id = lot.tenant_id and move.user_id = lot.user_id and move.lot = lot.number
                     and (target <> 'USABLE' or source not in ('USABLE', 'PENDING'))
               )) as moved
        from lots as lot where tenant_id = wallet.tenant_id and user_id = wallet.user_id
    ) as lots
    cross join lateral (
        select coalesce(sum(points), 0) as points from events
        where tenant_id = wallet.tenant_id and user_id = wallet.user_id
    ) as told
    where wallet.tenant_id = $1 and not (
        wallet.balance = posted and wallet.pending = posted_pending and wallet.expired = posted_expired
        and wallet.earned = posted_earned and wallet.balance = told.points and wallet.debt = owes
        and wallet.in_lots = usable and wallet.pending = waiting and coalesce(moved, true)
    )
"""
# Entry by entry: joined, tables that have just grown and of which nothing is known yet are compared row by row.
OVERDRAWN = """
    select entry.number from ledger_entries as entry
    where entry.tenant_id = $1 and abs(entry.points) < (
        select sum(move.points) from lot_moves as move
        where move.tenant_id = entry.tenant_id and move.user_id = entry.user_id and move.entry = entry.number
        and move.target not in ('USABLE', 'DEBT')
    )
"""
MOVE_LOTS = """
    update lots set earned_at = earned_at - $2::interval, expires_at = expires_at - $2::interval,
                    usable_at = usable_at - $2::interval
    where tenant_id = $1
"""
MOVE_WALLETS = (
    "update wallets set due_at = due_at - $2::interval, active_at = active_at - $2::interval where tenant_id = $1"
)


async def require_right(db: Db, tenant_id: UUID) -> None:
    """Compare balances, entries, lots, moves and events of a tenant."""
    wrong = [dict(row) for row in await db.fetch(WRONG, tenant_id)]
    assert wrong == [], wrong
    assert await db.fetch(OVERDRAWN, tenant_id) == []


async def let_pass(db: Db, tenant_id: UUID, days: float) -> None:
    """Let days pass in the wallets of a tenant: all that lies ahead comes nearer."""
    await db.execute(MOVE_LOTS, tenant_id, timedelta(days=days))
    await db.execute(MOVE_WALLETS, tenant_id, timedelta(days=days))
