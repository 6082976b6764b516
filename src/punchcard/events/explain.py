"""An event explained: administrators are told every reason, members their points and what concerns them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec import structs

from punchcard import wire
from punchcard.db.connection import Db, Row
from punchcard.engine import explain
from punchcard.engine.explain import Entry, reason
from punchcard.engine.facts import Facts
from punchcard.engine.judged import Judged
from punchcard.engine.situation import Code, Verdict
from punchcard.engine.verdicts import planned, unpack
from punchcard.errors import NotFound
from punchcard.events.event import Event, ReversalMadeView
from punchcard.events.recorded import of_recorded
from punchcard.events.reversals_told import read_made, to_member, to_support
from punchcard.events.stream import is_own, read_event
from punchcard.events.told import parked_with, read_judged, read_versions
from punchcard.points.wallet import CausingReactor

ENTRIES = """
    select number, points, balance_after, account, is_pending, owed, reactor_version_id from ledger_entries
    where tenant_id = $1 and user_id = $2 and event_id = $3 order by number
"""


class ReactorExplanationView(wire.View, frozen=True):
    """What came of one reactor, in a sentence. `asked`: the points before a limit, or a cap, cut some of them off.

    fired_instead: the reactor of the same group that did. trace: what each part of the constraint came to, as
    `{text, value | reason and detail, operands?}`; where it was asked for, and the constraint was looked at.
    """

    id: UUID
    version: int
    name: str
    fired: bool
    code: str
    points: int
    text: str
    asked: int | None = None
    fired_instead: CausingReactor | None = None
    trace: msgspec.Raw | None = None


class ExplanationView(wire.View, frozen=True):
    """Why an event gave the points that it gave: `text`, a sentence each.

    For administrators the sentences tell everything, and `reactors` has the same of every reactor that was live.
    `reversals` say by which events it was undone since.
    """

    event_id: UUID
    event_type: str
    occurred_at: str
    points: int
    text: list[str]
    reactors: list[ReactorExplanationView] | None = None
    reversals: list[ReversalMadeView] | None = None


async def explain_event(
    db: Db, tenant_id: UUID, own_user_id: UUID | None, id: UUID, *, trace: bool = False
) -> ExplanationView:
    """Tell in sentences what came of an event and why; an end user is told of the user's own, and more shortly.

    With trace=true administrators are told besides what each part of every constraint came to.
    """
    async with db.transaction(snapshot=True) as tx:
        event = await read_event(tx, tenant_id, id)
        if not await is_own(tx, tenant_id, own_user_id, event.user_id):
            raise NotFound("There is no such event.")
        verdicts = list(unpack(msgspec.json.decode(event.verdicts)))
        versions = await read_versions(tx, tenant_id, verdicts)
        rows = await tx.fetch(ENTRIES, tenant_id, event.user_id, event.id)
        facts = await of_recorded(tx, event)
        known = await read_judged(tx, tenant_id, versions)
        made = await read_made(tx, event)
    entries = [_entry(row, known) for row in rows]
    if own_user_id is not None:
        return _view(event, explain.member(event.points, verdicts, known, entries) + to_member(made), None, made)
    told = [_reactor(verdict, versions, reason(verdict, known, facts)) for verdict in verdicts]
    reasons = [f"{known[one.reactor_version_id].title}: {view.text}" for one, view in zip(verdicts, told, strict=True)]
    if trace:
        told = [
            structs.replace(view, trace=_trace(verdict, known, facts))
            for verdict, view in zip(verdicts, told, strict=True)
        ]
    parked = [(one.type, one.bound) for one in parked_with(event.context)]
    text = explain.support(event.points, reasons, sum(view.fired for view in told), entries, parked)
    return _view(event, text + to_support(made), told, made)


def _view(
    event: Event,
    text: list[str],
    told: Sequence[ReactorExplanationView] | None,
    made: Sequence[ReversalMadeView],
) -> ExplanationView:
    return ExplanationView(
        event.id, event.type_name, wire.rfc3339(event.occurred_at), event.points, text,
        None if told is None else list(told), list(made) or None,
    )  # fmt: skip


def _reactor(verdict: Verdict, versions: Mapping[int, Row], text: str) -> ReactorExplanationView:
    version, detail = versions[verdict.reactor_version_id], verdict.detail
    fired = verdict.code is Code.FIRED
    reactions = [planned(one) for one in explain.done_by(verdict)]
    points, asked = sum(one.points for one in reactions), sum(one.asked for one in reactions)
    instead = versions[detail[0]] if verdict.code is Code.SUPPRESSED else None
    return ReactorExplanationView(
        version["reactor_id"], version["version"], version["name"], fired, verdict.code.name, points, text,
        asked if asked != points else None,
        None if instead is None else CausingReactor(instead["reactor_id"], instead["version"], instead["name"]),
    )  # fmt: skip


TRACED = {Code.FIRED, Code.FAILED, Code.CONSTRAINT_FALSE}


def _trace(verdict: Verdict, known: Mapping[int, Judged], facts: Facts) -> msgspec.Raw | None:
    constraint = known[verdict.reactor_version_id].constraint
    if constraint is None or verdict.code not in TRACED:
        return None
    return wire.raw(wire.text(constraint.trace(facts["payload"], facts)))


def _entry(row: Row, known: Mapping[int, Judged]) -> Entry:
    judged = known.get(row["reactor_version_id"])
    return Entry(
        row["number"], row["points"], row["balance_after"], row["account"], row["is_pending"],
        None if judged is None else judged.title, row["owed"],
    )  # fmt: skip
