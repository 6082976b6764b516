"""What rules saw of a recorded event, put together again: its payload as enhanced, itself, and what is pinned."""

from punchcard import wire
from punchcard.db.connection import Tx
from punchcard.engine.facts import Facts, of_event
from punchcard.events.catalogue import read_zone
from punchcard.events.enhance import shown_to_rules
from punchcard.events.event import Event


async def of_recorded(tx: Tx, event: Event) -> Facts:
    """Return the facts of a recorded event: what is pinned with it, and what the event says itself."""
    zone = await read_zone(tx, event.tenant_id)
    context = {} if event.context is None else wire.decode(event.context.encode())
    facts = of_event(event.type_name, event.occurred_at, channel_of(event.reporter), zone)
    return {"payload": shown_to_rules(event), **facts, **context.get("facts", {})}


def channel_of(reporter: str) -> str:
    """Return the kind of caller that a reporter is: secret, user or admin."""
    return reporter.partition(":")[0]
