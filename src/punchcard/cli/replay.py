"""`punchcard replay`: tells whether the books are what the events come to."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
from cyclopts import Parameter

from punchcard.access.tenants import list_tenants
from punchcard.cli import place, show
from punchcard.cli.options import COULD_NOT, NOT_HEALTHY, OK, Data, Json
from punchcard.db.connection import Db
from punchcard.errors import StartRefused
from punchcard.events.replay import Outcome
from punchcard.events.replay import replay as replay_tenant

STATEMENT_SECONDS_MAX = 120.0


def replay(
    *,
    tenant: Annotated[UUID | None, Parameter(help="Only this one; without it, all.")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Judge every event again, and compare what members have by it with what is recorded. Writes nothing.

    Exits 3 when something differs: it is named, and left as it is.
    """
    found = asyncio.run(_replay(data, tenant))
    is_equal = all(outcome.is_equal for outcome in found)
    if json:
        show.as_json({"equal": is_equal, "tenants": [_plain(outcome) for outcome in found]})
    else:
        for outcome in found:
            _tell(outcome)
    return OK if is_equal else NOT_HEALTHY


async def _replay(data: Path | None, tenant: UUID | None) -> list[Outcome]:
    async with place.database(place.settings_for(data), create=False) as urls:
        await place.make_current(urls, may_migrate=False)
        db = await Db.open(urls.app, size=2, statement_seconds_max=STATEMENT_SECONDS_MAX)
        try:
            known = [one.tenant_id for one in await list_tenants(db)]
            if tenant is not None and tenant not in known:
                raise StartRefused(
                    f"There is no tenant {tenant}: 'punchcard tenant list' has those there are.", COULD_NOT
                )
            return [await replay_tenant(db, one) for one in known if tenant in (None, one)]
        finally:
            await db.close()


def _plain(outcome: Outcome) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(outcome)
    return {**plain, "equal": outcome.is_equal}


def _tell(outcome: Outcome) -> None:
    said = "equal to the byte" if outcome.is_equal else f"{outcome.difference_count} differences"
    show.line(
        f"Tenant {outcome.tenant_id}: {outcome.wallets} wallets, {outcome.events} events, {outcome.entries} entries: "
        f"{said}. State {outcome.state_hash}."
    )
    for number, what in (
        (outcome.taken, "events of commands whose own postings were taken as they are recorded"),
        (outcome.unpinned, "events from before policies were pinned, judged by those of that time's end"),
        (outcome.merged, "members whose accounts were merged, left out"),
    ):
        if number:
            show.line(f"  {number} {what}.")
    rows = [[str(one.user_id), one.what, one.place, one.expected, one.found] for one in outcome.differences]
    if rows:
        show.table(["Member", "What", "Where", "By the events", "Recorded"], rows)
