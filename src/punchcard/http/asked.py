"""One request as the lanes see it, and one answer."""

from collections.abc import AsyncGenerator, Mapping

from punchcard.http.bodies import Headers

Answer = tuple[int, bytes, dict[str, str]]
"""Status, body, further headers."""

HEADERS = {"content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff"}


class Asked:
    """One request: its method, its headers, its body, where it comes from, and its id.

    `limits` are header fields of the answer, whatever it will be: what is left of the caller's rate. `parts` is the
    body where it is read while it comes; `body` is empty then.
    """

    __slots__ = ("address", "body", "headers", "limits", "method", "parts", "query", "request_id")

    def __init__(self, method: str, headers: Headers, query: bytes, body: bytes, address: str, request_id: str) -> None:
        self.method, self.headers, self.query, self.body = method, headers, query, body
        self.address, self.request_id = address, request_id
        self.limits: Mapping[str, str] = {}
        self.parts: AsyncGenerator[bytes] | None = None

    def header(self, name: bytes) -> str | None:
        """Return a header as text."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


def head_of(headers: Mapping[str, str], request_id: str) -> dict[str, str]:
    """Return the head of an answer; `headers` are what it has beyond the usual."""
    return {**HEADERS, "x-request-id": request_id, **{name.lower(): value for name, value in headers.items()}}
