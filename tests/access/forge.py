"""Tokens signed by hand, good and bad, with the standard library and `cryptography` alone: nothing of the product."""

import base64
import hmac
import json
import time
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ISSUER = "https://login.coffee.example"
AUDIENCE = "loyalty"
SHARED = "correct horse battery staple, twice over"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def b64(data: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@cache
def private_key(algorithm: str, number: int = 0) -> PrivateKey:
    """Make a key pair; the same one for the same arguments."""
    del number
    if algorithm == "RS256":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else ed25519.Ed25519PrivateKey.generate()


def jwk(key: PrivateKey, **more: Any) -> dict[str, Any]:
    """Write the public half as a JWK."""
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        size = (numbers.n.bit_length() + 7) // 8
        exponent = numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8)
        return {"kty": "RSA", "n": b64(numbers.n.to_bytes(size)), "e": b64(exponent), **more}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32)), "y": b64(point.y.to_bytes(32)), **more}
    return {"kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().public_bytes_raw()), **more}


def public_pem(key: PrivateKey) -> bytes:
    """Write the public half as PEM."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


def signature(key: PrivateKey | bytes, message: bytes) -> bytes:
    """Sign as JWS does: RS256, ES256, EdDSA, or HS256 when the key is bytes."""
    if isinstance(key, bytes):
        return hmac.digest(key, message, "sha256")
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)
    return key.sign(message)


def token(
    key: PrivateKey | bytes, algorithm: str, claims: dict[str, Any] | str, header: dict[str, Any] | None = None
) -> str:
    """Sign claims, or any text; `header` adds to the usual header, replaces its members, or with None removes them."""
    members = {"alg": algorithm, "typ": "JWT"} | (header or {})
    payload = claims if isinstance(claims, str) else json.dumps(claims)
    head = b64(json.dumps({name: value for name, value in members.items() if value is not None}).encode())
    signed = f"{head}.{b64(payload.encode())}"
    return f"{signed}.{b64(signature(key, signed.encode()))}"


def claims(**changed: Any) -> dict[str, Any]:
    """Return good claims for a minute from now; None takes one out."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "iat": now, "exp": now + 60}
    return {name: value for name, value in (good | changed).items() if value is not None}
