"""What is told of a tier: what it takes to be in it, and what is shown of it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import Field, model_validator

from punchcard import wire
from punchcard.locales import Locale

Requirement = Annotated[wire.Integer, Field(ge=0, le=10**15)]
Priority = Annotated[wire.Integer, Field(ge=0, le=2_147_483_647)]
Calculation = Literal["LIFETIME_EARN", "CALENDAR_PERIOD"]
Period = Literal["P1Y", "P1M"]


class TierDetails(wire.Definition):
    """What a tier is called, and how it looks, in one language."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    description: Annotated[str, Field(max_length=10_000)] | None = None
    artwork_url: Annotated[str, Field(max_length=2048, pattern=r"^https?://")] | None = None


Details = Annotated[dict[Locale, TierDetails], Field(min_length=1, description="texts and pictures by locale")]


class TierDefinition(wire.Definition):
    """A new tier: who earns `pointsRequirement` points is in it.

    LIFETIME_EARN counts all points that were ever earned, CALENDAR_PERIOD those of the current year (P1Y) or month
    (P1M) of the tenant's zone, with whose end the tier is lost; `keepsNextPeriod`: with the end of the one after that.
    Of the tiers attained, the one of the highest priority is the member's tier. `details` has a name in the default
    locale.
    """

    points_requirement: Requirement
    calculation: Calculation
    accumulation_period: Period | None = None
    keeps_next_period: wire.Flag = False
    effectivity: wire.Effectivity | None = None
    priority: Priority
    details: Details
    default_locale: Locale

    @model_validator(mode="after")
    def _agrees(self) -> "TierDefinition":
        if (self.calculation == "CALENDAR_PERIOD") != (self.accumulation_period is not None):
            raise ValueError("CALENDAR_PERIOD has an accumulationPeriod, P1Y or P1M; LIFETIME_EARN has none.")
        if self.keeps_next_period and self.accumulation_period is None:
            raise ValueError("Without a period there is no next one: keepsNextPeriod goes with CALENDAR_PERIOD.")
        in_default = self.details.get(self.default_locale)
        if in_default is None or in_default.name is None:
            raise ValueError(f"The details have a name in the default locale, {self.default_locale}.")
        return self


class TierPatch(wire.Definition):
    """What to change of a tier; a field that is left out stays, and `details` replaces all that are there."""

    points_requirement: Requirement | None = None
    calculation: Calculation | None = None
    accumulation_period: Period | None = None
    keeps_next_period: wire.Flag | None = None
    effectivity: wire.Effectivity | None = None
    priority: Priority | None = None
    details: Details | None = None
    default_locale: Locale | None = None


class TierView(wire.View, frozen=True, omit_defaults=False):
    """A tier, in the language asked for or its default one; `details` has them all.

    For a user: earnedPoints in the period that runs (or ever), how many are `missing`, whether the tier is attained,
    and `until` when; of a tier that is not attained, until when those points count. Null: no end, or no user asked.
    """

    id: UUID
    name: str
    description: str | None
    artwork_url: str | None
    priority: int
    points_requirement: int
    calculation: str
    accumulation_period: str | None
    keeps_next_period: bool
    effectivity: wire.EffectivityView | None
    default_locale: str
    details: msgspec.Raw
    version: int
    created_at: str
    updated_at: str
    earned_points: int | None = None
    attained: bool | None = None
    missing: int | None = None
    until: str | None = None
