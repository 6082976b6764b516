"""What an event type says beside its schema: how strictly, how late and how often it is taken, and what is added.

Everything is optional. With nothing said, an event type behaves as if none of this existed.
"""

from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

import msgspec
from pydantic import AfterValidator, Field

from punchcard import wire
from punchcard.engine.closed import close
from punchcard.engine.enhancement import REFUSED
from punchcard.engine.schema import Schema, compile_schema
from punchcard.errors import Fault

DAYS_MAX = 36_500
SECONDS_MAX = 31_536_000
DUPLICATE_WINDOW_SECONDS_MAX = 86_400
POINTERS_MAX = 20
MAPPINGS_MAX = 20

LatePolicy = Literal["accept", "reject", "hold"]
OnInvalid = Literal["reject", "quarantine"]
Enhancer = Literal[
    "RANDOM_NUMBER", "AUDIENCE_ENHANCER", "POINTS_ENHANCER", "TIER", "REFERRAL_DETAILS", "CODE_POOL", "TEST"
]  # fmt: skip
ENHANCERS: tuple[Enhancer, ...] = get_args(Enhancer)
"""Every enhancer, in the order in which they run."""


class TypeSettings(msgspec.Struct, frozen=True, rename="camel"):
    """The settings of one version of an event type, as they are stored and shown.

    allow_unknown             false: a field that the schema does not name is refused, wherever it describes an object
    occurred_past_days        how far back `occurredAt` may lie; None: as far as the engine allows, never further
    occurred_future_seconds   how far ahead it may lie; None: the same
    late_policy               what becomes of an event that occurred more than `late_after_days` days ago
    duplicate_window_seconds  how long the same content counts as a duplicate; 0: never
    duplicate_include         JSON pointers into the payload: the fields that identify it, and no others
    duplicate_exclude         JSON pointers into the payload: the fields that do not; one of the two lists at most
    near_duplicate_pointer    a field, such as an order number, whose repetition with other content is flagged
    on_invalid                what becomes of a payload that breaks the schema
    """

    allow_unknown: bool = True
    occurred_past_days: int | None = None
    occurred_future_seconds: int | None = None
    late_policy: LatePolicy = "accept"
    late_after_days: int | None = None
    duplicate_window_seconds: int = 60
    duplicate_include: tuple[str, ...] = ()
    duplicate_exclude: tuple[str, ...] = ()
    near_duplicate_pointer: str | None = None
    on_invalid: OnInvalid = "reject"


Days = Annotated[wire.Integer, Field(ge=0, le=DAYS_MAX)]
Pointer = Annotated[str, Field(max_length=256, pattern=r"^(/([^/~]|~[01])*)+$")]
Pointers = Annotated[tuple[Pointer, ...], Field(max_length=POINTERS_MAX)]


