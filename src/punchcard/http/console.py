"""The console's own files, at `/console/`: read once, compressed when they were built, the same for everybody.

Nothing in them is secret; what they show, they ask the API for. Files below `assets/` have a digest in their names, so
browsers keep them for good; every other address below `/console/` is a page, and all pages are one document.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from mimetypes import guess_type

from msgspec import Struct

from punchcard.errors import NotFound
from punchcard.http.asked import Answer, Asked
from punchcard.http.runtime import Runtime

BUILT = files("punchcard") / "console"
DOCUMENT, ASSETS = "index.html", "assets/"
ENCODINGS = {"br": ".br", "gzip": ".gz"}  # the better one first
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MISSING = "The console is not part of this installation: './dev setup' builds it, and published packages have it."


class File(Struct, frozen=True):
    """One file: its bytes as they are and by encoding, and its headers."""

    body: bytes
    encoded: Mapping[str, bytes]
    headers: Mapping[str, str]


class Console:
    """The console's files, or none where they have not been built."""

    def __init__(self, built: Traversable = BUILT) -> None:
        self._files = _read(built)

    async def answer(self, _: Runtime, asked: Asked, path: Mapping[str, str]) -> Answer:
        """Answer a GET or HEAD of a file, or of a page. Raises: NotFound."""
        name = path.get("path", "")
        if DOCUMENT not in self._files:
            raise NotFound(MISSING)
        found = self._files.get(name)
        if found is None:
            if f"{name}/".startswith(ASSETS):
                raise NotFound("The console has no such file; it may have been updated: load the page again.")
            found = self._files[DOCUMENT]
        headers = dict(found.headers)
        accepted = (asked.header(b"accept-encoding") or "").replace(" ", "").lower().split(",")
        for encoding, body in found.encoded.items():
            if encoding in accepted:
                return 200, body, headers | {"Content-Encoding": encoding}
        return 200, found.body, headers


def _read(built: Traversable) -> dict[str, File]:
    """Return the files by their path. No other name leads anywhere, whatever is asked for."""
    found = dict(_walk(built, "")) if built.is_dir() else {}
    made = {}
    for name, body in found.items():
        if name.endswith(tuple(ENCODINGS.values())) or name.rpartition("/")[2].startswith("."):
            continue
        encoded = {encoding: found[name + end] for encoding, end in ENCODINGS.items() if name + end in found}
        made[name] = File(body, encoded, SECURITY | _headers(name, is_encoded=bool(encoded)))
    return made


def _walk(folder: Traversable, under: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{under}{entry.name}/")
        else:
            yield under + entry.name, entry.read_bytes()


def _headers(name: str, *, is_encoded: bool) -> dict[str, str]:
    media = TYPES.get(name.rpartition(".")[2]) or guess_type(name)[0] or "application/octet-stream"
    caching = "public, max-age=31536000, immutable" if name.startswith(ASSETS) else "no-cache"
    return {"Content-Type": media, "Cache-Control": caching} | ({"Vary": "Accept-Encoding"} if is_encoded else {})


# What a machine's own table of types may have otherwise, with nosniff: the page would not run.
TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
}
