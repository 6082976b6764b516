"""The venues that users are linked to: `linkedVenues` are there already, `linkedVenuesDefinitions` are made."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from punchcard import wire
from punchcard.db.connection import Tx
from punchcard.rewards.venues import VenueDefinition, insert_venue, require_venues
from punchcard.users import definitions, users

VENUES_MAX = 100

Links = Annotated[list[wire.Hydratable], Field(max_length=VENUES_MAX)]
NewVenues = Annotated[list[VenueDefinition], Field(max_length=VENUES_MAX)]


class UserDefinition(definitions.UserDefinition):
    """A new user. `authIdentifier` is the name in the tenant's own login, the subject of its tokens.

    `flags` is JSON of the tenant's own. `referralInviteCode` is the code by which somebody invited the user. Venues
    that are defined here are of the type USER, unless they say otherwise.
    """

    linked_venues_definitions: NewVenues | None = None
    linked_venues: Links | None = None


class UserPatch(definitions.UserPatch):
    """What to change of a user; a field that is left out stays. An end user changes profile and consents alone.

    `linkedVenues` are all that the user is linked to from then on, `linkedVenuesDefinitions` new ones besides.
    """

    linked_venues_definitions: NewVenues | None = None
    linked_venues: Links | None = None


async def link(
    tx: Tx,
    tenant_id: UUID,
    user_id: UUID,
    links: Sequence[wire.Hydratable] | None,
    new: Sequence[VenueDefinition] | None,
) -> None:
    """Link a user to venues, and make the new ones. Raises: Invalid, NameTaken."""
    if links is None and not new:
        return
    if links is None:
        linked = await users.read_linked_venues(tx, tenant_id, user_id)
    else:
        linked = [one.id for one in links]
        await require_venues(tx, tenant_id, linked, "/linkedVenues")
    for definition in new or ():
        own = definition if definition.type is not None else definition.model_copy(update={"type": "USER"})
        linked.append((await insert_venue(tx, tenant_id, own)).id)
    await users.link_venues(tx, tenant_id, user_id, linked)
