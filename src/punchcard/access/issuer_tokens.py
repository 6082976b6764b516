"""End users' tokens: which user a token of the tenant's own login system speaks for."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from punchcard.access import bearer, issuer_keys
from punchcard.access.bearer import Algorithm, Key
from punchcard.access.keyring import Keyring, SealBroken
from punchcard.db.connection import Tx

SUBJECT_CHARACTERS_MAX = 512


@dataclass(frozen=True, slots=True, eq=False)
class Issuer:
    """A token issuer, ready to verify. A shared secret stays sealed until a token is to be verified with it."""

    tenant_id: UUID
    id: UUID
    issuer: str
    audience: str
    algorithm: Algorithm
    subject_claim: str
    keys: list[tuple[str | None, Key]]
    sealed_secret: bytes | None


def context(tenant_id: UUID, issuer_id: UUID) -> bytes:
    """Return what an issuer's secret is sealed in: its row."""
    return tenant_id.bytes + issuer_id.bytes


SELECT_ISSUERS = """
select id, issuer, audience, algorithm, jwks, sealed_secret, subject_claim from token_issuers where tenant_id = $1
"""


async def load(tx: Tx, tenant_id: UUID) -> dict[str, Issuer]:
    """Return the tenant's token issuers, by the name that stands in `iss`."""
    return {
        row["issuer"]: Issuer(
            tenant_id,
            row["id"],
            row["issuer"],
            row["audience"],
            row["algorithm"],
            row["subject_claim"],
            issuer_keys.import_keys(msgspec.json.decode(row["jwks"])["keys"]) if row["jwks"] else [],
            row["sealed_secret"],
        )
        for row in await tx.fetch(SELECT_ISSUERS, tenant_id)
    }


def end_user(token: bearer.Token, issuer: Issuer, keyring: Keyring, now: float) -> tuple[str, float]:
    """Verify a token of `issuer`; return whom it speaks for, and the last moment it does (seconds since 1970).

    Raises: Unauthenticated.
    """
    bearer.verify(token, issuer.algorithm, _key(token, issuer, keyring))
    until = bearer.check_times(token.claims, now)
    bearer.check_audience(token.claims, issuer.audience)
    bearer.refuse_id_token(token)
    subject = token.claims.get(issuer.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_CHARACTERS_MAX:
        raise bearer.refused("The token does not say whom it speaks for.")
    return subject, until


def _key(token: bearer.Token, issuer: Issuer, keyring: Keyring) -> Key:
    if issuer.sealed_secret is None:
        chosen = issuer_keys.choose(issuer.keys, token.header.get("kid"))
        if chosen is None:
            raise bearer.refused("The token names none of its issuer's keys.")
        return chosen
    try:
        return issuer_keys.shared_key(keyring.unseal(issuer.sealed_secret, context(issuer.tenant_id, issuer.id)))
    except SealBroken:
        raise bearer.refused("The issuer's secret cannot be opened; configure it again.") from None
