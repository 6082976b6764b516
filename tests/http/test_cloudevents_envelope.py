"""Reading and writing CloudEvents: what the library writes we read, what we write it reads, and nothing breaks."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.bindings import http as binding
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from punchcard import wire
from punchcard.errors import Fault, Invalid, Malformed, PayloadInvalid, PunchcardError, UnsupportedMediaType
from punchcard.events.event import EventView
from punchcard.http import cloudevents
from punchcard.http.cloudevents import Envelope, Mode

TENANT, EVENT, USER = UUID(int=1), UUID(int=2), UUID(int=3)
LEAST = {"specversion": "1.0", "id": "1", "source": "/till/7", "type": "PURCHASED_COFFEE"}

NONCHARACTERS = [chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)]
letters = st.characters(
    exclude_categories=("Cs", "Cc"),
    exclude_characters="".join(NONCHARACTERS) + "".join(map(chr, range(0xFDD0, 0xFDF0))),
)
texts = st.text(letters, min_size=1, max_size=40)
# A header's value is trimmed, and a URI has few characters.
references = st.text("abcXYZ019-._~:/?#[]@!$&'()*+,;=", min_size=1, max_size=40)
names = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True).filter(
    lambda name: name not in {*LEAST, "data", "subject", "time", "datacontenttype", "dataschema"}
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
instants = st.datetimes(
    timezones=st.just(UTC),
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis wants them so
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
)
events = st.builds(
    lambda required, optional, extensions: {**extensions, **optional, **required},
    st.fixed_dictionaries(
        {
            "specversion": st.just("1.0"),
            "id": texts,
            "source": references,
            "type": st.sampled_from(("A", "org.example.A")),
            "time": instants,  # left out, the library would put in the present
        }
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "subject": texts,
            "dataschema": references.map(lambda text: f"https:{text}"),
            "datacontenttype": st.sampled_from(("application/json", "application/vnd.till+json; charset=utf-8")),
        },
    ),
    st.dictionaries(names, texts | st.booleans() | st.integers(-(2**31), 2**31 - 1), max_size=4),
)
payloads = st.dictionaries(texts, json_values, max_size=4)


def the_librarys(attributes: dict[str, Any], payload: dict[str, Any]) -> CloudEvent:
    """Return an event of the library."""
    return CloudEvent(dict(attributes), payload)


def headers_of(message: binding.HTTPMessage) -> dict[bytes, bytes]:
    """Return headers as the server hands them on."""
    return {name.lower().encode(): value.encode("latin-1") for name, value in message.headers.items()}


def instant(attributes: dict[str, Any]) -> Any:
    """Return the time of an event as the library writes it."""
    return attributes["time"].isoformat().replace("+00:00", "Z")


@given(events, payloads)
def test_the_library_writes_structured(attributes: dict[str, Any], payload: dict[str, Any]) -> None:
    """What the library writes in structured mode is read to the same attributes and data."""
    message = binding.to_structured(the_librarys(attributes, payload), JSONFormat())
    assert cloudevents.mode_of(headers_of(message)) is Mode.STRUCTURED
    read = cloudevents.read_structured(wire.decode(message.body))
    assert read.attributes == attributes | {"time": instant(attributes)}
    assert read.definition["payload"] == payload
    assert read.definition["type"] == "A"
    assert read.definition["occurredAt"] == instant(attributes)


@given(events, payloads)
def test_the_library_writes_binary(attributes: dict[str, Any], payload: dict[str, Any]) -> None:
    """What the library writes in binary mode is read to the same event; other values than text arrive as text."""
    message = binding.to_binary(the_librarys(attributes, payload), JSONFormat())
    assert cloudevents.mode_of(headers_of(message)) is Mode.BINARY
    read = cloudevents.read_binary(headers_of(message), message.body)
    expected = {name: str(value) for name, value in attributes.items()}
    assert read.attributes == expected | {"time": instant(attributes)}
    assert read.definition["payload"] == payload


@given(events, st.binary(max_size=60))
def test_the_library_writes_base64(attributes: dict[str, Any], inner: bytes) -> None:
    """Data in Base64 are the JSON in them, or an error with a pointer."""
    attributes.pop("datacontenttype", None)
    payload = json.dumps({"inner": inner.hex()}).encode()
    for data, readable in ((payload, True), (inner, False)):
        message = binding.to_structured(CloudEvent(dict(attributes), data), JSONFormat())
        read = outcome(partial(read_body, message.body))
        if readable:
            assert isinstance(read, Envelope)
            assert read.definition["payload"] == {"inner": inner.hex()}
        elif isinstance(read, PunchcardError):
            assert read.faults[0].pointer in {"/data_base64", "/data"}


def read_body(body: bytes) -> Envelope:
    """Read an event from the bytes of its JSON format."""
    return cloudevents.read_structured(wire.decode(body))


def outcome(read: Callable[[], Envelope]) -> Envelope | PunchcardError:
    """Return what was read, or the error with which it was refused; any other exception is a failure."""
    try:
        return read()
    except PunchcardError as error:
        return error


def shown(payload: dict[str, Any], attributes: Any = None) -> EventView:
    """Return an event as answers show it."""
    context = None if attributes is None else wire.raw(wire.text({"cloudEvent": attributes}))
    return EventView(
        str(EVENT), "A", 1, str(USER), "secret:x", wire.raw(wire.text(payload)), "2026-03-01T09:30:00.000Z",
        "2026-03-01T09:30:01.000Z", "2026-03-01T09:30:01.000Z", 5, context=context,
    )  # fmt: skip


@given(events, payloads)
def test_the_library_reads_what_we_write(attributes: dict[str, Any], payload: dict[str, Any]) -> None:
    """What is read, kept and written again is to the library the event that it was, with our id beside it."""
    sent = the_librarys(attributes, payload)
    message = binding.to_structured(sent, JSONFormat())
    kept = cloudevents.read_structured(wire.decode(message.body)).attributes
    body = wire.encode(cloudevents.written(shown(payload, kept), TENANT))
    read = binding.from_structured_event(binding.HTTPMessage({"content-type": cloudevents.ONE}, body))
    told = read.get_attributes()
    assert {name: told[name] for name in attributes} == attributes
    assert told["punchcardid"] == str(EVENT)
    assert (read.get_data() or {}) == payload
    assert cloudevents.read_structured(wire.decode(body)).definition["payload"] == payload


def test_an_event_that_did_not_come_as_one() -> None:
    """Any event can be had as a CloudEvent: its id, the tenant as its source, the user as its subject."""
    body = wire.encode(cloudevents.written(shown({"total": 1}), TENANT))
    read = binding.from_structured_event(binding.HTTPMessage({}, body))
    assert (read.get_id(), read.get_source(), read.get_type()) == (str(EVENT), f"urn:uuid:{TENANT}", "A")
    assert (read.get_subject(), read.get_data()) == (str(USER), {"total": 1})
    assert read.get_time() == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


# what cannot be ------------------------------------------------------------------------------------


def faults_of(event: Any) -> list[tuple[str, str]]:
    """Return the pointers and codes with which an event in the JSON format is refused."""
    with pytest.raises(Invalid) as refused:
        cloudevents.read_structured(event)
    return sorted((fault.pointer, fault.code) for fault in refused.value.faults)


@pytest.mark.parametrize("event", [None, 1, "x", [], [LEAST]], ids=repr)
def test_no_object(event: Any) -> None:
    """What is no object is no event."""
    assert faults_of(event) == [("", "object_expected")]


def test_all_that_is_missing_at_once() -> None:
    """Each required attribute that is missing, or null, has its fault."""
    pointers = ["/id", "/source", "/specversion", "/type"]
    assert faults_of({}) == [(pointer, "missing") for pointer in pointers]
    assert faults_of(dict.fromkeys(LEAST)) == [(pointer, "missing") for pointer in pointers]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"), ("specversion", 1), ("specversion", "1.0.2"), ("id", ""), ("id", 7), ("id", True),
        ("id", "a\nb"), ("id", "\x85"), ("id", "\ufdd0"), ("id", "\U0010ffff"), ("source", ""), ("source", "a b"),
        ("source", "Zürich"), ("source", "50%"), ("source", "a|b"), ("type", ""), ("type", ["A"]), ("subject", ""),
        ("subject", 5), ("time", ""), ("time", 0), ("dataschema", "no-scheme"), ("dataschema", ""),
        ("datacontenttype", ""), ("datacontenttype", {}), ("Upper", "x"), ("with-dash", "x"), ("", "x"), ("ä", "x"),
        ("a/b~c", "x"), ("ext", {}), ("ext", []), ("ext", 2**31), ("ext", -(2**31) - 1), ("ext", "\x00"),
    ],
    ids=repr,
)  # fmt: skip
def test_attributes_that_cannot_be(name: str, value: Any) -> None:
    """A fault of an attribute is told with a pointer to it, and nothing else is."""
    assert faults_of({**LEAST, name: value}) == [(wire.pointer([name]), "attribute_unusable")]


def test_fractions_are_no_attributes() -> None:
    """Attributes are whole numbers, as the specification has it: 1.0 is none."""
    assert faults_of(wire.decode(json.dumps({**LEAST, "ext": 1.0}).encode())) == [("/ext", "attribute_unusable")]


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"data": []}, "/data"), ({"data": "x"}, "/data"), ({"data": 0}, "/data"), ({"data": False}, "/data"),
        ({"data": {}, "data_base64": "e30="}, "/data_base64"), ({"data_base64": 1}, "/data_base64"),
        ({"data_base64": "e30"}, "/data_base64"), ({"data_base64": "e3 0="}, "/data_base64"),
        ({"data_base64": "ü"}, "/data_base64"), ({"data_base64": "W10="}, "/data"),
    ],
    ids=repr,
)  # fmt: skip
def test_data_that_cannot_be(data: dict[str, Any], pointer: str) -> None:
    """Data that are no object, come twice, or are no Base64: 422 with a pointer."""
    assert [place for place, _ in faults_of({**LEAST, **data})] == [pointer]


@pytest.mark.parametrize("inner", [b"{", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":"\\u0000"}', b""], ids=repr)
def test_base64_of_what_is_no_json(inner: bytes) -> None:
    """JSON within Base64 is read as strictly as a body is."""
    with pytest.raises(Malformed) as refused:
        cloudevents.read_structured({**LEAST, "data_base64": base64.b64encode(inner).decode()})
    assert [fault.pointer for fault in refused.value.faults] == ["/data_base64"]


@pytest.mark.parametrize("data", [{}, {"data": None}, {"data_base64": None}], ids=repr)
def test_no_data(data: dict[str, Any]) -> None:
    """No data, or null, is no payload."""
    assert cloudevents.read_structured({**LEAST, **data}).definition["payload"] is None


@pytest.mark.parametrize(
    "declared",
    [
        "text/xml", "json", "application/jsonx", "application/json/x", "text/plain; a=application/json",
        "application/json; charset=latin-1", "application/+jsonn",
    ],
)  # fmt: skip
def test_data_of_other_kinds(declared: str) -> None:
    """Only JSON is taken: 415 with a pointer, in every mode."""
    event = {**LEAST, "datacontenttype": declared}
    for read in (
        partial(cloudevents.read_structured, event),
        partial(cloudevents.read_binary, binary(content=declared), b"{}"),
    ):
        error = outcome(read)
        assert isinstance(error, UnsupportedMediaType)
        assert [fault.pointer for fault in error.faults] == ["/datacontenttype"]


@pytest.mark.parametrize(
    "declared",
    ["application/json", "APPLICATION/JSON", "text/json", "application/x+json", 'application/json; charset="UTF-8"'],
)
def test_data_of_json(declared: str) -> None:
    """Any media type of JSON is."""
    assert cloudevents.read_structured({**LEAST, "datacontenttype": declared, "data": {}}).definition["payload"] == {}


def binary(content: str | None = "application/json", **attributes: str) -> dict[bytes, bytes]:
    """Return the headers of an event in binary mode."""
    named = {f"ce-{name}".encode(): value.encode("latin-1") for name, value in {**LEAST, **attributes}.items()}
    return named if content is None else named | {b"content-type": content.encode()}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"), ("%e2%82%ac", "€"), ("%41", "A"), ("%2541", "%41"),
        ('"quoted \\" and \\\\"', 'quoted " and \\'), ('"%41"', "A"), ("a+b", "a+b"),
    ],
)  # fmt: skip
def test_percent_encoding(sent: str, read: str) -> None:
    """Quotes are undone, then one round of percent-encoding; a plus stays one."""
    assert cloudevents.read_binary(binary(subject=sent), b"").attributes["subject"] == read


@pytest.mark.parametrize(
    "sent",
    [
        "%",
        "50%",
        "%4",
        "%zz",
        "%C0%A0",
        "%ff",
        "%ED%A0%80",
        "é",
        "%00",
        "%0A",
        '"',
        'a "b',
        '"\\"',
        '"\\',
        '\\"' * 20_000,
    ],
    ids=lambda sent: repr(sent[:12]),
)
def test_percent_encoding_that_cannot_be_read(sent: str) -> None:
    """Stray percent signs, bytes that are not UTF-8 (overlong forms among them) and raw letters: 422, at the header."""
    with pytest.raises(Invalid) as refused:
        cloudevents.read_binary(binary(subject=sent), b"")
    assert [fault.pointer for fault in refused.value.faults] == ["/subject"]


def test_headers_that_cannot_be() -> None:
    """A second word on the data's type, attributes named data, and names with dashes are refused."""
    for name in ("datacontenttype", "data", "with-dash"):
        with pytest.raises(Invalid) as refused:
            cloudevents.read_binary(binary(**{name: "application/json"}), b"{}")
        assert {fault.pointer for fault in refused.value.faults} == {f"/{name}"}
    with pytest.raises(Invalid) as refused:
        cloudevents.read_binary({b"ce-id": b"1", b"host": b"x"}, b"")
    assert {fault.pointer for fault in refused.value.faults} == {"/specversion", "/source", "/type"}
    assert cloudevents.read_binary(binary(content=None), b'{"a": 1}').definition["payload"] == {"a": 1}
    assert "datacontenttype" not in cloudevents.read_binary(binary(content=None), b"").attributes
    with pytest.raises(Malformed):
        cloudevents.read_binary(binary(), b"{")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from((*LEAST, "data", "time", "x")), inner),
    max_leaves=10,
)


