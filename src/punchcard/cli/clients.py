"""`punchcard client`: who may call a tenant, for those who can reach the database. Owners do it at `/v1/clients/`."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from punchcard.access.roles import Role
from punchcard.access.tenants import list_tenants
from punchcard.cli import place, show
from punchcard.cli.console import chosen_tenant
from punchcard.cli.options import OK, Data, Json, examples

app = App(name="client", help="Add a client: a machine or an administrator that may call a tenant.")


@app.command(
    help_epilogue=examples(
        'punchcard client add "Till 1" --role integration',
        "punchcard client add Ada --role owner --json | jq -r .clientId",
    )
)
def add(
    name: Annotated[str, Parameter(help="Whose it is: a person, a till, a shop; 1 to 200 characters.")],
    /,
    *,
    role: Annotated[Role, Parameter(help="What it may do, as docs/reference/routes.md says.")],
    tenant: Annotated[UUID | None, Parameter(help="Whose client; needed where there are several tenants.")] = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Add a client to a tenant, and print its id and its secret, which is shown only now."""
    return asyncio.run(_add(name, role, tenant, data, as_json=json))


async def _add(name: str, role: Role, tenant: UUID | None, data: Path | None, *, as_json: bool) -> int:
    settings = place.settings_for(data)
    async with place.opened(settings) as db:
        from punchcard.commands.add_client import add_client  # noqa: PLC0415 - slow, and nothing else needs it

        chosen = chosen_tenant(await list_tenants(db), tenant)
        client_id, secret = await add_client(db, chosen, name, role)
    keys = {"tenantId": str(chosen), "clientId": client_id, "clientSecret": secret, "role": role.value}
    if as_json:
        show.as_json(keys)
    else:
        show.table(["Key", "Value"], list(keys.items()))
        show.line("Keep the client secret: it is not shown again.")
    return OK
