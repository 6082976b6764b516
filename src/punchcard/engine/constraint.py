"""A reactor's constraint, as a JSON Schema over the payload: the reference's form.

Draft 6 unless `$schema` names another. An absent constraint always holds.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from punchcard.engine.schema import DRAFT_6, PayloadFault, Schema, compile_schema


class Constraint(Struct, frozen=True):
    """A compiled constraint."""

    schema: Schema

    def holds(self, payload: Mapping[str, Any]) -> bool:
        """Tell whether the payload satisfies it."""
        return bool(self.schema.takes(payload))

    def why_not(self, payload: Mapping[str, Any]) -> list[PayloadFault]:
        """Return what the payload breaks, with the actual values: the trace of a false constraint."""
        return self.schema.faults(payload)


def compile_constraint(document: Mapping[str, Any] | None) -> Constraint | None:
    """Compile a constraint; None and `{}` always hold. Raises: SchemaFault."""
    return Constraint(compile_schema(document, default_draft=DRAFT_6)) if document else None
