"""Tokens that the engine signs itself: for machines and administrators, and for users of shops without a login.

A token names its tenant (`tid`) and its kind (`knd`: admin or user). `aud` and `scope` repeat what was asked for, and
mean nothing here. An administrator's token is worth as much as its client: that is looked up at each use.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OctKey
from msgspec import structs
from pydantic import Field

from punchcard.access import bearer
from punchcard.access.clients import Client
from punchcard.access.keyring import Keyring
from punchcard.access.principals import Kind, Principal
from punchcard.clock import random_bytes, wall_seconds
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.errors import NotFound
from punchcard.wire import Definition, Integer, View

ENGINE = "punchcard"
USER_SECONDS_MIN, USER_SECONDS_MAX = 60, 86_400
_HEADER = {"alg": "HS256", "typ": bearer.ACCESS_TOKEN_TYPE}


def mint(keyring: Keyring, principal: Principal, seconds: int, **claims: Any) -> str:
    """Sign a token that speaks for `principal` for so many seconds."""
    now = int(wall_seconds())
    claims |= {
        "iss": ENGINE,
        "sub": principal.id,
        "tid": str(principal.tenant_id),
        "knd": principal.kind.value,
        "iat": now,
        "exp": now + seconds,
        "jti": random_bytes(12).hex(),
    }
    return jwt.encode(_HEADER, claims, _key(keyring.token_key), algorithms=["HS256"])


def mint_machine_token(
    keyring: Keyring, tenant_id: UUID, client_id: str, seconds: int, *, audience: str | None, scope: str | None
) -> str:
    """Sign an access token for a client that has proved who it is."""
    asked = {"aud": audience, "scope": scope}
    principal = Principal(tenant_id, Kind.ADMIN, client_id)
    return mint(keyring, principal, seconds, **{name: value for name, value in asked.items() if value is not None})


def principal_of(
    token: bearer.Token, tenant_id: UUID, clients: Mapping[str, Client], keyring: Keyring, now: float
) -> tuple[Principal, float]:
    """Verify a token of the engine's own; return whom it speaks for, and the last moment it does.

    Raises: Unauthenticated, also when it is another tenant's or its client has been revoked.
    """
    bearer.verify(token, "HS256", _key(keyring.token_key))
    until = bearer.check_times(token.claims, now)
    if token.claims["tid"] != str(tenant_id):
        raise bearer.refused("The token is another tenant's.")
    principal = Principal(tenant_id, Kind(token.claims["knd"]), token.claims["sub"])
    if principal.kind is Kind.ADMIN:
        client = clients.get(principal.id)
        if client is None or client.revoked_at is not None:
            raise bearer.refused("The token's client has been revoked.")
        principal = structs.replace(principal, role=client.role, member_id=client.user_id)
    return principal, until


class UserTokenDefinition(Definition):
    """How long the token is to be good, in seconds."""

    expires_in: Annotated[Integer, Field(ge=USER_SECONDS_MIN, le=USER_SECONDS_MAX)] | None = None


class UserTokenView(View, frozen=True):
    """An end user's access token."""

    access_token: str
    token_type: str
    expires_in: int


SELECT_ACTIVE_USER = "select id from users where tenant_id = $1 and id = $2 and status = 'ACTIVE'"


async def mint_user_token(
    db: Db,
    principal: Principal,
    keyring: Keyring,
    settings: Settings,
    *,
    user_id: UUID,
    definition: UserTokenDefinition,
) -> UserTokenView:
    """Sign a short-lived token that speaks for a user, for shops that have no login of their own.

    Raises: NotFound when the tenant has no such user, or the account is closed.
    """
    if await db.fetchval(SELECT_ACTIVE_USER, principal.tenant_id, user_id) is None:
        raise NotFound("There is no such user.")
    seconds = definition.expires_in or settings.user_token_seconds
    user = Principal(principal.tenant_id, Kind.USER, str(user_id))
    return UserTokenView(mint(keyring, user, seconds), "Bearer", seconds)


@lru_cache(maxsize=4)
def _key(token_key: bytes) -> OctKey:
    return OctKey(token_key, token_key)
