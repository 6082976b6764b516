"""The ledger: every change of a wallet, with the event and the reactor version that caused it.

Owns `wallets` and `ledger_entries`. Invariants, all of them constraints or grants of the schema: a balance is never
below zero; entries are never changed; a wallet's entries are numbered without a gap; one event, reactor version and
reaction post once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct, structs

from punchcard.db.connection import Row, Tx, columns
from punchcard.engine.holdings import Account
from punchcard.engine.situation import Posting, Subject
from punchcard.errors import UserMerged
from punchcard.points import lots
from punchcard.points.lots import Entry, Wallet

PENDING: Final = "PENDING"
"""The account of entries that make pending points usable."""

MERGED: Final = "MERGED"
"""The status of a wallet that was given up: what was in it is in the survivor's."""

OPEN_WALLETS = """
    insert into wallets (tenant_id, user_id, status) select $1, * from unnest($2::uuid[], $3::text[])
"""
COUNT_AS_ADJUSTED = """
    update wallets set adjusted = adjusted + $3, earned = earned - greatest($3, 0), spent = spent - greatest(-$3, 0)
    where tenant_id = $1 and user_id = $2
"""
# Each wallet's sums keep their balance: what it has earned, spent and so on goes over together with what is left of it.
GIVE_UP = """
    update wallets set status = 'MERGED', earned = 0, spent = 0, expired = 0, adjusted = 0, due_at = null
    where tenant_id = $1 and user_id = $2
"""
TAKE_IN = """
    update wallets set earned = earned - $3 + $4, spent = spent - $9 + $5, expired = expired + $6,
                       adjusted = adjusted + $7, active_at = greatest(active_at, $8)
    where tenant_id = $1 and user_id = $2
"""
SET_STATUS = "update wallets set status = $3 where tenant_id = $1 and user_id = $2"
LOCK_ONE = """
    with locked as materialized (
        select tenant_id, user_id, status, balance, entries, in_lots, pending, debt, due_at
        from wallets where tenant_id = $1 and user_id = $2 for no key update
    )
    select locked.*, clock_timestamp() as now from locked
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
    select *, $10::timestamptz
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::smallint[], $7::text[],
                $8::bigint[], $9::bigint[])
"""


# The same where lots are concerned, debts, or what is undone.
POST_IN_LOTS = """
    with moved as (
        update wallets as wallet
        set balance = wallet.balance + change.balance, earned = wallet.earned + change.earned,
            spent = wallet.spent + change.spent, expired = wallet.expired + change.expired,
            adjusted = wallet.adjusted + change.adjusted, pending = wallet.pending + change.pending,
            debt = wallet.debt + change.debt, in_lots = wallet.in_lots + change.in_lots,
            entries = wallet.entries + change.entries, due_at = least(wallet.due_at, change.due_at)
        from unnest($14::uuid[], $15::uuid[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[],
                    $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[], $25::timestamptz[])
             as change (tenant_id, user_id, balance, earned, spent, expired, adjusted, pending, debt, in_lots, entries,
                        due_at)
        where wallet.tenant_id = change.tenant_id and wallet.user_id = change.user_id
    )
    insert into ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account, points,
                                balance_after, recorded_at, is_pending, owed, is_undo)
    select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::smallint[], $7::text[],
                         $8::bigint[], $9::bigint[], $10::timestamptz[], $11::boolean[], $12::bigint[], $13::boolean[])
"""


READ_ONE = "select * from wallets where tenant_id = $1 and user_id = $2"
HOLD = """
    with held as materialized (
        select wallets.* from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)
        join wallets using (tenant_id, user_id)
        order by tenant_id, user_id for no key update of wallets
    )
    select held.*, clock_timestamp() as now from held
"""
HOLD_DUE = """
    with held as materialized (
        select * from wallets where due_at <= statement_timestamp() and ($1::uuid is null or tenant_id = $1)
        order by due_at limit $2 for no key update skip locked
    )
    select held.*, clock_timestamp() as now from held
"""
HOLD_FOLLOWING = """
    with held as materialized (
        select * from wallets where tenant_id = $1 and user_id > $2
        order by user_id limit $3 for no key update
    )
    select held.*, clock_timestamp() as now from held
"""
AFFORDING = """
    select user_id, balance >= $4 and status = 'OPEN' as affords from wallets
    where tenant_id = $1 and user_id > $2 order by user_id limit $3
"""
NOTE_ACTIVITY = """
    update wallets as wallet set active_at = new.active_at, due_at = least(wallet.due_at, new.lapses_at)
    from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
         as new (tenant_id, user_id, active_at, lapses_at)
    where wallet.tenant_id = new.tenant_id and wallet.user_id = new.user_id
"""
SET_DUE = """
    update wallets as wallet set due_at = new.due_at
    from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as new (tenant_id, user_id, due_at)
    where wallet.tenant_id = new.tenant_id and wallet.user_id = new.user_id
"""


