"""Signing in to the console: `/console/session`, its cookie, and what guards a cookie that browsers send by themselves.

    POST    {"token": …} of a sign-in link    200 the session, and the cookie
    GET                                       200 the session, without counting as something done
    DELETE                                    200 the session is over

The cookie is `__Host-punchcard` over HTTPS. Without it, browsers keep such a cookie on no machine for certain, so on
this very machine (localhost, 127.0.0.1) it is `punchcard_session`; from elsewhere the console takes HTTPS only.

Whatever changes something must come from the console's own pages: the browser says so in Origin, which has to be the
address that was called (its Host, or PUNCHCARD_PUBLIC_URL), and in Sec-Fetch-Site where it knows that header.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field

from punchcard import wire
from punchcard.access import sessions
from punchcard.access.principals import CONSOLE, Kind, Principal
from punchcard.access.sessions import Session
from punchcard.errors import CrossSite, Forbidden, SignInLinkUnusable, Unauthenticated
from punchcard.http.asked import Answer, Asked
from punchcard.http.bodies import require_media_type
from punchcard.http.runtime import Runtime

SECURE, LOOPBACK = "__Host-punchcard", "punchcard_session"
SAFE = ("GET", "HEAD")
SIGNED_OUT = "Nobody has signed in here: open a link that `punchcard console link` prints."


class SignInDefinition(wire.Definition):
    """What a sign-in link holds behind `#token=`."""

    token: str = Field(min_length=1, max_length=200)


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


async def create(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Use a sign-in link up for a session. A session from before ends.

    Raises: UnsupportedMediaType, CrossSite, Malformed, Invalid, SignInLinkUnusable, TooManyRequests, Forbidden.
    """
    require_media_type(asked.headers, ("application/json",))
    scheme = urlsplit(asked.header(b"origin") or "").scheme
    _require_own_page(runtime, asked, scheme)
    if scheme != "https" and not _is_loopback(asked):
        raise Forbidden("The console is used over HTTPS; without it, on this machine only: put a proxy in front.")
    token = wire.read(SignInDefinition, wire.decode(asked.body)).token
    settings = runtime.settings
    try:
        opened = await sessions.begin(
            runtime.db, token, settings.session_idle_seconds_max, settings.session_seconds_max
        )
    except SignInLinkUnusable as fault:
        raise runtime.doorkeeper.refuse(asked.address, fault) from None
    former = _cookie(asked)
    if former is not None:
        await sessions.end(runtime.db, former[1])
    session = await sessions.find(runtime.db, opened, settings.session_idle_seconds_max, renew=False)
    name = SECURE if scheme == "https" else LOOPBACK
    return 200, _told(session), {"Set-Cookie": _set(name, opened)}


async def show(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Say who has signed in, and until when. Raises: Unauthenticated, CrossSite."""
    session = await _session(runtime, asked, renew=False)
    if session is None:
        raise Unauthenticated(SIGNED_OUT)
    return 200, _told(session), {}


async def end(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Sign out. Raises: CrossSite; Unauthenticated when there is nobody to sign out."""
    found = _cookie(asked)
    if found is None:
        raise Unauthenticated(SIGNED_OUT)
    name, token = found
    _guard(runtime, asked, name)
    await sessions.end(runtime.db, token)
    return 200, wire.encode({"status": "success", "data": None}), {"Set-Cookie": _set(name, "", "Max-Age=0")}


LANES = {"POST": create, "GET": show, "DELETE": end}


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
    return Principal(
        session.tenant_id, Kind.ADMIN, CONSOLE, session=session.mark, role=session.role, member_id=session.member_id
    )


async def _session(runtime: Runtime, asked: Asked, *, renew: bool) -> Session | None:
    found = _cookie(asked)
    if found is None:
        return None
    name, token = found
    _guard(runtime, asked, name)
    return await sessions.find(runtime.db, token, runtime.settings.session_idle_seconds_max, renew=renew)


# the cookie ----------------------------------------------------------------------------------------


def _cookie(asked: Asked) -> tuple[str, str] | None:
    """Return the name and value of the session's cookie; one that could have been planted beside it counts for none."""
    pairs = [part.strip().partition("=") for part in (asked.header(b"cookie") or "").split(";")]
    for name in (SECURE, LOOPBACK) if _is_loopback(asked) else (SECURE,):
        values = {value for found, _, value in pairs if found == name}
        if len(values) == 1:
            return name, values.pop()
    return None


def _set(name: str, value: str, *more: str) -> str:
    secure = ("Secure",) if name == SECURE else ()
    return "; ".join((f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Strict", *secure, *more))


# where a request comes from --------------------------------------------------------------------------


def _guard(runtime: Runtime, asked: Asked, cookie_name: str) -> None:
    """Refuse a request that another site has made the browser send. Raises: CrossSite."""
    if asked.method not in SAFE:
        _require_own_page(runtime, asked, "https" if cookie_name == SECURE else "http")
    elif asked.header(b"sec-fetch-site") not in (None, "same-origin", "none"):
        raise CrossSite("The console's session is for the console's own pages; call the API with a token.")


def _require_own_page(runtime: Runtime, asked: Asked, scheme: str) -> None:
    own = {f"{scheme}://{(asked.header(b'host') or '').lower()}"}
    if runtime.settings.public_url is not None:
        own.add(runtime.settings.public_url.lower())
    origin = asked.header(b"origin")
    if origin is None or origin.lower() not in own or asked.header(b"sec-fetch-site") not in (None, "same-origin"):
        raise CrossSite(
            "Origin is not the address that was called. If a proxy changes Host, set PUNCHCARD_PUBLIC_URL to the "
            "address that browsers use."
        )


def _is_loopback(asked: Asked) -> bool:
    try:
        host = urlsplit(f"//{asked.header(b'host') or ''}").hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _told(session: Session) -> bytes:
    tenant = SessionTenantView(session.tenant_id, session.tenant_name, session.api_key, session.time_zone)
    told = SessionView(
        tenant, Principal(session.tenant_id, Kind.ADMIN, CONSOLE).name,
        wire.rfc3339(session.idle_expires_at), wire.rfc3339(session.expires_at), session.role,
    )  # fmt: skip
    return wire.encode({"status": "success", "data": told})
