"""What is told of a points policy: its type, the config that goes with it, and what is shown of it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import AfterValidator, Field

from punchcard import wire
from punchcard.engine.period import Unit, read_duration
from punchcard.engine.policy import Cap, Expiry, Purchase

Type = Literal[
    "SIMPLE_EXPIRY", "MAXIMUM_POINTS_EARN_CAP", "MAXIMUM_POINTS_SPEND_CAP", "MAXIMUM_POINTS_BALANCE_CAP",
    "PURCHASE_REWARDS",
]  # fmt: skip
LiabilityType = Literal["EXPIRY", "SPENDING_CAP", "EARNING_CAP", "PURCHASE_REWARDS"]
LIABILITY_TYPES: dict[str, LiabilityType] = {
    "SIMPLE_EXPIRY": "EXPIRY",
    "MAXIMUM_POINTS_EARN_CAP": "EARNING_CAP",
    "MAXIMUM_POINTS_SPEND_CAP": "SPENDING_CAP",
    "MAXIMUM_POINTS_BALANCE_CAP": "EARNING_CAP",
    "PURCHASE_REWARDS": "PURCHASE_REWARDS",
}
Name = Annotated[str, Field(min_length=1, max_length=255)]
Points = Annotated[wire.Integer, Field(ge=1, le=10**12)]
UnitName = Literal["HOUR", "DAY", "WEEK", "MONTH", "YEAR"]


def _length(value: str) -> str:
    read_duration(value)
    return value


TIMES_MAX = 20


class ExpiryConfig(wire.Definition):
    """Points run out so long `after` they were earned (P1Y, P90D); `toEndOf`: with the period that this falls into.

    onInactivity: so long after the member did something last, and then all of them, open-ended ones too.
    """

    after: Annotated[str, Field(min_length=2, max_length=32), AfterValidator(_length)]
    to_end_of: UnitName | None = None
    on_inactivity: wire.Flag = False

    def compiled(self) -> Expiry:
        """Return it for the kernel."""
        to_end_of = None if self.to_end_of is None else Unit(self.to_end_of)
        return Expiry(read_duration(self.after), to_end_of, self.on_inactivity)


class CapConfig(wire.Definition):
    """So many `points` at most, of one member, in each period of the tenant's zone; without `per`, in all."""

    points: Points
    per: UnitName | None = None

    def compiled(self) -> Cap:
        """Return it for the kernel."""
        return Cap(self.points, None if self.per is None else Unit(self.per))


class BalanceCapConfig(wire.Definition):
    """A member holds so many `points` at most, pending ones among them."""

    points: Points

    def compiled(self) -> Cap:
        """Return it for the kernel."""
        return Cap(self.points, of_balance=True)


class PurchaseConfig(wire.Definition):
    """A reward is bought for each member whose balance is enough for it and still leaves `keep`, once a day.

    timesMax: so many a member on one day at most (1 without it).
    """

    reward_id: UUID
    keep: Annotated[wire.Integer, Field(ge=0, le=10**12)] = 0
    times_max: Annotated[wire.Integer, Field(ge=1, le=TIMES_MAX)] = 1

    def compiled(self) -> Purchase:
        """Return it for the kernel."""
        return Purchase(self.reward_id, self.keep, self.times_max)


Config = ExpiryConfig | CapConfig | BalanceCapConfig | PurchaseConfig
CONFIGS: dict[str, type[Config]] = {
    "SIMPLE_EXPIRY": ExpiryConfig,
    "MAXIMUM_POINTS_EARN_CAP": CapConfig,
    "MAXIMUM_POINTS_SPEND_CAP": CapConfig,
    "MAXIMUM_POINTS_BALANCE_CAP": BalanceCapConfig,
    "PURCHASE_REWARDS": PurchaseConfig,
}


class PointsLiabilityCriteriaDefinition(wire.Definition):
    """A new points policy. `config` depends on the type; `liabilityType` follows from it."""

    name: Name
    type: Type
    config: wire.Json
    liability_type: LiabilityType | None = None


class PointsLiabilityCriteriaPatch(wire.Definition):
    """What to change of a points policy; it makes a new version."""

    name: Name | None = None
    type: Type | None = None
    config: wire.Json | None = None
    liability_type: LiabilityType | None = None
    is_active: wire.Flag | None = None


class PointsPolicyView(wire.View, frozen=True):
    """A points policy in its current version."""

    id: UUID
    version: int
    name: str
    type: str
    liability_type: str
    config: msgspec.Raw
    is_active: bool
    created_at: str
    updated_at: str