class WalletsDue(Exception):
    """Time has to do its work in these wallets before anything else happens in them."""

    def __init__(self, wallets: Sequence[Wallet]) -> None:
        super().__init__()
        self.wallets = wallets


class LockedWallet(Struct):
    """A wallet that this transaction holds, and the database's time once it did, or what is reported of it next."""

    status: str
    subject: Subject
    now: datetime


async def open_wallets(tx: Tx, tenant_id: UUID, wallets: Sequence[tuple[UUID, str]]) -> None:
    """Give new users (id, status) empty wallets."""
    await tx.execute(OPEN_WALLETS, tenant_id, *columns(wallets, 2))


async def set_status(tx: Tx, tenant_id: UUID, user_id: UUID, status: str) -> None:
    """Open, restrict or close a wallet."""
    await tx.execute(SET_STATUS, tenant_id, user_id, status)


async def lock(tx: Tx, tenant_id: UUID, user_id: UUID) -> LockedWallet | None:
    """Hold one wallet until the transaction ends; None when there is no such user. Raises: WalletsDue, UserMerged."""
    row = await tx.fetchrow(LOCK_ONE, tenant_id, user_id)
    if row is None:
        return None
    if row["status"] == MERGED:
        raise UserMerged(user_id)
    require_settled([row], row["now"])
    return LockedWallet(row["status"], subject_of(row), row["now"])


async def read_subject(tx: Tx, tenant_id: UUID, user_id: UUID) -> Subject:
    """Return how a wallet stands, without holding it."""
    row = await tx.fetchrow(READ_ONE, tenant_id, user_id)
    assert row is not None, "every user has a wallet"
    return subject_of(row)


async def hold(tx: Tx, wallets: Sequence[Wallet]) -> list[Row]:
    """Hold wallets, in their one order, and say what time it is once they are held."""
    return await tx.fetch(HOLD, *columns(wallets, 2))


async def hold_due(tx: Tx, tenant_id: UUID | None, count_max: int) -> list[Row]:
    """Hold wallets that are due, of one tenant or of all, but for those that somebody else holds."""
    return await tx.fetch(HOLD_DUE, tenant_id, count_max)


async def hold_following(tx: Tx, tenant_id: UUID, user_id: UUID, count_max: int) -> list[Row]:
    """Hold the wallets of a tenant that follow one, in their order."""
    return await tx.fetch(HOLD_FOLLOWING, tenant_id, user_id, count_max)


async def read_affording(
    tx: Tx, tenant_id: UUID, user_id: UUID, count_max: int, balance: int
) -> list[tuple[UUID, bool]]:
    """Return the members of a tenant who follow one, and whether their balances come to so much at least."""
    rows = await tx.fetch(AFFORDING, tenant_id, user_id, count_max, balance)
    return [(row["user_id"], row["affords"]) for row in rows]


async def note_activity(tx: Tx, dates: Sequence[tuple[UUID, UUID, datetime, datetime | None]]) -> None:
    """Note when members did something last, and when their points lapse if they do nothing more."""
    if dates:
        await tx.execute(NOTE_ACTIVITY, *columns(dates, 4))


async def set_due(tx: Tx, dates: Sequence[tuple[UUID, UUID, datetime | None]]) -> None:
    """Note when time alone changes something next in wallets that the caller holds."""
    if dates:
        await tx.execute(SET_DUE, *columns(dates, 3))


def require_settled(rows: Iterable[Row], now: datetime) -> None:
    """Make sure that time has done its work in wallets. Raises: WalletsDue."""
    due = [row for row in rows if row["due_at"] is not None and row["due_at"] <= now]
    if due:
        raise WalletsDue([(row["tenant_id"], row["user_id"]) for row in due])


def subject_of(row: Row) -> Subject:
    """Return how a wallet stands."""
    return Subject(row["balance"], row["entries"], row["in_lots"], row["pending"], row["debt"])


async def count_as_adjusted(tx: Tx, tenant_id: UUID, user_id: UUID, points: int) -> None:
    """Count an entry of the account ADJUSTMENT, posted in this transaction, neither as earned nor as spent."""
    await tx.execute(COUNT_AS_ADJUSTED, tenant_id, user_id, points)


