"""docs/reference/rules.md says what there is."""

import json
import re
from pathlib import Path

import pytest

from punchcard.engine.expression.expression import FACTS, compile_expression, compile_tree
from punchcard.engine.expression.functions import FUNCTIONS, MACROS, MATH
from punchcard.engine.expression.values import DIGITS_MAX, QUOTIENT_DIGITS, STEPS_MAX
from punchcard.engine.rows import OPERATORS, read_rows

PAGE = (Path(__file__).parents[2] / "docs/reference/rules.md").read_text()


@pytest.mark.parametrize("name", sorted({*FUNCTIONS, *MACROS, *OPERATORS, *FACTS} | {f"math.{name}" for name in MATH}))
def test_everything_is_on_the_page(name: str) -> None:
    """Each function, macro, operator of rows and fact is named; of math, the names that differ."""
    if name.startswith("math.") and MATH[name.removeprefix("math.")] == name.removeprefix("math."):
        name = "math.abs"
    assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", PAGE)


def test_the_examples_compile() -> None:
    """What a reader copies from the page is accepted, as it stands there."""
    (examples,) = re.findall(r"```cel\n(.*?)```", PAGE, re.DOTALL)
    for line in examples.splitlines():
        compile_expression(line, outcome=None)
    rows = next(json.loads(found) for found in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if '"fact"' in found)
    assert compile_tree(read_rows(rows)).cost > 0


def test_the_bounds_are_those_of_the_code() -> None:
    """Numbers on the page are the numbers in force."""
    assert f"{STEPS_MAX:,} steps" in PAGE
    assert f"{DIGITS_MAX:,} digits" in PAGE
    assert f"{QUOTIENT_DIGITS} significant digits" in PAGE
