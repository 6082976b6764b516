"""Event types as one document: taken out of a tenant, and put into another or back into the same.

The document says what each type says now; secrets, ids and former versions are not in it.
"""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import Field

from punchcard import wire
from punchcard.access.keyring import Keyring
from punchcard.db.connection import Db, Row, Tx
from punchcard.errors import Fault, Forbidden, Invalid
from punchcard.events import event_type_versions as versions
from punchcard.events.event_type_changes import CompatibilityView, compatibility_of, rehearse
from punchcard.events.event_type_definitions import EventTypeDefinition
from punchcard.events.event_types import READ, insert_type, refuse_intrinsic, update_type
from punchcard.events.type_settings import TypeSettings

TYPES_MAX = 1_000

Outcome = Literal["created", "changed", "unchanged", "refused"]

READ_OWN = f"{READ} and not type.is_intrinsic order by type.name"
LOCK_NAMED = "select from event_types where tenant_id = $1 and name = any($2::text[]) order by id for no key update"
READ_NAMED = f"{READ} and type.name = any($2::text[])"


class ExportedEventType(wire.View, frozen=True):
    """An event type as POST takes it."""

    name: str
    description: str
    is_private: bool
    is_active: bool
    omit_from_user_activity: bool
    schema: msgspec.Raw | None
    settings: TypeSettings
    enhancers: tuple[str, ...]
    meta_type_mappings: msgspec.Raw


class EventTypesExport(wire.View, frozen=True):
    """All event types but the intrinsic ones, by name; what import takes."""

    event_types: list[ExportedEventType]


class EventTypesImport(wire.Definition):
    """Event types by name. One that is there is made to say what stands here, no more and no less."""

    event_types: Annotated[tuple[EventTypeDefinition, ...], Field(max_length=TYPES_MAX)]


class ImportedEventType(wire.View, frozen=True):
    """What became of one event type; `compatibility` where it was changed, `detail` where it was refused."""

    name: str
    outcome: Outcome
    compatibility: CompatibilityView | None = None
    detail: str | None = None


class EventTypesImportView(wire.View, frozen=True):
    """What became of each event type, in the order of the document."""

    event_types: list[ImportedEventType]


async def export_event_types(db: Db, tenant_id: UUID) -> EventTypesExport:
    """Return all event types in one document, without secrets; import takes it."""
    return EventTypesExport([_exported(row) for row in await db.fetch(READ_OWN, tenant_id)])


async def import_event_types(
    db: Db,
    tenant_id: UUID,
    keyring: Keyring,
    definition: EventTypesImport,
    *,
    dry_run: bool = False,
    atomic: bool = True,
) -> EventTypesImportView:
    """Create or change event types as a document says; once more changes nothing.

    `dryRun` tells what would become of each and undoes it. If one is refused, none is taken, unless `atomic` is false.
    New private types get new secrets. Raises: SchemaRefused, Invalid, NameTaken.
    """

    async def body(tx: Tx) -> EventTypesImportView:
        names = [wanted.name for wanted in definition.event_types]
        await tx.execute(LOCK_NAMED, tenant_id, names)
        known = {row["name"]: row for row in await tx.fetch(READ_NAMED, tenant_id, names)}
        imported, faults, seen = [], [], set[str]()
        for place, wanted in enumerate(definition.event_types):
            try:
                if wanted.name in seen:
                    raise wire.invalid([Fault("/name", "named_twice", "The document names this type twice.")])
                seen.add(wanted.name)
                imported.append(await _import(tx, tenant_id, keyring, wanted, known.get(wanted.name)))
            except (Invalid, Forbidden) as refused:
                imported.append(ImportedEventType(wanted.name, "refused", None, refused.detail))
                faults += _faults(place, refused)
        if faults and atomic and not dry_run:
            raise wire.invalid(faults)
        return EventTypesImportView(imported)

    return await (rehearse(db, body) if dry_run else db.run(body))


async def _import(
    tx: Tx, tenant_id: UUID, keyring: Keyring, wanted: EventTypeDefinition, row: Row | None
) -> ImportedEventType:
    if row is not None:
        refuse_intrinsic(row)
    content = versions.first_content(wanted)
    if row is None:
        await insert_type(tx, tenant_id, keyring, wanted, content)
        return ImportedEventType(wanted.name, "created")
    current = versions.content_of(row)
    flags = wanted.is_private, wanted.is_active
    if content.is_same(current) and flags == (row["is_private"], row["is_active"]):
        return ImportedEventType(wanted.name, "unchanged")
    await update_type(
        tx, keyring, row, content, name=wanted.name, is_private=wanted.is_private, is_active=wanted.is_active
    )
    return ImportedEventType(wanted.name, "changed", await compatibility_of(current, content))


def _faults(place: int, refused: Invalid | Forbidden) -> list[Fault]:
    found = refused.faults or (Fault("/name", refused.code, refused.detail),)
    return [Fault(f"/eventTypes/{place}{fault.pointer}", fault.code, fault.detail) for fault in found]


def _exported(row: Row) -> ExportedEventType:
    content = versions.content_of(row)
    return ExportedEventType(
        row["name"], content.description, row["is_private"], row["is_active"], content.omit_from_user_activity,
        wire.raw_or_none(content.schema), content.settings, content.enhancers, wire.raw(content.meta_type_mappings),
    )  # fmt: skip
