"""What an event type may say: the reference's EventTypeDefinition and EventTypePatch, read strictly."""

from typing import Annotated

from pydantic import Field

from punchcard import wire
from punchcard.engine.closed import close
from punchcard.engine.schema import SchemaFault, compile_schema
from punchcard.errors import Fault, SchemaRefused
from punchcard.events.type_settings import Enhancers, MetaTypeMappings, TypeSettings, TypeSettingsDefinition

Name = Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[A-Z]+(_[A-Z]+)*$")]
Description = Annotated[str, Field(min_length=2, max_length=1024, pattern=r"^[\x00-\x7F]+$")]


class EventTypeDefinition(wire.Definition):
    """A new event type. `isPrivate`: reported with its secret and a subject, not by end users."""

    name: Name
    description: Description
    schema_: wire.Json | None = Field(None, alias="schema", description="JSON Schema of the payload")
    is_private: wire.Flag
    is_active: wire.Flag = True
    omit_from_user_activity: wire.Flag = False
    settings: TypeSettingsDefinition = TypeSettingsDefinition()
    enhancers: Enhancers = ()
    meta_type_mappings: MetaTypeMappings = ()


class EventTypePatch(wire.Definition):
    """What to change of an event type; a field that is left out stays, in the settings too."""

    name: Name | None = None
    description: Description | None = None
    schema_: wire.Json | None = Field(
        None, alias="schema", description="JSON Schema of the payload; null takes it away"
    )
    is_active: wire.Flag | None = None
    is_private: wire.Flag | None = None
    omit_from_user_activity: wire.Flag | None = None
    settings: TypeSettingsDefinition | None = None
    enhancers: Enhancers | None = None
    meta_type_mappings: MetaTypeMappings | None = None


def check_schema(schema: wire.Json | None, settings: TypeSettings) -> None:
    """Refuse a schema that cannot be used, be it only with these settings. Raises: SchemaRefused."""
    if schema is None:
        return
    pointer = "/schema"
    try:
        compile_schema(schema)
        if not settings.allow_unknown:
            pointer = "/settings/allowUnknown"
            compile_schema(close(schema))
    except SchemaFault as fault:
        pointer += fault.pointer if pointer == "/schema" else ""
        found = Fault(pointer, "schema_refused", str(fault))
        raise SchemaRefused(f"{pointer}: {fault}", faults=[found]) from None
