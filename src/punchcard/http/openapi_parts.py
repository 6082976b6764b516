"""What the document of the API is made of: parameters, bodies, answers and their envelopes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args, get_origin
from uuid import UUID

from punchcard.db.listing import Page
from punchcard.http.arguments import choices

OK = 200

REF = "#/components/schemas/{name}"
STATUSES = {
    400: "The request cannot be read.",
    401: "Nobody, or nobody known, is calling.",
    403: "This caller may not do that.",
    404: "There is no such thing.",
    405: "The path does not take this method.",
    408: "The body did not arrive in time.",
    409: "The request contradicts what is recorded.",
    412: "If-Match names another version.",
    413: "The body is too large.",
    415: "The media type is not taken.",
    422: "The request says something that cannot be; each fault has a pointer.",
    429: "Too many requests.",
    500: "A fault of the engine.",
    503: "Not available now.",
}


def answers(schema: Mapping[str, Any], media: str = "application/json", status: int = OK) -> dict[str, Any]:
    """Return the answers of an operation: what it is for, and every problem."""
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    made: dict[str, Any] = {str(status): {"description": "Done.", "content": {media: {"schema": schema}}}}
    return made | {str(status): {"description": text, "content": problem} for status, text in STATUSES.items()}


def accepted(schema: Mapping[str, Any], told: str) -> dict[str, Any]:
    """Return the answer to what is kept until somebody agrees."""
    return {"202": {"description": told, "content": {"application/json": {"schema": schema}}}}


def envelope(returned: Any) -> dict[str, Any]:
    """Return the schema of an answer, by what an operation returns."""
    properties: dict[str, Any] = {"status": {"const": "success"}}
    if get_origin(returned) is Page:
        properties["data"] = {"type": "array", "items": ref(get_args(returned)[0].__name__)}
        properties["page"] = ref("PageInfo")
    elif get_origin(returned) is list:
        properties["data"] = {"type": "array", "items": ref(get_args(returned)[0].__name__)}
    elif isinstance(returned, tuple):
        properties["data"] = {"anyOf": [_data(part) for part in returned]}
    else:
        properties["data"] = _data(returned)
    return {"type": "object", "required": list(properties), "properties": properties}


def _data(returned: type) -> dict[str, Any]:
    return {"type": "null"} if returned is type(None) else ref(returned.__name__)


def ref(name: str) -> dict[str, Any]:
    """Refer to a schema by its name."""
    return {"$ref": REF.format(name=name)}


def request_body(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body that a request has, by its media types."""
    return {"required": True, "content": {media: {"schema": schema} for media, schema in content.items()}}


def path_parameter(name: str, kind: Any) -> dict[str, Any]:
    """Return a parameter of the path."""
    schemas = {str: {"type": "string"}, int: {"type": "integer", "minimum": 0}}
    schema = schemas.get(kind, {"type": "string", "format": "uuid"})
    return {"name": name, "in": "path", "required": True, "schema": schema}


def query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parameter of the query."""
    return {"name": name, "in": "query", "schema": schema}


def query_schema(kind: Any) -> dict[str, Any]:
    """Return the schema of a parameter of the query, by its kind."""
    if datetime in get_args(kind):
        return {"type": "string", "format": "date-time"}
    words = choices(kind)
    if words:
        return {"enum": list(words)}
    if str in (kind, *get_args(kind)):
        return {"type": "string"}
    if UUID in (kind, *get_args(kind)):
        return {"type": "string", "format": "uuid"}
    return {"type": "boolean", "default": False} if kind is bool else {"type": "integer", "minimum": 0}


def header(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a header that a request may have."""
    return {"name": name, "in": "header", "schema": schema}
