"""Rewards as a caller sees them: in the language asked for, and with what the criteria let an end user see."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import structs

from punchcard.access.principals import Kind, Principal
from punchcard.access.roles import Role
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Listing, Page
from punchcard.engine.audience import Comparison, Criterion, Group
from punchcard.engine.constraint import Constraint
from punchcard.engine.facts import Path
from punchcard.engine.situation import Subject
from punchcard.events.member_facts import facts_of
from punchcard.locales import Locale
from punchcard.points.ledger import read_subject
from punchcard.rewards import shelf
from punchcard.rewards.codes import Vault
from punchcard.rewards.reward_views import RewardView
from punchcard.rewards.shelf import FILTERS
from punchcard.rewards.visibility import criteria_of
from punchcard.users.audience_sql import met_by

__all__ = ["FILTERS", "get_reward", "list_rewards", "list_rewards_of_category"]

NOW = "select statement_timestamp()"
CODES_ARE_FOR = (Role.OWNER, Role.MANAGER)
"""Who may list codes is told those that are part of a reward; the others buy or redeem, and get one."""


async def list_rewards(
    db: Db,
    principal: Principal,
    vault: Vault,
    listing: Listing,
    *,
    locale: Locale | None = None,
    completely_skip_invisible: bool = False,
) -> Page[RewardView]:
    """List the catalogue. For an end user `visible` tells whether the criteria let this one see and buy a reward.

    With `completelySkipInvisible` the others are left out; a page may then be shorter than `limit`, and `next` goes on.
    """
    return await _list(db, principal, vault, listing, None, locale, skip=completely_skip_invisible)


async def list_rewards_of_category(
    db: Db,
    principal: Principal,
    vault: Vault,
    id: UUID,
    listing: Listing,
    *,
    locale: Locale | None = None,
    completely_skip_invisible: bool = False,
) -> Page[RewardView]:
    """List the rewards that are in a category itself, as the list of all does. Raises: NotFound."""
    return await _list(db, principal, vault, listing, id, locale, skip=completely_skip_invisible)


async def get_reward(
    db: Db, principal: Principal, vault: Vault, id: UUID, *, locale: Locale | None = None
) -> RewardView:
    """Return one reward."""
    async with db.transaction(snapshot=True) as tx:
        row = await shelf.read_reward(tx, principal.tenant_id, id)
        (shown,) = await _views(tx, principal, vault, [row], locale)
        return shown


async def _list(
    db: Db,
    principal: Principal,
    vault: Vault,
    listing: Listing,
    category_id: UUID | None,
    locale: Locale | None,
    *,
    skip: bool,
) -> Page[RewardView]:
    async with db.transaction(snapshot=True) as tx:
        found = await shelf.read_page(tx, principal.tenant_id, listing, category_id)
        shown = await _views(tx, principal, vault, found.items, locale)
    items = [one for one in shown if one.visible is not False] if skip else shown
    return structs.replace(found, items=items)  # type: ignore[arg-type]  # rows become views


async def _views(
    tx: Tx, principal: Principal, vault: Vault, rows: Sequence[Row], locale: Locale | None
) -> list[RewardView]:
    if principal.kind is not Kind.USER or principal.user_id is None:
        beside = await shelf.read_beside(tx, vault, principal.tenant_id, rows, told=principal.role in CODES_ARE_FOR)
        return [shelf.view(row, beside, locale) for row in rows]
    beside = await shelf.read_beside(tx, None, principal.tenant_id, rows)
    seen = await visible_to(tx, principal.tenant_id, principal.user_id, rows)
    return [shelf.view(row, beside, locale, visible=row["id"] in seen) for row in rows]


async def visible_to(
    tx: Tx, tenant_id: UUID, user_id: UUID, rows: Sequence[Row], subject: Subject | None = None
) -> set[UUID]:
    """Return those rewards whose criteria let a member see and buy them. subject: the wallet, where it is known."""
    asked = {row["id"]: None if row["criteria"] is None else criteria_of(row["criteria"]) for row in rows}
    seen = {reward_id for reward_id, criteria in asked.items() if criteria is None}
    built: dict[UUID, Criterion] = {}
    ruled: dict[UUID, Constraint] = {}
    for reward_id, criteria in asked.items():
        if isinstance(criteria, Comparison | Group):
            built[reward_id] = criteria
        elif criteria is not None:
            ruled[reward_id] = criteria
    if ruled:
        paths = _paths(criteria.paths for criteria in ruled.values())
        wallet = subject or await read_subject(tx, tenant_id, user_id)
        facts = await facts_of(tx, tenant_id, user_id, wallet, paths, await tx.fetchval(NOW))
        seen |= {reward_id for reward_id, criteria in ruled.items() if criteria.holds({}, facts)}
    return seen | await met_by(tx, tenant_id, user_id, built)


def _paths(found: Iterable[frozenset[Path]]) -> frozenset[Path]:
    return frozenset().union(*found)
