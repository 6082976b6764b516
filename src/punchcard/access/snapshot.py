"""Who may call a tenant, as of one version of its configuration: all in memory, so that no call asks the database."""

from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from punchcard.access import clients, issuer_tokens, secrets
from punchcard.access.clients import Client
from punchcard.access.issuer_tokens import Issuer
from punchcard.access.principals import Principal
from punchcard.access.secrets import Secret
from punchcard.access.tenants import OwnRate, load_rate
from punchcard.db.connection import Tx

_serials = count()


@dataclass(frozen=True, slots=True, eq=False)
class AccessSnapshot:
    """A tenant's clients by id, event-type secrets by digest and by id, token issuers by name, and its keys' own rate.

    serial: no two snapshots of a process have the same, so what was learned under one is not believed under another.
    reporters: whom secrets speak for, by digest; each is made at its first use, and the same one for all that follow.
    """

    clients: dict[str, Client]
    secrets: dict[bytes, Secret]
    issuers: dict[str, Issuer]
    rate: OwnRate = field(default_factory=OwnRate)
    serial: int = field(default_factory=lambda: next(_serials))
    secrets_by_id: dict[str, Secret] = field(init=False)
    issuer_ids: frozenset[UUID] = field(init=False)
    reporters: dict[bytes, Principal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "secrets_by_id", {str(secret.id): secret for secret in self.secrets.values()})
        object.__setattr__(self, "issuer_ids", frozenset(issuer.id for issuer in self.issuers.values()))


async def load_access(tx: Tx, tenant_id: UUID) -> AccessSnapshot:
    """Load what is needed to tell who is calling this tenant."""
    return AccessSnapshot(
        await clients.load(tx, tenant_id),
        await secrets.load(tx, tenant_id),
        await issuer_tokens.load(tx, tenant_id),
        await load_rate(tx, tenant_id),
    )
