"""Verdicts told in sentences: to support in full, to the member what concerns the member. Pure.

The reactor versions and the payload are the recorded ones, so that an event is told the same for ever.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from punchcard.engine.awaiting import ACTIVATED, CANCELLED, PENDING
from punchcard.engine.constraint import RULE, Constraint
from punchcard.engine.earning import BALANCE, EXPIRED
from punchcard.engine.effects import Outcome
from punchcard.engine.facts import Facts
from punchcard.engine.judged import Judged, told_act, told_member
from punchcard.engine.period import Unit
from punchcard.engine.policy import Cap, Grant, Use, tell
from punchcard.engine.situation import Code, Verdict
from punchcard.engine.verdicts import Planned, planned
from punchcard.engine.words import many, plural, verb
from punchcard.engine.words import points as of_points

REASONS_MAX = 5
"""The most decisive parts of a rule that a sentence names."""


def reason(verdict: Verdict, known: Mapping[int, Judged], facts: Facts) -> str:
    """Tell in a sentence why the reactor fired or did not.

    known: the versions that judged the event, by number. facts: what they looked at, the payload among it.
    """
    detail, judged = verdict.detail, known[verdict.reactor_version_id]
    match verdict.code:
        case Code.FIRED:
            return _fired(detail, judged, "It fired")
        case Code.FAILED:
            code, *rest = detail[0]
            why = reason(Verdict(Code(code), verdict.reactor_version_id, tuple(rest)), known, facts)
            return f"{why} {_fired(done_by(verdict), judged, 'It did what it does then')}"
        case Code.SUPPRESSED:
            return f"Of its group {known[detail[0]].title} fired instead."
        case Code.CONSTRAINT_FALSE:
            return f"The constraint does not hold: {_first_fault(judged.constraint, facts)}"
    return _kept_from(verdict.code, detail, judged)


def done_by(verdict: Verdict) -> Sequence[Outcome]:
    """Return what the reactions of a verdict's reactor did, where they did something."""
    if verdict.code is Code.FIRED:
        return verdict.detail
    return verdict.detail[1:] if verdict.code is Code.FAILED else ()


def _kept_from(code: Code, detail: tuple[Any, ...], judged: Judged) -> str:
    """Tell what kept a reactor from firing, beside its constraint and its group."""
    if code is Code.LIMIT_REACHED and len(detail) > 1:
        return _reached(detail)
    words = _KEPT_FROM[code].format(
        *detail, since=judged.effective_from or "ever", until=judged.effective_until or "further notice",
        times=many(judged.max_activations or 0, "time"), whose=_whose(judged),
        balance=of_points(detail[0]) if code in _OF_BALANCE else "",
    )  # fmt: skip
    return f"{judged.thing(detail[0])} {words}" if code in {Code.OUT_OF_STOCK, Code.UNAVAILABLE} else words


_OF_BALANCE = frozenset({Code.BALANCE_TOO_LOW, Code.BALANCE_TOO_HIGH})
_KEPT_FROM = {
    Code.NOT_EFFECTIVE: "The event happened outside the time in which the reactor is effective: from {since} until "
    "{until}.",
    Code.LIMIT_REACHED: "It had already fired {0} of at most {times}{whose}.",
    Code.NOT_DERIVABLE: "The points could not be worked out: {0}.",
    Code.BALANCE_TOO_LOW: "The balance of {balance} does not cover a change of {1}.",
    Code.BALANCE_TOO_HIGH: "The balance of {balance} cannot grow by {1}: that is beyond what a wallet holds.",
    Code.OUT_OF_STOCK: "was out of stock, and a reactor fires as a whole or not at all.",
    Code.UNAVAILABLE: "could not be had then, and a reactor fires as a whole or not at all.",
}


def _fired(detail: Sequence[Outcome], judged: Judged, did: str) -> str:
    reactions = [planned(one) for one in detail]
    moving = [one for one in reactions if not one.act]
    told = _moved(moving, did) if moving or not reactions else f"{did}."
    return " ".join([told, *(told_act(one, judged) for one in reactions if one.act)])


