"""`punchcard console`: how somebody gets into the console of a running server."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from punchcard.access.roles import Role
from punchcard.access.sessions import issue_link
from punchcard.access.tenants import TenantView, list_tenants, load_tenants
from punchcard.cli import place, show
from punchcard.cli.options import OK, Data, Json, examples
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.errors import StartRefused

app = App(name="console", help="Get into the console of a running server.")


@app.command(
    help_epilogue=examples("punchcard console link", "punchcard console link --data ./loyalty --json | jq -r .url")
)
def link(
    *,
    data: Data = None,
    tenant: Annotated[UUID | None, Parameter(help="Whose console; needed where there are several tenants.")] = None,
    url: Annotated[
        str | None, Parameter(help="Address of the server; else PUNCHCARD_PUBLIC_URL, else where it listens.")
    ] = None,
    role: Annotated[Role, Parameter(help="What the session may do, as docs/reference/routes.md says.")] = Role.OWNER,
    json: Json = False,
) -> int:
    """Print a link that signs in to the console: once, within 15 minutes unless a setting says otherwise."""
    return asyncio.run(_link(data, tenant, url, role, as_json=json))


async def _link(data: Path | None, tenant: UUID | None, url: str | None, role: Role, *, as_json: bool) -> int:
    settings = place.settings_for(data, public_url=url)
    address = place.address_of(settings)
    async with place.opened(settings) as db:
        chosen = chosen_tenant(await list_tenants(db), tenant)
        token = await issue_link(db, chosen, settings.sign_in_seconds_max, role=role)
    if as_json:
        show.as_json({"url": link_at(address, token)})
    else:
        show.line(link_at(address, token))
    return OK


def chosen_tenant(tenants: list[TenantView], wanted: UUID | None) -> UUID:
    """Return the tenant that is meant. Raises: StartRefused when that is not clear."""
    known = [one.tenant_id for one in tenants]
    if wanted is None and len(known) == 1:
        return known[0]
    if not known:
        raise StartRefused("There is no tenant yet: make one with 'punchcard tenant create'.")
    if wanted is None:
        raise StartRefused("There are several tenants: name one with --tenant; 'punchcard tenant list' shows them.")
    if wanted not in known:
        raise StartRefused(f"There is no tenant {wanted}; 'punchcard tenant list' shows them.")
    return wanted


async def link_of(urls: Urls, settings: Settings, api_key: UUID, address: str) -> str:
    """Return a new link to the console of the tenant that an API key names, for who runs the server at `address`."""
    db = await Db.open(urls.app, size=1)
    try:
        tenant_id = (await load_tenants(db))[api_key]
        token = await issue_link(db, tenant_id, settings.sign_in_seconds_max)
    finally:
        await db.close()
    return link_at(settings.public_url or place.reachable(address), token)


def link_at(address: str, token: str) -> str:
    """Return the link: the token is in the fragment, which browsers send to nobody and no log sees."""
    return f"{address.rstrip('/')}/console/sign-in#token={token}"
