"""The outbox: calls of webhooks that wait, written with the event that asked for them. Owns `outbox`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Tx, columns

INSERT = """
    insert into outbox (tenant_id, user_id, id, event_id, reactor_version_id, reaction, url, headers, body, created_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::smallint[], $7::text[],
                         $8::json[], $9::text[], $10::timestamptz[])
"""


class Queued(Struct, frozen=True):
    """A call that a reaction asks for. `body` is what is sent, to the byte; `headers` come on top of the engine's."""

    tenant_id: UUID
    user_id: UUID
    event_id: UUID
    reactor_version_id: int
    reaction: int
    url: str
    headers: Mapping[str, str]
    body: str


class Call(Struct, frozen=True):
    """A call as it waits, with the version of the reactor that asked for it; of its headers the names alone."""

    id: UUID
    url: str
    header_names: Sequence[str]
    state: str
    created_at: datetime
    reactor_id: UUID
    reactor_version: int
    reactor_name: str
    reaction: int


# By the key that keeps a reaction from asking twice.
CALLS = """
    select call.id, call.url, array(select json_object_keys(call.headers) order by 1) as header_names, call.state,
           call.created_at, reactor.reactor_id, reactor.version as reactor_version, reactor.name as reactor_name,
           call.reaction
    from outbox as call
    join reactor_versions as reactor on reactor.tenant_id = call.tenant_id and reactor.id = call.reactor_version_id
    where call.tenant_id = $1 and call.user_id = $2 and call.event_id = $3
    order by call.id
"""


async def read_calls(tx: Tx, member: tuple[UUID, UUID], event_id: UUID) -> list[Call]:
    """Return the calls that an event of a member (tenant id, user id) caused, in their order."""
    return [Call(**dict(row)) for row in await tx.fetch(CALLS, *member, event_id)]


ERASE = "delete from outbox where tenant_id = $1 and user_id = any($2::uuid[])"


async def erase(tx: Tx, tenant_id: UUID, family: Sequence[UUID]) -> None:
    """Drop calls about users that were not made yet."""
    await tx.execute(ERASE, tenant_id, list(family))


async def queue(tx: Tx, calls: Sequence[Queued], now: datetime) -> None:
    """Write calls that are to be made once this transaction is committed."""
    rows = [
        (
            call.tenant_id, call.user_id, clock.new_id(), call.event_id, call.reactor_version_id, call.reaction,
            call.url, wire.text(call.headers), call.body, now,
        )
        for call in calls
    ]  # fmt: skip
    if rows:
        await tx.execute(INSERT, *columns(rows, 10))
