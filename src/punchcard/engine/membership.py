"""What a tenant says of its members: which contacts one alone may have, and what the attributes of a profile hold."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from punchcard.engine.schema import PayloadFault, Schema

_PUNCTUATION = re.compile(r"[\s().\-/]+")


class Contact(StrEnum):
    """A way to reach a member that may be one member's alone."""

    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    TELEPHONE_NUMBER = "TELEPHONE_NUMBER"


FIELDS = {Contact.EMAIL_ADDRESS: "emailAddress", Contact.TELEPHONE_NUMBER: "telephoneNumber"}
"""Where a contact stands in a profile."""


class Terms(Struct, frozen=True):
    """What holds for the members of a tenant.

    unique: the contacts that two members may not share. attributes: the schema of `profile.attributes`.
    deletes_auth_identifiers: whoever closes the account may take the authIdentifier for a new one.
    """

    unique: frozenset[Contact] = frozenset()
    attributes: Schema | None = None
    deletes_auth_identifiers: bool = False


def contact_key(kind: Contact, text: str) -> str:
    """Return what makes two contacts the same: letters in any case, a number however it is set."""
    if kind is Contact.EMAIL_ADDRESS:
        return text.strip().lower()
    digits = _PUNCTUATION.sub("", text)
    return "+" + digits[2:] if digits.startswith("00") else digits


def contacts_of(profile: Mapping[str, Any], kinds: Collection[Contact]) -> dict[Contact, str]:
    """Return the contacts of a profile, as they are compared; what is not there, or holds nothing, is left out."""
    keys = {kind: contact_key(kind, profile[FIELDS[kind]]) for kind in kinds if profile.get(FIELDS[kind])}
    return {kind: key for kind, key in keys.items() if key}


def attribute_faults(terms: Terms, profile: Mapping[str, Any]) -> list[PayloadFault]:
    """Return what the attributes of a profile break; without attributes, what an empty object does."""
    if terms.attributes is None:
        return []
    attributes = profile.get("attributes") or {}
    return [] if terms.attributes.takes(attributes) else terms.attributes.faults(attributes)
