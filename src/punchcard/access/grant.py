"""`POST /oauth/token`: an access token for a client's id and secret (RFC 6749, section 4.4).

Errors are problems like everywhere, with RFC 6749's members `error` and `error_description` besides, so that OAuth
libraries understand them. As that standard asks, parameters that are not known are passed over.
"""

import base64
import hmac
import re
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from msgspec import Struct
from pydantic import ConfigDict, Field, SecretStr, ValidationError

from punchcard.access import credential
from punchcard.access.keyring import Keyring
from punchcard.access.tokens import mint_machine_token
from punchcard.db.connection import Db
from punchcard.errors import Malformed, Unauthenticated, UnsupportedMediaType
from punchcard.wire import Definition, Json, decode, faults_of

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
FIELDS_MAX = 20
HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # for every answer of this endpoint: section 5.1

_SCOPE = r"^[!#-\[\]-~]+( [!#-\[\]-~]+)*$"
_BASIC = re.compile(r"basic +([A-Za-z0-9+/]+=*) *", re.IGNORECASE)


class TokenRequest(Definition):
    """What a client asks with. `audience` and `scope` are repeated in the token and the answer."""

    model_config = ConfigDict(alias_generator=None, extra="ignore")

    grant_type: str = Field(description="client_credentials")
    client_id: str = Field(min_length=1, max_length=128, pattern="^[!-~]+$")
    client_secret: SecretStr
    audience: str | None = Field(None, min_length=1, max_length=512)
    scope: str | None = Field(None, max_length=1_024, pattern=_SCOPE)


class TokenView(Struct, frozen=True, omit_defaults=True):
    """An access token, in the members of RFC 6749; the answer is not wrapped."""

    access_token: str
    expires_in: int
    token_type: Literal["Bearer"] | None = None
    scope: str | None = None


def read_request(content_type: str | None, body: bytes, authorization: str | None) -> TokenRequest:
    """Read a request in JSON or as a form; id and secret may come by HTTP Basic instead.

    Raises: Malformed with RFC 6749's `error`, UnsupportedMediaType.
    """
    media = (content_type or "").partition(";")[0].strip().lower()
    if media not in (JSON, FORM):
        raise UnsupportedMediaType(f"Send {JSON} or {FORM}.", **_error("invalid_request", "wrong media type"))
    fields = _read_json(body) if media == JSON else _read_form(body)
    if authorization is not None:
        if "client_secret" in fields:
            raise _malformed("Send the client's secret in the body or in the Authorization header, not in both.")
        client_id, secret = _read_basic(authorization)
        if fields.setdefault("client_id", client_id) != client_id:
            raise _malformed("The body names another client than the Authorization header.")
        fields["client_secret"] = secret
    try:
        request = TokenRequest.model_validate(fields)
    except ValidationError as fault:
        faults = faults_of(fault.errors(include_url=False, include_input=False), given=fields)
        raise _malformed(f"{faults[0].pointer}: {faults[0].detail}", faults=faults) from None
    if request.grant_type != "client_credentials":
        raise _malformed("The only grant_type here is client_credentials.", error="unsupported_grant_type")
    return request


SELECT_CLIENT = """
select c.tenant_id, c.secret_digest, t.api_key,
       case when c.former_until > clock_timestamp() then c.former_digest end as former_digest
from clients c join tenants t on t.id = c.tenant_id
where c.id = $1 and c.revoked_at is null
"""


async def grant(
    db: Db, keyring: Keyring, request: TokenRequest, *, api_key: str | None, token_seconds: int
) -> TokenView:
    """Return an access token for a client. `api_key`, where it is sent, names the client's tenant.

    Raises: Unauthenticated, in the same words whatever was wrong.
    """
    secret = request.client_secret.get_secret_value()
    if not credential.is_well_formed(secret, credential.CLIENT_SECRET):
        raise _unknown_client()
    row = await db.fetchrow(SELECT_CLIENT, request.client_id)
    sent = credential.digest(secret)
    digest, former = (None, None) if row is None else (row["secret_digest"], row["former_digest"])
    is_right = hmac.compare_digest(digest or bytes(32), sent) | hmac.compare_digest(former or bytes(32), sent)
    if row is None or not is_right or not _names(api_key, row["api_key"]):
        raise _unknown_client()
    token = mint_machine_token(
        keyring, row["tenant_id"], request.client_id, token_seconds, audience=request.audience, scope=request.scope
    )
    return TokenView(token, token_seconds, "Bearer", request.scope)


def _names(api_key: str | None, tenant: UUID) -> bool:
    return api_key is None or api_key.lower() == str(tenant)


def _read_json(body: bytes) -> Json:
    try:
        fields = decode(body)
    except Malformed:
        raise _malformed("The body is not JSON that can be read.") from None
    if not isinstance(fields, dict):
        raise _malformed("The body is not a JSON object.")
    return fields


def _read_form(body: bytes) -> Json:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError:
        raise _malformed("The form cannot be read.") from None
    fields: Json = dict(pairs)
    if len(fields) < len(pairs) or any("\0" in value for value in fields.values()):
        raise _malformed("The form names a parameter twice, or holds a NUL.")
    return {name: value for name, value in fields.items() if value}  # section 3.1: empty is as good as left out


def _read_basic(authorization: str) -> tuple[str, str]:
    """Read id and secret; each was form-encoded before they were joined (section 2.3.1)."""
    found = _BASIC.fullmatch(authorization)
    try:
        client_id, colon, secret = base64.b64decode(found[1] if found else "", validate=True).decode().partition(":")
    except ValueError:
        colon = ""
    if not colon:
        raise _malformed("The Authorization header is not HTTP Basic with a client's id and secret.")
    return unquote_plus(client_id), unquote_plus(secret)


def _unknown_client() -> Unauthenticated:
    detail = "There is no such client, or its secret is another."
    headers = {"WWW-Authenticate": 'Basic realm="punchcard"'}
    return Unauthenticated(detail, headers=headers, **_error("invalid_client", detail))


def _malformed(detail: str, error: str = "invalid_request", **more: Any) -> Malformed:
    return Malformed(detail, **more, **_error(error, detail))


def _error(error: str, description: str) -> dict[str, Any]:
    """Make RFC 6749's members; a description has no quotes or backslashes and is ASCII."""
    plain = "".join(sign for sign in description if " " <= sign <= "~" and sign not in '"\\')
    return {"error": error, "error_description": plain}
