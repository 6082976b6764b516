"""The ledger: every change of a wallet, with the event and the reactor version that caused it.

Owns `wallets` and `ledger_entries`. Invariants, all of them constraints or grants of the schema: a balance is never
below zero; entries are never changed; a wallet's entries are numbered without a gap; one event, reactor version and
reaction post once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard.db.connection import Tx, columns
from punchcard.engine.situation import Posting, Subject

OPEN_WALLET = "insert into wallets (tenant_id, user_id) values ($1, $2)"
SET_STATUS = "update wallets set status = $3 where tenant_id = $1 and user_id = $2"
LOCK_ONE = """
    with locked as materialized (
        select status, balance, entries from wallets where tenant_id = $1 and user_id = $2 for no key update
    )
    select status, balance, entries, clock_timestamp() as now from locked
"""
# One statement, one journey to the database: what is posted and what is moved belong together.
POST = """
    with moved as (
        update wallets as wallet
        set balance = wallet.balance + change.points, earned = wallet.earned + change.earned,
            spent = wallet.spent + change.spent, entries = wallet.entries + change.entries
        from unnest($11::uuid[], $12::uuid[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[])
             as change (tenant_id, user_id, points, earned, spent, entries)
        where wallet.tenant_id = change.tenant_id and wallet.user_id = change.user_id
    )
    insert into ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account, points,
                                balance_after, recorded_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::smallint[], $7::text[],
                         $8::bigint[], $9::bigint[], $10::timestamptz[])
"""


class LockedWallet(Struct, frozen=True):
    """A wallet that this transaction holds, and the database's time once it did."""

    status: str
    subject: Subject
    now: datetime


Entry = tuple[UUID, UUID, UUID, Posting]
"""What is to be posted: tenant id, user id, event id, posting."""


async def open_wallet(tx: Tx, tenant_id: UUID, user_id: UUID) -> None:
    """Give a new user an empty wallet."""
    await tx.execute(OPEN_WALLET, tenant_id, user_id)


async def set_status(tx: Tx, tenant_id: UUID, user_id: UUID, status: str) -> None:
    """Open, restrict or close a wallet."""
    await tx.execute(SET_STATUS, tenant_id, user_id, status)


async def lock(tx: Tx, tenant_id: UUID, user_id: UUID) -> LockedWallet | None:
    """Hold one wallet until the transaction ends; None when there is no such user."""
    row = await tx.fetchrow(LOCK_ONE, tenant_id, user_id)
    return LockedWallet(row["status"], Subject(row["balance"], row["entries"]), row["now"]) if row else None


async def post(tx: Tx, entries: Sequence[Entry], now: datetime) -> None:
    """Write entries and move the balances by the same amounts: one statement, for any number of events."""
    if not entries:
        return
    rows = [
        (
            tenant_id, user_id, posting.number, event_id, posting.reactor_version_id, posting.reaction,
            posting.account, posting.points, posting.balance_after, now,
        )
        for tenant_id, user_id, event_id, posting in entries
    ]  # fmt: skip
    await tx.execute(POST, *columns(rows, 10), *columns(_changes(entries), 6))


def _changes(entries: Iterable[Entry]) -> list[tuple[UUID, UUID, int, int, int, int]]:
    """Add the entries up by wallet."""
    sums: dict[tuple[UUID, UUID], tuple[int, int, int, int]] = {}
    for tenant_id, user_id, _, posting in entries:
        wallet, points = (tenant_id, user_id), posting.points
        change, earned, spent, count = sums.get(wallet, (0, 0, 0, 0))
        if points > 0:
            earned += points
        else:
            spent -= points
        sums[wallet] = (change + points, earned, spent, count + 1)
    return [(*wallet, *change) for wallet, change in sums.items()]
