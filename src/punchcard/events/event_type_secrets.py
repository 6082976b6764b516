"""The secrets that report the events of a private type: one for each chain of tills, shown to administrators alone."""

from uuid import UUID

from punchcard import wire
from punchcard.access import secrets
from punchcard.access.keyring import Keyring
from punchcard.db.connection import Db
from punchcard.errors import Conflict, EventTypeUnknown


class SecretView(wire.View, frozen=True):
    """The secret that reports events of a private type."""

    secret: str


FIND_TYPE = "select id, is_private, is_intrinsic from event_types where tenant_id = $1 and $2 in (id::text, name)"


async def get_secret(db: Db, tenant_id: UUID, keyring: Keyring, identifier: str) -> SecretView:
    """Return the secret of a private event type. Raises: EventTypeUnknown, Conflict when the type has none."""
    row = await db.fetchrow(FIND_TYPE, tenant_id, identifier)
    if row is None:
        raise EventTypeUnknown(f"There is no event type {identifier[:64]!r}; GET /v1/event_types/ lists them.")
    if not row["is_private"] or row["is_intrinsic"]:
        raise Conflict("Only private event types have a secret; this one is reported with an end user's token.")
    return SecretView(await secrets.reveal(db, keyring, tenant_id, row["id"]))
