"""From text to tokens."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct

from punchcard.engine.expression.faults import ExpressionFault

EXPONENT_MAX = 308

# The alternatives of each repetition begin with different characters, so the time is linear.
_TOKEN = re.compile(
    r"""
    (?P<space> (?: [\ \t\r\n\f]+ | //[^\n]* )+ )
  | (?P<raw> [rR] (?: \"{3} (?: (?!\"{3}) [\s\S] )* \"{3} | '{3} (?: (?!'{3}) [\s\S] )* '{3}
                    | "[^"\r\n]*" | '[^'\r\n]*' ) )
  | (?P<string> \"{3} (?: (?!\"{3}) [^\\] | \\[\s\S] )* \"{3} | '{3} (?: (?!'{3}) [^\\] | \\[\s\S] )* '{3}
              | " (?: [^"\\\r\n] | \\[^\r\n] )* " | ' (?: [^'\\\r\n] | \\[^\r\n] )* ' )
  | (?P<bytes> [bB][rR]?["'] )
  | (?P<number> 0[xX][0-9a-fA-F]+ | (?: [0-9]+ (?:\.[0-9]+)? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<quoted> `[A-Za-z0-9_./\-\ ]+` )
  | (?P<sign> && | \|\| | == | != | <= | >= | [-+*/%<>!?:.,()\[\]{}] )
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?: [xX](?P<byte>[0-9a-fA-F]{2}) | u(?P<short>[0-9a-fA-F]{4}) | U(?P<long>[0-9a-fA-F]{8})"
    r" | (?P<octal>[0-3][0-7]{2}) | (?P<plain>[abfnrtv\\?\"'`]) | (?P<wrong>[\s\S]?) )",
    re.VERBOSE,
)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_UNFINISHED = {'"': "text", "'": "text", "`": "name"}
_TRIPLE = 3


class Token(Struct, frozen=True):
    """A piece of the text. `kind` is name, quoted, number, string, sign or end; `value` what a literal stands for."""

    kind: str
    text: str
    at: int
    value: Any = None


def read_tokens(text: str) -> list[Token]:
    """Cut `text` into tokens; the last one is of kind `end`. Raises: ExpressionFault."""
    return list(_read(text))


def _read(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unreadable(text, at)
        kind, piece = str(found.lastgroup), found.group()
        match kind:
            case "space":
                pass
            case "raw":
                yield Token("string", piece, at, _inside(piece[1:]))
            case "string":
                yield Token("string", piece, at, _unescape(_inside(piece), at))
            case "bytes":
                raise ExpressionFault("Bytes are not part of the language; write text without the b.", at)
            case "number":
                _check_end(text, found.end())
                yield Token("number", piece, at, _number(piece, at))
            case "quoted":
                yield Token("quoted", piece, at, piece[1:-1])
            case _:
                yield Token(kind, piece, at, piece)
        at = found.end()
    yield Token("end", "", len(text))


def _unreadable(text: str, at: int) -> ExpressionFault:
    if what := _UNFINISHED.get(text[at]):
        return ExpressionFault(f"The {what} that begins here does not end; close it with {text[at]}.", at)
    hint = {"=": "; to compare, write ==", "&": "; write &&", "|": "; write ||"}.get(text[at], "; take it out")
    return ExpressionFault(f"The character {text[at]!r} has no meaning here{hint}.", at)


def _check_end(text: str, end: int) -> None:
    following = text[end : end + 1]
    if following in {"u", "U"}:
        raise ExpressionFault("There is one kind of number; leave out the u.", end)
    if following == "_" or following.isalnum():
        raise ExpressionFault("A number ends here, but a letter or a digit follows; put something between.", end)


def _number(piece: str, at: int) -> int | Decimal:
    if piece[:2] in {"0x", "0X"}:
        value: int | Decimal = int(piece, 16)
        size = len(str(value)) if len(piece) < EXPONENT_MAX else EXPONENT_MAX + 1
    else:
        written = _decimal(piece)
        size = abs(written.adjusted()) if written else abs(int(written.as_tuple().exponent))
        value = int(piece) if piece.isdigit() and size <= EXPONENT_MAX else written
    if size > EXPONENT_MAX:
        raise ExpressionFault("The number is out of range: its exponent must lie within -308 and 308.", at)
    return value


def _decimal(piece: str) -> Decimal:
    try:
        return Decimal(piece)
    except InvalidOperation:  # an exponent of more digits than the library counts
        return Decimal(f"1E{2 * EXPONENT_MAX}")


def _inside(piece: str) -> str:
    width = _TRIPLE if piece[:_TRIPLE] in {'"""', "'''"} else 1
    return piece[width:-width]


def _unescape(inside: str, at: int) -> str:
    def replace(found: re.Match[str]) -> str:
        if (plain := found["plain"]) is not None:
            return _PLAIN.get(plain, plain)
        if found["wrong"] is not None:
            raise ExpressionFault(f"There is no escape {found.group()}; for a backslash itself write two.", at)
        code = int(found["octal"], 8) if found["octal"] else int(found["byte"] or found["short"] or found["long"], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the end of Unicode, and the surrogates
            raise ExpressionFault(f"{found.group()} is no character; write another.", at)
        return chr(code)

    return _ESCAPE.sub(replace, inside) if "\\" in inside else inside
