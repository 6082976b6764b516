"""Points that wait for something: named as they are given, then made usable, or taken back, by that name."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from punchcard.engine.derivation import NotDerivable
from punchcard.engine.expression.expression import Expression, compile_expression
from punchcard.engine.expression.faults import NotEvaluable
from punchcard.engine.expression.values import kind_of
from punchcard.engine.facts import FACTS, Facts
from punchcard.engine.holdings import Account, Holdings, Lot, Move
from punchcard.engine.lots import cancel, make_usable
from punchcard.engine.situation import Decision, InLots, Occurrence, Posting, Reactor, Released, Situation, Subject

KEY_CHARACTERS_MAX = 128
PENDING, ACTIVATED, CANCELLED = "PENDING", "ACTIVATED", "CANCELLED"
"""What a verdict says of points of a reaction that were not added to, or taken from, the balance."""


class Release(Struct, frozen=True):
    """Make the points that wait for `key` usable, or take them back."""

    key: Expression
    cancels: bool


def key_expression(text: str) -> Expression:
    """Compile the expression of a name. Raises: ExpressionFault."""
    return compile_expression(text, facts=FACTS, outcome=None)


def key_of(rule: Expression, payload: Mapping[str, Any], facts: Facts | None) -> str:
    """Return the name that an expression comes to: a text, or a whole number as one. Raises: NotDerivable."""
    try:
        found = rule.evaluate({"payload": payload} if facts is None else facts)
    except NotEvaluable as fault:
        raise NotDerivable(fault.detail) from None
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str):
        raise NotDerivable(f"what the points wait for has to be a text, not {kind_of(found)}")
    if not 1 <= len(found) <= KEY_CHARACTERS_MAX:
        raise NotDerivable(f"what the points wait for has to be a text of 1 to {KEY_CHARACTERS_MAX} characters")
    return found


def release(
    subject: Subject,
    lots: Mapping[int, Lot],
    now: datetime | None,
    *,
    cancels: bool,
    version_id: int | None = None,
    reaction: int | None = None,
) -> Posting | None:
    """Make pending lots usable, or take them back, and return the posting; None where there are none.

    What becomes usable pays first what the member owes. now: time has done its work until then.
    """
    waiting = sum(lot.remaining for lot in lots.values())
    if not waiting:
        return None
    instant = now or datetime.min.replace(tzinfo=UTC)
    moves = _moves(Holdings(dict(lots), subject.debt), instant, cancels=cancels)
    subject.entries += 1
    subject.pending -= waiting
    if cancels:
        kept = InLots(is_pending=True, moves=moves)
        return Posting(
            version_id, reaction, -waiting, subject.entries, subject.balance, Account.ISSUE, kept, is_undo=True
        )
    owed = sum(move.points for move in moves if move.target is Account.DEBT)
    subject.balance += waiting - owed
    subject.in_lots += waiting - owed
    subject.debt -= owed
    kept = InLots(waiting - owed, moves=moves)
    return Posting(version_id, reaction, waiting, subject.entries, subject.balance, Account.PENDING, kept, owed)


def _moves(holdings: Holdings, now: datetime, *, cancels: bool) -> tuple[Move, ...]:
    if cancels:
        return cancel(holdings, holdings.lots.keys(), now).moves
    return make_usable(holdings, holdings.lots.keys(), now).moves


def plan(
    event: Occurrence, release: Release, situation: Situation, facts: Facts | None, released: set[str]
) -> tuple[int, str]:
    """Return how many pending points wait for something, less those taken back, and what becomes of them.

    released: what other reactions of the reactor have dealt with already. Raises: NotDerivable.
    """
    key = key_of(release.key, event.payload, facts)
    lots = {} if key in released else situation.waiting.get(event.user_id, {}).get(key, {})
    released.add(key)
    points = sum(lot.remaining for lot in lots.values())
    return (-points, CANCELLED) if release.cancels else (points, ACTIVATED)


def let_go(
    event: Occurrence,
    reactor: Reactor,
    number: int,
    situation: Situation,
    decision: Decision,
    facts: Facts | None,
) -> None:
    """Make pending points usable, or take them back."""
    (asked,) = (reaction.release for reaction in reactor.reactions if reaction.number == number)
    assert asked is not None, "the plan says so"
    waiting = situation.waiting.get(event.user_id, {})
    key = key_of(asked.key, event.payload, facts)
    lots = waiting.pop(key, {})
    posting = release(
        situation.subjects[event.user_id], lots, situation.now, cancels=asked.cancels,
        version_id=reactor.version_id, reaction=number,
    )  # fmt: skip
    if posting is not None and posting.lots is not None:
        decision.postings.append(posting)
        decision.points += posting.points_of_balance
        moves = tuple([move for move in posting.lots.moves if move.source is Account.PENDING])
        decision.released = [*decision.released, Released(key, asked.cancels, moves, lots)]
