"""For whom a reward can be seen and bought: rows over facts of the member, compiled as those of reactors are."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.engine.constraint import Constraint, ConstraintFault, compile_constraint, is_rows
from punchcard.engine.rows import GROUPS, OPERATORS

FACTS = (
    "user.attributes", "user.profile", "user.accountAgeDays", "user.consents", "wallet.balance", "wallet.pending",
    "now",
)  # fmt: skip


class CriterionView(wire.View, frozen=True):
    """A fact that criteria can look at. `open`: fields of the tenant's own stand below it."""

    fact: str
    kind: str
    label: str
    open: bool = False


class AvailabilityCriteriaConfigView(wire.View, frozen=True):
    """What `criteriaTree` can be built from: `{all | any | none: [{fact, operator, value} | rows]}`."""

    facts: Sequence[CriterionView]
    operators: Sequence[str]
    groups: Sequence[str]


CONFIG = AvailabilityCriteriaConfigView(
    (
        CriterionView("user.attributes", "any", "Attributes of the profile", open=True),
        CriterionView("user.profile.city", "text", "City"),
        CriterionView("user.profile.country", "text", "Country, by its two letters"),
        CriterionView("user.profile.region", "text", "Region"),
        CriterionView("user.profile.postcode", "text", "Postcode"),
        CriterionView("user.profile.gender", "text", "Gender: FEMALE, MALE, OTHER or UNKNOWN"),
        CriterionView("user.profile.birthdate", "text", "Birthdate, such as 1990-12-31"),
        CriterionView("user.accountAgeDays", "number", "Days since the registration"),
        CriterionView("user.consents", "list", "Names of the consents given"),
        CriterionView("wallet.balance", "number", "Points that can be spent"),
        CriterionView("wallet.pending", "number", "Points that are not usable yet"),
        CriterionView("now", "instant", "The time"),
    ),
    OPERATORS,
    GROUPS,
)


async def get_availability_criteria_config(tenant_id: UUID) -> AvailabilityCriteriaConfigView:
    """Return what the criteria of a reward can be built from."""
    del tenant_id  # the same for all
    return CONFIG


def compile_criteria(tree: Any) -> Constraint | None:
    """Compile a `criteriaTree`; None lets everybody. Raises: ConstraintFault."""
    if tree == {}:
        return None
    if not is_rows(tree):
        raise ConstraintFault("Write one of all, any and none, with a list of rows.")
    return compile_constraint(tree, facts=FACTS)


@lru_cache(maxsize=4_096)
def criteria_of(stored: str) -> Constraint | None:
    """Return the compiled criteria of a reward, from the text that is stored."""
    return compile_criteria(wire.decode(stored.encode())["criteriaTree"])
