"""`punchcard staff`: who signs in to the console, for those who can reach the database. Owners have `/v1/staff/`."""

import asyncio
import getpass
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter

from punchcard.access import passwords, people
from punchcard.access.password_links import SECONDS
from punchcard.access.roles import Role
from punchcard.access.staff import EMAIL
from punchcard.access.tenants import list_tenants
from punchcard.cli import place, show
from punchcard.cli.console import chosen_tenant
from punchcard.cli.options import OK, Data, Json, examples
from punchcard.commands import staff_by_operator
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.errors import StartRefused

app = App(name="staff", help="Say who signs in to the console by e-mail and password.")

Email = Annotated[str, Parameter(help="The person's e-mail address.")]
Tenant = Annotated[UUID | None, Parameter(help="Whose staff; needed where there are several tenants.")]
AskPassword = Annotated[
    bool, Parameter(negative="", help="Ask for the password here, instead of printing a link that sets it.")
]
Url = Annotated[str | None, Parameter(help="Address of the server; else PUNCHCARD_PUBLIC_URL, else where it listens.")]


@app.command(
    help_epilogue=examples(
        "punchcard staff add ada@cafe.example --role manager",
        "punchcard staff add ada@cafe.example --role owner --ask-password",
    )
)
def add(
    email: Email,
    /,
    *,
    role: Annotated[Role, Parameter(help="What the person may do, as docs/reference/routes.md says.")],
    name: Annotated[str | None, Parameter(help="How the person is called.")] = None,
    ask_password: AskPassword = False,
    tenant: Tenant = None,
    url: Url = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Add somebody, and print the link with which the person sets a password, once, within a day."""
    if role is Role.INTEGRATION:
        raise StartRefused("The role INTEGRATION is for machines: 'punchcard client add' makes one.", exit_code=2)
    if re.fullmatch(EMAIL, email) is None:
        raise StartRefused(f"{email} is no e-mail address.", exit_code=2)
    settings, address = _place(data, url, is_needed=not ask_password)
    hashed = _hashed(email) if ask_password else None

    async def done(db: Db, tenant_id: UUID) -> str:
        return await staff_by_operator.add(db, tenant_id, email.lower(), name, role, hashed)

    return _told(asyncio.run(_with_database(settings, tenant, done)), address, as_json=json)


@app.command(help_epilogue=examples("punchcard staff reset ada@cafe.example"))
def reset(
    email: Email,
    /,
    *,
    ask_password: AskPassword = False,
    tenant: Tenant = None,
    url: Url = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Take somebody's password and sessions away, and print a link that sets another password."""
    settings, address = _place(data, url, is_needed=not ask_password)
    hashed = _hashed(email) if ask_password else None

    async def done(db: Db, tenant_id: UUID) -> str:
        return await staff_by_operator.reset(db, tenant_id, await _id(db, tenant_id, email), hashed)

    return _told(asyncio.run(_with_database(settings, tenant, done)), address, as_json=json)


@app.command(help_epilogue=examples("punchcard staff remove ada@cafe.example"))
def remove(email: Email, /, *, tenant: Tenant = None, data: Data = None) -> int:
    """Take somebody's ways in and sessions away, for good."""

    async def done(db: Db, tenant_id: UUID) -> None:
        await staff_by_operator.remove(db, tenant_id, await _id(db, tenant_id, email))

    asyncio.run(_with_database(place.settings_for(data), tenant, done))
    show.line(f"{email} is removed, and signed out everywhere.")
    return OK


@app.command(name="list", help_epilogue=examples("punchcard staff list", "punchcard staff list --json"))
def list_(*, tenant: Tenant = None, data: Data = None, json: Json = False) -> int:
    """List who may sign in."""

    async def done(db: Db, tenant_id: UUID) -> list[dict[str, Any]]:
        return [
            {
                "id": str(one.id), "email": one.email, "name": one.name, "role": one.role,
                "hasPassword": one.password_hash is not None,
                "signedInAt": one.signed_in_at and one.signed_in_at.isoformat(timespec="seconds"),
            }
            for one in await people.list_present(db, tenant_id)
        ]  # fmt: skip

    found = asyncio.run(_with_database(place.settings_for(data), tenant, done))
    if json:
        show.as_json({"staff": found})
    else:
        names = ("email", "name", "role", "hasPassword", "signedInAt")
        show.table(["E-mail", "Name", "Role", "Password", "Last signed in"], [
            tuple({True: "yes", False: "not set", None: "never"}.get(one[name], one[name]) for name in names)
            for one in found
        ])  # fmt: skip
    return OK


def _place(data: Path | None, url: str | None, *, is_needed: bool) -> tuple[Settings, str]:
    settings = place.settings_for(data, public_url=url)
    return settings, place.address_of(settings) if is_needed else ""


def _hashed(email: str) -> str:
    """Ask for a password and return its hash. Raises: StartRefused."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass(f"Password of {email}: ")
        if getpass.getpass("The same again: ") != password:
            raise StartRefused("The two are not the same.")
    fault = passwords.fault_of(password, email.lower())
    if fault is not None:
        raise StartRefused(fault)
    return asyncio.run(passwords.hash_of(password))


async def _with_database(settings: Settings, tenant: UUID | None, done: Callable[[Db, UUID], Awaitable[Any]]) -> Any:
    async with place.opened(settings) as db:
        return await done(db, chosen_tenant(await list_tenants(db), tenant))


async def _id(db: Db, tenant_id: UUID, email: str) -> UUID:
    person = await people.find_in(db, tenant_id, email)
    if person is None:
        raise StartRefused(f"Nobody of the staff has the address {email}; 'punchcard staff list' shows them.")
    return person.id


def _told(token: str, address: str, *, as_json: bool) -> int:
    if not token:
        show.line("Done: the password is set.")
        return OK
    link = f"{address.rstrip('/')}/console/set-password#token={token}"
    if as_json:
        show.as_json({"url": link})
    else:
        show.line(link)
        show.line(f"Give this link to the person and to nobody else: it works once, within {SECONDS // 3600} hours.")
    return OK
