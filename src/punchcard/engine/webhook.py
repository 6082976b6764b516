"""Addresses and headers of webhooks: which may be named. Pure; where a name leads is looked at when it is called.

A tenant names an address, and the server that calls it stands in somebody's own network: so it may be no address but
one of the public internet, in whatever notation it is written, and no name that is one of a network of one's own.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

URL_CHARACTERS_MAX = 2_048
PORTS = frozenset({80, 443, 8080, 8443})
HEADERS_MAX = 20
HEADER_CHARACTERS_MAX = 1_024

RESERVED = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "date", "expect",
    "forwarded", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via",
})  # fmt: skip
RESERVED_BEGINNINGS = ("webhook-", "proxy-", "x-forwarded-")

_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion")
_GLOBAL = IPv6Network("2000::/3")  # mapped, translated and local ones lie outside


def refuse_url(url: str) -> str | None:
    """Return why an address cannot be called, as a sentence that says what to write; None: it can."""
    if not url.isascii() or any(character <= " " or character in '\\"<>^`{|}\x7f' for character in url):
        return "Write the address in ASCII without spaces: names of other scripts in their xn-- form."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "Write a whole address, such as https://example.org/points."
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "Write a whole address that begins with https:// or http://."
    if "@" in parts.netloc:
        return "Write no user and password into the address; send them as a header."
    if (port is not None and port not in PORTS) or parts.netloc.endswith(":"):
        return "Name one of the ports 80, 443, 8080 and 8443, or none."
    return _refuse_host(parts.hostname.lower(), in_brackets="[" in parts.netloc)


def _refuse_host(host: str, *, in_brackets: bool) -> str | None:
    if in_brackets:
        return refuse_address(host)
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1] or (labels[-2] if len(labels) > 1 else "")):
        found = _read_ipv4(labels)
        return "This is no address." if found is None else refuse_address(str(found))
    if not all(_LABEL.fullmatch(label) for label in labels):
        return "Write the host as its plain name, without a dot at the end."
    if len(labels) == 1 or labels[-1] in _OWN_NAMES:
        return "Name a host of the public internet."
    return None


def _read_ipv4(labels: list[str]) -> IPv4Address | None:
    """Read an IPv4 address as systems do: up to four parts, decimal, octal or hexadecimal, the last one the rest."""
    if labels[-1] == "":
        labels = labels[:-1]
    try:
        numbers = [_number(label) for label in labels]
    except ValueError:
        return None
    *first, last = numbers
    if len(numbers) > 4 or any(number > 255 for number in first) or last >= 256 ** (5 - len(numbers)):  # noqa: PLR2004
        return None
    return IPv4Address(sum(number << 8 * (3 - place) for place, number in enumerate(first)) + last)


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if label.startswith("0") else int(label)


def refuse_address(text: str) -> str | None:
    """Return why an IP address is not to be called, as a sentence; None: it is one of the public internet."""
    try:
        address = ip_address(text)
    except ValueError:
        return "This is no address."
    return None if _is_public(address) else "Name a host of the public internet, which this address is not."


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return True
    if address.scope_id is not None or address not in _GLOBAL:
        return False
    inside = [address.sixtofour, *(address.teredo or ())]
    return all(_is_public(one) for one in inside if one is not None)


def refuse_headers(headers: Mapping[str, str]) -> str | None:
    """Return why headers cannot be sent, as a sentence; None: they can."""
    if len(headers) > HEADERS_MAX:
        return f"Name {HEADERS_MAX} headers at most."
    if len({name.lower() for name in headers}) < len(headers):
        return "Name each header once, however it is written."
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or len(name) > HEADER_CHARACTERS_MAX:
            return f"{name[:64]!r} is no name of a header."
        if name.lower() in RESERVED or name.lower().startswith(RESERVED_BEGINNINGS):
            return f"The header {name} is the engine's own; leave it out."
        if len(value) > HEADER_CHARACTERS_MAX or not value.isascii() or not value.isprintable():
            return f"Write {name} in one line of printable ASCII, of {HEADER_CHARACTERS_MAX} characters at most."
    return None
