"""The migration that brings lots and points policies, on a database that is in use and has later migrations already."""

from uuid import uuid4

import asyncpg

from punchcard.db import migrate

from .conftest import Database

POINTS = 8


async def test_tenants_from_before_get_what_time_reports(database: Database) -> None:
    """It fills the gap before a later migration, and gives each tenant there is the event types of time's work."""
    scripts = migrate.scripts()
    await migrate.run(database.owner, None, known=[script for script in scripts if script.number < POINTS])
    connection = await asyncpg.connect(database.owner)
    try:
        later = next(script for script in scripts if script.number == POINTS + 1)
        await connection.execute(later.sql)
        await connection.execute(
            "insert into schema_migrations (number, name, sha256) values ($1, $2, $3)",
            later.number, later.name, later.sha256,
        )  # fmt: skip
        await connection.execute("insert into tenants (id, name, api_key) values ($1, 'A shop', $1)", uuid4())
        applied = await migrate.run(database.owner, None, known=scripts)
        rows = await connection.fetch("select name, is_intrinsic from event_types order by name")
    finally:
        await connection.close()
    assert applied == [script.name for script in scripts if script.number == POINTS or script.number > POINTS + 1]
    assert {("POINTS_ACTIVATED", True), ("POINTS_EXPIRED", True)} <= {tuple(row) for row in rows}