@given(anything)
def test_whatever_comes_structured(event: Any) -> None:
    """Whatever JSON comes is an event or an error of ours, never anything else."""
    read = outcome(lambda: cloudevents.read_structured(event))
    assert isinstance(read, Envelope) or read.status < 500


@given(st.dictionaries(st.sampled_from((*LEAST, "data", "time", "x", "a-b")), st.binary(max_size=20)), st.binary())
def test_whatever_comes_binary(attributes: dict[str, bytes], body: bytes) -> None:
    """Whatever headers and bytes come are an event or an error of ours."""
    headers = {f"ce-{name}".encode(): value for name, value in attributes.items()}
    read = outcome(lambda: cloudevents.read_binary(headers, body))
    assert isinstance(read, Envelope) or read.status < 500


# modes, words, wishes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "mode"),
    [
        ({}, None),
        ({b"content-type": b"application/json"}, None),
        ({b"content-type": b"application/json", b"ce-time": b"x"}, None),
        ({b"content-type": b"application/json", b"ce-id": b"x"}, Mode.BINARY),
        ({b"ce-specversion": b"1.0"}, Mode.BINARY),
        ({b"content-type": b"application/cloudevents+json; charset=utf-8"}, Mode.STRUCTURED),
        ({b"content-type": b"Application/CloudEvents+avro", b"ce-id": b"x"}, Mode.STRUCTURED),
        ({b"content-type": b"application/cloudevents-batch+json"}, Mode.BATCHED),
        ({b"content-type": b"application/CLOUDEVENTS-BATCH+json"}, Mode.BATCHED),
    ],
    ids=repr,
)
def test_the_mode(headers: dict[bytes, bytes], mode: Mode | None) -> None:
    """The content type says the mode; where it names no CloudEvents, headers may."""
    assert cloudevents.mode_of(headers) is mode


