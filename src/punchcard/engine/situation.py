"""Everything that a decision may look at, and what it comes to, as plain values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from msgspec import Struct, field

from punchcard.engine.constraint import Constraint
from punchcard.engine.counters import Tally
from punchcard.engine.derivation import Derivation
from punchcard.engine.effects import Act, Badge, Effect, Stock
from punchcard.engine.facts import NO_PATHS, Path
from punchcard.engine.holdings import Lot, Move
from punchcard.engine.limits import Key, Limit, Window
from punchcard.engine.lots import Terms
from punchcard.engine.policy import Deal

if TYPE_CHECKING:
    from punchcard.engine.awaiting import Release

BALANCE_MAX = 10**15
"""The most points that a wallet holds; beyond it a reaction is refused, long before a bigint ends."""

EVERYBODY = UUID(int=0)
"""Stands for all users of a tenant where a count is not one user's own."""


class Code(StrEnum):
    """What came of one reactor for one event. The value is what is stored."""

    FIRED = "F"
    NOT_EFFECTIVE = "E"
    CONSTRAINT_FALSE = "C"
    LIMIT_REACHED = "L"
    NOT_DERIVABLE = "D"
    BALANCE_TOO_LOW = "B"
    BALANCE_TOO_HIGH = "H"
    SUPPRESSED = "S"
    OUT_OF_STOCK = "O"
    UNAVAILABLE = "U"
    FAILED = "X"


class PointsReaction(Struct, frozen=True):
    """Give or take the points that `derivation` works out. `number` is its place in the reactor's reactions.

    deal: from when, or until when, the points given can be spent, if the reaction itself says so. release: instead it
    makes pending points usable, or takes them back. is_cap: what the derivation works out is the most that the balance
    may be after it, and what lies above that is taken. paths: the facts beside the payload that it looks at.
    """

    number: int
    derivation: Derivation
    deal: Deal | None = None
    paths: frozenset[Path] = NO_PATHS
    release: "Release | None" = None
    is_cap: bool = False


class Reactor(Struct, frozen=True, dict=True):
    """One immutable version of a reactor, compiled. Without a border, effectivity is open on that side.

    Of the reactors of one `group` one fires at most: the first that can, or (takes_best) the one that gives most.
    paths: the facts beside the payload that its rules look at. acts: what it does beside points. failing: itself, with
    the reactions for events that it does not fire on.
    """

    counter_id: UUID
    version_id: int
    constraint: Constraint | None
    reactions: tuple[PointsReaction, ...]
    max_activations: int | None = None
    counts_everybody: bool = False
    effective_from: datetime | None = None
    effective_until: datetime | None = None
    limits: tuple[Limit, ...] = ()
    group: str | None = None
    takes_best: bool = False
    paths: frozenset[Path] = NO_PATHS
    acts: tuple[Act, ...] = ()
    failing: "Reactor | None" = None

    @cached_property
    def is_plain(self) -> bool:
        """Whether it only gives or takes points, at any time and any number of times: see `engine.plain`."""
        return not (
            self.effective_from or self.effective_until or self.max_activations is not None or self.limits
            or self.group is not None or self.acts or self.failing
            or any(one.deal or one.release or one.is_cap for one in self.reactions)
        )  # fmt: skip


class Subject(Struct):
    """A member's wallet as it stands: the balance in whole points, and how many ledger entries it has.

    in_lots: how much of the balance lies in lots; the rest never runs out. pending: points that are not usable yet.
    debt: what the member owes; then there is no balance.
    """

    balance: int
    entries: int
    in_lots: int = 0
    pending: int = 0
    debt: int = 0


class Situation(Struct):
    """What is true the instant before the next event of a batch; `decide` moves it on.

    subjects: by user id. activations: by (user id or EVERYBODY, counter id), counted where a reactor has a limit.
    windows: what counts against the limits that reactors, and points policies, have for a stretch of time.
    tallies: how counters stand, by (tenant id, user id, series id).
    now: when the events are reported; points are earned then, or when a backdated event happened. waiting: a user's
    pending lots by what they wait for, where that is asked. stock, badges: what can be given of the rewards, and which
    badges there are, that reactions speak of.
    """

    subjects: dict[UUID, Subject]
    activations: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    windows: dict[Key, Window] = field(default_factory=dict)
    now: datetime | None = None
    tallies: dict[tuple[UUID, UUID, UUID], Tally] = field(default_factory=dict)
    waiting: dict[UUID, dict[str, dict[int, Lot]]] = field(default_factory=dict)
    stock: dict[UUID, Stock] = field(default_factory=dict)
    badges: dict[UUID, Badge] = field(default_factory=dict)


class Occurrence(Struct, frozen=True, gc=False):
    """What the rules see of one event: whom it is about, the payload, and when it happened."""

    user_id: UUID
    payload: Mapping[str, Any]
    occurred_at: datetime


class InLots(Struct, frozen=True):
    """What a posting does to lots; the others touch open-ended points alone.

    usable: the change of usable points in lots. An earning with `terms`, counted from `earned_at`, makes a lot. What
    time has done names its `moves`; what is spent takes the lots in their order. is_pending: it is on the pending side.
    is_applied: the lots have been changed already. due_at: time changes a lot then that held nothing before.
    """

    usable: int = 0
    terms: Terms | None = None
    earned_at: datetime | None = None
    is_pending: bool = False
    moves: tuple[Move, ...] = ()
    is_applied: bool = False
    due_at: datetime | None = None


class Posting(Struct, frozen=True, gc=False):
    """One change of a wallet. `number` counts the wallet's entries without a gap; `account` is the programme's side.

    What a command takes by itself, such as a reward's price, names no reactor version and no reaction. owed: the part
    of the points that makes a debt (below zero) or pays it. is_undo: it takes back what was earned, or gives back what
    was spent.
    """

    reactor_version_id: int | None
    reaction: int | None
    points: int
    number: int
    balance_after: int
    account: str = "ISSUE"
    lots: InLots | None = None
    owed: int = 0
    is_undo: bool = False

    @property
    def points_of_balance(self) -> int:
        """What the balance changes by: nothing on the pending side."""
        return 0 if self.lots is not None and self.lots.is_pending else self.points - self.owed


class Verdict(Struct, frozen=True, gc=False):
    """What came of one reactor. `detail` depends on the code, see `engine.verdicts`."""

    code: Code
    reactor_version_id: int
    detail: tuple[Any, ...] = ()


class Released(Struct, frozen=True):
    """Pending points that a reaction has made usable, or taken back: what they waited for, moves and lots."""

    awaits: str
    cancels: bool
    moves: tuple[Move, ...]
    lots: Mapping[int, Lot]


class Parked(Struct, frozen=True, rename="camel", omit_defaults=True):
    """An event that would have followed, and was not reported: DEPTH or BUDGET says which bound it met."""

    type: str
    payload: Mapping[str, Any]
    bound: str


class Decision(Struct):
    """What one event comes to: a verdict for every reactor looked at, and what follows.

    points: the net change of the member's balance. enhanced: what enhancers had added for the reactors to see.
    pinned: what else they looked at, to be kept with the event. released: pending points that became usable, or were
    taken back. effects: what follows beside points, in its order. parked: events that would have followed from it.
    """

    verdicts: list[Verdict]
    postings: list[Posting]
    activated: list[tuple[UUID, UUID]]
    points: int = 0
    windows: list[Key] = field(default_factory=list)
    enhanced: Mapping[str, Any] | None = None
    pinned: Mapping[str, Any] | None = None
    released: Sequence[Released] = ()
    effects: Sequence[Effect] = ()
    parked: Sequence[Parked] = ()
