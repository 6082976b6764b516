"""Token issuers, as an administrator configures them."""

import json
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from punchcard import wire
from punchcard.access import issuers
from punchcard.access.issuers import IssuerChange, IssuerDefinition, IssuerView
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Kind, Principal
from punchcard.access.snapshot import AccessSnapshot, load_access
from punchcard.clock import now
from punchcard.db.connection import Db
from punchcard.db.listing import Listing
from punchcard.errors import Conflict, Invalid, NameTaken, NotFound, PreconditionFailed, PunchcardError, Unauthenticated
from punchcard.http.auth import VerifiedTokens, authenticate
from tests.access.forge import AUDIENCE, ISSUER, SHARED, claims, jwk, private_key, token

RSA = {"issuer": ISSUER, "audience": AUDIENCE, "algorithm": "RS256", "jwks": {"keys": [jwk(private_key("RS256"))]}}
SHARING = {"issuer": ISSUER, "audience": AUDIENCE, "algorithm": "HS256", "secret": SHARED}
ED = {"keys": [jwk(private_key("EdDSA"), kid="one"), jwk(private_key("EdDSA", 2), kid="two")]}


async def create(db: Db, admin: Principal, keyring: Keyring, body: dict[str, Any]) -> IssuerView:
    """Configure an issuer as the API does."""
    return await issuers.create_issuer(db, admin, keyring, wire.read(IssuerDefinition, body))


async def change(db: Db, admin: Principal, keyring: Keyring, issuer_id: UUID, **body: Any) -> IssuerView:
    """Change an issuer as the API does."""
    return await issuers.patch_issuer(db, admin, keyring, issuer_id, wire.read(IssuerChange, body))


async def access(db: Db, tenant_id: UUID) -> AccessSnapshot:
    """Load who may call the tenant."""
    async with db.transaction(snapshot=True) as tx:
        return await load_access(tx, tenant_id)


async def caller(db: Db, admin: Principal, keyring: Keyring, sent: str) -> Principal:
    """Knock at the tenant's door with a token."""
    loaded = await access(db, admin.tenant_id)
    return authenticate(sent, admin.tenant_id, loaded, keyring=keyring, verified=VerifiedTokens(), now=now())


def faults(caught: pytest.ExceptionInfo[PunchcardError]) -> list[str]:
    """Return where the faults are."""
    return [fault.pointer for fault in caught.value.faults]


async def test_configured_issuer_speaks_for_users(db: Db, admin: Principal, keyring: Keyring) -> None:
    """From its creation on an issuer's tokens are taken, and from its deletion on they are not."""
    made = await create(db, admin, keyring, RSA)
    sent = token(private_key("RS256"), "RS256", claims())
    alice = Principal(admin.tenant_id, Kind.USER, "alice", issuer_id=made.id)
    assert await caller(db, admin, keyring, sent) == alice
    assert await issuers.get_issuer(db, admin, made.id) == made
    await issuers.delete_issuer(db, admin, made.id)
    with pytest.raises(Unauthenticated):
        await caller(db, admin, keyring, sent)
    with pytest.raises(NotFound):
        await issuers.delete_issuer(db, admin, made.id)


async def test_shared_secret_is_sealed_and_never_shown(db: Db, admin: Principal, keyring: Keyring) -> None:
    """The secret verifies tokens, and stands in no answer and in no column."""
    made = await create(db, admin, keyring, SHARING)
    assert (await caller(db, admin, keyring, token(SHARED.encode(), "HS256", claims()))).id == "alice"
    assert SHARED.encode() not in wire.encode(made)
    assert "jwks" not in json.loads(wire.encode(made))
    row = await db.fetchrow("select * from token_issuers where id = $1", made.id)
    assert SHARED not in str(row)
    assert SHARED.encode().hex() not in str(row)
    assert SHARED not in repr(wire.read(IssuerDefinition, SHARING))


async def test_answer_has_the_public_keys_bare(db: Db, admin: Principal, keyring: Keyring) -> None:
    """What is answered is what is used: the keys without certificates and addresses."""
    dressed = {"keys": [jwk(private_key("RS256"), x5u="http://127.0.0.1:9/", alg="RS256")]}
    made = await create(db, admin, keyring, RSA | {"jwks": dressed})
    answer = json.loads(wire.encode(made))
    assert answer["jwks"] == RSA["jwks"]
    assert set(answer) == {
        "id", "issuer", "audience", "algorithm", "jwks", "subjectClaim", "version", "createdAt", "updatedAt"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (RSA | {"algorithm": "none"}, ["/algorithm"]),
        (RSA | {"algorithm": "RS512"}, ["/algorithm"]),
        (RSA | {"jwks": "https://login.example/jwks"}, ["/jwks"]),
        (RSA | {"jwksUri": "https://login.example/jwks"}, ["/jwksUri"]),
        (RSA | {"jwks": {"$ref": "https://login.example/jwks"}}, ["/jwks/keys"]),
        (RSA | {"jwks": None}, ["/jwks"]),
        (RSA | {"secret": SHARED}, ["/secret"]),
        (RSA | {"issuer": ""}, ["/issuer"]),
        (RSA | {"issuer": "Punchcard"}, ["/issuer"]),
        (RSA | {"issuer": "x" * 513, "audience": 5}, ["/issuer", "/audience"]),
        (RSA | {"subjectClaim": ""}, ["/subjectClaim"]),
        (RSA | {"subject_claim": "sub"}, ["/subject_claim"]),
        (SHARING | {"secret": None}, ["/secret"]),
        (SHARING | {"secret": "short"}, ["/secret"]),
        (SHARING | {"jwks": RSA["jwks"]}, ["/jwks"]),
        (RSA | {"issuer": "punchcard", "jwks": None, "secret": "x"}, ["/issuer", "/secret", "/jwks"]),
    ],
)
async def test_unusable_definition_is_refused(
    db: Db, admin: Principal, keyring: Keyring, body: dict[str, Any], pointers: list[str]
) -> None:
    """Every fault of a definition is pointed at, all at once where they can be seen at once."""
    with pytest.raises(Invalid) as caught:
        await create(db, admin, keyring, body)
    assert faults(caught) == pointers


