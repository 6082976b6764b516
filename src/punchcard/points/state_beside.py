"""What a member has beside the wallet, as it is recorded: counters, points for tiers, badges, attributes, vouchers.

It is read here, and written by those whose it is. Of each part there are lines in one canonical form, in their order,
so that who works the same out of the events comes to the same lines if and only if they are equal to the byte.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from punchcard.db.connection import Db, Tx

BESIDE = ("counters", "tier_points", "badges", "attributes", "vouchers")
Line = tuple[Any, ...]

# What is nothing is left out; that a member's past is counted (PAST) says nothing of what was counted.
VALUES = """
    select user_id, series_id::text, stretch, count, total from counter_values
    where tenant_id = $1 and user_id = any($2::uuid[]) and (count <> 0 or total <> 0)
"""
RUNS = """
    select user_id, series_id::text, unit, first, last from counter_runs
    where tenant_id = $1 and user_id = any($2::uuid[])
"""
TIER_POINTS = """
    select user_id, period, points from tier_points
    where tenant_id = $1 and user_id = any($2::uuid[]) and points <> 0
"""
BADGES = """
    select user_id, event_id::text, badge_id::text, reactor_version_id, reaction, change from earned_badges
    where tenant_id = $1 and user_id = any($2::uuid[])
"""
# Those that events gave: what a call has set is told by no event.
ATTRIBUTES = """
    select user_id, event_id::text, key, value::text, is_enabled, reactor_version_id, reaction, replaced_by::text
    from attributes
    where tenant_id = $1 and user_id = any($2::uuid[]) and event_id is not null
"""
VOUCHERS = """
    select user_id, id::text, event_id::text, reward_id::text, origin, price, reactor_version_id, reaction, status
    from vouchers where tenant_id = $1 and user_id = any($2::uuid[])
"""
PARTS: Mapping[str, Sequence[str]] = {
    "counters": (VALUES, RUNS), "tier_points": (TIER_POINTS,), "badges": (BADGES,), "attributes": (ATTRIBUTES,),
    "vouchers": (VOUCHERS,),
}  # fmt: skip


async def read_lines(tx: Db | Tx, tenant_id: UUID, user_ids: Sequence[UUID]) -> dict[UUID, dict[str, list[Line]]]:
    """Return the lines of some members, by their part."""
    found: dict[UUID, dict[str, list[Line]]] = {user_id: {part: [] for part in BESIDE} for user_id in user_ids}
    for part, statements in PARTS.items():
        for sql in statements:
            for user_id, *values in await tx.fetch(sql, tenant_id, user_ids):
                found[user_id][part].append(tuple(plain(value) for value in values))
    return {user_id: {part: in_order(lines) for part, lines in parts.items()} for user_id, parts in found.items()}


def plain(value: Any) -> Any:
    """Return a value in the form that is digested: of a decimal its shortest text."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    return value


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return lines in the order in which they are digested."""
    return sorted(lines, key=repr)
