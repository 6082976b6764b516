"""Signed tokens (RFC 7519), read with suspicion and verified with keys of our own choosing.

What a token says about itself is used for one thing: to find which of the known issuers it claims to come from. The
algorithm is that issuer's; the key is one of that issuer's. Nothing is ever fetched.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode
from msgspec import Struct

from punchcard import wire
from punchcard.errors import Malformed, Unauthenticated

Algorithm = Literal["RS256", "ES256", "EdDSA", "HS256"]
Key = RSAKey | ECKey | OKPKey | OctKey

LEEWAY_SECONDS = 60
TOKEN_CHARACTERS_MAX = 8_192
HEADER_CHARACTERS_MAX = 2_048
_SECONDS_MAX = 10**12

# The names under which a header may speak of the issuer's algorithm: RFC 9864 gave Ed25519 one of its own.
NAMES: Mapping[Algorithm, tuple[str, ...]] = {
    "RS256": ("RS256",),
    "ES256": ("ES256",),
    "EdDSA": ("EdDSA", "Ed25519"),
    "HS256": ("HS256",),
}
# Members of a header that bring a key along, or change how the rest is to be read. We understand no extension.
REFUSED_IN_HEADER = ("jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc")
ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type
TYPES = ("jwt", ACCESS_TOKEN_TYPE)

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)


class Token(Struct, frozen=True):
    """A token that was read and not yet verified: until then, its claims are anybody's."""

    text: str
    header: wire.Json
    claims: wire.Json


class _OneAlgorithm(jws.JWSRegistry):
    """Verifies with one algorithm. Its own check of the header is left out: `read` was stricter."""

    max_header_length = HEADER_CHARACTERS_MAX

    def __init__(self, name: str) -> None:
        super().__init__(algorithms=[name], strict_check_header=False)
        self._name = name

    def get_alg(self, name: str) -> Any:
        """Return the one algorithm. The library's own method would warn of the name EdDSA each time."""
        if name != self._name:
            raise UnsupportedAlgorithmError(self._name)
        return self.algorithms[self._name]


_REGISTRIES = {name: _OneAlgorithm(name) for names in NAMES.values() for name in names}


def refused(why: str) -> Unauthenticated:
    """Make the 401 of a bad credential. `why` is a sentence of ours, and never holds a part of what was sent."""
    return Unauthenticated(why, headers={"WWW-Authenticate": 'Bearer realm="punchcard", error="invalid_token"'})


def read(text: str) -> Token:
    """Take a token apart. Raises: Unauthenticated for whatever no token of ours or of an issuer's looks like."""
    found = _COMPACT.fullmatch(text) if len(text) <= TOKEN_CHARACTERS_MAX else None
    if found is None or len(found[1]) > HEADER_CHARACTERS_MAX:
        raise refused("The token cannot be read.")
    header, claims = _json_object(found[1]), _json_object(found[2])
    if any(name in header for name in REFUSED_IN_HEADER):
        raise refused("The token's header brings a key or an extension along, and neither is taken.")
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in TYPES:
        raise refused("The token is of another type than JWT or at+jwt.")
    if not isinstance(header.get("kid", ""), str):
        raise refused("The token cannot be read.")
    return Token(text, header, claims)


def verify(token: Token, algorithm: Algorithm, key: Key) -> None:
    """Check the signature with the issuer's algorithm and key. Raises: Unauthenticated."""
    named = token.header.get("alg")
    if named not in NAMES[algorithm]:
        raise refused("The token is not signed with its issuer's algorithm.")
    try:
        jws.deserialize_compact(token.text, key, registry=_REGISTRIES[named])
    except (JoseError, ValueError, TypeError):
        raise refused("The token's signature does not fit.") from None


def check_times(claims: wire.Json, now: float) -> float:
    """Check `exp` (required), `nbf` and `iat` with a minute's leeway, and return the last moment of validity.

    All in seconds since 1970. Raises: Unauthenticated.
    """
    if "exp" not in claims:
        raise refused("The token never expires: it needs exp.")
    until = _seconds(claims["exp"]) + LEEWAY_SECONDS
    if now >= until:
        raise refused("The token has expired.")
    if any(name in claims and _seconds(claims[name]) > now + LEEWAY_SECONDS for name in ("nbf", "iat")):
        raise refused("The token is not valid yet.")
    return until


def check_audience(claims: wire.Json, audience: str) -> None:
    """Check that the token is meant for `audience`. Raises: Unauthenticated."""
    named = claims.get("aud")
    if not (named == audience if isinstance(named, str) else isinstance(named, list) and audience in named):
        raise refused("The token is meant for another audience.")


def refuse_id_token(token: Token) -> None:
    """Refuse a token that tells a client who signed in, and gives no right to call.

    OpenID Connect gives those no mark of their own, so this goes by what only they carry: `nonce`, `at_hash`, `c_hash`
    or `s_hash`, Cognito's `token_use: id`, Keycloak's `typ: ID`. A header that says `at+jwt` (RFC 9068) settles it the
    other way. Raises: Unauthenticated.
    """
    kind = str(token.header.get("typ", "")).lower().removeprefix("application/")
    marks = ("nonce", "at_hash", "c_hash", "s_hash")
    claims = token.claims
    if (
        claims.get("token_use") == "id"
        or claims.get("typ") == "ID"
        or (kind != ACCESS_TOKEN_TYPE and any(mark in claims for mark in marks))
    ):
        raise refused("This is an ID token: send the access token.")


def _json_object(segment: str) -> wire.Json:
    try:
        value = wire.decode(urlsafe_b64decode(segment.encode()))
    except (Malformed, ValueError):
        raise refused("The token cannot be read.") from None
    if not isinstance(value, dict):
        raise refused("The token cannot be read.")
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not 0 <= value <= _SECONDS_MAX:
        raise refused("The token's times cannot be read.")
    return float(value)
