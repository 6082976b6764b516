"""Signing in by the organisation's own provider: OpenID Connect, the authorization code flow with PKCE (RFC 7636).

    begin     the browser is sent to the provider with state, nonce and a challenge, and keeps them, sealed
    finish    the browser comes back with a code, which is exchanged for an ID token; whose it is, is told

The provider is the operator's choice, by the settings. It is asked over HTTPS, and over plain HTTP on this machine
alone; no redirect is followed. Its document and its keys are kept for ten minutes; an unknown key lets them be read
again, at most each minute.
"""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2 as httpx
import msgspec
import structlog
from msgspec import Struct

from punchcard import clock
from punchcard.access import bearer, issuer_keys
from punchcard.access.bearer import Algorithm, Key
from punchcard.config import Settings
from punchcard.errors import CredentialsRefused, Unauthenticated, Unavailable

log = structlog.get_logger()

FRESH_SECONDS, AGAIN_SECONDS = 600.0, 60.0
SECONDS_MAX, ANSWER_BYTES_MAX = 10.0, 1_048_576
SCOPE = "openid email profile"
REFUSED = "The sign-in could not be completed; begin it again."
NOT_VERIFIED = "The sign-in provider does not say that your e-mail address was verified; ask whoever runs it."
KINDS: Mapping[str, Algorithm] = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}


class Kept(Struct, frozen=True):
    """What is remembered between the halves. until: seconds since 1970. api_key: the tenant's, where one is named."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    until: float
    api_key: str | None


class Identity(Struct, frozen=True):
    """Whom the provider vouches for. The address is verified, and in lower case."""

    issuer: str
    subject: str
    email: str
    name: str | None


class Found(Struct, frozen=True):
    """The provider's own document and keys, as they were read at a moment (monotonic seconds)."""

    endpoints: Mapping[str, str]
    by_post: bool
    keys: list[tuple[str | None, Key, Algorithm]]
    read_at: float


