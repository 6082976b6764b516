"""CloudEvents 1.0.2 on the wire: the three content modes of its HTTP binding read, two of them written. Pure.

attribute           becomes
id, source          what makes the event the same event again, for ever
type                the event type: its name, or anything, a dot and its name
subject             the subject
time                occurredAt
data, data_base64   the payload: a JSON object
all of them         kept with the event, and given back as they came
"""

import base64
import binascii
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, structs

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.db.listing import Page
from punchcard.errors import Fault, Invalid, Malformed, PunchcardError, UnsupportedMediaType
from punchcard.events.cloudevents import identity_of
from punchcard.events.definition import Report, read_report
from punchcard.events.event import EventView
from punchcard.events.quarantine import QuarantinedView
from punchcard.http.bodies import Headers
from punchcard.http.cloudevent_attributes import DATA, REQUIRED, VERSION, faults_of, unescaped

ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"
CONTEXT = "cloudEvent"
"""The member of an event's context that holds the attributes."""

OWN_ID = "punchcardid"
"""The extension that tells the id under which this engine knows the event."""

_PREFIX = b"ce-"
_JSON = re.compile(r"[^/]+/(?:[^/;]*\+)?json\s*(?:;.*)?", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\";\s]*)", re.IGNORECASE)


class Mode(Enum):
    """How one or more CloudEvents travel in a request."""

    STRUCTURED = 1
    BATCHED = 2
    BINARY = 3


class Envelope(Struct, frozen=True):
    """A CloudEvent that was read: its attributes, and what it reports in the words of an EventDefinition."""

    attributes: Mapping[str, Any]
    definition: Mapping[str, Any]


def mode_of(headers: Headers) -> Mode | None:
    """Return how the CloudEvents of a request travel; None where there are none."""
    media = headers.get(b"content-type", b"")[:29].lower()
    if media.startswith(b"application/cloudevents"):
        return Mode.BATCHED if media.startswith(b"application/cloudevents-batch") else Mode.STRUCTURED
    return Mode.BINARY if b"ce-specversion" in headers or b"ce-id" in headers else None


# reading -------------------------------------------------------------------------------------------


def report_of(principal: Principal, envelope: Envelope) -> Report:
    """Return what a CloudEvent reports. Raises: Invalid with every fault, in its own words."""
    try:
        report = read_report(principal, envelope.definition)
    except Invalid as error:
        raise in_its_words(error) from None
    attributes = envelope.attributes
    identity = identity_of(principal, attributes["source"], attributes["id"])
    return structs.replace(report, context={CONTEXT: attributes}, identity=identity)


def sent_in(headers: Headers) -> list[bytes]:
    """Return what headers say of an event in binary mode, for telling one request from another."""
    return [name + b"=" + value for name, value in sorted(headers.items()) if name.startswith(_PREFIX)]


def read_structured(event: Any) -> Envelope:
    """Read an event in the JSON format. Raises: Invalid with every fault, UnsupportedMediaType, Malformed."""
    if not isinstance(event, dict):
        raise wire.invalid([Fault("", "object_expected", "A CloudEvent is a JSON object.")])
    attributes = {name: value for name, value in event.items() if value is not None and name not in DATA}
    faults = faults_of(attributes)
    if event.get("data") is not None and event.get("data_base64") is not None:
        faults.append(Fault("/data_base64", "misplaced", "An event has data or data_base64, not both."))
    if faults:
        raise wire.invalid(faults)
    _require_json(attributes)
    encoded = event.get("data_base64")
    return _envelope(attributes, event.get("data") if encoded is None else _decoded(encoded))


def read_binary(headers: Headers, body: bytes) -> Envelope:
    """Read an event whose attributes are headers. Raises: Invalid with every fault, UnsupportedMediaType, Malformed."""
    attributes: dict[str, Any] = {}
    faults = []
    for header, value in headers.items():
        if header.startswith(_PREFIX):
            name = header[len(_PREFIX) :].decode("latin-1")
            try:
                attributes[name] = unescaped(value)
            except ValueError as fault:
                faults.append(Fault(wire.pointer([name]), "unreadable_header", str(fault)))
    if "datacontenttype" in attributes:
        faults.append(Fault("/datacontenttype", "misplaced", "Here the header Content-Type says what the data are."))
    if b"content-type" in headers:
        attributes["datacontenttype"] = headers[b"content-type"].decode("latin-1").strip()
    unread = {fault.pointer for fault in faults}
    faults += [fault for fault in faults_of(attributes) if fault.pointer not in unread]
    if faults:
        raise wire.invalid(faults)
    _require_json(attributes)
    return _envelope(attributes, wire.decode(body) if body else None)


def _envelope(attributes: Mapping[str, Any], data: Any) -> Envelope:
    if data is not None and not isinstance(data, dict):
        raise wire.invalid([Fault("/data", "object_expected", "The data are a JSON object: the payload.")])
    definition = {
        "type": attributes["type"].rpartition(".")[2],
        "subject": attributes.get("subject"),
        "payload": data,
        "occurredAt": attributes.get("time"),
    }
    return Envelope(attributes, definition)


