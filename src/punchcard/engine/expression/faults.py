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
    """The facts give no value. The text says which part, and what it is instead; without a full stop."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail

    @property
    def cause(self) -> tuple[Reason, str]:
        """What makes another of the same: kept in its stead, since an exception holds on to every frame it passed."""
        return self.reason, self.detail
