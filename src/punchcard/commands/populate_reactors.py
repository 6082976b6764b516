"""Give a tenant the usual first reactors (POST /v1/tenant/populate_reactors), and intrinsic event types that it lacks.

They are drafts, so nothing is worth points before somebody has read and published them. What is there is left alone:
an intrinsic event type by its name, a reactor by its name, whatever became of it. So it may be called again.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db, Tx, WithinTx
from punchcard.events.event_types import insert_intrinsic_types
from punchcard.reactors.definitions import EventReactorDefinition
from punchcard.reactors.reactors import ReactorView, create_reactor


def _once(name: str, event_type: str, points: int, description: str) -> Mapping[str, Any]:
    amount = {"operation": "SUM", "arguments": [{"type": "NUMBER", "value": str(points)}]}
    return {
        "name": name,
        "description": description,
        "eventType": event_type,
        "reactions": [{"type": "POINTS", "points": amount}],
        "maxActivations": 1,
        "activationContext": "SUBJECT",
        "state": "DRAFT",
    }


USUAL = (
    _once("Welcome", "REGISTERED_ACCOUNT", 100, "Points for a new member, once."),
    _once("Profile completed", "PROFILE_UPDATED", 50, "Points for the first change of the own profile."),
    _once("First reward", "PURCHASED_REWARD", 20, "Some points back for the first reward that is bought."),
)

NAMES = """
    select version.name from reactors as reactor join reactor_versions as version
        on version.tenant_id = reactor.tenant_id and version.reactor_id = reactor.id
    where reactor.tenant_id = $1
"""
TYPES = "select name from event_types where tenant_id = $1"
HOLD = "select from tenants where id = $1 for no key update"


async def populate_reactors(db: Db, tenant_id: UUID) -> list[ReactorView]:
    """Make the usual first reactors, as drafts, and return those that were not there yet."""

    async def body(tx: Tx) -> list[ReactorView]:
        await tx.execute(HOLD, tenant_id)  # of two who ask at once, the second finds everything there
        await insert_intrinsic_types(tx, tenant_id, known={row["name"] for row in await tx.fetch(TYPES, tenant_id)})
        known = {row["name"] for row in await tx.fetch(NAMES, tenant_id)}
        return [
            await create_reactor(WithinTx(tx), tenant_id, wire.read(EventReactorDefinition, usual))
            for usual in USUAL
            if usual["name"] not in known
        ]

    return await db.run(body)