def _moved(reactions: Sequence[Planned], did: str) -> str:
    told = f"{did}{_did(reactions)}"
    total, asked = (sum(numbers) for numbers in ([one.points for one in reactions], [one.asked for one in reactions]))
    if total == asked:
        return f"{told}."
    caps = [_capped(one.points, one.asked, *one.words) for one in reactions if one.words]
    return (
        f"{told}: {'; '.join(caps)}."
        if caps
        else f"{told}, {total} of {asked}: the rest is beyond its limit of points."
    )


_SIDES = {
    PENDING: ("gave {} that cannot be spent yet", "point"),
    ACTIVATED: ("made {} usable", "pending point"),
    CANCELLED: ("took {} back", "pending point"),
}


def _did(reactions: Sequence[Planned]) -> str:
    """Tell what was done: to the balance, and to what is pending."""
    changed = sum(one.points for one in reactions if not one.side)
    did = [f"changed the balance by {of_points(changed)}"]
    by_side = [
        words.format(many(abs(sum(one.points for one in reactions if one.side == side)), noun))
        for side, (words, noun) in _SIDES.items()
        if any(one.side == side for one in reactions)
    ]
    if by_side and all(one.side for one in reactions):
        did = []
    return f" and {', and '.join([*did, *by_side])}"


def _capped(points: int, asked: int, what: str, most: int) -> str:
    """Tell what a policy cut off."""
    if what == EXPIRED:
        return f"earned {points} of {asked}: they would have run out before they were reported"
    cap = Cap(most, None if what in {BALANCE, "EVER"} else Unit(what), what == BALANCE)
    return tell(Grant(asked, points, (Use(cap, most - points),)))


def _whose(judged: Judged) -> str:
    return ", for all members together" if judged.counts_everybody else ""


_STRETCHES = {
    "EVER": "in all", "HOUR": "in that hour", "DAY": "on that day", "WEEK": "in that week", "MONTH": "in that month",
    "YEAR": "in that year", "WINDOW": "within the limit's window of time",
}  # fmt: skip


def _reached(detail: tuple[Any, ...]) -> str:
    used, most, what, per, whose = detail
    did = f"{'given' if what == 'points' else 'fired'} {used} of at most {many(most, what.removesuffix('s'))}"
    members = "to all members together" if what == "points" else "for all members together"
    return f"It had already {did} {_STRETCHES[per]}{f', {members}' if whose == 'EVERYBODY' else ''}."


def _first_fault(constraint: Constraint | None, facts: Facts) -> str:
    faults = constraint.why_not(facts["payload"], facts) if constraint else []
    if not faults:
        return "the payload does not fit."
    if faults[0].keyword == RULE:
        return " ".join(fault.detail for fault in faults[:REASONS_MAX])
    where = "".join(f"/{step}" for step in faults[0].path) or "the payload"
    return f"{where}: {faults[0].detail}"


# an event as a whole ------------------------------------------------------------------------------


class Entry(Struct, frozen=True):
    """An entry of the ledger. `title` names the reactor; None where the event itself moved the points.

    owed: the part of the points that pays, or makes, a debt.
    """

    number: int
    points: int
    balance_after: int
    account: str
    is_pending: bool
    title: str | None
    owed: int = 0


def support(
    points: int, reasons: Sequence[str], fired: int, entries: Iterable[Entry], parked: Sequence[tuple[str, str]] = ()
) -> list[str]:
    """Tell an event in full: what it came to, every reactor's reason, every entry, and what was parked and why."""
    live = len(reasons)
    reacted = "No reactor was live for it." if not live else f"{fired} of {live} reactors that were live fired."
    return [f"{_changed(points)} {reacted}", *reasons, *map(_told_entry, entries), *_told_parked(parked)]


_BOUNDS = {
    "DEPTH": "events follow from events that follow only so deep",
    "BUDGET": "so many had followed from the reported event already as may",
}


