"""GET /v1/events/{id}/webhooks: the calls that an event caused, less what addresses and headers may keep secret."""

from urllib.parse import urlsplit
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db
from punchcard.deliveries import outbox
from punchcard.deliveries.outbox import Call
from punchcard.events.stream import read_event
from punchcard.points.wallet import CausingReactor


class WebhookCallView(wire.View, frozen=True):
    """A call that a reaction of a reactor asked for: of which `host`, and since when.

    `headers` are the names of those that the reaction adds. What else stands in the address and in headers is not told:
    the reactor's definition has it. `state` is QUEUED while the call waits.
    """

    id: UUID
    host: str
    headers: list[str]
    state: str
    created_at: str
    reactor: CausingReactor
    reaction: int


class WebhookCallsView(wire.View, frozen=True):
    """The calls that an event caused, in their order."""

    event_id: UUID
    calls: list[WebhookCallView]


async def get_webhooks(db: Db, tenant_id: UUID, id: UUID) -> WebhookCallsView:
    """Return the calls of webhooks that one event caused, by host, without what may be secret. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        event = await read_event(tx, tenant_id, id)
        calls = await outbox.read_calls(tx, (tenant_id, event.user_id), event.id)
    return WebhookCallsView(event.id, [_view(call) for call in calls])


def _view(call: Call) -> WebhookCallView:
    reactor = CausingReactor(call.reactor_id, call.reactor_version, call.reactor_name)
    host = urlsplit(call.url).hostname or ""
    created_at = wire.rfc3339(call.created_at)
    return WebhookCallView(call.id, host, list(call.header_names), call.state, created_at, reactor, call.reaction)
