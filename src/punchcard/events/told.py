"""Stored verdicts told in full, and what followed from an event, or would have."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.constraint import compile_constraint
from punchcard.engine.explain import done_by, reason
from punchcard.engine.facts import Facts
from punchcard.engine.judged import Judged, thing_of
from punchcard.engine.situation import Code, Decision, Verdict
from punchcard.engine.verdicts import Planned, planned, unpack

VERSIONS = """
    select id, reactor_id, version, name, "constraint", max_activations, activation_context, effective_from,
           effective_until, reactions
    from reactor_versions where tenant_id = $1 and id = any($2::bigint[])
"""
NAMES = """
    select id::text, internal_name as name from badges where tenant_id = $1 and id = any($2::uuid[])
    union all
    select id::text, name from rewards where tenant_id = $1 and id = any($2::uuid[])
"""


class ReactionView(wire.View, frozen=True):
    """What one reaction of a reactor did. `id`: of the badge, or the reward.

    `side` is missing where the balance changed by the points: PENDING, they cannot be spent yet; ACTIVATED, they were
    pending and are usable; CANCELLED, pending ones were taken back.
    """

    number: int
    type: str
    points: int
    side: str | None = None
    id: UUID | None = None


class VerdictView(wire.View, frozen=True):
    """What came of one reactor: whether it fired, the code and the sentence that say why, and its reactions."""

    reactor_id: UUID
    reactor_version: int
    reactor_name: str
    fired: bool
    code: str
    reason: str
    reactions: list[ReactionView]


class FollowUpView(wire.View, frozen=True):
    """An event that followed from another at once; `points` are what it changed the balance by."""

    id: UUID
    type: str
    points: int


class ParkedView(wire.View, frozen=True):
    """An event that was not reported, since the chain that it lies in has its bounds: DEPTH or BUDGET."""

    type: str
    bound: str


async def tell(tx: Tx, tenant_id: UUID, stored: Mapping[str, list[Any]], facts: Facts) -> list[VerdictView]:
    """Tell stored verdicts in full, by the versions that judged and the facts that they looked at."""
    verdicts = list(unpack(stored))
    versions = await read_versions(tx, tenant_id, verdicts)
    known = await read_judged(tx, tenant_id, versions)
    return [_verdict(one, versions[one.reactor_version_id], known, facts) for one in verdicts]


async def read_versions(tx: Tx, tenant_id: UUID, verdicts: Iterable[Verdict]) -> dict[int, Row]:
    """Return the reactor versions that judged, by their numbers."""
    rows = await tx.fetch(VERSIONS, tenant_id, [verdict.reactor_version_id for verdict in verdicts])
    return {row["id"]: row for row in rows}


async def read_judged(tx: Tx, tenant_id: UUID, versions: Mapping[int, Row]) -> dict[int, Judged]:
    """Return what is needed of versions to tell their verdicts."""
    reactions = {number: wire.read_stored(row["reactions"]) for number, row in versions.items()}
    things = {thing_of(reaction) for each in reactions.values() for reaction in each} - {None}
    rows = await tx.fetch(NAMES, tenant_id, [UUID(one) for one in things if one]) if things else []
    names = {row["id"]: row["name"] for row in rows}
    return {number: _judged(row, reactions[number], names) for number, row in versions.items()}


def _judged(version: Row, reactions: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Judged:
    constraint = None if version["constraint"] is None else wire.decode(version["constraint"].encode())
    return Judged(
        version["name"], version["version"], compile_constraint(constraint), version["max_activations"],
        wire.rfc3339_or_none(version["effective_from"]), wire.rfc3339_or_none(version["effective_until"]),
        version["activation_context"] != "SUBJECT", reactions, names,
    )  # fmt: skip


def _verdict(verdict: Verdict, version: Row, known: Mapping[int, Judged], facts: Facts) -> VerdictView:
    judged, told = known[verdict.reactor_version_id], reason(verdict, known, facts)
    return VerdictView(
        version["reactor_id"], version["version"], version["name"], verdict.code is Code.FIRED, verdict.code.name,
        told, [_reaction(one, judged) for one in map(planned, done_by(verdict))],
    )  # fmt: skip


def _reaction(one: Planned, judged: Judged) -> ReactionView:
    given = judged.reactions[one.number]
    thing = thing_of(given)
    return ReactionView(one.number, given["type"], one.points, one.side or None, None if thing is None else UUID(thing))


def parked_of(decisions: Iterable[Decision]) -> list[ParkedView]:
    """Return what would have followed from events beyond the bounds of a chain."""
    return [ParkedView(one.type, one.bound) for decision in decisions for one in decision.parked]


def parked_with(context: str | None) -> list[ParkedView]:
    """Return what is told as parked with a recorded event: the first of them."""
    parked = {} if context is None else wire.read_stored(context).get("parked", {})
    return [ParkedView(one["type"], one["bound"]) for one in parked.get("events", ())]
