"""What is said of a reward, and what is shown of it: the bodies of /v1/rewards/.

Of the reference's types VOUCHER is sold here. The others stand for contracts with certain suppliers; what only they
have is refused by name, so that nobody believes it to be in force.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from punchcard import wire
from punchcard.countries import Country
from punchcard.engine.audience import CriteriaFault
from punchcard.engine.constraint import ConstraintFault, is_rows
from punchcard.locales import Locale
from punchcard.rewards import visibility
from punchcard.rewards.categories import Url
from punchcard.rewards.codes import TEMPLATE_PLACE, fold

PRICE_MAX = 10_000_000
DAYS_MAX = 36_500
OWN_CODES_MAX = 10_000
OTHER_TYPES = (
    "AWIN_PROGRAMME", "FIDEL_OFFER", "GENERIC_OFFER", "KINDRED", "OLIVE_OFFER", "WEGIFT_PRODUCT", "XOXO_PRODUCT",
)  # fmt: skip


def _type(value: Any) -> Any:
    if value in OTHER_TYPES:
        told = "Rewards of the type {type} are sold by a supplier of that name, to whom there is no connection here; "
        raise PydanticCustomError("reward_type_refused", told + "make it a VOUCHER.", {"type": value})
    if value != "VOUCHER":
        raise PydanticCustomError("reward_type_unknown", "Write VOUCHER.")
    return value


def _of_others(value: Any) -> Any:
    if value is not None:
        told = "Only rewards of suppliers who are not connected here have this; leave it out."
        raise PydanticCustomError("field_of_other_type", told)
    return value


Points = Annotated[wire.Integer, Field(ge=0, le=PRICE_MAX)]
Count = Annotated[wire.Integer, Field(ge=0, le=2_147_483_647)]
Positive = Annotated[wire.Integer, Field(ge=1, le=1_000_000)]
Days = Annotated[wire.Integer, Field(ge=1, le=DAYS_MAX)]
Name = Annotated[str, Field(min_length=2, max_length=200)]
Text = Annotated[str, Field(min_length=2, max_length=10_000)]
Summary = Annotated[str, Field(max_length=10_000)]
Terms = Annotated[str, Field(max_length=25_000)]
Message = Annotated[str, Field(max_length=10_000)]
OfOthers = Annotated[Any, AfterValidator(_of_others)]
References = Annotated[list[wire.Reference], Field(max_length=100)]
CodeType = Literal["HUMAN", "OTP", "POOL", "STATIC"]
Period = Literal["DAY", "WEEK", "MONTH", "YEAR", "EVER"]


class RewardTexts(wire.Definition):
    """What a reward is called, and says of itself, in one language."""

    name: Name | None = None
    description: Text | None = None
    summary: Summary | None = None
    terms: Terms | None = None
    redemption_message: Message | None = None
    picture_url: Url | None = None


class RewardCode(wire.Definition):
    """Where the codes of a reward come from.

    STATIC has a `value`, POOL a `pool`, OTP and HUMAN may have a `template` with {code} in it.
    """

    value: Annotated[str, Field(min_length=1, max_length=5_000)] | None = None
    template: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    pool: wire.Reference | None = None

    @field_validator("template")
    @classmethod
    def _has_a_place(cls, template: str | None) -> str | None:
        if template is not None and template.count(TEMPLATE_PLACE) != 1:
            raise ValueError(f"Write {TEMPLATE_PLACE} once, where the code is to stand.")
        return template

    @field_validator("value")
    @classmethod
    def _is_one(cls, value: str | None) -> str | None:
        if value is not None and not fold(value):
            raise ValueError("A code has at least one letter or digit.")
        return value


class LimitPerUser(wire.Definition):
    """How many of a reward one user may buy in a day, week, month or year of the tenant's zone, or ever."""

    count: Positive
    per: Period = "EVER"


class NotificationConfig(wire.Definition):
    """Below or at how many that are left (of the stock, or of the codes in the pool) administrators are warned.

    `triggered` tells that it has happened; writing false lets it happen again.
    """

    quantity: Annotated[wire.Number, Field(ge=0, le=1_000_000)]
    emails: Annotated[
        list[Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]], Field(max_length=20)
    ] = Field(default_factory=list)
    triggered: wire.Flag = False


def _tree(tree: Any) -> Any:
    try:
        visibility.compile_criteria(tree)
    except (ConstraintFault, CriteriaFault) as fault:
        raise _unusable(fault) from None
    return tree


def _logic(logic: Any) -> Any:
    try:
        visibility.compile_criteria(None, logic)
    except CriteriaFault as fault:
        raise _unusable(fault) from None
    return logic


def _unusable(fault: ConstraintFault | CriteriaFault) -> PydanticCustomError:
    where = f"{fault.pointer}: " if fault.pointer else ""
    return PydanticCustomError("criteria_unusable", "{told}", {"told": where + fault.detail})


