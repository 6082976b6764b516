"""What is taken for a report without being parsed (http/turned_away.py): nothing about which parsers could differ."""

import pytest

from punchcard.http.turned_away import is_whole_report

LINE = b"POST /v1/events HTTP/1.1\r\n"
LENGTH = b"Content-Length: 2\r\n"
USUAL = b"Host: a\r\nX-Api-Key: b\r\n"

REPORTS = {
    "short": LINE + LENGTH + b"\r\n{}",
    "usual": LINE + USUAL + LENGTH + b"\r\n{}",
    "with a slash": b"POST /v1/events/ HTTP/1.1\r\n" + LENGTH + USUAL + b"\r\n{}",
    "small letters": LINE + b"content-length:2\r\n\r\n{}",
    "kept alive": LINE + b"connection: Keep-Alive\r\n" + LENGTH + b"\r\n{}",
    "lines in the body": LINE + LENGTH.replace(b"2", b"4") + b"\r\n\r\n\r\n",
}
OTHERS = {
    "nothing": b"",
    "no end of the head": LINE + LENGTH + b"{}",
    "another path": b"POST /v1/events?a=b HTTP/1.1\r\n" + LENGTH + b"\r\n{}",
    "a batch": b"POST /v1/events/batch HTTP/1.1\r\n" + LENGTH + b"\r\n{}",
    "another method": b"PUT /v1/events HTTP/1.1\r\n" + LENGTH + b"\r\n{}",
    "HTTP/1.0": b"POST /v1/events HTTP/1.0\r\n" + LENGTH + b"\r\n{}",
    "no length": LINE + USUAL + b"\r\n",
    "a part of the body": LINE + LENGTH + b"\r\n{",
    "more than the body": LINE + LENGTH + b"\r\n{}P",
    "two lengths": LINE + LENGTH + LENGTH + b"\r\n{}",
    "two lengths that differ": LINE + LENGTH + b"Content-Length: 3\r\n\r\n{}",
    "a length that is none": LINE + b"X-Content-Length: 2\r\n\r\n{}",
    "a negative length": LINE + b"Content-Length: -2\r\n\r\n",
    "a length with a sign": LINE + b"Content-Length: +2\r\n\r\n{}",
    "a length of words": LINE + b"Content-Length: two\r\n\r\n{}",
    "a list of lengths": LINE + b"Content-Length: 2, 2\r\n\r\n{}",
    "a space before the colon": LINE + b"Content-Length : 2\r\n\r\n{}",
    "a length that goes on": LINE + b"Content-Length: 2\r\n 2\r\n\r\n" + b"{" * 22,
    "chunks": LINE + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n{}",
    "chunks, hidden": LINE + LENGTH + b"X: a\nTransfer-Encoding: chunked\r\n\r\n{}",
    "expects": LINE + LENGTH + b"Expect: 100-continue\r\n\r\n{}",
    "upgrades": LINE + LENGTH + b"Upgrade: h2c\r\n\r\n{}",
    "closes": LINE + LENGTH + b"Connection: close\r\n\r\n{}",
    "keeps alive and closes": LINE + LENGTH + b"Connection: keep-alive\r\nConnection: close\r\n\r\n{}",
    "a bare line feed": LINE + LENGTH + b"X: a\nY: b\r\n\r\n{}",
}


@pytest.mark.parametrize("data", REPORTS.values(), ids=REPORTS)
def test_a_whole_report_is_known(data: bytes) -> None:
    """A report with a plain head and just the body that it announces is one."""
    assert is_whole_report(data)


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_what_is_less_plain_is_left_to_the_parser(data: bytes) -> None:
    """Any doubt about where the request ends, or the connection, and it is parsed."""
    assert not is_whole_report(data)
