"""Tokens of the tenant's issuers: what is taken, and every known way to forge one (T11, T12)."""

import base64
import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punchcard.access import bearer, issuer_keys
from punchcard.access.bearer import Algorithm
from punchcard.access.issuer_tokens import Issuer, context, end_user
from punchcard.access.keyring import Keyring
from punchcard.errors import Unauthenticated
from tests.access.forge import AUDIENCE, ISSUER, SHARED, PrivateKey, b64, claims, jwk, private_key, public_pem, token

KEYRING = Keyring(b"0123456789abcdef0123456789abcdef")
TENANT, ISSUER_ID = UUID(int=1), UUID(int=2)
ALGORITHMS: tuple[Algorithm, ...] = ("RS256", "ES256", "EdDSA", "HS256")
pytestmark = pytest.mark.figure(name="R17")


def issuer(algorithm: Algorithm = "RS256", kid: str | None = None) -> Issuer:
    """Make an issuer with the forge's key pair or shared secret."""
    named = {} if kid is None else {"kid": kid}
    is_shared = algorithm == "HS256"
    keys = [] if is_shared else issuer_keys.import_keys([jwk(private_key(algorithm), **named)])
    sealed = KEYRING.seal(SHARED.encode(), context(TENANT, ISSUER_ID)) if is_shared else None
    return Issuer(TENANT, ISSUER_ID, ISSUER, AUDIENCE, algorithm, "sub", keys, sealed)


def signing_key(algorithm: Algorithm) -> PrivateKey | bytes:
    """Return what that issuer signs with."""
    return SHARED.encode() if algorithm == "HS256" else private_key(algorithm)


def subject(text: str, known: Issuer) -> str:
    """Return whom the token speaks for."""
    return end_user(bearer.read(text), known, KEYRING, time.time())[0]


def assert_refused(text: str, known: Issuer | None = None) -> None:
    """Fail unless the token is refused, with a challenge and without repeating any of it."""
    with pytest.raises(Unauthenticated) as caught:
        subject(text, known or issuer())
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")
    assert all(part not in caught.value.detail for part in text.split(".") if part)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make any outgoing connection or name lookup a failure of the test."""

    def forbidden(*_: Any, **__: Any) -> None:
        pytest.fail("a token made us connect somewhere")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "connect", forbidden)
        patch.setattr(socket, "getaddrinfo", forbidden)
        yield


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_good_token_speaks_for_its_subject(algorithm: Algorithm) -> None:
    """Each algorithm works, with and without kid and typ, with one audience or several."""
    key = signing_key(algorithm)
    for header in ({}, {"kid": "any"}, {"typ": None}, {"typ": "at+jwt"}, {"typ": "application/at+JWT"}, {"x5t": "AA"}):
        assert subject(token(key, algorithm, claims(), header), issuer(algorithm)) == "alice"
    assert subject(token(key, algorithm, claims(aud=["other", AUDIENCE])), issuer(algorithm)) == "alice"


def test_ed25519_is_taken_by_both_its_names() -> None:
    """RFC 9864 calls EdDSA with an Ed25519 key Ed25519: the same algorithm and key."""
    assert subject(token(private_key("EdDSA"), "Ed25519", claims()), issuer("EdDSA")) == "alice"


def test_another_claim_can_hold_the_subject() -> None:
    """The issuer's subjectClaim is read, and sub is not."""
    known = issuer()
    other = Issuer(TENANT, ISSUER_ID, ISSUER, AUDIENCE, "RS256", "https://shop/id", known.keys, None)
    assert subject(token(private_key("RS256"), "RS256", claims(**{"https://shop/id": "bob"})), other) == "bob"
    assert_refused(token(private_key("RS256"), "RS256", claims()), other)


@pytest.mark.parametrize("value", ["", "x" * 513, 5, True, ["alice"], {"a": 1}, 1.5])
def test_subject_is_a_text(value: Any) -> None:
    """A subject that is no text of 1 to 512 characters is refused."""
    assert_refused(token(private_key("RS256"), "RS256", claims(sub=value)))


@pytest.mark.parametrize("name", ["none", "nOnE", "None", "NONE", "", "RS512", "PS256", "HS256", "ES256", "rs256"])
def test_algorithm_of_the_header_decides_nothing(name: str) -> None:
    """Any algorithm but the issuer's is refused, whatever is signed how (alg:none, and all its spellings)."""
    signed = token(private_key("RS256"), name, claims())
    assert_refused(signed)
    assert_refused(signed.rpartition(".")[0] + ".")
    assert_refused(signed.rpartition(".")[0])