class _Criteria(wire.Definition):
    criteria_tree: Annotated[wire.Json, AfterValidator(_tree)] | None = None
    criteria_json_logic: Annotated[wire.Json, AfterValidator(_logic)] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.criteria_tree and self.criteria_json_logic and is_rows(self.criteria_tree):
            told = "Rows in criteriaTree have no form in JsonLogic: write one of the two, and leave the other out."
            raise PydanticCustomError("criteria_unusable", told)
        return self


class RewardAvailabilityCriteriaDefinition(_Criteria):
    """For whom a reward can be seen and bought; {} as the tree, and no JsonLogic, means everybody.

    `criteriaTree` is rows over facts of the user, as reactors have them, or a query builder's tree, as audiences have
    it. `criteriaJsonLogic`, with the fields of audiences, holds where the tree is left out or {}.
    """

    @model_validator(mode="after")
    def _says_whom(self) -> Self:
        if self.criteria_tree is None and self.criteria_json_logic is None:
            raise PydanticCustomError("criteria_missing", "Say for whom: criteriaTree, or criteriaJsonLogic.")
        return self


class RewardAvailabilityCriteriaPatch(_Criteria):
    """What to change of the criteria; the form that is given takes the place of both that are there."""


class _Described(wire.Definition):
    description: Text | None = None
    summary: Summary | None = None
    terms: Terms | None = None
    picture_url: Url | None = None
    value: Points | None = None
    priority: Count | None = None
    redemption_channels: Annotated[list[Literal["IN_STORE", "ONLINE"]], Field(max_length=2)] | None = None
    redemption_message: Message | None = None
    click_through_url: Url | None = None
    logo_url: Url | None = None
    display_url: Url | None = None
    brand_name: Annotated[str, Field(max_length=200)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    country: Country | None = None
    default_locale: Locale | None = None
    details: dict[Locale, RewardTexts] | None = None
    hide_code: wire.Flag | None = None


class _Sold(_Described):
    category: wire.Reference | None = None
    tier: wire.Reference | None = None
    venues: References | None = None
    purchasable_for_audiences: References | None = None
    stock_capacity: Count | None = None
    limit_per_user: LimitPerUser | None = None
    purchase_expiration: Days | None = None
    code: RewardCode | None = None
    codes: Annotated[list[Any], Field(max_length=OWN_CODES_MAX)] | None = None
    notification_config: NotificationConfig | None = None
    fidel_brand_id: OfOthers = None
    fidel_offer_id: OfOthers = None
    schemes: OfOthers = None
    min_transaction_amount: OfOthers = None
    max_transaction_amount: OfOthers = None
    return_period: OfOthers = None
    qualified_transactions_limit: OfOthers = None
    dynamic_url: OfOthers = None
    product_code: OfOthers = None
    denomination: OfOthers = None
    margin: OfOthers = None
    product_id: OfOthers = None

    @field_validator("codes")
    @classmethod
    def _texts(cls, codes: list[Any] | None) -> list[str] | None:
        if codes is None:
            return None
        texts = [code["value"] if isinstance(code, dict) and code.keys() == {"value"} else code for code in codes]
        if not all(isinstance(text, str) and text for text in texts):
            raise ValueError('Write each code as text, or as {"value": …}.')
        return texts


class RewardDefinition(_Sold):
    """A new reward. `stockCapacity`: how many can ever be sold; left out, there is no limit.

    `purchaseExpiration`: for how many days of 24 hours a voucher can be used from its purchase on.
    """

    type: Annotated[str, AfterValidator(_type)]
    name: Name
    price: Points
    availability: wire.Effectivity
    purchasable: wire.Flag
    code_type: CodeType = "OTP"
    visibility_criteria_definition: RewardAvailabilityCriteriaDefinition | None = None

    @model_validator(mode="after")
    def _has_codes(self) -> "RewardDefinition":
        code = self.code or RewardCode()
        if self.code_type == "STATIC" and code.value is None:
            raise PydanticCustomError("code_missing", 'A STATIC code needs its text: "code": {"value": …}.')
        if self.code_type == "POOL" and code.pool is None and self.codes is None:
            told = 'A POOL code needs its pool, "code": {"pool": {"id": …}}, or codes of its own in "codes".'
            raise PydanticCustomError("code_missing", told)
        return self


class RewardPatch(_Sold):
    """What to change of a reward; a field that is left out stays, and null empties one that may be empty."""

    name: Name | None = None
    price: Points | None = None
    availability: wire.Effectivity | None = None
    purchasable: wire.Flag | None = None
    visibility_criteria_patch: RewardAvailabilityCriteriaPatch | None = None


DESCRIBED = frozenset(_Described.model_fields) - {"hide_code"}
