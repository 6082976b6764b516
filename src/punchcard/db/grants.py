"""What the application role may do: read and write every table, except to change what is recorded for ever."""

import asyncpg

# No UPDATE, DELETE or TRUNCATE, on their partitions neither. Triggers refuse it to every role besides.
APPEND_ONLY = (
    "events", "ledger_entries", "lot_moves", "event_type_versions", "reactor_versions", "points_policy_versions",
    "cloud_events", "audit_log", "earned_badges", "counter_versions", "merges", "event_reversals", "points_terms",
)  # fmt: skip
READ_ONLY = ("schema_migrations",)

# A table's name and what is to be granted on it; a partition is treated as its root.
TABLES = """
SELECT c.oid::regclass::text AS name,
       CASE WHEN root.relname = ANY($1::text[]) THEN 'SELECT, INSERT'
            WHEN root.relname = ANY($2::text[]) THEN 'SELECT'
            ELSE 'SELECT, INSERT, UPDATE, DELETE' END AS rights
FROM pg_class c
JOIN pg_class root ON root.oid = coalesce(pg_partition_root(c.oid), c.oid)
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY c.relname
"""


async def give(connection: asyncpg.Connection, role: str) -> None:
    """Grant `role` exactly what the application needs, and take back what it has beyond that.

    The connection is the owner's. Safe to repeat; in one transaction, so that nobody sees a moment without rights.
    """
    schema, quoted = await connection.fetchrow("SELECT quote_ident(current_schema()), quote_ident($1)", role) or (
        "",
        "",
    )
    async with connection.transaction():
        await connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {quoted}")
        await connection.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {quoted}")
        for table in await connection.fetch(TABLES, APPEND_ONLY, READ_ONLY):
            await connection.execute(f"GRANT {table['rights']} ON {table['name']} TO {quoted}")
        await connection.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {quoted}")
