"""What an operation is called with: what its signature names.

Db, Desk, Catalogue, Keyring, Settings, Vault,
Purchases, Guesses, Rates, Principal                     what the server holds, and who is calling
a Definition, an Upload, an Incoming                 the body: JSON, or a file as it is, or while it comes
a Literal                                            one of its words, in the query
Listing                                              limit, skip, order, filter, cursor of the query
wire.Expected                                        the version that If-Match names
tenant_id, own_user_id                               the caller's tenant; the caller, where an end user
a name of the path, or a keyword-only one            from the path, the query (there in camelCase)
"""

import inspect
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl
from uuid import UUID

from msgspec import Struct, structs
from pydantic.alias_generators import to_camel

from punchcard import wire
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Principal
from punchcard.commands.guesses import Guesses
from punchcard.commands.purchases import Purchases
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.db.listing import LIMIT_MAX, SKIP_MAX, Listing, read_cursor, read_flag
from punchcard.errors import Fault, Malformed, NotFound
from punchcard.events.catalogue import Catalogue
from punchcard.events.request import Desk
from punchcard.http.asked import Asked
from punchcard.http.audited import Object, is_audited, object_of
from punchcard.http.rates import Rates
from punchcard.http.routes import Route
from punchcard.http.runtime import Runtime
from punchcard.rewards.codes import Vault

LISTED = ("limit", "skip", "order", "filter", "cursor")


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


_LEFT_OUT = object()


def arguments_of(plan: Plan, call: Call, query: Mapping[str, str]) -> dict[str, Any]:
    """Return what an operation is called with. Raises: Invalid, Malformed, NotFound for what cannot be read."""
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


def query_of(plan: Plan, asked: Asked) -> dict[str, str]:
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
