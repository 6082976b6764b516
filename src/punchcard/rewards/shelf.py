"""The catalogue as it is shown and changed: rewards with their categories, discounts and, to administrators, codes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, by_part_of, listed, read_flag
from punchcard.errors import Fault, NotFound
from punchcard.locales import Locale, localized
from punchcard.rewards import categories, codes, discounts, pool_codes, rewards, venues
from punchcard.rewards.codes import Vault
from punchcard.rewards.definitions import RewardDefinition, RewardPatch
from punchcard.rewards.pool_codes import CodeView
from punchcard.rewards.reward_views import (
    CodeSourceView,
    LimitPerUserView,
    NotificationView,
    RewardView,
    VisibilityCriteriaView,
)

TEXTS = ("name", "description", "summary", "terms", "redemption_message", "picture_url")
FILTERS = {
    "name": Filter("name = {}"),
    "search": by_part_of("name"),
    "type": Filter("type = {}"),
    "purchasable": Filter("purchasable = {}", read_flag),
    "category": Filter("category_id::text = {}", str.lower),
    "codeType": Filter("code_type = {}"),
    "tier": Filter("tier_id::text = {}", str.lower),
}
IS_CATEGORY = "select from reward_categories where tenant_id = $1 and id = $2 and deleted_at is null"


class Beside(Struct, frozen=True):
    """What is shown with rewards: categories and discounts by their ids, and (None to end users) texts of codes."""

    categories: Mapping[UUID, Row]
    discounts: Mapping[UUID, list[discounts.DiscountView]]
    texts: Mapping[UUID, str] | None


async def create_reward(db: Db, tenant_id: UUID, vault: Vault, definition: RewardDefinition) -> RewardView:
    """Put a reward into the catalogue. Raises: Invalid, NameTaken for a code that stands somewhere already."""

    async def body(tx: Tx) -> RewardView:
        return await _whole(tx, vault, await rewards.write_reward(tx, vault, tenant_id, definition))

    return await db.run(body)


async def patch_reward(
    db: Db, tenant_id: UUID, vault: Vault, id: UUID, definition: RewardPatch, expected: wire.Expected
) -> RewardView:
    """Change a reward. Raises: NotFound, PreconditionFailed, NameTaken, Invalid for a capacity below what is sold."""

    async def body(tx: Tx) -> RewardView:
        row = await rewards.change_reward(tx, vault, tenant_id, id, definition, expected)
        return await _whole(tx, vault, row)

    return await db.run(body)


async def delete_reward(db: Db, tenant_id: UUID, vault: Vault, id: UUID) -> RewardView:
    """Take a reward out of the catalogue; vouchers bought stay."""

    async def body(tx: Tx) -> RewardView:
        return await _whole(tx, vault, await rewards.end_reward(tx, tenant_id, id))

    return await db.run(body)


# codes that were written for one reward ----------------------------------------------------------


async def list_own_codes(db: Db, tenant_id: UUID, vault: Vault, id: UUID, listing: Listing) -> Page[CodeView]:
    """List the codes that a reward's vouchers take: its own, or those of its pool. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        row = await read_reward(tx, tenant_id, id)
        pool_id = row["pool_id"] or UUID(int=0)
        return await pool_codes.page_of_codes(tx, vault, tenant_id, pool_id, listing)


class VoucherCodeDefinition(pool_codes.CodeDefinition):
    """A code, in ASCII. `voucher`: {} for any voucher of the reward, or the reward's own id."""

    value: pool_codes.AsciiCode
    voucher: wire.Json


async def create_own_code(
    db: Db, tenant_id: UUID, vault: Vault, id: UUID, definition: VoucherCodeDefinition
) -> CodeView:
    """Add a code to those that a reward's vouchers take. Raises: NotFound, NameTaken, Conflict for made codes."""

    async def body(tx: Tx) -> CodeView:
        row = await rewards.hold_reward(tx, tenant_id, id)
        require_of_reward(definition, id)
        row = await rewards.add_own_codes(tx, vault, row, [])
        return await pool_codes.add_one(tx, vault, tenant_id, row["pool_id"], definition.value)

    return await db.run(body)


async def delete_own_code(db: Db, tenant_id: UUID, vault: Vault, id: UUID, code_id: UUID) -> CodeView:
    """Delete a code that no voucher has taken. Raises: NotFound, Conflict."""

    async def body(tx: Tx) -> CodeView:
        row = await rewards.hold_reward(tx, tenant_id, id)
        return await pool_codes.delete_one(tx, vault, tenant_id, row["pool_id"] or UUID(int=0), code_id)

    return await db.run(body)


def require_of_reward(definition: VoucherCodeDefinition, reward_id: UUID) -> None:
    """Make sure that a code is meant for any voucher of a reward. Raises: Invalid."""
    named = definition.voucher.get("id")
    if named is not None and str(named).lower() != str(reward_id):
        detail = "A code is added to a reward and taken by the next voucher: write {} or the reward's own id."
        raise wire.invalid([Fault("/voucher/id", "voucher_not_takeable", detail)])


