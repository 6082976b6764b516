"""CloudEvents are recorded once: the same source and id again is the same event, for ever.

Owns `cloud_events`. Secrets and administrators of a tenant share their sources: whoever of them sends an event again
gets the first one back. An end user's are apart from everybody else's, since nobody should learn of another's event, or
keep one from being recorded, by guessing its id. Whatever the second sending says, the first one stands.
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from punchcard import wire
from punchcard.access.principals import Kind, Principal
from punchcard.db.connection import Row, Tx, columns
from punchcard.errors import EventInFlight, PunchcardError, SecretNotValidForType
from punchcard.events import idempotency
from punchcard.events.event import EventView, view
from punchcard.events.stream import of_row

NOBODY = UUID(int=0)

RECALL = """
    select asked.place, known.tenant_id, known.user_id, known.event_id
    from unnest($1::uuid[], $2::text[], $3::bytea[]) with ordinality as asked (tenant_id, caller, digest, place)
    left join user_keys as own on own.tenant_id = asked.tenant_id and own.key = asked.caller and own.proves_identity
    join cloud_events as known on known.tenant_id = asked.tenant_id and known.digest = asked.digest
        and (known.owner = case when asked.caller is null then $4 else own.user_id end or known.owner in (
            select id from users where users.tenant_id = asked.tenant_id and users.merged_into = own.user_id))
"""
# Apart from the above: nearly always there is nothing to read.
READ = """
    select known.place, event.*, type.name as type_name
    from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[]) as known (place, tenant_id, user_id, event_id)
    join events as event on event.tenant_id = known.tenant_id and event.user_id = known.user_id
        and event.id = known.event_id
    join event_types as type on type.tenant_id = event.tenant_id and type.id = event.event_type_id
"""
REMEMBER = """
    insert into cloud_events (tenant_id, digest, owner, user_id, event_id)
    select * from unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::uuid[], $5::uuid[])
"""


class Identity(Struct, frozen=True):
    """What makes a CloudEvent the same again, and who sends it. `caller`: by which name an end user does."""

    principal: Principal
    digest: bytes

    @property
    def caller(self) -> str | None:
        """The name of the end user who sends it; None for all others, who share their events."""
        return wire.subject_key(self.principal.id) if self.principal.kind is Kind.USER else None

    @property
    def key(self) -> tuple[object, ...]:
        """What two that are told of the same event have in common."""
        return (self.principal.tenant_id, self.caller, self.principal.event_type_id, self.digest)

    @property
    def lock(self) -> int:
        """The advisory lock that stands for it. It is one for all callers: a user may go by several names."""
        identity = self.principal.tenant_id.bytes + self.digest
        return int.from_bytes(hashlib.blake2b(identity, digest_size=8, person=b"cloudevent").digest()) >> 1


def identity_of(principal: Principal, source: str, id: str) -> Identity:
    """Return the identity of a CloudEvent that `principal` sends."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (source.encode(), id.encode()):
        digest.update(len(part).to_bytes(8) + part)
    return Identity(principal, digest.digest())


class Twin:
    """The identity came before in the same transaction: what becomes of that one, becomes of this."""


Known = EventView | PunchcardError | Twin | None


async def recall(tx: Tx, identities: Sequence[Identity]) -> list[Known]:
    """Say for each identity what is known: its event, an error (being recorded now, not for this caller), or nothing.

    What is not known is held until the transaction ends: nobody else records it.
    """
    held = await idempotency.hold(tx, [identity.lock for identity in identities])
    asked = [(identity.principal.tenant_id, identity.caller, identity.digest) for identity in identities]
    recorded = await tx.fetch(RECALL, *columns(asked, 3), NOBODY)
    rows = {row["place"]: row for row in await tx.fetch(READ, *columns(map(tuple, recorded), 4))} if recorded else {}
    found: list[Known] = []
    keys: set[object] = set()
    first: dict[int, object] = {}
    for place, (identity, free) in enumerate(zip(identities, held, strict=True), 1):
        if place in rows:
            found.append(_told(identity.principal, rows[place]))
        elif first.setdefault(identity.lock, identity.key) != identity.key or not free:
            found.append(in_flight())
        else:
            found.append(Twin() if identity.key in keys else None)
            keys.add(identity.key)
    return found


def _told(principal: Principal, row: Row) -> EventView | PunchcardError:
    if principal.kind is Kind.SECRET and principal.event_type_id != row["event_type_id"]:
        return SecretNotValidForType("An event of another type has this source and id.")
    return view(of_row(row))


def in_flight() -> EventInFlight:
    """Return the error for an event that is being recorded now."""
    detail = "The same event is being recorded now; send it again in a second to get its answer."
    return EventInFlight(detail, headers={"Retry-After": "1"})


async def remember(tx: Tx, recorded: Sequence[tuple[Identity, EventView]]) -> None:
    """Keep which events were recorded, in the transaction that records them."""
    rows = [
        (
            identity.principal.tenant_id, identity.digest, NOBODY if identity.caller is None else event.subject,
            event.subject, event.id,
        )
        for identity, event in recorded
    ]  # fmt: skip
    if rows:
        await tx.execute(REMEMBER, *columns(rows, 5))
