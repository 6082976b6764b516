"""Rewards: what points buy. Owns `rewards`. Price and stock are whole numbers; stock never goes below what is sold."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, page, read_flag, select
from punchcard.errors import Fault, NotFound, NotPurchasable, OutOfStock

Points = Annotated[wire.Integer, Field(ge=0, le=10_000_000)]
Count = Annotated[wire.Integer, Field(ge=0, le=2_147_483_647)]
Text = Annotated[str, Field(min_length=2, max_length=10_000)]
Url = Annotated[str, Field(max_length=2048, pattern=r"^https?://")]
Locale = Literal["en", "fr", "de", "it", "es", "nl", "ar", "tr"]


class _Described(wire.Definition):
    description: Text | None = None
    summary: Annotated[str, Field(max_length=10_000)] | None = None
    terms: Annotated[str, Field(max_length=25_000)] | None = None
    picture_url: Url | None = None
    value: Points | None = None
    priority: Count | None = None
    details: wire.Json | None = None
    default_locale: Locale | None = None


class RewardDefinition(_Described):
    """A new reward. `stockCapacity`: how many can ever be sold; left out, there is no limit."""

    type: Literal["VOUCHER"]
    name: Annotated[str, Field(min_length=2, max_length=200)]
    price: Points
    availability: wire.Effectivity
    purchasable: wire.Flag
    stock_capacity: Count | None = None


class RewardPatch(_Described):
    """What to change of a reward; a field that is left out stays."""

    name: Annotated[str, Field(min_length=2, max_length=200)] | None = None
    price: Points | None = None
    availability: wire.Effectivity | None = None
    purchasable: wire.Flag | None = None
    stock_capacity: Count | None = None


class RewardView(wire.View, frozen=True):
    """A reward, as the catalogue shows it."""

    id: UUID
    type: str
    name: str
    price: int
    availability: wire.EffectivityView
    purchasable: bool
    stock_capacity: int | None
    stock_consumed: int
    version: int
    created_at: str
    updated_at: str
    description: str | None = None
    summary: str | None = None
    terms: str | None = None
    picture_url: str | None = None
    value: int | None = None
    priority: int | None = None
    details: Any = None
    default_locale: str | None = None


_DESCRIBED = set(_Described.model_fields)
READ = """
    select *, available_from <= clock_timestamp() and coalesce(clock_timestamp() < available_until, true)
        as is_available
    from rewards where tenant_id = $1 and deleted_at is null
"""
LOCK = "select from rewards where tenant_id = $1 and id = $2 for no key update"
FILTERS = {
    "name": Filter("name = {}"),
    "type": Filter("type = {}"),
    "purchasable": Filter("purchasable = {}", read_flag),
}
INSERT = """
    insert into rewards (tenant_id, id, type, name, price, purchasable, available_from, available_until,
                         stock_capacity, attributes)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *
"""
UPDATE = """
    update rewards set name = $3, price = $4, purchasable = $5, available_from = $6, available_until = $7,
        stock_capacity = $8, attributes = $9, version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
DELETE = """
    update rewards set deleted_at = clock_timestamp() where tenant_id = $1 and id = $2 and deleted_at is null
    returning *
"""
TAKE = """
    update rewards set stock_consumed = stock_consumed + 1
    where tenant_id = $1 and id = $2 and (stock_capacity is null or stock_consumed < stock_capacity)
"""
STOCK = """
    select tenant_id, id, name, stock_capacity - stock_consumed as left_over,
           deleted_at is null and available_from <= clock_timestamp()
               and coalesce(clock_timestamp() < available_until, true) as is_available
    from rewards where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
    order by tenant_id, id
"""
LOCK_STOCK = """
    select from rewards where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
    order by tenant_id, id for no key update
"""
GIVE = """
    update rewards as reward set stock_consumed = reward.stock_consumed + given.count
    from unnest($1::uuid[], $2::uuid[], $3::integer[]) as given (tenant_id, id, count)
    where reward.tenant_id = given.tenant_id and reward.id = given.id
"""

Reward = tuple[UUID, UUID]
"""Tenant id, reward id."""


class Stock(Struct, frozen=True):
    """What can be given of a reward. left: how many; None: any number. is_available: now, be it for sale or not."""

    name: str
    left: int | None
    is_available: bool


async def create_reward(db: Db, tenant_id: UUID, definition: RewardDefinition) -> RewardView:
    """Put a reward into the catalogue."""
    when = definition.availability

    async def body(tx: Tx) -> RewardView:
        row = await tx.fetchrow(
            INSERT, tenant_id, clock.new_id(), definition.type, definition.name, definition.price,
            definition.purchasable, when.start, when.end, definition.stock_capacity, wire.text(_described(definition)),
        )  # fmt: skip
        assert row is not None
        return _view(row)

    return await db.run(body)


