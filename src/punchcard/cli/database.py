"""`punchcard db` and `punchcard doctor`: the state of the database."""

import asyncio
from pathlib import Path

from cyclopts import App

from punchcard.cli import backups, place, show
from punchcard.cli.options import NOT_HEALTHY, OK, Data, Json, examples
from punchcard.db import checks
from punchcard.db import migrate as migrations

app = App(name="db", help="Bring the database's schema up to date, or see whether it is; back it up, and restore it.")
app.command(backups.dump, help_epilogue=examples("punchcard db dump loyalty.dump"))
app.command(backups.restore, help_epilogue=examples("punchcard db restore loyalty.dump --data ./restored"))
app.command(backups.copy, help_epilogue=examples("punchcard db copy ./copied"))


@app.command(
    help_epilogue=examples(
        "punchcard db migrate",
        "PUNCHCARD_MIGRATE_URL=postgresql://owner:...@db/loyalty punchcard db migrate --json",
    )
)
def migrate(*, data: Data = None, json: Json = False) -> int:
    """Apply the migrations that are pending; `serve` does the same unless it is told not to."""
    return asyncio.run(_migrate(data, as_json=json))


async def _migrate(data: Path | None, *, as_json: bool) -> int:
    async with place.database(place.settings_for(data)) as urls:
        applied = await place.migrated(urls)
    if as_json:
        show.as_json({"applied": applied})
    else:
        show.line("\n".join(f"applied {name}" for name in applied) or "Nothing was pending.")
    return OK


@app.command(help_epilogue=examples("punchcard db status", "punchcard db status --json | jq .current"))
def status(*, data: Data = None, json: Json = False) -> int:
    """List the migrations and whether each is applied; exits 3 unless the schema is this program's."""
    return asyncio.run(_status(data, as_json=json))


async def _status(data: Path | None, *, as_json: bool) -> int:
    async with place.database(place.settings_for(data), create=False) as urls:
        found = await migrations.status(urls.owner)
    current = all(migration.state == "applied" for migration in found)
    rows = [
        {
            "number": migration.number,
            "name": migration.name,
            "state": migration.state,
            "appliedAt": migration.applied_at.isoformat() if migration.applied_at else None,
        }
        for migration in found
    ]
    if as_json:
        show.as_json({"current": current, "migrations": rows})
    else:
        show.table(["Migration", "State", "Applied"], [[m.name, m.state, str(m.applied_at or "")] for m in found])
    return OK if current else NOT_HEALTHY


def doctor(*, data: Data = None, json: Json = False) -> int:
    """Look the database over: durability, roles, checksums, version, migrations. Exits 3 when something is at fault."""
    return asyncio.run(_doctor(data, as_json=json))


async def _doctor(data: Path | None, *, as_json: bool) -> int:
    async with place.database(place.settings_for(data), create=False) as urls:
        found = await checks.findings(urls.app)
    healthy = all(finding.level != "fault" for finding in found)
    if as_json:
        rows = [{"code": finding.code, "level": finding.level, "detail": finding.detail} for finding in found]
        show.as_json({"healthy": healthy, "findings": rows})
    else:
        show.table(["Level", "Check", "Finding"], [[f.level, f.code, f.detail] for f in found])
    return OK if healthy else NOT_HEALTHY
