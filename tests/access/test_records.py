"""Tenants, clients and minted tokens, as the database has them."""

import asyncio
from uuid import UUID, uuid4

import pytest

from punchcard import wire
from punchcard.access import clients, credential, grant, secrets, tenants, tokens
from punchcard.access.grant import TokenRequest
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Kind, Principal
from punchcard.access.roles import Role
from punchcard.access.snapshot import AccessSnapshot, load_access
from punchcard.access.tokens import UserTokenDefinition
from punchcard.clock import new_api_key, now
from punchcard.config import load
from punchcard.db.connection import Db
from punchcard.errors import Invalid, NotFound, PunchcardError, Unauthenticated
from punchcard.http.auth import VerifiedTokens, authenticate


async def access(db: Db, tenant_id: UUID) -> AccessSnapshot:
    """Load who may call the tenant."""
    async with db.transaction(snapshot=True) as tx:
        return await load_access(tx, tenant_id)


async def caller(db: Db, keyring: Keyring, tenant_id: UUID, sent: str) -> Principal:
    """Knock at the tenant's door."""
    loaded = await access(db, tenant_id)
    return authenticate(sent, tenant_id, loaded, keyring=keyring, verified=VerifiedTokens(), now=now())


async def status(db: Db, keyring: Keyring, tenant_id: UUID, sent: str) -> int:
    """Return the status that a caller is answered with."""
    try:
        await caller(db, keyring, tenant_id, sent)
    except PunchcardError as fault:
        return fault.status
    return 200


@pytest.fixture
async def event_type_id(db: Db, tenant_id: UUID) -> UUID:
    """Record an event type."""
    made = uuid4()
    await db.execute("insert into event_types (tenant_id, id, name, is_private) values ($1, $2, 'SALE', true)",
                     tenant_id, made)  # fmt: skip
    return made


async def issue(db: Db, keyring: Keyring, tenant_id: UUID, event_type_id: UUID) -> str:
    """Issue a secret in a transaction of its own."""
    async with db.transaction() as tx:
        return (await secrets.issue(tx, keyring, tenant_id, event_type_id)).text


async def insert_client(db: Db, tenant_id: UUID) -> tuple[str, str]:
    """Record a client in a transaction of its own."""
    async with db.transaction() as tx:
        return await clients.insert_client(tx, tenant_id, "till", Role.INTEGRATION)


# tenants -----------------------------------------------------------------------------------------


async def test_tenant_is_found_by_its_key(db: Db) -> None:
    """A tenant stands in the list and under its API key."""
    tenant_id, api_key = uuid4(), new_api_key()
    async with db.transaction() as tx:
        await tenants.insert_tenant(tx, tenant_id, "Kaffee & Brötchen", api_key)
    assert (await tenants.load_tenants(db))[api_key] == tenant_id
    listed = {tenant.tenant_id: tenant for tenant in await tenants.list_tenants(db)}
    assert (listed[tenant_id].name, listed[tenant_id].api_key) == ("Kaffee & Brötchen", api_key)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\0b", "a\nb", "\ud800"])
async def test_tenants_name_is_printable(db: Db, name: str) -> None:
    """An empty, endless or unprintable name is refused."""
    with pytest.raises(Invalid):
        async with db.transaction() as tx:
            await tenants.insert_tenant(tx, uuid4(), name, new_api_key())


# clients and their tokens ------------------------------------------------------------------------


def request(client_id: str, secret: str) -> TokenRequest:
    """Ask for a token, with an audience and a scope."""
    asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return TokenRequest.model_validate(asked | {"audience": "https://api.example/", "scope": "a b"})


async def test_client_gets_a_token_that_opens(db: Db, keyring: Keyring, tenant_id: UUID) -> None:
    """Id and secret give an administrator's token for its time; scope is repeated; the secret is nowhere stored."""
    client_id, secret = await insert_client(db, tenant_id)
    answer = await grant.grant(db, keyring, request(client_id, secret), api_key=None, token_seconds=600)
    assert (answer.token_type, answer.expires_in, answer.scope) == ("Bearer", 600, "a b")
    assert await caller(db, keyring, tenant_id, answer.access_token) == Principal(
        tenant_id, Kind.ADMIN, client_id, role=Role.INTEGRATION
    )
    assert await status(db, keyring, uuid4(), answer.access_token) == 401
    assert secret not in str(await db.fetchrow("select * from clients where id = $1", client_id))


async def test_api_key_has_to_name_the_clients_tenant(db: Db, keyring: Keyring, tenant_id: UUID) -> None:
    """An API key that is sent along is that of the client's tenant, or the client is not known."""
    client_id, secret = await insert_client(db, tenant_id)
    api_key = str(await db.fetchval("select api_key from tenants where id = $1", tenant_id))
    for good in (api_key, api_key.upper()):
        await grant.grant(db, keyring, request(client_id, secret), api_key=good, token_seconds=600)
    for bad in ("", str(new_api_key()), "x"):
        with pytest.raises(Unauthenticated):
            await grant.grant(db, keyring, request(client_id, secret), api_key=bad, token_seconds=600)


