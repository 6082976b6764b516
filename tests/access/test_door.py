"""The door: who is calling, by key, secret and token, without asking the database."""

import random
import string
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.access import credential, issuer_keys, tokens
from punchcard.access.clients import Client
from punchcard.access.issuer_tokens import Issuer
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Kind, Principal
from punchcard.access.roles import Role
from punchcard.access.secrets import Secret
from punchcard.access.snapshot import AccessSnapshot
from punchcard.errors import PunchcardError, SecretUnknown, TooManyRequests, Unauthenticated
from punchcard.http.auth import VerifiedTokens, authenticate, bearer_of, has_form
from punchcard.http.failures import FailureLimiter
from tests.access.forge import AUDIENCE, ISSUER, claims, jwk, private_key, token

KEYRING = Keyring(b"0123456789abcdef0123456789abcdef")
TENANT, OTHER_TENANT, EVENT_TYPE = UUID(int=1), UUID(int=2), UUID(int=3)
REVOKED = datetime(2026, 1, 1, tzinfo=UTC)


def snapshot(*secrets: Secret, **clients: Client) -> AccessSnapshot:
    """Make a snapshot with the forge's issuer, these secrets and these clients."""
    keys = issuer_keys.import_keys([jwk(private_key("EdDSA"))])
    issuer = Issuer(TENANT, UUID(int=4), ISSUER, AUDIENCE, "EdDSA", "sub", keys, None)
    return AccessSnapshot(clients, {secret.digest: secret for secret in secrets}, {ISSUER: issuer})


def secret_of(text: str, *, expires_at: datetime | None = None, revoked_at: datetime | None = None) -> Secret:
    """Make the record of a secret."""
    return Secret(uuid4(), EVENT_TYPE, credential.digest(text), expires_at, revoked_at)


def call(
    sent: str | None, access: AccessSnapshot, *, verified: VerifiedTokens | None = None, tenant: UUID = TENANT
) -> Principal:
    """Knock at the door now."""
    memory = VerifiedTokens() if verified is None else verified
    return authenticate(sent, tenant, access, keyring=KEYRING, verified=memory, now=datetime.now(UTC))


def refusal(sent: str, access: AccessSnapshot, tenant: UUID = TENANT) -> PunchcardError:
    """Knock, and return what was said at the closed door: never a word of what was sent."""
    with pytest.raises(PunchcardError) as caught:
        call(sent, access, tenant=tenant)
    assert len(sent) < 16 or sent not in str(caught.value.problem("r")) + str(caught.value.headers)
    return caught.value


def test_without_token_the_caller_is_the_key() -> None:
    """Nothing but an API key makes a caller of kind KEY."""
    assert call(None, snapshot()) == Principal(TENANT, Kind.KEY)


def test_secret_opens_its_event_type() -> None:
    """A good secret names its id and the one event type that it may report."""
    text = credential.make(credential.EVENT_TYPE_SECRET)
    known = secret_of(text)
    assert call(text, snapshot(known)) == Principal(TENANT, Kind.SECRET, str(known.id), EVENT_TYPE)


def test_revoked_or_expired_secret_is_refused_and_the_overlap_is_not() -> None:
    """A rotated-out secret opens until its overlap has passed, a revoked one not at all (T04)."""
    text, now = credential.make(credential.EVENT_TYPE_SECRET), datetime.now(UTC)
    for word, ended in (
        ("revoked", secret_of(text, revoked_at=REVOKED)),
        ("expired", secret_of(text, expires_at=now - timedelta(seconds=1))),
    ):
        refused = refusal(text, snapshot(ended))
        assert (refused.status, word in refused.detail) == (401, True)
    overlapping = secret_of(text, expires_at=now + timedelta(minutes=5))
    assert call(text, snapshot(overlapping)).kind is Kind.SECRET
    assert overlapping.refusal(now + timedelta(minutes=5)) is not None


def test_foreign_secret_is_answered_like_one_never_issued() -> None:
    """Another tenant's secret and nobody's get the same 404, to the byte (T06)."""
    foreign, nobodys = (credential.make(credential.EVENT_TYPE_SECRET) for _ in range(2))
    assert call(foreign, snapshot(secret_of(foreign)), tenant=OTHER_TENANT).kind is Kind.SECRET
    answers = [refusal(text, snapshot()) for text in (foreign, nobodys)]
    assert isinstance(answers[0], SecretUnknown)
    assert answers[0].status == 404
    assert answers[0].problem("r") == answers[1].problem("r")
    assert answers[0].headers == answers[1].headers


