"""The door and the catalogue: what costs a look into the database, and what is known at once."""

import random
import string
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from punchcard.access import clients, credential, secrets, tokens
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Kind, Principal
from punchcard.access.roles import Role
from punchcard.db.connection import Db, Tx
from punchcard.errors import PunchcardError, SecretUnknown, TooManyRequests, Unauthenticated
from punchcard.events.catalogue import Catalogue, Snapshot
from punchcard.http.auth import Doorkeeper

ADDRESS = "192.0.2.1"


class CountingCatalogue(Catalogue):
    """A catalogue that counts how often the database was asked for the current version."""

    def __init__(self, db: Db) -> None:
        super().__init__(db)
        self.asked = 0

    async def current(self, tenant_id: UUID, tx: Tx | None = None) -> Snapshot:
        """Count, then do as always."""
        self.asked += 1
        return await super().current(tenant_id, tx)


@dataclass(frozen=True)
class House:
    """A tenant with its key, and a catalogue to which nobody says what changes: that of a process a little behind."""

    db: Db
    keyring: Keyring
    tenant_id: UUID
    api_key: str
    catalogue: CountingCatalogue

    def door(self, failures: int = 0) -> Doorkeeper:
        """Return a new doorkeeper, who takes so many failures a minute."""
        return Doorkeeper(self.keyring, failures_per_minute_max=failures)

    async def admit(self, door: Doorkeeper, sent: str | None) -> Principal:
        """Knock with a token, or with none."""
        header = None if sent is None else f"Bearer {sent}"
        return await door.admit(header, self.api_key, ADDRESS, self.catalogue)

    async def refusal(self, door: Doorkeeper, sent: str) -> PunchcardError:
        """Knock, and return what is said at the closed door."""
        with pytest.raises(PunchcardError) as caught:
            await self.admit(door, sent)
        return caught.value


@pytest.fixture
async def house(db: Db, keyring: Keyring, tenant_id: UUID) -> House:
    """Return a tenant with its door."""
    api_key = str(await db.fetchval("select api_key from tenants where id = $1", tenant_id))
    return House(db, keyring, tenant_id, api_key, CountingCatalogue(db))


async def issue(house: House) -> str:
    """Record an event type with a secret."""
    made, sql = uuid4(), "insert into event_types (tenant_id, id, name, is_private) values ($1, $2, 'SALE', true)"
    async with house.db.transaction() as tx:
        await tx.execute(sql, house.tenant_id, made)
        return (await secrets.issue(tx, house.keyring, house.tenant_id, made)).text


async def test_api_key_alone_makes_a_caller(house: House) -> None:
    """The key names its tenant in either case of letters, and anything else is 401."""
    door, key, catalogue = house.door(), house.api_key, house.catalogue
    for good in (key, key.upper()):
        assert await door.admit(None, good, ADDRESS, catalogue) == Principal(house.tenant_id, Kind.KEY)
    for bad in (None, "", "x", key[:-1], f"{{{key}}}", key.replace("-", ""), str(uuid4()), "é" * 36, " " * 36):
        with pytest.raises(Unauthenticated) as caught:
            await door.admit(None, bad, ADDRESS, catalogue)
        assert caught.value.headers["WWW-Authenticate"] == 'Bearer realm="punchcard"'


async def test_new_secret_opens_in_a_process_that_is_behind(house: House) -> None:
    """What another process has just issued is looked up once and then known."""
    door = house.door()
    await house.admit(door, None)
    sent = await issue(house)
    assert (await house.admit(door, sent)).kind is Kind.SECRET
    assert house.catalogue.asked == 1
    await house.admit(door, sent)
    assert house.catalogue.asked == 1


async def test_new_clients_token_opens_in_a_process_that_is_behind(house: House) -> None:
    """The same with a client and the engine's own token; a revocation is seen with the next snapshot."""
    door = house.door()
    await house.admit(door, None)
    async with house.db.transaction() as tx:
        client_id, _ = await clients.insert_client(tx, house.tenant_id, "till", Role.OWNER)
    sent = tokens.mint_machine_token(house.keyring, house.tenant_id, client_id, 60, audience=None, scope=None)
    for _ in range(2):
        assert (await house.admit(door, sent)).id == client_id
    async with house.db.transaction() as tx:
        await clients.revoke(tx, house.tenant_id, client_id)
    await house.catalogue.current(house.tenant_id)
    assert (await house.refusal(door, sent)).status == 401


async def test_what_has_no_form_costs_no_look(house: House) -> None:
    """10,000 invented secrets and broken tokens are 401 without a look into the database (T03)."""
    door, chance = house.door(), random.Random(3)
    await house.admit(door, None)
    for number in range(10_000):
        noise = "".join(chance.choices(string.ascii_letters + string.digits, k=49))
        sent = f"pcs_{noise}" if number % 2 else f"{noise}.{noise}.{noise}"
        assert isinstance(await house.refusal(door, sent), Unauthenticated)
    assert house.catalogue.asked == 0


async def test_who_tries_things_out_gets_429_and_no_look(house: House) -> None:
    """After the limit, guesses are 429 without a look, while good credentials from there still open (T03)."""
    door, good = house.door(failures=5), await issue(house)
    guesses = [credential.make(credential.EVENT_TYPE_SECRET) for _ in range(8)]
    answers = [await house.refusal(door, guess) for guess in guesses]
    assert [type(answer) for answer in answers] == [SecretUnknown] * 5 + [TooManyRequests] * 3
    assert house.catalogue.asked == 5
    assert (await house.admit(door, good)).kind is Kind.SECRET
