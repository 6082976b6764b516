"""Comparisons with places of a payload, such as `total>50,kind="sale"`, as one JSON path for the database.

Read strictly, and written anew from what was read: nothing of a caller's text reaches the path but as a quoted text or
a number. A list is looked at element by element. A place that a payload does not have satisfies nothing, `!=` neither.
"""

import json
import re

from msgspec import Struct

COMPARISONS_MAX = 8
CHARACTERS_MAX = 1_000

_NAME = r'(?:"(?:[^"\\]|\\.)*"|[^\s.,<>=!~:"\\]+)'
_PATH = re.compile(rf"\s*(?P<path>{_NAME}(?:\.{_NAME})*)\s*")
_OPERATOR = re.compile(r"(?P<operator>!=|>=|<=|=|>|<|~)\s*")
_VALUE = re.compile(r'(?P<value>"(?:[^"\\]|\\.)*"|[^,"]+)\s*(?:,|$)')
_STEP = re.compile(_NAME)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,99})(?:\.\d{1,100})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_WORDS = ("true", "false", "null")
HOW = "Write comparisons such as total>50,kind=sale with one of = != > >= < <= ~, and commas between them."


class Comparison(Struct, frozen=True):
    """One comparison. `value` is as written; `is_text` where it stood in quotes, and is no number then."""

    steps: tuple[str, ...]
    operator: str
    value: str
    is_text: bool


def read_path(text: str) -> str:
    """Return the JSON path of what a caller wrote. Raises: ValueError, which says what to write."""
    return " && ".join(f"({_write(one)})" for one in _read(text))


def _read(text: str) -> list[Comparison]:
    if len(text) > CHARACTERS_MAX:
        raise ValueError(f"Write {CHARACTERS_MAX} characters at most.")
    found = []
    at = 0
    while at < len(text):
        parts = []
        for part, expected in ((_PATH, "a place in the payload"), (_OPERATOR, "an operator"), (_VALUE, "a value")):
            match = part.match(text, at)
            if match is None:
                raise ValueError(f"At character {at + 1} {expected} is expected. {HOW}")
            parts.append(match)
            at = match.end()
        path, operator, value = (match.group(name) for match, name in zip(parts, _PARTS, strict=True))
        is_text = value.startswith('"')
        found.append(Comparison(_steps(path), operator, _unquoted(value) if is_text else value.strip(), is_text))
    if not 0 < len(found) <= COMPARISONS_MAX:
        raise ValueError(f"Write from 1 to {COMPARISONS_MAX} comparisons. {HOW}")
    return found


_PARTS = ("path", "operator", "value")


def _steps(path: str) -> tuple[str, ...]:
    return tuple(_unquoted(step) if step.startswith('"') else step for step in _STEP.findall(path))


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        raise ValueError(f"{text[:50]} is no text in double quotes as JSON writes it.") from None


def _write(one: Comparison) -> str:
    place = "$" + "".join(f".{_quoted(step)}" for step in one.steps)
    match one.operator:
        case "~":
            if not one.value:
                raise ValueError("Write the text that ~ is to look for.")
            return f'exists({place} ? (@ like_regex {_quoted(one.value)} flag "iq"))'
        case "!=":
            return f"exists({place}) && !exists({place} ? ({_equal(one)}))"
        case "=":
            return f"exists({place} ? ({_equal(one)}))"
    number = not one.is_text and _NUMBER.fullmatch(one.value)
    return f"exists({place} ? (@ {one.operator} {one.value if number else _quoted(one.value)}))"


def _equal(one: Comparison) -> str:
    """Return what an element must be. A bare `12` is the number and the text, for people do not know which it is."""
    text = f"@ == {_quoted(one.value)}"
    if one.is_text or not (_NUMBER.fullmatch(one.value) or one.value in _WORDS):
        return text
    return f"@ == {one.value} || {text}"


def _quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        raise ValueError("A text holds half a character; write it whole.") from None
    if "\\u0000" in written:
        raise ValueError("A text holds a NUL character, which no payload has.")
    return written
