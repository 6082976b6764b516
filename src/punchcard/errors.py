"""Every error that a caller can meet, as one tree.

    PunchcardError
    ├── Malformed                         400  the request cannot be read
    │   └── KeyMalformed                       an Idempotency-Key out of bounds
    ├── Unauthenticated                   401  who is calling?
    │   ├── SignInLinkUnusable                 used already, expired, or never given out
    │   └── CredentialsRefused                 a password, or what stands for one, at the console's door
    ├── Forbidden                         403  known, but not allowed
    │   ├── IntrinsicType                      only the engine reports these
    │   ├── SecretNotValidForType              the secret belongs to another event type
    │   ├── TypeNotForCaller                   public and private mixed up
    │   ├── SubjectMismatch                    an end user named somebody else
    │   ├── UserRestricted
    │   ├── SamePrincipal                      somebody else has to approve
    │   ├── SelfGrant                          an administrator would give points to himself
    │   ├── RoleRequired                       the administrator's role does not reach so far
    │   │   ├── OwnerRequired, ManagerRequired, SupportRequired, ViewerRequired
    │   └── CrossSite                          a session's cookie, sent along by another site
    ├── NotFound                          404
    │   ├── EventTypeUnknown
    │   └── SecretUnknown
    ├── MethodNotAllowed                  405
    ├── RequestTimeout                    408
    ├── Conflict                          409  contradicts what is recorded
    │   ├── EventAlreadyExists                 the duplicate of DESIGN §6
    │   ├── KeyInFlight                        the same Idempotency-Key is still being worked on
    │   ├── EventInFlight                      the same CloudEvent is still being recorded
    │   ├── InsufficientPoints
    │   ├── SpendCapReached                    a points policy allows no more in this period
    │   ├── PolicyExceeded                     a cap would let only a part pass
    │   ├── OutOfStock
    │   ├── NotPurchasable
    │   ├── NotEligible                        for other members
    │   ├── PurchaseLimitReached               one member may have no more of it
    │   ├── VoucherUnusable                    used, expired, refunded, or not for this place
    │   ├── NameTaken
    │   ├── LastOwner                          nobody would be left who may do everything
    │   ├── JobEnded                           there is nothing left to cancel
    │   └── AdjustmentResolved                 approved, rejected or expired before
    ├── PreconditionFailed                412  If-Match names another version
    ├── TooLarge                          413
    ├── UnsupportedMediaType              415
    ├── Invalid                           422  readable, but cannot be
    │   ├── PayloadInvalid                     one fault a pointer
    │   ├── SubjectUnknown
    │   ├── SubjectRequired
    │   ├── SubjectClosed
    │   ├── OccurredAtOutOfRange
    │   ├── EventTypeArchived
    │   ├── SchemaRefused
    │   └── KeyReused                          the same Idempotency-Key with another body
    ├── TooManyRequests                   429
    ├── Broken                            500  a fault of ours; it is in the log under its requestId
    └── Unavailable                       503  nothing was recorded; try again
        ├── StorageFull
        └── OutcomeUnknown                     it may or may not have been recorded

    UserMerged                                 the account lives on as another; never leaves the program
    StartRefused                               the program cannot start; printed by the command line

`title` and `code` are stable; `detail` says what happened this time and what to do about it.
Source of the shape: RFC 9457.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field: a JSON pointer into the request, a stable code, a sentence."""

    pointer: str
    code: str
    detail: str


class PunchcardError(Exception):
    """An error with an HTTP status, a stable code and a sentence that says what to do."""

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(
        self,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = headers or {}
        self.members = members

    def as_value(self) -> Self:
        """Return this error as something to be kept, without its traceback.

        A traceback's frames hold the request, and the request holds the error: such a circle, with the body in it,
        would stay in memory until the next full garbage collection.
        """
        return self.with_traceback(None)

    def problem(self, request_id: str) -> dict[str, Any]:
        """Return the RFC 9457 body; `message` repeats `detail` for clients of the reference API."""
        body: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "message": self.detail,
            "requestId": request_id,
            **self.members,
        }
        if self.faults:
            body["errors"] = [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in self.faults]
        return body


class Malformed(PunchcardError):
    """The body, the path or the query cannot be read."""

    status, code, title = 400, "malformed", "The request cannot be read"


class KeyMalformed(Malformed):
    """The Idempotency-Key header is empty, too long, or not printable ASCII."""

    code, title = "idempotency_key_malformed", "The Idempotency-Key cannot be used"


class Unauthenticated(PunchcardError):
    """The API key or the bearer token is missing, unknown, expired or revoked."""

    status, code, title = 401, "unauthenticated", "Say who is calling"


class SignInLinkUnusable(Unauthenticated):
    """The link to the console was used already, has expired, or was never given out."""

    code, title = "sign_in_link_unusable", "The sign-in link cannot be used"


class CredentialsRefused(Unauthenticated):
    """An e-mail address and a password, a link for setting one, or another provider's word for it, open nothing."""

    code, title = "credentials_refused", "These credentials open nothing"


