"""Which keys a token issuer may be configured with."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from punchcard.access.bearer import Algorithm
from punchcard.access.issuer_keys import choose, fault_of_secret, import_keys, read_key_set
from tests.access.forge import SHARED, b64, jwk, private_key, public_pem

ALGORITHMS: tuple[Algorithm, ...] = ("RS256", "ES256", "EdDSA")


def pointers(keys: Any, algorithm: Algorithm) -> list[str]:
    """Return where the faults of a key set are."""
    return [fault.pointer for fault in read_key_set({"keys": keys}, algorithm)[1]]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_public_key_of_the_right_type_is_taken_bare(algorithm: Algorithm) -> None:
    """Only what verifying needs is kept; certificates and addresses fall away."""
    bare = jwk(private_key(algorithm), kid="one")
    dressed = bare | {"alg": algorithm, "use": "sig", "key_ops": ["verify"], "x5u": "http://127.0.0.1/", "x5c": ["MII"]}
    assert read_key_set({"keys": [dressed]}, algorithm) == ([bare], [])
    assert [kid for kid, _ in import_keys([bare])] == ["one"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("other", [*ALGORITHMS, "HS256"])
def test_key_of_another_type_is_refused(algorithm: Algorithm, other: Algorithm) -> None:
    """A key of another algorithm's type is refused, a shared secret among them."""
    key = {"kty": "oct", "k": b64(SHARED.encode())} if other == "HS256" else jwk(private_key(other))
    assert bool(pointers([key], algorithm)) == (other != algorithm)


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_private_key_is_refused_by_name(member: str) -> None:
    """Any private member is pointed at, and its value not repeated."""
    key = jwk(private_key("RS256")) | {member: "hunter2"}
    _, faults = read_key_set({"keys": [key]}, "RS256")
    assert [fault.pointer for fault in faults] == [f"/jwks/keys/0/{member}"]
    assert "hunter2" not in faults[0].detail


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"alg": "RS512"}, "/jwks/keys/0/alg"),
        ({"alg": "HS256"}, "/jwks/keys/0/alg"),
        ({"use": "enc"}, "/jwks/keys/0/use"),
        ({"key_ops": ["sign"]}, "/jwks/keys/0/key_ops"),
        ({"kid": 5}, "/jwks/keys/0/kid"),
        ({"kty": None}, "/jwks/keys/0/kty"),
        ({"kty": "rsa"}, "/jwks/keys/0/kty"),
        ({"n": 17}, "/jwks/keys/0/n"),
        ({"n": "a" * 3_000}, "/jwks/keys/0/n"),
        ({"n": "not base64!"}, "/jwks/keys/0"),
        ({"e": b64(b"\x03")}, "/jwks/keys/0/e"),
        ({"e": b64(b"\xff" * 20)}, "/jwks/keys/0/e"),
        ({"e": b64(b"\x00")}, "/jwks/keys/0/e"),
        ({"n": b64(b"\x00")}, "/jwks/keys/0/n"),
    ],
)
def test_unusable_member_is_pointed_at(change: dict[str, Any], pointer: str) -> None:
    """Each fault names the member."""
    assert pointers([jwk(private_key("RS256")) | change], "RS256") == [pointer]


def test_short_rsa_key_and_other_curve_are_refused() -> None:
    """RSA needs 2,048 bits, ES256 the curve P-256 and a point on it."""
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point
    assert pointers([jwk(short)], "RS256") == ["/jwks/keys/0/n"]
    assert pointers([jwk(private_key("ES256")) | {"crv": "P-384"}], "ES256") == ["/jwks/keys/0/crv"]
    assert pointers([jwk(private_key("ES256")) | {"crv": "secp256k1"}], "ES256") == ["/jwks/keys/0/crv"]
    assert pointers([jwk(ec.generate_private_key(ec.SECP256R1())) | {"y": b64(b"\x01" * 32)}], "ES256")
    assert pointers([jwk(private_key("EdDSA")) | {"x": b64(b"\x01" * 31)}], "EdDSA") == ["/jwks/keys/0"]
    assert pointers([jwk(private_key("EdDSA")) | {"crv": "Ed448"}], "EdDSA") == ["/jwks/keys/0/crv"]


@pytest.mark.parametrize("keys", [None, [], {}, "text", [5], [None], [[]]])
def test_key_set_without_keys_is_refused(keys: Any) -> None:
    """A key set is a list of at least one object."""
    assert pointers(keys, "RS256")


def test_several_keys_need_names_of_their_own() -> None:
    """Where a token could mean several keys it is not left to chance which one is tried."""
    one, two = jwk(private_key("ES256")), jwk(private_key("ES256", 2))
    assert pointers([one, two], "ES256") == ["/jwks/keys"]
    assert pointers([one | {"kid": "a"}, two | {"kid": "a"}], "ES256") == ["/jwks/keys"]
    assert pointers([one | {"kid": "a"}, two | {"kid": "b"}], "ES256") == []
    assert pointers([one | {"kid": "a"}] * 21, "ES256") == ["/jwks/keys"]


def test_kid_selects_among_the_issuers_keys_alone() -> None:
    """A name that the set does not have selects nothing; a single nameless key needs none."""
    keys = import_keys([jwk(private_key("ES256", number), kid=f"k{number}") for number in (0, 2)])
    assert choose(keys, "k2") is keys[1][1]
    assert choose(keys, "k1") is None
    assert choose(keys, None) is None
    assert choose(keys[:1], None) is keys[0][1]
    assert choose(keys[:1], "' or 1=1 --") is None
    nameless = import_keys([jwk(private_key("ES256"))])
    assert choose(nameless, "../../etc/passwd") is nameless[0][1]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
members = st.sampled_from(["kty", "crv", "n", "e", "x", "y", "kid", "alg", "use", "key_ops"])


@given(st.sampled_from(ALGORITHMS), st.dictionaries(members, json_values), st.booleans())
def test_no_key_set_makes_a_fault_of_ours(algorithm: Algorithm, change: dict[str, Any], is_based_on_good: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever stands in a key set, the answer is keys or faults with pointers."""
    key = (jwk(private_key(algorithm)) if is_based_on_good else {}) | change
    keys, faults = read_key_set({"keys": [key]}, algorithm)
    assert bool(keys) != bool(faults)
    assert all(fault.pointer.startswith("/jwks/keys") for fault in faults)


@pytest.mark.parametrize(
    "secret",
    ["", "short", "x" * 31, "x" * 1_025, public_pem(private_key("RS256")).decode(), f"ssh-rsa {'A' * 300} me@host"],
)
def test_unusable_shared_secret_is_refused(secret: str) -> None:
    """A shared secret is 32 bytes or more, and no public key."""
    fault = fault_of_secret(secret)
    assert fault is not None
    assert fault.pointer == "/secret"


def test_good_shared_secret_is_taken() -> None:
    """Any other text of 32 bytes or more is a secret."""
    assert fault_of_secret(SHARED) is None
    assert fault_of_secret("ä" * 16) is None
