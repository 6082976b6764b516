"""What is shown of a reward."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from punchcard import wire
from punchcard.rewards.categories import RewardCategoryView
from punchcard.rewards.discounts import DiscountView


class CodeSourceView(wire.View, frozen=True):
    """Where the codes of a reward come from."""

    value: str | None = None
    template: str | None = None
    pool: wire.ReferenceView | None = None


class LimitPerUserView(wire.View, frozen=True):
    """How many one user may buy, in which time."""

    count: int
    per: str


class NotificationView(wire.View, frozen=True):
    """When administrators are warned, and whether they were."""

    quantity: Decimal
    emails: Sequence[str]
    triggered: bool


class VisibilityCriteriaView(wire.View, frozen=True):
    """For whom the reward can be seen and bought."""

    criteria_tree: msgspec.Raw
    criteria_json_logic: msgspec.Raw | None = None


class RewardView(wire.View, frozen=True):
    """A reward, as the catalogue shows it, in the language asked for.

    `visible` is told to an end user: whether the criteria let this one see and buy it. What end users are not to know
    (`code`, `notificationConfig`, the criteria themselves) is left out for them.
    """

    id: UUID
    type: str
    name: str
    price: int
    availability: wire.EffectivityView
    purchasable: bool
    stock_capacity: int | None
    stock_consumed: int
    code_type: str
    hide_code: bool
    is_locked: bool
    discounts: Sequence[DiscountView]
    venues: Sequence[wire.ReferenceView]
    purchasable_for_audiences: Sequence[wire.ReferenceView]
    version: int
    created_at: str
    updated_at: str
    description: str | None = None
    summary: str | None = None
    terms: str | None = None
    picture_url: str | None = None
    value: int | None = None
    priority: int | None = None
    category: RewardCategoryView | None = None
    tier: wire.ReferenceView | None = None
    redemption_channels: Sequence[str] | None = None
    redemption_message: str | None = None
    click_through_url: str | None = None
    logo_url: str | None = None
    display_url: str | None = None
    brand_name: str | None = None
    currency: str | None = None
    country: str | None = None
    purchase_expiration: int | None = None
    limit_per_user: LimitPerUserView | None = None
    details: Mapping[str, Any] | None = None
    default_locale: str | None = None
    code: CodeSourceView | None = None
    notification_config: NotificationView | None = None
    visibility_criteria: VisibilityCriteriaView | None = None
    visible: bool | None = None
