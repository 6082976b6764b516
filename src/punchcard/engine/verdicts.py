"""Verdicts: stored in a few bytes.

Stored form, one JSON object an event: `{code: [item, …]}`, where an item is the number of the reactor version, or
`[number, detail…]`. Codes are `situation.Code`. Details: F each reaction's `[number, points]`, and the points before a
limit cut them off, with the words of the policy that did, and at the end a word where the balance did not change by
them: PENDING, CANCELLED, or ACTIVATED (they were pending); L how often it had fired, or what was used of a limit, the
limit, and its words; D the reason; B and H the balance and the change that was refused; S the number of the reactor
version that fired instead; O and U the number of the reaction that could not be carried out; X the code and the detail
of why it did not fire, then, as for F, what it did instead. A reaction that is not about points has the letter of its
act (engine/effects.py) in the place of the points.

Versions with the same code share an item, from four on. Instead of a number it has a text: the least number, then the
distances from each to the next, `1x40` for forty times 1, so that `"7000,1x2,5"` is 7000, 7001, 7002 and 7007. A detail
is written once where all have the same, else as a list of each one's; versions that fired share an item only where all
of their details are the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

from msgspec import Struct

from punchcard.engine.effects import points_of
from punchcard.engine.situation import Code, Verdict

Stored = dict[str, list[Any]]

FIRED = Code.FIRED
FALSE = Code.CONSTRAINT_FALSE  # of a hundred reactors most end so, without a detail

LISTED = frozenset({Code.FIRED, Code.FAILED})
"""Their details are lists of what reactions did."""

ALONE = 2
"""An outcome has so many parts where it is a reaction's number and points, and nothing else."""

RUN_MIN = 4
"""So many versions share an item at least."""


def pack(verdicts: Collection[Verdict]) -> Stored:
    """Return the stored form; a code is written as its value."""
    packed: Stored = {}
    if len(verdicts) < RUN_MIN:
        for verdict in verdicts:
            packed.setdefault(verdict.code, []).append(_alone(verdict))
        return packed
    quiet = tuple([verdict.reactor_version_id for verdict in verdicts if verdict.code is FALSE])
    if quiet:
        packed[FALSE] = [*quiet] if len(quiet) < RUN_MIN else [_run(quiet)]
    alike: dict[tuple[Code, Any], list[Verdict]] = {}
    for verdict in [verdict for verdict in verdicts if verdict.code is not FALSE]:
        shared = verdict.detail if verdict.code in LISTED else len(verdict.detail)
        alike.setdefault((verdict.code, shared), []).append(verdict)
    for (code, _), found in alike.items():
        packed.setdefault(code, []).extend(map(_alone, found) if len(found) < RUN_MIN else [_together(found)])
    return packed


def written(verdicts: Sequence[Verdict]) -> str | None:
    """Return the stored form as text where all there is is one reactor that gave points, as mostly; else None."""
    if len(verdicts) != 1:
        return None
    only, outcomes = verdicts[0], verdicts[0].detail
    if only.code is not FIRED or len(outcomes) != 1 or len(outcomes[0]) != ALONE:
        return None
    reaction, points = outcomes[0]
    return f'{{"F":[[{only.reactor_version_id},[{reaction},{points}]]]}}' if type(points) is int else None


def _alone(verdict: Verdict) -> Any:
    return [verdict.reactor_version_id, *verdict.detail] if verdict.detail else verdict.reactor_version_id


def _together(verdicts: list[Verdict]) -> Any:
    if not verdicts[0].detail:
        return _run(tuple(verdict.reactor_version_id for verdict in verdicts))
    verdicts = sorted(verdicts, key=lambda verdict: verdict.reactor_version_id)
    columns = zip(*(verdict.detail for verdict in verdicts), strict=True)
    run = _run(tuple(verdict.reactor_version_id for verdict in verdicts))
    return [run, *(first if all(part == first for part in rest) else [first, *rest] for first, *rest in columns)]


# The reactors of a type that do not fire are mostly the same ones.
@lru_cache(maxsize=1_024)
def _run(versions: tuple[int, ...]) -> str:
    first, *_ = ordered = sorted(versions)
    steps = [(step, len(list(same))) for step, same in groupby(after - before for before, after in pairwise(ordered))]
    return ",".join([str(first), *(f"{step}x{count}" if count > 1 else str(step) for step, count in steps)])


def versions_in(run: str) -> Iterator[int]:
    """Return the reactor versions that an item's text names; one alone is its number."""
    number = 0
    for part in run.split(","):
        step, _, count = part.partition("x")
        for _ in range(int(count or 1)):
            number += int(step)
            yield number


def unpack(stored: Mapping[str, list[Any]]) -> Iterator[Verdict]:
    """Return the verdicts of a stored form, in the order of reactor versions."""
    found = [verdict for code, items in stored.items() for item in items for verdict in _read(Code(code), item)]
    yield from sorted(found, key=lambda verdict: verdict.reactor_version_id)


def _read(code: Code, item: Any) -> Iterator[Verdict]:
    named, *detail = item if isinstance(item, list) else [item]
    if code in LISTED:
        detail = [tuple(reaction) for reaction in detail]
    for place, version in enumerate(versions_in(named) if isinstance(named, str) else (named,)):
        yield Verdict(code, version, tuple(part[place] if isinstance(part, list) else part for part in detail))


class Planned(Struct, frozen=True):
    """What a reaction of a reactor that fired did, as its detail has it.

    asked: the points before anything was cut off. words: of the policy that cut them. side: see above. act: the letter
    of what it did, where that is not about points.
    """

    number: int
    points: int
    asked: int
    words: tuple[Any, ...] = ()
    side: str = ""
    act: str = ""

    @property
    def of_balance(self) -> int:
        """What the balance changes by, but for what pays a debt."""
        return 0 if self.side in {"PENDING", "CANCELLED"} else self.points


def planned(detail: Sequence[Any]) -> Planned:
    """Read what a reaction did."""
    number, points, *rest = detail
    if isinstance(points, str):
        return Planned(number, 0, 0, act=points)
    side = rest.pop() if rest and isinstance(rest[-1], str) else ""
    return Planned(number, points, rest[0] if rest else points, tuple(rest[1:]), side)


def given_instead(failed: Iterable[Any], versions: Collection[int]) -> int | None:
    """Return the same of the items that did something without firing, each of which begins with why."""
    return given_by([[named, *reactions] for named, _, *reactions in failed], versions)


def given_by(fired: Iterable[Any], versions: Collection[int]) -> int | None:
    """Return the points that one of these versions gave, less what it took, of the items that fired; None: none did."""
    for named, *reactions in fired:
        for version in versions_in(named) if isinstance(named, str) else (named,):
            if version in versions:
                return sum([points_of(reaction) for reaction in reactions if reaction[-1] != "ACTIVATED"])
    return None
