"""docs/explanation/guarantees.md: each promise names tests that are there, and the figure that they are part of."""

import re
from pathlib import Path

import pytest

from tests.prove.figures import FIGURES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/explanation/guarantees.md").read_text()
PROMISES = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][2:]
FILE = re.compile(r"`(tests/[\w/.]*)`")
FIGURE = re.compile(r"\b[RNM]\d\d\b")


def files_at(place: str) -> list[Path]:
    """Return the files of tests that a file or a folder stands for."""
    path = ROOT / place
    return sorted(path.rglob("test_*.py")) if path.is_dir() else [path]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[0][:40])
def test_each_promise_names_tests_that_are_there(promise: list[str]) -> None:
    """A row has a promise, a means and tests; the files exist, and those of a figure carry its mark."""
    _, means, tests = promise
    files = [file for place in FILE.findall(tests) for file in files_at(place)]
    assert means
    assert files
    texts = [file.read_text() for file in files]
    assert all("def test_" in text for text in texts)
    for figure in FIGURE.findall(tests):
        assert any(f'figure(name="{figure}")' in text for text in texts), figure


def test_no_file_is_named_that_is_not_there() -> None:
    """Neither in the table nor below it."""
    assert [place for place in FILE.findall(PAGE) if not (ROOT / place).exists()] == []


def test_every_figure_stands_for_a_promise() -> None:
    """What `./dev prove` tries is there for something that is promised, or for the tests themselves."""
    named = {figure for _, _, tests in PROMISES for figure in FIGURE.findall(tests)}
    assert {figure.name for figure in FIGURES if not figure.missing} - named == {"R19", "M01"}
