"""Reading and writing JSON at the door."""

import json
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from punchcard import wire
from punchcard.errors import Invalid, Malformed

DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text('ab:"\\ ', max_size=5), below, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"{} x", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'{"a":NaN}', b'{"a":Infinity}', b'{"a":1e400}',
        b'{"a":-1e309}', b'{"a":1e-400}', b'{"a":' + b"1" * 5_000 + b"}", b'{"a":1,"a":2}', b'{"a":{"b":1,"b":2}}',
        b'{"a" :1,"a"\n:2}', b'{"t":"12:30","a":1,"a":2}', b'{"a":"\\u0000"}', b'{"\\u0000":1}', b'{"a":"\x00"}',
        b'{"a":"\\ud800"}', b'{"a":"\xff"}', b'{"a":"\xc0\x80"}', b'{"a":"\xed\xa0\x80"}', b"[" * 33 + b"]" * 33,
        b"[" * 100_000, b'{"a":01}', b'{"a":+1}', b"{'a':1}", b'{"a":1,}',
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_refused(body: bytes) -> None:
    """T14, T15, T16, T17: not JSON, not UTF-8, doubled keys, NUL, no number, too deep: 400, with a sentence."""
    with pytest.raises(Malformed):
        wire.decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":"\\":\\"x"}',
        b'{"a":"b\\":1"}',
        b'{":":":"}',
        b'{"a":"\\\\u0000"}',
        b'{"a":{"a":1}}',
        b"[" * 32 + b"]" * 32,
    ],
)
def test_what_only_looks_wrong_is_taken(body: bytes) -> None:
    """Quotes, colons and escapes inside text are text; a key may come again in another object."""
    assert wire.decode(body) == json.loads(body)


@given(DOCUMENTS, st.booleans())
def test_reading_what_was_written_gives_it_back(document: Any, spaced: bool) -> None:  # noqa: FBT001
    """Every document that can be written is read as it was, with and without spaces."""
    body = json.dumps(document, indent=2 if spaced else None).encode()

    assert wire.decode(body) == document
    assert wire.decode(wire.encode(document)) == document


@st.composite
def nearly_json(draw: st.DrawFn) -> bytes:
    """Return a document with a few of its bytes changed, left out or doubled."""
    text = json.dumps(draw(DOCUMENTS), ensure_ascii=draw(st.booleans())).encode()
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        put_in = draw(st.sampled_from(PIECES) | st.binary(max_size=2))
        text = text[:place] + put_in + text[place + draw(st.integers(0, 3)) :]
    return text


# fmt: off
PIECES = [
    b'"', b"\\", b"\\u", b":", b",", b"{", b"}", b"[", b"]", b"-", b"1e9", b"0", b".5", b'"a":1,', b"\xef\xbb\xbf",
    b" ",
]
# fmt: on


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of which no key is there twice."""
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


@given(nearly_json() | st.binary(max_size=20))
def test_any_bytes_are_read_as_what_they_say_or_refused(body: bytes) -> None:
    """T14, T15, T17: whatever comes is Malformed, or the one thing that another reader of JSON makes of it."""
    try:
        found = wire.decode(body)
    except Malformed:
        return
    assert found == json.loads(body.decode(), parse_float=Decimal, object_pairs_hook=unique)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_a_fraction_keeps_every_digit(number: Decimal) -> None:
    """Numbers are decimals from the door to the answer."""
    read = wire.decode(wire.encode({"n": number}))["n"]

    assert read == number


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00.000Z"),
        ("2026-03-01t09:30:00.5z", "2026-03-01T09:30:00.500Z"),
        ("2026-03-01T09:30:00.123456789+02:00", "2026-03-01T07:30:00.123Z"),
        ("2026-03-01T09:30:00.123", "2026-03-01T09:30:00.123Z"),
    ],
)
def test_an_instant_is_told_in_utc_to_the_millisecond(text: str, told: str) -> None:
    """RFC 3339 with an offset, and the reference's form without one, which is UTC."""
    assert wire.rfc3339(wire.parse_instant(text)) == told


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-03-01", "2026-W09-7T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T00:00:60Z",
        "2026-02-30T00:00:00Z",
        "2026-03-01T00:00:00+99:00", "\uff12\uff1026-03-01T00:00:00Z", "2026-03-01 00:00:00Z", "2026-03-01T00:00Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01T00:00:00.1234567890Z", "1700000000",
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    """T23: week dates, hour 24, second 60, impossible offsets, other digits: a sentence, never a guess."""
    with pytest.raises(ValueError, match=r"instant"):
        wire.parse_instant(text)


class _Wanted(wire.Definition):
    names: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    inner: dict[str, int] | None = None
    flag: wire.Flag = True


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ({"names": ["a"], "more": 1}, "/more", "There is no such field; leave it out."),
        ({"names": ["a"], "inner": []}, "/inner", "Write a JSON object."),
        ({"names": "a"}, "/names", "Write a JSON array."),
        ({"names": ["a", "b", "c"]}, "/names", "Write at most 2."),
        ({"names": []}, "/names", "Write at least 1."),
        ({"names": ["a", 1]}, "/names/1", "Write text."),
        ({"names": ["a"], "flag": "yes"}, "/flag", "Write true or false."),
        ([], "", "Write a JSON object."),
    ],
)
def test_a_fault_is_told_in_the_words_of_json(body: Any, pointer: str, detail: str) -> None:
    """What is wrong with a request says what to write, and nothing of how it is read here."""
    with pytest.raises(Invalid) as refused:
        wire.read(_Wanted, body)
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [(pointer, detail)]
