"""The hot lane: `POST /v1/events` and `/v1/events/batch`, on bare ASGI.

The same order of checks, the same errors and the same document as the other lane, without its cost.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from punchcard import wire
from punchcard.access.principals import ADMIN, Kind, Principal
from punchcard.access.roles import REPORTING
from punchcard.errors import (
    Fault,
    KeyInFlight,
    KeyReused,
    Malformed,
    PunchcardError,
    RoleRequired,
    SubjectMismatch,
    TooLarge,
    Unauthenticated,
)
from punchcard.events.batcher import Done
from punchcard.events.definition import Report, read_plain, read_report
from punchcard.events.event import EventView
from punchcard.events.idempotency import read_key
from punchcard.events.quarantine import QuarantinedView
from punchcard.events.request import Item, Request
from punchcard.http import cloudevents, metrics
from punchcard.http.asked import Answer, Asked
from punchcard.http.bodies import Headers, require_media_type
from punchcard.http.cloudevents import Mode
from punchcard.http.door import admitted, admitted_at_once, count_batch, with_role
from punchcard.http.runtime import Runtime

ACCEPTED = 202
JSON, NDJSON = "application/json", "application/x-ndjson"
REPLAYED = {"Idempotency-Replayed": "true"}


async def report_one(runtime: Runtime, asked: Asked) -> Answer:
    """Answer `POST /v1/events`. Raises: any PunchcardError."""
    mode = _mode_of(asked)
    if mode is Mode.BATCHED:
        return await report_batch(runtime, asked)
    request = _read_one(await _reporter(runtime, asked), mode, asked)
    await runtime.batcher.submit(request)
    return answered(request)


def begin_one(runtime: Runtime, asked: Asked, done: Done) -> bool:
    """Queue the report of a caller who is known; once it is `done`, `answered` answers it. Raises: any PunchcardError.

    False: somebody has to be waited for, and nothing has happened yet; `report_one` does it.
    """
    mode = _mode_of(asked)
    principal = None if mode is Mode.BATCHED else admitted_at_once(runtime, asked)
    if principal is None:
        return False
    runtime.batcher.queue(_read_one(principal, mode, asked), done)
    return True


def _mode_of(asked: Asked) -> Mode | None:
    mode = cloudevents.mode_of(asked.headers)
    if mode is None or mode is Mode.STRUCTURED:  # in binary mode it is the data's, and not ours to require
        require_media_type(asked.headers, (JSON,) if mode is None else (cloudevents.ONE,))
    return mode


def _read_one(principal: Principal, mode: Mode | None, asked: Asked) -> Request:
    reported = read_plain(principal, asked.body) if mode is None else None
    body = asked.body if reported is not None or mode is Mode.BINARY else wire.decode(asked.body)
    told = cloudevents.sent_in(asked.headers) if mode is Mode.BINARY else ()
    key = read_key(principal, asked.header(b"idempotency-key"), b"POST /v1/events", asked.body, *told)
    if mode is not None:
        reported = _read_event(principal, mode, asked.headers, body)
    elif reported is None:
        reported = read_report(principal, body)
    _refuse_other_subject(principal, asked, [reported.subject])
    return Request([Item(reported)], answer_one, key)


async def report_batch(runtime: Runtime, asked: Asked) -> Answer:
    """Answer `POST /v1/events/batch`. Raises: any PunchcardError that is true of the whole batch."""
    media = require_media_type(asked.headers, (JSON, NDJSON, cloudevents.MANY))
    principal = await _reporter(runtime, asked)
    atomic = _atomic(asked.query)
    bodies = _bodies(media, asked.body, runtime.settings.batch_events_max)
    key = read_key(principal, asked.header(b"idempotency-key"), b"POST /v1/events/batch", asked.query, asked.body)
    await count_batch(runtime, principal, len(bodies))
    items, unread = _read_items(principal, media, bodies)
    _refuse_other_subject(principal, asked, [item.report.subject for item in items])
    request = Request(items, lambda done: (200, _batch_body(bodies, done, unread, asked.request_id)), key, atomic)
    if atomic and unread:
        raise _batch_refused(unread, asked.request_id)
    if items:
        await runtime.batcher.submit_alone(request)
    _refuse_whole(request)
    if atomic and request.remembered is None and any(item.error for item in request.items):
        raise _batch_refused(
            {place: _told(item, item.error) for place, item in enumerate(request.items) if item.error}, asked.request_id
        )
    _count(request)
    if request.remembered is not None:
        return request.remembered.status, request.remembered.body, REPLAYED
    return (*request.answer(request), REPLAYED if items and all(item.known for item in request.items) else {})


async def _reporter(runtime: Runtime, asked: Asked) -> Principal:
    principal = await admitted(runtime, asked)
    if principal.kind is Kind.KEY:
        detail = "Send a bearer token: an end user's for a public event type, a secret of the type for a private one."
        raise Unauthenticated(detail, headers={"WWW-Authenticate": 'Bearer realm="punchcard"'})
    if principal.kind is ADMIN and principal.role not in REPORTING:
        return await with_role(runtime, principal, REPORTING)  # nobody is refused by what was true a moment ago
    return principal


def _refuse_other_subject(principal: Principal, asked: Asked, subjects: Sequence[str | None]) -> None:
    """Refuse an end user who names another subject beside the body, where it is never taken."""
    if principal.kind is not Kind.USER:
        return
    named = [*parse_qs(asked.query.decode("latin-1")).get("subject", []), asked.header(b"x-subject")]
    if any(name not in (None, principal.id, *subjects) for name in named):
        raise SubjectMismatch("An end user reports for nobody else: leave the subject out.")


def answered(request: Request) -> Answer:
    """Return the answer to a report that has been carried out. Raises: the PunchcardError that it ended as."""
    _count(request)
    if request.remembered is not None:
        return request.remembered.status, request.remembered.body, REPLAYED
    (item,) = request.items
    if item.error is not None:
        raise _told(item, item.error)
    return (*answer_one(request), {} if item.known is None else REPLAYED)


def _told(item: Item, error: PunchcardError) -> PunchcardError:
    return error if item.report.identity is None else cloudevents.in_its_words(error)


def _read_event(principal: Principal, mode: Mode, headers: Headers, body: Any) -> Report:
    binary = mode is Mode.BINARY
    envelope = cloudevents.read_binary(headers, body) if binary else cloudevents.read_structured(body)
    return cloudevents.report_of(principal, envelope)


def answer_one(request: Request) -> tuple[int, bytes]:
    """Return the answer to a request of one event that has been recorded, or waits in quarantine."""
    (item,) = request.items
    if item.quarantined is not None:
        return ACCEPTED, wire.encode({"status": "success", "data": _waiting(item, item.quarantined)})
    return 200, b'{"status":"success","data":' + wire.encode(item.event) + b"}"


def _waiting(item: Item, quarantined: QuarantinedView) -> QuarantinedView:
    return quarantined if item.report.identity is None else cloudevents.waiting_in_its_words(quarantined)


def _count(request: Request) -> None:
    for item in request.items:
        if item.event is not None:
            metrics.ANSWERS.events += item.known is None
        elif item.quarantined is not None:
            if item.known is None:
                metrics.EVENTS_QUARANTINED.labels(item.quarantined.reason).inc()
        elif item.error is not None:
            metrics.EVENTS_REFUSED.labels(item.error.code).inc()


# batches -----------------------------------------------------------------------------------------


def _atomic(query: bytes) -> bool:
    given = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("atomic", ["false"])
    if given not in (["true"], ["false"]):
        raise Malformed("Write atomic=true or atomic=false.")
    return given == ["true"]


def _bodies(media: str, body: bytes, events_max: int) -> list[Any]:
    """Return the definitions of a batch. Raises: Malformed, Invalid, TooLarge."""
    if media == NDJSON:
        lines = [line for line in body.split(b"\n") if line.strip()]
        if len(lines) > events_max:
            raise _too_many(events_max)
        read: Any = [_read_line(number, line) for number, line in enumerate(lines, 1)]
    else:
        read = wire.decode(body)
    if isinstance(read, dict) and set(read) == {"events"} and media == JSON:
        read = read["events"]
    if not isinstance(read, list):
        raise wire.invalid([Fault("", "array_expected", 'Send an array of events, or {"events": […]}.')])
    if len(read) > events_max:
        raise _too_many(events_max)
    return read


def _read_line(number: int, line: bytes) -> Any:
    try:
        return wire.decode(line)
    except Malformed as error:
        raise Malformed(f"Line {number}: {error.detail}") from None


def _too_many(events_max: int) -> TooLarge:
    return TooLarge(f"A batch has at most {events_max} events; send several.")


def _refuse_whole(request: Request) -> None:
    """Refuse a batch for what is true of all of it, its key and its caller.

    Raises: KeyInFlight, KeyReused, Unauthenticated, RoleRequired.
    """
    for item in request.items:
        if isinstance(item.error, KeyInFlight | KeyReused | Unauthenticated | RoleRequired):
            raise item.error


def _read_items(principal: Principal, media: str, bodies: list[Any]) -> tuple[list[Item], dict[int, PunchcardError]]:
    """Return an item for each definition that can be read, and the errors of the others by place."""
    items: list[Item] = []
    unread: dict[int, PunchcardError] = {}
    are_events = media == cloudevents.MANY
    for place, body in enumerate(bodies):
        try:
            read = _read_event(principal, Mode.BATCHED, {}, body) if are_events else read_report(principal, body)
            items.append(Item(read))
        except PunchcardError as error:
            unread[place] = error.as_value()
    return items, unread


class Verdict(wire.View, frozen=True):
    """What became of one event of a batch: its place, the status that it would have had alone, and one of the rest.

    `replayed`: it is a CloudEvent that was recorded, or set aside, before.
    """

    index: int
    status: int
    event: EventView | None = None
    problem: dict[str, Any] | None = None
    quarantined: QuarantinedView | None = None
    replayed: bool = False


def _batch_body(bodies: list[Any], done: Request, unread: dict[int, PunchcardError], request_id: str) -> bytes:
    items = iter(done.items)
    verdicts = []
    for place in range(len(bodies)):
        item = None if place in unread else next(items)
        error = unread[place] if item is None else item.error and _told(item, item.error)
        if error is not None:
            verdicts.append(Verdict(place, error.status, problem=error.problem(request_id)))
        elif item is not None and item.event is not None:
            verdicts.append(Verdict(place, 200, item.event, replayed=item.known is not None))
        elif item is not None and item.quarantined is not None:
            waiting = _waiting(item, item.quarantined)
            verdicts.append(Verdict(place, ACCEPTED, quarantined=waiting, replayed=item.known is not None))
    return wire.encode({"status": "success", "data": verdicts})


def _batch_refused(errors: dict[int, PunchcardError], request_id: str) -> PunchcardError:
    """Return the error of an atomic batch: the first one's kind, and every item's problem by its place."""
    place, first = next(iter(errors.items()))
    told = [{"index": at, "status": error.status, "problem": error.problem(request_id)} for at, error in errors.items()]
    detail = f"Nothing of the batch was recorded; {len(errors)} of its events cannot be. At {place}: {first.detail}"
    faults = [Fault(f"/{place}{fault.pointer}", fault.code, fault.detail) for fault in first.faults]
    return type(first)(detail, faults=faults, headers=first.headers, items=told)
