"""How many requests a tenant's callers may make, and how many each of them has left (GET /v1/rate_limits)."""

import math
from collections.abc import Iterable
from uuid import UUID

from punchcard import wire
from punchcard.access.principals import CONSOLE, STAFF, Kind, Principal
from punchcard.access.tenants import OwnRate
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.events.catalogue import Catalogue
from punchcard.http.rates import EVENTS_A_REQUEST, Rates

CALLERS_MAX = 200


class RateView(wire.View, frozen=True):
    """So many requests a second, and at once; null: nothing is counted."""

    rate: int | None
    burst: int | None


class CallerView(wire.View, frozen=True):
    """Somebody who calls with a key, and what is left in the bucket: `left` of `burst` requests.

    `kind` is CLIENT, SECRET, STAFF or CONSOLE (all who came to the console by a link). The bucket is full again after
    `fullInSeconds` without a request. `name` is null for the console; `eventType` is a secret's.
    """

    kind: str
    id: str
    name: str | None
    event_type: str | None
    left: int
    burst: int
    full_in_seconds: int


class RateLimitsView(wire.View, frozen=True):
    """The limits of a tenant's keys and end users, and its keys' buckets, those that are used most first.

    `isOwn`: the tenant has said something itself of its keys' rate. `rateMax` is the highest rate, and burst, that it
    may set. `eventsARequest`: so many events of a batch, or a part of them, count as one request. At most 200 callers
    are told; their numbers are this process's, or those of all that serve side by side.
    """

    key: RateView
    user: RateView
    is_own: bool
    rate_max: int
    events_a_request: int
    callers: tuple[CallerView, ...]


SELECT_CALLERS = """
    select 'CLIENT' as kind, id::text as id, name, null as event_type from clients
    where tenant_id = $1 and revoked_at is null
    union all
    select 'STAFF', id::text, name, null from staff where tenant_id = $1 and removed_at is null
    union all
    select 'SECRET', secret.id::text, secret.name, type.name
    from event_type_secrets as secret
    join event_types as type on type.tenant_id = secret.tenant_id and type.id = secret.event_type_id
    where secret.tenant_id = $1 and secret.revoked_at is null
      and (secret.expires_at is null or secret.expires_at > clock_timestamp())
"""


async def get_rate_limits(
    db: Db, tenant_id: UUID, catalogue: Catalogue, settings: Settings, rates: Rates
) -> RateLimitsView:
    """Return how many requests the tenant's callers may make, and what each of its keys has left at this moment."""
    own = (await catalogue.current(tenant_id)).access.rate
    rate = settings.key_rate_limit if own.limit is None else own.limit
    burst = settings.key_rate_burst if own.burst is None else own.burst
    rows = [
        (row["kind"], row["id"], row["name"], row["event_type"]) for row in await db.fetch(SELECT_CALLERS, tenant_id)
    ]
    return RateLimitsView(
        _rate(rate, burst),
        _rate(settings.user_rate_limit, settings.user_rate_burst),
        own.limit is not None or own.burst is not None,
        settings.key_rate_limit_max,
        EVENTS_A_REQUEST,
        _callers(tenant_id, rates, own, [("CONSOLE", CONSOLE, None, None), *rows]),
    )


def _rate(rate: int, burst: int) -> RateView:
    return RateView(rate, burst) if rate else RateView(None, None)


Known = tuple[str, str, str | None, str | None]
"""A caller's kind, id and name, and the event type of a secret."""


def _callers(tenant_id: UUID, rates: Rates, own: OwnRate, known: Iterable[Known]) -> tuple[CallerView, ...]:
    shown = []
    for kind, caller_id, name, event_type in known:
        found = rates.standing(_principal(tenant_id, kind, caller_id), own)
        if found is not None:
            left, bucket, seconds = found
            numbers = math.floor(left), math.floor(bucket.burst), seconds
            shown.append(CallerView(kind, caller_id, name, event_type, *numbers))
    shown.sort(key=lambda caller: (caller.left, caller.kind, caller.name or ""))
    return tuple(shown[:CALLERS_MAX])


def _principal(tenant_id: UUID, kind: str, caller_id: str) -> Principal:
    if kind == "SECRET":
        return Principal(tenant_id, Kind.SECRET, caller_id)
    return Principal(tenant_id, Kind.ADMIN, STAFF + caller_id if kind == "STAFF" else caller_id)
