"""What callers send of users and what they are shown: the bodies of `users` and of the commands that change them."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import Field

from punchcard import wire
from punchcard.countries import Country

CONSENTS_MAX = 100
VENUES_MAX = 100

Text64 = Annotated[str, Field(min_length=1, max_length=64)]
Text128 = Annotated[str, Field(min_length=1, max_length=128)]
Text256 = Annotated[str, Field(min_length=1, max_length=256)]
Text1024 = Annotated[str, Field(min_length=1, max_length=1024)]
Identifier = Annotated[str, Field(min_length=1, max_length=512)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Gender = Literal["FEMALE", "MALE", "OTHER", "UNKNOWN"]


class _Profile(wire.Definition):
    gender: Gender | None = None
    birthdate: date | None = None
    country: Country | None = None
    city: Text256 | None = None
    postcode: Text128 | None = None
    picture_url: Annotated[str, Field(max_length=2048, pattern=r"^https?://")] | None = None
    street_address: Text64 | None = None
    telephone_number: Annotated[str, Field(max_length=64)] | None = None
    region: Annotated[str, Field(max_length=256)] | None = None
    attributes: wire.Json | None = None


class UserProfileDefinition(_Profile):
    """A new user's profile."""

    family_name: Text64
    given_name: Text64
    email_address: Email
    attribution_data: wire.Json | None = None


class UserProfilePatch(_Profile):
    """What to change of a profile; null takes a field away."""

    family_name: Text64 | None = None
    given_name: Text64 | None = None
    email_address: Email | None = None


class UserConsentDefinition(wire.Definition):
    """Whether the user gives the consent of a type (`checked`), or takes it back. `user` and `id` say nothing here."""

    type: wire.Hydratable
    checked: wire.Flag
    user: wire.Hydratable | None = None
    id: UUID | None = None


class ReferralActivityDefinition(wire.Definition):
    """What somebody did with a member's referral code."""

    source: Literal["EMAIL", "FACEBOOK", "TWITTER", "LINKEDIN", "OTHER"]
    source_user_id: Annotated[str, Field(min_length=1, max_length=512)]
    user_agent: Literal["IOS", "ANDROID", "WEB", "UNKNOWN"] | None = None
    ip_address: Annotated[str, Field(max_length=64)] | None = None
    activity_type: Literal["CLICK", "REGISTER"]
    registered_user_auth_identifier: Annotated[str, Field(max_length=512)] | None = None


Consents = Annotated[list[UserConsentDefinition], Field(max_length=CONSENTS_MAX)]


class UserDefinition(wire.Definition):
    """A new user. `authIdentifier` is the name in the tenant's own login, the subject of its tokens.

    `flags` is JSON of the tenant's own. `referralInviteCode` is the code by which somebody invited the user.
    `registeredAt` is when the user came, for one who was a member elsewhere before: it is shown as `createdAt`, and
    REGISTERED_ACCOUNT has occurred then.
    """

    profile: UserProfileDefinition
    auth_identifier: Identifier | None = None
    referral_invite_code: Text1024 | None = None
    user_token: Text1024 | None = None
    referral_activity: ReferralActivityDefinition | None = None
    flags: Any = None
    external_identifier: Identifier | None = None
    is_restricted: wire.Flag = False
    consents_definition: Consents | None = None
    registered_at: wire.Instant | None = Field(None, description="when the user came; left out: now")


class UserPatch(wire.Definition):
    """What to change of a user; a field that is left out stays. An end user changes profile and consents alone."""

    profile: UserProfilePatch | None = None
    flags: Any = None
    external_identifier: Identifier | None = None
    is_restricted: wire.Flag | None = None
    consents_definition: Consents | None = None


class UserView(wire.View, frozen=True):
    """A user. `flags` is what the tenant has put there, where it has; `erasedAt` when the person was erased."""

    id: UUID
    account_number: str
    auth_identifier: str | None
    external_identifier: str | None
    profile: msgspec.Raw
    status: str
    is_restricted: bool
    version: int
    created_at: str
    updated_at: str
    flags: msgspec.Raw | None = None
    erased_at: str | None = None
    linked_venues: list[wire.ReferenceView] | None = None


class UserSummaryView(wire.View, frozen=True):
    """A user in a line: who it is, and how the wallet stands. `earned` and `spent` are of all time."""

    id: UUID
    account_number: str
    external_identifier: str | None
    given_name: str | None
    family_name: str | None
    email_address: str | None
    status: str
    balance: int
    pending: int
    earned: int
    spent: int
    created_at: str
