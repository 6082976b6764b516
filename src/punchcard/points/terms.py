"""Terms: the points policies that are in force together, and the zone in which periods begin, under a number.

A trigger writes `points_terms` with each change of either, so that what judged an event can be had again for ever.
"""

from uuid import UUID

from punchcard import clock, wire
from punchcard.db.connection import Tx
from punchcard.engine.policy import Policies
from punchcard.points.policies import compile_policies

FIRST = 1
NUMBER = "select number from points_terms where tenant_id = $1 order by number desc limit 1"
TERMS = "select time_zone, policies from points_terms where tenant_id = $1 and number = $2"
VERSIONS = """
    select version.policy_id as id, version.version, version.name, version.type, version.config, version.is_active
    from unnest($2::uuid[], $3::integer[]) as asked (id, version)
    join points_policy_versions as version on version.policy_id = asked.id and version.version = asked.version
    where version.tenant_id = $1 order by version.policy_id
"""


async def read_number(tx: Tx, tenant_id: UUID) -> int | None:
    """Return the number of the terms in force, as it is kept with an event; None: the first."""
    number: int = await tx.fetchval(NUMBER, tenant_id)
    return None if number == FIRST else number


async def load_terms(tx: Tx, tenant_id: UUID, number: int | None) -> Policies:
    """Return the policies of a number, compiled for the zone of that time; None: the first."""
    row = await tx.fetchrow(TERMS, tenant_id, number or FIRST)
    assert row is not None, "a tenant has terms from its beginning"
    asked = wire.decode(row["policies"].encode())
    rows = await tx.fetch(VERSIONS, tenant_id, [UUID(one) for one, _ in asked], [version for _, version in asked])
    return compile_policies(rows, clock.zone(row["time_zone"]))
