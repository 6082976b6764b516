"""Files of users, read: JSON Lines or an array, or CSV with the names of fields in its first line.

A row that cannot be read is a `RowFault` in its place. What is wrong with a row is told without its values: the file is
about people, and what is refused must not be kept.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from punchcard import wire
from punchcard.errors import Malformed

CSV, JSON_LINES, JSON = "text/csv", "application/x-ndjson", "application/json"
LINE_BYTES_MAX = 65_536

TOP_FIELDS = ("authIdentifier", "externalIdentifier", "referralInviteCode", "isRestricted", "registeredAt")
PROFILE_FIELDS = (
    "familyName", "givenName", "emailAddress", "gender", "birthdate", "country", "city", "postcode", "pictureUrl",
    "streetAddress", "telephoneNumber", "region",
)  # fmt: skip
ATTRIBUTE, CONSENTS = "attributes.", "consents"

# What a spreadsheet runs. A telephone number may begin with a plus.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s()./-]*$)")


class RowFault(Struct, frozen=True):
    """Why a row cannot be imported: a code, a sentence, and where in the row."""

    code: str
    detail: str
    pointer: str = ""


class ReadRow(Struct, frozen=True):
    """A row by its number, from 1 on: a JSON object, or why there is none."""

    number: int
    content: wire.Json | RowFault


def read_file(media: str, body: bytes) -> list[ReadRow]:
    """Return the rows of a file. Raises: Malformed for one that is not in UTF-8, or whose columns are unknown."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Malformed(f"The file is not in UTF-8: byte {fault.start} cannot be read. Save it as UTF-8.") from None
    if "\0" in text:
        raise Malformed("The file holds a NUL character, which cannot be stored.")
    rows = {CSV: _csv_rows, JSON_LINES: _json_rows, JSON: _array_rows}[media](text)
    return [ReadRow(number, content) for number, content in enumerate(rows, 1)]


def _json_rows(text: str) -> Iterator[wire.Json | RowFault]:
    for line in text.split("\n"):
        if not line.strip():
            continue
        if len(line.encode()) > LINE_BYTES_MAX:
            yield RowFault("too_long", f"The line has more than {LINE_BYTES_MAX} bytes.")
            continue
        try:
            row = wire.decode(line.encode())
        except Malformed:
            yield RowFault("malformed", "The line is not JSON that can be read.")
            continue
        yield row if isinstance(row, dict) else RowFault("malformed", "The line is not a JSON object.")


def _array_rows(text: str) -> Iterator[wire.Json | RowFault]:
    told = wire.decode(text.encode())
    for row in told if isinstance(told, list) else [told]:
        yield row if isinstance(row, dict) else RowFault("malformed", "The row is not a JSON object.")


def _csv_rows(text: str) -> Iterator[wire.Json | RowFault]:
    head = text.partition("\n")[0]
    delimiter = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = next(reader, [])
        _require_known(names)
        for cells in reader:
            if cells:
                yield _row(names, cells)
    except csv.Error as fault:
        raise Malformed(f"The CSV cannot be read after line {reader.line_num}: {fault}.") from None


def _require_known(names: Sequence[str]) -> None:
    known = {*TOP_FIELDS, *PROFILE_FIELDS, CONSENTS}
    wrong = [name for name in names if name not in known and not (name.startswith(ATTRIBUTE) and name != ATTRIBUTE)]
    if not names or wrong or len(set(names)) < len(names):
        what = f"There is no column {wrong[0][:64]!r}" if wrong else "The first line does not name each column once"
        raise Malformed(f"{what}; columns are {', '.join(sorted(known))}, and attributes.NAME for an attribute.")


def _row(names: Sequence[str], cells: Sequence[str]) -> wire.Json | RowFault:
    if len(cells) != len(names):
        return RowFault("columns", f"The row has {len(cells)} cells, and the first line names {len(names)}.")
    row: wire.Json = {}
    profile: wire.Json = {}
    for name, cell in zip(names, cells, strict=True):
        if not cell:
            continue
        if _FORMULA.match(cell):
            return RowFault("formula", "A cell begins like a formula; take the sign away.", f"/{name}")
        _put(row, profile, name, cell)
    return {**row, "profile": profile}


def _put(row: wire.Json, profile: wire.Json, name: str, cell: str) -> None:
    if name in PROFILE_FIELDS:
        profile[name] = cell
    elif name.startswith(ATTRIBUTE):
        profile.setdefault("attributes", {})[name.removeprefix(ATTRIBUTE)] = cell
    elif name == CONSENTS:
        row["consentsDefinition"] = [{"type": {"id": one}, "checked": True} for one in cell.split()]
    else:
        row[name] = _flag(cell) if name == "isRestricted" else cell


def _flag(cell: str) -> Any:
    return {"true": True, "false": False}.get(cell.strip().lower(), cell)
