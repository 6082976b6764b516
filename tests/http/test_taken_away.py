"""What is taken away opens nothing from the next call on, also where no notice of it has arrived."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import structs

from punchcard.access.principals import Kind
from punchcard.access.roles import Role
from punchcard.config import Settings
from punchcard.db.embedded import Urls
from punchcard.errors import Unauthenticated
from punchcard.events.catalogue import Catalogue
from punchcard.http.asked import Asked
from punchcard.http.door import admitted, authorized
from punchcard.http.runtime import Runtime, running
from tests.access import forge
from tests.shop import Shop


@pytest.fixture
async def deaf(urls: Urls, tmp_path: Path) -> AsyncIterator[Runtime]:
    """Open a process that hears of no change: it knows what it has looked up."""
    async with running(Settings(data=tmp_path, database_url=urls.app, worker=False), urls) as runtime:
        yield structs.replace(runtime, catalogue=Catalogue(runtime.db))


async def call(runtime: Runtime, shop: Shop, bearer: str, kind: Kind) -> None:
    """Come as far as an operation that everybody of the kind may call. Raises: Unauthenticated."""
    headers = {name.lower().encode(): value.encode() for name, value in shop.headers(bearer).items()}
    asked = Asked("GET", headers, b"", b"", "127.0.0.1", "request")
    await authorized(runtime, await admitted(runtime, asked), {}, who=(kind,), roles=tuple(Role))


async def test_a_revoked_client_reads_nothing(deaf: Runtime, shop: Shop) -> None:
    """A token that was good a moment ago is refused as soon as its client is revoked: for what every role may read."""
    made = shop.done("POST", "/v1/clients/", {"name": "Till", "role": "VIEWER"})
    asked = {"client_id": made["id"], "client_secret": made["clientSecret"], "grant_type": "client_credentials"}
    token = shop.http.post("/oauth/token", json=asked).json()["access_token"]
    await call(deaf, shop, token, Kind.ADMIN)
    shop.done("DELETE", f"/v1/clients/{made['id']}")
    with pytest.raises(Unauthenticated, match="revoked"):
        await call(deaf, shop, token, Kind.ADMIN)


async def test_the_tokens_of_a_forgotten_issuer_speak_for_nobody(deaf: Runtime, shop: Shop) -> None:
    """An end user whose shop's login has been taken away is refused from then on."""
    keys = {"keys": [forge.jwk(forge.private_key("RS256"))]}
    body = {"issuer": forge.ISSUER, "audience": forge.AUDIENCE, "algorithm": "RS256", "jwks": keys}
    issuer = shop.done("POST", "/v1/token_issuers/", body)
    shop.user("ada")
    token = forge.token(forge.private_key("RS256"), "RS256", forge.claims(sub="ada"))
    await call(deaf, shop, token, Kind.USER)
    shop.done("DELETE", f"/v1/token_issuers/{issuer['id']}")
    with pytest.raises(Unauthenticated, match="issuer"):
        await call(deaf, shop, token, Kind.USER)
