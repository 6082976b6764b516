"""Verdicts: stored in a few bytes, told in full.

Stored form, one JSON object an event: `{code: [item, …]}`, where an item is the number of the reactor version, or
`[number, detail…]`. Codes are `situation.Code`. Details: F each reaction's `[number, points]`, and the points before a
limit cut them off, with the words of the policy that did; L how often it had fired, or what was used of a limit, the
limit, and its words; D the reason; B and H the balance and the change that was refused; S the number of the reactor
version that fired instead.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from punchcard.engine.constraint import RULE, Constraint
from punchcard.engine.earning import BALANCE, EXPIRED
from punchcard.engine.period import Unit
from punchcard.engine.policy import Cap, Grant, Use, tell
from punchcard.engine.situation import Code, Verdict

Stored = dict[str, list[Any]]


def pack(verdicts: Iterable[Verdict]) -> Stored:
    """Return the stored form; a code is written as its value."""
    packed: Stored = {}
    for verdict in verdicts:
        detail = verdict.detail
        item = [verdict.reactor_version_id, *detail] if detail else verdict.reactor_version_id
        packed.setdefault(verdict.code, []).append(item)
    return packed


def unpack(stored: Mapping[str, list[Any]]) -> Iterator[Verdict]:
    """Return the verdicts of a stored form, in the order of reactor versions."""
    found = [
        Verdict(Code(code), item[0], tuple(item[1:])) if isinstance(item, list) else Verdict(Code(code), item)
        for code, items in stored.items()
        for item in items
    ]
    yield from sorted(found, key=lambda verdict: verdict.reactor_version_id)


REASONS_MAX = 5
"""The most decisive parts of a rule that a sentence names."""


class Judged(Struct, frozen=True):
    """What is needed beside a verdict to tell it: the reactor version as it was."""

    constraint: Constraint | None
    max_activations: int | None
    effective_from: str | None
    effective_until: str | None


def reason(verdict: Verdict, judged: Judged, payload: Mapping[str, Any]) -> str:
    """Tell in a sentence why the reactor fired or did not; the payload and the version are the recorded ones."""
    detail = verdict.detail
    match verdict.code:
        case Code.FIRED:
            return _fired(detail)
        case Code.NOT_EFFECTIVE:
            start, end = judged.effective_from or "ever", judged.effective_until or "further notice"
            return f"The event happened outside the time in which the reactor is effective: from {start} until {end}."
        case Code.CONSTRAINT_FALSE:
            return f"The constraint does not hold: {_first_fault(judged.constraint, payload)}"
        case Code.LIMIT_REACHED:
            return (
                _reached(detail)
                if len(detail) > 1
                else (f"It had already fired {detail[0]} of at most {judged.max_activations} times.")
            )
        case Code.NOT_DERIVABLE:
            return f"The points could not be worked out: {detail[0]}."
        case Code.BALANCE_TOO_LOW:
            return f"The balance of {detail[0]} points does not cover a change of {detail[1]}."
        case Code.BALANCE_TOO_HIGH:
            return f"The balance of {detail[0]} points cannot grow by {detail[1]}: that is beyond what a wallet holds."
        case Code.SUPPRESSED:
            return f"Of its group another reactor fired instead: the version numbered {detail[0]}."


_UNCUT = 2  # a reaction's number and its points; what was asked for follows, then the words of a policy


def _fired(detail: tuple[Any, ...]) -> str:
    total = sum(planned[1] for planned in detail)
    asked = sum(planned[2] if len(planned) > _UNCUT else planned[1] for planned in detail)
    told = f"It fired and changed the balance by {total} points."
    if total == asked:
        return told
    told = told[:-1]
    caps = [_capped(*planned[1:]) for planned in detail if len(planned) > _UNCUT + 1]
    return (
        f"{told}: {'; '.join(caps)}."
        if caps
        else f"{told}, {total} of {asked}: the rest is beyond its limit of points."
    )


def _capped(points: int, asked: int, what: str, most: int) -> str:
    """Tell what a policy cut off."""
    if what == EXPIRED:
        return f"earned {points} of {asked}: they would have run out before they were reported"
    cap = Cap(most, None if what in {BALANCE, "EVER"} else Unit(what), what == BALANCE)
    return tell(Grant(asked, points, (Use(cap, most - points),)))


_STRETCHES = {
    "EVER": "in all", "HOUR": "in that hour", "DAY": "on that day", "WEEK": "in that week", "MONTH": "in that month",
    "YEAR": "in that year", "WINDOW": "within the limit's window of time",
}  # fmt: skip


def _reached(detail: tuple[Any, ...]) -> str:
    used, most, what, per, whose = detail
    did = f"given {used} of at most {most} points" if what == "points" else f"fired {used} of at most {most} times"
    members = "to all members together" if what == "points" else "for all members together"
    return f"It had already {did} {_STRETCHES[per]}{f', {members}' if whose == 'EVERYBODY' else ''}."


def _first_fault(constraint: Constraint | None, payload: Mapping[str, Any]) -> str:
    faults = constraint.why_not(payload) if constraint else []
    if not faults:
        return "the payload does not fit."
    if faults[0].keyword == RULE:
        return " ".join(fault.detail for fault in faults[:REASONS_MAX])
    where = "".join(f"/{step}" for step in faults[0].path) or "the payload"
    return f"{where}: {faults[0].detail}"
