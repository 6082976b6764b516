"""Whether a constraint can be used, told without saving anything: what an editor asks while one types."""

from typing import Literal
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db
from punchcard.engine.constraint import ConstraintFault, RuleConstraint, compile_constraint, is_rows
from punchcard.engine.expression.printer import show
from punchcard.engine.rows import to_rows
from punchcard.reactors.counter_names import read_kinds, require_known_in

Form = Literal["SCHEMA", "ROWS", "EXPRESSION"]


class ConstraintCheck(wire.Definition):
    """A constraint to look at: a JSON Schema, rows, or the text of an expression."""

    constraint: wire.Json | str


class ConstraintFaultView(wire.View, frozen=True):
    """Why it cannot be used: `pointer` into an object; in a text `offset` from 0, `line` and `column` from 1."""

    detail: str
    pointer: str | None = None
    offset: int | None = None
    line: int | None = None
    column: int | None = None


class ConstraintCheckView(wire.View, frozen=True):
    """What came of it. Of a rule: the expression it is, its rows where rows can say it, and its cost in steps."""

    is_valid: bool
    form: Form
    fault: ConstraintFaultView | None = None
    expression: str | None = None
    rows: wire.Json | None = None
    cost: int | None = None


async def check_constraint(db: Db, tenant_id: UUID, definition: ConstraintCheck) -> ConstraintCheckView:
    """Tell whether a constraint compiles, and where not. Nothing is saved."""
    given = definition.constraint
    form = _form(given)
    try:
        compiled = compile_constraint(given)
        if isinstance(compiled, RuleConstraint) and any(path[0] == "counters" for path in compiled.paths):
            async with db.transaction(snapshot=True) as tx:
                require_known_in(given, await read_kinds(tx, tenant_id))
    except ConstraintFault as fault:
        return ConstraintCheckView(False, form, _view(fault, form))
    if not isinstance(compiled, RuleConstraint):
        return ConstraintCheckView(True, form)
    rule = compiled.expression
    return ConstraintCheckView(True, form, None, show(rule.tree), to_rows(rule.tree), rule.cost)


def _form(given: wire.Json | str) -> Form:
    if isinstance(given, str):
        return "EXPRESSION"
    return "ROWS" if is_rows(given) else "SCHEMA"


def _view(fault: ConstraintFault, form: str) -> ConstraintFaultView:
    if fault.place is not None:
        return ConstraintFaultView(fault.detail, None, fault.place.offset, fault.place.line, fault.place.column)
    return ConstraintFaultView(fault.detail, None if form == "EXPRESSION" else fault.pointer)
