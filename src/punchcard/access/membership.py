"""What a tenant says of its members: its `configuration` and `profileSchema`, as they are sent, kept and meant."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import Field

from punchcard import wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.membership import Contact, Terms
from punchcard.engine.schema import SchemaFault, compile_schema
from punchcard.errors import Fault, SchemaRefused

DEFAULTS = {
    "allowDuplicateEmailAddress": True,
    "allowDuplicateTelephoneNumber": True,
    "allowedTeamInvitationTypes": [],
    "enableUserGenderGuessing": False,
    "deleteAuthIdentifiers": False,
}
# Whoever registers or changes a member holds the row in share: what a tenant says does not change under them.
SELECT = "select configuration, profile_schema from tenants where id = $1 for share"


class TenantConfiguration(wire.Definition):
    """How a tenant takes its members; a field that is left out stays.

    `allowDuplicateEmailAddress`, `allowDuplicateTelephoneNumber`: whether two members may share one (true unless said
    otherwise). `deleteAuthIdentifiers`: whether closing an account sets its authIdentifier free. There are no team
    invitations, so `allowedTeamInvitationTypes` is kept and means nothing.
    """

    allow_duplicate_email_address: wire.Flag | None = None
    allow_duplicate_telephone_number: wire.Flag | None = None
    allowed_team_invitation_types: Annotated[list[Literal["REGISTER_ACCOUNT"]], Field(max_length=1)] | None = None
    enable_user_gender_guessing: wire.Flag | None = None
    delete_auth_identifiers: wire.Flag | None = None


class TenantConfigurationView(wire.View, frozen=True, omit_defaults=False):
    """How a tenant takes its members."""

    allow_duplicate_email_address: bool
    allow_duplicate_telephone_number: bool
    allowed_team_invitation_types: list[str]
    enable_user_gender_guessing: bool
    delete_auth_identifiers: bool


def read_configuration(stored: str) -> TenantConfigurationView:
    """Return a tenant's configuration, with what is the case where it says nothing."""
    return msgspec.convert({**DEFAULTS, **msgspec.json.decode(stored)}, TenantConfigurationView)


def changed_configuration(stored: str, definition: TenantConfiguration | None) -> str:
    """Return a configuration as it is kept once a change is made to it. Raises: Invalid."""
    if definition is None:
        return stored
    if definition.enable_user_gender_guessing:
        detail = "Nobody's gender is guessed from a name here: send what the member has said, as profile.gender."
        raise wire.invalid([Fault("/configuration/enableUserGenderGuessing", "not_supported", detail)])
    changes = definition.model_dump(by_alias=True, exclude_none=True)
    return wire.text({**msgspec.json.decode(stored), **changes})


def require_schema(document: Mapping[str, Any] | None) -> None:
    """Make sure that a schema for profiles' attributes can be used. Raises: SchemaRefused."""
    if document is None:
        return
    try:
        compile_schema(document)
    except SchemaFault as fault:
        pointer = f"/profileSchema{fault.pointer}"
        raise SchemaRefused(f"{pointer}: {fault}", faults=[Fault(pointer, "schema_refused", str(fault))]) from None


async def hold_terms(tx: Tx, tenant_id: UUID) -> Terms:
    """Return what holds for a tenant's members, and keep it so until the transaction ends."""
    row = await tx.fetchrow(SELECT, tenant_id)
    assert row is not None, "whoever calls has been admitted to it"
    return terms_of(row)


def terms_of(row: Row) -> Terms:
    """Return what a tenant's row says of its members."""
    return _terms(row["configuration"], row["profile_schema"])


@lru_cache(maxsize=256)
def _terms(configuration: str, schema: str | None) -> Terms:
    said = read_configuration(configuration)
    shared = (
        (Contact.EMAIL_ADDRESS, said.allow_duplicate_email_address),
        (Contact.TELEPHONE_NUMBER, said.allow_duplicate_telephone_number),
    )
    unique = frozenset(kind for kind, is_shared in shared if not is_shared)
    attributes = None if schema is None else compile_schema(wire.decode(schema.encode()))
    return Terms(unique, attributes, said.delete_auth_identifiers)
