"""Files of codes, read while they come: a code a line, in as much memory as a slice of them needs."""

import csv
from collections.abc import AsyncIterator, Sequence

import msgspec

from punchcard import wire
from punchcard.errors import Malformed, TooLarge

CSV, JSON_LINES, TEXT, JSON = "text/csv", "application/x-ndjson", "text/plain", "application/json"
LINE_BYTES_MAX = 65_536
ARRAY_BYTES_MAX = 5_242_880
HEADS = ("code", "value")
"""What the first cell of a CSV file may say that is no code."""


async def slices(media: str, parts: AsyncIterator[bytes], size: int) -> AsyncIterator[Sequence[tuple[int, str]]]:
    """Yield codes with the numbers of their rows, from 1 on, so many at once. Raises: Malformed, TooLarge."""
    waiting: list[tuple[int, str]] = []
    async for row in _array(parts) if media == JSON else _rows(media, parts):
        waiting.append(row)
        if len(waiting) == size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


async def _rows(media: str, parts: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, str]]:
    number = 0
    async for line in _lines(parts):
        number += 1
        text = _text(line, number)
        if number == 1:
            text = text.removeprefix("\ufeff")
        code = text.strip() if media == TEXT else _cell(text, number) if media == CSV else _member(text, number)
        if code and not (number == 1 and media == CSV and code.lower() in HEADS):
            yield number, code


async def _lines(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    left = b""
    async for part in parts:
        *lines, left = (left + part).split(b"\n")
        for line in lines:
            yield line
        if len(left) > LINE_BYTES_MAX:
            raise Malformed(f"A line has more than {LINE_BYTES_MAX} bytes: write one code a line.")
    if left:
        yield left


def _text(line: bytes, number: int) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Malformed(f"Row {number} is not in UTF-8; the codes before it may be there already.") from None
    if "\0" in text:
        raise Malformed(f"Row {number} holds a NUL character; the codes before it may be there already.")
    return text.removesuffix("\r")


def _cell(text: str, number: int) -> str:
    """Return the first cell of a row."""
    delimiter = ";" if ";" in text and "," not in text else ","
    try:
        return next(csv.reader([text], strict=True, delimiter=delimiter), [""])[0].strip()
    except (csv.Error, IndexError):
        if not text.strip():
            return ""
        raise Malformed(f"Row {number} cannot be read as CSV; the codes before it may be there already.") from None


def _member(text: str, number: int) -> str:
    """Return the code of a line of JSON: a text, or an object with `value`."""
    if not text.strip():
        return ""
    try:
        found = wire.decode(text.encode())
    except Malformed as fault:
        raise Malformed(f"Row {number}: {fault.detail}") from None
    code = found.get("value") if isinstance(found, dict) and len(found) == 1 else found
    if not isinstance(code, str):
        raise Malformed(f'Row {number} is no code: write a text, or {{"value": "the code"}}.')
    return code


async def _array(parts: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, str]]:
    """Read an array of texts, which has to be there as a whole."""
    body = b""
    async for part in parts:
        body += part
        if len(body) > ARRAY_BYTES_MAX:
            raise TooLarge(f"An array has at most {ARRAY_BYTES_MAX} bytes here: send a code a line instead.")
    try:
        codes = msgspec.convert(wire.decode(body), list[str])
    except msgspec.ValidationError:
        raise Malformed("Send an array of texts, or a code a line.") from None
    for number, code in enumerate(codes, 1):
        yield number, code