async def test_wrong_secret_and_unknown_client_are_answered_alike(db: Db, keyring: Keyring, tenant_id: UUID) -> None:
    """Whatever was wrong, the answer is invalid_client, to the byte."""
    client_id, secret = await insert_client(db, tenant_id)
    other = credential.make(credential.CLIENT_SECRET)
    answers = []
    for asked in (request(client_id, other), request("nobody", secret), request(client_id, "guess"),
                  request("x'or'1'='1", secret)):  # fmt: skip
        with pytest.raises(Unauthenticated) as caught:
            await grant.grant(db, keyring, asked, api_key=None, token_seconds=600)
        answers.append((caught.value.problem("r"), caught.value.headers))
    assert answers[0][0]["error"] == "invalid_client"
    assert all(answer == answers[0] for answer in answers)


async def test_revoked_client_gets_nothing_and_its_tokens_are_worth_nothing(
    db: Db, keyring: Keyring, tenant_id: UUID
) -> None:
    """A revocation takes the tokens that are out along."""
    client_id, secret = await insert_client(db, tenant_id)
    answer = await grant.grant(db, keyring, request(client_id, secret), api_key=None, token_seconds=600)
    async with db.transaction() as tx:
        assert not await clients.revoke(tx, uuid4(), client_id)
        assert await clients.revoke(tx, tenant_id, client_id)
        assert not await clients.revoke(tx, tenant_id, client_id)
    assert await status(db, keyring, tenant_id, answer.access_token) == 401
    with pytest.raises(Unauthenticated):
        await grant.grant(db, keyring, request(client_id, secret), api_key=None, token_seconds=600)


async def test_every_change_of_access_moves_the_tenants_version(db: Db, tenant_id: UUID) -> None:
    """Processes that cache who may call see by one number that something changed."""
    version = "select version from catalogue_versions where tenant_id = $1"
    seen = [await db.fetchval(version, tenant_id)]
    client_id, _ = await insert_client(db, tenant_id)
    seen.append(await db.fetchval(version, tenant_id))
    async with db.transaction() as tx:
        await clients.revoke(tx, tenant_id, client_id)
    seen.append(await db.fetchval(version, tenant_id))
    assert seen == sorted(set(seen))


# end users' tokens -------------------------------------------------------------------------------


async def insert_user(db: Db, tenant_id: UUID, status: str = "ACTIVE") -> UUID:
    """Record a user."""
    made = uuid4()
    await db.execute(
        "insert into users (tenant_id, id, account_number, profile, status) values ($1, $2, $3, '{}', $4)",
        tenant_id, made, made.hex, status,
    )  # fmt: skip
    return made


async def test_minted_user_token_speaks_for_the_user(db: Db, keyring: Keyring, admin: Principal) -> None:
    """An administrator gets a short-lived token for a user, for as long as asked or as set."""
    user_id, settings = await insert_user(db, admin.tenant_id), load()
    for body, seconds in (({}, settings.user_token_seconds), ({"expiresIn": 60}, 60)):
        definition = wire.read(UserTokenDefinition, body)
        made = await tokens.mint_user_token(db, admin, keyring, settings, user_id=user_id, definition=definition)
        assert (made.token_type, made.expires_in) == ("Bearer", seconds)
        found = await caller(db, keyring, admin.tenant_id, made.access_token)
        assert found == Principal(admin.tenant_id, Kind.USER, str(user_id))


@pytest.mark.parametrize("seconds", [59, 86_401, "60", 60.0, True])
def test_life_of_a_user_token_is_bounded(seconds: object) -> None:
    """A minute to a day, in whole seconds."""
    with pytest.raises(Invalid) as caught:
        wire.read(UserTokenDefinition, {"expiresIn": seconds})
    assert [fault.pointer for fault in caught.value.faults] == ["/expiresIn"]


async def test_no_token_for_a_user_who_is_not_there(db: Db, keyring: Keyring, admin: Principal) -> None:
    """An unknown, a closed and another tenant's user are answered alike."""
    closed = await insert_user(db, admin.tenant_id, "CLOSED")
    active = await insert_user(db, admin.tenant_id)
    stranger = Principal(uuid4(), Kind.ADMIN, "x")
    asked = [(admin, uuid4()), (admin, closed), (stranger, active)]
    answers = []
    for principal, user_id in asked:
        with pytest.raises(NotFound) as caught:
            await tokens.mint_user_token(
                db, principal, keyring, load(), user_id=user_id, definition=UserTokenDefinition()
            )
        answers.append(caught.value.problem("r"))
    assert answers == [answers[0]] * len(asked)


async def test_loading_sees_one_state(db: Db, keyring: Keyring, tenant_id: UUID, event_type_id: UUID) -> None:
    """Snapshots loaded at once each hold everything, and no two have the same serial."""
    sent = await issue(db, keyring, tenant_id, event_type_id)
    loaded = await asyncio.gather(*(access(db, tenant_id) for _ in range(4)))
    assert all(credential.digest(sent) in snapshot.secrets for snapshot in loaded)
    assert len({snapshot.serial for snapshot in loaded}) == 4
