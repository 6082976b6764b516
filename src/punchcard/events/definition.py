"""What a caller says happened, read from JSON: the reference's EventDefinition."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Struct

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.errors import Fault
from punchcard.events.cloudevents import Identity
from punchcard.wire import COLON

NAME_CHARACTERS_MAX = 128
USUAL_FIELDS = 3
"""Mostly a report has a type, a subject and a payload."""
_FIELDS = frozenset({"type", "subject", "executor", "payload", "occurredAt"})
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)]


class Report(Struct, frozen=True, gc=False):
    """One event as it was reported, by whom. `payload` is `{}` where it was left out.

    `context` is kept with the event; `identity` is what makes a CloudEvent the same event again. `written`: the
    payload as JSON, where somebody has written it already.
    """

    principal: Principal
    type: str
    payload: Mapping[str, Any]
    subject: str | None = None
    executor: str | None = None
    occurred_at: datetime | None = None
    context: Mapping[str, Any] | None = None
    identity: Identity | None = None
    written: bytes | None = None


class _Definition(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    type: Name
    subject: Name | None = None
    executor: Name | None = None
    payload: Any = None
    occurred_at: str | None = None


_decoder = wire.decoder(_Definition)


def read_plain(principal: Principal, body: bytes) -> Report | None:
    """Read in one pass what can be read in one way only; None where `wire.decode` and `read_report` look closer.

    No key was lost, which proves that none came twice: the fields that are there, and the payload written again, have
    as many colons as the body. Written it is what will be stored.
    """
    colons = body.count(COLON)
    if wire.may_hide(body, colons):
        return None
    try:
        read = _decoder.decode(body)
        occurred_at = None if read.occurred_at is None else wire.parse_instant(read.occurred_at)
    except (ArithmeticError, ValueError):
        return None
    payload, subject, executor = read.payload, read.subject, read.executor
    if type(payload) is not dict:
        return None
    written = wire.encode(payload)
    is_usual = subject is not None and executor is None and occurred_at is None
    if not (is_usual and colons == written.count(COLON) + USUAL_FIELDS):
        texts = [text for text in (read.type, subject, executor, read.occurred_at) if text is not None]
        if colons != written.count(COLON) + 1 + len(texts) + sum([text.count(":") for text in texts]):
            return None
    return Report(principal, read.type, payload, subject, executor, occurred_at, None, None, written)


def read_report(principal: Principal, body: Any) -> Report:
    """Read one event definition. Raises: Invalid, with every fault."""
    try:
        read = msgspec.convert(body, _Definition)
        payload = {} if read.payload is None else read.payload
        occurred_at = None if read.occurred_at is None else wire.parse_instant(read.occurred_at)
    except ValueError:  # it names the first fault alone
        raise wire.invalid(_faults(body)) from None
    if not isinstance(payload, dict):
        raise wire.invalid(_faults(body))
    return Report(principal, read.type, payload, read.subject, read.executor, occurred_at)


def _faults(body: Any) -> list[Fault]:
    if not isinstance(body, dict):
        return [Fault("", "object_expected", "An event is a JSON object.")]
    unknown = sorted(body.keys() - _FIELDS)
    faults = [Fault(wire.pointer([name]), "unknown_field", "An event has no such field.") for name in unknown]
    if body.get("type") is None:
        faults.append(Fault("/type", "missing", "This field is required."))
    faults += [fault for name in ("type", "subject", "executor") for fault in _text_faults(name, body.get(name))]
    if not isinstance(body.get("payload"), dict | None):
        faults.append(Fault("/payload", "object_expected", "The payload is a JSON object."))
    return faults + _instant_faults(body.get("occurredAt"))


def _text_faults(name: str, value: Any) -> list[Fault]:
    if value is None or (isinstance(value, str) and 1 <= len(value) <= NAME_CHARACTERS_MAX):
        return []
    return [Fault(f"/{name}", "text_expected", f"Write a text of 1 to {NAME_CHARACTERS_MAX} characters.")]


def _instant_faults(value: Any) -> list[Fault]:
    try:
        if value is not None:
            wire.parse_instant(value if isinstance(value, str) else "")
    except ValueError as fault:
        return [Fault("/occurredAt", "instant_expected", str(fault))]
    return []
