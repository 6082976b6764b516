"""From one line of the route table to an answer: an operation gets what its signature names.

    Db, Desk, Catalogue, Keyring, Settings, Vault,
    Purchases, Guesses, Rates, Principal                     what the server holds, and who is calling
    a Definition, an Upload, an Incoming                 the body: JSON, or a file as it is, or while it comes
    a Literal                                            one of its words, in the query
    Listing                                              limit, skip, order, filter, cursor of the query
    wire.Expected                                        the version that If-Match names
    tenant_id, own_user_id                               the caller's tenant; the caller, where an end user
    a name of the path, or a keyword-only one            from the path, the query (there in camelCase)

The order in which a request is judged is the same for all: media type 415, caller 401, JSON 400, authority 403 or
404, Idempotency-Key, content 422.
"""

import inspect
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec
from msgspec import Struct, structs
from pydantic.alias_generators import to_camel

from punchcard import wire
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Principal
from punchcard.commands.guesses import Guesses
from punchcard.commands.purchases import Purchases
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.db.listing import LIMIT_MAX, SKIP_MAX, Listing, Page, read_cursor, read_flag
from punchcard.errors import Conflict, Fault, Malformed, NotFound, UserMerged
from punchcard.events import stream
from punchcard.events.catalogue import Catalogue
from punchcard.events.idempotency import read_key
from punchcard.events.request import Desk
from punchcard.http import cloudevents
from punchcard.http.asked import Answer, Asked
from punchcard.http.audited import AuditedDb, Object, Recorder, is_audited, object_of
from punchcard.http.bodies import require_media_type
from punchcard.http.door import admitted, authorized
from punchcard.http.keyed import KeyedDb, Replayed
from punchcard.http.rates import Rates
from punchcard.http.routes import Route
from punchcard.http.runtime import Runtime
from punchcard.rewards.codes import Vault
from punchcard.users.users import find_user

EVENTS_READ = (stream.get_event, stream.list_events)
"""What can be had as CloudEvents."""

OK, ACCEPTED = 200, 202
LISTED = ("limit", "skip", "order", "filter", "cursor")


MERGES_FOLLOWED_MAX = 3


class Plan(Struct, frozen=True):
    """What a route's operation asks for, worked out once."""

    route: Route
    hints: Mapping[str, Any]
    body: type[wire.Definition] | None
    upload: type[wire.Upload] | None
    incoming: type[wire.Incoming] | None
    queried: Mapping[str, str]
    is_list: bool
    audits: Object | None = None


def plan(route: Route) -> Plan:
    """Read an operation's signature."""
    hints = get_type_hints(route.operation)
    hints.pop("return", None)
    body = next((kind for kind in hints.values() if inspect.isclass(kind) and issubclass(kind, wire.Definition)), None)
    upload = next((kind for kind in hints.values() if inspect.isclass(kind) and issubclass(kind, wire.Upload)), None)
    incoming = next(
        (kind for kind in hints.values() if inspect.isclass(kind) and issubclass(kind, wire.Incoming)), None
    )
    keywords = {
        name: to_camel(name)
        for name, parameter in inspect.signature(route.operation).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and f"{{{name}}}" not in route.path and hints[name] is not body
    }
    audits = object_of(route) if is_audited(route) else None
    return Plan(route, hints, body, upload, incoming, keywords, Listing in hints.values(), audits)


planned = lru_cache(maxsize=1_024)(plan)


class Call(Struct):
    """One request on its way to its operation."""

    runtime: Runtime
    asked: Asked
    path: Mapping[str, str]
    principal: Principal
    db: Db
    definition: wire.Definition | wire.Upload | wire.Incoming | None = None


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
    query = _query(plan, asked)
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
            return await plan.route.operation(**_arguments(plan, call, query))
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
        return await shown_by.operation(**_arguments(planned(shown_by), reading, {}))

    return Recorder(route, audits, call.principal, call.path, call.asked.request_id, show)


# arguments ---------------------------------------------------------------------------------------

_LEFT_OUT = object()


def _arguments(plan: Plan, call: Call, query: Mapping[str, str]) -> dict[str, Any]:
    arguments = {name: _argument(name, kind, plan, call, query) for name, kind in plan.hints.items()}
    return {name: value for name, value in arguments.items() if value is not _LEFT_OUT}


def _argument(name: str, kind: Any, plan: Plan, call: Call, query: Mapping[str, str]) -> Any:
    if name in call.path:
        return _from_path(name, kind, call.path[name])
    if name == "tenant_id":
        return call.principal.tenant_id
    if name == "own_user_id":
        return call.principal.user_id
    if kind in (plan.body, plan.upload, plan.incoming):
        return call.definition
    if kind is Listing:
        asked = {name: value for name, value in query.items() if name not in plan.queried.values()}
        return _listing(call, asked)
    if kind is wire.Expected:
        return _expected(call.asked)
    if name in plan.queried:
        return _queried(kind, plan.queried[name], query)
    return _held(kind, call)


def _held(kind: Any, call: Call) -> Any:
    runtime = call.runtime
    supplies: dict[Any, Any] = {
        Db: call.db,
        Desk: structs.replace(runtime.desk, db=call.db),
        Catalogue: runtime.catalogue,
        Keyring: runtime.keyring,
        Settings: runtime.settings,
        Principal: call.principal,
        Vault: runtime.vault,
        Purchases: runtime.purchases,
        Guesses: runtime.guesses.at(call.asked.address),
        Rates: runtime.rates,
    }
    return supplies[kind]


