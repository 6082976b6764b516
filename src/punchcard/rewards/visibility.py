"""For whom a reward can be seen and bought, in any of the three forms that criteria have.

`criteriaTree` is rows over facts of the member, as reactors have them, or the tree of a query builder, as audiences
have it; `criteriaJsonLogic` holds where the tree is left out or {}. Rows are judged over facts, the other two by the
database, with the fields that audiences have.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.engine.audience import Comparison, Criterion, Group
from punchcard.engine.audience_logic import read_logic, write_logic
from punchcard.engine.audience_tree import read_tree, write_tree
from punchcard.engine.constraint import Constraint, ConstraintFault, compile_constraint, is_rows
from punchcard.engine.rows import GROUPS, OPERATORS

FACTS = (
    "user.attributes", "user.profile", "user.accountAgeDays", "user.consents", "user.badges", "user.tier",
    "user.tierId", "user.tierPriority", "user.audiences", "user.audienceIds", "wallet.balance", "wallet.pending", "now",
)  # fmt: skip


class CriterionView(wire.View, frozen=True):
    """A fact that criteria can look at. `open`: fields of the tenant's own stand below it."""

    fact: str
    kind: str
    label: str
    open: bool = False


class AvailabilityCriteriaConfigView(wire.View, frozen=True):
    """What rows can be built from: `{all | any | none: [{fact, operator, value} | rows]}`."""

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
        CriterionView("user.badges", "list", "Ids of the badges that the user has"),
        CriterionView("user.tier", "text", "Name of the tier that the user is in"),
        CriterionView("user.tierId", "text", "Id of that tier"),
        CriterionView("user.tierPriority", "number", "Priority of that tier; -1 of a user in none"),
        CriterionView("user.audiences", "list", "Names of the audiences that the user is in"),
        CriterionView("user.audienceIds", "list", "Ids of those audiences"),
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


def compile_criteria(tree: Any, logic: Any = None) -> Constraint | Criterion | None:
    """Compile criteria; None lets everybody. Raises: ConstraintFault, CriteriaFault."""
    if tree:
        if is_rows(tree):
            return compile_constraint(tree, facts=FACTS)
        if "type" not in tree:
            raise ConstraintFault(
                "Write one of all, any and none, with a list of rows; or the tree of a query builder, with its type."
            )
        return read_tree(tree)
    return read_logic(logic) if logic else None


def written(tree: Any, logic: Any) -> str:
    """Return criteria as they are kept: those that are not rows in both forms, each made from the one that holds."""
    compiled = compile_criteria(tree, logic)
    if isinstance(compiled, Comparison | Group):
        return wire.text({"criteriaTree": tree or write_tree(compiled), "criteriaJsonLogic": write_logic(compiled)})
    return wire.text({"criteriaTree": tree or {}})


@lru_cache(maxsize=4_096)
def criteria_of(stored: str) -> Constraint | Criterion | None:
    """Return the compiled criteria of a reward, from the text that is stored."""
    found: Mapping[str, Any] = wire.decode(stored.encode())
    return compile_criteria(found["criteriaTree"], found.get("criteriaJsonLogic"))
