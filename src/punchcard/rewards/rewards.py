"""Rewards: what points buy. Owns `rewards`. Price and stock are whole numbers; stock never goes below what is sold."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Row, Tx, columns
from punchcard.engine.effects import Stock
from punchcard.errors import Conflict, Fault, NotFound
from punchcard.rewards import code_pools, codes, pool_codes
from punchcard.rewards.codes import Vault
from punchcard.rewards.definitions import RewardDefinition, RewardPatch
from punchcard.rewards.reward_columns import changed_by, source_of

COLUMNS = (
    "name", "price", "purchasable", "available_from", "available_until", "stock_capacity", "attributes", "category_id",
    "hide_code", "expiration_days", "limit_count", "limit_per", "tier_id", "audience_ids", "venue_ids", "criteria",
    "notify_quantity", "notify_emails", "notified_at", "code_template", "code_id", "pool_id",
)  # fmt: skip
EMPTY = {"hide_code": False, "attributes": "{}", "audience_ids": [], "venue_ids": [], "notify_emails": []}
LOCK = "select from rewards where tenant_id = $1 and id = $2 for no key update"
READING = """
    select *, available_from <= clock_timestamp() and coalesce(clock_timestamp() < available_until, true)
        as is_available
    from rewards where {which} and deleted_at is null
"""
READ = READING.format(which="tenant_id = $1")
INSERTING = """
    insert into rewards (tenant_id, id, type, code_type, {names}) values ($1, $2, $3, $4, {places}) returning *
"""
UPDATING = """
    update rewards set ({names}) = row({places}), version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""


def _for_columns(sql: str, first: int) -> str:
    places = ", ".join(f"${place}" for place in range(first, first + len(COLUMNS)))
    return sql.format(names=", ".join(COLUMNS), places=places)


INSERT, UPDATE = _for_columns(INSERTING, 5), _for_columns(UPDATING, 3)
SET_POOL = "update rewards set pool_id = $3 where tenant_id = $1 and id = $2 returning *"
DELETE = "update rewards set deleted_at = clock_timestamp() where tenant_id = $1 and id = $2 returning *"
HOLD_FOR_SALE = """
    select from rewards where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
    order by tenant_id, id for no key update
"""
FOR_SALE = READING.format(which="(tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))")
TAKE = """
    update rewards as reward set stock_consumed = reward.stock_consumed + taken.count,
        notified_at = case when taken.warns then clock_timestamp() else reward.notified_at end
    from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::boolean[]) as taken (tenant_id, id, count, warns)
    where reward.tenant_id = taken.tenant_id and reward.id = taken.id
"""
WATCHED = """
    select tenant_id, id, pool_id, notify_quantity, stock_capacity - stock_consumed as left from rewards
    where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
      and notify_quantity is not null and notified_at is null
    order by tenant_id, id
"""
NOTE_LOW = """
    update rewards set notified_at = clock_timestamp()
    where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
"""


Reward = tuple[UUID, UUID]
"""Tenant id, reward id."""


class Taken(Struct, frozen=True):
    """How many of a reward are taken (below zero: given back), and whether so little is left that it is to be told."""

    count: int
    warns: bool = False


# what is for sale --------------------------------------------------------------------------------


async def write_reward(tx: Tx, vault: Vault, tenant_id: UUID, definition: RewardDefinition) -> Row:
    """Put a reward into the catalogue. Raises: Invalid, NameTaken for a code that stands somewhere already."""
    reward_id = clock.new_id()
    kept: dict[str, Any] = dict.fromkeys(COLUMNS) | EMPTY
    kept |= await changed_by(tx, tenant_id, definition, kept)
    kept |= await source_of(tx, vault, tenant_id, definition.code_type, definition.code)
    row = await tx.fetchrow(
        INSERT, tenant_id, reward_id, definition.type, definition.code_type, *(kept[name] for name in COLUMNS)
    )
    assert row is not None
    if definition.codes or (definition.code_type == "POOL" and row["pool_id"] is None):
        row = await add_own_codes(tx, vault, row, definition.codes or [])
    return row


async def change_reward(
    tx: Tx, vault: Vault, tenant_id: UUID, reward_id: UUID, definition: RewardPatch, expected: wire.Expected
) -> Row:
    """Change a reward. Raises: NotFound, PreconditionFailed, NameTaken, Invalid for a capacity below what is sold."""
    row = await hold_reward(tx, tenant_id, reward_id)
    wire.require_version(row["version"], expected)
    kept = {name: row[name] for name in COLUMNS}
    kept |= await changed_by(tx, tenant_id, definition, kept)
    capacity = kept["stock_capacity"]
    if capacity is not None and capacity < row["stock_consumed"]:
        detail = f"{row['stock_consumed']} have been sold already; the capacity cannot be less."
        raise wire.invalid([Fault("/stockCapacity", "below_stock_consumed", detail)])
    if definition.code is not None:
        kept |= await source_of(tx, vault, tenant_id, row["code_type"], definition.code)
    updated = await tx.fetchrow(UPDATE, tenant_id, reward_id, *(kept[name] for name in COLUMNS))
    assert updated is not None
    return await add_own_codes(tx, vault, updated, definition.codes) if definition.codes else updated


