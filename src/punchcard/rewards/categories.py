"""Reward categories: how a catalogue is arranged, as a tree. Owns `reward_categories`."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from pydantic import Field, field_validator

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, by_part_of, listed
from punchcard.errors import Conflict, Fault, NotFound
from punchcard.locales import Locale, localized

PRIORITY_MAX = 1_000_000_000
DEPTH_MAX = 16

Name = Annotated[str, Field(min_length=2, max_length=64)]
Url = Annotated[str, Field(max_length=2048, pattern=r"^https?://")]
Description = Annotated[str, Field(min_length=2, max_length=5_000)]
Priority = Annotated[wire.Number, Field(ge=-PRIORITY_MAX, le=PRIORITY_MAX, decimal_places=6)]


class RewardCategoryDetails(wire.Definition):
    """What a category is called in one language."""

    locale: Locale
    name: Name | None = None
    picture_url: Url | None = None
    description: Description | None = None


class _Described(wire.Definition):
    picture_url: Url | None = None
    description: Description | None = None
    parent: wire.Reference | None = None
    default_locale: Locale | None = None
    details: Annotated[list[RewardCategoryDetails], Field(max_length=8)] | None = None

    @field_validator("details")
    @classmethod
    def _once_each(cls, details: list[RewardCategoryDetails] | None) -> list[RewardCategoryDetails] | None:
        if details and len({each.locale for each in details}) < len(details):
            raise ValueError("A locale stands here twice; write each once.")
        return details


class CategoryDefinition(_Described):
    """A new category. `details` are its texts by locale; what lacks there is taken from `defaultLocale`, then here."""

    name: Name
    priority: Priority


class CategoryPatch(_Described):
    """What to change of a category; a field that is left out stays, and null empties one that may be empty."""

    name: Name | None = None
    priority: Priority | None = None


class RewardCategoryView(wire.View, frozen=True):
    """A category in the language asked for; `details` has its texts in all of them."""

    id: UUID
    name: str
    priority: Decimal
    type: str
    version: int
    created_at: str
    updated_at: str
    details: Sequence[Mapping[str, Any]]
    picture_url: str | None = None
    description: str | None = None
    parent: wire.ReferenceView | None = None
    default_locale: str | None = None


COLUMNS = ("name", "priority", "picture_url", "description", "parent_id", "default_locale", "details")
READ = "select * from reward_categories where tenant_id = $1 and deleted_at is null"
LOCK = "select from reward_categories where tenant_id = $1 and id = $2 for no key update"
# Whoever puts a category below another one does so alone in its tenant: no two make a circle together.
ALONE = "select pg_advisory_xact_lock(hashtextextended('reward_categories ' || $1::text, 0))"
ABOVE = """
    with recursive above as (
        select id, parent_id, 1 as depth from reward_categories
        where tenant_id = $1 and id = $2 and deleted_at is null
        union all
        select higher.id, higher.parent_id, above.depth + 1 from above
        join reward_categories as higher on higher.tenant_id = $1 and higher.id = above.parent_id
        where above.depth < 100
    )
    select id from above
"""
INSERT = """
    insert into reward_categories (tenant_id, id, name, priority, picture_url, description, parent_id, default_locale,
                                   details)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *
"""
UPDATE = """
    update reward_categories set name = $3, priority = $4, picture_url = $5, description = $6, parent_id = $7,
        default_locale = $8, details = $9, version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
HOLD_EMPTY = """
    select exists (select from reward_categories where tenant_id = $1 and parent_id = $2 and deleted_at is null)
        or exists (select from rewards where tenant_id = $1 and category_id = $2 and deleted_at is null)
"""
DELETE = "update reward_categories set deleted_at = clock_timestamp() where tenant_id = $1 and id = $2 returning *"
KEEP = "select id from reward_categories where tenant_id = $1 and id = $2 and deleted_at is null for share"
SHOWN = "select * from reward_categories where tenant_id = $1 and id = any($2::uuid[])"
FILTERS = {
    "name": Filter("name = {}"),
    "search": by_part_of("name"),
    "parent": Filter("parent_id::text = {}", str.lower),
}


async def create_category(db: Db, tenant_id: UUID, definition: CategoryDefinition) -> RewardCategoryView:
    """Add a category to the catalogue."""

    async def body(tx: Tx) -> RewardCategoryView:
        category_id = clock.new_id()
        await _require_place(tx, tenant_id, category_id, definition.parent)
        return _view(await _written(tx, INSERT, tenant_id, category_id, _columns(definition)))

    return await db.run(body)