def _told_parked(parked: Sequence[tuple[str, str]]) -> Iterator[str]:
    for (type_name, bound), count in Counter(parked).items():
        events = "1 event" if count == 1 else f"{count} events"
        yield f"{events} of the type {type_name} that would have followed was parked: {_BOUNDS[bound]}."


def _changed(points: int) -> str:
    return f"The event {f'changed the balance by {of_points(points)}' if points else 'did not change the balance'}."


_ACCOUNTS = {
    "ISSUE": "", "REDEMPTION": ", for a reward", "BREAKAGE": ", run out", "ADJUSTMENT": ", adjusted by hand",
    "PENDING": ", usable from then on",
}  # fmt: skip


def _told_entry(entry: Entry) -> str:
    by = f" by {entry.title}" if entry.title else _ACCOUNTS.get(entry.account, "")
    side = "not usable yet; the usable balance stayed" if entry.is_pending else "the balance was then"
    paying = "paid a debt" if entry.owed > 0 else f"{verb(entry.owed, 'is', 'are')} owed"
    owed = f", {of_points(abs(entry.owed))} of them {paying}" if entry.owed else ""
    return f"Entry {entry.number} of the wallet: {of_points(entry.points)}{by}{owed}; {side} {entry.balance_after}."


def member(
    points: int, verdicts: Iterable[Verdict], known: Mapping[int, Judged], entries: Iterable[Entry]
) -> list[str]:
    """Tell the member: the points, and the reasons that concern the member; of reactors not even the names."""
    later = sum(entry.points for entry in entries if entry.is_pending and entry.account == "ISSUE")
    told = []
    if points > 0:
        told.append(f"You got {of_points(points)}.")
    if points < 0:
        told.append(f"{of_points(-points)} {verb(points, 'was', 'were')} taken from your balance.")
    if later > 0:
        told.append(f"You got {of_points(later)} that you can use later.")
    if later < 0:
        told.append(f"{of_points(-later)} that you could have used later {verb(later, 'was', 'were')} taken back.")
    for verdict in verdicts:
        told += _concerning(verdict, known[verdict.reactor_version_id])
    return list(dict.fromkeys(told)) or ["Nothing in this changes your points."]


def _concerning(verdict: Verdict, judged: Judged) -> list[str]:
    detail = verdict.detail
    match verdict.code:
        case Code.FIRED | Code.FAILED:
            done = [planned(one) for one in done_by(verdict)]
            cut = [_cut(one.points, one.asked, *one.words) for one in done if one.points != one.asked]
            return cut + [told for one in done for told in told_member(one, judged)]
        case Code.OUT_OF_STOCK:
            return [f"Nothing is left of {judged.thing(detail[0])}."]
        case Code.LIMIT_REACHED if len(detail) == 1:
            most = judged.max_activations
            return [
                "An offer was used up by all members together."
                if judged.counts_everybody
                else f"An offer can be had {most} {plural(most or 0, 'time')}, and you have had it."
            ]
        case Code.LIMIT_REACHED:
            return [_used_up(*detail)]
        case Code.BALANCE_TOO_LOW:
            return [f"Your balance of {of_points(detail[0])} did not cover a change of {detail[1]}."]
        case Code.BALANCE_TOO_HIGH:
            return ["Your balance holds no more points."]
    return []  # what else keeps a reactor from firing is how the programme works inside


def _cut(points: int, asked: int, *words: Any) -> str:
    said = _capped(points, asked, *words) if words else f"earned {points} of {asked}: the limit of an offer"
    return f"You {said}."


def _used_up(used: int, most: int, what: str, per: str, whose: str) -> str:
    if whose == "EVERYBODY":
        return f"An offer was used up by all members together {_STRETCHES[per]}."
    had = f"{'got' if what == 'points' else 'used it'} {used} of at most {many(most, what.removesuffix('s'))}"
    return f"Of an offer you had already {had} {_STRETCHES[per]}."
