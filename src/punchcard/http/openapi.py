"""The OpenAPI 3.1 document, made from the route table: what is served is described, and nothing else."""

import inspect
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic.json_schema import models_json_schema

from punchcard import wire
from punchcard.access.grant import TokenView
from punchcard.access.roles import Role
from punchcard.db.listing import LIMIT_MAX, SKIP_MAX, Filter, Page
from punchcard.events.event import EventView
from punchcard.events.preview import EventDefinition
from punchcard.events.quarantine import QuarantinedView
from punchcard.http import cloudevents, hot, live, problems
from punchcard.http.arguments import Plan, plan
from punchcard.http.binding import EVENTS_READ
from punchcard.http.cloudevent_attributes import REQUIRED
from punchcard.http.openapi_parts import (
    OK,
    REF,
    accepted,
    answers,
    envelope,
    header,
    path_parameter,
    query,
    query_schema,
    ref,
    request_body,
)
from punchcard.http.routes import Route

QUARANTINED = "It waits in quarantine under this id, since it does not fit its event type."
HOT = (hot.report_one, hot.report_batch)
CLOUD_EVENT = "CloudEvent"
SECURITY = {
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "Names the tenant: a UUID."},
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An administrator's access token, an end user's, or the secret of a private event type.",
    },
}
LIST_PARAMETERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": 100}),
    ("skip", {"type": "integer", "minimum": 0, "maximum": SKIP_MAX, "default": 0}),
    ("order", {"enum": ["ASC", "DESC"]}),
    ("filter", {"type": "string", "description": "name:value, and commas between several"}),
    ("cursor", {"type": "string", "description": "page.next of the answer before"}),
)


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the document for `routes`, the token endpoint and the operators' endpoints."""
    routes = list(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    for path in ("/oauth/token", "/v1/oauth/token"):
        paths[path] = {"post": _token_operation(path)}
    paths |= {path: {"get": operation} for path, operation in _operators().items()}
    return {
        "openapi": "3.1.1",
        "info": {"title": "Punchcard", "version": version("punchcard"), "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"apiKey": [], "bearer": []}],
        "paths": paths,
        "components": {"schemas": _schemas(routes), "securitySchemes": SECURITY},
    }


def _operation(route: Route) -> dict[str, Any]:
    if route.operation in HOT:
        return _hot_operation(route)
    if route.streams:
        return _stream_operation(route)
    made = plan(route)
    operation = _head(route)
    operation["parameters"] += [
        path_parameter(name, kind) for name, kind in made.hints.items() if f"{{{name}}}" in route.path
    ]
    operation["parameters"] += [query(named, query_schema(made.hints[name])) for name, named in made.queried.items()]
    if made.is_list:
        operation["parameters"] += [query(name, schema) for name, schema in LIST_PARAMETERS]
        operation["parameters"] += [query(name, schema) for name, schema in _filters(route).items()]
    if wire.Expected in made.hints.values():
        operation["parameters"].append(header("If-Match", {"type": "string"}))
    operation |= _request_body(made)
    returned = _returned(route)
    if route.status != OK:
        operation["responses"] = answers(envelope(returned), status=route.status)
    elif _is_document(returned):
        operation["responses"] = answers({}, returned.MEDIA_TYPE.partition(";")[0])
    else:
        now, later = _now_or_later(returned)
        operation["responses"] = answers(envelope(now))
        if later is not None:
            operation["responses"] |= accepted(envelope(later), "It waits for somebody else to approve it.")
    if route.operation in EVENTS_READ:
        event = ref(CLOUD_EVENT)
        more = {cloudevents.MANY: {"type": "array", "items": event}} if made.is_list else {cloudevents.ONE: event}
        operation["responses"]["200"]["content"] |= {media: {"schema": schema} for media, schema in more.items()}
    return operation


def _request_body(made: Plan) -> dict[str, Any]:
    file = made.upload or made.incoming
    if file is not None:
        return {"requestBody": request_body({media: {"type": "string"} for media in file.MEDIA_TYPES})}
    return {} if made.body is None else {"requestBody": request_body({"application/json": ref(made.body.__name__)})}


def _head(route: Route) -> dict[str, Any]:
    parameters = []
    if route.method == "POST":
        parameters.append(header("Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 255}))
    who = ", ".join(kind.value for kind in route.who)
    return {
        "operationId": route.name,
        "summary": route.summary,
        "description": f"{inspect.getdoc(route.operation)}\n\nFor callers of the kind: {who}.{_roles(route)}",
        "x-roles": list(route.roles),
        "tags": [route.path.split("/")[2]],
        "parameters": parameters,
    }


def _roles(route: Route) -> str:
    if len(route.roles) == len(Role):
        return ""
    return f" An administrator needs one of the roles {', '.join(route.roles)}."


def _hot_operation(route: Route) -> dict[str, Any]:
    operation = _head(route)
    one = ref(EventDefinition.__name__)
    events = {cloudevents.MANY: {"type": "array", "items": ref(CLOUD_EVENT)}}
    if route.operation is hot.report_one:
        operation["parameters"] += [header(f"ce-{name}", {"type": "string"}) for name in REQUIRED]
        operation["requestBody"] = request_body({"application/json": one, cloudevents.ONE: ref(CLOUD_EVENT), **events})
        operation["responses"] = answers({"oneOf": [envelope(EventView), envelope(list[hot.Verdict])]})
        operation["responses"] |= accepted(envelope(QuarantinedView), QUARANTINED)
        return operation
    many = {"type": "array", "items": one}
    whole = {"type": "object", "required": ["events"], "properties": {"events": many}, "additionalProperties": False}
    operation["parameters"].append(query("atomic", {"type": "boolean", "default": False}))
    operation["requestBody"] = request_body(
        {"application/json": {"oneOf": [many, whole]}, "application/x-ndjson": one, **events}
    )
    operation["responses"] = answers(envelope(list[hot.Verdict]))
    return operation


def _stream_operation(route: Route) -> dict[str, Any]:
    operation = _head(route)
    text = {"type": "string"}
    operation["parameters"] += [query(name, text) for name in live.QUERIED]
    operation["parameters"].append(header("Last-Event-ID", text))
    operation["responses"] = answers(text, live.HEADERS["Content-Type"])
    return operation


def _token_operation(path: str) -> dict[str, Any]:
    fields = {"type": "string"}
    names = ("grant_type", "client_id", "client_secret", "audience", "scope")
    asked = {"type": "object", "properties": dict.fromkeys(names, fields), "required": ["grant_type"]}
    body = {"application/json": asked, "application/x-www-form-urlencoded": asked}
    return {
        "operationId": "token" if path == "/oauth/token" else "token_v1",
        "summary": "Exchange a client's id and secret for an access token (RFC 6749, section 4.4).",
        "tags": ["oauth"],
        "security": [{}],
        "requestBody": request_body(body),
        "responses": answers(ref(TokenView.__name__)),
    }


def _operators() -> dict[str, dict[str, Any]]:
    described = {
        "/livez": ("livez", "Whether the process answers.", "application/json"),
        "/readyz": ("readyz", "Whether requests can be carried out.", "application/json"),
        "/version": ("version", "The version that answers.", "application/json"),
        "/metrics": ("metrics", "Counters for Prometheus.", "text/plain"),
        "/openapi.json": ("openapi", "This document.", "application/json"),
        "/problems/{code}": ("problem", "What the code of a problem means.", "text/plain"),
    }
    made = {}
    for path, (name, summary, media) in described.items():
        responses = answers({}, media)
        if name == "readyz":
            responses["503"] = {"description": "Not now.", "content": {media: {"schema": {}}}}
        made[path] = {
            "operationId": name,
            "summary": summary,
            "tags": ["operators"],
            "security": [{}],
            "responses": responses,
        }
    made["/problems/{code}"]["parameters"] = [path_parameter("code", str)]
    return made


def _returned(route: Route) -> Any:
    return get_type_hints(route.operation)["return"]


def _now_or_later(returned: Any) -> tuple[Any, Any]:
    """Return what is answered with 200, and what, if anything, with 202."""
    parts = get_args(returned) if get_origin(returned) in (Union, UnionType) else (returned,)
    now = tuple(part for part in parts if get_origin(part) is not wire.Accepted)
    later = [get_args(part)[0] for part in parts if get_origin(part) is wire.Accepted]
    return now[0] if len(now) == 1 else now, later[0] if later else None


def _filters(route: Route) -> dict[str, dict[str, Any]]:
    """Return what a list can be filtered by, by name: it stands beside its operation."""
    filters: Mapping[str, Filter] = getattr(inspect.getmodule(route.operation), "FILTERS", {})
    return {
        name: {"type": "string", "description": one.told} if one.told else {"type": "string"}
        for name, one in filters.items()
    }


def _schemas(routes: Iterable[Route]) -> dict[str, Any]:
    plans = [plan(route) for route in routes if not route.streams and route.operation not in HOT]
    bodies = {made.body for made in plans if made.body is not None} | {EventDefinition}
    _, definitions = models_json_schema(
        [(body, "validation") for body in sorted(bodies, key=lambda body: body.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    answered = [view for made in plans for view in _now_or_later(_returned(made.route))]
    returned = {_view(part) for view in answered for part in (view if isinstance(view, tuple) else (view,))}
    views = {view for view in returned if not _is_document(view)} - {type(None), None}
    views |= {EventView, QuarantinedView, hot.Verdict, TokenView}
    _, components = msgspec.json.schema_components(sorted(views, key=lambda view: view.__name__), ref_template=REF)
    page = {
        "type": "object",
        "required": ["limit", "skip"],
        "properties": {"limit": {"type": "integer"}, "skip": {"type": "integer"}, "next": {"type": "string"}},
    }
    return (
        dict(definitions["$defs"])
        | {name: _with_numbers(component) for name, component in components.items()}
        | {
            "Problem": problems.SCHEMA,
            "PageInfo": page,
            CLOUD_EVENT: cloudevents.SCHEMA,
        }
    )


def _with_numbers(schema: Any) -> Any:
    """Return a schema in which decimals are the numbers that they are written as."""
    if isinstance(schema, Mapping):
        if schema.get("format") == "decimal":
            return {**{name: value for name, value in schema.items() if name != "format"}, "type": "number"}
        return {name: _with_numbers(value) for name, value in schema.items()}
    return [_with_numbers(value) for value in schema] if isinstance(schema, list) else schema


def _view(returned: Any) -> Any:
    return get_args(returned)[0] if get_origin(returned) in (Page, list) else returned


def _is_document(returned: Any) -> bool:
    return inspect.isclass(returned) and issubclass(returned, wire.Document | wire.Flow)