@pytest.mark.parametrize("name", [None, 5, ["RS256"], {"RS256": 1}, True])
def test_algorithm_that_is_no_text_is_refused(name: Any) -> None:
    """A header without algorithm, or with one of another type, is refused."""
    assert_refused(token(private_key("RS256"), "", claims(), {"alg": name}))


def test_public_key_is_no_shared_secret() -> None:
    """A token signed HS256 with the RSA public key, in any of its forms, is refused (key confusion)."""
    public = public_pem(private_key("RS256"))
    forms = (public, public.strip(), json.dumps(jwk(private_key("RS256"))).encode())
    for secret in forms:
        for header in ({}, {"alg": "RS256"}):
            assert_refused(token(secret, "HS256", claims(), header))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_signature_has_to_fit(algorithm: Algorithm) -> None:
    """An empty, short, long, foreign, zero or changed signature is refused."""
    known = issuer(algorithm)
    good = token(signing_key(algorithm), algorithm, claims())
    signed, _, signature = good.rpartition(".")
    other = b"x" * 32 if algorithm == "HS256" else private_key(algorithm, 7)
    zeros = b64(bytes(len(base64.urlsafe_b64decode(signature + "=="))))
    for bad in ("", "AA", signature[:-4], signature + "AAAA", zeros, signature[::-1]):
        assert_refused(f"{signed}.{bad}", known)
    assert_refused(token(other, algorithm, claims()), known)
    head, payload, _ = good.split(".")
    assert_refused(f"{head}.{b64(json.dumps(claims(sub='mallory')).encode())}.{signature}", known)
    assert payload != b64(json.dumps(claims(sub="mallory")).encode())


def test_key_of_the_header_is_not_used() -> None:
    """A token that brings its own key, or an address of one, is refused without looking there."""
    own = private_key("RS256", 9)
    address = "http://127.0.0.1:9/keys"
    for member, value in {"jwk": jwk(own), "jku": address, "x5u": address, "x5c": ["MIIB"]}.items():
        assert_refused(token(own, "RS256", claims(), {member: value}))
        assert_refused(token(private_key("RS256"), "RS256", claims(), {member: value}))


@pytest.mark.parametrize("kid", ["' OR '1'='1", "../../../../dev/null", "| ping x", "http://127.0.0.1/k", "%00", "two"])
def test_kid_is_a_name_and_nothing_else(kid: str) -> None:
    """A kid with SQL, a path or an address names no key, whoever signed."""
    for key in (private_key("RS256"), private_key("RS256", 9)):
        assert_refused(token(key, "RS256", claims(), {"kid": kid}), issuer(kid="one"))
    assert_refused(token(b"", "HS256", claims(), {"kid": kid}))


@pytest.mark.parametrize("kid", [5, ["one"], {"a": 1}, True])
def test_kid_that_is_no_text_is_refused(kid: Any) -> None:
    """A kid of another type is refused."""
    assert_refused(token(private_key("RS256"), "RS256", claims(), {"kid": kid}), issuer(kid="one"))


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"b64": True},
        {"crit": "b64"},
        {"zip": "DEF"},
        {"enc": "A128GCM"},
        {"typ": "JOSE"},
        {"typ": "id_token"},
        {"typ": "logout+jwt"},
        {"typ": 5},
        {"typ": ""},
    ],
)
def test_header_that_asks_for_more_is_refused(header: dict[str, Any]) -> None:
    """Extensions that we do not know, other types and encryption are refused."""
    assert_refused(token(private_key("RS256"), "RS256", claims(), header))


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None},
        {"exp": 0},
        {"exp": -1},
        {"exp": lambda: int(time.time()) - 61},
        {"exp": lambda: str(int(time.time()) + 60)},
        {"exp": True},
        {"exp": [2_000_000_000]},
        {"exp": 10**30},
        {"exp": {}},
        {"nbf": lambda: int(time.time()) + 120},
        {"nbf": "soon"},
        {"iat": lambda: int(time.time()) + 120},
        {"iat": True},
        {"aud": None},
        {"aud": "other"},
        {"aud": []},
        {"aud": ["other"]},
        {"aud": {"loyalty": 1}},
        {"aud": AUDIENCE.upper()},
        {"sub": None},
        {"nonce": "n-0S6_WzA2Mj"},
        {"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"},
        {"c_hash": "x"},
        {"s_hash": "x"},
        {"token_use": "id"},
        {"typ": "ID"},
    ],
)
def test_claims_that_do_not_hold_are_refused(changed: dict[str, Any]) -> None:
    """No exp, expired, not valid yet, for another audience, an ID token: refused, however well signed (T12)."""
    told = {name: value() if callable(value) else value for name, value in changed.items()}  # the time of the call
    assert_refused(token(private_key("RS256"), "RS256", claims(**told)))