async def carry_over(tx: Tx, merged: Row, user_id: UUID) -> None:
    """Give a wallet up whose points have been posted away, and count what it had earned and spent as another's.

    merged: the wallet as it was before. The caller holds both.
    """
    tenant_id, left = merged["tenant_id"], merged["balance"] + merged["pending"]  # posted as if it were earned
    await tx.execute(GIVE_UP, tenant_id, merged["user_id"])
    await tx.execute(
        TAKE_IN, tenant_id, user_id, left, merged["earned"], merged["spent"], merged["expired"], merged["adjusted"],
        merged["active_at"], merged["debt"],
    )  # fmt: skip


async def post(tx: Tx, entries: Sequence[Entry], now: datetime) -> None:
    """Write entries and move the balances by the same amounts: one statement, for any number of events.

    Where lots are concerned they follow, in a few more. What is undone of an entry of the account ADJUSTMENT is counted
    as such; what a command adjusts is, by `count_as_adjusted`.
    """
    if not entries:
        return
    tenant_ids, user_ids, event_ids, postings = columns(entries, 4)
    posted = [
        tenant_ids, user_ids,
        [posting.number for posting in postings], event_ids,
        [posting.reactor_version_id for posting in postings], [posting.reaction for posting in postings],
        [posting.account for posting in postings], [posting.points for posting in postings],
        [posting.balance_after for posting in postings],
    ]  # fmt: skip
    is_special = [posting.lots is not None or posting.owed or posting.is_undo for posting in postings]
    if not any(is_special):
        await tx.execute(POST, *posted, now, *columns(_changes(entries), 6))
        return
    sides = [posting.lots is not None and posting.lots.is_pending for posting in postings]
    owed, undoing = [posting.owed for posting in postings], [posting.is_undo for posting in postings]
    changes = columns(_changes_in_lots(entries), 12)
    await tx.execute(POST_IN_LOTS, *posted, [now] * len(entries), sides, owed, undoing, *changes)
    in_lots = [entry for entry in entries if entry[3].lots is not None]
    if in_lots:
        await lots.keep(tx, in_lots, now)


def _changes(entries: Iterable[Entry]) -> list[tuple[UUID, UUID, int, int, int, int]]:
    """Add the entries up by wallet."""
    sums: dict[Wallet, tuple[int, int, int, int]] = {}
    for tenant_id, user_id, _, posting in entries:
        wallet, points = (tenant_id, user_id), posting.points
        earned, spent = (points, 0) if points > 0 else (0, -points)
        known = sums.get(wallet)
        if known is None:
            sums[wallet] = (points, earned, spent, 1)
        else:
            sums[wallet] = (known[0] + points, known[1] + earned, known[2] + spent, known[3] + 1)
    return [(*wallet, *change) for wallet, change in sums.items()]


class Sums(Struct):
    """What a wallet changes by, in the order of the statement."""

    balance: int = 0
    earned: int = 0
    spent: int = 0
    expired: int = 0
    adjusted: int = 0
    pending: int = 0
    debt: int = 0
    in_lots: int = 0
    entries: int = 0
    due_at: datetime | None = None

    def add(self, posting: Posting) -> None:
        """Add a posting. Points are earned as they are issued, pending or not; what is undone was neither."""
        points, kept = posting.points, posting.lots
        self.entries += 1
        if posting.account == PENDING:
            self.pending -= points
        elif posting.account == Account.BREAKAGE:
            self.expired -= points
        elif posting.account == Account.ADJUSTMENT and posting.is_undo:
            self.adjusted += points
        elif (points > 0) is not posting.is_undo:
            self.earned += points
        else:
            self.spent -= points
        if kept is None or not kept.is_pending:
            self.balance += points - posting.owed
            self.debt -= posting.owed
        else:
            self.pending += points
        if kept is not None:
            self.in_lots += kept.usable
            ends = (kept.terms.expires_at, kept.terms.usable_at if kept.is_pending else None) if kept.terms else ()
            self.due_at = min((end for end in (self.due_at, kept.due_at, *ends) if end is not None), default=None)


def _changes_in_lots(entries: Iterable[Entry]) -> list[tuple[object, ...]]:
    sums: dict[Wallet, Sums] = {}
    for tenant_id, user_id, _, posting in entries:
        sums.setdefault((tenant_id, user_id), Sums()).add(posting)
    return [(*wallet, *structs.astuple(change)) for wallet, change in sums.items()]