class TypeSettingsDefinition(wire.Definition):
    """The settings that are given; one that is left out stays, and is at its default in a new event type.

    The limits of `occurredAt` are days back and seconds ahead; null, and more than the engine allows, is the engine's.
    `latePolicy` looks at events that occurred more than `lateAfterDays` days before they are reported. Pointers are
    JSON pointers into the payload.
    """

    allow_unknown: wire.Flag = Field(
        True, description="false: fields that the schema does not name are refused, wherever it describes an object"
    )
    occurred_past_days: Days | None = Field(
        None, description="how far back `occurredAt` may lie; null: as far as the engine allows"
    )
    occurred_future_seconds: Annotated[wire.Integer, Field(ge=0, le=SECONDS_MAX)] | None = Field(
        None, description="how far ahead `occurredAt` may lie; null: as far as the engine allows"
    )
    late_policy: LatePolicy = Field("accept", description="what becomes of an event that is reported late")
    late_after_days: Annotated[wire.Integer, Field(ge=1, le=DAYS_MAX)] | None = Field(
        None, description="from what age on an event is late; `reject` and `hold` need it"
    )
    duplicate_window_seconds: Annotated[wire.Integer, Field(ge=0, le=DUPLICATE_WINDOW_SECONDS_MAX)] = Field(
        60, description="how long the same content is refused as a duplicate; 0: never"
    )
    duplicate_include: Pointers = Field((), description="the only fields that identify a payload, as JSON pointers")
    duplicate_exclude: Pointers = Field((), description="the fields that do not; one of the two lists at most is used")
    near_duplicate_pointer: Pointer | None = Field(
        None, description="a field, such as an order number, whose repetition with other content is flagged"
    )
    on_invalid: OnInvalid = Field("reject", description="what becomes of a payload that breaks the schema")

    def over(self, current: TypeSettings) -> TypeSettings:
        """Return `current` with what is given here. Raises: Invalid when the whole contradicts itself."""
        settings = msgspec.structs.replace(current, **self.model_dump(exclude_unset=True))
        faults = []
        if settings.late_policy != "accept" and settings.late_after_days is None:
            detail = f"Say after how many days an event is late; latePolicy {settings.late_policy} needs it."
            faults.append(Fault("/settings/lateAfterDays", "missing", detail))
        if settings.duplicate_include and settings.duplicate_exclude:
            detail = "Name the fields that identify a payload or those that do not, and leave the other list empty."
            faults.append(Fault("/settings/duplicateExclude", "contradiction", detail))
        if faults:
            raise wire.invalid(faults)
        return settings


class MetaTypeMapping(wire.Definition):
    """What events of the type are besides: kept and shown as it is given."""

    meta_type: Literal["TRANSACTION"]
    meta_payload_config: wire.Json | None = None
    meta_constraint: wire.Json | None = None


def _in_order(given: tuple[Enhancer, ...]) -> tuple[Enhancer, ...]:
    if len(set(given)) < len(given):
        raise ValueError("Name each enhancer once.")
    for name in given:
        if name in REFUSED:
            raise ValueError(f"Leave {name} out: {REFUSED[name]}.")
    return tuple(sorted(given, key=ENHANCERS.index))


Enhancers = Annotated[
    tuple[Enhancer, ...],
    Field(
        max_length=len(ENHANCERS),
        description="what is added to each event; RANDOM_NUMBER switches the refusal of duplicates by content off",
    ),
    AfterValidator(_in_order),
]
MetaTypeMappings = Annotated[tuple[MetaTypeMapping, ...], Field(max_length=MAPPINGS_MAX)]

_settings = msgspec.json.Decoder(TypeSettings)
_enhancers = msgspec.json.Decoder(tuple[Enhancer, ...])


def read_settings(stored: str) -> TypeSettings:
    """Read the column `settings`."""
    return _settings.decode(stored)


def read_enhancers(stored: str) -> tuple[Enhancer, ...]:
    """Read the column `enhancers`."""
    return _enhancers.decode(stored)


def mappings_text(mappings: tuple[MetaTypeMapping, ...]) -> str:
    """Return the JSON text of the column `meta_type_mappings`: what was given, and no more."""
    stored: list[dict[str, Any]] = [mapping.model_dump(by_alias=True, exclude_unset=True) for mapping in mappings]
    return wire.text(stored)


def effective_schema(stored: str | None, settings: TypeSettings) -> wire.Json | None:
    """Return the schema that payloads are judged by: as it was written, or closed where unknown fields are refused.

    `stored` is the column `schema`, which compiles. Raises: SchemaFault where it cannot be closed.
    """
    if stored is None:
        return None
    document: wire.Json = wire.decode(stored.encode())
    return document if settings.allow_unknown else close(document)


# Most of a tenant's types are the engine's own, the same everywhere, and compiling them was half of what a load took.
@lru_cache(maxsize=512)
def compiled_schema(stored: str | None, settings: TypeSettings) -> Schema | None:
    """Return the effective schema, compiled. Raises: SchemaFault, as above."""
    document = effective_schema(stored, settings)
    return None if document is None else compile_schema(document)
