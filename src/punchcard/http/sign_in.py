"""Signing in to the console: every way in begins a session, and sets its cookie.

    POST  /console/session    {"token": …} of a sign-in link
                              {"email": …, "password": …}, with "apiKey" for one tenant of several
                              {"code": …, "state": …} as the sign-in provider sent the browser back with
    POST  /console/password   {"token": …, "password": …}: sets the password by a link, and signs in
    PUT   /console/password   {"current": …, "password": …}: changes one's own; every other session ends
    GET   /console/ways       which ways there are
    POST  /console/oidc       the provider's address to go to, and a cookie that is needed on the way back

Wrong credentials are answered in one way and after one time, whether somebody has the address or not.
"""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from pydantic import Field

from punchcard import wire
from punchcard.access import passwords, people, sessions, sign_in_attempts
from punchcard.access.keyring import SealBroken
from punchcard.access.oidc import Kept
from punchcard.access.sessions import Seen
from punchcard.commands import sign_in
from punchcard.errors import (
    CredentialsRefused,
    Forbidden,
    Malformed,
    NotFound,
    SignInLinkUnusable,
)
from punchcard.http.asked import Answer, Asked
from punchcard.http.bodies import require_media_type
from punchcard.http.failures import network_of
from punchcard.http.runtime import Runtime
from punchcard.http.sessions import (
    LOOPBACK,
    SECURE,
    cookie_of,
    is_loopback,
    present,
    require_own_page,
    set_cookie,
    told,
)

OIDC_SECURE, OIDC_LOOPBACK = "__Host-punchcard-oidc", "punchcard_oidc"
OIDC_SECONDS = 600
OIDC_PAGE = "/console/sign-in/oidc"
CONTEXT = b"oidc"
WRONG = "Nobody signs in with this e-mail address and this password. If you have no password yet, use your link."
LINK_OVER = "This link was used already, or it has expired: ask an owner for a new one."
PROVIDER_UNKNOWN = "No sign-in provider is configured here."
EMAIL_MAX, PASSWORD_MAX = 254, 1_000


class SignInDefinition(wire.Definition):
    """One of the ways in: a link's token, an address and a password, or what a provider sent."""

    token: str | None = Field(None, min_length=1, max_length=200)
    email: str | None = Field(None, min_length=1, max_length=EMAIL_MAX)
    password: str | None = Field(None, min_length=1, max_length=PASSWORD_MAX)
    api_key: UUID | None = None
    code: str | None = Field(None, min_length=1, max_length=4_096)
    state: str | None = Field(None, min_length=1, max_length=200)


class NewPassword(wire.Definition):
    """A password that is set by a link's token, or in the place of the current one."""

    token: str | None = Field(None, min_length=1, max_length=200)
    current: str | None = Field(None, min_length=1, max_length=PASSWORD_MAX)
    password: str = Field(min_length=1, max_length=PASSWORD_MAX)


class OidcDefinition(wire.Definition):
    """Where to sign in: the tenant that an API key names, else where the person was last."""

    api_key: UUID | None = None


class WaysView(wire.View, frozen=True):
    """The ways in. `oidc` is what the sign-in provider is called; null: there is none."""

    oidc: str | None = None


