"""Event types: what may be reported, by whom, and what its payload must look like.

Owns `event_types`. What is said about payloads stands in the type's versions; every event names the version that
judged it. An archived type (`isActive` false) takes no events and can be taken up again.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import structs

from punchcard import clock, wire
from punchcard.access import secrets
from punchcard.access.keyring import Keyring
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag
from punchcard.errors import Fault, Forbidden, NameTaken
from punchcard.events import event_type_versions as versions
from punchcard.events.enhance import notices
from punchcard.events.event_type_changes import CompatibilityView, compatibility_of, count_failing_events, rehearse
from punchcard.events.event_type_definitions import EventTypeDefinition, EventTypePatch
from punchcard.events.event_type_versions import Content
from punchcard.events.intrinsic_types import BY_NAME, INTRINSIC_TYPES
from punchcard.events.type_settings import TypeSettings


class EventTypeView(wire.View, frozen=True):
    """An event type in its current version.

    `command` is what to call instead of reporting an intrinsic type. `compatibility` comes with the answer to a change:
    what it means for those who report. `notices` say what its enhancers change for them.
    """

    id: UUID
    name: str
    description: str
    is_private: bool
    is_intrinsic: bool
    is_active: bool
    omit_from_user_activity: bool
    version: int
    schema: msgspec.Raw | None
    settings: TypeSettings
    enhancers: tuple[str, ...]
    meta_type_mappings: msgspec.Raw
    created_at: str
    updated_at: str
    command: str | None = None
    compatibility: CompatibilityView | None = None
    notices: tuple[str, ...] = ()


READ = f"""
    select type.*, {versions.COLUMNS}
    from event_types as type
    join event_type_versions as version on version.tenant_id = type.tenant_id
        and version.event_type_id = type.id and version.version = type.version
    where type.tenant_id = $1
"""  # noqa: S608 - put together from constants
LOCK = "select from event_types where tenant_id = $1 and $2 in (id::text, name) for no key update"
FILTERS = {
    "name": Filter("type.name = {}"),
    "isActive": Filter("type.is_active = {}", read_flag),
    "archived": Filter("type.is_active <> {}", read_flag),
    "isPrivate": Filter("type.is_private = {}", read_flag),
    "isIntrinsic": Filter("type.is_intrinsic = {}", read_flag),
}
INSERT = """
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic, is_active) values ($1, $2, $3, $4, $5, $6)
"""
UPDATE = """
    update event_types set name = $3, is_private = $4, is_active = $5, version = $6, updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2
"""


async def create_event_type(
    db: Db, tenant_id: UUID, keyring: Keyring, definition: EventTypeDefinition
) -> EventTypeView:
    """Create an event type; a private one gets its secret at once.

    Raises: SchemaRefused, Invalid, NameTaken.
    """
    content = versions.first_content(definition)

    async def body(tx: Tx) -> EventTypeView:
        type_id = await insert_type(tx, tenant_id, keyring, definition, content)
        return _view(await _read(tx, tenant_id, str(type_id)))

    return await db.run(body)


async def insert_type(
    tx: Tx, tenant_id: UUID, keyring: Keyring, definition: EventTypeDefinition, content: Content
) -> UUID:
    """Write a new event type down, with its first version and, where it is private, a secret. Raises: NameTaken."""
    type_id = clock.new_id()
    try:
        await tx.execute(
            INSERT, tenant_id, type_id, definition.name, definition.is_private, False, definition.is_active
        )
    except asyncpg.UniqueViolationError:
        raise _name_taken(definition.name) from None
    await versions.insert_version(tx, tenant_id, type_id, 1, content)
    if definition.is_private:
        await secrets.issue(tx, keyring, tenant_id, type_id)
    return type_id


async def insert_intrinsic_types(tx: Tx, tenant_id: UUID, known: Collection[str] = ()) -> None:
    """Give a tenant the engine's own event types, but for those that it has."""
    for kind in (kind for kind in INTRINSIC_TYPES if kind.name not in known):
        type_id = clock.new_id()
        await tx.execute(INSERT, tenant_id, type_id, kind.name, True, True, True)
        await versions.insert_version(tx, tenant_id, type_id, 1, Content(kind.description, wire.text(kind.schema)))