async def test_issuers_name_is_unique_within_a_tenant(db: Db, admin: Principal, keyring: Keyring) -> None:
    """The same issuer twice is refused, at creation and by a change."""
    first = await create(db, admin, keyring, RSA)
    second = await create(db, admin, keyring, RSA | {"issuer": "https://other.example"})
    with pytest.raises(NameTaken):
        await create(db, admin, keyring, RSA)
    with pytest.raises(NameTaken):
        await change(db, admin, keyring, second.id, issuer=ISSUER)
    assert (await change(db, admin, keyring, first.id, issuer=ISSUER)).issuer == ISSUER


async def test_change_lays_itself_over_what_stood_before(db: Db, admin: Principal, keyring: Keyring) -> None:
    """What is not named stays, the secret too; tokens are judged by the new words at once."""
    made = await create(db, admin, keyring, SHARING)
    sent = token(SHARED.encode(), "HS256", claims(login="bob"))
    changed = await change(db, admin, keyring, made.id, subjectClaim="login")
    assert changed.updated_at >= made.updated_at
    assert (await caller(db, admin, keyring, sent)).id == "bob"
    await change(db, admin, keyring, made.id, audience="other")
    with pytest.raises(Unauthenticated):
        await caller(db, admin, keyring, sent)
    await change(db, admin, keyring, made.id, audience=AUDIENCE, secret=SHARED[::-1])
    with pytest.raises(Unauthenticated):
        await caller(db, admin, keyring, sent)
    assert (await caller(db, admin, keyring, token(SHARED[::-1].encode(), "HS256", claims(login="bob")))).id == "bob"


async def test_change_of_what_has_changed_since_is_refused(db: Db, admin: Principal, keyring: Keyring) -> None:
    """A change may name the version that its caller has seen, and nothing else is changed."""
    made = await create(db, admin, keyring, RSA)
    change = wire.read(IssuerChange, {"audience": "another"})
    seen = wire.Expected(made.version)
    changed = await issuers.patch_issuer(db, admin, keyring, made.id, change, seen)
    assert changed.version == made.version + 1
    with pytest.raises(PreconditionFailed):
        await issuers.patch_issuer(db, admin, keyring, made.id, change, seen)


async def test_another_algorithm_needs_its_keys(db: Db, admin: Principal, keyring: Keyring) -> None:
    """A changed algorithm comes with keys of its type, and the old ones are forgotten."""
    made = await create(db, admin, keyring, SHARING)
    with pytest.raises(Invalid) as caught:
        await change(db, admin, keyring, made.id, algorithm="EdDSA")
    assert faults(caught) == ["/jwks"]
    changed = await change(db, admin, keyring, made.id, algorithm="EdDSA", jwks=ED)
    assert msgspec.json.decode(wire.encode(changed))["jwks"] == ED
    second = token(private_key("EdDSA", 2), "EdDSA", claims(), {"kid": "two"})
    assert (await caller(db, admin, keyring, second)).id == "alice"
    with pytest.raises(Unauthenticated):
        await caller(db, admin, keyring, token(SHARED.encode(), "HS256", claims()))
    with pytest.raises(Invalid) as caught:
        await change(db, admin, keyring, made.id, algorithm="RS256")
    assert faults(caught) == [f"/jwks/keys/{key}/{member}" for key in (0, 1) for member in ("kty", "n", "e")]
    with pytest.raises(Invalid):
        await change(db, admin, keyring, made.id, algorithm="HS256")


async def test_issuers_of_another_tenant_are_not_there(db: Db, admin: Principal, keyring: Keyring) -> None:
    """Another tenant's issuer is answered like one that never was."""
    made = await create(db, admin, keyring, RSA)
    stranger = Principal(uuid4(), Kind.ADMIN, "x")
    answers = []
    for issuer_id in (made.id, uuid4()):
        with pytest.raises(NotFound) as caught:
            await issuers.get_issuer(db, stranger, issuer_id)
        answers.append(caught.value.problem("r"))
        for refused in (
            issuers.delete_issuer(db, stranger, issuer_id),
            change(db, stranger, keyring, issuer_id, audience="stolen"),
        ):
            with pytest.raises(NotFound):
                await refused
    assert answers[0] == answers[1]
    assert await issuers.get_issuer(db, admin, made.id) == made


async def test_issuers_are_listed_in_pages(db: Db, admin: Principal, keyring: Keyring) -> None:
    """The list has them in the order of creation, in pages, and can be filtered."""
    made = [await create(db, admin, keyring, RSA | {"issuer": f"https://{number}.example"}) for number in range(3)]
    listing = Listing(keyring.cursor_key, limit=2)
    shown = await issuers.list_issuers(db, admin, listing)
    assert list(shown.items) == made[:2]
    assert shown.next_cursor is not None
    found = await issuers.list_issuers(db, admin, Listing(keyring.cursor_key, filters={"issuer": made[2].issuer}))
    assert list(found.items) == made[2:]


async def test_number_of_issuers_is_bounded(
    db: Db, admin: Principal, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenant cannot fill every process's memory with issuers."""
    monkeypatch.setattr(issuers, "ISSUERS_MAX", 1)
    await create(db, admin, keyring, RSA)
    with pytest.raises(Conflict):
        await create(db, admin, keyring, RSA | {"issuer": "https://other.example"})
