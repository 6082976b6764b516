"""From one line of the route table to an answer: an operation gets what its signature names (arguments.py).

The order in which a request is judged is the same for all: media type 415, caller 401, JSON 400, authority 403 or
404, Idempotency-Key, content 422.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import structs

from punchcard import wire
from punchcard.db.connection import Db
from punchcard.db.listing import Page
from punchcard.errors import Conflict, Malformed, UserMerged
from punchcard.events import stream
from punchcard.events.idempotency import read_key
from punchcard.http import cloudevents
from punchcard.http.arguments import Call, Plan, arguments_of, planned, query_of
from punchcard.http.asked import Answer, Asked
from punchcard.http.audited import AuditedDb, Object, Recorder
from punchcard.http.bodies import require_media_type
from punchcard.http.door import admitted, authorized
from punchcard.http.keyed import KeyedDb, Replayed
from punchcard.http.routes import Route
from punchcard.http.runtime import Runtime
from punchcard.users.users import find_user

EVENTS_READ = (stream.get_event, stream.list_events)
"""What can be had as CloudEvents."""

OK, ACCEPTED = 200, 202
MERGES_FOLLOWED_MAX = 3


async def answer(plan: Plan, runtime: Runtime, asked: Asked, path: Mapping[str, str]) -> Answer | wire.Flow:
    """Carry out one request. Raises: any PunchcardError."""
    if plan.upload is not None:
        require_media_type(asked.headers, plan.upload.MEDIA_TYPES)
    if plan.incoming is not None:
        require_media_type(asked.headers, plan.incoming.MEDIA_TYPES)
    if plan.body is not None:
        require_media_type(asked.headers, ("application/json",))
    principal = await admitted(runtime, asked)
    body = _body(plan, asked)
    principal = await authorized(
        runtime, principal, path, who=plan.route.who, roles=plan.route.roles, own=plan.route.own
    )
    call = Call(runtime, asked, path, principal, runtime.db)
    try:
        return await _carried_out(plan, call, body)
    except Replayed as known:
        data = msgspec.json.decode(known.remembered.body)["data"]
        first = data if isinstance(data, dict) else {}  # a list, or nothing, has no address of its own
        headers = _headers_of(plan.route, path, first.get("id"), first.get("version"))
        return known.remembered.status, known.remembered.body, headers | {"Idempotency-Replayed": "true"}


async def _carried_out(plan: Plan, call: Call, body: Any) -> Answer | wire.Flow:
    route, asked = plan.route, call.asked
    if route.method == "POST" and plan.incoming is None:
        request = f"{route.method} {route.path}".encode()
        key = read_key(call.principal, asked.header(b"idempotency-key"), request, *_parts(call.path), asked.body)
        if key is not None:
            keyed = KeyedDb(call.runtime.db, key, _encoder(route))
            await keyed.look()
            call.db = keyed
    query = query_of(plan, asked)
    if plan.body is not None:
        call.definition = wire.read(plan.body, body)
    if plan.upload is not None:
        call.definition = plan.upload(require_media_type(asked.headers, plan.upload.MEDIA_TYPES), asked.body)
    if plan.incoming is not None:
        assert asked.parts is not None, "the application leaves the body of such a route to it"
        call.definition = plan.incoming(require_media_type(asked.headers, plan.incoming.MEDIA_TYPES), asked.parts)
    if plan.audits is not None:
        call.db = AuditedDb(call.db, _recorder(plan.route, plan.audits, call))
    result = await _operated(plan, call, query, body)
    if isinstance(result, wire.Document):
        return OK, result.body, {"Content-Type": result.MEDIA_TYPE}
    if isinstance(result, wire.Flow):
        return result
    if route.operation in EVENTS_READ and cloudevents.wanted(asked.headers):
        told, media = cloudevents.answer(result, call.principal.tenant_id)
        return OK, told, {"Content-Type": media, **_link(route, result, query)}
    shown = getattr(result, "id", None), getattr(result, "version", None)
    return *_encoder(route)(result), _headers_of(route, call.path, *shown)


async def _operated(plan: Plan, call: Call, query: Mapping[str, str], body: Any) -> Any:
    """Call the operation; for a user who was made one with another, once more with the survivor instead."""
    for _ in range(MERGES_FOLLOWED_MAX):
        try:
            return await plan.route.operation(**arguments_of(plan, call, query))
        except UserMerged as merged:
            old, survivor = str(merged.user_id), await find_user(call.db, call.principal.tenant_id, str(merged.user_id))
            call.path = {name: _instead(value, old, survivor) for name, value in call.path.items()}
            if plan.body is not None:
                body = _instead(body, old, survivor)
                call.definition = wire.read(plan.body, body)
    raise Conflict(
        f"This is the user's {old}, who was made one with {survivor}: act on that one, for example by adjust_points."
    )


def _instead(value: Any, old: str, survivor: UUID | None) -> Any:
    """Return a value with one user's id in the place of another's."""
    if isinstance(value, dict):
        return {name: _instead(below, old, survivor) for name, below in value.items()}
    if isinstance(value, list):
        return [_instead(below, old, survivor) for below in value]
    return str(survivor) if isinstance(value, str) and value.lower() == old else value


def _parts(path: Mapping[str, str]) -> list[bytes]:
    return [f"{name}={value}".encode() for name, value in sorted(path.items())]


def _body(plan: Plan, asked: Asked) -> Any:
    if plan.body is None:
        return None
    if not asked.body:
        raise Malformed("The body is empty; send a JSON object.")
    return wire.decode(asked.body)


def _recorder(route: Route, audits: Object, call: Call) -> Recorder:
    # Not the call itself, which is about to hold the recorder: in a circle both would outlive the request.
    reader = structs.replace(call, definition=None)

    async def show(shown_by: Route, db: Db, path: Mapping[str, str]) -> Any:
        reading = structs.replace(reader, db=db, path=path)
        return await shown_by.operation(**arguments_of(planned(shown_by), reading, {}))

    return Recorder(route, audits, call.principal, call.path, call.asked.request_id, show)


# answers -----------------------------------------------------------------------------------------


def _encoder(route: Route) -> Callable[[Any], tuple[int, bytes]]:
    """Return what makes a result of a route an answer."""
    return partial(_encode, route.status)


def _encode(status: int, result: Any) -> tuple[int, bytes]:
    """Return the status and the envelope."""
    if isinstance(result, wire.Accepted):
        return ACCEPTED, wire.encode({"status": "success", "data": result.data})
    body: dict[str, Any] = {"status": "success", "data": result}
    if isinstance(result, Page):
        listing = result.listing
        body["data"] = result.items
        body["page"] = {"limit": listing.limit, "skip": listing.skip}
        if result.next_cursor is not None:
            body["page"]["next"] = result.next_cursor
    return status, wire.encode(body)


def _link(route: Route, result: Any, query: Mapping[str, str]) -> dict[str, str]:
    """Return where the next page is, for answers that have no room for it."""
    if not isinstance(result, Page) or result.next_cursor is None:
        return {}
    asked = {name: value for name, value in query.items() if name != "skip"} | {"cursor": result.next_cursor}
    return {"Link": f'<{route.path}?{urlencode(asked)}>; rel="next"'}


def _headers_of(route: Route, path: Mapping[str, str], id: Any, version: Any) -> dict[str, str]:
    """Return the headers that an answer calls for: where what was created is, and which version was shown."""
    headers = {}
    if isinstance(version, int):
        headers["ETag"] = f'"{version}"'
    if route.method == "POST" and route.path.endswith("/") and id is not None:
        headers["Location"] = f"{route.path.format_map(path)}{id}"
    return headers
