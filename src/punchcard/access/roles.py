"""Roles of administrators: what a machine client, or somebody at the console, is trusted with.

    OWNER         everything; alone sees to clients, secrets, token issuers, the tenant and the audit log
    MANAGER       the programme: what can be earned, bought, reached, and what members are asked
    SUPPORT       one member at a time: looks things up, registers, adjusts points, refunds, takes back
    VIEWER        looks
    INTEGRATION   a till or a shop: reports events, registers users, buys and redeems for them

Which role an operation takes stands in `http/routes.py`. A token names no role: it is looked up at each call.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from punchcard.errors import (
    Forbidden,
    ManagerRequired,
    OwnerRequired,
    RoleRequired,
    SupportRequired,
    ViewerRequired,
)


class Role(StrEnum):
    """What an administrator may do."""

    OWNER = "OWNER"
    MANAGER = "MANAGER"
    SUPPORT = "SUPPORT"
    VIEWER = "VIEWER"
    INTEGRATION = "INTEGRATION"


OWNER, MANAGER, SUPPORT, VIEWER, INTEGRATION = Role

WITHIN: Mapping[Role, frozenset[Role]] = {
    OWNER: frozenset(Role),
    MANAGER: frozenset({MANAGER, SUPPORT, VIEWER, INTEGRATION}),
    SUPPORT: frozenset({SUPPORT, VIEWER}),
    VIEWER: frozenset({VIEWER}),
    INTEGRATION: frozenset({INTEGRATION}),
}
"""Whatever a role of the set may do, the role that it stands under may do too."""

REPORTING = frozenset({OWNER, MANAGER, SUPPORT, INTEGRATION})
"""Who reports events. The hot lane asks this of the newest configuration, within the event's own transaction."""

LOOKING = frozenset(role for role in Role if VIEWER in WITHIN[role])
"""Who follows the stream of events, which asks again while it lasts."""

LEAST: tuple[tuple[Role, type[RoleRequired]], ...] = (
    (VIEWER, ViewerRequired),
    (SUPPORT, SupportRequired),
    (MANAGER, ManagerRequired),
    (OWNER, OwnerRequired),
)


def require_role(role: Role | None, roles: Collection[Role]) -> None:
    """Refuse an administrator whose role is none of `roles`. Raises: RoleRequired, whose code names the least one."""
    if role in roles:
        return
    needed = next(error for least, error in LEAST if least in roles)
    words = ", ".join(sorted(one.lower() for one in roles))
    raise needed(f"This is for the roles {words}; yours is {(role or 'none').lower()}.", roles=sorted(roles))


def require_grantable(own: Role | None, granted: Role) -> None:
    """Refuse to give a role that may do what the giver may not. Raises: Forbidden."""
    if own is None or granted not in WITHIN[own]:
        raise Forbidden(
            f"Nobody gives a role above the own: {(own or 'none').lower()} does not give {granted.lower()}."
        )


def lesser(given: Role, limit: Role) -> Role:
    """Return `given`, or `limit` where it does not reach so far."""
    return given if given in WITHIN[limit] else limit
