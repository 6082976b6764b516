"""At the door: which tenant is called, and who is calling. Both lanes ask here; nothing here asks the database.

X-Api-Key        a UUID that names the tenant                      else 401
Authorization    none                 the caller is the key        KEY
                 Bearer pcs_…         an event type's secret       SECRET
                 Bearer <token>       the engine's own, or one     ADMIN, USER
                                      of the tenant's issuers'
"""

import hashlib
import hmac
import re
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from punchcard.access import bearer, credential, issuer_tokens, tokens
from punchcard.access.keyring import Keyring
from punchcard.access.principals import SECRET, Kind, Principal
from punchcard.access.secret_uses import SecretUses
from punchcard.access.snapshot import AccessSnapshot
from punchcard.clock import now, wall_seconds
from punchcard.errors import PunchcardError, SecretUnknown, Unauthenticated
from punchcard.events.catalogue import Catalogue, Snapshot
from punchcard.http.failures import FailureLimiter

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE | re.ASCII)
_UUID_CHARACTERS = 36
HEADER_CHARACTERS_MAX = bearer.TOKEN_CHARACTERS_MAX + 64
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="punchcard"'}


class VerifiedTokens:
    """Tokens that were verified lately, so that a signature is checked once and not at each call.

    At most `limit` are kept, in two halves: what was used while one half filled up outlives the other. A token is kept
    as its digest, and under the serial of the snapshot that it was verified with: any change of the tenant's clients
    or issuers is another snapshot, and nothing from before it is found again.
    """

    def __init__(self, limit: int = 40_000) -> None:
        self._half = max(1, limit // 2)
        self._recent: dict[tuple[int, bytes], tuple[Principal, float]] = {}
        self._older: dict[tuple[int, bytes], tuple[Principal, float]] = {}

    def __len__(self) -> int:
        return len(self._recent) + len(self._older)

    def find(self, key: tuple[int, bytes], now: float) -> Principal | None:
        """Return whom the token speaks for, when it is known and good at `now` (seconds since 1970)."""
        found = self._recent.get(key)
        if found is None:
            found = self._older.pop(key, None)
            if found is None:
                return None
            self.keep(key, *found)
        return found[0] if now < found[1] else None

    def keep(self, key: tuple[int, bytes], principal: Principal, until: float) -> None:
        """Remember a verified token, good until `until`."""
        if len(self._recent) >= self._half:
            self._older, self._recent = self._recent, {}
        self._recent[key] = (principal, until)


class Doorkeeper:
    """Admits callers; remembers verified tokens, who failed, and which secrets were used."""

    def __init__(self, keyring: Keyring, *, failures_per_minute_max: int) -> None:
        self._keyring = keyring
        self._verified = VerifiedTokens()
        self._failures = FailureLimiter(failures_per_minute_max)
        self.uses = SecretUses()

    def known(self, authorization: str | None, snapshot: Snapshot) -> Principal | None:
        """Return who is calling a tenant, by a secret or by a token that was verified before.

        None: `admit` may know better, or must refuse.
        """
        try:
            sent = bearer_of(authorization)
        except Unauthenticated:
            return None
        if sent is None:
            return None
        principal = recognize(sent, snapshot.tenant_id, snapshot.access, verified=self._verified, now=now())
        if principal is not None and principal.kind is SECRET:
            self.uses.note(principal)
        return principal

    async def admit(
        self, authorization: str | None, api_key: str | None, address: str, catalogue: Catalogue
    ) -> Principal:
        """Return who is calling from `address`. Raises: as `authenticate`, and TooManyRequests."""
        try:
            principal = await self._admit(authorization, api_key, address, catalogue)
        except (Unauthenticated, SecretUnknown) as fault:
            raise self.refuse(address, fault) from None
        if principal.kind is SECRET:
            self.uses.note(principal)
        return principal

    def refuse(self, address: str, fault: PunchcardError) -> PunchcardError:
        """Count a failed authentication; return what to raise: `fault`, or TooManyRequests."""
        return self._failures.answer(address, fault, wall_seconds())

    async def _admit(
        self, authorization: str | None, api_key: str | None, address: str, catalogue: Catalogue
    ) -> Principal:
        sent = bearer_of(authorization)
        tenant_id = await tenant_of(api_key, catalogue)
        snapshot = await catalogue.snapshot(tenant_id)
        try:
            return self._judge(sent, tenant_id, snapshot.access)
        except (Unauthenticated, SecretUnknown):
            # What another process has just configured may not be known here yet: look once, for those who do not try
            # things out, and never for what has not even the form of a credential.
            if not has_form(sent) or self._failures.is_over(address, wall_seconds()):
                raise
            newer = await catalogue.current(tenant_id)
            if newer.access is snapshot.access:
                raise
        return self._judge(sent, tenant_id, newer.access)

    def _judge(self, sent: str | None, tenant_id: UUID, access: AccessSnapshot) -> Principal:
        return authenticate(sent, tenant_id, access, keyring=self._keyring, verified=self._verified, now=now())


async def tenant_of(api_key: str | None, catalogue: Catalogue) -> UUID:
    """Return the tenant that an API key names. Raises: Unauthenticated."""
    if api_key is None:
        raise Unauthenticated("Send the tenant's API key in X-Api-Key.", headers=CHALLENGE)
    key = read_api_key(api_key)
    tenant_id = await catalogue.tenant_of(key) if key is not None else None
    if tenant_id is None:
        detail = "X-Api-Key names no tenant: it is the UUID that was given with the tenant."
        raise Unauthenticated(detail, headers=CHALLENGE)
    return tenant_id


def read_api_key(api_key: str) -> UUID | None:
    """Return the UUID that an X-Api-Key is; None when it is none."""
    return _uuid(api_key) if len(api_key) == _UUID_CHARACTERS else None


def bearer_of(authorization: str | None) -> str | None:
    """Return the token of an Authorization header; None when there is no such header. Raises: Unauthenticated."""
    if authorization is None:
        return None
    found = _BEARER.fullmatch(authorization) if len(authorization) <= HEADER_CHARACTERS_MAX else None
    if found is None:
        raise bearer.refused("The Authorization header is not `Bearer` and one token.")
    return found[1]


def has_form(sent: str | None) -> bool:
    """Tell whether what was sent could be somebody's credential, by its form alone."""
    if sent is None:
        return False
    if sent.startswith(credential.EVENT_TYPE_SECRET):
        return credential.is_well_formed(sent, credential.EVENT_TYPE_SECRET)
    try:
        return isinstance(bearer.read(sent).claims.get("iss"), str)
    except Unauthenticated:
        return False


def authenticate(
    sent: str | None,
    tenant_id: UUID,
    snapshot: AccessSnapshot,
    *,
    keyring: Keyring,
    verified: VerifiedTokens,
    now: datetime,
) -> Principal:
    """Return who is calling a tenant with the token `sent`. Asks nothing but the snapshot.

    Raises: Unauthenticated (401) for credentials that are unreadable, forged, expired or revoked; SecretUnknown (404)
    for a well-formed secret that is not this tenant's, whether it is another's or nobody's.
    """
    if sent is None:
        return Principal(tenant_id, Kind.KEY)
    if sent.startswith(credential.EVENT_TYPE_SECRET):
        return _with_secret(sent, tenant_id, snapshot, now)
    if sent.startswith(credential.CLIENT_SECRET):
        raise bearer.refused("This is a client's secret: exchange it at /oauth/token.")
    key, seconds = _key(sent, snapshot), now.timestamp()
    known = verified.find(key, seconds)
    if known is not None:
        return known
    principal, until = _with_token(sent, tenant_id, snapshot, keyring, seconds)
    verified.keep(key, principal, until)
    return principal


def recognize(
    sent: str, tenant_id: UUID, snapshot: AccessSnapshot, *, verified: VerifiedTokens, now: datetime
) -> Principal | None:
    """Return who is calling with a good secret, or a token that was verified before; None for all else.

    The same as `authenticate`, but for whoever is refused, or costs a signature.
    """
    if not sent.startswith(credential.EVENT_TYPE_SECRET):
        return verified.find(_key(sent, snapshot), now.timestamp())
    try:
        return _with_secret(sent, tenant_id, snapshot, now)
    except (Unauthenticated, SecretUnknown):
        return None


def _key(sent: str, snapshot: AccessSnapshot) -> tuple[int, bytes]:
    return snapshot.serial, hashlib.sha256(sent.encode()).digest()


def _with_secret(sent: str, tenant_id: UUID, snapshot: AccessSnapshot, now: datetime) -> Principal:
    digest = credential.digest(sent)
    secret = snapshot.secrets.get(digest)
    if secret is None or not hmac.compare_digest(secret.digest, digest):
        if not credential.is_well_formed(sent, credential.EVENT_TYPE_SECRET):
            raise bearer.refused("The secret is mistyped: its checksum does not fit.")
        raise SecretUnknown("No event type of this tenant has this secret.")
    refusal = secret.refusal(now)
    if refusal is not None:
        raise bearer.refused(refusal)
    principal = snapshot.reporters.get(digest)
    if principal is None:
        principal = Principal(tenant_id, SECRET, str(secret.id), secret.event_type_id, line_id=secret.line_id)
        snapshot.reporters[digest] = principal
    return principal


def _with_token(
    sent: str, tenant_id: UUID, snapshot: AccessSnapshot, keyring: Keyring, now: float
) -> tuple[Principal, float]:
    token = bearer.read(sent)
    claimed = token.claims.get("iss")
    if claimed == tokens.ENGINE:
        return tokens.principal_of(token, tenant_id, snapshot.clients, keyring, now)
    issuer = snapshot.issuers.get(claimed) if isinstance(claimed, str) else None
    if issuer is None:
        raise bearer.refused("The token's issuer is not one that this tenant has configured.")
    subject, until = issuer_tokens.end_user(token, issuer, keyring, now)
    return Principal(tenant_id, Kind.USER, subject, issuer_id=issuer.id), until


@lru_cache(maxsize=4_096)
def _uuid(text: str) -> UUID | None:
    """Read a UUID in its usual form; the others that the library takes are nobody's."""
    try:
        read = UUID(text)
    except ValueError:
        return None
    return read if str(read) == text.lower() else None
