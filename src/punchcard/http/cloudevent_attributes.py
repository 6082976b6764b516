"""Attributes of CloudEvents: what the specification says of all, of those that it knows, and of headers. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from punchcard import wire
from punchcard.errors import Fault

VERSION = "1.0"
REQUIRED = ("specversion", "id", "source", "type")
DATA = ("data", "data_base64")

_NAME = re.compile(r"[a-z0-9]+")
_NONCHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNWRITABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef{_NONCHARACTERS}]")
_REFERENCE = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Matches from wherever a quote stands, closed or not, so that no character is looked at twice.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)("|\\?\Z)')
_ESCAPED = re.compile(r"\\(.)")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_INTEGER_MAX = 1 << 31


def faults_of(attributes: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with attributes, by the rules that all of them have, and the rules of those we know."""
    faults = [
        Fault(f"/{name}", "missing", f"A CloudEvent has the attribute {name}.")
        for name in REQUIRED
        if name not in attributes
    ]
    for name, value in attributes.items():
        sentence = _fault_of(name, value)
        if sentence is not None:
            faults.append(Fault(wire.pointer([name]), "attribute_unusable", sentence))
    return faults


def _fault_of(name: str, value: Any) -> str | None:
    if _NAME.fullmatch(name) is None or name in DATA:
        return "An attribute's name is of the letters a to z and digits."
    if isinstance(value, str):
        if not (value.isascii() and value.isprintable()) and _UNWRITABLE.search(value):
            return "An attribute holds no control characters, and none that Unicode leaves undefined for good."
        return _fault_of_text(name, value)
    if name in _TEXTS:
        return "Write text."
    if isinstance(value, bool) or (isinstance(value, int) and -_INTEGER_MAX <= value < _INTEGER_MAX):
        return None
    return "An attribute is text, true or false, or a whole number of 32 bits."


_TEXTS = (*REQUIRED, "subject", "time", "datacontenttype", "dataschema")


def _fault_of_text(name: str, value: str) -> str | None:
    if name == "specversion" and value != VERSION:
        return f"Only {VERSION} of the specification is taken."
    if name in _TEXTS and not value:
        return "Write at least one character, or leave the attribute out."
    if name in ("source", "dataschema") and _REFERENCE.fullmatch(value) is None:
        return "Write a URI as in RFC 3986, with percent-encoding for what it does not allow."
    if name == "dataschema" and _SCHEME.match(value) is None:
        return "Write a whole URI, that begins with its scheme."
    return None


def unescaped(value: bytes) -> str:
    """Undo double quotes, then one round of percent-encoding. Raises: ValueError with a sentence."""
    if not value.isascii():
        raise ValueError("Write what is not printable ASCII in percent-encoding.")
    if b"%" not in value and b'"' not in value:
        return value.decode("ascii").strip()
    text = _QUOTED.sub(_unquoted, value.decode("ascii").strip())
    if _STRAY_PERCENT.search(text):
        raise ValueError("Write a percent sign as %25; two hexadecimal digits come after each.")
    try:
        return _PERCENT.sub(lambda found: bytes.fromhex(found[1].decode()), text.encode()).decode()
    except UnicodeDecodeError:
        raise ValueError("What is percent-encoded is not valid UTF-8.") from None


def _unquoted(quoted: re.Match[str]) -> str:
    if quoted[2] != '"':
        raise ValueError("A double quote is not closed; write it as %22.")
    return _ESCAPED.sub(r"\1", quoted[1])
