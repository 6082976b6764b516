"""Badges as members see them: which there are, and which they have, how often and since when."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import structs

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, page, select
from punchcard.errors import Fault, NotFound
from punchcard.users import badges
from punchcard.users.badges import ACTIVE, FILTERS, READ, BadgeView
from punchcard.users.earned_badges import Held, read_held

OPEN = f"{READ} and status = '{ACTIVE}'"
EARNED = f"{READ} and id = any($2::uuid[]) order by priority desc, id"
KNOWN = "select exists (select from users where tenant_id = $1 and id = $2)"
# Whom an administrator asks about is no column of badges.
OF_USER = {**FILTERS, "user": Filter("{}::uuid is not null", UUID)}


async def list_badges(
    db: Db, tenant_id: UUID, own_user_id: UUID | None, listing: Listing, *, locale: wire.Locale | None = None
) -> Page[BadgeView]:
    """List the badges, with how often the calling user has each; a user sees those that can be earned.

    An administrator sees all, and names a user as `filter=user:ID`. Raises: Invalid, NotFound for an unknown user.
    """
    head = READ if own_user_id is None else OPEN
    sql, arguments = select(listing, head, [tenant_id], OF_USER, id_column="id", order="ASC")
    async with db.transaction(snapshot=True) as tx:
        user_id = own_user_id or await _named(tx, tenant_id, listing)
        held = await _held(tx, tenant_id, user_id)
        rows = await tx.fetch(sql, *arguments)
    return page(listing, rows, lambda row: _view(row, locale, user_id, held, is_own=own_user_id is not None))


async def get_badge(
    db: Db, tenant_id: UUID, own_user_id: UUID | None, id: UUID, *, locale: wire.Locale | None = None
) -> BadgeView:
    """Return one badge, with how often the calling user has it. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        row = await tx.fetchrow(f"{READ} and id = $2", tenant_id, id)
        held = await _held(tx, tenant_id, own_user_id)
    is_hidden = row is not None and own_user_id is not None and row["status"] != ACTIVE and id not in held
    if row is None or is_hidden:
        raise NotFound("There is no such badge.")
    return _view(row, locale, own_user_id, held, is_own=own_user_id is not None)


async def list_earned_badges(
    db: Db, tenant_id: UUID, own_user_id: UUID | None, listing: Listing, *, locale: wire.Locale | None = None
) -> Page[BadgeView]:
    """List the badges that the calling user has earned, those of the highest priority first.

    An administrator, who earns none, names the user as `filter=user:ID`. Raises: Invalid, NotFound for an unknown user.
    """
    async with db.transaction(snapshot=True) as tx:
        user_id = own_user_id or await _named(tx, tenant_id, listing)
        held = await _held(tx, tenant_id, user_id)
        rows = await tx.fetch(EARNED, tenant_id, list(held)) if held else []
    if listing.order == "ASC":
        rows.reverse()
    shown = rows[listing.skip : listing.skip + listing.limit]
    is_own = own_user_id is not None
    return Page([_view(row, locale, user_id, held, is_own=is_own) for row in shown], listing)


async def _named(tx: Tx, tenant_id: UUID, listing: Listing) -> UUID | None:
    """Return the user whom an administrator asks about. Raises: Invalid, NotFound."""
    named = listing.filters.get("user")
    unknown = [name for name in listing.filters if name not in OF_USER]
    faults = [Fault(f"/{name}", "unknown_filter", "This list can be filtered by user.") for name in unknown]
    try:
        user_id = None if named is None else UUID(named)
    except ValueError:
        faults.append(Fault("/user", "unreadable_filter", "Write the id of a user."))
    if faults:
        raise wire.invalid(faults)
    if user_id is not None and not await tx.fetchval(KNOWN, tenant_id, user_id):
        raise NotFound("There is no such user.")
    return user_id


async def _held(tx: Tx, tenant_id: UUID, user_id: UUID | None) -> Mapping[UUID, Held]:
    if user_id is None:
        return {}
    return {held.badge_id: held for held in (await read_held(tx, [(tenant_id, user_id)]))[user_id]}


def _view(
    row: Row, locale: wire.Locale | None, user_id: UUID | None, held: Mapping[UUID, Held], *, is_own: bool
) -> BadgeView:
    shown = badges.view(row, locale)
    if is_own:
        shown = structs.replace(shown, internal_description=None)
    if user_id is None:
        return shown
    own = held.get(row["id"])
    if own is None:
        return structs.replace(shown, count=0)
    return structs.replace(shown, count=own.count, last_earned_at=wire.rfc3339(own.last_earned_at))
