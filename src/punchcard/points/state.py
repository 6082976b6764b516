"""A digest of a member in full: the wallet's sums, entries, moves, lots and counts, and what there is beside it.

The same digest comes of what is recorded and of what a replay of the events has come to, if and only if they are equal
to the byte. Instants are whole microseconds; when a job looks at a wallet next is no part of it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from punchcard.db.connection import Db, Row, Tx
from punchcard.engine.holdings import Lot
from punchcard.engine.limits import Window
from punchcard.engine.situation import EVERYBODY
from punchcard.points import state_beside

BEGIN = "0" * 64
PARTS = ("entry", "move", "lot", "count", "wallet", *state_beside.BESIDE)
STEP_NUMBERS = 20_000
"""So many entries of a wallet are read at a time."""

SUMS = ("balance", "pending", "debt", "in_lots", "earned", "spent", "expired", "adjusted", "entries")
ENTRY = (
    "number", "event_id", "reactor_version_id", "reaction", "account", "points", "balance_after", "is_pending", "owed",
    "is_undo",
)  # fmt: skip
MOVE = ("entry", "lot", "source", "target", "points")
LOT = (
    "number", "points", "remaining", "earned_at", "expires_at", "is_pending", "usable_at", "awaits", "expired",
    "withdrawn",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

WALLETS = "select * from wallets where tenant_id = $1 and user_id = any($2::uuid[]) order by user_id"
ENTRIES = """
    select * from ledger_entries
    where tenant_id = $1 and user_id = any($2::uuid[]) and number > $3 and number <= $4 order by user_id, number
"""
MOVES = """
    select * from lot_moves
    where tenant_id = $1 and user_id = any($2::uuid[]) and entry > $3 and entry <= $4
    order by user_id, entry, lot, target
"""
LOTS = """
    select * from lots
    where tenant_id = $1 and user_id = any($2::uuid[]) and number > $3 and number <= $4 order by user_id, number
"""
ACTIVATIONS = """
    select user_id, counter_id, count from activations where tenant_id = $1 and user_id = any($2::uuid[]) and count > 0
"""
WINDOWS = """
    select user_id, counter_id, stretch, count, points, fired_at from activation_windows
    where tenant_id = $1 and user_id = any($2::uuid[]) and (count > 0 or points > 0 or cardinality(fired_at) > 0)
"""


class Digest:
    """The digest of one wallet while it is put together: the rows of each part in their order, parts in any."""

    def __init__(self) -> None:
        self._parts = {part: hashlib.blake2b(digest_size=32) for part in PARTS}

    def add(self, part: str, values: Sequence[Any]) -> None:
        """Add one row."""
        self._parts[part].update(msgspec.json.encode([*map(plain, values)]) + b"\n")

    def value(self) -> str:
        """Return what it has come to."""
        whole = "".join(one.hexdigest() for one in self._parts.values())
        return hashlib.blake2b(whole.encode(), digest_size=32).hexdigest()


def plain(value: Any) -> Any:
    """Return a value in the form that is digested."""
    if isinstance(value, datetime):
        return (value - _EPOCH) // _MICROSECOND
    return str(value) if isinstance(value, UUID) else value


def chain(before: str, user_id: UUID, digest: str) -> str:
    """Return the hash of the wallets up to one, in the order of their users."""
    return hashlib.blake2b(f"{before}{user_id}{digest}".encode(), digest_size=32).hexdigest()


def count_lines(
    activations: Mapping[tuple[UUID, UUID], int], windows: Mapping[tuple[UUID, UUID, str], Window]
) -> Iterable[tuple[Any, ...]]:
    """Return what is counted, but for what is nothing, in its order."""
    yield from sorted((str(counter), "", count, 0, ()) for (_, counter), count in activations.items() if count)
    yield from sorted(
        (str(counter), stretch, window.count, window.points, tuple(plain(one) for one in window.fired_at))
        for (_, counter, stretch), window in windows.items()
        if window.count or window.points or window.fired_at
    )


def lot_line(lot: Lot) -> tuple[Any, ...]:
    """Return a lot as it is digested."""
    return tuple(plain(getattr(lot, name)) for name in LOT)


async def read_counts(
    tx: Db | Tx, tenant_id: UUID, user_ids: Sequence[UUID]
) -> tuple[dict[tuple[UUID, UUID], int], dict[tuple[UUID, UUID, str], Window]]:
    """Return what counts against limits and caps, by the user, the counter and the stretch of time."""
    activations = await tx.fetch(ACTIVATIONS, tenant_id, user_ids)
    windows = await tx.fetch(WINDOWS, tenant_id, user_ids)
    return (
        {(row["user_id"], row["counter_id"]): row["count"] for row in activations},
        {
            (row["user_id"], row["counter_id"], row["stretch"]): Window(
                row["count"], row["points"], list(row["fired_at"])
            )
            for row in windows
        },
    )


async def digest_of_everybody(tx: Db | Tx, tenant_id: UUID) -> str:
    """Return the digest of what is counted over all members."""
    digest = Digest()
    for line in count_lines(*await read_counts(tx, tenant_id, [EVERYBODY])):
        digest.add("count", line)
    return digest.value()


async def digests(tx: Db | Tx, tenant_id: UUID, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the digests of some wallets, as they are recorded, in the order of their users."""
    found = {row["user_id"]: (Digest(), row) for row in await tx.fetch(WALLETS, tenant_id, user_ids)}
    last = max((wallet["entries"] for _, wallet in found.values()), default=0)
    for start in range(0, last, STEP_NUMBERS):
        for part, sql, names in (("entry", ENTRIES, ENTRY), ("move", MOVES, MOVE), ("lot", LOTS, LOT)):
            for row in await tx.fetch(sql, tenant_id, user_ids, start, start + STEP_NUMBERS):
                found[row["user_id"]][0].add(part, values_of(row, names))
    activations, windows = await read_counts(tx, tenant_id, user_ids)
    for user_id, (digest, wallet) in found.items():
        lines = count_lines(
            {key: count for key, count in activations.items() if key[0] == user_id},
            {key: window for key, window in windows.items() if key[0] == user_id},
        )
        for line in lines:
            digest.add("count", line)
        digest.add("wallet", values_of(wallet, SUMS))
    for user_id, parts in (await state_beside.read_lines(tx, tenant_id, list(found))).items():
        for part, beside in parts.items():
            for line in beside:
                found[user_id][0].add(part, line)
    return {user_id: digest.value() for user_id, (digest, _) in found.items()}


def values_of(row: Row, names: Sequence[str]) -> list[Any]:
    """Return some columns of a row."""
    return [row[name] for name in names]
