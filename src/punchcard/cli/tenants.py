"""`punchcard tenant`: the programmes that this installation runs."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from punchcard.access.tenants import list_tenants
from punchcard.cli import place, show
from punchcard.cli.options import OK, Data, Json, NoMigrate, examples

app = App(name="tenant", help="Create and list tenants: one loyalty programme each, invisible to one another.")


@app.command(
    help_epilogue=examples(
        'punchcard tenant create "Corner Coffee"', 'punchcard tenant create "Corner Coffee" --json | jq -r .apiKey'
    )
)
def create(
    name: Annotated[str, Parameter(help="What people call the programme, 1 to 200 characters.")],
    /,
    *,
    data: Data = None,
    json: Json = False,
    no_migrate: NoMigrate = False,
) -> int:
    """Create a tenant with its first machine client, and print the keys: the client's secret is shown only now."""
    return asyncio.run(_create(name, data, as_json=json, may_migrate=not no_migrate))


async def _create(name: str, data: Path | None, *, as_json: bool, may_migrate: bool) -> int:
    settings = place.settings_for(data)
    async with place.opened(settings, create=True, may_migrate=may_migrate) as db:
        from punchcard.commands.create_tenant import create_tenant  # noqa: PLC0415 - slow, and nothing else needs it

        created = await create_tenant(db, name)
    keys = {
        "tenantId": str(created.tenant_id),
        "apiKey": str(created.api_key),
        "clientId": created.client_id,
        "clientSecret": created.client_secret,
    }
    if as_json:
        show.as_json(keys)
    else:
        show.table(["Key", "Value"], list(keys.items()))
        show.line("Keep the client secret: it is not shown again.")
    return OK


@app.command(
    name="list",
    help_epilogue=examples("punchcard tenant list", "punchcard tenant list --json | jq -r '.tenants[].tenantId'"),
)
def list_(*, data: Data = None, json: Json = False) -> int:
    """List the tenants, oldest first, with the API key that names each of them in a call."""
    return asyncio.run(_list(data, as_json=json))


async def _list(data: Path | None, *, as_json: bool) -> int:
    settings = place.settings_for(data)
    async with place.opened(settings) as db:
        found = await list_tenants(db)
    tenants = [
        {"tenantId": str(one.tenant_id), "name": one.name, "apiKey": str(one.api_key), "createdAt": one.created_at}
        for one in found
    ]
    if as_json:
        show.as_json({"tenants": tenants})
    else:
        show.table(["Tenant", "Name", "API key", "Created"], [list(tenant.values()) for tenant in tenants])
    return OK
