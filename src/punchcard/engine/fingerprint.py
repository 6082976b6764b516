"""The identity of what was reported: two reports with one fingerprint are duplicates.

Canonical payload: keys sorted, `1`, `1.0` and `1e0` equal, integers exact at any size, text compared code point by
code point (so NFC and NFD differ). Neither `occurredAt` nor anything that an enhancer adds takes part.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

from jsonschema_rs.canonical import json as canonical

FINGERPRINT_BYTES = 16


def fingerprint(key: bytes, tenant_id: UUID, event_type_id: UUID, user_id: UUID, payload: Mapping[str, Any]) -> bytes:
    """Return 16 bytes: keyed BLAKE2b, so that a stolen table does not let payloads be guessed."""
    hashed = _keyed(key).copy()
    hashed.update(tenant_id.bytes + event_type_id.bytes + user_id.bytes + canonical.to_string(payload).encode())
    return hashed.digest()


@lru_cache(maxsize=16)
def _keyed(key: bytes) -> "blake2b":
    return blake2b(digest_size=FINGERPRINT_BYTES, key=key)


def canonical_text(payload: Mapping[str, Any]) -> str:
    """Return the one text that stands for every way of writing this payload."""
    return canonical.to_string(payload)
