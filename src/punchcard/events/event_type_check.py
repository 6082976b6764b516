"""Whether a schema can be used, and takes a payload, told without saving anything: what an editor asks as one types."""

import asyncio
from typing import Any

import msgspec
from pydantic import Field

from punchcard import wire
from punchcard.engine.example import make_example
from punchcard.engine.schema import compile_schema
from punchcard.errors import Fault, SchemaRefused
from punchcard.events.event_type_definitions import check_schema
from punchcard.events.quarantine import FaultView, views
from punchcard.events.type_settings import TypeSettings, effective_schema


class EventTypeCheck(wire.Definition):
    """A JSON Schema to look at, and a payload to try on it. `allowUnknown` as in the settings of event types."""

    schema_: wire.Json | None = Field(None, alias="schema", description="JSON Schema of the payload")
    allow_unknown: wire.Flag = True
    payload: wire.Json | None = None


class EventTypeCheckView(wire.View, frozen=True):
    """What came of it. isValid: the schema can be used; else `faults` say where it cannot, by pointers from `/schema`.

    isTaken: the payload meets it; else `faults` say what it breaks, by pointers from `/payload`; null where there is
    none. example: a payload that the schema takes; null where none could be made.
    """

    is_valid: bool
    is_taken: bool | None = None
    faults: list[FaultView] = msgspec.field(default_factory=list)
    example: dict[str, Any] | None = None


async def check_event_type(definition: EventTypeCheck) -> EventTypeCheckView:
    """Tell whether a schema can be used and takes a payload. Nothing is saved."""
    settings = TypeSettings(allow_unknown=definition.allow_unknown)
    try:
        check_schema(definition.schema_, settings)
    except SchemaRefused as refused:
        return EventTypeCheckView(False, faults=views(refused.faults))
    return await asyncio.to_thread(_tried, definition, settings)


def _tried(definition: EventTypeCheck, settings: TypeSettings) -> EventTypeCheckView:
    text = None if definition.schema_ is None else wire.text(definition.schema_)
    document = effective_schema(text, settings)
    example = make_example(document)
    if definition.payload is None:
        return EventTypeCheckView(True, example=example)
    found = [] if document is None else compile_schema(document).faults(definition.payload)
    faults = [Fault(wire.pointer(("payload", *one.path)), one.keyword, one.detail) for one in found]
    return EventTypeCheckView(True, not faults, views(faults), example)