def test_errors_in_its_words() -> None:
    """Pointers to the payload and occurredAt lead to data and time; others stay, and so does all else."""
    fault = Fault("/payload/total", "minimum", "too small")
    told = cloudevents.in_its_words(
        PayloadInvalid(
            "/payload/total: too small", faults=[fault, Fault("/subject", "x", "y")], headers={"A": "b"}, m=1
        )
    )
    assert isinstance(told, PayloadInvalid)
    assert (told.detail, told.headers, told.members) == ("/data/total: too small", {"A": "b"}, {"m": 1})
    assert [one.pointer for one in told.faults] == ["/data/total", "/subject"]
    same = Invalid("x", faults=[Fault("/payloads", "x", "y")])
    assert cloudevents.in_its_words(same) is same
    assert cloudevents.in_its_words(Invalid("x", faults=[Fault("/occurredAt", "x", "y")])).faults[0].pointer == "/time"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, False), (b"*/*", False), (b"application/json", False), (b"application/cloudevents+json", True),
        (b"Application/CloudEvents+JSON; charset=utf-8", True), (b"application/cloudevents-batch+json", True),
        (b"application/json, application/cloudevents+json", True),
        (b"application/json;q=0.9, application/cloudevents+json;q=0.5", False),
        (b"application/json;q=0.5, application/cloudevents+json;q=0.9", True),
        (b"application/cloudevents+json;q=0", False), (b"application/cloudevents+json;q=x", False),
        (b"application/cloudevents+xml", False), (b",;,=;q=;", False),
    ],
)  # fmt: skip
def test_what_is_wanted(accept: bytes | None, wanted: bool) -> None:  # noqa: FBT001 - pytest's
    """CloudEvents are given to who names them, and likes our own JSON no better."""
    assert cloudevents.wanted({} if accept is None else {b"accept": accept}) is wanted
