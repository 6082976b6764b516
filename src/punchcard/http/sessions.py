"""Somebody at the console: the session, its cookie, and what guards a cookie that browsers send by themselves.

    GET     /console/session           200 the session, without counting as something done
    DELETE  /console/session           200 the session is over
    GET     /console/sessions          200 all of one's own
    DELETE  /console/sessions[/{id}]   200 all of them are over, this one too; or one

How a session begins stands in http/sign_in.py.

The cookie is `__Host-punchcard` over HTTPS. Without it, browsers keep such a cookie on no machine for certain, so on
this very machine (localhost, 127.0.0.1) it is `punchcard_session`; from elsewhere the console takes HTTPS only.

Whatever changes something must come from the console's own pages: the browser says so in Origin, which has to be the
address that was called (its Host, or PUNCHCARD_PUBLIC_URL), and in Sec-Fetch-Site where it knows that header.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from punchcard import wire
from punchcard.access import sessions
from punchcard.access.principals import CONSOLE, STAFF, Kind, Principal
from punchcard.access.sessions import Session
from punchcard.errors import CrossSite, NotFound, Unauthenticated
from punchcard.http.asked import Answer, Asked
from punchcard.http.runtime import Runtime

SECURE, LOOPBACK = "__Host-punchcard", "punchcard_session"
SAFE = ("GET", "HEAD")
SIGNED_OUT = "Nobody has signed in here."


class SessionTenantView(wire.View, frozen=True):
    """The tenant whose console it is."""

    id: UUID
    name: str
    api_key: UUID
    time_zone: str


class SessionView(wire.View, frozen=True):
    """Somebody at the console, with which role, and when that ends: after a pause, and at the latest."""

    tenant: SessionTenantView
    principal: str
    idle_expires_at: str
    expires_at: str
    role: str
    id: str
    name: str | None = None
    email: str | None = None


class OwnSessionView(wire.View, frozen=True):
    """One of somebody's own sessions. `begunBy`: LINK, PASSWORD or OIDC; `isThis`: the one that asks."""

    id: str
    is_this: bool
    begun_by: str
    user_agent: str | None
    network: str | None
    created_at: str
    idle_expires_at: str
    expires_at: str


