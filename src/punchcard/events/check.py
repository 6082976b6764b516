"""Whether an event may be reported: judged by what is configured and by whom it is about. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from punchcard import wire
from punchcard.access.principals import SECRET, USER, Principal
from punchcard.db.connection import Row
from punchcard.engine.schema import Schema
from punchcard.errors import (
    EventTypeArchived,
    EventTypeUnknown,
    Fault,
    IntrinsicType,
    OccurredAtOutOfRange,
    PayloadInvalid,
    SecretNotValidForType,
    SubjectClosed,
    SubjectMismatch,
    SubjectRequired,
    SubjectUnknown,
    TypeNotForCaller,
    Unauthenticated,
    UserRestricted,
)
from punchcard.events.catalogue import EventType, Snapshot
from punchcard.events.definition import Report
from punchcard.events.intake import Intake
from punchcard.events.intrinsic_types import BY_NAME


def type_for(principal: Principal, name: str, snapshot: Snapshot) -> EventType:
    """Return the event type of a name, if the caller, who is admitted, may report it.

    Raises: the first error, as listed.
    """
    event_type = snapshot.types.get(name)
    if principal.kind is SECRET:
        _require_own_type(principal, event_type)
    if event_type is None:
        raise EventTypeUnknown(f"There is no event type {name[:64]!r}; GET /v1/event_types/ lists them.")
    if event_type.is_intrinsic:
        raise IntrinsicType(f"The engine reports this itself: call {BY_NAME[event_type.name].command} instead.")
    if event_type.is_private and principal.kind is USER:
        raise TypeNotForCaller("This event type is private: report it with its secret.")
    if not event_type.is_active:
        detail = "This event type is archived and takes no events until an administrator takes it up again."
        raise EventTypeArchived(detail, faults=[Fault("/type", "event_type_archived", detail)])
    return event_type


def check(report: Report, event_type: EventType) -> None:
    """Make sure that a report of a type that its caller may report is whole and fits.

    Raises: SubjectRequired, PayloadInvalid.
    """
    if report.subject is None and report.principal.kind is not USER:
        detail = "Say whom the event is about: a user's id, account number or authIdentifier."
        raise SubjectRequired(detail, faults=[Fault("/subject", "missing", detail)])
    if event_type.schema is not None and not event_type.schema.takes(report.payload):
        raise _payload_invalid(event_type.schema, report.payload)


def _require_own_type(principal: Principal, event_type: EventType | None) -> None:
    if event_type is None or event_type.id != principal.event_type_id:
        raise SecretNotValidForType("Report each event type with its own secret.")
    if not event_type.is_private:
        raise TypeNotForCaller("This event type is public: report it with an end user's token.")


def require_fit(event_type: EventType, payload: Mapping[str, Any]) -> None:
    """Refuse a payload that breaks the type's schema. Raises: PayloadInvalid, with every fault."""
    if event_type.schema is not None and not event_type.schema.takes(payload):
        raise _payload_invalid(event_type.schema, payload)


def _payload_invalid(schema: Schema, payload: Mapping[str, Any]) -> PayloadInvalid:
    faults = [
        Fault(wire.pointer(("payload", *fault.path)), fault.keyword, fault.detail) for fault in schema.faults(payload)
    ]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return PayloadInvalid(f"{faults[0].pointer}: {faults[0].detail}{more}", faults=faults)


def require_subject(report: Report, about: Row | None, caller: Row | None) -> Row:
    """Return the subject, if the caller may report for it. `about` and `caller` are wallets, as locked.

    Raises: SubjectUnknown, SubjectClosed; for an end user Unauthenticated, SubjectMismatch, UserRestricted.
    """
    if report.principal.kind is USER:
        _require_self(report, about, caller)
    if about is None:
        detail = "No user goes by this id, account number or authIdentifier."
        raise SubjectUnknown(detail, faults=[Fault("/subject", "subject_unknown", detail)])
    if about["status"] == "CLOSED":
        detail = "The subject's account is closed."
        raise SubjectClosed(detail, faults=[Fault("/subject", "subject_closed", detail)])
    return about


def _require_self(report: Report, about: Row | None, caller: Row | None) -> None:
    if caller is None or not caller["proves_identity"] or caller["status"] == "CLOSED":
        raise Unauthenticated("The token's user is not registered, or the account is closed.")
    if about is None or about["user_id"] != caller["user_id"]:
        detail = "An end user reports for nobody else: leave the subject out."
        raise SubjectMismatch(detail, faults=[Fault("/subject", "subject_mismatch", detail)])
    if report.executor not in (None, report.principal.id, str(caller["user_id"])):
        detail = "An end user is the executor of what the user reports: leave the executor out."
        raise SubjectMismatch(detail, faults=[Fault("/executor", "subject_mismatch", detail)])
    if caller["status"] == "RESTRICTED":
        raise UserRestricted("An administrator has restricted this user; the user's token reports nothing.")


def require_in_reach(occurred_at: datetime, now: datetime, intake: Intake, past: timedelta, ahead: timedelta) -> None:
    """Refuse what lies too far back or ahead of the database's clock: as the type says, and no further than the engine.

    Raises: OccurredAtOutOfRange.
    """
    past = past if intake.past is None else min(past, intake.past)
    ahead = ahead if intake.ahead is None else min(ahead, intake.ahead)
    if not now - past <= occurred_at <= now + ahead:
        detail = (
            f"occurredAt lies more than {_days(past)} back or {ahead.total_seconds():.0f} seconds ahead of "
            f"{wire.rfc3339(now)}; name an instant between, or leave it out for now."
        )
        raise OccurredAtOutOfRange(detail, faults=[Fault("/occurredAt", "out_of_range", detail)])


def find_doubt(occurred_at: datetime, now: datetime, intake: Intake) -> OccurredAtOutOfRange | None:
    """Return what is wrong with an event that is late for its type, where such ones wait in quarantine.

    Raises: OccurredAtOutOfRange where they are refused.
    """
    after = intake.late_after
    if after is None or occurred_at >= now - after:
        return None
    detail = f"It occurred more than {_days(after)} before it is reported, which is late for its event type."
    late = OccurredAtOutOfRange(detail, faults=[Fault("/occurredAt", "late", detail)])
    if not intake.holds_late:
        raise late
    return late


def _days(span: timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"