def test_clocks_may_differ_by_a_minute_and_no_more() -> None:
    """A token is good until 60 s after exp, and from 60 s before nbf on, by our clock."""
    signed = bearer.read(token(private_key("RS256"), "RS256", claims(exp=1_000_000, nbf=900_000, iat=900_000)))
    assert end_user(signed, issuer(), KEYRING, 1_000_059.9) == ("alice", 1_000_060)
    assert end_user(signed, issuer(), KEYRING, 899_940) == ("alice", 1_000_060)
    for moment in (1_000_060.0, 899_939.9):
        with pytest.raises(Unauthenticated):
            end_user(signed, issuer(), KEYRING, moment)


def test_access_token_by_its_own_word_may_have_a_nonce() -> None:
    """A header that says at+jwt makes it an access token (RFC 9068), unless token_use says otherwise."""
    at = {"typ": "at+jwt"}
    assert subject(token(private_key("RS256"), "RS256", claims(nonce="n"), at), issuer()) == "alice"
    assert_refused(token(private_key("RS256"), "RS256", claims(token_use="id"), at))


def test_fractional_times_are_read() -> None:
    """NumericDate may have a fraction."""
    assert subject(token(private_key("RS256"), "RS256", claims(exp=time.time() + 5.25)), issuer()) == "alice"


@pytest.mark.parametrize(
    "payload",
    ["", "null", "[]", '"alice"', "{", '{"exp":1,"exp":9999999999}', '{"exp":NaN}', '{"exp":1e999}', "[" * 3_000, "{}"],
)
def test_payload_that_can_be_read_in_two_ways_is_refused(payload: str) -> None:
    """Broken, deep or ambiguous JSON in a well-signed token is refused."""
    assert_refused(token(private_key("RS256"), "RS256", payload))


def test_oversized_tokens_are_refused_before_they_are_read() -> None:
    """A header over 2 KiB and a token over 8 KiB are not decoded."""
    assert_refused(token(private_key("RS256"), "RS256", claims(), {"x": "y" * 3_000}))
    assert_refused(token(private_key("RS256"), "RS256", claims(x="y" * 9_000)))


def test_text_form_is_strict() -> None:
    """Padding, white space, other alphabets, more or fewer parts are refused."""
    good = token(private_key("RS256"), "RS256", claims())
    head, payload, signature = good.split(".")
    for bad in (f"{good}=", f"{good}\n", f" {good}", f"{good}.AA.AA", f"{head}.{payload}", f"{head}..{signature}", "."):
        with pytest.raises(Unauthenticated):
            subject(bad, issuer())
    with pytest.raises(Unauthenticated):
        subject(base64.b64encode(b'{"payload":1}').decode(), issuer())


def test_shared_secret_of_another_row_does_not_open() -> None:
    """A sealed secret that was copied to another issuer's row verifies nothing there."""
    known = issuer("HS256")
    moved = Issuer(UUID(int=9), ISSUER_ID, ISSUER, AUDIENCE, "HS256", "sub", [], known.sealed_secret)
    assert_refused(token(SHARED.encode(), "HS256", claims()), moved)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_refused_and_nothing_else(text: str) -> None:
    """Whatever is sent instead of a token, the answer is 401."""
    with pytest.raises(Unauthenticated):
        subject(text, issuer())


@settings(max_examples=300)
@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=80))
def test_any_three_parts_are_refused(head: bytes, payload: bytes, signature: bytes) -> None:
    """The same with the outer form of a token."""
    with pytest.raises(Unauthenticated):
        subject(f"{b64(head)}.{b64(payload)}.{b64(signature)}", issuer())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200)
@given(
    st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "b64", "jwk", "jku"]), json_values),
    st.dictionaries(st.sampled_from(["exp", "nbf", "iat", "aud", "sub", "iss", "nonce", "typ"]), json_values),
)
def test_any_members_give_a_subject_or_a_401(header: dict[str, Any], changed: dict[str, Any]) -> None:
    """Well-signed nonsense of any type is taken or refused, and never a fault of ours."""
    text = token(private_key("EdDSA"), "EdDSA", claims(**changed), header)
    with contextlib.suppress(Unauthenticated):
        assert subject(text, issuer("EdDSA"))
