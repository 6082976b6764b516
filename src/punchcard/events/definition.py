"""What a caller says happened, read from JSON: the reference's EventDefinition."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.errors import Fault

NAME_CHARACTERS_MAX = 128
_FIELDS = frozenset({"type", "subject", "executor", "payload", "occurredAt"})


class Report(Struct, frozen=True):
    """One event as it was reported, by whom. `payload` is `{}` where it was left out."""

    principal: Principal
    type: str
    payload: Mapping[str, Any]
    subject: str | None = None
    executor: str | None = None
    occurred_at: datetime | None = None


def read_report(principal: Principal, body: Any) -> Report:
    """Read one event definition. Raises: Invalid, with every fault."""
    if not isinstance(body, dict):
        raise wire.invalid([Fault("", "object_expected", "An event is a JSON object.")])
    faults = [
        Fault(wire.pointer([name]), "unknown_field", "An event has no such field.") for name in body.keys() - _FIELDS
    ]
    type_name = _text(body, "type", faults, required=True)
    subject = _text(body, "subject", faults)
    executor = _text(body, "executor", faults)
    payload = body.get("payload")
    if payload is not None and not isinstance(payload, dict):
        faults.append(Fault("/payload", "object_expected", "The payload is a JSON object."))
    occurred_at = _instant(body, faults)
    if faults:
        raise wire.invalid(faults)
    return Report(principal, type_name or "", payload or {}, subject, executor, occurred_at)


def _text(body: Mapping[str, Any], name: str, faults: list[Fault], *, required: bool = False) -> str | None:
    value = body.get(name)
    if value is None:
        if required:
            faults.append(Fault(f"/{name}", "missing", "This field is required."))
        return None
    if not isinstance(value, str) or not 1 <= len(value) <= NAME_CHARACTERS_MAX:
        faults.append(Fault(f"/{name}", "text_expected", f"Write a text of 1 to {NAME_CHARACTERS_MAX} characters."))
        return None
    return value


def _instant(body: Mapping[str, Any], faults: list[Fault]) -> datetime | None:
    value = body.get("occurredAt")
    if value is None:
        return None
    try:
        return wire.parse_instant(value if isinstance(value, str) else "")
    except ValueError as fault:
        faults.append(Fault("/occurredAt", "instant_expected", str(fault)))
        return None
