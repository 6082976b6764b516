"""JSON Schemas: compiled once, judged exactly, and never reaching outside themselves.

Numbers are exact (`Decimal`), patterns run on a linear-time engine, formats are checked, and nothing is fetched.
Payload schemas are draft 2020-12 unless `$schema` says otherwise; constraints are draft 6.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import jsonschema_rs
from msgspec import Struct

from punchcard.engine.schema_references import find_fault

DRAFT_6 = "http://json-schema.org/draft-06/schema#"
DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema"
# The library would fetch any other by HTTP, or read it from a file, while it checks the schema against it.
DRAFTS = (
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    DRAFT_2020_12,
)
SCHEMA_CHARACTERS_MAX = 65_536
FAULTS_MAX = 100
DETAIL_CHARACTERS_MAX = 300


class SchemaFault(Exception):
    """The schema cannot be used: `pointer` says where, the text says why and what to do."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer


class PayloadFault(Struct, frozen=True):
    """One thing that a payload breaks: where (steps into the payload), which keyword, and a sentence."""

    path: tuple[str | int, ...]
    keyword: str
    detail: str


class Schema:
    """A compiled JSON Schema."""

    def __init__(self, validator: Any) -> None:
        self._validator = validator
        self.takes = validator.is_valid

    def faults(self, payload: Mapping[str, Any]) -> list[PayloadFault]:
        """Return what `payload` breaks, at most 100 faults; a missing or unexpected field is pointed at itself."""
        found = (fault for error in self._validator.iter_errors(payload) for fault in _faults_of(error))
        return list(islice(found, FAULTS_MAX))


def compile_schema(document: Any, *, default_draft: str = DRAFT_2020_12) -> Schema:
    """Compile a schema.

    Raises: SchemaFault when it is not valid, too large, reaches outside itself, or loops without consuming.
    """
    if len(json.dumps(document, default=str)) > SCHEMA_CHARACTERS_MAX:
        raise SchemaFault("", f"The schema is longer than {SCHEMA_CHARACTERS_MAX} characters; make it smaller.")
    if isinstance(document, Mapping) and "$schema" not in document:
        document = {"$schema": default_draft, **document}
    if isinstance(document, Mapping) and str(document["$schema"]).removesuffix("#") not in DRAFTS:
        raise SchemaFault("/$schema", f"Name one of {', '.join(DRAFTS)}, or leave it out; nothing is fetched.")
    try:
        jsonschema_rs.meta.validate(document)
        fault = find_fault(document)
        if fault is not None:
            raise SchemaFault(*fault)
        validator = jsonschema_rs.validator_for(
            document, offline=True, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
        )
    except jsonschema_rs.ValidationError as error:
        where = "".join(f"/{step}" for step in error.instance_path)
        raise SchemaFault(where, f"{_cut(error.message)}.") from None
    except (jsonschema_rs.ReferencingError, ValueError, TypeError) as error:
        raise SchemaFault("", f"{_cut(str(error))}.") from None
    return Schema(validator)


def _faults_of(error: jsonschema_rs.ValidationError) -> Iterator[PayloadFault]:
    path = tuple(error.instance_path)
    kind: Any = error.kind
    if kind.name == "required":
        yield PayloadFault((*path, kind.property), kind.name, "This field is required.")
    elif kind.name in {"additionalProperties", "unevaluatedProperties"}:
        for name in kind.unexpected:
            yield PayloadFault((*path, name), kind.name, "This field is not known to the schema.")
    else:
        yield PayloadFault(path, kind.name, f"{_cut(error.message)}.")


def _cut(message: str) -> str:
    first = message.partition("\n")[0]
    return first if len(first) <= DETAIL_CHARACTERS_MAX else first[: DETAIL_CHARACTERS_MAX - 1] + "…"
