"""The API as a client meets it: a token that is renewed, and patience with a server that is busy or away."""

import asyncio
from typing import Any, Self

import httpx2 as httpx
import msgspec
from msgspec import Struct

from punchcard import clock
from punchcard.errors import StartRefused

PATIENCE_SECONDS = 120.0
PAUSE_SECONDS_MAX = 8.0
REQUEST_SECONDS_MAX = 60.0
LOOPBACK = ("127.0.0.1", "localhost", "::1", "0.0.0.0")  # noqa: S104 - where a server of this machine may listen
AWAY = (429, 503)
IN_FLIGHT = "idempotency_key_in_flight"


class Keys(Struct, frozen=True):
    """What names a tenant and proves who calls: the four values that `punchcard tenant create` prints."""

    api_key: str
    client_id: str
    client_secret: str


class Answer(Struct, frozen=True):
    """One answer. `body` is the JSON document; `replayed` says that an earlier request had this effect already."""

    status: int
    body: dict[str, Any]
    replayed: bool = False

    @property
    def data(self) -> Any:
        """What a success carries."""
        return self.body["data"]

    @property
    def code(self) -> str:
        """The code of a problem, or nothing."""
        return str(self.body.get("code", ""))

    @property
    def sentence(self) -> str:
        """What a problem says."""
        return str(self.body.get("detail", f"the server answered {self.status}"))


class Api:
    """One tenant's API. Every request that is sent here may be sent twice: it has a key, or says the same again."""

    def __init__(self, url: str, keys: Keys, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.url, self.keys = url.rstrip("/"), keys
        # A proxy from the environment has nothing to do with a server on this machine.
        trusts_environment = httpx.URL(self.url).host not in LOOPBACK
        self._http = httpx.AsyncClient(
            base_url=self.url,
            timeout=REQUEST_SECONDS_MAX,
            trust_env=trusts_environment,
            headers={"X-Api-Key": keys.api_key},
        )
        self._patience_seconds = patience_seconds
        self._token: str | None = None
        self._signing_in = asyncio.Lock()
        self._was_there = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def done(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Send one request that must succeed; return its data. Raises: StartRefused with the server's reason."""
        answer = await self.send(method, path, None if body is None else msgspec.json.encode(body), key=key)
        if not httpx.codes.is_success(answer.status):
            raise StartRefused(f"{method} {path} was refused: {answer.sentence}")
        return answer.data

    async def send(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        *,
        media: str = "application/json",
        key: str | None = None,
    ) -> Answer:
        """Send one request as administrator, again and again while the server is busy or away; return its answer.

        Raises: StartRefused when the server stays away, or does not take the keys.
        """
        headers = {"Content-Type": media} if content is not None else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        token = self._token or await self._sign_in(None)
        answer = await self._sent(method, path, content, headers | {"Authorization": f"Bearer {token}"})
        if answer.status == httpx.codes.UNAUTHORIZED:
            token = await self._sign_in(token)
            answer = await self._sent(method, path, content, headers | {"Authorization": f"Bearer {token}"})
        if answer.status == httpx.codes.UNAUTHORIZED:
            raise StartRefused(f"The server does not take the keys: {answer.sentence}")
        return answer

    async def _sign_in(self, expired: str | None) -> str:
        """Return an access token other than `expired`; many who ask at once get one."""
        async with self._signing_in:
            if self._token is None or self._token == expired:
                asked = {
                    "grant_type": "client_credentials",
                    "client_id": self.keys.client_id,
                    "client_secret": self.keys.client_secret,
                }
                headers = {"Content-Type": "application/json"}
                answer = await self._sent("POST", "/oauth/token", msgspec.json.encode(asked), headers)
                if answer.status != httpx.codes.OK:
                    raise StartRefused(f"The server at {self.url} gives no token: {answer.sentence}")
                self._token = str(answer.body["access_token"])
            return self._token

    async def _sent(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        started, attempts = clock.monotonic_seconds(), 0
        while True:
            pause = min(0.2 * 2**attempts, PAUSE_SECONDS_MAX)
            try:
                response = await self._http.request(method, path, content=content, headers=headers)
            except httpx.TransportError as fault:
                trouble = f"cannot be reached ({str(fault) or type(fault).__name__})"
                if not self._was_there:
                    raise StartRefused(f"The server at {self.url} {trouble}: is it running?") from None
            else:
                self._was_there = True
                answer = _read(response)
                if answer.status not in AWAY and answer.code != IN_FLIGHT:
                    return answer
                trouble = f"stays busy ({answer.sentence})"
                asked = response.headers.get("Retry-After", "")
                pause = max(pause, min(float(asked), self._patience_seconds)) if asked.isdigit() else pause
            if clock.monotonic_seconds() - started > self._patience_seconds:
                raise StartRefused(f"The server at {self.url} {trouble}; run the same command again to go on.")
            await asyncio.sleep(pause + clock.jitter_seconds(pause / 2))
            attempts += 1


def _read(response: httpx.Response) -> Answer:
    replayed = response.headers.get("Idempotency-Replayed") == "true"
    try:
        body = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        body = None
    return Answer(response.status_code, body if isinstance(body, dict) else {}, replayed)
