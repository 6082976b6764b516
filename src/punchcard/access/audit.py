"""The audit log: what was done to a tenant's configuration, by whom, what it was before and after. Owns `audit_log`.

An entry is written in the transaction of what it tells of, and stays for ever: no statement changes or deletes one.
Hence neither secrets nor what is known of members goes in.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import clock, wire
from punchcard.access.principals import Principal
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import NotFound

HIDDEN = "…"
SECRETS = frozenset({"secret", "clientSecret", "accessToken", "passwordToken", "code", "codes", "jwks"})
"""Members whose content is not told, wherever they stand."""


class Entry(Struct, frozen=True):
    """What is to be recorded. before, after: as the API shows the object; None where there is none."""

    operation: str
    request: str
    object_kind: str
    object_id: str | None
    before: Any = None
    after: Any = None
    request_id: str | None = None


class AuditEntryView(wire.View, frozen=True):
    """Something that was done to the configuration.

    `objectKind` is the collection that the object stands in, as in the path. `principal` is the kind and id of who did
    it, `session` tells sessions at the console apart, `role` is the role as of then. `before` and `after` are the
    object as the API showed it, with secrets left out; `changed` are the members in which they differ.
    """

    id: UUID
    operation: str
    request: str
    object_kind: str
    object_id: str | None
    principal: str
    session: str | None
    role: str | None
    request_id: str | None
    before: msgspec.Raw | None
    after: msgspec.Raw | None
    changed: list[str]
    recorded_at: str


INSERT = """
insert into audit_log (tenant_id, id, operation, request, object_kind, object_id, principal, session, role, request_id,
                       before, after)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""


async def record(tx: Tx, principal: Principal, entry: Entry) -> None:
    """Record what `principal` does in this transaction."""
    await _insert(tx, principal.tenant_id, entry, principal.name, principal.session, principal.role)


async def record_operator(tx: Tx, tenant_id: UUID, entry: Entry) -> None:
    """Record what somebody does who can reach the database, by the command line."""
    await _insert(tx, tenant_id, entry, "operator", None, None)


async def _insert(tx: Tx, tenant_id: UUID, entry: Entry, name: str, session: str | None, role: str | None) -> None:
    told = [None if shown is None else wire.text(without_secrets(shown)) for shown in (entry.before, entry.after)]
    await tx.execute(
        INSERT, tenant_id, clock.new_id(), entry.operation, entry.request, entry.object_kind, entry.object_id, name,
        session, role, entry.request_id, *told,
    )  # fmt: skip


def without_secrets(shown: Any) -> Any:
    """Return JSON without what opens doors: secrets, codes, and the values of headers that webhooks are sent with."""
    if isinstance(shown, list):
        return [without_secrets(one) for one in shown]
    if not isinstance(shown, dict):
        return shown
    told: dict[str, Any] = {}
    for name, value in shown.items():
        if name in SECRETS and value is not None:
            told[name] = HIDDEN
        elif name == "headers" and isinstance(value, dict):
            told[name] = dict.fromkeys(value, HIDDEN)
        else:
            told[name] = without_secrets(value)
    return told


READ = "select * from audit_log where tenant_id = $1"
FILTERS = {
    "kind": Filter("object_kind = {}"),
    "object": Filter("object_id = {}"),
    "operation": Filter("operation = {}"),
    "principal": Filter("principal = {}"),
    "session": Filter("session = {}"),
    "from": Filter("recorded_at >= {}", wire.parse_instant),
    "until": Filter("recorded_at < {}", wire.parse_instant),
}


async def list_audit(db: Db, tenant_id: UUID, listing: Listing) -> Page[AuditEntryView]:
    """List what was done to the configuration, the newest first."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, order="DESC")


async def get_audit_entry(db: Db, tenant_id: UUID, id: UUID) -> AuditEntryView:
    """Return one entry of the audit log. Raises: NotFound."""
    row = await db.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise NotFound("There is no such entry.")
    return _view(row)


def _view(row: Row) -> AuditEntryView:
    return AuditEntryView(
        row["id"], row["operation"], row["request"], row["object_kind"], row["object_id"], row["principal"],
        row["session"], row["role"], row["request_id"], wire.raw_or_none(row["before"]), wire.raw_or_none(row["after"]),
        _changed(row["before"], row["after"]), wire.rfc3339(row["recorded_at"]),
    )  # fmt: skip


def _changed(before: str | None, after: str | None) -> list[str]:
    """Return the members in which two objects differ; none where one of them is missing."""
    if before is None or after is None:
        return []
    old, new = msgspec.json.decode(before), msgspec.json.decode(after)
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return []
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
