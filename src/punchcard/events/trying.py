"""A reactor that a preview tries on one event: put there as saving would put it, judged, and undone with all else."""

from uuid import UUID

import msgspec
from pydantic import model_validator

from punchcard import wire
from punchcard.db.connection import Tx, WithinTx
from punchcard.engine.constraint import RuleConstraint
from punchcard.engine.facts import Facts
from punchcard.errors import Fault
from punchcard.events.quarantine import FaultView, views
from punchcard.reactors.compiled import compile_reactor
from punchcard.reactors.definitions import EventReactorDefinition, EventReactorPatch
from punchcard.reactors.reactors import create_reactor, patch_reactor, read_reactor


class TrialDefinition(wire.Definition):
    """A reactor to try: the one that `reactorId` names, with `changes`, or a whole `reactor` that is not there yet."""

    reactor_id: UUID | None = None
    changes: EventReactorPatch | None = None
    reactor: EventReactorDefinition | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "TrialDefinition":
        if (self.reactor_id is None) == (self.reactor is None):
            raise ValueError("Name a reactor by reactorId, or describe one as reactor.")
        if self.changes is not None and self.reactor_id is None:
            raise ValueError("Changes are of a reactor that is named by reactorId.")
        return self


class TriedView(wire.View, frozen=True):
    """What the constraint of the reactor that was tried came to, part by part.

    trace: of an expression or rows, each part with what it came to. faults: of a JSON Schema, what the payload breaks.
    """

    reactor_id: UUID
    trace: msgspec.Raw | None = None
    faults: list[FaultView] = msgspec.field(default_factory=list)


async def put(tx: Tx, tenant_id: UUID, trial: TrialDefinition) -> UUID:
    """Put a reactor there to be tried, in a transaction that the caller undoes; return its id.

    Raises: what creating and changing one raise.
    """
    if trial.reactor is not None:
        draft = trial.reactor.model_copy(update={"state": "DRAFT"})
        return (await create_reactor(WithinTx(tx), tenant_id, draft)).id
    assert trial.reactor_id is not None
    if trial.changes is not None and trial.changes.model_fields_set:
        await patch_reactor(WithinTx(tx), tenant_id, trial.reactor_id, trial.changes, wire.ANY_VERSION)
    return trial.reactor_id


async def trace(tx: Tx, tenant_id: UUID, reactor_id: UUID, facts: Facts) -> TriedView:
    """Tell what a reactor's constraint comes to, part by part."""
    constraint = compile_reactor(await read_reactor(tx, tenant_id, reactor_id)).constraint
    if constraint is None:
        return TriedView(reactor_id)
    if isinstance(constraint, RuleConstraint):
        document = constraint.expression.explain(facts).document()
        return TriedView(reactor_id, wire.raw(wire.text(document)))
    faults = constraint.why_not(facts["payload"], facts)
    told = [Fault(wire.pointer(("payload", *fault.path)), fault.keyword, fault.detail) for fault in faults]
    return TriedView(reactor_id, faults=views(told))
