"""Keys of token issuers: which are taken, and which one verifies a token.

A key set is checked when it is configured and kept with nothing but what verifying needs; no address in it is used.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.util import base64_to_int

from punchcard.access.bearer import NAMES, Algorithm, Key
from punchcard.errors import Fault
from punchcard.wire import Json, pointer

KEYS_MAX = 20
MEMBER_CHARACTERS_MAX = 2_048
RSA_BITS_MIN, RSA_BITS_MAX = 2_048, 8_192
RSA_EXPONENT_MIN, RSA_EXPONENT_MAX = 65_537, 2**32
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 32, 1_024

# What says the type of an algorithm's keys, and what else such a key consists of.
TYPE: Mapping[Algorithm, Mapping[str, str]] = {
    "RS256": {"kty": "RSA"},
    "ES256": {"kty": "EC", "crv": "P-256"},
    "EdDSA": {"kty": "OKP", "crv": "Ed25519"},
}
PUBLIC: Mapping[Algorithm, tuple[str, ...]] = {"RS256": ("n", "e"), "ES256": ("x", "y"), "EdDSA": ("x",)}
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
# Texts that somebody who mistook a public key for a secret would paste.
NOT_SECRET = ("-----BEGIN ", "---- BEGIN ", "ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", '"kty"')


def read_key_set(jwks: Json, algorithm: Algorithm) -> tuple[list[Json], list[Fault]]:
    """Return the keys of a JWK set (RFC 7517), bare of all but what verifying needs, and what is wrong with it.

    Taken are public keys of the algorithm's type alone; several need a `kid` each.
    """
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= KEYS_MAX:
        return [], [_fault(("keys",), f"A key set holds a list `keys` of 1 to {KEYS_MAX} keys.")]
    faults = [fault for index, key in enumerate(keys) for fault in _faults_of_key(("keys", index), key, algorithm)]
    if faults:
        return [], faults
    names = [key.get("kid") for key in keys]
    if len(keys) > 1 and (None in names or len(set(names)) < len(names)):
        return [], [_fault(("keys",), "Where there are several keys, each needs a `kid` of its own.")]
    wanted = ("kid", *TYPE[algorithm], *PUBLIC[algorithm])
    return [{name: key[name] for name in wanted if name in key} for key in keys], []


def import_keys(keys: Sequence[Json]) -> list[tuple[str | None, Key]]:
    """Make keys of what `read_key_set` returned, each with its `kid`."""
    return [(key.get("kid"), _import({name: key[name] for name in key if name != "kid"})) for key in keys]


def choose(keys: Sequence[tuple[str | None, Key]], kid: str | None) -> Key | None:
    """Return the key that a token's `kid` names. A single key is taken when either side has no name for it."""
    if len(keys) == 1 and (kid is None or keys[0][0] is None):
        return keys[0][1]
    return next((key for name, key in keys if name is not None and name == kid), None)


def fault_of_secret(secret: str) -> Fault | None:
    """Say what is wrong with a shared secret for HS256, if anything is."""
    if not SECRET_BYTES_MIN <= len(secret.encode()) <= SECRET_BYTES_MAX:
        detail = f"A secret for HS256 is {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes long."
        return Fault("/secret", "unusable_secret", detail)
    if any(mark in secret for mark in NOT_SECRET):
        detail = "This looks like a key pair's key, and the public one is known to everybody: configure RS256 or ES256."
        return Fault("/secret", "unusable_secret", detail)
    return None


def shared_key(secret: bytes) -> OctKey:
    """Make a key of a secret that was found good before."""
    return OctKey(secret, secret)


def _faults_of_key(place: tuple[str | int, ...], key: Any, algorithm: Algorithm) -> list[Fault]:
    if not isinstance(key, dict):
        return [_fault(place, "A key is a JSON object (RFC 7517).")]
    leaked = [_fault((*place, name), "Never hand out a private or shared key.") for name in PRIVATE if name in key]
    if leaked:
        return leaked
    expected = {name: (value,) for name, value in TYPE[algorithm].items()} | {"alg": NAMES[algorithm], "use": ("sig",)}
    faults = [
        _fault((*place, name), f"Keys for {algorithm} have {values[0]!r} here.")
        for name, values in expected.items()
        if (name in key or name in TYPE[algorithm]) and key.get(name) not in values
    ]
    if "key_ops" in key and key["key_ops"] != ["verify"]:
        faults.append(_fault((*place, "key_ops"), "Only keys for `verify` are taken."))
    if "kid" in key and not (isinstance(key["kid"], str) and 0 < len(key["kid"]) <= MEMBER_CHARACTERS_MAX):
        faults.append(_fault((*place, "kid"), "A `kid` is a text."))
    faults += [
        _fault((*place, name), "This is base64url, without padding.")
        for name in PUBLIC[algorithm]
        if not (isinstance(key.get(name), str) and 0 < len(key[name]) <= MEMBER_CHARACTERS_MAX)
    ]
    return faults or _faults_of_numbers(place, {name: key[name] for name in (*TYPE[algorithm], *PUBLIC[algorithm])})


def _faults_of_numbers(place: tuple[str | int, ...], bare: Json) -> list[Fault]:
    try:
        # Before the library is asked, which takes a weak key and prints a warning.
        if bare["kty"] == "RSA":
            if not RSA_BITS_MIN <= base64_to_int(bare["n"]).bit_length() <= RSA_BITS_MAX:
                return [_fault((*place, "n"), f"RSA keys have {RSA_BITS_MIN} to {RSA_BITS_MAX} bits.")]
            if not RSA_EXPONENT_MIN <= base64_to_int(bare["e"]) <= RSA_EXPONENT_MAX:
                return [_fault((*place, "e"), f"The exponent of an RSA key is {RSA_EXPONENT_MIN}, or a little more.")]
        _import(bare)
    except (JoseError, ValueError, TypeError, OverflowError):
        return [_fault(place, "These numbers are no key.")]
    return []


def _import(bare: Json) -> RSAKey | ECKey | OKPKey:
    kinds: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    return kinds[bare["kty"]].import_key(bare)


def _fault(place: tuple[str | int, ...], detail: str) -> Fault:
    return Fault("/jwks" + pointer(place), "unusable_key", detail)