async def list_event_types(db: Db, tenant_id: UUID, listing: Listing) -> Page[EventTypeView]:
    """List the event types, the intrinsic ones among them."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, id_column="type.id", order="ASC")


async def get_event_type(db: Db, tenant_id: UUID, identifier: str) -> EventTypeView:
    """Return one event type, by id or name."""
    async with db.transaction(snapshot=True) as tx:
        return _view(await _read(tx, tenant_id, identifier))


async def patch_event_type(
    db: Db,
    tenant_id: UUID,
    keyring: Keyring,
    identifier: str,
    definition: EventTypePatch,
    expected: wire.Expected,
    *,
    dry_run: bool = False,
    count_failing: bool = False,
) -> EventTypeView:
    """Change an event type, by id or name. Name, privacy and activity take effect as they are; the rest is a version.

    `dryRun` judges the change and undoes it; `countFailing` counts the events of the last 30 days whose payload would
    be refused now. Raises: EventTypeUnknown, Forbidden for an intrinsic type, SchemaRefused, Invalid, NameTaken,
    PreconditionFailed.
    """

    async def body(tx: Tx) -> tuple[EventTypeView, Content]:
        row = await _read(tx, tenant_id, identifier, lock=True)
        refuse_intrinsic(row)
        wire.require_version(row["version"], expected)
        current = versions.content_of(row)
        content = versions.next_content(current, definition)
        await update_type(
            tx, keyring, row, content,
            name=_given(definition.name, row["name"]),
            is_private=_given(definition.is_private, row["is_private"]),
            is_active=_given(definition.is_active, row["is_active"]),
        )  # fmt: skip
        view = _view(await _read(tx, tenant_id, str(row["id"])))
        version = row["version"] if dry_run else view.version  # nothing has the number of a version that is undone
        return structs.replace(view, version=version, compatibility=await compatibility_of(current, content)), content

    view, content = await (rehearse(db, body) if dry_run else db.run(body))
    if count_failing and view.compatibility is not None:
        recent = await count_failing_events(db, tenant_id, view.id, content)
        view = structs.replace(view, compatibility=structs.replace(view.compatibility, recent=recent))
    return view


def refuse_intrinsic(row: Row) -> None:
    """Refuse a change of what is the engine's own. Raises: Forbidden."""
    if row["is_intrinsic"]:
        raise Forbidden("Intrinsic event types belong to the engine and cannot be changed.")


async def update_type(
    tx: Tx, keyring: Keyring, row: Row, content: Content, *, name: str, is_private: bool, is_active: bool
) -> None:
    """Write a change of the type in `row`, which the caller has locked: a version only if it says something new.

    A type that becomes private gets a secret. Raises: NameTaken.
    """
    tenant_id, type_id, version = row["tenant_id"], row["id"], int(row["version"])
    if not content.is_same(versions.content_of(row)):
        version += 1
        await versions.insert_version(tx, tenant_id, type_id, version, content)
    try:
        await tx.execute(UPDATE, tenant_id, type_id, name, is_private, is_active, version)
    except asyncpg.UniqueViolationError:
        raise _name_taken(name) from None
    if is_private and not await secrets.exists(tx, tenant_id, type_id):
        await secrets.issue(tx, keyring, tenant_id, type_id)


async def _read(tx: Tx, tenant_id: UUID, identifier: str, *, lock: bool = False) -> Row:
    key = wire.subject_key(identifier)  # an id in capitals is the same id
    if lock:  # a statement of its own, so that the next one sees what was committed while it waited
        await tx.execute(LOCK, tenant_id, key)
    row = await tx.fetchrow(f"{READ} and $2 in (type.id::text, type.name)", tenant_id, key)
    if row is None:
        raise versions.unknown(identifier)
    return row


def _given(wanted: Any, current: Any) -> Any:
    return current if wanted is None else wanted


def _name_taken(name: str) -> NameTaken:
    return NameTaken(
        f"There is an event type {name} already.", faults=[Fault("/name", "name_taken", "Choose another.")]
    )


def _view(row: Row) -> EventTypeView:
    content = versions.content_of(row)
    return EventTypeView(
        row["id"], row["name"], content.description, row["is_private"], row["is_intrinsic"], row["is_active"],
        content.omit_from_user_activity, row["version"], wire.raw_or_none(content.schema), content.settings,
        content.enhancers, wire.raw(content.meta_type_mappings), wire.rfc3339(row["created_at"]),
        wire.rfc3339(row["updated_at"]), BY_NAME[row["name"]].command if row["is_intrinsic"] else None,
        notices=notices(content.enhancers),
    )  # fmt: skip
