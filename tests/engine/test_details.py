"""Small parts of the kernel, each with what it comes to by hand: facts kept, runs of periods, bounds, what is told."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from punchcard.engine.audience import VALUES_MAX, CriteriaFault
from punchcard.engine.audience_logic import read_logic
from punchcard.engine.constraint import BothConstraint, compile_constraint
from punchcard.engine.counters import Counter, Runs, Tally, Value, What, adds, count, number_of, uncount
from punchcard.engine.derivation import POINTS_MAX, NotDerivable, compile_derivation, number
from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.facts import FACTS, as_then, asks_for_tier, path_of, unseen_of
from punchcard.engine.period import Unit, read_duration
from punchcard.engine.policy import Purchase, purchases
from punchcard.engine.schema_facts import ANYTHING, Facts, are_disjoint, kind_of
from punchcard.engine.schema_parts import Parts
from punchcard.engine.tier import Held, Tier, Tiers, highest
from punchcard.engine.trace import shorten
from punchcard.engine.verdicts import given_by, given_instead, planned
from tests.engine.past import NOON

DAY = timedelta(days=1)

# facts -------------------------------------------------------------------------------------------


def test_what_of_a_profile_is_not_seen() -> None:
    """A name is not, a city is; the profile as a whole and other facts name nothing."""
    paths = [("user", "profile", name) for name in ("name", "city", "email")]
    assert unseen_of([*paths, ("user", "profile"), ("user", "tier"), ("wallet", "profile", "x")]) == ["email", "name"]


@pytest.mark.parametrize(
    ("text", "path"),
    [('payload["a"].b', ("payload", "a", "b")), ('payload.a["b"]', ("payload", "a", "b")), ("payload.a[0]", None),
     ('payload.a[0]["b"]', None), ("payload.a[0].b", None), ("has(payload.a.b)", ("payload", "a", "b"))],
)  # fmt: skip
def test_where_a_node_reads(text: str, path: Sequence[str] | None) -> None:
    """A way from the root by names, written either way; what goes through a list is none."""
    assert path_of(compile_expression(text, facts=FACTS, outcome=None).tree) == path


def test_what_was_kept_takes_the_place_of_what_is() -> None:
    """What was kept is seen as it was, and whoever looked at something that was not kept is told so."""
    now = {"attributes": {"size": "L", "old": 1}, "tier": "Gold", "accountAgeDays": 5}
    kept = {"attributes": {"size": "S"}, "accountAgeDays": 4}
    size = ("attributes", "size")
    assert as_then(now, kept, [size]) == ({**now, "attributes": {"size": "S", "old": 1}}, False)
    assert as_then(now, kept, [size, ("tier",)])[1]
    assert as_then(now, kept, [size, ("attributes", "gone")])[1]
    assert as_then(now, {}, [("accountAgeDays",)]) == (now, False)
    assert as_then(now, kept, [("accountAgeDays",)])[0]["accountAgeDays"] == 4
    assert as_then(now, kept, [size, ("attributes",)])[0]["attributes"] == {"size": "S"}
    assert now["attributes"] == {"size": "L", "old": 1}
    deep = {"profile": {"home": {"city": "Rome"}}}
    assert as_then({"profile": None}, deep, [("profile", "home", "city")]) == (deep, False)


def test_who_asks_for_the_tier() -> None:
    """Whoever looks at the user as a whole, or at the tier in any of its three ways, among other things or alone."""
    for path in (("user",), ("user", "tier"), ("user", "tierId"), ("user", "tierPriority", "x")):
        assert asks_for_tier([("wallet", "balance"), path])
        assert asks_for_tier([path])
    assert not asks_for_tier([("user", "badges"), ("wallet",)])


# counters ----------------------------------------------------------------------------------------


def runs_of(*pairs: tuple[int, int]) -> Runs:
    """Return runs."""
    runs = Runs()
    for first, last in pairs:
        runs.add(first, last)
    return runs


@pytest.mark.parametrize(
    ("period", "left"),
    [
        (3, [(1, 2), (4, 5), (8, 8)]), (1, [(2, 5), (8, 8)]), (5, [(1, 4), (8, 8)]), (8, [(1, 5)]),
        (0, [(1, 5), (8, 8)]), (6, [(1, 5), (8, 8)]), (9, [(1, 5), (8, 8)]),
    ],
)  # fmt: skip
def test_a_period_is_taken_out_of_its_run(period: int, left: list[tuple[int, int]]) -> None:
    """Within it leaves two runs, at an end a shorter one, alone none; where there is no event nothing changes."""
    runs = runs_of((1, 5), (8, 8))
    runs.take(period)
    assert list(zip(runs.firsts, runs.lasts, strict=True)) == left


def test_runs_as_they_are_recorded() -> None:
    """What is new, and what is no more, is told; a run that is read again changes nothing."""
    runs = Runs()
    runs.read(3, 4)
    assert runs.changes() == ([], [])
    runs.add(5, 5)
    assert runs.changes() == ([], [(3, 5)])
    runs.read(3, 4)
    assert (runs.firsts, runs.lasts) == ([3], [5])
    runs.take(3)
    assert runs.changes() == ([3], [(4, 5)])
    runs.keep()
    assert runs.changes() == ([], [])


def a_counter(what: What, per: Unit | None = None) -> Counter:
    """Return a counter."""
    return Counter("c", UUID(int=2), UUID(int=1), what, UTC, per)


def test_an_event_is_taken_back() -> None:
    """Its count and its sum go; in part its sum alone; and its day only where no other event is left in it."""
    counter, tally = a_counter(What.SUM, Unit.MONTH), Tally()
    for added in (5, 7, 9):
        count(counter, tally, NOON, added)
    tally.changed.clear()
    uncount(counter, tally, NOON, 5, ())
    assert (tally.values, tally.changed) == ({"MONTH 2026-01": Value(2, 16)}, {"MONTH 2026-01"})
    uncount(counter, tally, NOON, 3, {Unit.DAY}, is_whole=False)
    assert tally.values == {"MONTH 2026-01": Value(2, 13)}
    assert tally.runs_of(Unit.DAY).since(NOON.toordinal()) == 0
    uncount(counter, tally, NOON, 6, {Unit.DAY})
    assert (tally.values, tally.runs_of(Unit.DAY).firsts) == ({"MONTH 2026-01": Value(1, 7)}, [])
    for _ in range(2):
        uncount(a_counter(What.COUNT), tally, NOON, 1, ())
    assert tally.values["EVER"] == Value(0, 0)


def test_the_most_that_an_event_adds() -> None:
    """A thousand million million are added or taken, and a hundred digits behind the point; more do not count."""
    value = compile_expression("payload.n", facts=FACTS, outcome="number")
    counter = Counter("c", UUID(int=2), UUID(int=1), What.SUM, UTC, value=value)
    digits = Decimal("1." + "1" * 100)
    for n, added in (
        (10**15, 10**15), (-(10**15), -(10**15)), (10**15 + 1, None), (-(10**15) - 1, None), (digits, digits),
        (Decimal("1." + "1" * 101), None),
    ):  # fmt: skip
        assert adds(counter, UUID(int=1), {"payload": {"n": n}}) == added


def test_a_streak_is_taken_back() -> None:
    """Of a streak the day and the period go where nothing is left in them."""
    counter, tally = a_counter(What.STREAK, Unit.MONTH), Tally()
    for days in (0, 40):
        count(counter, tally, NOON + days * DAY, 1)
    uncount(counter, tally, NOON, 1, {Unit.DAY})
    assert (len(tally.runs_of(Unit.DAY).firsts), tally.runs_of(Unit.MONTH).firsts) == (1, [2026 * 12])
    uncount(counter, tally, NOON + 40 * DAY, 1, {Unit.DAY, Unit.MONTH})
    assert (tally.runs_of(Unit.DAY).firsts, tally.runs_of(Unit.MONTH).lasts) == ([], [2026 * 12])
    assert (tally.values, tally.changed) == ({}, set())


def test_numbers_of_periods_stay_what_they_are() -> None:
    """They are recorded: months from year 0 on, weeks and days from year 1 on."""
    day = date(2026, 3, 2)
    numbers = [number_of(unit, day) for unit in (Unit.YEAR, Unit.MONTH, Unit.WEEK, Unit.DAY)]
    assert numbers == [2026, 24_314, 105_668, 739_677]


# bounds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("longest", "longer"),
    [("P1000Y", "P1001Y"), ("P999Y12M", "P1000Y12M"), ("P900Y36864D", "P900Y36865D"), ("P999Y364D", "P1000Y365D"),
     ("PT8768759H", "PT8768760H"), ("P900Y36864DT23H", "P900Y36864DT24H")],
)  # fmt: skip
def test_the_longest_durations(longest: str, longer: str) -> None:
    """A thousand years are taken, however written, and one more is not."""
    read_duration(longest)
    with pytest.raises(ValueError, match="at most 1000 years"):
        read_duration(longer)


def test_the_most_points_of_a_reaction() -> None:
    """A million million points are given or taken, and one more is not; a maximum is reached and not passed."""
    for most in (POINTS_MAX, -POINTS_MAX):
        assert compile_derivation("SUM", [number(most)]).points({}) == most
        with pytest.raises(NotDerivable):
            compile_derivation("SUM", [number(most), number(1 if most > 0 else -1)]).points({})
    assert POINTS_MAX == 1_000_000_000_000
    for asked, given in ((4, 4), (5, 5), (6, 5)):
        assert compile_derivation("SUM", [number(asked)], points_max=Decimal(5)).points({}) == given


def test_rounding_of_a_derivation() -> None:
    """To a unit downwards, to whole points upwards, and neither where nothing is asked."""
    exact = [number(Decimal("7.5"))]
    found = [compile_derivation("SUM", exact, unit=unit, rounds_up=up).points({}) for unit in (1, 5) for up in (0, 1)]  # type: ignore[arg-type]
    assert found == [7, 8, 5, 10]


def test_how_many_are_bought() -> None:
    """As many as the balance pays for above what it keeps, at most so many; what costs nothing is not bought."""
    policy = Purchase(UUID(int=1), keep=5)
    assert [purchases(policy, balance, price) for balance, price in ((10, 1), (9, 2), (6, 2), (3, 1), (9, 0))] == [
        5, 2, 0, 0, 0,
    ]  # fmt: skip
    assert [purchases(Purchase(UUID(int=1), 5, most), 10, 1) for most in (4, 5, 6)] == [4, 5, 5]


def test_so_many_values_of_a_criterion() -> None:
    """A list is compared with as many values as are allowed, and with no more, and with one at least."""
    for values in (["1"] * VALUES_MAX, ["1"]):
        read_logic({"in": [{"var": "tier"}, values]})
    for values in (["1"] * (VALUES_MAX + 1), []):
        with pytest.raises(CriteriaFault, match="takes a list of"):
            read_logic({"in": [{"var": "tier"}, values]})


# what is told ------------------------------------------------------------------------------------


def test_long_values_are_cut() -> None:
    """Two hundred characters and ten elements are shown, of more the first of them; truths stay what they are."""
    assert shorten("a" * 200) == "a" * 200
    assert shorten("a" * 201) == "a" * 199 + "…"
    assert shorten([1] * 10) == [1] * 10
    assert shorten([1] * 11) == [*[1] * 10, "…"]
    names = [str(place) for place in range(11)]
    assert shorten(dict.fromkeys(names[:10], 1)) == dict.fromkeys(names[:10], 1)
    assert shorten(dict.fromkeys(names, 1)) == {**dict.fromkeys(names[:10], 1), "…": "…"}
    assert shorten(10**199) == 10**199
    assert shorten(10**200) == "1.00000000000000000000e+200"
    assert shorten(True) is True


def test_what_versions_gave() -> None:
    """Points given less those taken, but for what was pending; of one among several; none that did not fire."""
    fired: list[Any] = [[3, [0, 5], [1, -2], [2, 9, "ACTIVATED"]], ["5,1x2", [0, 4]]]
    assert [given_by(fired, {version}) for version in (3, 5, 6, 7, 8)] == [3, 4, 4, 4, None]
    assert given_instead([[3, ["C"], [0, 4], [1, -1]]], {3}) == 3


def test_what_a_reaction_changes_the_balance_by() -> None:
    """By its points, but where they are pending, or were taken back while they were."""
    details = [(0, 5), (0, 5, 9), (0, 5, "PENDING"), (0, -5, "CANCELLED"), (0, 5, "ACTIVATED"), (0, "R")]
    assert [planned(detail).of_balance for detail in details] == [5, 5, 0, 0, 5, 0]


def test_of_two_constraints_the_broken_one_is_told() -> None:
    """What holds is not among the reasons."""
    first, second = compile_constraint({"required": ["a"]}), compile_constraint("payload.b > 5")
    assert first is not None
    assert second is not None
    both = BothConstraint(first, second)
    assert len(both.why_not({"a": 1, "b": 5})) == 1
    assert "5" in both.why_not({"a": 1, "b": 5})[0].detail
    assert both.why_not({"b": 6})[0].keyword == "required"
    assert len(both.why_not({"b": 5})) == 2
    assert both.why_not({"a": 1, "b": 6}) == []


# tiers -------------------------------------------------------------------------------------------


def test_a_stay_that_ends_now_is_over() -> None:
    """A tier held until this instant is not the member's any more; a moment before, it is."""
    silver, gold = Tier(UUID(int=1), "Silver", 1, 0), Tier(UUID(int=2), "Gold", 2, 100)
    tiers, start = Tiers((silver, gold), UTC), datetime(2025, 1, 1, tzinfo=UTC)
    held = [Held(silver.id, start, None), Held(gold.id, start, NOON)]
    assert highest(tiers, held, NOON) == silver
    assert highest(tiers, held, NOON - timedelta(microseconds=1)) == gold
    assert highest(tiers, [], NOON) is None