async def list_categories(
    db: Db, tenant_id: UUID, listing: Listing, *, locale: Locale | None = None
) -> Page[RewardCategoryView]:
    """List the categories, in the order in which they were made; `priority` says in which to show them."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, lambda row: _view(row, locale), order="ASC")


async def get_category(db: Db, tenant_id: UUID, id: UUID, *, locale: Locale | None = None) -> RewardCategoryView:
    """Return one category."""
    row = await db.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise _unknown()
    return _view(row, locale)


async def patch_category(
    db: Db, tenant_id: UUID, id: UUID, definition: CategoryPatch, expected: wire.Expected
) -> RewardCategoryView:
    """Change a category. Raises: NotFound, PreconditionFailed, Invalid for a parent that cannot be one."""

    async def body(tx: Tx) -> RewardCategoryView:
        if definition.parent is not None:
            await _require_place(tx, tenant_id, id, definition.parent)
        row = await _locked(tx, tenant_id, id)
        wire.require_version(row["version"], expected)
        given = _columns(definition)
        kept = {name: given.get(name, row[name]) for name in COLUMNS}
        kept |= {name: row[name] for name in ("name", "priority", "details") if kept[name] is None}
        return _view(await _written(tx, UPDATE, tenant_id, id, kept))

    return await db.run(body)


async def delete_category(db: Db, tenant_id: UUID, id: UUID) -> RewardCategoryView:
    """Take an empty category out of the catalogue. Raises: NotFound, Conflict while something is in it."""

    async def body(tx: Tx) -> RewardCategoryView:
        await tx.execute(ALONE, str(tenant_id))
        await tx.execute(LOCK.replace("no key update", "update"), tenant_id, id)
        row = await _locked(tx, tenant_id, id)
        if await tx.fetchval(HOLD_EMPTY, tenant_id, id):
            raise Conflict(f"{row['name']} has rewards or categories in it: put them elsewhere first.")
        deleted = await tx.fetchrow(DELETE, tenant_id, id)
        assert deleted is not None
        return _view(deleted)

    return await db.run(body)


async def require_category(tx: Tx, tenant_id: UUID, id: UUID | None) -> None:
    """Make sure that a reward can be put into a category, which then stays. Raises: Invalid."""
    if id is not None and await tx.fetchval(KEEP, tenant_id, id) is None:
        raise wire.invalid([Fault("/category", "category_unknown", "There is no such category.")])


async def known_categories(db: Db | Tx, tenant_id: UUID, rows: Sequence[Row]) -> dict[UUID, Row]:
    """Return the categories that rows of rewards are in, also those deleted since."""
    ids = {row["category_id"] for row in rows if row["category_id"] is not None}
    return {row["id"]: row for row in await db.fetch(SHOWN, tenant_id, list(ids))} if ids else {}


def view_of(row: Row, locale: Locale | None = None) -> RewardCategoryView:
    """Return what a caller sees of a category."""
    return _view(row, locale)


async def _require_place(tx: Tx, tenant_id: UUID, id: UUID, parent: UUID | None) -> None:
    if parent is None:
        return
    await tx.execute(ALONE, str(tenant_id))
    above = [row["id"] for row in await tx.fetch(ABOVE, tenant_id, parent)]
    detail = None
    if not above:
        detail = "There is no such category."
    elif id in above:
        detail = "A category cannot be below itself."
    elif len(above) >= DEPTH_MAX:
        detail = f"Categories are nested {DEPTH_MAX} deep at most."
    if detail is not None:
        raise wire.invalid([Fault("/parent", "parent_unusable", detail)])


async def _locked(tx: Tx, tenant_id: UUID, id: UUID) -> Row:
    await tx.execute(LOCK, tenant_id, id)
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise _unknown()
    return row


async def _written(tx: Tx, sql: str, tenant_id: UUID, id: UUID, given: Mapping[str, Any]) -> Row:
    details = given.get("details") or "{}"
    row = await tx.fetchrow(sql, tenant_id, id, *(given.get(name) for name in COLUMNS[:-1]), details)
    assert row is not None
    return row


def _columns(definition: CategoryDefinition | CategoryPatch) -> dict[str, Any]:
    """Return what a definition says, by the columns it goes to."""
    given = definition.model_dump(exclude_unset=True)
    if "parent" in given:
        given["parent_id"] = given.pop("parent")
    if definition.details is not None:
        texts = {each.locale: _texts(each) for each in definition.details}
        given["details"] = wire.text(texts)
    return given


def _texts(details: RewardCategoryDetails) -> dict[str, Any]:
    return details.model_dump(by_alias=False, exclude={"locale"}, exclude_none=True)


def _unknown() -> NotFound:
    return NotFound("There is no such category.")


def _view(row: Row, locale: Locale | None = None) -> RewardCategoryView:
    texts = msgspec.json.decode(row["details"])
    plain = {name: row[name] for name in ("name", "description", "picture_url")}
    names = {"picture_url": "pictureUrl"}
    details = [
        {"locale": each, **{names.get(name, name): text for name, text in given.items()}}
        for each, given in texts.items()
    ]
    return RewardCategoryView(
        row["id"], priority=row["priority"], type="REWARD", version=row["version"],
        created_at=wire.rfc3339(row["created_at"]), updated_at=wire.rfc3339(row["updated_at"]), details=details,
        parent=None if row["parent_id"] is None else wire.ReferenceView(row["parent_id"]),
        default_locale=row["default_locale"], **localized(plain, texts, locale, row["default_locale"]),
    )  # fmt: skip
