"""Reactors as the kernel takes them: versions read, and compiled."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from punchcard import clock, wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.constraint import BothConstraint, RuleConstraint, SchemaConstraint, compile_constraint
from punchcard.engine.facts import Path
from punchcard.engine.situation import Reactor
from punchcard.reactors.limits import compile_limits
from punchcard.reactors.reactions import Compiled, compile_reactions

READ = """
    select reactor.id, reactor.id as reactor_id, reactor.tenant_id, reactor.event_type_id,
           reactor.version as current, reactor.ended_at, reactor.owner_type, reactor.owner_id, reactor.campaign_id,
           reactor.created_at, reactor.updated_at, reactor.state, version.id as version_id, version.version,
           version.created_at as changed_at, version.name, version.description, version."constraint", version.reactions,
           version.max_activations, version.activation_context, version.effective_from, version.effective_until,
           version.priority, version.limits, version.group_name, version.group_mode,
           coalesce(version.counter_id, reactor.id) as counter_id, tenant.time_zone,
           case when reactor.state <> 'LIVE' then reactor.state
                when version.effective_from > clock_timestamp() then 'SCHEDULED'
                when version.effective_until <= clock_timestamp() then 'ENDED'
                else 'LIVE' end as shown_state
    from reactors as reactor
    join reactor_versions as version on version.tenant_id = reactor.tenant_id and version.reactor_id = reactor.id
    join tenants as tenant on tenant.id = reactor.tenant_id
    where reactor.tenant_id = $1
"""
CURRENT = READ + " and version.version = reactor.version"
LIVE = CURRENT + " and reactor.state = 'LIVE' order by version.priority desc, reactor.id"


# Versions never change, and to compile a thousand of them would hold everybody up for a third of a second.
_compiled: dict[UUID, dict[tuple[int, str], Reactor]] = {}


async def load_reactors(tx: Tx, tenant_id: UUID) -> dict[UUID, tuple[Reactor, ...]]:
    """Return every live reactor, compiled, by event type: those of higher priority first, then the older ones."""
    live: dict[UUID, list[Reactor]] = {}
    before, compiled = _compiled.get(tenant_id, {}), {}
    for row in await tx.fetch(LIVE, tenant_id):
        key = row["version_id"], row["time_zone"]
        reactor = compiled[key] = before.get(key) or compile_reactor(row)
        live.setdefault(row["event_type_id"], []).append(reactor)
    _compiled[tenant_id] = compiled
    return {type_id: tuple(reactors) for type_id, reactors in live.items()}


def compile_reactor(row: Row | Mapping[str, Any]) -> Reactor:
    """Compile one version, as READ gives it."""
    own = None if row["constraint"] is None else compile_constraint(wire.decode(row["constraint"].encode()))
    firing, failing = compile_reactions(wire.decode(row["reactions"].encode()))
    constraint: SchemaConstraint | RuleConstraint | BothConstraint | None = own
    if row["campaign_id"] is not None:
        came = compile_constraint(f"'{row['campaign_id']}' in user.campaigns")
        assert came is not None, "it says something"
        constraint = came if own is None else BothConstraint(came, own)
    paths = frozenset[Path]().union(*(part.paths for part in (constraint, firing, failing) if part is not None))
    instead = None
    if failing != Compiled((), ()):
        instead = Reactor(row["counter_id"], row["version_id"], None, failing.reactions, acts=failing.acts)
    return Reactor(
        row["counter_id"], row["version_id"], constraint, firing.reactions,
        row["max_activations"], row["activation_context"] != "SUBJECT", row["effective_from"], row["effective_until"],
        compile_limits(wire.decode(row["limits"].encode()), clock.zone(row["time_zone"])),
        None if row["group_mode"] == "ALL" else row["group_name"], row["group_mode"] == "BEST", paths,
        firing.acts, instead,
    )  # fmt: skip


async def compile_version(tx: Tx, tenant_id: UUID, version_id: int) -> Reactor:
    """Compile a version that is recorded, whether it is the current one or not."""
    row = await tx.fetchrow(f"{READ} and version.id = $2", tenant_id, version_id)
    assert row is not None, "a verdict names it"
    return compile_reactor(row)


async def read_versions_in_order(
    tx: Tx, tenant_id: UUID, versions: Sequence[int], zone: str
) -> list[tuple[int, tuple[int, str], Reactor]]:
    """Return recorded versions, compiled for a zone, each with its number and what it is sorted by when it reacts."""
    rows = await tx.fetch(f"{READ} and version.id = any($2::bigint[])", tenant_id, list(versions))
    return [
        (row["version_id"], (-row["priority"], str(row["id"])), compile_reactor({**row, "time_zone": zone}))
        for row in rows
    ]
