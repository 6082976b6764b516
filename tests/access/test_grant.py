"""How a token request is read, in JSON, as a form and with HTTP Basic."""

import base64
import json
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.access.grant import FORM, JSON, TokenRequest, read_request
from punchcard.errors import Malformed, PunchcardError, UnsupportedMediaType

GOOD = {"grant_type": "client_credentials", "client_id": "client_1", "client_secret": "pcc_x"}


def basic(client_id: str, secret: str) -> str:
    """Write an Authorization header as RFC 6749 asks."""
    return "Basic " + base64.b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


def read_json(fields: Any, authorization: str | None = None) -> TokenRequest:
    """Read a JSON request."""
    return read_request(JSON, json.dumps(fields).encode(), authorization)


def refusal(content_type: str | None, body: bytes, authorization: str | None = None) -> PunchcardError:
    """Return the error that a request is answered with; it has RFC 6749's members, and nothing of the secret."""
    with pytest.raises(PunchcardError) as caught:
        read_request(content_type, body, authorization)
    problem = caught.value.problem("r")
    assert problem["error"] in ("invalid_request", "unsupported_grant_type")
    assert all(" " <= sign <= "~" and sign not in '"\\' for sign in problem["error_description"])
    assert "hunter2" not in json.dumps(problem)
    return caught.value


def test_json_form_and_basic_say_the_same() -> None:
    """The three ways to ask are read alike; what is not known is passed over."""
    more = {"audience": "https://api.example/", "scope": "a b", "resource": "x"}
    asked = read_json(GOOD | more)
    assert asked == read_request(FORM + "; charset=utf-8", urlencode(GOOD | more).encode(), None)
    without_secret = {name: value for name, value in (GOOD | more).items() if not name.startswith("client")}
    assert asked == read_json(without_secret, basic("client_1", "pcc_x"))
    assert asked.audience == "https://api.example/"
    assert "pcc_x" not in repr(asked)


def test_other_grants_are_unsupported() -> None:
    """Only client_credentials is granted."""
    assert refusal(JSON, json.dumps(GOOD | {"grant_type": "password"}).encode()).members["error"] == (
        "unsupported_grant_type"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": None},
        {"client_id": ""},
        {"client_id": "a\x7fb"},
        {"client_id": "ä"},
        {"client_secret": 5},
        {"client_secret": None},
        {"audience": ["a"]},
        {"scope": " a"},
        {"scope": "a  b"},
        {"scope": 'a"b'},
        {"scope": "a" * 2_000},
        {"grant_type": None},
    ],
)
def test_unusable_member_is_named(change: dict[str, Any]) -> None:
    """A member that cannot be used is answered 400 with its pointer."""
    refused = refusal(JSON, json.dumps(GOOD | {"client_secret": "hunter2"} | change).encode())
    assert refused.status == 400
    assert [fault.pointer for fault in refused.faults] == ["/" + next(iter(change))]


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"client_id":"a","client_id":"b"}', b"\xff", b'"\\u0000"']
)
def test_unreadable_json_is_refused(body: bytes) -> None:
    """Broken or ambiguous JSON is 400 in RFC 6749's words."""
    assert isinstance(refusal(JSON, body), Malformed)


@pytest.mark.parametrize(
    "body",
    [b"", b"client_id", b"client_id=a&client_id=b", b"a=%ff", b"client_id=%00", b"\xe4=1", b"&".join([b"a=1"] * 99)],
)
def test_unreadable_form_is_refused(body: bytes) -> None:
    """Broken or ambiguous forms are 400 in RFC 6749's words."""
    assert isinstance(refusal(FORM, body), Malformed)


@pytest.mark.parametrize("more", ["client_id=client_2", "client_id=client_1", "x=%00"])
def test_form_that_can_be_read_in_two_ways_is_refused(more: str) -> None:
    """A complete form that names a parameter again, or holds a NUL, is refused."""
    assert isinstance(refusal(FORM, f"{urlencode(GOOD)}&{more}".encode()), Malformed)


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/jsonx", "multipart/form-data"])
def test_other_media_types_are_refused(content_type: str | None) -> None:
    """Anything but JSON and the form is 415."""
    assert isinstance(refusal(content_type, b"{}"), UnsupportedMediaType)


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic ===", "Basic YQ==", "Bearer YTpi", "Basic /////w==", basic("\0", "x")]
)
def test_unreadable_basic_is_refused(header: str) -> None:
    """A broken Authorization header is 400."""
    assert isinstance(refusal(JSON, b'{"grant_type":"client_credentials"}', header), Malformed)


def test_secret_is_sent_once() -> None:
    """A secret in both places, or two different clients, is refused."""
    assert isinstance(refusal(JSON, json.dumps(GOOD).encode(), basic("client_1", "pcc_x")), Malformed)
    named = {"grant_type": "client_credentials", "client_id": "client_2"}
    assert isinstance(refusal(JSON, json.dumps(named).encode(), basic("client_1", "pcc_x")), Malformed)


@given(st.sampled_from([JSON, FORM]), st.binary(max_size=200), st.none() | st.text(max_size=60))
def test_any_request_is_read_or_refused(content_type: str, body: bytes, authorization: str | None) -> None:
    """Nothing that is sent makes a fault of ours."""
    assert refusal(content_type, body, authorization).status == 400
