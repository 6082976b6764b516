"""What is told of an audience: whom it means, when it is refreshed, and what is shown of it."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import Field

from punchcard import wire
from punchcard.engine.audience import CriteriaFault, Criterion
from punchcard.engine.audience_logic import read_logic, write_logic
from punchcard.engine.audience_tree import read_tree, write_tree
from punchcard.errors import Fault

Frequency = Literal["DAILY", "HOURLY", "REACTIVE", "MANUAL", "DAILY_REACTIVE", "DAILY_POST_POINTS_LIABILITY"]

NO_JSONATA = (
    "Write the criteria as QUERY_TREE: members are found by an indexed query in the database, and a JSONata program, "
    "which can loop for as long as it likes over one document at a time, cannot be turned into one."
)

Name = Annotated[str, Field(min_length=2, max_length=200)]
Description = Annotated[str, Field(min_length=2, max_length=10_000)]


class Criteria(wire.Definition):
    """Whom an audience means, in one form or another."""

    criteria_format: Literal["QUERY_TREE", "JSONATA"] = "QUERY_TREE"
    criteria_tree: wire.Json | None = None
    criteria_json_logic: wire.Json | None = None
    criteria_jsonata: Annotated[str, Field(max_length=10_000)] | None = None


class AudienceCriteriaDefinition(Criteria):
    """Whom an audience means, and when it is refreshed.

    `criteriaTree` holds where it is given, else `criteriaJsonLogic`. REACTIVE: with every event about a member, in that
    event's transaction; DAILY: as the tenant's day begins; DAILY_POST_POINTS_LIABILITY: then, once points that are due
    have run out; MANUAL: on request. JSONATA is refused.
    """

    trigger_frequency: Frequency


class AudienceCriteriaPatch(Criteria):
    """What to change of an audience's criteria; the form that is given takes the place of both that are there."""

    trigger_frequency: Frequency | None = None


class AudienceDefinition(wire.Definition):
    """A new audience. While it is not active it is not refreshed, and counts nowhere."""

    name: Name
    description: Description
    is_active: wire.Flag
    criteria_definition: AudienceCriteriaDefinition
    send_audience_joined_event: wire.Flag = False
    send_audience_left_event: wire.Flag = False


class AudiencePatch(wire.Definition):
    """What to change of an audience; a field that is left out stays."""

    name: Name | None = None
    description: Description | None = None
    is_active: wire.Flag | None = None
    criteria_patch: AudienceCriteriaPatch | None = None
    send_audience_joined_event: wire.Flag | None = None
    send_audience_left_event: wire.Flag | None = None


class CriteriaView(wire.View, frozen=True):
    """The criteria of an audience, in both forms."""

    criteria_format: str
    criteria_tree: msgspec.Raw
    criteria_json_logic: msgspec.Raw
    trigger_frequency: str


class AudienceView(wire.View, frozen=True, omit_defaults=False):
    """An audience. `memberCount` is of the last refresh, `refreshedAt`; `nextRefreshAt`: when the clock asks again."""

    id: UUID
    name: str
    description: str
    is_active: bool
    criteria_definition: CriteriaView
    send_audience_joined_event: bool
    send_audience_left_event: bool
    member_count: int | None
    refreshed_at: str | None
    next_refresh_at: str | None
    version: int
    created_at: str
    updated_at: str


def read_criteria(given: Criteria, pointer: str) -> Criterion | None:
    """Return the criteria that are given; None where a patch gives none. Raises: Invalid."""
    if given.criteria_format == "JSONATA" or given.criteria_jsonata is not None:
        named = "criteriaFormat" if given.criteria_format == "JSONATA" else "criteriaJsonata"
        raise wire.invalid([Fault(f"{pointer}/{named}", "format_refused", NO_JSONATA)])
    try:
        if given.criteria_tree is not None:
            at = f"{pointer}/criteriaTree"
            return read_tree(given.criteria_tree)
        if given.criteria_json_logic is not None:
            at = f"{pointer}/criteriaJsonLogic"
            return read_logic(given.criteria_json_logic)
    except CriteriaFault as fault:
        raise wire.invalid([Fault(f"{at}{fault.pointer}", "criteria_unusable", fault.detail)]) from None
    if isinstance(given, AudienceCriteriaPatch):
        return None
    raise wire.invalid([Fault(f"{pointer}/criteriaTree", "missing", "Say whom: criteriaTree, or criteriaJsonLogic.")])


def stored(criterion: Criterion, given: Criteria) -> Sequence[str]:
    """Return criteria as they are kept: as JsonLogic, and as a tree, which is the caller's own where there is one."""
    tree: Any = write_tree(criterion) if given.criteria_tree is None else given.criteria_tree
    return wire.text(write_logic(criterion)), wire.text(tree)