async def show(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Say who has signed in, and until when. Raises: Unauthenticated, CrossSite."""
    session = await _session(runtime, asked, renew=False)
    if session is None:
        raise Unauthenticated(SIGNED_OUT)
    return 200, told(session), {}


async def end(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Sign out. Raises: CrossSite; Unauthenticated when there is nobody to sign out."""
    found = cookie_of(asked)
    if found is None:
        raise Unauthenticated(SIGNED_OUT)
    name, token = found
    _guard(runtime, asked, name)
    await sessions.end(runtime.db, token)
    return 200, wire.encode({"status": "success", "data": None}), {"Set-Cookie": set_cookie(name, "", "Max-Age=0")}


async def list_own(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """List the sessions of whoever has signed in, the newest first. Raises: Unauthenticated, CrossSite."""
    session, token = await present(runtime, asked)
    told = [
        OwnSessionView(
            one.mark, one.mark == session.mark, one.begun_by, one.user_agent, one.network, wire.rfc3339(one.created_at),
            wire.rfc3339(one.idle_expires_at), wire.rfc3339(one.expires_at),
        )
        for one in await sessions.list_own(runtime.db, session, token)
    ]  # fmt: skip
    return 200, wire.encode({"status": "success", "data": told}), {}


async def end_own(runtime: Runtime, asked: Asked, path: Mapping[str, str]) -> Answer:
    """End one of somebody's own sessions, or all. Raises: Unauthenticated, CrossSite, NotFound."""
    session, token = await present(runtime, asked)
    count = await sessions.end_own(runtime.db, session, token, path.get("id"))
    if "id" in path and not count:
        raise NotFound("You have no such session; it may have ended.")
    found, headers = cookie_of(asked), {}
    if found is not None and path.get("id") in (None, session.mark):
        headers = {"Set-Cookie": set_cookie(found[0], "", "Max-Age=0")}
    return 200, wire.encode({"status": "success", "data": {"ended": count}}), headers


async def present(runtime: Runtime, asked: Asked) -> tuple[Session, str]:
    """Return the session of a request, and its token. Raises: Unauthenticated without one, CrossSite."""
    session, found = await _session(runtime, asked, renew=True), cookie_of(asked)
    if session is None or found is None:
        raise Unauthenticated(SIGNED_OUT)
    return session, found[1]


async def principal_of(runtime: Runtime, asked: Asked, *, renew: bool) -> Principal | None:
    """Return whom the cookie speaks for, or None without one.

    Raises: Unauthenticated when the session is over, or X-Api-Key names another tenant; CrossSite.
    """
    session = await _session(runtime, asked, renew=renew)
    if session is None:
        return None
    named = asked.header(b"x-api-key")
    if named is not None and named.lower() != str(session.api_key):
        raise Unauthenticated("X-Api-Key names another tenant than the session; leave it out.")
    return _principal(session)


async def _session(runtime: Runtime, asked: Asked, *, renew: bool) -> Session | None:
    found = cookie_of(asked)
    if found is None:
        return None
    name, token = found
    _guard(runtime, asked, name)
    return await sessions.find(runtime.db, token, runtime.settings.session_idle_seconds_max, renew=renew)


# the cookie ----------------------------------------------------------------------------------------


def cookie_of(asked: Asked, secure: str = SECURE, loopback: str = LOOPBACK) -> tuple[str, str] | None:
    """Return the name and value of a cookie of ours; one that could have been planted beside it counts for none."""
    pairs = [part.strip().partition("=") for part in (asked.header(b"cookie") or "").split(";")]
    for name in (secure, loopback) if is_loopback(asked) else (secure,):
        values = {value for found, _, value in pairs if found == name}
        if len(values) == 1:
            return name, values.pop()
    return None


def set_cookie(name: str, value: str, *more: str) -> str:
    """Return the header that sets a cookie of ours."""
    secure = ("Secure",) if name.startswith("__Host-") else ()
    return "; ".join((f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Strict", *secure, *more))


# where a request comes from --------------------------------------------------------------------------


def _guard(runtime: Runtime, asked: Asked, cookie_name: str) -> None:
    """Refuse a request that another site has made the browser send. Raises: CrossSite."""
    if asked.method not in SAFE:
        require_own_page(runtime, asked, "https" if cookie_name == SECURE else "http")
    elif asked.header(b"sec-fetch-site") not in (None, "same-origin", "none"):
        raise CrossSite("The console's session is for the console's own pages; call the API with a token.")


def require_own_page(runtime: Runtime, asked: Asked, scheme: str) -> None:
    """Refuse what does not come from one of the console's own pages. Raises: CrossSite."""
    own = {f"{scheme}://{(asked.header(b'host') or '').lower()}"}
    if runtime.settings.public_url is not None:
        own.add(runtime.settings.public_url.lower())
    origin = asked.header(b"origin")
    if origin is None or origin.lower() not in own or asked.header(b"sec-fetch-site") not in (None, "same-origin"):
        raise CrossSite(
            "Origin is not the address that was called. If a proxy changes Host, set PUNCHCARD_PUBLIC_URL to the "
            "address that browsers use."
        )


def is_loopback(asked: Asked) -> bool:
    """Tell whether the browser and this server are on one machine, by the address that was called."""
    try:
        host = urlsplit(f"//{asked.header(b'host') or ''}").hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def told(session: Session) -> bytes:
    """Return a session as the console reads it."""
    tenant = SessionTenantView(session.tenant_id, session.tenant_name, session.api_key, session.time_zone)
    view = SessionView(
        tenant, _principal(session).name, wire.rfc3339(session.idle_expires_at), wire.rfc3339(session.expires_at),
        session.role, session.mark, session.name, session.email,
    )  # fmt: skip
    return wire.encode({"status": "success", "data": view})


def _principal(session: Session) -> Principal:
    """Return whom a session speaks for."""
    who = CONSOLE if session.staff_id is None else f"{STAFF}{session.staff_id}"
    return Principal(
        session.tenant_id, Kind.ADMIN, who, session=session.mark, role=session.role, member_id=session.member_id
    )


LANES = {
    ("GET", "/console/session"): show,
    ("DELETE", "/console/session"): end,
    ("GET", "/console/sessions"): list_own,
    ("DELETE", "/console/sessions"): end_own,
    ("DELETE", "/console/sessions/{id}"): end_own,
}