async def list_rewards(db: Db, tenant_id: UUID, listing: Listing) -> Page[RewardView]:
    """List the catalogue."""
    sql, arguments = select(listing, READ, [tenant_id], FILTERS, id_column="id", order="ASC")
    return page(listing, await db.fetch(sql, *arguments), _view)


async def get_reward(db: Db, tenant_id: UUID, id: UUID) -> RewardView:
    """Return one reward."""
    row = await db.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such reward.")
    return _view(row)


async def patch_reward(
    db: Db, tenant_id: UUID, id: UUID, definition: RewardPatch, expected: wire.Expected
) -> RewardView:
    """Change a reward. Raises: NotFound, PreconditionFailed, Invalid for a capacity below what is sold."""

    async def body(tx: Tx) -> RewardView:
        row = await _locked(tx, tenant_id, id)
        wire.require_version(row["version"], expected)
        given = definition.model_dump(exclude_unset=True)
        capacity = given.get("stock_capacity", row["stock_capacity"])
        if capacity is not None and capacity < row["stock_consumed"]:
            detail = f"{row['stock_consumed']} have been sold already; the capacity cannot be less."
            raise wire.invalid([Fault("/stockCapacity", "below_stock_consumed", detail)])
        attributes = wire.decode(row["attributes"].encode()) | _described(definition)
        when = given.get("availability") or {"start": row["available_from"], "end": row["available_until"]}
        kept = [row[name] if given.get(name) is None else given[name] for name in ("name", "price", "purchasable")]
        updated = await tx.fetchrow(
            UPDATE, tenant_id, id, *kept, when["start"], when["end"], capacity, wire.text(attributes)
        )
        assert updated is not None
        return _view(updated)

    return await db.run(body)


async def delete_reward(db: Db, tenant_id: UUID, id: UUID) -> RewardView:
    """Take a reward out of the catalogue; vouchers bought stay."""
    row = await db.fetchrow(DELETE, tenant_id, id)
    if row is None:
        raise NotFound("There is no such reward.")
    return _view(row)


async def take_one(tx: Tx, tenant_id: UUID, reward_id: UUID) -> Row:
    """Hold a reward and take one from its stock; the caller's transaction decides whether it stays taken.

    Raises: NotFound, NotPurchasable, OutOfStock.
    """
    row = await _locked(tx, tenant_id, reward_id)
    if not row["purchasable"] or not row["is_available"]:
        raise NotPurchasable("The reward is not for sale, or not now; see its availability.")
    if await tx.execute(TAKE, tenant_id, reward_id) != "UPDATE 1":
        raise OutOfStock("Nothing is left of this reward.")
    return row


async def read_stock(tx: Tx, rewards: Collection[Reward], *, lock: bool) -> dict[UUID, Stock]:
    """Return what can be given of rewards, by their ids. With `lock` they are held until the transaction ends.

    They are locked in the order of their key, after wallets and before counters of everybody.
    """
    asked = columns(rewards, 2)
    if lock:  # a statement of its own, so that the next one sees what was committed while it waited
        await tx.execute(LOCK_STOCK, *asked)
    rows = await tx.fetch(STOCK, *asked)
    return {row["id"]: Stock(row["name"], row["left_over"], row["is_available"]) for row in rows}


async def take_given(tx: Tx, counts: Mapping[Reward, int]) -> None:
    """Take from the stock of rewards, which the caller holds, what is given of them."""
    if counts:
        await tx.execute(GIVE, *columns([(*reward, count) for reward, count in sorted(counts.items())], 3))


async def _locked(tx: Tx, tenant_id: UUID, reward_id: UUID) -> Row:
    await tx.execute(LOCK, tenant_id, reward_id)
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, reward_id)
    if row is None:
        raise NotFound("There is no such reward.")
    return row


def _described(definition: _Described) -> dict[str, Any]:
    return definition.model_dump(mode="python", by_alias=False, exclude_unset=True, include=_DESCRIBED)


def _view(row: Row) -> RewardView:
    attributes = msgspec.json.decode(row["attributes"])
    return RewardView(
        row["id"], row["type"], row["name"], row["price"],
        wire.EffectivityView(wire.rfc3339(row["available_from"]), wire.rfc3339_or_none(row["available_until"])),
        row["purchasable"], row["stock_capacity"], row["stock_consumed"], row["version"],
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]), **attributes,
    )  # fmt: skip
