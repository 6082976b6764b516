"""What travels: bodies read strictly and without loss, answers written in one form.

Requests are read into `Definition`s (every fault at once, each with its pointer); answers are `View`s.
Numbers keep every digit: JSON fractions become `Decimal`, never a float.
"""

import json
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import MAX_PREC, Context, Decimal, InvalidOperation, Overflow, Subnormal
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, ValidationError, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from punchcard.errors import Fault, Invalid, Malformed, PreconditionFailed

UUID_CHARACTERS = 36
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
DATE_CHARACTERS = 10
DEPTH_MAX = 32
EXPONENT_MAX = 308  # as far as a double reaches; beyond it a canonical form would write every zero out

Integer = Annotated[int, Strict()]
Fraction = Annotated[Decimal, Strict(), WithJsonSchema({"type": "number"})]  # never from text: "1e999999999" is one
Flag = Annotated[bool, Strict()]
Json = dict[str, Any]
Locale = Literal["en", "fr", "de", "it", "es", "nl", "ar", "tr"]
"""A language in which texts may be kept."""


def _exact(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("Write a number.")  # noqa: TRY004 - pydantic's
    return Decimal(value)


Number = Annotated[Decimal, BeforeValidator(_exact), WithJsonSchema({"type": "number"})]
"""A field with a number, whole or not."""

T = TypeVar("T", bound="Definition")


class Definition(BaseModel):
    """A body that a caller sends: camelCase on the wire, no field beyond those named."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True, hide_input_in_errors=True)


def _read_reference(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"id"}:
        value = value["id"]
    if isinstance(value, UUID):
        return value
    if not (isinstance(value, str) and len(value) == UUID_CHARACTERS):
        raise ValueError('Write {"id": …}, or the id by itself.')
    try:
        return UUID(value)
    except ValueError:
        raise ValueError("This is no id: an id is a UUID.") from None


_ID_SCHEMA = {"type": "string", "format": "uuid"}
Reference = Annotated[
    UUID,
    BeforeValidator(_read_reference),
    WithJsonSchema({"anyOf": [{"type": "object", "required": ["id"], "properties": {"id": _ID_SCHEMA}}, _ID_SCHEMA]}),
]
"""A field that names something else: `{"id": …}`, as in the reference, or the id by itself."""


class ReferenceView(msgspec.Struct, frozen=True):
    """Something else, by its id."""

    id: UUID


class Upload(msgspec.Struct, frozen=True):
    """A body that is a file, as it was sent. A kind of upload names the media types that it takes."""

    MEDIA_TYPES: ClassVar[tuple[str, ...]]

    media: str
    body: bytes


class Incoming(msgspec.Struct, frozen=True):
    """A body that is a file, read while it comes. A kind of it names the media types that it takes."""

    MEDIA_TYPES: ClassVar[tuple[str, ...]]

    media: str
    parts: AsyncGenerator[bytes]


Id = Annotated[str, msgspec.Meta(extra_json_schema={"format": "uuid"})]
"""An id in an answer that is made for each event: its text, which is written twice as quickly as a UUID."""


class View(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True, gc=False):
    """An answer. Instants are strings made by `rfc3339`; stored JSON is passed on as it is."""


V = TypeVar("V")


class Accepted(msgspec.Struct, Generic[V], frozen=True):
    """An answer with the status 202: what was asked for is kept, and somebody has to agree before it is done."""

    data: V


class Document(msgspec.Struct, frozen=True):
    """An answer that is a document of its own, without the envelope. A kind of document names its media type."""

    MEDIA_TYPE: ClassVar[str]

    body: bytes


class Flow(msgspec.Struct, frozen=True):
    """An answer that is made while it is sent, as a file of a name. A kind of flow names its media type."""

    MEDIA_TYPE: ClassVar[str]

    parts: AsyncGenerator[bytes, None]
    file_name: str


# Every digit is kept; only what lies outside a double's range is refused. In C, as it is called for each number.
_NUMBERS = Context(
    prec=MAX_PREC, Emax=EXPONENT_MAX, Emin=-EXPONENT_MAX, traps=[InvalidOperation, Overflow, Subnormal], clamp=0
)
_decoder = msgspec.json.Decoder(float_hook=_NUMBERS.create_decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_KEY = re.compile(rb'"[ \t\r\n]*:')


def decode(body: bytes) -> Any:
    """Read one JSON text, or refuse what could be read in two ways.

    Raises: Malformed for anything but RFC 8259 in UTF-8 without duplicate keys, NUL, NaN, lone surrogates, more
    than 32 levels, or numbers outside a double's range.
    """
    try:
        value = _decoder.decode(body)
        if not _is_plain(body, value):
            _refuse_ambiguous(body, value)
    except RecursionError:
        raise Malformed(f"The JSON is nested deeper than {DEPTH_MAX} levels.") from None
    except UnicodeDecodeError:
        raise Malformed("The JSON is not valid UTF-8.") from None
    except ArithmeticError:
        raise Malformed(f"A number is out of range: its exponent must lie within ±{EXPONENT_MAX}.") from None
    except (msgspec.DecodeError, ValueError) as fault:
        raise Malformed(f"The body is not JSON that can be read: {fault}.") from None
    return value


def decoder(kind: type[V]) -> "msgspec.json.Decoder[V]":
    """Return what reads texts of one kind, with the numbers that `decode` would read."""
    return msgspec.json.Decoder(kind, float_hook=_NUMBERS.create_decimal)


# As numbers, which bytes are searched for quicker than for texts of one byte.
BACKSLASH, COLON, BRACKET, BRACE = b"\\:[{"


def may_hide(body: bytes, colons: int) -> bool:
    """Tell whether a text has escapes, which may stand for anything, or so many brackets that it could be too deep.

    An object that lies in another stands behind one of the `colons`, or in an array: mostly that settles it.
    """
    if BACKSLASH in body:
        return True
    arrays = body.count(BRACKET)
    return colons + arrays >= DEPTH_MAX and body.count(BRACE) + arrays > DEPTH_MAX


def read_stored(stored: str) -> Any:
    """Read a json column of events: what `decode` refuses never got there."""
    return _decoder.decode(stored)


def _is_plain(body: bytes, value: Any) -> bool:
    """Tell whether nothing can be wrong with `value`, at a fraction of what looking at all of it costs.

    Written again it has as many colons as the body, so no key was lost: only an escape could make up for one. With so
    few brackets nothing lies too deep.
    """
    colons = body.count(COLON)
    return not may_hide(body, colons) and _encoder.encode(value).count(COLON) == colons


def _refuse_ambiguous(body: bytes, value: Any) -> None:
    keys = _count_keys(value, 1) if isinstance(value, (dict, list)) else 0
    # Each key has a colon of its own, so equal counts prove that none was lost.
    if body.count(b":") != keys and len(_KEY.findall(body)) != keys:
        json.loads(body, object_pairs_hook=_refuse_twins)
    if b"\0" in body or (b"\\u0000" in body and _has_nul(value)):
        raise Malformed("The JSON holds a NUL character, which cannot be stored.")


def _count_keys(value: Json | list[Any], depth: int) -> int:
    if depth > DEPTH_MAX:
        raise Malformed(f"The JSON is nested deeper than {DEPTH_MAX} levels.")
    count, inside = (len(value), value.values()) if isinstance(value, dict) else (0, value)
    for below in inside:
        if isinstance(below, (dict, list)):
            count += _count_keys(below, depth + 1)
    return count


def _refuse_twins(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise Malformed(f"The JSON names {key[:100]!r} twice in one object.")
        seen.add(key)


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(below) for key, below in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


encode = _encoder.encode
"""Write a value as compact JSON; decimals as numbers with every digit."""


def text(value: Any) -> str:
    """Write `value` as JSON text, for a json column."""
    return _encoder.encode(value).decode()


def raw(stored: str) -> msgspec.Raw:
    """Pass a json column on into an answer, untouched."""
    return msgspec.Raw(stored.encode())


def raw_or_none(stored: str | None) -> msgspec.Raw | None:
    """Pass an optional json column on into an answer."""
    return None if stored is None else raw(stored)


@lru_cache(maxsize=1_024)  # the events of one commit share their times
def rfc3339(instant: datetime) -> str:
    """Write an instant in UTC to the millisecond, as every answer does."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def rfc3339_or_none(instant: datetime | None) -> str | None:
    """Write an optional instant."""
    return None if instant is None else rfc3339(instant)


_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII)