class Provider:
    """One provider, and what was read from it lately."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer is not None
        assert settings.oidc_client_id is not None
        self.issuer, self._client_id = settings.oidc_issuer, settings.oidc_client_id
        secret = settings.oidc_client_secret
        self._secret = None if secret is None else secret.get_secret_value()
        self._found: Found | None = None
        self._reading = asyncio.Lock()

    async def begin(self, redirect_uri: str, api_key: str | None, seconds: int) -> tuple[str, Kept]:
        """Return the address at the provider that the browser goes to, and what to keep. Raises: Unavailable."""
        found = await self._known()
        state, nonce, verifier = (_urlsafe(clock.random_bytes(32)) for _ in range(3))
        kept = Kept(state, nonce, verifier, redirect_uri, clock.wall_seconds() + seconds, api_key)
        asked = {
            "response_type": "code", "client_id": self._client_id, "redirect_uri": redirect_uri, "scope": SCOPE,
            "state": state, "nonce": nonce, "code_challenge_method": "S256",
            "code_challenge": _urlsafe(hashlib.sha256(verifier.encode()).digest()),
        }  # fmt: skip
        endpoint = found.endpoints["authorization_endpoint"]
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}", kept

    async def finish(self, code: str, state: str, kept: Kept) -> Identity:
        """Exchange a code; return whom the provider vouches for. Raises: CredentialsRefused, Unavailable."""
        if not hmac.compare_digest(state.encode(), kept.state.encode()) or clock.wall_seconds() >= kept.until:
            raise CredentialsRefused(REFUSED)
        found = await self._known()
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": kept.redirect_uri,
            "code_verifier": kept.verifier,
        }  # fmt: skip
        auth = None
        if self._secret is None or found.by_post:
            form |= {"client_id": self._client_id} | ({} if self._secret is None else {"client_secret": self._secret})
        else:
            auth = httpx.BasicAuth(self._client_id, self._secret)
        status, answer = await _asked("POST", found.endpoints["token_endpoint"], data=form, auth=auth)
        text = answer.get("id_token")
        if status != httpx.codes.OK or not isinstance(text, str):
            log.warning("the sign-in provider refused a code", status=status, error=str(answer.get("error"))[:100])
            raise CredentialsRefused(REFUSED)
        return await self._identity(text, kept.nonce)

    async def _identity(self, text: str, nonce: str) -> Identity:
        """Verify an ID token (OpenID Connect Core, 3.1.3.7)."""
        try:
            token = bearer.read(text)
            key, algorithm = await self._key(token.header.get("kid"))
            bearer.verify(token, algorithm, key)
            claims = token.claims
            bearer.check_times(claims, clock.wall_seconds())
            bearer.check_audience(claims, self._client_id)
        except Unauthenticated as fault:
            log.warning("an ID token was refused", why=fault.detail)
            raise CredentialsRefused(REFUSED) from None
        party, audience = claims.get("azp"), claims.get("aud")
        is_ours = party == self._client_id or (party is None and not (isinstance(audience, list) and len(audience) > 1))
        said, subject, email = str(claims.get("nonce")), claims.get("sub"), claims.get("email")
        is_named = isinstance(subject, str) and 0 < len(subject) <= 255  # noqa: PLR2004 - as OpenID Connect says
        if claims.get("iss") != self.issuer or not is_ours or not is_named:
            raise CredentialsRefused(REFUSED)
        if not hmac.compare_digest(said.encode(), nonce.encode()):
            raise CredentialsRefused(REFUSED)
        if not isinstance(email, str) or claims.get("email_verified") is not True:
            raise CredentialsRefused(NOT_VERIFIED)
        name = claims.get("name")
        return Identity(self.issuer, str(subject), email.strip().lower(), name if isinstance(name, str) else None)

    async def _key(self, kid: Any) -> tuple[Key, Algorithm]:
        for again in (False, True):
            found = await self._known(again=again)
            named = [(key, algorithm) for name, key, algorithm in found.keys if name == kid or len(found.keys) == 1]
            if named:
                return named[0]
        raise bearer.refused("The token names none of its issuer's keys.")

    async def _known(self, *, again: bool = False) -> Found:
        async with self._reading:
            found, now = self._found, clock.monotonic_seconds()
            if found is None or now - found.read_at > (AGAIN_SECONDS if again else FRESH_SECONDS):
                self._found = found = await self._read(now)
            return found

    async def _read(self, now: float) -> Found:
        status, document = await _asked("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        endpoints = {name: document.get(name) for name in names}
        if status != httpx.codes.OK or document.get("issuer") != self.issuer:
            raise _unusable("its document does not name it as PUNCHCARD_OIDC_ISSUER does")
        if not all(isinstance(one, str) and is_safe(one) for one in endpoints.values()):
            raise _unusable("its document names addresses that are not HTTPS")
        status, keys = await _asked("GET", str(endpoints["jwks_uri"]))
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        made = [one for key in keys.get("keys", []) if isinstance(key, dict) for one in _imported(key)]
        return Found(
            {name: str(one) for name, one in endpoints.items()}, "client_secret_basic" not in methods, made, now
        )


def is_safe(address: str) -> bool:
    """Tell whether a provider's address keeps secrets: by HTTPS, or on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    try:
        return parts.scheme == "http" and (
            parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        return False


def _imported(key: dict[str, Any]) -> list[tuple[str | None, Key, Algorithm]]:
    """Return a key of a set, or nothing where it is of another kind, or for something else than signing."""
    algorithm = KINDS.get(str(key.get("kty")))
    if algorithm is None or key.get("use", "sig") != "sig" or key.get("alg", algorithm) not in bearer.NAMES[algorithm]:
        return []
    read, faults = issuer_keys.read_key_set({"keys": [key]}, algorithm)
    return [] if faults else [(*issuer_keys.import_keys(read)[0], algorithm)]


async def _asked(method: str, address: str, **sent: Any) -> tuple[int, dict[str, Any]]:
    """Ask the provider; return the status and the JSON object that came. Raises: Unavailable."""
    try:
        async with (
            asyncio.timeout(SECONDS_MAX),
            httpx.AsyncClient(timeout=SECONDS_MAX, follow_redirects=False) as client,
            client.stream(method, address, headers={"Accept": "application/json"}, **sent) as answer,
        ):
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > ANSWER_BYTES_MAX:
                    raise _unusable("its answer is too long")
            read = msgspec.json.decode(body)
    except (httpx.HTTPError, TimeoutError, msgspec.DecodeError, OSError) as fault:
        raise _unusable(f"{type(fault).__name__} at {urlsplit(address).hostname}") from None
    return answer.status_code, read if isinstance(read, dict) else {}


def _unusable(why: str) -> Unavailable:
    log.warning("the sign-in provider cannot be used", why=why)
    return Unavailable("The sign-in provider does not answer as it should; try again, or sign in otherwise.")


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
