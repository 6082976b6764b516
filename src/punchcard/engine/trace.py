"""Why an expression came to what it came to: a node each, with the actual values.

It is taken by evaluating again, with the closures that decided and a note made around each.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from punchcard.engine.expression.compiler import Compiler, Evaluate
from punchcard.engine.expression.faults import NotEvaluable
from punchcard.engine.expression.nodes import Choice, Logic, Macro, Node, Unary
from punchcard.engine.expression.printer import show, show_text
from punchcard.engine.expression.values import Environment

NODES_MAX = 200
VALUE_CHARACTERS_MAX = 200
ELEMENTS_MAX = 10
LEVELS_MAX = 3


class Trace(Struct, frozen=True):
    """What one node came to: a `value`, or the `fault` why there is none.

    operands: the nodes below that were evaluated, in that order; values written out are not among them, and a path
    such as `payload.total` is one node. After 200 nodes no more are noted, and `cut` is true where some are left out.
    """

    text: str
    node: Node
    value: Any
    fault: NotEvaluable | None
    operands: tuple["Trace", ...]
    cut: bool = False

    @property
    def result(self) -> bool:
        """Whether it came to true."""
        return self.value is True

    def document(self) -> dict[str, Any]:
        """Return it as JSON: `{text, value | reason and detail, operands?, cut?}`, long values cut off."""
        told: dict[str, Any] = {"text": self.text}
        if self.fault is None:
            told["value"] = shorten(self.value)
        else:
            told |= {"reason": self.fault.reason.value, "detail": self.fault.detail}
        if self.operands:
            told["operands"] = [operand.document() for operand in self.operands]
        return told | {"cut": True} if self.cut else told

    def reasons(self) -> list[str]:
        """Tell in sentences why it is not true: the parts that are decisive, with their actual values."""
        return [] if self.result else list(dict.fromkeys(_reasons(self, wanted=True)))


class _Notes:
    """The traces of the nodes below the one that is being evaluated."""

    def __init__(self) -> None:
        self.left = NODES_MAX
        self.below: list[Trace] = []
        self.cut = False

    def around(self, node: Node, run: Evaluate) -> Evaluate:
        text = show(node)

        def noted(environment: Environment) -> Any:
            before, cut, self.below, self.cut = self.below, self.cut, [], False
            value = fault = None
            try:
                value = run(environment)
            except NotEvaluable as found:
                fault = NotEvaluable(*found.args)
                raise
            finally:
                made = Trace(text, node, value, fault, tuple(self.below), self.cut)
                self.below, self.cut = before, cut
                self.note(made)
            return value

        return noted

    def note(self, made: Trace) -> None:
        if self.left:
            self.left -= 1
            self.below.append(made)
        else:
            self.cut = True


def take_trace(tree: Node, environment: Environment) -> Trace:
    """Evaluate `tree` and return what each node came to."""
    notes = _Notes()
    notes.left += 1  # the whole is always noted, and last
    run = Compiler(notes.around).compile(tree)
    try:
        value, fault = run(environment), None
    except NotEvaluable as found:
        value, fault = None, NotEvaluable(*found.args)
    if notes.below:
        return notes.below[0]
    return Trace(show(tree), tree, value, fault, (), notes.cut)


def _reasons(trace: Trace, *, wanted: bool) -> list[str]:
    """Tell why `trace` did not come to `wanted`."""
    below = []
    match trace.node:
        case Unary(sign="!") if trace.operands:
            below = _reasons(trace.operands[0], wanted=not wanted)
        case Logic() | Choice():
            differing = (operand for operand in trace.operands if operand.value is not wanted)
            below = [reason for operand in differing for reason in _reasons(operand, wanted=wanted)]
    # A value written out is no operand; where it is decisive, the whole is told.
    return below or [_sentence(trace)]


def _sentence(trace: Trace) -> str:
    if trace.fault is not None:
        return f"{trace.text} cannot be told: {trace.fault.detail}."
    values = {leaf.text: leaf for leaf in _leaves(trace) if leaf.text != trace.text and leaf.fault is None}
    seen = ", ".join(f"{text} is {_say(leaf.value)}" for text, leaf in list(values.items())[:ELEMENTS_MAX])
    return f"{trace.text} is {_say(trace.value)}{f': {seen}' if seen else ''}."


def _leaves(trace: Trace) -> Iterator[Trace]:
    # What a macro asked of each element is in the trace; a sentence has room for the list alone.
    below = trace.operands[:1] if isinstance(trace.node, Macro) else trace.operands
    if not below:
        yield trace
    for operand in below:
        yield from _leaves(operand)


def _say(value: Any) -> str:
    match value:
        case str():
            return show_text(shorten(value))
        case list():
            return f"[{', '.join(map(_say, value[:ELEMENTS_MAX]))}{', …' if len(value) > ELEMENTS_MAX else ''}]"
        case dict():
            return f"a map with {', '.join(list(value)[:ELEMENTS_MAX]) or 'nothing'}"
        case None | bool():
            return str({None: "null", True: "true", False: "false"}[value])
    return str(shorten(value))


def shorten(value: Any, levels: int = LEVELS_MAX) -> Any:
    """Return a value for a reader: instants and durations as text, and only so much of what is long or deep."""
    if levels == 0 and isinstance(value, (list, dict)) and value:
        return "…"
    match value:
        case str():
            return value if len(value) <= VALUE_CHARACTERS_MAX else value[: VALUE_CHARACTERS_MAX - 1] + "…"
        case int() | Decimal() if not isinstance(value, bool):
            return value if len(str(value)) <= VALUE_CHARACTERS_MAX else f"{Decimal(value):.20e}"
        case list():
            rest = ["…"] if len(value) > ELEMENTS_MAX else []
            return [shorten(element, levels - 1) for element in value[:ELEMENTS_MAX]] + rest
        case dict():
            rest = ["…"] if len(value) > ELEMENTS_MAX else []
            return {name: shorten(value[name], levels - 1) for name in list(value)[:ELEMENTS_MAX]} | dict.fromkeys(
                rest, "…"
            )
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case timedelta():
            return f"{value.total_seconds():f}".rstrip("0").rstrip(".") + "s"
    return value
