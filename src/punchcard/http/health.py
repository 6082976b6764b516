"""What operators and their machines ask: alive, ready, which version, how much."""

from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version

from punchcard import wire
from punchcard.db import migrate, queue
from punchcard.db.folder import DataFolder
from punchcard.errors import PunchcardError
from punchcard.events import alerts
from punchcard.http import metrics, siblings
from punchcard.http.asked import Answer, Asked
from punchcard.http.runtime import Runtime
from punchcard.points import integrity

VERSION = version("punchcard")
NEWEST = migrate.scripts()[-1].number


async def live(_: Runtime, __: Asked, ___: Mapping[str, str]) -> Answer:
    """Answer `GET /livez`: this process answers."""
    return 200, wire.encode({"status": "alive"}), {}


async def ready(runtime: Runtime, _: Asked, __: Mapping[str, str]) -> Answer:
    """Answer `GET /readyz`: 200 when requests can be carried out, else 503; each check by name."""
    checks = {"serving": "draining" if runtime.draining else "ok", **await _database(runtime)}
    is_ready = all(state == "ok" for state in checks.values())
    return (
        (200 if is_ready else 503),
        wire.encode({"status": "ready" if is_ready else "not ready", "checks": checks}),
        {},
    )


async def _database(runtime: Runtime) -> dict[str, str]:
    try:
        applied = await runtime.db.fetchval("select max(number) from schema_migrations")
    except PunchcardError as error:
        return {"database": error.detail, "migrations": "unknown"}
    return {"database": "ok", "migrations": "ok" if applied == NEWEST else f"{applied} is applied of {NEWEST}"}


async def show_version(_: Runtime, __: Asked, ___: Mapping[str, str]) -> Answer:
    """Answer `GET /version`."""
    return 200, wire.encode({"version": VERSION}), {}


async def show_metrics(runtime: Runtime, _: Asked, __: Mapping[str, str]) -> Answer:
    """Answer `GET /metrics`, for Prometheus; while the database is away, without what is counted there."""
    jobs: dict[str, int] = {}
    with suppress(PunchcardError):
        jobs = await queue.count(runtime.db)
    metrics.JOBS.clear()  # without a pause before they are set: another scrape would find none
    for state, number in jobs.items():
        metrics.JOBS.labels(state).set(number)
    with suppress(PunchcardError):
        for kind, number in (await alerts.count_open(runtime.db)).items():
            metrics.ALERTS.labels(kind).set(number)
        metrics.BOOKS_DIFFER.set(await integrity.count_differences(runtime.db))
    if runtime.settings.database_url is None:
        for holds, free in DataFolder(runtime.settings.data).free_bytes().items():
            metrics.DISK_FREE.labels(holds).set(free)
    return 200, siblings.counts(runtime.sibling), {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}


LANES = {"/livez": live, "/readyz": ready, "/version": show_version, "/metrics": show_metrics}
