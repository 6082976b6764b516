"""The form of every secret that the engine hands out: a typed prefix, 256 random bits, a checksum.

    pcs_ 5tYz…43 characters…Qa 0Zk3Bx
    kind 256 bits in base62    CRC-32 of all before it, in base62

The prefix lets scanners of source code find a leaked one. The checksum lets a mistyped or invented one be refused
without asking the database; it proves nothing, the digest does.

Stored is the SHA-256 of a secret, and no slow password hash: what makes a slow hash worth its cost is that people's
passwords can be guessed, and 256 random bits cannot. A fast one leaves an attacker no way to keep the engine busy.
"""

import hashlib
from binascii import crc32

from punchcard.clock import random_bytes

EVENT_TYPE_SECRET = "pcs_"  # noqa: S105 - the prefix of a secret, not a secret
CLIENT_SECRET = "pcc_"  # noqa: S105 - the same
SIGN_IN_LINK = "pcl_"
SESSION = "pcw_"
PASSWORD_LINK = "pcn_"  # noqa: S105 - the same

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY, _CHECKSUM = 43, 6  # digits: 62^43 > 2^256, 62^6 > 2^32
_LENGTH = len(EVENT_TYPE_SECRET) + _BODY + _CHECKSUM


def make(prefix: str) -> str:
    """Return a new secret of the kind that `prefix` names."""
    unsigned = prefix + base62(int.from_bytes(random_bytes(32)), _BODY)
    return unsigned + _checksum(unsigned)


def is_well_formed(text: str, prefix: str) -> bool:
    """Tell whether `text` has the form and the checksum of that kind of secret."""
    return (
        len(text) == _LENGTH
        and text.isascii()
        and text.startswith(prefix)
        and text[len(prefix) :].isalnum()
        and text[-_CHECKSUM:] == _checksum(text[:-_CHECKSUM])
    )


def digest(secret: str) -> bytes:
    """Return the 32 bytes under which a secret is stored and looked up."""
    return hashlib.sha256(secret.encode()).digest()


def base62(number: int, length: int) -> str:
    """Write `number` in base62, with leading zeros up to `length` digits."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    assert number == 0, "the number needs more digits"
    return "".join(reversed(digits))


def _checksum(text: str) -> str:
    return base62(crc32(text.encode()), _CHECKSUM)
