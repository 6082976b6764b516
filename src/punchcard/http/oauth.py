"""`POST /oauth/token`, at the root and under /v1: access tokens for clients, in RFC 6749's own shape."""

from collections.abc import Mapping

from punchcard import wire
from punchcard.access.grant import HEADERS, grant, read_request
from punchcard.errors import Unauthenticated
from punchcard.http.asked import Answer, Asked
from punchcard.http.runtime import Runtime


async def token(runtime: Runtime, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Exchange a client's id and secret for an access token. Raises: Malformed, Unauthenticated, TooManyRequests."""
    request = read_request(asked.header(b"content-type"), asked.body, asked.header(b"authorization"))
    api_key, seconds = asked.header(b"x-api-key"), runtime.settings.token_seconds
    try:
        granted = await grant(runtime.db, runtime.keyring, request, api_key=api_key, token_seconds=seconds)
    except Unauthenticated as fault:
        raise runtime.doorkeeper.refuse(asked.address, fault) from None
    return 200, wire.encode(granted), dict(HEADERS)