async def create(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Begin a session. A session from before ends.

    Raises: UnsupportedMediaType, CrossSite, Malformed, Invalid, SignInLinkUnusable, CredentialsRefused,
    TooManyRequests, Forbidden, Unavailable.
    """
    scheme = _require_fit_place(runtime, asked)
    wanted = wire.read(SignInDefinition, wire.decode(asked.body))
    if wanted.token is not None:
        opened = await _by_link(runtime, asked, wanted.token)
    elif wanted.email is not None and wanted.password is not None:
        opened = await _by_password(runtime, asked, wanted.email, wanted.password, wanted.api_key)
    elif wanted.code is not None and wanted.state is not None:
        opened = await _by_provider(runtime, asked, wanted.code, wanted.state)
    else:
        raise Malformed("Send a token, or email and password, or code and state.")
    return await _entered(runtime, asked, scheme, opened)


async def _entered(runtime: Runtime, asked: Asked, scheme: str, opened: str) -> Answer:
    former = cookie_of(asked)
    if former is not None:
        await sessions.end(runtime.db, former[1])
    session = await sessions.find(runtime.db, opened, runtime.settings.session_idle_seconds_max, renew=False)
    return 200, told(session), {"Set-Cookie": set_cookie(SECURE if scheme == "https" else LOOPBACK, opened)}


async def _by_link(runtime: Runtime, asked: Asked, token: str) -> str:
    settings = runtime.settings
    lasting = (settings.session_idle_seconds_max, settings.session_seconds_max)
    try:
        return await sessions.begin(runtime.db, token, *lasting, _seen(asked))
    except SignInLinkUnusable as fault:
        raise runtime.doorkeeper.refuse(asked.address, fault) from None


async def _by_password(runtime: Runtime, asked: Asked, email: str, password: str, api_key: UUID | None) -> str:
    attempt = await sign_in_attempts.begin(runtime.db, email.strip().lower(), _network(runtime, asked))
    person = await people.find_by_email(runtime.db, email, api_key)
    if not await passwords.fits(password, person.password_hash if person else None) or person is None:
        raise runtime.doorkeeper.refuse(asked.address, CredentialsRefused(WRONG))
    await sign_in.refresh_hash(runtime.db, person, password)
    return await sign_in.enter(runtime.db, person, "PASSWORD", runtime.settings, _seen(asked), attempt)


async def _by_provider(runtime: Runtime, asked: Asked, code: str, state: str) -> str:
    provider = runtime.provider
    if provider is None:
        raise NotFound(PROVIDER_UNKNOWN)
    attempt = await sign_in_attempts.begin(runtime.db, None, _network(runtime, asked))
    try:
        kept = _unsealed(runtime, asked)
        identity = await provider.finish(code, state, kept)
        api_key = None if kept.api_key is None else UUID(kept.api_key)
        person = await sign_in.person_of(runtime.db, identity, api_key, runtime.settings)
        return await sign_in.enter(runtime.db, person, "OIDC", runtime.settings, _seen(asked), attempt)
    except CredentialsRefused as fault:
        raise runtime.doorkeeper.refuse(asked.address, fault) from None


async def set_password(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Set a password by a link's token, and sign in.

    Raises: UnsupportedMediaType, CrossSite, Malformed, Invalid, CredentialsRefused, TooManyRequests, Forbidden.
    """
    scheme = _require_fit_place(runtime, asked)
    wanted = wire.read(NewPassword, wire.decode(asked.body))
    attempt = await sign_in_attempts.begin(runtime.db, None, _network(runtime, asked))
    person = None if wanted.token is None else await people.find_by_link(runtime.db, wanted.token)
    if person is None or wanted.token is None:
        raise runtime.doorkeeper.refuse(asked.address, CredentialsRefused(LINK_OVER))
    passwords.require_usable(wanted.password, person.email)
    hashed = await passwords.hash_of(wanted.password)
    if not await sign_in.set_by_link(runtime.db, person, wanted.token, hashed):
        raise CredentialsRefused(LINK_OVER)
    opened = await sign_in.enter(runtime.db, person, "PASSWORD", runtime.settings, _seen(asked), attempt)
    return await _entered(runtime, asked, scheme, opened)


async def change_password(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Change one's own password; all sessions end, and this browser gets a new one.

    Raises: Unauthenticated, CrossSite, Malformed, Invalid, Forbidden, CredentialsRefused, TooManyRequests.
    """
    scheme = _require_fit_place(runtime, asked)
    session, _token = await present(runtime, asked)
    wanted = wire.read(NewPassword, wire.decode(asked.body))
    person = None if session.staff_id is None else await people.find(runtime.db, session.tenant_id, session.staff_id)
    if person is None or person.password_hash is None:
        raise Forbidden("You have signed in without a password, so there is none to change.")
    attempt = await sign_in_attempts.begin(runtime.db, person.email, _network(runtime, asked))
    if not await passwords.fits(wanted.current or "", person.password_hash):
        # Not 401, which says that the session is over.
        raise Forbidden("The current password is another one.")
    passwords.require_usable(wanted.password, person.email)
    hashed = await passwords.hash_of(wanted.password)
    await sign_in.set_by_owner(runtime.db, person, hashed)
    opened = await sign_in.enter(runtime.db, person, "PASSWORD", runtime.settings, _seen(asked), attempt)
    return await _entered(runtime, asked, scheme, opened)


async def ways(runtime: Runtime, _: Asked, __: Mapping[str, str]) -> Answer:
    """Say which ways in there are."""
    view = WaysView(None if runtime.provider is None else runtime.settings.oidc_name)
    return 200, wire.encode({"status": "success", "data": view}), {}


async def begin_oidc(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Say where the browser goes to sign in by the provider, and let it keep what is needed on the way back.

    Raises: UnsupportedMediaType, CrossSite, Malformed, Invalid, NotFound, Forbidden, Unavailable.
    """
    scheme = _require_fit_place(runtime, asked)
    wanted = wire.read(OidcDefinition, wire.decode(asked.body))
    if runtime.provider is None:
        raise NotFound(PROVIDER_UNKNOWN)
    # Never what Host says, but on this very machine: the provider knows one address of ours.
    base = runtime.settings.public_url or (f"http://{asked.header(b'host')}" if is_loopback(asked) else None)
    if base is None:
        raise Forbidden("Signing in by a provider needs PUNCHCARD_PUBLIC_URL, the address that the provider knows.")
    api_key = None if wanted.api_key is None else str(wanted.api_key)
    address, kept = await runtime.provider.begin(f"{base.rstrip('/')}{OIDC_PAGE}", api_key, OIDC_SECONDS)
    sealed = base64.urlsafe_b64encode(runtime.keyring.seal(msgspec.json.encode(kept), CONTEXT)).decode()
    name = OIDC_SECURE if scheme == "https" else OIDC_LOOPBACK
    cookie = set_cookie(name, sealed, f"Max-Age={OIDC_SECONDS}")
    return 200, wire.encode({"status": "success", "data": {"address": address}}), {"Set-Cookie": cookie}


def _unsealed(runtime: Runtime, asked: Asked) -> Kept:
    found = cookie_of(asked, OIDC_SECURE, OIDC_LOOPBACK)
    try:
        sealed = base64.urlsafe_b64decode(found[1]) if found else b""
        return msgspec.json.decode(runtime.keyring.unseal(sealed, CONTEXT), type=Kept)
    except (SealBroken, ValueError, msgspec.MsgspecError):
        raise CredentialsRefused(
            "The sign-in was not begun in this browser, or too long ago; begin it again."
        ) from None


def _require_fit_place(runtime: Runtime, asked: Asked) -> str:
    """Return the scheme of the page that asks. Raises: UnsupportedMediaType, CrossSite, Forbidden."""
    require_media_type(asked.headers, ("application/json",))
    scheme = urlsplit(asked.header(b"origin") or "").scheme
    require_own_page(runtime, asked, scheme)
    if scheme != "https" and not is_loopback(asked):
        raise Forbidden("The console is used over HTTPS; without it, on this machine only: put a proxy in front.")
    return scheme


def _seen(asked: Asked) -> Seen:
    agent = "".join(one for one in asked.header(b"user-agent") or "" if one.isprintable())
    return Seen(agent[:300], network_of(asked.address)[:64])


def _network(runtime: Runtime, asked: Asked) -> str | None:
    return network_of(asked.address) if runtime.settings.auth_failures_per_minute_max else None


LANES: Mapping[tuple[str, str], Any] = {
    ("POST", "/console/session"): create,
    ("POST", "/console/password"): set_password,
    ("PUT", "/console/password"): change_password,
    ("GET", "/console/ways"): ways,
    ("POST", "/console/oidc"): begin_oidc,
}