class Forbidden(PunchcardError):
    """The caller is known and may not do this."""

    status, code, title = 403, "forbidden", "This caller may not do that"


class IntrinsicType(Forbidden):
    """The engine alone reports intrinsic events; the detail names the command to call instead."""

    code, title = "intrinsic_type", "Only the engine reports events of this type"


class SecretNotValidForType(Forbidden):
    """The secret belongs to another event type; the answer does not tell whether this one exists."""

    code, title = "secret_not_valid_for_type", "The secret is not valid for this event type"


class TypeNotForCaller(Forbidden):
    """A private type was reported with an end user's token."""

    code, title = "type_not_for_caller", "This kind of caller may not report this event type"


class SubjectMismatch(Forbidden):
    """An end user named another subject or executor than the user of the token."""

    code, title = "subject_mismatch", "The subject is not the user of the token"


class UserRestricted(Forbidden):
    """The user has been restricted by an administrator."""

    code, title = "user_restricted", "The user is restricted"


class SamePrincipal(Forbidden):
    """Whoever asked for an adjustment of points may not be the one who approves it."""

    code, title = "same_principal", "Somebody else has to approve this"


class SelfGrant(Forbidden):
    """The administrator is the member whose points would grow; somebody else has to give them."""

    code, title = "self_grant", "Nobody gives points to himself"


class RoleRequired(Forbidden):
    """The administrator's role does not reach so far; `roles` are those that do, and the code names the least one."""

    code, title = "role_required", "Another role is needed for this"


class OwnerRequired(RoleRequired):
    """Only an owner may do this."""

    code, title = "owner_required", "The role of an owner is needed for this"


class ManagerRequired(RoleRequired):
    """Managers and owners may do this."""

    code, title = "manager_required", "The role of a manager is needed for this"


class SupportRequired(RoleRequired):
    """Whoever has the role support may do this, and those above; `roles` says whether integrations may too."""

    code, title = "support_required", "The role support is needed for this"


class ViewerRequired(RoleRequired):
    """Whoever may look at the programme may do this; an integration does not."""

    code, title = "viewer_required", "The role of a viewer is needed for this"


class CrossSite(Forbidden):
    """The request came with the console's cookie and not from the console's own pages."""

    code, title = "cross_site", "The request comes from another site"


class NotFound(PunchcardError):
    """There is no such thing for this tenant."""

    status, code, title = 404, "not_found", "There is no such thing"


class EventTypeUnknown(NotFound):
    """The tenant has no event type of that name."""

    code, title = "event_type_unknown", "There is no event type of that name"


class SecretUnknown(NotFound):
    """The secret is well formed, and no event type of this tenant has it."""

    code, title = "secret_unknown", "No event type has this secret"


class MethodNotAllowed(PunchcardError):
    """The path exists, and not with this method."""

    status, code, title = 405, "method_not_allowed", "The path does not take this method"


class RequestTimeout(PunchcardError):
    """The body did not arrive in time."""

    status, code, title = 408, "request_timeout", "The request did not arrive in time"


class Conflict(PunchcardError):
    """The request contradicts what is recorded."""

    status, code, title = 409, "conflict", "The request contradicts what is recorded"


class EventAlreadyExists(Conflict):
    """The same type, subject and payload was accepted less than 60 s ago; `event` names the original."""

    code, title = "event_already_exists", "Event Already Exists"


class KeyInFlight(Conflict):
    """A request with the same Idempotency-Key is still being worked on."""

    code, title = "idempotency_key_in_flight", "The same Idempotency-Key is still being worked on"


class EventInFlight(Conflict):
    """A CloudEvent with the same source and id is still being recorded."""

    code, title = "event_in_flight", "The same event is still being recorded"


class InsufficientPoints(Conflict):
    """The balance does not cover the price."""

    code, title = "insufficient_points", "The balance does not cover this"


class SpendCapReached(Conflict):
    """A points policy lets the member spend no more in this period."""

    code, title = "spend_cap_reached", "No more may be spent for now"


class PolicyExceeded(Conflict):
    """A points policy lets only a part of the points pass, and they are given whole or not at all."""

    code, title = "policy_exceeded", "A points policy stands in the way"


class EventReversed(Conflict):
    """An event is undone once."""

    code, title = "event_reversed", "The event has been undone already"


class NotReversible(Conflict):
    """An event that undoes another stays as it is."""

    code, title = "not_reversible", "The event cannot be undone"


class NothingPending(Conflict):
    """No pending points are what a command names."""

    code, title = "nothing_pending", "No such points are pending"


class OutOfStock(Conflict):
    """Nothing is left of the reward."""

    code, title = "out_of_stock", "Nothing is left of this reward"


class NotPurchasable(Conflict):
    """The reward is not for sale, or not now."""

    code, title = "not_purchasable", "The reward cannot be bought now"


class NotEligible(Conflict):
    """The reward is for other members: its criteria, tier or audiences say so."""

    code, title = "not_eligible", "This member cannot buy the reward"


class PurchaseLimitReached(Conflict):
    """The member has bought as many of the reward as one may."""

    code, title = "purchase_limit_reached", "The member may buy no more of it"


