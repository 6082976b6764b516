"""Criteria as JsonLogic: the form in which query builders export them, and in which they are kept.

    {"and": [...]}, {"or": [...]}, {"!": ...}
    {"==": [{"var": field}, value]}, and !=, <, <=, >, >=; {"<=": [from, {"var": field}, to]}
    {"in": [{"var": field}, [values]]}, {"in": [part, {"var": field}]}, {"startsWith": ...}, {"endsWith": ...}
    {"!": {"var": field}}, {"!!": {"var": field}}, {"==": [{"var": field}, null]}

Nothing else of JsonLogic: no arithmetic, no maps over lists, no fields on both sides.
"""

from collections.abc import Mapping
from typing import Any

from punchcard.engine.audience import (
    OPPOSITES,
    Budget,
    Comparison,
    CriteriaFault,
    Criterion,
    Field,
    Group,
    Operator,
    read_comparison,
    read_field,
)
from punchcard.engine.audience_tree import plain

COMPARISONS = {
    "==": Operator.EQUAL,
    "!=": Operator.NOT_EQUAL,
    "<": Operator.LESS,
    "<=": Operator.LESS_OR_EQUAL,
    ">": Operator.GREATER,
    ">=": Operator.GREATER_OR_EQUAL,
}
MIRRORED = {
    Operator.LESS: Operator.GREATER,
    Operator.LESS_OR_EQUAL: Operator.GREATER_OR_EQUAL,
    Operator.GREATER: Operator.LESS,
    Operator.GREATER_OR_EQUAL: Operator.LESS_OR_EQUAL,
}
NULLS = {Operator.EQUAL: Operator.IS_NULL, Operator.NOT_EQUAL: Operator.IS_NOT_NULL}
PARTS = {"startsWith": Operator.STARTS_WITH, "endsWith": Operator.ENDS_WITH}
WRITTEN = {operator: symbol for symbol, operator in {**COMPARISONS, **PARTS}.items()}
PAIR, TRIPLE = 2, 3


def read_logic(logic: Any) -> Criterion:
    """Read criteria. Raises: CriteriaFault."""
    return _read(logic, "", 1, Budget())


def _read(logic: Any, pointer: str, depth: int, budget: Budget) -> Criterion:
    budget.take(pointer, depth)
    if not isinstance(logic, Mapping) or len(logic) != 1:
        raise CriteriaFault(
            pointer, 'Write an object with one operator, such as {">": [{"var": "points.balance"}, 100]}.'
        )
    symbol, operands = next(iter(logic.items()))
    below = f"{pointer}/{str(symbol).replace('~', '~0').replace('/', '~1')}"
    if symbol in ("and", "or"):
        if not isinstance(operands, list) or not operands:
            raise CriteriaFault(below, "Write a list of at least one condition.")
        parts = tuple(_read(one, f"{below}/{number}", depth + 1, budget) for number, one in enumerate(operands))
        return Group(symbol == "and", False, parts)
    if symbol in ("!", "!!"):
        one = operands[0] if isinstance(operands, list) and len(operands) == 1 else operands
        if _is_field(one):
            operator = Operator.IS_NULL if symbol == "!" else Operator.IS_NOT_NULL
            return read_comparison(_field(one, below), operator, [], below)
        inner = _read(one, below, depth + 1, budget)
        if symbol == "!!":
            return inner
        if isinstance(inner, Group):
            return Group(inner.is_all, not inner.is_negated, inner.parts)
        return Group(True, True, (inner,))
    return _test(symbol, operands, below)


def _test(symbol: str, operands: Any, pointer: str) -> Comparison:
    if not isinstance(operands, list) or len(operands) not in (PAIR, TRIPLE):
        raise CriteriaFault(pointer, "Write a list of the field and what it is compared with.")
    if symbol == "in":
        if _is_field(operands[0]):
            return read_comparison(_field(operands[0], pointer), Operator.IN, [operands[1]], pointer)
        return read_comparison(_field(operands[1], pointer), Operator.LIKE, [operands[0]], pointer)
    if symbol in PARTS:
        return read_comparison(_field(operands[0], pointer), PARTS[symbol], operands[1:], pointer)
    if symbol not in COMPARISONS:
        known = ", ".join(("and", "or", "!", "!!", *COMPARISONS, "in", *PARTS))
        raise CriteriaFault(pointer, f"There is no operator {str(symbol)[:50]!r} here. There are {known}.")
    operator = COMPARISONS[symbol]
    if len(operands) == TRIPLE:
        if operator is not Operator.LESS_OR_EQUAL:
            raise CriteriaFault(pointer, "Between is written with <=, for both of its borders.")
        return read_comparison(_field(operands[1], pointer), Operator.BETWEEN, [operands[0], operands[2]], pointer)
    left, right = operands
    if not _is_field(left):
        left, right, operator = right, left, MIRRORED.get(operator, operator)
    if right is None and operator in NULLS:
        return read_comparison(_field(left, pointer), NULLS[operator], [], pointer)
    return read_comparison(_field(left, pointer), operator, [right], pointer)


def _is_field(operand: Any) -> bool:
    return isinstance(operand, Mapping) and operand.keys() == {"var"}


def _field(operand: Any, pointer: str) -> Field:
    if not _is_field(operand):
        raise CriteriaFault(pointer, 'One side is a field: {"var": "points.balance"}.')
    return read_field(operand["var"], f"{pointer}/var")


def write_logic(criterion: Criterion) -> dict[str, Any]:
    """Return criteria as JsonLogic."""
    if isinstance(criterion, Group):
        parts = [write_logic(part) for part in criterion.parts]
        joined: dict[str, Any] = {"and" if criterion.is_all else "or": parts}
        return {"!": joined} if criterion.is_negated else joined
    field, values = {"var": criterion.field.name}, [plain(value) for value in criterion.values]
    match criterion.operator:
        case Operator.IS_NULL:
            return {"==": [field, None]}
        case Operator.IS_NOT_NULL:
            return {"!=": [field, None]}
        case Operator.BETWEEN:
            return {"<=": [values[0], field, values[1]]}
        case Operator.IN:
            return {"in": [field, values]}
        case Operator.LIKE:
            return {"in": [values[0], field]}
        case Operator.NOT_BETWEEN | Operator.NOT_IN | Operator.NOT_LIKE:
            return {"!": write_logic(Comparison(criterion.field, OPPOSITES[criterion.operator], criterion.values))}
    return {WRITTEN[criterion.operator]: [field, *values]}
