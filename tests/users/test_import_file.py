"""Reading files of users, as chance has made them (T30)."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from punchcard.errors import Malformed
from punchcard.users.import_file import CSV, JSON, JSON_LINES, PROFILE_FIELDS, RowFault, read_file

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
PIECES = ["givenName", "familyName", ",", ";", '"', "\n", "\r\n", "\r", "=1", "é", "attributes.a", "{}", "[", "]", "\0"]
FORMULAS = tuple("=@\t\r")


def written(rows: list[list[str]], delimiter: str) -> bytes:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


@given(st.lists(st.sampled_from(PIECES) | TEXTS, max_size=12).map("".join), st.sampled_from([CSV, JSON_LINES, JSON]))
def test_any_text_is_rows_or_refused(text: str, media: str) -> None:
    """Whatever a file says, it is refused as a whole with a sentence, or its rows are numbered and told one by one."""
    try:
        rows = read_file(media, text.encode())
    except Malformed:
        return
    assert [row.number for row in rows] == [*range(1, len(rows) + 1)]
    assert all(row.content.detail if isinstance(row.content, RowFault) else True for row in rows)


@given(st.binary(max_size=40), st.sampled_from([CSV, JSON_LINES, JSON]))
def test_any_bytes_are_rows_or_refused(body: bytes, media: str) -> None:
    """What is no text is refused, not read in part."""
    try:
        rows = read_file(media, body)
    except Malformed:
        return
    assert rows is not None
    body.decode("utf-8-sig")


@given(
    st.integers(2, 6).flatmap(
        lambda width: st.tuples(
            st.permutations(PROFILE_FIELDS).map(lambda names: names[:width]),
            st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=4),
        )
    ),
    st.sampled_from(",;"),
)
def test_cells_are_what_was_written(table: tuple[list[str], list[list[str]]], delimiter: str) -> None:
    """Quotes, newlines, delimiters in cells come through; what a spreadsheet would run is refused, without its text."""
    names, cells = table
    rows = read_file(CSV, written([names, *cells], delimiter))
    assert len(rows) == len(cells)
    for row, expected in zip(rows, cells, strict=True):
        if isinstance(row.content, RowFault):
            assert row.content.code == "formula"
            assert any(cell.startswith((*FORMULAS, "+", "-")) for cell in expected)
        else:
            assert not any(cell.startswith(FORMULAS) for cell in expected)
            told = {name: cell for name, cell in zip(names, expected, strict=True) if cell}
            assert row.content == {"profile": told}