async def end_reward(tx: Tx, tenant_id: UUID, reward_id: UUID) -> Row:
    """Take a reward out of the catalogue; vouchers bought stay. Raises: NotFound."""
    await hold_reward(tx, tenant_id, reward_id)
    row = await tx.fetchrow(DELETE, tenant_id, reward_id)
    assert row is not None
    return row


async def hold_reward(tx: Tx, tenant_id: UUID, reward_id: UUID) -> Row:
    """Hold a reward that is in the catalogue until the transaction ends. Raises: NotFound."""
    await tx.execute(LOCK, tenant_id, reward_id)
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, reward_id)
    if row is None:
        raise NotFound("There is no such reward.")
    return row


async def add_own_codes(tx: Tx, vault: Vault, row: Row, texts: Sequence[str]) -> Row:
    """Add codes to those that were written for a reward, which the caller holds. Raises: Invalid, Conflict."""
    require_codes_of_its_own(row)
    tenant_id, reward_id = row["tenant_id"], row["id"]
    pool_id = row["pool_id"] or await code_pools.own_pool(tx, tenant_id, reward_id)
    told = await pool_codes.add_many(tx, vault, tenant_id, pool_id, texts)
    if told.refused:
        raise wire.invalid([Fault(f"/codes/{each.index}", each.code, each.detail) for each in told.refused[:100]])
    updated = await tx.fetchrow(SET_POOL, tenant_id, reward_id, pool_id)
    assert updated is not None
    return updated


def require_codes_of_its_own(row: Row) -> None:
    """Make sure that a reward's codes are written by people. Raises: Conflict."""
    if row["code_type"] not in {"POOL", "HUMAN"}:
        raise Conflict(f"The codes of a reward of the code type {row['code_type']} are made by the engine.")


# what is sold ------------------------------------------------------------------------------------


async def hold_for_sale(tx: Tx, asked: Collection[Reward]) -> dict[Reward, Row]:
    """Hold rewards until the transaction ends, and return those in the catalogue.

    They are locked in the order of their key, after wallets and before code pools and counters of everybody.
    """
    # By itself, so that the next statement sees what was committed meanwhile.
    await tx.execute(HOLD_FOR_SALE, *columns(sorted(asked), 2))
    return await _read_for_sale(tx, asked)


async def take(tx: Tx, taken: Mapping[Reward, Taken]) -> None:
    """Take from the stock of rewards, which the caller holds, or give back."""
    rows = [(*reward, one.count, one.warns) for reward, one in sorted(taken.items())]
    if rows:
        await tx.execute(TAKE, *columns(rows, 4))


# what is given -----------------------------------------------------------------------------------


async def read_stock(tx: Tx, rewards: Collection[Reward], *, lock: bool) -> dict[UUID, Stock]:
    """Return what can be given of rewards, by their ids. With `lock` they, and their pools, are held until the end."""
    held = await hold_for_sale(tx, rewards) if lock else await _read_for_sale(tx, rewards)
    pools = {(row["tenant_id"], row["pool_id"]) for row in held.values() if row["pool_id"] is not None}
    codes_left = await code_pools.left_in(tx, pools, lock=lock)
    return {row["id"]: _stock(row, codes_left.get((row["tenant_id"], row["pool_id"]))) for row in held.values()}


def _stock(row: Row, codes_left: int | None) -> Stock:
    capacity = row["stock_capacity"]
    bounds = [codes_left, None if capacity is None else capacity - row["stock_consumed"]]
    return Stock(row["name"], min((bound for bound in bounds if bound is not None), default=None), row["is_available"])


async def _read_for_sale(tx: Tx, asked: Collection[Reward]) -> dict[Reward, Row]:
    rows = await tx.fetch(FOR_SALE, *columns(sorted(asked), 2))
    return {(row["tenant_id"], row["id"]): row for row in rows}


async def take_given(tx: Tx, counts: Mapping[Reward, int]) -> None:
    """Take from the stock of rewards, which the caller holds, what is given of them."""
    await take(tx, {reward: Taken(count) for reward, count in counts.items()})


async def note_low(tx: Tx, given: Collection[Reward]) -> list[Reward]:
    """Note of which rewards, which the caller holds, so little is left now that it is to be told; return them."""
    low = []
    for row in await tx.fetch(WATCHED, *columns(sorted(given), 2)) if given else ():
        most = int(row["notify_quantity"])
        is_low = row["left"] is not None and row["left"] <= most
        if not is_low and row["pool_id"] is not None:
            is_low = await codes.left(tx, row["tenant_id"], row["pool_id"], most + 1) <= most
        if is_low:
            low.append((row["tenant_id"], row["id"]))
    if low:
        await tx.execute(NOTE_LOW, *columns(low, 2))
    return low