# what is known of values -------------------------------------------------------------------------


def known(*more: Any, kinds: frozenset[str] = ANYTHING, **schema: Any) -> Facts:
    """Return what a schema, and more of them, say of a value."""
    return Facts(Parts({"allOf": [schema, *more]}), [()], kinds)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (True, "boolean"), ("", "string"), ({}, "object"), ([], "array"), (1, "integer"),
     (Decimal("1.0"), "integer"), (Decimal("1.5"), "fraction"), (0, "integer")],
)  # fmt: skip
def test_kinds_of_values(value: Any, kind: str) -> None:
    """A number without a fraction is whole, however it is written."""
    assert kind_of(value) == kind


def test_bounds_of_numbers() -> None:
    """Those of whole numbers are whole and inside; of others the strictest, and whether it is itself outside."""
    for schema, low, high in (
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 9}, (2, False), (8, False)),
        ({"minimum": 1.5, "maximum": 8.5}, (2, False), (8, False)),
        ({"exclusiveMinimum": 1.5, "exclusiveMaximum": 8.5}, (2, False), (8, False)),
    ):
        facts = known({"type": "integer"}, **schema)
        assert (facts.low, facts.high) == (low, high)
    facts = known({"minimum": 1, "maximum": 9}, type="number", exclusiveMinimum=1, exclusiveMaximum=9)
    assert (facts.low, facts.high) == ((1, True), (9, True))
    assert (known(type="number").low, known(type="number").high) == (None, None)


