"""Expressions and facts for hypothesis: trees whose kinds fit, and facts that are missing or of another kind."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from punchcard.engine.expression.nodes import (
    Binary,
    Call,
    Choice,
    Entries,
    Has,
    Index,
    Items,
    Literal,
    Macro,
    Name,
    Node,
    Select,
    Unary,
    join,
    minus,
    walk,
)

Trees = st.SearchStrategy[Node]
# Each is made once: to look at a new one takes hypothesis longer than to draw from it.
PAYLOAD = Name("payload")
WORDS = st.text("abAB é\n\"\\'", max_size=4)
INTEGERS = st.integers(-20, 20)
QUARTERS = st.integers(-40, 40).map(lambda quarters: (Decimal(quarters) / 4).quantize(Decimal("0.01")))
INSTANTS = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001 - the zone follows
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
SPANS = st.integers(-200_000, 200_000)
PATTERNS = st.sampled_from(["", "a", "^a", "b$", "[ab]+", "(?i)A", "a.b", "é", "x|b", r"\d", "^(a|b)*$"])
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "+02:00", "-05:30"])
PARTS = ("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours")
NAMES = ("x", "y")
NODES_MAX = 60

FACTS: dict[str, st.SearchStrategy[Any]] = {
    "i": INTEGERS,
    "j": INTEGERS,
    "d": QUARTERS,
    "e": QUARTERS,
    "s": WORDS,
    "t": WORDS,
    "b": st.booleans(),
    "li": st.lists(INTEGERS, max_size=4),
    "ls": st.lists(WORDS, max_size=4),
    "m": st.dictionaries(st.sampled_from(["i", "a b", "k"]), INTEGERS, max_size=3),
}
# Not a number where a number is expected: our numbers are one kind, those of CEL are two.
STRANGE: st.SearchStrategy[Any] = st.sampled_from([None, "strange", True, [], {}])


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """Make a payload with most of the fields, and sometimes a value of another kind in one."""
    made = {}
    for name, values in FACTS.items():
        fate = draw(st.integers(0, 9))
        if fate:
            made[name] = draw(values if fate > 1 else STRANGE)
    return made


@cache
def fields(*names: str) -> Trees:
    """Make a field of the payload."""
    return st.sampled_from([Select(PAYLOAD, name) for name in names])


def written(values: st.SearchStrategy[Any]) -> Trees:
    """Make a value written out."""
    return values.map(Literal)


def lists_of(trees: Trees) -> Trees:
    """Make a list written out."""
    return st.lists(trees, max_size=3).map(lambda items: Items(tuple(items)))


def _binary(signs: str, of: Trees) -> Trees:
    return st.builds(Binary, st.sampled_from(signs.split()), of, of)


@cache
def integers(depth: int) -> Trees:
    """Make whole numbers."""
    leaves = written(INTEGERS) | fields("i", "j") | st.just(Select(Select(PAYLOAD, "m"), "i"))
    if not depth:
        return leaves
    below = st.deferred(lambda: integers(depth - 1))
    return st.one_of(
        leaves,
        _binary("+ - * %", below),
        st.builds(minus, below),
        sizes(depth - 1),
        st.builds(Index, number_lists(0), below),
        st.builds(Choice, bools(depth - 1), below, below),
        st.builds(
            lambda name, items: Call(name, tuple(items)),
            st.sampled_from(["min", "max"]),
            st.lists(below, min_size=2, max_size=3),
        ),
        st.builds(lambda of: Call("abs", (of,)), below),
        times(),
    )


@cache
def fractions(depth: int) -> Trees:
    """Make decimal fractions, quarters where they are not worked out."""
    leaves = written(QUARTERS) | fields("d", "e")
    if not depth:
        return leaves
    below = st.deferred(lambda: fractions(depth - 1))
    calls = st.builds(lambda name, of: Call(name, (of,)), st.sampled_from(["abs", "ceil", "floor", "round"]), below)
    return st.one_of(leaves, _binary("+ - *", below), st.builds(minus, below), calls)


@cache
def texts(depth: int) -> Trees:
    """Make texts."""
    leaves = written(WORDS) | fields("s", "t")
    if not depth:
        return leaves
    below = st.deferred(lambda: texts(depth - 1))
    calls = st.builds(lambda name, of: Call(name, (of,)), st.sampled_from(["lowerAscii", "upperAscii", "trim"]), below)
    return st.one_of(leaves, _binary("+", below), calls, st.builds(Choice, bools(depth - 1), below, below))


@cache
def number_lists(depth: int) -> Trees:
    """Make lists of whole numbers."""
    leaves = fields("li") | lists_of(integers(0))
    if not depth:
        return leaves
    below = st.deferred(lambda: number_lists(depth - 1))
    names = st.sampled_from(NAMES)
    return st.one_of(
        leaves,
        _binary("+", below),
        names.flatmap(cache(lambda x: st.builds(Macro, st.just("filter"), below, st.just(x), about(x, depth - 1)))),
        names.flatmap(
            cache(lambda x: st.builds(Macro, st.just("map"), below, st.just(x), reckoned(x), st.none() | about(x, 0)))
        ),
    )


@cache
def reckoned(name: str) -> Trees:
    """Make whole numbers out of a variable."""
    return st.builds(Binary, st.sampled_from("+-*"), st.just(Name(name)), integers(0))


@cache
def about(name: str, depth: int) -> Trees:
    """Make what is true or false, told of a variable, or of anything else."""
    told = st.builds(Binary, st.sampled_from(["<", "==", "!=", ">="]), st.just(Name(name)), integers(0))
    return told | bools(depth)


@cache
def sizes(depth: int) -> Trees:
    """Make what tells how long something is."""
    return (texts(depth) | number_lists(depth) | fields("ls", "m")).map(lambda of: Call("size", (of,)))


@cache
def instants() -> Trees:
    """Make instants."""
    made = INSTANTS.map(lambda at: Call("timestamp", (Literal(at.isoformat().replace("+00:00", "Z")),)))
    return made | st.builds(Binary, st.sampled_from("+-"), made, durations())


@cache
def durations() -> Trees:
    """Make durations."""
    return SPANS.map(lambda seconds: Call("duration", (Literal(f"{seconds}s"),)))


@cache
def times() -> Trees:
    """Make parts of instants and durations."""
    parts = st.sampled_from(PARTS)
    zoned = st.builds(lambda part, of, zone: Call(part, (of, Literal(zone))), parts, instants(), ZONES)
    plain = st.builds(lambda part, of: Call(part, (of,)), parts, instants())
    spans = st.builds(
        lambda part, of: Call(part, (of,)), st.sampled_from(["getHours", "getMinutes", "getSeconds"]), durations()
    )
    return zoned | plain | spans


@cache
def comparisons(depth: int) -> Trees:
    """Make comparisons of values of one kind, and equality of whatever there is among the facts."""
    signs = "< <= > >= == !="
    anything = fields(*FACTS)
    return st.one_of(
        _binary(signs, integers(depth) | fractions(depth)),
        _binary(signs, texts(depth)),
        _binary(signs, instants()),
        _binary(signs, durations()),
        _binary("== != <", anything),
        _binary("== !=", number_lists(depth)),
        st.builds(Binary, st.sampled_from(["==", "!="]), anything, st.just(Literal(None))),
        st.builds(Binary, st.just("in"), integers(depth), number_lists(depth)),
        st.builds(Binary, st.just("in"), texts(depth), fields("m", "ls") | lists_of(texts(0))),
    )


@cache
def bools(depth: int) -> Trees:
    """Make what is true or false."""
    has = st.builds(Has, st.just(PAYLOAD), st.sampled_from([*FACTS, "z"])) | st.builds(Has, fields("m"), st.just("k"))
    leaves = written(st.booleans()) | fields("b") | has | comparisons(0)
    if not depth:
        return leaves
    below = st.deferred(lambda: bools(depth - 1))
    calls = st.builds(
        lambda name, *arguments: Call(name, arguments),
        st.sampled_from(["contains", "startsWith", "endsWith"]),
        texts(depth - 1),
        texts(depth - 1),
    )
    several = st.lists(below, min_size=2, max_size=3)
    macros = st.sampled_from(["exists", "all", "exists_one"])
    names = st.sampled_from(NAMES)
    return st.one_of(
        leaves,
        comparisons(depth - 1),
        calls,
        st.builds(lambda of, pattern: Call("matches", (of, Literal(pattern))), texts(depth - 1), PATTERNS),
        st.builds(join, st.sampled_from(["&&", "||"]), several),
        st.builds(Unary, st.just("!"), below),
        st.builds(Choice, below, below, below),
        names.flatmap(
            cache(lambda x: st.builds(Macro, macros, number_lists(depth - 1), st.just(x), about(x, depth - 1)))
        ),
        names.flatmap(cache(lambda x: st.builds(Macro, macros, fields("m", "ls"), st.just(x), _of_text(x)))),
    )


@cache
def _of_text(name: str) -> Trees:
    return st.builds(Binary, st.sampled_from(["==", "<", "!="]), st.just(Name(name)), texts(0)) | fields("b")


@cache
def any_tree() -> Trees:
    """Make any shape at all, whether or not it makes sense: what has to survive being written and read."""
    leaves = st.one_of(
        written(st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=6)),
        written(st.decimals(-(10**9), 10**9, places=4) | st.sampled_from([Decimal("1E+300"), Decimal("-1.50E-300")])),
        st.sampled_from(["payload", "now", "x"]).map(Name),
    )
    return st.recursive(leaves, _wrap, max_leaves=10).filter(lambda tree: sum(1 for _ in walk(tree)) <= NODES_MAX)


def _wrap(below: Trees) -> Trees:
    names = st.sampled_from(["total", "a b", "in", "for", "é", ""])
    pairs = st.lists(st.tuples(below, below), max_size=2).map(tuple)
    made: Callable[..., Trees] = st.builds
    return st.one_of(
        made(Select, below, names),
        made(Index, below, below.filter(_is_no_text)),
        made(Has, below, names),
        made(lambda of: Unary("!", of), below),
        made(minus, below),
        _binary("+ - * / % < <= > >= == != in", below),
        made(join, st.sampled_from(["&&", "||"]), st.lists(below, min_size=2, max_size=3)),
        made(Choice, below, below, below),
        lists_of(below),
        made(Entries, pairs),
        made(
            lambda name, of: Call(name, (of,)), st.sampled_from(["size", "trim", "getHours", "sum", "timestamp"]), below
        ),
        made(lambda of, other: Call("contains", (of, other)), below, below),
        made(lambda items: Call("max", tuple(items)), st.lists(below, min_size=1, max_size=3)),
        made(Macro, st.sampled_from(["exists", "all", "filter", "sum", "map"]), below, st.sampled_from(NAMES), below),
        made(Macro, st.just("map"), below, st.sampled_from(NAMES), below, below),
    )


def _is_no_text(node: Node) -> bool:
    return not (isinstance(node, Literal) and isinstance(node.value, str))