def test_mistyped_secrets_have_no_form() -> None:
    """100,000 invented tokens are refused with 401 by their form, before anything is looked up (T03)."""
    chance = random.Random(2)
    characters = string.digits + string.ascii_letters
    for _ in range(100_000):
        sent = "pcs_" + "".join(chance.choices(characters, k=49))
        assert not has_form(sent)
    assert refusal("pcs_" + "a" * 49, snapshot()).status == 401
    assert refusal("pcs_", snapshot()).status == 401


def test_client_secret_is_no_token() -> None:
    """A client's secret sent as a token is refused, with the way to go."""
    refused = refusal(credential.make(credential.CLIENT_SECRET), snapshot())
    assert refused.status == 401
    assert "/oauth/token" in refused.detail


def test_token_of_an_issuer_speaks_for_a_user() -> None:
    """The subject of a configured issuer's token is the user; another issuer's is refused."""
    access = snapshot()
    alice = Principal(TENANT, Kind.USER, "alice", issuer_id=UUID(int=4))
    assert call(token(private_key("EdDSA"), "EdDSA", claims()), access) == alice
    assert refusal(token(private_key("EdDSA"), "EdDSA", claims(iss="https://evil.example")), access).status == 401
    for iss in (None, 5, [ISSUER], "", ISSUER + "/"):
        assert refusal(token(private_key("EdDSA"), "EdDSA", claims(iss=iss)), access).status == 401


def machine_token(client: str = "till", tenant: UUID = TENANT) -> str:
    """Sign an administrator's token as `/oauth/token` does."""
    return tokens.mint_machine_token(KEYRING, tenant, client, 3_600, audience="a", scope=None)


def test_engine_token_speaks_for_its_client() -> None:
    """The engine's own token makes an administrator, at its own tenant only."""
    access = snapshot(till=Client("till", Role.OWNER))
    assert call(machine_token(), access) == Principal(TENANT, Kind.ADMIN, "till", role=Role.OWNER)
    assert refusal(machine_token(), access, OTHER_TENANT).status == 401
    assert refusal(machine_token("other"), access).status == 401


def test_nobody_else_can_sign_as_the_engine() -> None:
    """An issuer's key does not sign engine tokens, nor does the engine's key sign an issuer's."""
    forged = claims(iss=tokens.ENGINE, sub="till", tid=str(TENANT), knd="admin")
    access = snapshot(till=Client("till", Role.OWNER))
    for key, algorithm in ((private_key("EdDSA"), "EdDSA"), (b"x" * 32, "HS256"), (b"", "HS256")):
        assert refusal(token(key, algorithm, forged), access).status == 401
    assert refusal(token(KEYRING.token_key, "HS256", claims()), access).status == 401
    assert refusal(token(KEYRING.fingerprint_key, "HS256", forged), access).status == 401
    assert call(token(KEYRING.token_key, "HS256", forged), access).kind is Kind.ADMIN


def test_user_token_of_the_engine_speaks_for_the_user() -> None:
    """A token minted for a user is a user's, and expires."""
    user = Principal(TENANT, Kind.USER, str(uuid4()))
    assert call(tokens.mint(KEYRING, user, 60), snapshot()) == user
    assert refusal(tokens.mint(KEYRING, user, -120), snapshot()).status == 401


def test_revoked_client_is_refused_at_once_though_its_token_was_remembered() -> None:
    """A verified token is not believed under another snapshot."""
    verified = VerifiedTokens()
    sent = machine_token()
    assert call(sent, snapshot(till=Client("till", Role.OWNER)), verified=verified).kind is Kind.ADMIN
    assert len(verified) == 1
    with pytest.raises(Unauthenticated):
        call(sent, snapshot(till=Client("till", Role.OWNER, REVOKED)), verified=verified)
    with pytest.raises(Unauthenticated):
        call(sent, snapshot(), verified=verified)


def test_remembered_token_still_expires() -> None:
    """What was verified once is refused when its time is over."""
    verified, access = VerifiedTokens(), snapshot()
    sent = token(private_key("EdDSA"), "EdDSA", claims())
    assert call(sent, access, verified=verified).id == "alice"
    later = datetime.now(UTC) + timedelta(seconds=180)
    with pytest.raises(Unauthenticated):
        authenticate(sent, TENANT, access, keyring=KEYRING, verified=verified, now=later)