# views -------------------------------------------------------------------------------------------


async def read_reward(tx: Tx, tenant_id: UUID, reward_id: UUID) -> Row:
    """Return a reward that is in the catalogue. Raises: NotFound."""
    row = await tx.fetchrow(rewards.READ + " and id = $2", tenant_id, reward_id)
    if row is None:
        raise NotFound("There is no such reward.")
    return row


async def read_page(tx: Tx, tenant_id: UUID, listing: Listing, category_id: UUID | None) -> Page[Row]:
    """Return a page of the catalogue, or of one category of it. Raises: NotFound."""
    head, fixed = rewards.READ, [tenant_id]
    if category_id is not None:
        if await tx.fetchrow(IS_CATEGORY, tenant_id, category_id) is None:
            raise NotFound("There is no such category.")
        head, fixed = f"{head} and category_id = $2", [tenant_id, category_id]
    return await listed(tx, listing, head, fixed, FILTERS, lambda row: row, order="ASC")


async def read_beside(
    tx: Tx, vault: Vault | None, tenant_id: UUID, rows: Sequence[Row], *, told: bool = True
) -> Beside:
    """Return what is shown with rewards; with a `vault` to administrators, the texts of codes only where `told`."""
    ids = [row["code_id"] for row in rows if row["code_id"] is not None]
    texts = None
    if vault is not None:
        sealed = await tx.fetch(codes.BY_IDS, tenant_id, ids) if ids and told else []
        texts = {row["id"]: vault.open(tenant_id, row["id"], row["sealed"]) for row in sealed}
    return Beside(
        await categories.known_categories(tx, tenant_id, rows),
        await discounts.discounts_of(tx, tenant_id, [row["id"] for row in rows]),
        texts,
    )


async def _whole(tx: Tx, vault: Vault, row: Row) -> RewardView:
    return view(row, await read_beside(tx, vault, row["tenant_id"], [row]))


def view(row: Row, beside: Beside, locale: Locale | None = None, *, visible: bool | None = None) -> RewardView:
    """Return what a caller sees of a reward: administrators all of it."""
    attributes = msgspec.json.decode(row["attributes"])
    details = attributes.pop("details", None) or {}
    plain = {name: attributes.pop(name, None) for name in TEXTS} | {"name": row["name"]}
    texts = localized(plain, details, locale, attributes.get("default_locale"))
    category = beside.categories.get(row["category_id"])
    return RewardView(
        id=row["id"], type=row["type"], price=row["price"],
        availability=wire.EffectivityView(
            wire.rfc3339(row["available_from"]), wire.rfc3339_or_none(row["available_until"])
        ),
        purchasable=row["purchasable"], stock_capacity=row["stock_capacity"], stock_consumed=row["stock_consumed"],
        code_type=row["code_type"], hide_code=row["hide_code"], is_locked=False,
        discounts=beside.discounts.get(row["id"], []), venues=venues.references(row["venue_ids"]),
        purchasable_for_audiences=venues.references(row["audience_ids"]), version=row["version"],
        created_at=wire.rfc3339(row["created_at"]), updated_at=wire.rfc3339(row["updated_at"]),
        category=None if category is None else categories.view_of(category, locale),
        tier=None if row["tier_id"] is None else wire.ReferenceView(row["tier_id"]),
        purchase_expiration=row["expiration_days"], limit_per_user=_limit(row),
        details={name: _camel(given) for name, given in details.items()} or None, visible=visible,
        **texts, **attributes, **({} if beside.texts is None else _for_administrators(row, beside.texts)),
    )  # fmt: skip


def _limit(row: Row) -> LimitPerUserView | None:
    return None if row["limit_count"] is None else LimitPerUserView(row["limit_count"], row["limit_per"])


def _camel(texts: Mapping[str, Any]) -> dict[str, Any]:
    names = {"picture_url": "pictureUrl", "redemption_message": "redemptionMessage"}
    return {names.get(name, name): text for name, text in texts.items()}


def _for_administrators(row: Row, texts: Mapping[UUID, str]) -> dict[str, Any]:
    source = CodeSourceView(
        texts.get(row["code_id"]), row["code_template"],
        None if row["pool_id"] is None else wire.ReferenceView(row["pool_id"]),
    )  # fmt: skip
    shown: dict[str, Any] = {"code": None if source == CodeSourceView() else source}
    if row["notify_quantity"] is not None:
        shown["notification_config"] = NotificationView(
            row["notify_quantity"], row["notify_emails"], row["notified_at"] is not None
        )
    if row["criteria"] is not None:
        criteria = msgspec.json.decode(row["criteria"], type=dict[str, msgspec.Raw])
        shown["visibility_criteria"] = VisibilityCriteriaView(
            msgspec.Raw(criteria["criteriaTree"]), criteria.get("criteriaJsonLogic")
        )
    return shown
