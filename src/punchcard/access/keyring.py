"""The keys of one installation: one secret, and from it a key of its own for each purpose.

The secret is `PUNCHCARD_SECRET_KEY`; without it, a file beside the embedded database; without that too, a row in the
database that it protects, which `doctor` points out. It is text wherever it is kept, so that it can be moved from
one place to another: the file's content is a good `PUNCHCARD_SECRET_KEY`.
"""

import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from punchcard.clock import random_bytes
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.errors import StartRefused

_FORM = b"\x01"  # the first byte of everything sealed; another cipher would take another
_NONCE_BYTES, _TAG_BYTES = 12, 16
_CHARACTERS_MIN = 32

SELECT_INSTALLATION = "select secret_key, secret_key_check from installation"
INSERT_INSTALLATION = """
insert into installation (secret_key, secret_key_check) values ($1, $2) on conflict (singleton) do nothing
"""
OTHER_KEY = (
    "This database's secrets were sealed with another secret key: "
    "set PUNCHCARD_SECRET_KEY to the one that it was first started with."
)


class SealBroken(Exception):
    """What was to be unsealed was sealed with another key or in another context, or was changed."""


class Keyring:
    """Keys for sealing, tokens, fingerprints, cursors and codes, none of which tells anything about another."""

    def __init__(self, secret_key: bytes) -> None:
        """Take the installation's secret: at least 32 bytes that cannot be guessed."""
        self._secret_key = secret_key
        self.token_key = self._derive("token")
        self.fingerprint_key = self._derive("fingerprint")
        self.cursor_key = self._derive("cursor")
        self.code_key = self._derive("code")
        self.check = hmac.digest(self._derive("check"), b"punchcard", "sha256")
        self._cipher = AESGCM(self._derive("seal"))

    def __repr__(self) -> str:
        """Show nothing: a keyring may end up in a log."""
        return "Keyring(…)"

    def _derive(self, purpose: str) -> bytes:
        return HKDF(SHA256(), 32, salt=b"punchcard", info=purpose.encode()).derive(self._secret_key)

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt `plain` with AES-256-GCM; it can be unsealed in the same context only."""
        nonce = random_bytes(_NONCE_BYTES)
        return _FORM + nonce + self._cipher.encrypt(nonce, plain, context)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt what `seal` made. Raises: SealBroken."""
        if len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES or sealed[:1] != _FORM:
            raise SealBroken("This was not sealed here.")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], context)
        except InvalidTag:
            raise SealBroken("This was sealed with another key or for something else.") from None


async def open_keyring(db: Db, settings: Settings, key_file: Path | None) -> Keyring:
    """Find the installation's secret or make one, and hold it against the database.

    `key_file` is where an installation with an embedded database keeps its secret; None with any other database.
    Any number of processes may do this at once on a new database: they end up with one secret.
    Raises: StartRefused when the secret is lost, is another than this database's, or cannot be kept.
    """
    if settings.secret_key is not None:
        return await _hold_against(db, Keyring(settings.secret_key.get_secret_value().encode()))
    if key_file is not None:
        secret = _read(key_file)
        if secret is None:
            is_new = await db.fetchrow(SELECT_INSTALLATION) is None
            # The file comes before the row: where there is a row by now, another process has made the file meanwhile.
            secret = _create(key_file) if is_new else _read(key_file)
        if secret is not None:
            return await _hold_against(db, Keyring(secret))
    return await _kept_in_database(db, key_file)


async def is_key_in_database(db: Db) -> bool:
    """Tell whether the secret lies in the database that it protects: whoever has a dump has the secrets too."""
    row = await db.fetchrow(SELECT_INSTALLATION)
    return row is not None and row["secret_key"] is not None


async def _hold_against(db: Db, keyring: Keyring) -> Keyring:
    await db.execute(INSERT_INSTALLATION, None, keyring.check)
    row = await db.fetchrow(SELECT_INSTALLATION)
    if row is None or not hmac.compare_digest(row["secret_key_check"], keyring.check):
        raise StartRefused(OTHER_KEY)
    return keyring


async def _kept_in_database(db: Db, key_file: Path | None) -> Keyring:
    row = await db.fetchrow(SELECT_INSTALLATION)
    if row is None:
        made = random_bytes(32).hex()
        await db.execute(INSERT_INSTALLATION, made, Keyring(made.encode()).check)
        row = await db.fetchrow(SELECT_INSTALLATION)
        assert row is not None, "inserted above, and never deleted"
    if row["secret_key"] is None:
        where = f"put {key_file} back or set" if key_file else "set"
        raise StartRefused(f"The secret key of this database is missing: {where} PUNCHCARD_SECRET_KEY to it.")
    keyring = Keyring(row["secret_key"].encode())
    if not hmac.compare_digest(row["secret_key_check"], keyring.check):
        raise StartRefused(OTHER_KEY)
    return keyring


def _read(file: Path) -> bytes | None:
    try:
        secret = file.read_bytes().strip()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise StartRefused(f"{file} cannot be read ({fault.strerror}): let this user read it.") from None
    if len(secret) < _CHARACTERS_MIN:
        raise StartRefused(f"{file} holds no secret key: restore it from a backup.")
    return secret


def _create(file: Path) -> bytes:
    """Make the file, whole or not at all: a link to a finished draft, which fails when another process was quicker."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{random_bytes(4).hex()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as written:
                written.write(random_bytes(32).hex() + "\n")
                written.flush()
                os.fsync(descriptor)
                if os.getuid() == 0:  # the folder's owner may be the next to start
                    owner = file.parent.stat()
                    os.fchown(descriptor, owner.st_uid, owner.st_gid)
            _link(draft, file)
        finally:
            draft.unlink()
    except OSError as fault:
        raise StartRefused(
            f"The secret key cannot be kept in {file} ({fault.strerror}): let this user write there."
        ) from None
    secret = _read(file)
    assert secret is not None, "linked above, by us or by another process"
    return secret


def _link(draft: Path, file: Path) -> None:
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        return
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # a sealed secret must never outlive the key that opens it
    finally:
        os.close(folder)
