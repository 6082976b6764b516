"""Badges: what users can earn beside points. Owns `badges`; what was earned is in earned_badges.py."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import AfterValidator, Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, by_part_of
from punchcard.engine.effects import Badge
from punchcard.errors import NotFound
from punchcard.locales import localized

LOCALES = ("en", "fr", "de", "it", "es", "nl", "ar", "tr")
ACTIVE = "ACTIVE"
DEFAULT_LOCALE = "en"

Status = Literal["ACTIVE", "INACTIVE", "ARCHIVED"]
Text = Annotated[str, Field(min_length=2, max_length=1000)]
Priority = Annotated[wire.Integer, Field(ge=0, le=2_147_483_647)]


class BadgeDetailsDefinition(wire.Definition):
    """What a badge is called, and how it looks, in one language."""

    name: Annotated[str, Field(min_length=2, max_length=200)]
    description: Text | None = None
    artwork_url: Annotated[str, Field(max_length=2048, pattern=r"^https?://")] | None = None
    locale: wire.Locale


def _once(details: list[BadgeDetailsDefinition]) -> list[BadgeDetailsDefinition]:
    if len({one.locale for one in details}) < len(details):
        raise ValueError("Describe the badge once in each language.")
    return details


Details = Annotated[list[BadgeDetailsDefinition], Field(max_length=len(LOCALES)), AfterValidator(_once)]


class BadgeDefinition(wire.Definition):
    """A new badge: its name among administrators, and what members see of it in their languages."""

    internal_name: Annotated[str, Field(min_length=2, max_length=200)]
    internal_description: Text | None = None
    details: Details = Field(default_factory=list)
    priority: Priority = 0


class BadgePatch(wire.Definition):
    """What to change of a badge; a field that is left out stays. `details` replaces all that are there."""

    internal_name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    internal_description: Text | None = None
    details: Details | None = None
    priority: Priority | None = None
    status: Status | None = None


class BadgeView(wire.View, frozen=True):
    """A badge, in the language asked for, else in English, else in the first that it has. Only an ACTIVE one is earned.

    For a user: how often it was earned, and when last. `details` has all languages; `internalDescription` is for
    administrators.
    """

    id: UUID
    name: str
    internal_name: str
    details: msgspec.Raw
    priority: int
    status: str
    version: int
    created_at: str
    updated_at: str
    description: str | None = None
    artwork_url: str | None = None
    internal_description: str | None = None
    count: int | None = None
    last_earned_at: str | None = None


READ = "select * from badges where tenant_id = $1"
LOCK = "select from badges where tenant_id = $1 and id = $2 for no key update"
INSERT = """
    insert into badges (tenant_id, id, internal_name, internal_description, details, priority)
    values ($1, $2, $3, $4, $5, $6) returning *
"""
UPDATE = """
    update badges set internal_name = $3, internal_description = $4, details = $5, priority = $6, status = $7,
                      version = version + 1, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
FILTERS = {
    "internalName": Filter("internal_name = {}"),
    "search": by_part_of("internal_name"),
    "status": Filter("status = {}"),
}


async def create_badge(db: Db, tenant_id: UUID, definition: BadgeDefinition) -> BadgeView:
    """Create a badge, which can be earned from now on."""

    async def body(tx: Tx) -> BadgeView:
        row = await tx.fetchrow(
            INSERT, tenant_id, clock.new_id(), definition.internal_name, definition.internal_description,
            _stored(definition.details), definition.priority,
        )  # fmt: skip
        assert row is not None
        return view(row)

    return await db.run(body)


async def patch_badge(db: Db, tenant_id: UUID, id: UUID, definition: BadgePatch, expected: wire.Expected) -> BadgeView:
    """Change a badge; what was earned stays earned. Raises: NotFound, PreconditionFailed."""

    async def body(tx: Tx) -> BadgeView:
        await tx.execute(LOCK, tenant_id, id)
        row = await tx.fetchrow(READ + " and id = $2", tenant_id, id)
        if row is None:
            raise NotFound("There is no such badge.")
        wire.require_version(row["version"], expected)
        given: dict[str, Any] = definition.model_dump(exclude_unset=True, exclude={"details"})
        if definition.details is not None:
            given["details"] = _stored(definition.details)
        names = ("internal_name", "internal_description", "details", "priority", "status")
        kept = [
            given[name] if given.get(name) is not None or (name == "internal_description" and name in given)
            else row[name]
            for name in names
        ]  # fmt: skip
        updated = await tx.fetchrow(UPDATE, tenant_id, id, *kept)
        assert updated is not None
        return view(updated)

    return await db.run(body)


async def load_badges(tx: Tx, tenant_id: UUID) -> dict[UUID, Badge]:
    """Return all badges as reactions see them."""
    return {row["id"]: Badge(row["internal_name"], row["status"] == ACTIVE) for row in await tx.fetch(READ, tenant_id)}


def _stored(details: list[BadgeDetailsDefinition]) -> str:
    return wire.text([one.model_dump(by_alias=True, exclude_unset=True) for one in details])


def view(row: Row, locale: wire.Locale | None = None) -> BadgeView:
    """Return what an administrator sees of a badge."""
    details = {one["locale"]: one for one in wire.decode(row["details"].encode())}
    plain = {"name": row["internal_name"]}
    shown = localized(
        plain, details, locale, DEFAULT_LOCALE if DEFAULT_LOCALE in details else next(iter(details), None)
    )
    return BadgeView(
        row["id"], shown["name"], row["internal_name"], wire.raw(row["details"]), row["priority"], row["status"],
        row["version"], wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]), shown.get("description"),
        shown.get("artworkUrl"), row["internal_description"],
    )  # fmt: skip
