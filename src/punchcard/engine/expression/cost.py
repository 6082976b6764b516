"""What an expression may cost, told from its text alone.

A node costs a step; a macro costs its body as often as its list is long: as it is written out, or else 100, the
length that is assumed of a list among the facts. A longer one meets the step budget of the evaluation instead.
"""

from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.expression.nodes import Items, Macro, Node, children, walk

ITEMS_ASSUMED = 100
COST_MAX = 100_000


def cost(tree: Node) -> int:
    """Return the most steps that `tree` takes on facts of the assumed size."""
    if isinstance(tree, Macro):
        return 1 + cost(tree.of) + _length(tree.of) * (1 + sum(map(cost, children(tree)[1:])))
    return 1 + sum(map(cost, children(tree)))


def check_cost(tree: Node) -> int:
    """Return the cost. Raises: ExpressionFault when it is above what is allowed."""
    total = cost(tree)
    if total > COST_MAX:
        deepest = max((node for node, _ in walk(tree) if isinstance(node, Macro)), key=cost)
        raise ExpressionFault(
            f"This may take {total} steps on lists of {ITEMS_ASSUMED}; {COST_MAX} are the most."
            " Put fewer of exists, all, map, filter and sum inside each other.",
            deepest.at,
        )
    return total


def round_cost(macro: Macro) -> int:
    """Return what one round of a macro costs by itself: macros inside of it count their own rounds."""
    return 1 + sum(map(_own, children(macro)[1:]))


def _own(node: Node) -> int:
    if isinstance(node, Macro):
        return 1 + _own(node.of)
    return 1 + sum(map(_own, children(node)))


def _length(of: Node) -> int:
    """Return how long a list may be: filter and map make no longer one than they are given."""
    while isinstance(of, Macro) and of.kind in {"filter", "map"}:
        of = of.of
    return len(of.items) if isinstance(of, Items) else ITEMS_ASSUMED
