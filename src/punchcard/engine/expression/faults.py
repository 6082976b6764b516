"""What can be wrong with an expression: when it is saved, and when it is evaluated."""

from enum import StrEnum

from msgspec import Struct


class ExpressionFault(Exception):
    """The expression cannot be used. The text says why and what to do; `offset` counts characters from 0."""

    def __init__(self, detail: str, offset: int = 0) -> None:
        super().__init__(detail)
        self.detail = detail
        self.offset = offset

    def place(self, text: str) -> "Place":
        """Return where in `text` it is."""
        before = text[: self.offset]
        return Place(self.offset, before.count("\n") + 1, self.offset - before.rfind("\n"))


class Place(Struct, frozen=True):
    """A place in a text: `offset` from 0, `line` and `column` from 1, all in characters."""

    offset: int
    line: int
    column: int


class Reason(StrEnum):
    """Why an expression came to nothing."""

    MISSING = "missing"
    """A fact is not there, or a list is shorter."""
    KIND = "kind"
    """A value is not of the kind that an operator or a function takes."""
    NUMBER = "number"
    """A division by zero, a number with too many digits, an instant out of range."""
    BUDGET = "budget"
    """The facts are so large that the step budget ran out."""


class NotEvaluable(Exception):
    """The facts give no value. Made of a reason and of what is wrong with which part, without a full stop.

    Whoever keeps one for later keeps its `args`: an exception holds on to every frame that it passed.
    """

    args: tuple[Reason, str]

    @property
    def reason(self) -> Reason:
        """Why."""
        return self.args[0]

    @property
    def detail(self) -> str:
        """What is wrong with which part."""
        return self.args[1]

    def __str__(self) -> str:
        return self.detail
