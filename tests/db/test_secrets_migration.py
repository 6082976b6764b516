"""The migration that gives secrets names, on a database that has secrets."""

from uuid import uuid4

import asyncpg

from punchcard.db import migrate

from .conftest import Database

NAMES_FROM = 4
SECRET = """
insert into event_type_secrets (tenant_id, id, event_type_id, digest, sealed, created_at, revoked_at)
values ($1, $2, $3, sha256($2::uuid::text::bytea), '\\x01', clock_timestamp() - $4 * interval '1 hour', $5)
"""


async def test_secrets_from_before_have_names(database: Database) -> None:
    """The newest of a type is `default`, older ones count on, revoked ones too; each begins a line of its own."""
    scripts = migrate.scripts()
    await migrate.run(database.owner, None, known=[script for script in scripts if script.number < NAMES_FROM])
    tenant_id, newest, older, revoked, others = (uuid4() for _ in range(5))
    connection = await asyncpg.connect(database.owner)
    try:
        await connection.execute("insert into tenants (id, name, api_key) values ($1, 'A shop', $1)", tenant_id)
        for name, secrets in (("SALE", {older: 2, newest: 1, revoked: 3}), ("TEA", {others: 1})):
            type_id = uuid4()
            await connection.execute(
                "insert into event_types (tenant_id, id, name, is_private) values ($1, $2, $3, true)",
                tenant_id, type_id, name,
            )  # fmt: skip
            for secret_id, hours in secrets.items():
                at = await connection.fetchval("select case when $1 then clock_timestamp() end", secret_id == revoked)
                await connection.execute(SECRET, tenant_id, secret_id, type_id, hours, at)
        await migrate.run(database.owner, None, known=scripts)
        rows = await connection.fetch("select id, name, line_id, version from event_type_secrets")
    finally:
        await connection.close()
    assert {row["id"]: row["name"] for row in rows} == {
        newest: "default", older: "default 2", revoked: "default 3", others: "default",
    }  # fmt: skip
    assert [row for row in rows if row["line_id"] != row["id"] or row["version"] != 1] == []
