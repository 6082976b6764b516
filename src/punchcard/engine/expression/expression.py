"""An expression, ready for use: compiled once when it is saved, evaluated on the facts of each event."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any
from typing import Literal as OneOf

from msgspec import Struct

from punchcard.engine.expression.compiler import Compiler, Evaluate, texts_of
from punchcard.engine.expression.cost import check_cost
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable, Reason
from punchcard.engine.expression.kinds import WORDS, check, declare
from punchcard.engine.expression.nodes import Binary, Call, Literal, Macro, Node, walk
from punchcard.engine.expression.parser import check_depth, parse
from punchcard.engine.expression.printer import show
from punchcard.engine.expression.values import STEPS, STEPS_MAX, kind_of
from punchcard.engine.trace import Trace, take_trace

FACTS = (
    "payload",
    "event.type",
    "event.occurredAt",
    "event.weekday",
    "event.hour",
    "event.channel",
    "user.attributes",
    "user.profile",
    "user.consents",
    "user.tier",
    "user.tierId",
    "user.tierPriority",
    "user.audiences",
    "user.audienceIds",
    "user.accountAgeDays",
    "wallet",
    "counters",
    "now",
)
"""What a rule may look at. Below a name that stands here everything is allowed; beside it nothing."""

Outcome = OneOf["bool", "number"]


class Expression(Struct, frozen=True):
    """A compiled expression. Facts are a mapping from the roots (`payload`, `event`, …) to JSON-like values.

    Their numbers are int or Decimal, their instants datetimes with a zone; maps are dicts and lists are lists.
    cost: the most steps it takes on lists of the assumed length.
    """

    text: str
    tree: Node
    cost: int
    run: Evaluate
    spends: bool

    def evaluate(self, facts: Mapping[str, Any]) -> Any:
        """Return what it comes to. Raises: NotEvaluable, and nothing else."""
        return self.run({**facts, STEPS: [STEPS_MAX]} if self.spends else facts)

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Tell whether it comes to true; what cannot be evaluated does not."""
        try:
            return self.run({**facts, STEPS: [STEPS_MAX]} if self.spends else facts) is True
        except NotEvaluable:
            return False

    def number(self, facts: Mapping[str, Any]) -> int | Decimal:
        """Return the exact number that it comes to. Raises: NotEvaluable, also when that is no number."""
        value = self.evaluate(facts)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return value
        raise NotEvaluable(Reason.KIND, f"it comes to {kind_of(value)}, not to a number")

    def explain(self, facts: Mapping[str, Any]) -> Trace:
        """Evaluate once more, and return what each node came to. Raises: nothing."""
        return take_trace(self.tree, {**facts, STEPS: [STEPS_MAX]})


def compile_expression(text: str, *, facts: Collection[str] = FACTS, outcome: Outcome | None = "bool") -> Expression:
    """Compile an expression: a constraint, or with `outcome="number"` points. Raises: ExpressionFault."""
    return compile_tree(parse(text), text, facts=facts, outcome=outcome)


def compile_tree(
    tree: Node, text: str | None = None, *, facts: Collection[str] = FACTS, outcome: Outcome | None = "bool"
) -> Expression:
    """Compile a tree, whatever it was made from. Raises: ExpressionFault."""
    check_depth(tree)
    kind = check(tree, declare(facts))
    if outcome is not None and kind not in {outcome, None}:
        raise ExpressionFault(f"It comes to {WORDS[str(kind)]}; it has to come to {WORDS[outcome]}.", tree.at)
    total = check_cost(tree)
    return Expression(show(tree) if text is None else text, tree, total, Compiler().compile(tree), _spends(tree))


def _spends(tree: Node) -> bool:
    """Tell whether something in it takes from the step budget, which then has to be there."""
    return any(isinstance(node, (Macro, Call)) or _compares_at_length(node) for node, _ in walk(tree))


def _compares_at_length(node: Node) -> bool:
    if not isinstance(node, Binary) or node.sign not in {"+", "==", "!=", "in"}:
        return False
    if node.sign == "in":
        return texts_of(node.right) is None
    return node.sign == "+" or not isinstance(node.right, Literal)
