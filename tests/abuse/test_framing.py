"""The envelope of HTTP itself: media types, framing, methods, paths and headers (row T21)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.abuse.raw import Answered, connect, exchange, post, read_answer
from tests.shop import Shop

EVENT = b'{"type": "VISITED_SHOP"}'


@pytest.mark.parametrize(
    "media",
    [
        "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
        "application/jsonp", "json", "application/json-patch+json", "application/json, text/plain", "*/*",
        "application/json; charset=utf-16", "application/json; charset=latin1", "text/json", "a/b/c", "\xff", ";",
    ],
)  # fmt: skip
def test_only_json_is_taken(door: Shop, media: str) -> None:
    """T21: any other media type, and any other charset than UTF-8, is 415, before the caller is asked who it is."""
    for path in ("/v1/events", "/v1/users/", "/v1/events/batch"):
        for headers in (door.headers(), {}):
            answer = exchange(door.address, post(path, headers | {"Content-Type": media}, EVENT))
            assert (answer.status, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("media", ["application/json", "Application/JSON", 'application/json; charset="UTF-8"'])
def test_json_by_all_its_names(door: Shop, media: str) -> None:
    """T21: case, and the charset UTF-8, make no other media type."""
    assert door.call("POST", "/v1/events", EVENT, headers={"Content-Type": media}).status_code == 422


FRAMINGS = {
    "both": b"Content-Length: 24\r\nTransfer-Encoding: chunked\r\n",
    "both, the other way round": b"Transfer-Encoding: chunked\r\nContent-Length: 24\r\n",
    "both, hidden": b"Content-Length: 24\r\nTransfer-Encoding : chunked\r\n",
    "both, folded": b"Content-Length: 24\r\nX: a\r\n Transfer-Encoding: chunked\r\n",
    "two lengths": b"Content-Length: 24\r\nContent-Length: 5\r\n",
    "lengths in one": b"Content-Length: 24, 5\r\n",
    "negative length": b"Content-Length: -24\r\n",
    "signed length": b"Content-Length: +24\r\n",
    "hexadecimal length": b"Content-Length: 0x18\r\n",
    "length that overflows": b"Content-Length: 18446744073709551640\r\n",
    "unknown transfer coding": b"Transfer-Encoding: exotic\r\n",
    "chunked is not last": b"Transfer-Encoding: chunked, identity\r\n",
    "twice chunked": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "name with a space": b"Content Length: 24\r\n",
    "bare line feeds": b"Content-Length: 24\nX: y\n",
}


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)
def test_ambiguous_framing_is_refused(door: Shop, framing: bytes) -> None:
    """T21: where two readers could see two lengths, the answer is 400 (or none), and what follows is no request."""
    user = door.user()
    smuggled = post("/v1/events", door.headers(), b'{"type": "VISITED_SHOP", "subject": "%s"}' % user["id"].encode())
    request = post("/v1/events", door.headers(), EVENT, framing=framing)
    with connect(door.address, 3) as wire:
        wire.sendall(request + b"0\r\n\r\n" + smuggled)
        first = read_answer(wire)
    assert first.status in (400, 0)
    assert door.done("GET", f"/v1/events/?subject={user['id']}&type=VISITED_SHOP") == []


def test_a_missing_length_is_an_empty_body(door: Shop) -> None:
    """T21: a POST that declares no length has no body: 400, on both lanes; what follows is no request either."""
    for path in ("/v1/events", "/v1/users/"):
        alone = exchange(door.address, post(path, door.headers(), b"", framing=b""))
        assert (alone.status, alone.json()["code"]) == (400, "malformed")
        assert exchange(door.address, post(path, door.headers(), EVENT, framing=b"")).status == 400


def test_a_body_in_chunks_is_taken(door: Shop) -> None:
    """T21: Transfer-Encoding: chunked alone is a proper way to send a body; broken chunks are not."""
    user = door.user()
    body = b'{"type": "VISITED_SHOP", "subject": "%s"}' % user["id"].encode()
    parts = b"".join(b"%x\r\n%s\r\n" % (1, body[place : place + 1]) for place in range(len(body)))
    head = post("/v1/events", door.headers(), b"", framing=b"Transfer-Encoding: chunked\r\n")
    assert exchange(door.address, head + parts + b"0\r\n\r\n").status == 200
    assert exchange(door.address, head + b"zz\r\n" + body + b"\r\n0\r\n\r\n").status == 400


def test_requests_on_one_connection_are_answered_in_turn(door: Shop) -> None:
    """T21: pipelined requests get their answers in order, each for its own caller."""
    with connect(door.address) as wire:
        wire.sendall(post("/v1/events", {}, EVENT) + post("/v1/events", door.headers(), EVENT))
        assert [read_answer(wire).status, read_answer(wire).status] == [401, 422]


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_cannot_be_overridden(door: Shop, name: str) -> None:
    """T21: a header or a parameter that names another method changes nothing."""
    user = door.user()
    path = f"/v1/users/{user['id']}"
    assert door.call("GET", path, headers={name: "DELETE"}).status_code == 200
    assert door.call("POST", path, {}, headers={name: "DELETE"}).status_code == 405
    assert door.call("GET", path + "?_method=DELETE").status_code == 422
    assert door.done("GET", path)["status"] == "ACTIVE"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "CONNECT", "FOO"])
def test_other_methods_are_405(door: Shop, method: str) -> None:
    """T21: a method that a path does not take is 405 and Allow names those that it takes; unknown ones are refused."""
    request = f"{method} /v1/events/batch HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    answer = exchange(door.address, request)
    assert answer.status in ({400, 404, 405} if method in {"CONNECT", "FOO"} else {405})
    if answer.status == 405:
        assert answer.headers["allow"] == "POST"


def heads() -> Iterator[bytes]:
    """Yield request lines and headers that are none."""
    yield from (
        b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n: a\r\n\r\n", b"\x00" * 100,
        b"GET /v1/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nA\x00B: c\r\n\r\n", b"GET / HTTP/1.1\r\nA: b\x00c\r\n\r\n", b"GET  / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET * HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/v1/events HTTP/1.1\r\nHost: a\r\n\r\n", b"POST /v1/events HTTP/1.0\r\n\r\n",
    )  # fmt: skip


def test_nonsense_is_answered_or_hung_up_on(door: Shop) -> None:
    """T21: whatever arrives instead of HTTP, there is no 5xx, and the next caller is served."""
    for head in heads():
        with connect(door.address, 1) as wire:
            wire.sendall(head)
            assert read_answer(wire).status < 500, head
        assert door.http.get("/livez").status_code == 200


PATHS = (
    "/v1/events/../users/", "/v1//events", "/v1/events/%2e%2e/users/", "/v1/users/%00",
    "/v1/users/%ff%fe", "/v1/users/%ed%a0%80", "/v1/users/..", "/v1/users/" + "a" * 20_000, "/v1/users/%F0%9F%98%80",
    "/V1/EVENTS", "/v1/events;x=1", "/v1/events/%", "/v1/events/%zz", "/.git/config", "/admin", "/debug", "/v0/events",
    "/problems/%2e%2e%2f", "/problems/not_found%00", "//", "/%2f", "/v1/event_types/%00/secret",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_strange_paths_are_404(door: Shop, path: str) -> None:
    """T21: a path that is not in the document is 404 as a problem, whatever it is made of."""
    head = "".join(f"{name}: {value}\r\n" for name, value in door.headers().items())
    answer = exchange(door.address, f"GET {path} HTTP/1.1\r\nHost: a\r\n{head}\r\n".encode())
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


def queried(door: Shop, query: str) -> Answered:
    """List the events with a query, as it is."""
    head = "".join(f"{name}: {value}\r\n" for name, value in door.headers().items())
    return exchange(door.address, f"GET /v1/events/?{query} HTTP/1.1\r\nHost: a\r\n{head}\r\n".encode())


def test_a_query_is_read_once_or_not_at_all(door: Shop) -> None:
    """T21: a parameter that comes twice, that is no UTF-8 or that holds NUL is 400."""
    for query in (
        "limit=1&limit=2",
        "type=%ff",
        "type=a%00b",
        "type=%ed%a0%80",
        "&".join(f"a{n}=1" for n in range(200)),
    ):
        assert queried(door, query).status == 400, query
    for query in ("", "&&&", "limit=1&"):
        assert queried(door, query).status == 200, query


def test_a_repeated_header_cannot_split_the_caller(door: Shop) -> None:
    """T21: of two API keys or tokens one is judged, and never one's tenant with the other's rights."""
    headers = b"".join(f"{name}: {value}\r\n".encode() for name, value in door.headers().items())
    for extra in (b"X-Api-Key: 00000000-0000-4000-8000-000000000000\r\n", b"Authorization: Bearer x.y.z\r\n"):
        for lines in (headers + extra, extra + headers):
            answer = exchange(door.address, b"GET /v1/events/ HTTP/1.1\r\nHost: a\r\n" + lines + b"\r\n")
            assert answer.status in (200, 400, 401)


def test_an_answer_gives_nothing_away(door: Shop, tmp_path: Path) -> None:
    """T69: answers name no server, are not cached or sniffed, and hold no path or trace of the program."""
    del tmp_path
    for answer in (door.call("GET", "/v1/events/"), door.call("POST", "/v1/events", b"{"), door.http.get("/nowhere")):
        assert "server" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not any(word in answer.text for word in ("Traceback", ".py", "asyncpg", "site-packages"))