def test_memory_of_tokens_is_bounded_and_keeps_what_is_used() -> None:
    """However many tokens come, no more than the limit are kept, and one in constant use stays."""
    verified, user = VerifiedTokens(limit=100), Principal(TENANT, Kind.USER, "a")
    used = (0, b"used")
    verified.keep(used, user, 1e12)
    for number in range(1_000):
        verified.keep((0, number.to_bytes(4)), user, 1e12)
        assert verified.find(used, 0) is user
        assert len(verified) <= 100
    assert verified.find((0, (1).to_bytes(4)), 0) is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "pcs_abc",
        "Bearer a b",
        "Bearer\tabc",
        "Bearer ä",
        "Bearer a,b",
        "Bearer =a",
    ],
)
def test_authorization_is_bearer_and_one_token(header: str) -> None:
    """Anything but the scheme Bearer and one token is refused."""
    with pytest.raises(Unauthenticated) as caught:
        bearer_of(header)
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_scheme_is_read_in_any_case() -> None:
    """The scheme's case does not matter; the token's does."""
    assert [bearer_of(f"{scheme} aBc") for scheme in ("Bearer", "bearer", "BEARER")] == ["aBc"] * 3
    assert bearer_of(None) is None
    with pytest.raises(Unauthenticated):
        bearer_of("Bearer " + "a" * 10_000)


@given(st.text(max_size=200))
def test_any_header_is_read_or_refused(text: str) -> None:
    """No header and no token makes a fault of ours."""
    for header in (text, f"Bearer {text}", f"Bearer pcs_{text}"):
        try:
            sent = bearer_of(header)
        except Unauthenticated:
            continue
        assert sent is not None
        assert not has_form(sent)
        assert refusal(sent, snapshot()).status == 401


def test_failures_are_counted_and_then_answered_429() -> None:
    """So many failures are let through, then 429 says when the next may be tried; time gives them back."""
    limiter, fault = FailureLimiter(60), Unauthenticated("no")
    assert all(limiter.answer("192.0.2.1", fault, 1_000.0) is fault for _ in range(60))
    assert limiter.is_over("192.0.2.1", 1_000.0)
    over = limiter.answer("192.0.2.1", fault, 1_000.0)
    assert isinstance(over, TooManyRequests)
    assert over.headers["Retry-After"] == "1"
    assert limiter.answer("192.0.2.2", fault, 1_000.0) is fault
    assert limiter.answer("192.0.2.1", fault, 1_001.0) is fault
    assert isinstance(limiter.answer("192.0.2.1", fault, 1_001.0), TooManyRequests)
    assert all(limiter.answer("192.0.2.1", fault, 2_000.0) is fault for _ in range(60))


def test_limit_says_how_long_to_wait() -> None:
    """A limit of one a minute lets the next try after a minute."""
    limiter, fault = FailureLimiter(1), Unauthenticated("no")
    assert limiter.answer("a", fault, 0.0) is fault
    assert limiter.answer("a", fault, 15.0).headers["Retry-After"] == "45"
    assert limiter.answer("a", fault, 60.0) is fault


def test_clock_set_back_gives_nothing_and_takes_nothing() -> None:
    """A clock that jumps back neither gives tries back nor locks anyone out for longer."""
    limiter, fault = FailureLimiter(1), Unauthenticated("no")
    assert limiter.answer("a", fault, 5_000.0) is fault
    assert isinstance(limiter.answer("a", fault, 0.0), TooManyRequests)
    assert limiter.answer("a", fault, 60.0) is fault


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    """A /64 is one customer's; an IPv4 address is the same in either writing."""
    limiter, fault = FailureLimiter(1), Unauthenticated("no")
    assert limiter.answer("2001:db8::1", fault, 0.0) is fault
    assert isinstance(limiter.answer("2001:db8::ffff:2", fault, 0.0), TooManyRequests)
    assert limiter.answer("2001:db8:0:1::1", fault, 0.0) is fault
    assert limiter.answer("192.0.2.1", fault, 0.0) is fault
    assert isinstance(limiter.answer("::ffff:192.0.2.1", fault, 0.0), TooManyRequests)


def test_memory_of_addresses_is_bounded() -> None:
    """However many addresses fail, no more than the limit are kept; no address is fine too, and so is no limit."""
    limiter, fault = FailureLimiter(1, addresses_max=100), Unauthenticated("no")
    for number in range(1_000):
        limiter.answer(f"10.0.{number // 256}.{number % 256}", fault, 0.0)
        assert len(limiter) <= 100
    assert limiter.answer("unix:", fault, 0.0) is fault
    unlimited = FailureLimiter(0)
    assert all(unlimited.answer("a", fault, 0.0) is fault for _ in range(1_000))
    assert len(unlimited) == 0
