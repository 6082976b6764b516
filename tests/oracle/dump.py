"""One tenant's tables as they are, read in one snapshot straight from PostgreSQL."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

Row = dict[str, Any]

TABLES = (
    "events", "event_types", "ledger_entries", "wallets", "users", "reactors", "reactor_versions", "activations",
    "claims", "rewards", "vouchers", "idempotency_keys", "outbox",
)  # fmt: skip
JSON = {"payload", "verdicts", "constraint", "reactions"}


@dataclass
class Dump:
    """The rows of each table, as dictionaries; JSON is read, its fractions exactly."""

    events: list[Row] = field(default_factory=list)
    event_types: list[Row] = field(default_factory=list)
    ledger_entries: list[Row] = field(default_factory=list)
    wallets: list[Row] = field(default_factory=list)
    users: list[Row] = field(default_factory=list)
    reactors: list[Row] = field(default_factory=list)
    reactor_versions: list[Row] = field(default_factory=list)
    activations: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    rewards: list[Row] = field(default_factory=list)
    vouchers: list[Row] = field(default_factory=list)
    idempotency_keys: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)


async def dump(url: str, tenant_id: UUID) -> Dump:
    """Read everything of one tenant."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            tables = {
                table: [
                    _row(row)
                    for row in await connection.fetch(f"SELECT * FROM {table} WHERE tenant_id = $1", tenant_id)
                ]
                for table in TABLES
            }
    finally:
        await connection.close()
    return Dump(**tables)


def _row(row: asyncpg.Record) -> Row:
    found = dict(row.items())
    for name in JSON & found.keys():
        if isinstance(found[name], str):
            found[name] = json.loads(found[name], parse_float=Decimal)
    return found
