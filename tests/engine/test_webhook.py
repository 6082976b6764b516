"""Which addresses and headers of webhooks may be named."""

import pytest

from punchcard.engine.webhook import refuse_address, refuse_headers, refuse_url

pytestmark = pytest.mark.figure(name="R14")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org", "http://example.org/points?till=1#a", "https://example.org:8443/x",
        "https://xn--caf-dma.example.org/", "https://8.8.8.8/x", "https://[2606:4700:4700::1111]/x",
        "https://a.b.c.example.org/%7Ex", "HTTPS://EXAMPLE.ORG/x",
    ],
)  # fmt: skip
def test_public_addresses_are_taken(url: str) -> None:
    """Names and addresses of the public internet can be called."""
    assert refuse_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        # loopback, private, link-local and metadata, carrier-grade NAT, reserved, in every notation
        "http://127.0.0.1/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/",
        "http://100.64.0.1/", "http://0.0.0.0/", "http://255.255.255.255/", "http://224.0.0.1/", "http://198.18.0.1/",
        "http://2130706433/", "http://0x7f.1/", "http://0177.1/", "http://0x7f000001/", "http://127.1/",
        "http://017700000001/", "http://127.0.0.1./", "http://0/", "http://0x/", "http://1.2.3.4.5/", "http://300.1.1.1/",
        "http://8.8.8.0x100/", "http://1.08.1.1/",
        "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:8.8.8.8]/", "http://[::7f00:1]/",
        "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[ff02::1]/",
        "http://[2002:7f00:1::]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::7f00:1]/", "http://[64:ff9b::808:808]/",
        "http://[2001:0:7f00:1::]/", "http://[2001:db8::1]/",
        # names of a network of one's own
        "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://a.localhost/", "http://printer/",
        "http://metadata.google.internal/", "http://nas.local/", "http://1.0.0.127.in-addr.arpa/", "http://example.org./",
        # user and password, scripts, spaces, ports, schemes, and what is no address
        "http://user@example.org/", "http://user:word@example.org/", "http://@example.org/", "http://example。org/",
        "http://ex%61mple.org/", "http://①②⑦.⓪.⓪.①/", "http://exa mple.org/", "http://example.org\\@127.0.0.1/",
        "http://example.org:22/", "http://example.org:6379/", "http://example.org:/", "http://example.org:99999/",
        "http://example.org:80a/", "file:///etc/passwd", "gopher://example.org/", "ftp://example.org/", "javascript:1",
        "//example.org/", "example.org", "http://", "http:///x", "http://[::1", "http://-a.org/", "http://a..org/",
        "https://example.org/\r\nHost: x",
    ],
)  # fmt: skip
def test_others_are_refused(url: str) -> None:
    """T59: no address of a network's own is taken, in whatever notation, and nothing that could be read in two ways."""
    refused = refuse_url(url)
    assert refused is not None
    assert refused.endswith(".")


def test_addresses_that_names_lead_to() -> None:
    """The same is asked of the address that a name leads to."""
    assert refuse_address("8.8.8.8") is None
    assert refuse_address("::ffff:10.0.0.1") is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Till": "1\r\nHost: evil"}, {"X-Till\r\nHost": "1"}, {"X Till": "1"}, {"": "1"}, {"X-Till": "é"},
        {"Host": "evil"}, {"webhook-signature": "v1,x"}, {"Webhook-Id": "1"}, {"content-length": "0"},
        {"Transfer-Encoding": "chunked"}, {"Connection": "close"}, {"Content-Type": "text/xml"}, {"X-Till": "a" * 1025},
        {"X-Till": "1", "x-till": "2"}, {f"X-{number}": "1" for number in range(21)}, {"X-Till": "a\x00b"},
    ],
)  # fmt: skip
def test_headers_that_are_not_sent(headers: dict[str, str]) -> None:
    """T64: no header breaks out of its line, and none is set that the engine sets."""
    assert refuse_headers(headers) is not None


def test_headers_that_are_sent() -> None:
    """A tenant's own headers are taken, a credential among them."""
    assert refuse_headers({"Authorization": "Bearer abc", "X-Till": ""}) is None
