"""What `./dev bench --check` says of a run."""

from pathlib import Path

import pytest

from bench.chart import chart
from bench.kept import Section, read, worse, write
from bench.table import Figure, Table


def table(**values: float) -> Table:
    """Return a table with ratios; of those called `p99…` less is better."""
    figures = {name: Figure(value, more=not name.startswith("p99")) for name, value in values.items()}
    return Table("A heading", ["Figure"], [], figures)


def kept(**values: float) -> dict[str, Section]:
    """Return what is committed of the section `one`."""
    return {"one": Section("a machine", table(**values))}


@pytest.mark.parametrize(("before", "now"), [(2.0, 1.71), (2.0, 3.0), (2.0, 2.0), (0.0, 0.0)])
def test_what_is_hardly_worse_is_not_told(before: float, now: float) -> None:
    """A ratio that is at most 15 % worse, or better, passes."""
    assert worse(kept(single=before), {"one": table(single=now)}) == []


def test_what_is_much_worse_is_told_in_a_sentence() -> None:
    """A ratio that is more than 15 % worse is told with both values, whichever way is better."""
    told = worse(kept(single=2.0, p99=0.2), {"one": table(single=1.68, p99=0.24)})
    assert told == [
        "one: single: 1.68 is 16% worse than 2.00, which is committed",
        "one: p99: 0.24 is 20% worse than 0.20, which is committed",
    ]


def test_what_was_not_measured_is_told() -> None:
    """A ratio that is committed and that a run of its section lacks fails; a section that was not run does not."""
    committed = kept(single=2.0) | {"two": Section("a machine", table(batch=3.0))}
    assert worse(committed, {"one": table()}) == ["one: single: 2.00 is committed, and it was not measured"]
    assert worse(committed, {"three": table(other=1.0)}) == []


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    """What is written to the file is what is read from it; without the file there is nothing."""
    path = tmp_path / "figures.json"
    assert read(path) == {}
    write(kept(single=2.0), path)
    assert read(path) == kept(single=2.0)


def test_the_committed_figures_can_be_read_and_drawn() -> None:
    """Every section that is committed has ratios to judge a run by, and the chart of them is whole SVG."""
    sections = read()
    assert sections
    assert all(section.table.figures for section in sections.values())
    drawn = chart(sections)
    assert drawn.startswith("<svg")
    assert drawn.rstrip().endswith("</svg>")
    assert "nan" not in drawn.lower()
