"""Reading files of codes, as chance has made and cut them (T30)."""

from collections.abc import AsyncIterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from punchcard.errors import Malformed
from punchcard.rewards.code_files import CSV, JSON, JSON_LINES, TEXT, slices

MEDIA = st.sampled_from([CSV, JSON_LINES, TEXT, JSON])
PIECES = [
    "A-1",
    "b2",
    "code",
    ",",
    ";",
    '"',
    "\n",
    "\r\n",
    " ",
    "é",
    '{"value": "x"}',
    '"y"',
    "[",
    "]",
    "\ufeff",
    "\0",
    "\\",
]
FILES = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14).map("".join).map(
    lambda text: text.encode("utf-8", "replace")
) | st.binary(max_size=30)  # fmt: skip


async def read(media: str, parts: list[bytes]) -> list[tuple[int, str]] | str:
    """Return all codes with their rows; or why there are none."""

    async def sent() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    try:
        return [row async for rows in slices(media, sent(), 2) for row in rows]
    except Malformed as fault:
        return fault.detail


@given(MEDIA, FILES, st.lists(st.integers(0, 60), max_size=4))
async def test_any_file_is_codes_or_refused_however_it_is_cut(media: str, file: bytes, cuts: list[int]) -> None:
    """Codes are texts that are not empty, by ascending rows; where the parts of a file end makes no difference."""
    places = [0, *sorted(min(cut, len(file)) for cut in cuts), len(file)]
    parts = [file[start:end] for start, end in pairwise(places)]
    whole, cut = await read(media, [file]), await read(media, parts)
    assert whole == cut
    assert whole or not isinstance(whole, str)
    if not isinstance(whole, str):
        assert [row for row, _ in whole] == sorted({row for row, _ in whole})
        assert media == JSON or all(code.strip() for _, code in whole)


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1), max_size=6)
)
async def test_lines_are_codes(codes: list[str]) -> None:
    """A code a line is read as it was written, whatever letters it has."""
    file = "\n".join(codes).encode()
    head = codes[0].removeprefix("\ufeff") if codes else ""
    expected = [head, *codes[1:]]
    assert await read(TEXT, [file]) == [(row, code) for row, code in enumerate(expected, 1) if code]
