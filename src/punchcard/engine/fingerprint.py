"""The identity of what was reported: two reports with one fingerprint are duplicates.

Canonical payload: keys sorted, `1`, `1.0` and `1e0` equal, integers exact at any size, text compared code point by
code point (so NFC and NFD differ). Neither `occurredAt` nor anything that an enhancer adds takes part. Where an event
type says which fields identify its events, those alone are hashed, with the rule that says so: under another rule
nothing is the same.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any
from uuid import UUID

from jsonschema_rs.canonical import json as canonical

from punchcard.engine.identity import Identity

FINGERPRINT_BYTES = 16


Fingerprint = Callable[[UUID, Mapping[str, Any]], bytes]
"""Returns the 16 bytes that stand for a user's event with a payload."""


def fingerprint(
    key: bytes,
    tenant_id: UUID,
    event_type_id: UUID,
    user_id: UUID,
    payload: Mapping[str, Any],
    identity: Identity | None = None,
) -> bytes:
    """Return 16 bytes: keyed BLAKE2b, so that a stolen table does not let payloads be guessed."""
    return fingerprints(key, tenant_id, event_type_id, identity)(user_id, payload)


def fingerprints(key: bytes, tenant_id: UUID, event_type_id: UUID, identity: Identity | None = None) -> Fingerprint:
    """Return what makes the fingerprints of one event type: all that its events have in common is hashed once."""
    begun = _keyed(key).copy()
    begun.update(tenant_id.bytes + event_type_id.bytes)
    text_of = canonical.to_string if identity is None else partial(_by_rule, identity)

    def of(user_id: UUID, payload: Mapping[str, Any]) -> bytes:
        hashed = begun.copy()
        hashed.update(user_id.bytes + text_of(payload).encode())
        return hashed.digest()

    return of


def _by_rule(identity: Identity, payload: Mapping[str, Any]) -> str:
    """Return the rule, and what it leaves of a payload; JSON text never begins like a rule."""
    return f"{identity.rule}\n{canonical.to_string(identity.part(payload))}"


@lru_cache(maxsize=16)
def _keyed(key: bytes) -> "blake2b":
    return blake2b(digest_size=FINGERPRINT_BYTES, key=key)


def canonical_text(value: Any) -> str:
    """Return the one text that stands for every way of writing this payload, or any other JSON value."""
    return canonical.to_string(value)