def test_the_strictest_counts() -> None:
    """Of two minima the greater, of two maxima the smaller; none is nothing, or no bound."""
    facts = known({"minLength": 2, "maxLength": 9}, minLength=3, maxLength=5)
    assert (facts.least("minLength"), facts.most("maxLength")) == (3, 5)
    assert (facts.least("minItems"), facts.most("maxItems")) == (0, None)


def test_values_that_can_be_counted() -> None:
    """The shortest list, without what another part refuses; truths and nothing by their kind."""
    assert known({"enum": [1, 2, 3, "x"]}, enum=[3, 2, 2], type="integer").values == [3, 2]
    assert known({"const": 5}, enum=[3, 2]).values == []
    assert known({"minimum": 2}, enum=[1, 2]).values == [2]
    assert known(type="boolean").values == [False, True]
    assert known(type=["null", "boolean"]).values == [None, False, True]
    assert known(type="null").values == [None]
    assert known(type=["null", "integer"]).values is None
    assert known(enum=[1, "x"], kinds=frozenset(("string",))).values == ["x"]


def test_what_cannot_be_both() -> None:
    """Other kinds, other single values, and objects that need a field which cannot be both."""
    for one, other, apart in (
        ({"type": "string"}, {"type": "integer"}, True),
        ({"type": "string"}, {"type": "string"}, False),
        ({"const": 1}, {"minimum": 2}, True),
        ({"minimum": 2}, {"enum": [1, 2]}, False),
        ({"minimum": 2}, {"maximum": 1}, False),
        ({"enum": []}, {}, True),
    ):
        assert are_disjoint(known(**one), known(**other)) is apart
        assert are_disjoint(known(**other), known(**one)) is apart


def an_object(**fields: Any) -> Facts:
    """Return what is known of an object that has these fields."""
    schema = {"properties": {"n": {}, **fields}, "required": list(fields)}
    return Facts(Parts(schema), [()], frozenset(("object",)))


def test_objects_that_cannot_be_both() -> None:
    """One field that is needed and cannot be both is enough; one that may be left out is not."""
    both = {"a": {"const": 1}, "b": {"const": 1}}
    assert are_disjoint(an_object(**both), an_object(b={"const": 2}))
    assert not are_disjoint(an_object(**both), an_object(b={"const": 1}, c={"const": 2}))
    loose = Facts(Parts({"properties": {"b": {"const": 2}}}), [()], frozenset(("object",)))
    lax = Facts(Parts({"properties": {"b": {"const": 1}}}), [()], frozenset(("object",)))
    assert not are_disjoint(loose, lax)
    assert are_disjoint(loose, an_object(**both))
