"""The reference pages say what the code says."""

import pytest

from docs import generate
from punchcard import errors
from punchcard.http.metrics import REGISTRY
from punchcard.http.routes import ROUTES

PAGES = generate.pages()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_what_the_code_says(name: str) -> None:
    """A page of docs/reference/ equals what `./dev docs` would write now."""
    file = generate.REFERENCE / name
    assert file.exists(), f"{name} is missing; run ./dev docs"
    assert file.read_text() == PAGES[name], f"{name} is out of date; run ./dev docs"


def test_reference_has_no_page_of_the_past() -> None:
    """Every file in docs/reference/ that says it was written by the generator was."""
    written = [file.name for file in generate.REFERENCE.iterdir() if "<!-- Written by" in file.read_text()]
    assert sorted(PAGES) == sorted(written)


def test_every_error_has_a_code_of_its_own() -> None:
    """No two errors share a code, and each says what it means."""
    known = errors.catalogue()
    assert len({error.code for error in known}) == len(known)
    assert all(error.__doc__ for error in known)


def test_every_operation_and_metric_says_what_it_is() -> None:
    """No operation is without a summary and a caller, and no metric without an explanation."""
    assert [route.path for route in ROUTES if not (route.summary and route.who)] == []
    assert [metric.name for metric in REGISTRY.collect() if not metric.documentation] == []
