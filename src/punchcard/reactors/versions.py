"""The versions of a reactor, each as it was, and what one says otherwise than another."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import msgspec

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Listing, Page, page, select
from punchcard.errors import NotFound
from punchcard.reactors.compiled import READ
from punchcard.reactors.reactors import ReactorView, read_reactor, view

# A list goes on after an id, which a version has not; its number, written as one, sorts as the number does.
ID = "lpad(to_hex(version.version), 32, '0')::uuid"
MADE = READ.replace("reactor.updated_at", "version.created_at as updated_at")
VERSIONS = MADE.replace("select reactor.id,", f"select {ID} as id,") + " and reactor.id = $2"
NAMES = """
    select version.id as version, version.reactor_id, newest.name
    from reactor_versions as version cross join lateral (
        select name from reactor_versions as newest
        where newest.tenant_id = $1 and newest.reactor_id = version.reactor_id order by newest.version desc limit 1
    ) as newest
    where version.tenant_id = $1 and version.id = any($2::bigint[])
"""
FIELDS = (
    "name", "description", "constraint", "reactions", "maxActivations", "activationContext", "effectivity", "priority",
    "limits", "group",
)  # fmt: skip


class ChangeView(wire.View, frozen=True):
    """A place at which two versions differ, and what each says there, as JSON; what is not there is null."""

    pointer: str
    before: msgspec.Raw | None
    after: msgspec.Raw | None


class DifferenceView(wire.View, frozen=True):
    """What one version says otherwise than one before, or after, it."""

    version: int
    other: int
    changes: list[ChangeView]


async def list_reactor_versions(db: Db, tenant_id: UUID, id: UUID, listing: Listing) -> Page[ReactorView]:
    """List the versions of a reactor, the newest first; `updatedAt` is when each was made. Raises: NotFound."""
    sql, arguments = select(listing, VERSIONS, [tenant_id, id], {}, id_column=ID, order="DESC")
    async with db.transaction(snapshot=True) as tx:
        await read_reactor(tx, tenant_id, id)
        return page(listing, await tx.fetch(sql, *arguments), view)


async def get_reactor_version(db: Db, tenant_id: UUID, id: UUID, version: int) -> ReactorView:
    """Return one version of a reactor. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        return await _read(tx, tenant_id, id, version)


async def diff_reactor_versions(db: Db, tenant_id: UUID, id: UUID, version: int, other: int) -> DifferenceView:
    """Return what a version says otherwise than another one. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        after, before = [_document(await _read(tx, tenant_id, id, number)) for number in (version, other)]
    return DifferenceView(version, other, list(_changes(before, after, ())))


async def read_names(tx: Tx, tenant_id: UUID, versions: Collection[int]) -> dict[int, Row]:
    """Return of versions, by the numbers that events and entries have, `reactor_id` and the `name` that it has now."""
    if not versions:
        return {}
    return {row["version"]: row for row in await tx.fetch(NAMES, tenant_id, [*versions])}


async def _read(tx: Tx, tenant_id: UUID, reactor_id: UUID, version: int) -> ReactorView:
    row = await tx.fetchrow(f"{VERSIONS} and version.version = $3", tenant_id, reactor_id, version)
    if row is None:
        raise NotFound("There is no such version of such a reactor.")
    return view(row)


def _document(version: ReactorView) -> dict[str, Any]:
    shown = wire.decode(wire.encode(version))
    return {name: shown[name] for name in FIELDS if shown.get(name) not in (None, [], {})}


def _changes(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[ChangeView]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _changes(before.get(name), after.get(name), (*path, name))
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield ChangeView(wire.pointer(path), _raw(before), _raw(after))


def _raw(value: Any) -> msgspec.Raw | None:
    return None if value is None else msgspec.Raw(wire.encode(value))
