"""Who is calling, and may they: the same for every operation of every lane.

A caller shows a token or secret (http/auth.py), or the cookie of somebody who has signed in to the console
(http/sessions.py). Where there is an Authorization header, cookies are not looked at.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from msgspec import structs

from punchcard import clock, wire
from punchcard.access.principals import ADMIN, Kind, Principal
from punchcard.access.roles import REPORTING, Role, require_role
from punchcard.errors import Forbidden, NotFound, Unauthenticated
from punchcard.events.catalogue import Snapshot
from punchcard.http import sessions
from punchcard.http.asked import Asked
from punchcard.http.auth import read_api_key
from punchcard.http.runtime import Runtime
from punchcard.users.users import find_caller, find_user


async def admitted(runtime: Runtime, asked: Asked, *, renew: bool = True) -> Principal:
    """Return who is calling, and count the request towards the caller's rate; see `identified`.

    Raises: Unauthenticated, SecretUnknown, CrossSite, TooManyRequests.
    """
    principal = await identified(runtime, asked, renew=renew)
    snapshot = await runtime.catalogue.snapshot(principal.tenant_id)
    asked.limits = runtime.rates.admit(principal, snapshot.access.rate)
    return principal


def admitted_at_once(runtime: Runtime, asked: Asked) -> Principal | None:
    """Return a caller who may report, and count the request, where that is known without asking anybody.

    None: `admitted` has to find out, or to refuse; nothing has been counted. Raises: TooManyRequests.
    """
    api_key = asked.header(b"x-api-key")
    key = None if api_key is None else read_api_key(api_key)
    snapshot = None if key is None else runtime.catalogue.loaded(key)
    if snapshot is None:
        return None
    principal = runtime.doorkeeper.known(asked.header(b"authorization"), snapshot)
    if principal is None or (principal.kind is ADMIN and principal.role not in REPORTING):
        return None
    asked.limits = runtime.rates.admit(principal, snapshot.access.rate)
    return principal


async def count_batch(runtime: Runtime, principal: Principal, events: int) -> None:
    """Count a batch of so many events towards the caller's rate, beyond the one request that it was admitted as."""
    snapshot = await runtime.catalogue.snapshot(principal.tenant_id)
    runtime.rates.charge_batch(principal, snapshot.access.rate, events)


async def identified(runtime: Runtime, asked: Asked, *, renew: bool) -> Principal:
    """Return who is calling; `renew` counts it as something that the person at the console does.

    Raises: Unauthenticated, SecretUnknown, CrossSite, TooManyRequests for failing too often.
    """
    if b"cookie" in asked.headers and b"authorization" not in asked.headers:
        principal = await sessions.principal_of(runtime, asked, renew=renew)
        if principal is not None:
            return principal
    return await runtime.doorkeeper.admit(
        asked.header(b"authorization"), asked.header(b"x-api-key"), asked.address, runtime.catalogue
    )


async def authorized(
    runtime: Runtime,
    principal: Principal,
    path: Mapping[str, str],
    *,
    who: Sequence[Kind],
    roles: Collection[Role],
    own: str | None = None,
) -> Principal:
    """Return the principal, an end user with the user's id, if the operation is for callers of this kind and role.

    `own` names the part of the path that must be the calling end user.
    Raises: Unauthenticated, Forbidden, RoleRequired, NotFound.
    """
    if principal.kind is Kind.KEY:
        challenge = {"WWW-Authenticate": 'Bearer realm="punchcard"'}
        raise Unauthenticated("Send a bearer token; the API key alone opens nothing here.", headers=challenge)
    if principal.kind not in who:
        kinds = " or ".join(kind.value for kind in who)
        raise Forbidden(f"This is for callers of the kind {kinds}; the token is of the kind {principal.kind.value}.")
    if principal.kind is Kind.ADMIN:
        return await with_role(runtime, principal, roles)
    if principal.kind is not Kind.USER:
        return principal
    if principal.issuer_id is not None:
        await _current(runtime, principal)
    user_id = await find_caller(runtime.db, principal.tenant_id, principal.id)
    if user_id is None:
        raise Unauthenticated("The token's user is not registered, or the account is closed.")
    if (
        own is not None
        and path[own].lower() != str(user_id)
        and not await _names(runtime, principal, path[own], user_id)
    ):
        raise NotFound("There is no such user.")
    return structs.replace(principal, user_id=user_id)


async def with_role(runtime: Runtime, principal: Principal, roles: Collection[Role]) -> Principal:
    """Return an administrator with the role as of this call. Raises: Unauthenticated, RoleRequired."""
    if not principal.is_looked_up:  # a session's was read a moment ago
        snapshot = await _current(runtime, principal)
        client = snapshot.access.clients[principal.id]
        principal = structs.replace(principal, role=client.role, member_id=client.user_id)
    require_role(principal.role, roles)
    return principal


async def _current(runtime: Runtime, principal: Principal) -> Snapshot:
    """Return what is configured as of this call: whoever it takes the right to call from is refused from then on.

    Raises: Unauthenticated.
    """
    snapshot = await runtime.catalogue.current(principal.tenant_id)
    snapshot.require(principal, clock.now())
    return snapshot


async def _names(runtime: Runtime, principal: Principal, name: str, user_id: UUID) -> bool:
    """Tell whether it is the id of an account that was made one with the caller's."""
    return wire.is_uuid(name) and await find_user(runtime.db, principal.tenant_id, name) == user_id
