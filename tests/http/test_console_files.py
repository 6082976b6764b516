"""The console's files as a browser gets them: the right headers, no surprise addresses, nothing from elsewhere."""

import gzip
import os
import re
from collections.abc import Iterator

import httpx2 as httpx
import pytest

from punchcard.http.console import BUILT
from tests.abuse.raw import exchange

if not BUILT.is_dir() and os.environ.get("PUNCHCARD_SKIP_CONSOLE"):
    pytest.skip("the console is left out by PUNCHCARD_SKIP_CONSOLE", allow_module_level=True)

POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"

COMPRESSED_BYTES_MIN = 1_024


@pytest.fixture
def http(server: str) -> Iterator[httpx.Client]:
    """Make a client that asks for nothing compressed unless it says so."""
    with httpx.Client(base_url=server, headers={"Accept-Encoding": "identity"}) as client:
        yield client


def assets(http: httpx.Client) -> list[str]:
    """Return the addresses of scripts and styles that the page names."""
    return re.findall(r'(?:src|href)="(/console/assets/[^"]+)"', http.get("/console/").text)


def test_every_page_is_one_document_under_a_strict_policy(http: httpx.Client) -> None:
    """Each address below /console/, deep links too, is the page: no framing, no inline script (T55, T56)."""
    page = http.get("/console/")
    for path in ("/console", "/console/sign-in", "/console/events/0190-x", "/console/users/a.b?tab=events"):
        answer = http.get(path)
        assert (answer.status_code, answer.content) == (200, page.content)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "Set-Cookie" not in answer.headers
    assert re.findall(r"<script(?![^>]*\bsrc=)", page.text) == []
    assert re.findall(r"<style|\son\w+=|https?://", page.text) == []


def test_assets_are_kept_for_good_and_compressed(http: httpx.Client) -> None:
    """Scripts and styles have a digest in their names, never change, and come in brotli or gzip as asked."""
    found = assets(http)
    assert any(path.endswith(".js") for path in found)
    assert any(path.endswith(".css") for path in found)
    for path in found:
        plain = http.get(path)
        assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert plain.headers["Content-Type"].split(";")[0] in ("text/javascript", "text/css")
        if len(plain.content) < COMPRESSED_BYTES_MIN:
            continue
        assert plain.headers["Vary"] == "Accept-Encoding"
        with http.stream("GET", path, headers={"Accept-Encoding": "gzip, deflate"}) as zipped:
            assert zipped.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(b"".join(zipped.iter_raw())) == plain.content
        with http.stream("GET", path, headers={"Accept-Encoding": "gzip, deflate, br, zstd"}) as better:
            assert better.headers["Content-Encoding"] == "br"
            assert len(b"".join(better.iter_raw())) < len(plain.content) / 2


def test_the_first_load_is_small(http: httpx.Client) -> None:
    """The scripts that the first page names come to 200 kB compressed, at most."""
    sizes = [
        int(http.head(path, headers={"Accept-Encoding": "gzip"}).headers["Content-Length"])
        for path in assets(http)
        if path.endswith(".js")
    ]
    assert sum(sizes) <= 200_000


def test_head_is_get_without_the_body(http: httpx.Client) -> None:
    """HEAD answers with the headers of GET, and nothing more; what changes something is 405."""
    for path in ("/console/", assets(http)[0]):
        got, head = http.get(path), http.head(path)
        assert head.content == b""
        assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.content))
        assert http.post(path, json={}).status_code == 405


def test_a_file_that_is_not_there_is_a_404(http: httpx.Client) -> None:
    """Below assets/ nothing is made up: an old name is a problem document that nobody caches."""
    for path in ("/console/assets/index-old.js", "/console/assets/", "/console/assets"):
        answer = http.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/console/../pyproject.toml", "/console/%2e%2e/%2e%2e/errors.py", "/console/..%2f..%2fetc/passwd",
        "/console//etc/passwd", "/console/assets/../../errors.py", "/console/assets/%2e%2e/%2e%2e/errors.py",
        "/console/assets/..\\..\\errors.py", "/console/%00", "/console/.sources", "/console/assets/%c0%ae%c0%ae/x",
        "/console/index.html.br", "/console/" + "a" * 5_000,
    ],
)  # fmt: skip
def test_no_path_leads_out(server: str, path: str) -> None:
    """Whatever the path, sent as it is: the page or a 404, and never a file of the machine or of the program."""
    answer = exchange(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.status in (200, 400, 404)
    assert b"class PunchcardError" not in answer.body
    assert b"root:" not in answer.body
    if answer.status == 200:
        assert b'<div id="root">' in answer.body
