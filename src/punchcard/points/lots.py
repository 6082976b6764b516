"""Lots: earnings that run out, or that have to become usable first. Owns `lots` and `lot_moves`.

What an earning without terms gives has no lot: it is the open-ended part of its wallet, which never runs out and is
spent last. Invariants, all of them constraints of the schema: no lot holds less than nothing, or more than was given; a
lot is changed by moves alone, each of which belongs to an entry and is never changed itself; what lies in usable lots
is part of the balance, and what is pending is not. The caller holds the wallets.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import structs

from punchcard.db.connection import Row, Tx, columns
from punchcard.engine.holdings import Account, Holdings, Lot, Move
from punchcard.engine.lots import NO_TERMS, earn, spend
from punchcard.engine.situation import InLots, Posting

Entry = tuple[UUID, UUID, UUID, Posting]
"""What is posted: tenant id, user id, event id, posting."""

Wallet = tuple[UUID, UUID]
"""A tenant's id, and a user's."""

OPEN = """
    select lot.* from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)
    join lots as lot using (tenant_id, user_id)
    where lot.remaining > 0
"""
WAITING = """
    select lot.* from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)
    join lots as lot using (tenant_id, user_id)
    where lot.is_pending and lot.remaining > 0 and lot.awaits is not null
"""
OF_NUMBERS = "select * from lots where tenant_id = $1 and user_id = $2 and number = any($3::bigint[])"
ADD = """
    insert into lots (tenant_id, user_id, number, points, remaining, earned_at, expires_at, is_pending, usable_at,
                      awaits, expired, withdrawn)
    select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[],
                         $7::timestamptz[], $8::boolean[], $9::timestamptz[], $10::text[], $11::bigint[], $12::bigint[])
"""
CHANGE = """
    update lots as lot set remaining = new.remaining, is_pending = new.is_pending, expired = new.expired,
                           withdrawn = new.withdrawn
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::boolean[], $6::bigint[], $7::bigint[])
         as new (tenant_id, user_id, number, remaining, is_pending, expired, withdrawn)
    where lot.tenant_id = new.tenant_id and lot.user_id = new.user_id and lot.number = new.number
"""
MOVE = """
    insert into lot_moves (tenant_id, user_id, entry, lot, source, target, points)
    select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])
"""


async def read_open(tx: Tx, wallets: Collection[Wallet]) -> dict[Wallet, dict[int, Lot]]:
    """Return the lots of wallets that hold something, usable or pending, by their numbers."""
    found: dict[Wallet, dict[int, Lot]] = {wallet: {} for wallet in wallets}
    if wallets:
        for row in await tx.fetch(OPEN, *columns(wallets, 2)):
            found[row["tenant_id"], row["user_id"]][row["number"]] = lot_of(row)
    return found


async def read_waiting(tx: Tx, wallets: Collection[Wallet]) -> dict[UUID, dict[str, dict[int, Lot]]]:
    """Return the pending lots that wait for something, by their users and by what they wait for."""
    found: dict[UUID, dict[str, dict[int, Lot]]] = {}
    for row in await tx.fetch(WAITING, *columns(sorted(wallets), 2)):
        found.setdefault(row["user_id"], {}).setdefault(row["awaits"], {})[row["number"]] = lot_of(row)
    return found


async def read_some(tx: Tx, tenant_id: UUID, user_id: UUID, numbers: Collection[int]) -> dict[int, Lot]:
    """Return lots by their numbers, those that hold nothing any more too."""
    rows = await tx.fetch(OF_NUMBERS, tenant_id, user_id, list(numbers)) if numbers else []
    return {row["number"]: lot_of(row) for row in rows}


async def change(tx: Tx, wallet: Wallet, before: Mapping[int, Lot], after: Mapping[int, Lot]) -> None:
    """Write lots, all of them known before, as they are after what the caller is about to post."""
    await _write(tx, {wallet: before}, {wallet: {number: lot for number, lot in after.items() if number in before}})


async def keep(tx: Tx, entries: Sequence[Entry], now: datetime) -> None:
    """Make the lots that entries earn, and take out of lots what they take; the entries are written already.

    In the order of their numbers: what time has done comes before what reactors make of it.
    """
    known = await read_open(tx, {entry[:2] for entry in entries if _takes(entry[3].lots)})
    changed = {wallet: dict(lots) for wallet, lots in known.items()}
    moves = [
        (tenant_id, user_id, posting.number, move.lot, move.source, move.target, move.points)
        for tenant_id, user_id, _, posting in sorted(entries, key=_number)
        for move in carry_out(changed.setdefault((tenant_id, user_id), {}), posting, now)
    ]
    await _write(tx, known, changed)
    if moves:
        await tx.execute(MOVE, *columns(moves, 7))


def _number(entry: Entry) -> int:
    return entry[3].number


def _takes(asked: InLots | None) -> bool:
    return asked is not None and not asked.is_applied and (asked.usable < 0 or bool(asked.moves))


def carry_out(lots: dict[int, Lot], posting: Posting, now: datetime) -> Iterable[Move]:
    """Change a wallet's lots as a posting asks; return what was taken out of them, or became usable. Pure."""
    asked = posting.lots
    assert asked is not None, "what does not concern lots is not brought here"
    if asked.is_applied:
        return [move for move in asked.moves if move.lot]
    if asked.moves:
        for move in asked.moves:
            _apply(lots, move)
        return [move for move in asked.moves if move.lot]
    if asked.usable < 0:
        change = spend(Holdings(lots), -asked.usable, now, target=Account(posting.account))
        lots.update(change.holdings.lots)
        return change.moves
    change = earn(
        Holdings({}, posting.owed), posting.number, posting.points, now, earned_at=asked.earned_at,
        terms=asked.terms or NO_TERMS,
    )  # fmt: skip
    lots.update(change.holdings.lots)
    return [move for move in change.moves if move.target is Account.DEBT]


def _apply(lots: dict[int, Lot], move: Move) -> None:
    """Change a lot by what time, or a command, has done."""
    if not move.lot:
        return  # open-ended points
    lot = lots[move.lot]
    if move.target is Account.USABLE:
        lots[move.lot] = structs.replace(lot, is_pending=False)
        return
    remaining, expired, withdrawn = lot.remaining - move.points, lot.expired, lot.withdrawn
    if move.target is Account.BREAKAGE:
        expired += move.points
    elif move.source is Account.PENDING or move.target is Account.MERGE:
        withdrawn += move.points
    lots[move.lot] = structs.replace(lot, remaining=remaining, expired=expired, withdrawn=withdrawn)


async def _write(
    tx: Tx, known: Mapping[Wallet, Mapping[int, Lot]], changed: Mapping[Wallet, Mapping[int, Lot]]
) -> None:
    added, altered = [], []
    for wallet, lots in changed.items():
        before = known.get(wallet, {})
        for number, lot in lots.items():
            if number not in before:
                added.append((*wallet, *structs.astuple(lot)))
            elif lot != before[number]:
                altered.append((*wallet, number, lot.remaining, lot.is_pending, lot.expired, lot.withdrawn))
    if added:
        await tx.execute(ADD, *columns(added, 12))
    if altered:
        await tx.execute(CHANGE, *columns(altered, 7))


def lot_of(row: Row) -> Lot:
    """Return the lot that a row holds."""
    return Lot(
        row["number"], row["points"], row["remaining"], row["earned_at"], row["expires_at"], row["is_pending"],
        row["usable_at"], row["awaits"], row["expired"], row["withdrawn"],
    )  # fmt: skip
