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
from punchcard.http.bodies import Headers

ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"
VERSION = "1.0"
CONTEXT = "cloudEvent"
"""The member of an event's context that holds the attributes."""

REQUIRED = ("specversion", "id", "source", "type")
DATA = ("data", "data_base64")
OWN_ID = "punchcardid"
"""The extension that tells the id under which this engine knows the event."""

_PREFIX = b"ce-"
_NAME = re.compile(r"[a-z0-9]+")
_NONCHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNWRITABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef{_NONCHARACTERS}]")
_REFERENCE = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_JSON = re.compile(r"[^/]+/(?:[^/;]*\+)?json\s*(?:;.*)?", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\";\s]*)", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_INTEGER_MAX = 1 << 31


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
    faults = _faults_of(attributes)
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
                attributes[name] = _unescaped(value)
            except ValueError as fault:
                faults.append(Fault(wire.pointer([name]), "unreadable_header", str(fault)))
    if "datacontenttype" in attributes:
        faults.append(Fault("/datacontenttype", "misplaced", "Here the header Content-Type says what the data are."))
    if b"content-type" in headers:
        attributes["datacontenttype"] = headers[b"content-type"].decode("latin-1").strip()
    unread = {fault.pointer for fault in faults}
    faults += [fault for fault in _faults_of(attributes) if fault.pointer not in unread]
    if faults:
        raise wire.invalid(faults)
    _require_json(attributes)
    return _envelope(attributes, wire.decode(body) if body else None)


def _unescaped(value: bytes) -> str:
    """Undo double quotes, then one round of percent-encoding. Raises: ValueError with a sentence."""
    if not value.isascii():
        raise ValueError("Write what is not printable ASCII in percent-encoding.")
    if b"%" not in value and b'"' not in value:
        return value.decode("ascii").strip()
    text = _QUOTED.sub(lambda quoted: _ESCAPED.sub(r"\1", quoted[1]), value.decode("ascii").strip())
    if _STRAY_PERCENT.search(text):
        raise ValueError("Write a percent sign as %25; two hexadecimal digits come after each.")
    try:
        return _PERCENT.sub(lambda found: bytes.fromhex(found[1].decode()), text.encode()).decode()
    except UnicodeDecodeError:
        raise ValueError("What is percent-encoded is not valid UTF-8.") from None


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


def _faults_of(attributes: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with attributes, by the rules that all of them have, and the rules of those we know."""
    faults = [
        Fault(f"/{name}", "missing", f"A CloudEvent has the attribute {name}.")
        for name in REQUIRED
        if name not in attributes
    ]
    for name, value in attributes.items():
        sentence = _fault_of(name, value)
        if sentence is not None:
            faults.append(Fault(wire.pointer([name]), "attribute_unusable", sentence))
    return faults


def _fault_of(name: str, value: Any) -> str | None:
    if _NAME.fullmatch(name) is None or name in DATA:
        return "An attribute's name is of the letters a to z and digits."
    if isinstance(value, str):
        if not (value.isascii() and value.isprintable()) and _UNWRITABLE.search(value):
            return "An attribute holds no control characters, and none that Unicode leaves undefined for good."
        return _fault_of_text(name, value)
    if name in _TEXTS:
        return "Write text."
    if isinstance(value, bool) or (isinstance(value, int) and -_INTEGER_MAX <= value < _INTEGER_MAX):
        return None
    return "An attribute is text, true or false, or a whole number of 32 bits."


_TEXTS = (*REQUIRED, "subject", "time", "datacontenttype", "dataschema")


def _fault_of_text(name: str, value: str) -> str | None:
    if name == "specversion" and value != VERSION:
        return f"Only {VERSION} of the specification is taken."
    if name in _TEXTS and not value:
        return "Write at least one character, or leave the attribute out."
    if name in ("source", "dataschema") and _REFERENCE.fullmatch(value) is None:
        return "Write a URI as in RFC 3986, with percent-encoding for what it does not allow."
    if name == "dataschema" and _SCHEME.match(value) is None:
        return "Write a whole URI, that begins with its scheme."
    return None


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
    faults, detail = list(error.faults), error.detail
    for ours, theirs in _WORDS:
        for place, fault in enumerate(faults):
            if fault.pointer == ours or fault.pointer.startswith(f"{ours}/"):
                faults[place] = Fault(theirs + fault.pointer.removeprefix(ours), fault.code, fault.detail)
        if detail.startswith((f"{ours}/", f"{ours}:")):
            detail = theirs + detail.removeprefix(ours)
    if faults == list(error.faults):
        return error
    return type(error)(detail, faults=faults, headers=error.headers, **error.members)


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
        "subject": str(view.subject),
        "time": view.occurred_at,
        "datacontenttype": "application/json",
        **context.get(CONTEXT, {}),
        OWN_ID: str(view.id),
    }
    return told | {"data": view.payload}