def _from_path(name: str, kind: Any, value: str) -> Any:
    if kind is int:
        if not _is_number(value):
            raise NotFound(f"There is no such thing: the {name} is not a number.")
        return int(value)
    if kind is not UUID:
        return value
    if not wire.is_uuid(value):
        raise NotFound(f"There is no such thing: the {name} is not a UUID.")
    return UUID(value)


def _query(plan: Plan, asked: Asked) -> dict[str, str]:
    """Return the query. Raises: Malformed, Invalid for a parameter that the operation does not have."""
    try:
        pairs = parse_qsl(asked.query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise Malformed("The query cannot be read.") from None
    query = dict(pairs)
    if len(query) < len(pairs) or any("\0" in value for value in query.values()):
        raise Malformed("The query names a parameter twice, or holds a NUL character.")
    unknown = [] if plan.is_list else [name for name in query if name not in plan.queried.values()]
    if unknown:
        raise wire.invalid(
            [Fault(f"/{name[:100]}", "unknown_parameter", "There is no such parameter.") for name in unknown]
        )
    return query


def _queried(kind: Any, name: str, query: Mapping[str, str]) -> Any:
    if name not in query:
        return _LEFT_OUT
    if kind is bool:
        try:
            return read_flag(query[name])
        except ValueError as fault:
            raise wire.invalid([Fault(f"/{name}", "flag_expected", str(fault))]) from None
    if datetime in get_args(kind):
        return _instant(name, query[name])
    words = choices(kind)
    if words:
        if query[name] not in words:
            raise wire.invalid([Fault(f"/{name}", "out_of_range", f"Write one of {', '.join(words)}.")])
        return query[name]
    if str in (kind, *get_args(kind)):
        return query[name]
    return _queried_id(name, query[name]) if UUID in (kind, *get_args(kind)) else _queried_number(name, query[name])


def _queried_id(name: str, value: str) -> UUID:
    if not wire.is_uuid(value):
        raise wire.invalid([Fault(f"/{name}", "uuid_expected", "Write a UUID.")])
    return UUID(value)


def _queried_number(name: str, value: str) -> int:
    if not _is_number(value):
        raise wire.invalid([Fault(f"/{name}", "number_expected", "Write a whole number.")])
    return int(value)


def choices(kind: Any) -> tuple[str, ...]:
    """Return the words that a parameter of this kind may be; none where it is of another kind."""
    return next((get_args(part) for part in (kind, *get_args(kind)) if get_origin(part) is Literal), ())


def _instant(name: str, value: str) -> datetime:
    try:
        return wire.parse_instant(value.replace(" ", "+"))  # a plus that was not escaped
    except ValueError as fault:
        raise wire.invalid([Fault(f"/{name}", "instant_expected", str(fault))]) from None


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 9  # noqa: PLR2004 - an integer holds 9 digits


def _listing(call: Call, query: Mapping[str, str]) -> Listing:
    faults = []
    limit, skip = query.get("limit", "100"), query.get("skip", "0")
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 4 and 1 <= int(limit) <= LIMIT_MAX):  # noqa: PLR2004
        faults.append(Fault("/limit", "out_of_range", f"Write a whole number from 1 to {LIMIT_MAX}."))
    if not (skip.isascii() and skip.isdigit() and len(skip) <= 6 and int(skip) <= SKIP_MAX):  # noqa: PLR2004
        faults.append(Fault("/skip", "out_of_range", f"Write a whole number from 0 to {SKIP_MAX}; go on by cursor."))
    order = query.get("order")
    if order not in (None, "ASC", "DESC"):
        faults.append(Fault("/order", "out_of_range", "Write ASC or DESC."))
    cursor_key = call.runtime.keyring.cursor_key + call.principal.tenant_id.bytes
    after = None
    if "cursor" in query:
        try:
            after = read_cursor(cursor_key, query["cursor"])
        except ValueError as fault:
            faults.append(Fault("/cursor", "cursor_unknown", str(fault)))
    filters = {name: value for name, value in query.items() if name not in LISTED} | _filters(query, faults)
    if faults:
        raise wire.invalid(faults)
    return Listing(cursor_key, int(limit), int(skip), order, after, filters)  # type: ignore[arg-type]  # checked above


def _filters(query: Mapping[str, str], faults: list[Fault]) -> dict[str, str]:
    """Read `filter=name:value,name:value`."""
    filters = {}
    for part in filter(None, query.get("filter", "").split(",")):
        name, colon, value = part.partition(":")
        if not colon:
            faults.append(Fault("/filter", "unreadable_filter", "Write name:value, and commas between several."))
        filters[name] = value
    return filters


def _expected(asked: Asked) -> wire.Expected:
    given = asked.header(b"if-match")
    if given is None or given.strip() == "*":
        return wire.ANY_VERSION
    number = given.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) <= 9):  # noqa: PLR2004 - an integer holds 9 digits
        raise Malformed("If-Match is the ETag of an answer: a version in quotes.")
    return wire.Expected(number)


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
