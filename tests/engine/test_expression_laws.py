"""What holds of every expression, whatever is written and whatever the facts are."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from punchcard.engine.expression.compiler import Compiler
from punchcard.engine.expression.cost import COST_MAX, cost
from punchcard.engine.expression.expression import FACTS, Expression, compile_expression, compile_tree
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable
from punchcard.engine.expression.lexer import EXPONENT_MAX, read_tokens
from punchcard.engine.expression.nodes import Call, Literal, Node, walk
from punchcard.engine.expression.parser import parse
from punchcard.engine.expression.printer import show
from punchcard.engine.expression.values import STEPS, STEPS_MAX
from tests.engine import expression_trees as trees

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(-(10**9), 10**9, places=4)
    | st.sampled_from([Decimal("1E+300"), Decimal("-1.50E-300")])
    | st.text(max_size=8),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=3), below, max_size=4),
    max_leaves=12,
)
# Pieces that meet in ways that no tree makes.
# fmt: off
PIECES = st.sampled_from([
    *"x.[](){},:?!-+*/%<` \\\n\u00e9\U0001f600",
    "payload", "now", "&&", "||", "<=", "==", "!=", "in", "has", "size", "exists", "all", "map", "sum",
    "matches", "max", '"a"', "'b'", 'r"\\d"', '"""c"""', "1", "1.5", "0x1F", "1e300", "true", "null", "//",
    "math.least", "timestamp", "duration", "getHours",
])
# fmt: on
SOUP = st.lists(PIECES, max_size=25).map(" ".join) | st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=40)


def compiled(text: str) -> Expression | None:
    """Return the expression, or None when it is refused, which has to be with a place inside of the text."""
    try:
        return compile_expression(text, outcome=None)
    except ExpressionFault as found:
        fault = found
    place = fault.place(text)
    assert 0 <= place.offset <= len(text)
    assert place.line == text[: place.offset].count("\n") + 1
    assert fault.detail.endswith((".", "?"))
    return None


def affordable(tree: Node) -> Expression:
    """Return the expression of a tree whose kinds fit; what may cost too much is no case of the law."""
    assume(cost(tree) <= COST_MAX)
    return compile_tree(tree, outcome=None)


def result(expression: Expression, facts: dict[str, Any]) -> Any:
    """Return what it comes to, or why it comes to nothing."""
    try:
        return expression.evaluate(facts)
    except NotEvaluable as fault:
        return fault.args


@given(trees.any_tree())
def test_what_is_written_is_read_as_it_was(tree: Node) -> None:
    """The text of a tree is read as the same tree, and written in the same way again."""
    text = show(tree)

    assert parse(text) == tree
    assert show(parse(text)) == text


@given(SOUP)
def test_any_text_is_compiled_or_refused_with_a_place(text: str) -> None:
    """Nothing that can be typed breaks the parser, and what it reads it can write and read again."""
    expression = compiled(text)
    if expression is not None:
        assert parse(show(expression.tree)) == expression.tree
        assert expression.cost <= COST_MAX


@given(SOUP.flatmap(lambda text: st.tuples(st.just(text), st.integers(0, len(text)))), trees.any_tree())
def test_a_text_broken_off_anywhere_is_compiled_or_refused(text_and_end: tuple[str, int], tree: Node) -> None:
    """Neither does what is cut off in the middle of a word."""
    text, end = text_and_end
    compiled(text[:end])
    written = show(tree)
    compiled(written[: end % (len(written) + 1)])


@given(trees.any_tree() | trees.bools(2), JSON, JSON)
def test_whatever_the_facts_it_comes_to_a_value_or_to_a_reason(tree: Node, payload: Any, now: Any) -> None:
    """Evaluation raises nothing but NotEvaluable, and the three ways of asking agree."""
    try:
        expression = compile_tree(tree, outcome=None)
    except ExpressionFault:
        return
    facts = {"payload": payload, "now": now}
    came_to = result(expression, facts)
    trace = expression.explain(facts)

    assert expression.holds(facts) == (came_to is True) == trace.result
    assert came_to == (trace.value if trace.fault is None else trace.fault.args)
    assert isinstance(trace.document(), dict)
    assert bool(trace.reasons()) is not trace.result


@given(trees.any_tree(), JSON, JSON)
def test_kinds_that_do_not_fit_are_a_reason_too(tree: Node, payload: Any, now: Any) -> None:
    """The check at saving spares surprises; the evaluation is safe without it."""
    assume(not any(isinstance(node, Call) and isinstance(node.arguments[-1], Literal) for node, _ in walk(tree)))
    run = Compiler().compile(tree)
    with suppress(NotEvaluable):
        run({"payload": payload, "now": now, STEPS: [STEPS_MAX]})


@given(trees.bools(2) | trees.integers(2) | trees.texts(2), trees.payloads())
def test_a_trace_tells_what_was_decided(tree: Node, payload: dict[str, Any]) -> None:
    """Holding, evaluating and explaining agree where the kinds fit as well; looking at facts does not change them."""
    expression = affordable(tree)
    before = repr(payload)
    came_to = result(expression, {"payload": payload})
    trace = expression.explain({"payload": payload})

    assert came_to == (trace.value if trace.fault is None else trace.fault.args)
    assert expression.holds({"payload": payload}) == trace.result
    assert repr(payload) == before


@given(trees.bools(2), trees.payloads())
def test_an_evaluation_stays_within_what_was_told_when_it_was_saved(tree: Node, payload: dict[str, Any]) -> None:
    """On lists no longer than assumed, the steps taken are no more than the cost, times what a value's size adds."""
    expression = affordable(tree)
    steps = [STEPS_MAX]
    with suppress(NotEvaluable):
        expression.run({"payload": payload, STEPS: steps})
    largest = 16  # more than any list or text that these facts come to
    assert STEPS_MAX - steps[0] <= expression.cost * largest


@given(st.text(max_size=30))
def test_texts_survive_being_written_out(value: str) -> None:
    """Any text that can be sent stands in an expression as a literal."""
    whole = value.encode(errors="ignore").decode()
    (token, _) = read_tokens(show(parse(f"[{show_literal(whole)}]"))[1:-1])

    assert token.value == whole


def show_literal(value: str) -> str:
    """Write a text in single quotes, as the printer does not."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r") + "'"


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False))
def test_numbers_survive_being_written_out(value: int | Decimal) -> None:
    """A number is read with every digit that it was written with, or refused."""
    exact = Decimal(value)
    if abs(exact.adjusted() if exact else int(exact.as_tuple().exponent)) > EXPONENT_MAX:
        assert compiled(str(value)) is None
    else:
        assert compile_expression(str(value), outcome="number").number({}) == value


@given(trees.bools(2))
def test_names_that_are_not_declared_are_refused(tree: Node) -> None:
    """A tree that reads a fact is compiled with that fact declared, and not without."""
    reads = any(node == trees.PAYLOAD for node, _ in walk(tree))
    affordable(tree)
    if reads:
        with pytest.raises(ExpressionFault, match="no fact payload"):
            compile_tree(tree, facts=["now"])
    else:
        compile_tree(tree, facts=["now"])


@settings(max_examples=30)
@given(st.sampled_from(FACTS))
def test_every_declared_fact_can_be_read(name: str) -> None:
    """Each fact of the list is accepted, and anything beside it among the closed ones is not."""
    compile_expression(f"{name} == null")
    root, dot, _ = name.partition(".")
    if dot:
        assert compiled(f"{root}.nothing == null") is None