class VoucherUnusable(Conflict):
    """The voucher was used, has expired, was refunded, or cannot be used at this place or in this state."""

    code, title = "voucher_unusable", "The voucher cannot be used"


class NameTaken(Conflict):
    """Something else of this tenant already has that name or identifier."""

    code, title = "name_taken", "The name is taken"


class LastOwner(Conflict):
    """The tenant would be left without an owner; give somebody else that role first."""

    code, title = "last_owner", "A tenant keeps at least one owner"


class JobEnded(Conflict):
    """The job has come to its end already: there is nothing left to cancel."""

    code, title = "job_ended", "The job has ended already"


class AdjustmentResolved(Conflict):
    """The adjustment was approved or rejected before, or waited for longer than seven days."""

    code, title = "adjustment_resolved", "The adjustment does not wait any more"


class PreconditionFailed(PunchcardError):
    """If-Match names another version than the current one."""

    status, code, title = 412, "precondition_failed", "It has changed since you read it"


class TooLarge(PunchcardError):
    """The body or the batch is over the limit."""

    status, code, title = 413, "too_large", "The request is too large"


class UnsupportedMediaType(PunchcardError):
    """The body's media type or encoding is not taken here."""

    status, code, title = 415, "unsupported_media_type", "The media type is not taken here"


class Invalid(PunchcardError):
    """The request is readable and says something that cannot be; `errors` points at each fault."""

    status, code, title = 422, "invalid", "The request cannot be carried out as it is"


class PayloadInvalid(Invalid):
    """The payload breaks the event type's schema."""

    code, title = "payload_invalid", "The payload does not fit the event type's schema"


class SubjectUnknown(Invalid):
    """No user of this tenant goes by that id, account number or authIdentifier."""

    code, title = "subject_unknown", "There is no such subject"


class SubjectRequired(Invalid):
    """A private event, or one reported by an administrator, says whom it is about."""

    code, title = "subject_required", "The event does not say whom it is about"


class SubjectClosed(Invalid):
    """The subject's account has been closed."""

    code, title = "subject_closed", "The subject's account is closed"


class OccurredAtOutOfRange(Invalid):
    """`occurredAt` lies too far back or ahead, by the settings."""

    code, title = "occurred_at_out_of_range", "occurredAt is out of range"


class EventTypeArchived(Invalid):
    """The event type is archived and takes no events."""

    code, title = "event_type_archived", "The event type is archived"


class SchemaRefused(Invalid):
    """The JSON Schema cannot be used: not valid, too large, or refers to something outside itself."""

    code, title = "schema_refused", "The schema cannot be used"


class KeyReused(Invalid):
    """The Idempotency-Key was used with another request."""

    code, title = "idempotency_key_reused", "The Idempotency-Key belongs to another request"


class TooManyRequests(PunchcardError):
    """The caller is over a limit; `Retry-After` says when to try again."""

    status, code, title = 429, "too_many_requests", "Too many requests"


class Broken(PunchcardError):
    """Something that should never happen did; the log has it under `requestId`."""

    status, code, title = 500, "broken", "Something broke on our side"


class Unavailable(PunchcardError):
    """The engine cannot do this now; nothing was recorded."""

    status, code, title = 503, "unavailable", "Not available now; nothing was recorded"

    def __init__(self, detail: str, *, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail, headers={"Retry-After": "1", **(headers or {})}, **members)


class StorageFull(Unavailable):
    """The database's disk is full; nothing was recorded, and reading goes on."""

    code, title = "storage_full", "The database has no space left; nothing was recorded"


class OutcomeUnknown(Unavailable):
    """The connection broke during COMMIT and the outcome could not be read back, or the server ran out of memory."""

    code, title = "outcome_unknown", "It is not known whether this was recorded"


def for_lack_of_memory(fault: BaseException) -> OutcomeUnknown | None:
    """Return what to answer when memory ran out beneath an error, whatever became of that; else None."""
    found: BaseException | None = fault
    while found is not None:
        if isinstance(found, MemoryError):
            return OutcomeUnknown(
                "The server has no memory left for this. Repeat it later with the same content or Idempotency-Key, "
                "a batch in smaller parts: it is recorded once at most."
            )
        found = found.__cause__ or found.__context__
    return None


class UserMerged(Exception):
    """The account lives on as another: whoever asks for it is answered with that one. Never leaves the program."""

    def __init__(self, user_id: UUID) -> None:
        super().__init__()
        self.user_id = user_id


class StartRefused(Exception):
    """The program cannot start or a command cannot run; the text is one sentence that says what to do."""

    def __init__(self, detail: str, exit_code: int = 1) -> None:
        super().__init__(detail)
        self.exit_code = exit_code


def catalogue() -> list[type[PunchcardError]]:
    """Return every error class, in the order of the tree: what the reference page lists."""

    def below(parent: type[PunchcardError]) -> list[type[PunchcardError]]:
        return [found for child in parent.__subclasses__() for found in (child, *below(child))]

    return below(PunchcardError)
