"""What an event type may say: the reference's EventTypeDefinition and EventTypePatch, read strictly."""

from typing import Annotated

from pydantic import Field

from punchcard import wire
from punchcard.engine.schema import SchemaFault, compile_schema
from punchcard.errors import Fault, SchemaRefused
from punchcard.events.type_settings import Enhancers, MetaTypeMappings, TypeSettingsDefinition

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


def check_schema(schema: wire.Json | None, pointer: str = "/schema") -> None:
    """Refuse a schema that cannot be used; `pointer` is its place in the request. Raises: SchemaRefused."""
    if schema is None:
        return
    try:
        compile_schema(schema)
    except SchemaFault as fault:
        found = Fault(f"{pointer}{fault.pointer}", "schema_refused", str(fault))
        raise SchemaRefused(f"{found.pointer}: {fault}", faults=[found]) from None
