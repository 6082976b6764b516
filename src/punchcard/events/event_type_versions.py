"""The versions of event types: immutable, numbered from 1, and named by every event that one of them judged.

Owns `event_type_versions`.
"""

from typing import Any
from uuid import UUID

from msgspec import Struct, structs

from punchcard import wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.fingerprint import canonical_text
from punchcard.events.event_type_definitions import EventTypeDefinition, EventTypePatch, check_schema
from punchcard.events.type_settings import Enhancer, TypeSettings, mappings_text, read_enhancers, read_settings

# What the tables that join a version call its columns.
COLUMNS = """version.description, version.schema, version.omit_from_user_activity, version.settings, version.enhancers,
    version.meta_type_mappings"""
INSERT_VERSION = """
    insert into event_type_versions (tenant_id, event_type_id, version, description, schema, omit_from_user_activity,
                                     settings, enhancers, meta_type_mappings)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


class Content(Struct, frozen=True):
    """What a version says. `schema` and `meta_type_mappings` are JSON texts, as they were written."""

    description: str
    schema: str | None = None
    omit_from_user_activity: bool = False
    settings: TypeSettings = TypeSettings()
    enhancers: tuple[Enhancer, ...] = ()
    meta_type_mappings: str = "[]"

    def is_same(self, other: "Content") -> bool:
        """Tell whether both say the same, however their JSON is written."""
        return _canonical(self) == _canonical(other)


def _canonical(content: Content) -> Content:
    schema, mappings = _canonical_text(content.schema), _canonical_text(content.meta_type_mappings)
    return structs.replace(content, schema=schema, meta_type_mappings=mappings)


def _canonical_text(stored: str | None) -> str | None:
    return None if stored is None else canonical_text({"": wire.decode(stored.encode())})


def first_content(definition: EventTypeDefinition) -> Content:
    """Return what the first version of a new event type says. Raises: SchemaRefused, Invalid."""
    return Content(
        definition.description,
        _schema_text(definition.schema_),
        definition.omit_from_user_activity,
        definition.settings.over(TypeSettings()),
        definition.enhancers,
        mappings_text(definition.meta_type_mappings),
    )


def next_content(current: Content, patch: EventTypePatch) -> Content:
    """Return what stands after a change; what is left out of it, or null, stays. Raises: SchemaRefused, Invalid."""
    given: dict[str, Any] = {}
    if patch.description is not None:
        given["description"] = patch.description
    if "schema_" in patch.model_fields_set:
        given["schema"] = _schema_text(patch.schema_)
    if patch.omit_from_user_activity is not None:
        given["omit_from_user_activity"] = patch.omit_from_user_activity
    if patch.settings is not None:
        given["settings"] = patch.settings.over(current.settings)
    if patch.enhancers is not None:
        given["enhancers"] = patch.enhancers
    if patch.meta_type_mappings is not None:
        given["meta_type_mappings"] = mappings_text(patch.meta_type_mappings)
    return structs.replace(current, **given)


def content_of(row: Row) -> Content:
    """Read a version from a row that has `COLUMNS`."""
    return Content(
        row["description"], row["schema"], row["omit_from_user_activity"], read_settings(row["settings"]),
        read_enhancers(row["enhancers"]), row["meta_type_mappings"],
    )  # fmt: skip


async def insert_version(tx: Tx, tenant_id: UUID, type_id: UUID, version: int, content: Content) -> None:
    """Write a version down. The caller holds the type's row."""
    await tx.execute(
        INSERT_VERSION, tenant_id, type_id, version, content.description, content.schema,
        content.omit_from_user_activity, wire.text(content.settings), wire.text(content.enhancers),
        content.meta_type_mappings,
    )  # fmt: skip


def _schema_text(schema: wire.Json | None) -> str | None:
    check_schema(schema)
    return None if schema is None else wire.text(schema)
