"""The oracle: compares the clients' journal with the tables; `books` compares the tables with themselves."""

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.oracle import books, model
from tests.oracle.dump import Dump, Row
from tests.oracle.findings import Findings
from tests.oracle.journal import Attempt

DUPLICATE_WINDOW = timedelta(seconds=60)
UNAVAILABLE = 503

Identity = tuple[str, str, str]
"""Type name, user id, payload in one form."""


def examine(attempts: Sequence[Attempt], dump: Dump) -> Findings:
    """Run every check."""
    findings = Findings()
    for attempt in attempts:
        findings.counts[f"{attempt.kind}s {attempt.outcome}"] += 1
        if attempt.status is not None and attempt.status >= 500 and attempt.status != UNAVAILABLE:
            findings.fault(f"attempt {attempt.number} was answered {attempt.status}")
    findings.counts["acknowledged"] = sum(attempt.outcome == "ok" for attempt in attempts)
    names = {row["id"]: row for row in dump.event_types}
    reported = [row for row in dump.events if not names[row["event_type_id"]]["is_intrinsic"]]
    _check_events(findings, [attempt for attempt in attempts if attempt.kind == "event"], reported, names)
    _check_keys(findings, attempts, dump)
    _check_claims(findings, reported, dump)
    books.check_ledger(findings, dump)
    books.check_model(findings, dump)
    books.check_activations(findings, dump)
    books.check_outbox(findings, dump)
    books.check_purchases(findings, [attempt for attempt in attempts if attempt.kind == "purchase"], dump, names)
    return findings


def canonical(value: Any) -> str:
    """Write JSON in one form: keys sorted, equal numbers equal."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(model.fraction(value))
    return json.dumps(value)


def instant(text: str) -> datetime:
    """Read a time of an answer."""
    return datetime.fromisoformat(text).astimezone(UTC)


def in_milliseconds(moment: datetime) -> datetime:
    """Cut a time to what answers show of it."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


# events against the journal ----------------------------------------------------------------------


def _check_events(findings: Findings, attempts: Iterable[Attempt], rows: Sequence[Row], names: dict[UUID, Row]) -> None:
    tried: dict[Identity, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        sent = attempt.sent
        tried[sent["type"], str(sent["subject"]), canonical(sent.get("payload") or {})].append(attempt)
    recorded: dict[Identity, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["reported_at"]):
        name = names[row["event_type_id"]]["name"]
        recorded[name, str(row["user_id"]), canonical(row["payload"])].append(row)
    findings.counts["events recorded"] = len(rows)
    for identity in recorded.keys() - tried.keys():
        findings.fault(f"nobody reported {identity}, and it is recorded", "doubled")
    for identity, group in tried.items():
        _check_group(findings, identity, group, recorded[identity])


def _check_group(findings: Findings, identity: Identity, attempts: Sequence[Attempt], rows: Sequence[Row]) -> None:
    """Check all attempts with one content against all events with it."""
    by_id = {str(row["id"]): row for row in rows}
    acknowledged: dict[str, Attempt] = {}
    for attempt in (attempt for attempt in attempts if attempt.outcome == "ok"):
        _check_acknowledged(findings, attempt, by_id)
        event_id = attempt.answer["id"]
        first = acknowledged.setdefault(event_id, attempt)
        if first is not attempt and (attempt.key is None or attempt.key != first.key):
            findings.fault(f"event {event_id} was acknowledged to two requests that share no key", "doubled")
    unknown = sum(attempt.outcome == "unknown" for attempt in attempts)
    more = len(rows) - len(acknowledged.keys() & by_id.keys())
    findings.counts["unknown outcomes"] += unknown
    findings.counts["unknown outcomes that were recorded"] += min(more, unknown)
    if more > unknown:
        findings.fault(f"{identity}: {more} events beyond those acknowledged, of {unknown} unknown outcomes", "doubled")
    for earlier, later in itertools.pairwise(rows):
        if later["reported_at"] - earlier["reported_at"] < DUPLICATE_WINDOW:
            findings.fault(f"events {earlier['id']} and {later['id']} are twins less than 60 s apart", "doubled")
    for attempt in attempts:
        if attempt.status == 409 and attempt.answer.get("code") == "event_already_exists":
            _check_duplicate(findings, attempt, by_id)


def _check_acknowledged(findings: Findings, attempt: Attempt, by_id: dict[str, Row]) -> None:
    answer, sent = attempt.answer, attempt.sent
    row = by_id.get(answer["id"])
    if row is None:
        findings.fault(f"event {answer['id']} was acknowledged and is not there", "lost")
        return
    told = (
        answer["type"],
        answer["subject"],
        canonical(answer["payload"]),
        answer["points"],
        instant(answer["reportedAt"]),
    )
    kept = (
        sent["type"], str(row["user_id"]), canonical(sent.get("payload") or {}), row["points"],
        in_milliseconds(row["reported_at"]),
    )  # fmt: skip
    if told != kept:
        findings.fault(f"event {answer['id']} was acknowledged as {told} and is recorded as {kept}")
    if sent.get("occurredAt") and instant(sent["occurredAt"]) != row["occurred_at"]:
        findings.fault(f"event {answer['id']} occurred at {sent['occurredAt']}, and {row['occurred_at']} is recorded")


def _check_duplicate(findings: Findings, attempt: Attempt, by_id: dict[str, Row]) -> None:
    findings.counts["duplicates refused"] += 1
    original = attempt.answer["event"]
    row = by_id.get(original["id"])
    if row is None:
        findings.fault(f"a 409 names event {original['id']}, which is not there", "lost")
    elif instant(original["reportedAt"]) != in_milliseconds(row["reported_at"]):
        findings.fault(f"a 409 names event {original['id']} with another time")
    if not 0 < attempt.answer["secondsLeft"] <= DUPLICATE_WINDOW.total_seconds():
        findings.fault(f"a 409 names {attempt.answer['secondsLeft']} seconds left")


def _check_keys(findings: Findings, attempts: Iterable[Attempt], dump: Dump) -> None:
    kept = {row["key"]: row for row in dump.idempotency_keys}
    answers: dict[str, str] = {}
    for attempt in attempts:
        if attempt.key is None or attempt.outcome != "ok":
            continue
        findings.counts["acknowledged under a key"] += 1
        row = kept.get(attempt.key)
        if row is None:
            findings.fault(f"key {attempt.key} was acknowledged and is not kept", "lost")
        elif json.loads(row["body"], parse_float=Decimal)["data"] != attempt.answer:
            findings.fault(f"key {attempt.key} was answered otherwise than it is kept")
        first = answers.setdefault(attempt.key, attempt.answer["id"])
        if first != attempt.answer["id"]:
            findings.fault(f"key {attempt.key} was answered with two events", "doubled")


def _check_claims(findings: Findings, rows: Iterable[Row], dump: Dump) -> None:
    times = {row["id"]: row["reported_at"] for row in rows}
    for claim in dump.claims:
        if times.get(claim["event_id"]) != claim["reported_at"]:
            findings.fault(f"a claim names event {claim['event_id']}, which is not there or of another time")