def _require_json(attributes: Mapping[str, Any]) -> None:
    declared = attributes.get("datacontenttype", "application/json")
    charset = _CHARSET.search(declared)
    if _JSON.fullmatch(declared) is None or (charset is not None and charset[1].lower() != "utf-8"):
        detail = "The data of an event are JSON in UTF-8: datacontenttype is application/json, or ends in +json."
        raise UnsupportedMediaType(detail, faults=[Fault("/datacontenttype", "unsupported_media_type", detail)])


def _decoded(encoded: Any) -> Any:
    """Return the JSON in a data_base64. Raises: Invalid, Malformed."""
    try:
        inner = base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else None
    except (binascii.Error, ValueError):
        inner = None
    if inner is None:
        raise wire.invalid([Fault("/data_base64", "base64_expected", "Write the data in Base64, as in RFC 4648.")])
    try:
        return wire.decode(inner)
    except Malformed as error:
        fault = Fault("/data_base64", error.code, error.detail)
        raise Malformed(f"What data_base64 holds: {error.detail}", faults=[fault]) from None


_WORDS = (("/payload", "/data"), ("/occurredAt", "/time"))


def in_its_words(error: PunchcardError) -> PunchcardError:
    """Return an error as the sender of a CloudEvent understands it: its pointers lead to attributes and data."""
    faults, detail = [Fault(_its(fault.pointer), fault.code, fault.detail) for fault in error.faults], error.detail
    for ours, theirs in _WORDS:
        if detail.startswith((f"{ours}/", f"{ours}:")):
            detail = theirs + detail.removeprefix(ours)
    if faults == list(error.faults):
        return error
    return type(error)(detail, faults=faults, headers=error.headers, **error.members)


def waiting_in_its_words(waiting: QuarantinedView) -> QuarantinedView:
    """Return what is said of a CloudEvent that waits in quarantine as its sender understands it."""
    return structs.replace(
        waiting, faults=[structs.replace(fault, pointer=_its(fault.pointer)) for fault in waiting.faults]
    )


def _its(pointer: str) -> str:
    for ours, theirs in _WORDS:
        if pointer == ours or pointer.startswith(f"{ours}/"):
            return theirs + pointer.removeprefix(ours)
    return pointer


# writing -------------------------------------------------------------------------------------------


def wanted(headers: Headers) -> bool:
    """Tell whether the caller would rather have CloudEvents than our own JSON."""
    accept = headers.get(b"accept")
    if accept is None or b"application/cloudevents" not in accept.lower():
        return False
    weights = {"application/json": 0.0, ONE: 0.0, MANY: 0.0}
    for part in accept.decode("latin-1").lower().split(","):
        media, *parameters = (word.strip() for word in part.split(";"))
        if media in weights:
            weights[media] = next((_weight(word[2:]) for word in parameters if word.startswith("q=")), 1.0)
    most = max(weights[ONE], weights[MANY])
    return most > 0 and most >= weights["application/json"]


def _weight(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](?:\.\d{0,3})?", text) else 0.0


def answer(result: EventView | Page[EventView], tenant_id: UUID) -> tuple[bytes, str]:
    """Return an event, or a page of them, as CloudEvents; and their media type."""
    if isinstance(result, Page):
        return wire.encode([written(view, tenant_id) for view in result.items]), MANY
    return wire.encode(written(result, tenant_id)), ONE


def written(view: EventView, tenant_id: UUID) -> dict[str, Any]:
    """Return an event in the JSON format: with the attributes that it came with, and what those left out.

    An event that did not come as a CloudEvent has its own id, and the tenant as its source.
    """
    context = {} if view.context is None else msgspec.json.decode(view.context)
    told: dict[str, Any] = {
        "specversion": VERSION,
        "id": str(view.id),
        "source": f"urn:uuid:{tenant_id}",
        "type": view.type,
        "subject": view.subject,
        "time": view.occurred_at,
        "datacontenttype": "application/json",
        **context.get(CONTEXT, {}),
        OWN_ID: str(view.id),
    }
    return told | {"data": view.payload}


SCHEMA: dict[str, Any] = {
    "title": "CloudEvent",
    "description": "An event in the JSON format of CloudEvents 1.0.2. Other members are extension attributes.",
    "type": "object",
    "required": list(REQUIRED),
    "properties": {
        "specversion": {"const": VERSION},
        **{name: {"type": "string", "minLength": 1} for name in ("id", "source", "type")},
        "subject": {"type": ["string", "null"]},
        "time": {"type": ["string", "null"]},
        "datacontenttype": {"type": ["string", "null"]},
        "dataschema": {"type": ["string", "null"]},
        "data": {"type": ["object", "null"]},
        "data_base64": {"type": ["string", "null"], "contentEncoding": "base64"},
    },
    "additionalProperties": {"type": ["string", "boolean", "integer", "null"]},
}