def parse_instant(value: str) -> datetime:
    """Read an RFC 3339 instant; without a zone it is UTC, as in the reference's form.

    Digits past the microsecond are cut off. Raises: ValueError with a sentence.
    """
    found = _INSTANT.fullmatch(value)
    if not found:
        raise ValueError("Write the instant as in RFC 3339, for example 2026-03-01T09:30:00.000Z.")
    date, time, fraction, zone = found.groups()
    zone = "+00:00" if zone in (None, "Z", "z") else zone
    try:
        instant = datetime.fromisoformat(f"{date}T{time}.{(fraction or '0')[:6].ljust(6, '0')}{zone}")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("There is no such instant.") from None


def _read_moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("Write the instant as text, for example 2026-03-01T09:30:00.000Z.")  # noqa: TRY004 - pydantic's
    return parse_instant(value)


def _read_instant(value: Any) -> datetime:
    is_date = isinstance(value, str) and len(value) == DATE_CHARACTERS
    return _read_moment(f"{value}T00:00:00Z" if is_date else value)


Moment = Annotated[datetime, BeforeValidator(_read_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
"""A field with an RFC 3339 instant, as reports take it."""

Instant = Annotated[datetime, BeforeValidator(_read_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
"""A field with an RFC 3339 instant, or a date, which stands for its first moment in UTC."""


class Hydratable(Definition):
    """Something that there is already, named by its id."""

    id: UUID


class Effectivity(Definition):
    """From `start` on, and before `end`."""

    start: Instant
    end: Instant | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Effectivity":
        if self.end is not None and self.end <= self.start:
            raise ValueError("The end must come after the start.")
        return self


class EffectivityView(View, frozen=True):
    """From when until when."""

    start: str
    end: str | None


def pointer(parts: Sequence[str | int]) -> str:
    """Write a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


class Expected(int):
    """The version that If-Match names; absent, an operation takes -1 and looks no further."""


ANY_VERSION = Expected(-1)


def require_version(current: int, expected: Expected) -> None:
    """Refuse a change of something that the caller has not seen. Raises: PreconditionFailed."""
    if expected not in (ANY_VERSION, current):
        raise PreconditionFailed(f"The current version is {current}; read it again, then repeat the change.")


def faults_of(details: Sequence[ErrorDetails], under: tuple[str | int, ...] = (), *, given: Any) -> list[Fault]:
    """Turn pydantic's findings into faults with pointers into what was `given`, one for each place."""
    faults: dict[str, Fault] = {}
    for found in details[:100]:
        fault = Fault(pointer((*under, *_place(found, given))), found["type"], _sentence(found))
        before = faults.setdefault(fault.pointer, fault)
        if before.code == "int_type" and fault.code == "is_instance_of":  # a fraction would do as well
            faults[fault.pointer] = fault
        elif fault.detail not in before.detail:
            faults[fault.pointer] = replace(before, detail=f"{before.detail} Or: {fault.detail}")
    return list(faults.values())


def _place(found: ErrorDetails, given: Any) -> Iterator[str | int]:
    """Return the steps that lead through `given`, without the names that pydantic gives to the choices of a union."""
    last = len(found["loc"]) - 1
    may_lack = not found["type"].endswith(("_type", "_of"))  # of the wrong kind is only what is there
    for number, part in enumerate(found["loc"]):
        is_there = part in (given if isinstance(given, dict) else range(len(given)) if isinstance(given, list) else ())
        if is_there:
            given = given[part]
            yield part
        elif isinstance(given, dict) and number == last and may_lack:
            yield part


# Where pydantic speaks of Python and not of JSON.
_SENTENCES = {
    "extra_forbidden": "There is no such field; leave it out.",
    "model_type": "Write a JSON object.",
    "dict_type": "Write a JSON object.",
    "tuple_type": "Write a JSON array.",
    "list_type": "Write a JSON array.",
    "bool_type": "Write true or false.",
    "int_type": "Write a whole number.",
    "string_type": "Write text.",
    "is_instance_of": "Write a number.",
    "too_long": "Write at most {max_length}.",
    "too_short": "Write at least {min_length}.",
}


def _sentence(found: ErrorDetails) -> str:
    ours = _SENTENCES.get(found["type"])
    if ours is not None:
        return ours.format_map(found.get("ctx", {}))
    return found["msg"].removeprefix("Value error, ").rstrip(".") + "."


def read(kind: type[T], value: Any) -> T:
    """Read `value` into a `Definition`. Raises: Invalid with every fault."""
    try:
        return kind.model_validate(value)
    except ValidationError as fault:
        raise invalid(faults_of(fault.errors(include_url=False, include_input=False), given=value)) from None


def invalid(faults: Sequence[Fault]) -> Invalid:
    """Make the 422 that lists `faults`."""
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return Invalid(f"{first.pointer or '/'}: {first.detail}{more}", faults=faults)


def is_uuid(text: str) -> bool:
    """Tell whether it is a UUID in its usual form, in letters of any case."""
    return _UUID.fullmatch(text) is not None


def subject_key(name: str) -> str:
    """Return the key under which a subject's name is kept: ids in lower case, the rest as it is."""
    try:
        return str(UUID(name)) if len(name) == UUID_CHARACTERS else name
    except ValueError:
        return name
