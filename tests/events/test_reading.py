"""A definition read in one pass beside the same read with a closer look: `read_plain` takes nothing that differs."""

import json
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from punchcard import wire
from punchcard.access.principals import Kind, Principal
from punchcard.errors import PunchcardError
from punchcard.events.definition import read_plain, read_report

TILL = Principal(UUID(int=1), Kind.SECRET, "till", UUID(int=2))

texts = st.text(st.sampled_from('ab:é"\\{[\0'), max_size=4)
leaves = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | texts
values = st.recursive(leaves, lambda below: st.lists(below, max_size=3) | st.dictionaries(texts, below, max_size=3))
deep = st.integers(25, 40).map(lambda levels: "[" * levels + "]" * levels)
deep_objects = st.integers(25, 40).map(lambda levels: '{"a":' * levels + "1" + "}" * levels)
odd = st.sampled_from(
    ["1e400", "-0", "1.10", "1E2", "NaN", "01", '"\\ud800"', "12345678901234567890.5", '"2026-03-01T09:30:00Z"']
)
written = values.map(lambda value: json.dumps(value, ensure_ascii=False)) | deep | deep_objects | odd
# Pairs and not a dictionary: a name may come twice.
payloads: st.SearchStrategy[list[tuple[str, str]]] = st.lists(
    st.tuples(texts.map(json.dumps), written), max_size=4
) | st.just([])
fields = st.sampled_from(["type", "subject", "executor", "payload", "occurredAt", "colour"])


def an_object(pairs: list[tuple[str, str]]) -> str:
    """Write pairs as an object, some of them with a space."""
    return "{" + ", ".join(f"{name}: {value}" for name, value in pairs) + "}"


bodies = st.lists(st.tuples(fields.map(json.dumps), written | payloads.map(an_object)), max_size=5).map(
    lambda pairs: an_object([('"type"', '"BOUGHT"'), *pairs])
)
usual = payloads.map(
    lambda pairs: an_object([('"type"', '"a:b"'), ('"subject"', '"x"'), ('"payload"', an_object(pairs))])
)


@given(bodies | usual)
def test_what_is_read_in_one_pass_is_what_is_there(body: str) -> None:
    """Whatever is taken is what the closer look finds, and is written as it will be stored; the rest is left to it."""
    sent = body.encode("utf-8", "surrogatepass")
    plain = read_plain(TILL, sent)
    try:
        closer: Any = read_report(TILL, wire.decode(sent))
    except PunchcardError as refused:
        closer = refused
    if plain is not None:
        assert structs.replace(plain, written=None) == closer
        assert repr(plain.payload) == repr(closer.payload)
        assert plain.written == wire.encode(closer.payload)


def test_a_usual_report_is_read_in_one_pass() -> None:
    """A colon in a text, or an instant, is no reason for a closer look."""
    body = b'{"type":"a:b","subject":"x","occurredAt":"2026-03-01T09:30:00Z","payload":{"total":1.50,"note":"a:b"}}'
    plain = read_plain(TILL, body)
    assert plain is not None
    assert plain.written == b'{"total":1.50,"note":"a:b"}'
